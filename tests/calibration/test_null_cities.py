"""In towns where nothing differs and nothing changes, an audit hardly ever says that it does.

Null towns keep what is hard about real ones: season, overdispersion, autocorrelation, survey
sections, places that differ within an area, the faults of the files. Every finding that rests
on a test is then false. Over the whole audit they are held at a false discovery rate of 5 %,
which for a town without any effect is the chance of one false finding or more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from calibration.conftest import ALARM, Recorder, tail_counts
from convive.app.assess.adjust import TESTED
from convive.wiring import run_audit
from demo_city import build_city, write_pack

STATED_RATE = 0.05
N_TOWNS = 40
SCALE = 0.5
Row = dict[str, Any]


def audited(folder: Path, seed: int) -> dict[str, list[Row]]:
    """Return the tested tables and the findings that rest on a test; all of these are false."""
    write_pack(build_city(seed, is_null=True, scale=SCALE), folder)
    tables = run_audit(folder, keep=False).build.tables
    found = {name: tables[name].to_pylist() for name in (*TESTED, "findings")}
    found["findings"] = [row for row in found["findings"] if row["q"] is not None]
    return found


def kind(table: str, row: Row) -> str:
    """Return what sort of test a row holds: its table, and its face or sort of groups."""
    if table == "gaps":
        return f"gaps {row['face_a']} {row['face_b']}"
    if table == "trends":
        return f"trends {'survey' if row['method'] == 'survey_share' else 'recorded'}"
    return " ".join([table, *(row[name] for name in ("face", "dimension") if name in row)])


def summary(towns: list[dict[str, list[Row]]]) -> dict[str, Any]:
    """Return the towns with a false finding and, by sort of test, how small the p-values are.

    A row that was not tested counts as one that found nothing: faces and gaps have rows for
    every area of every town, whether or not the areas of a town could be told apart.
    """
    p: dict[str, list[float]] = {}
    for town in towns:
        for table in TESTED:
            for row in town[table]:
                value = row.get("p")
                p.setdefault(kind(table, row), []).append(np.nan if value is None else value)
    n_wrong = sum(bool(town["findings"]) for town in towns)
    interval = binomtest(n_wrong, len(towns)).proportion_ci(method="exact")
    return {
        "n_towns": len(towns),
        "n_wrong": n_wrong,
        "low": interval.low,
        "high": interval.high,
        "scale": SCALE,
        "stated": STATED_RATE,
        "false_findings": sorted(row["code"] for town in towns for row in town["findings"]),
        "tests": {
            name: {
                "n": len(values),
                "n_tested": int(np.isfinite(values).sum()),
                "tails": tail_counts(np.array(values)),
            }
            for name, values in sorted(p.items())
        },
    }


@pytest.mark.calibration
def test_null_towns_have_a_false_finding_no_more_often_than_stated(
    tmp_path: Path, record: Recorder
) -> None:
    towns = [audited(tmp_path / f"town-{seed}", seed) for seed in range(1, N_TOWNS + 1)]
    found = summary(towns)
    record("null_towns", found)
    # the chance of so many towns or more if the stated rate holds
    assert binom.sf(found["n_wrong"] - 1, N_TOWNS, STATED_RATE) > ALARM, found["false_findings"]


@pytest.mark.calibration
def test_the_simulation_can_see_a_false_finding(tmp_path: Path) -> None:
    """A town with effects, counted as if it had none, must raise the alarm."""
    write_pack(build_city(1, scale=SCALE), tmp_path / "town")
    rows = run_audit(tmp_path / "town", keep=False).build.tables["findings"].to_pylist()
    assert len([row for row in rows if row["q"] is not None]) > 5
