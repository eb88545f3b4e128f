"""In towns where nothing differs and nothing changes, an audit hardly ever says that it does.

Null towns keep what is hard about real ones: season, overdispersion, autocorrelation, survey
sections, places that differ within an area, the faults of the files. Every finding that rests
on a test is then false. Over the whole audit they are held at a false discovery rate of 5 %,
which for a town without any effect is the chance of one false finding or more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binom

from convive.wiring import run_audit
from demo_city import build_city, write_pack

STATED_RATE = 0.05
N_TOWNS = 40
ALARM = 0.005
"""A method that keeps the stated rate fails this test in fewer than one of 200 runs."""


def false_findings(folder: Path, seed: int) -> list[dict[str, Any]]:
    """Return the findings of a null town that rest on a test; all of them are false."""
    write_pack(build_city(seed, is_null=True, scale=0.5), folder)
    rows = run_audit(folder, keep=False).build.tables["findings"].to_pylist()
    return [row for row in rows if row["q"] is not None]


@pytest.mark.calibration
def test_null_towns_have_a_false_finding_no_more_often_than_stated(tmp_path: Path) -> None:
    wrong = {}
    for seed in range(1, N_TOWNS + 1):
        found = false_findings(tmp_path / f"town-{seed}", seed)
        if found:
            wrong[seed] = [(row["code"], row["area_id"], row["indicator_ids"]) for row in found]
    # the chance of so many towns or more if the stated rate holds
    assert binom.sf(len(wrong) - 1, N_TOWNS, STATED_RATE) > ALARM, wrong


@pytest.mark.calibration
def test_the_simulation_can_see_a_false_finding(tmp_path: Path) -> None:
    """A town with effects, counted as if it had none, must raise the alarm."""
    write_pack(build_city(1, scale=0.5), tmp_path / "town")
    rows = run_audit(tmp_path / "town", keep=False).build.tables["findings"].to_pylist()
    assert len([row for row in rows if row["q"] is not None]) > 5
