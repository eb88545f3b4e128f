"""Invented actions in Manchester's real burglaries are hardly ever said to have worked."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from convive.app.evaluation.interventions import designs_for
from convive.core.evaluation import answer
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import FrozenStudy, Outcome, Study
from convive.core.model import Verdict
from convive.wiring import run_audit
from convive.wiring.evaluation import panel_for

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(
    os.environ.get("CONVIVE_REAL_DATA", "") or REPOSITORY.parent / "shared" / "data" / "open"
)
BURGLARY = "burglary_rate"
PLACEBOS = 60

pytestmark = pytest.mark.skipif(
    not (DATA / "greater_manchester").is_dir(), reason="needs CONVIVE_REAL_DATA/greater_manchester"
)


@pytest.fixture(scope="module")
def wards(tmp_path_factory: pytest.TempPathFactory) -> CountPanel:
    pack = tmp_path_factory.mktemp("real") / "manchester"
    script = REPOSITORY / "examples" / "real_packs" / "manchester.py"
    environment = {**os.environ, "CONVIVE_REAL_DATA": str(DATA)}
    subprocess.run(
        [sys.executable, str(script), str(pack)], check=True, capture_output=True, env=environment
    )
    run_audit(pack)
    panel = panel_for(pack, BURGLARY, "ward")
    assert panel is not None
    return panel


def test_a_source_that_is_public_is_counted_as_it_is(wards: CountPanel) -> None:
    assert wards.counts.shape == (32, 36)
    assert (wards.counts % 5 != 0).any()
    assert 3 < np.mean([len(near) for near in wards.neighbours]) < 6


@pytest.mark.parametrize("is_worst", [False, True])
def test_placebos_are_hardly_ever_said_to_have_worked(wards: CountPanel, is_worst: bool) -> None:
    rng, found = np.random.default_rng(11), []
    for number in range(PLACEBOS):
        start, size = int(rng.integers(18, 25)), int(rng.integers(1, 4))
        last = wards.counts[:, start - 12 : start].sum(axis=1)
        rows = np.argsort(-last)[:size] if is_worst else rng.choice(32, size, replace=False)
        near = {other for row in rows for other in wards.neighbours[row]} - set(rows)
        aside = {*near, *rows}
        bare = Study(
            action="action:placebo",
            outcomes=(Outcome(BURGLARY),),
            designs=(),
            level="ward",
            treated=tuple(wards.areas[row] for row in rows),
            comparison=tuple(a for row, a in enumerate(wards.areas) if row not in aside),
            buffer=tuple(wards.areas[row] for row in sorted(near)),
            starts_on=wards.months[start],
            chosen_months=(12 if number % 2 else None) if is_worst else 0,
        )
        plan = FrozenStudy(
            replace(bare, designs=designs_for(bare, wards)), datetime(2015, 1, 1, tzinfo=UTC)
        )
        seeded = np.random.default_rng(number)
        given = {BURGLARY: wards}
        found.append(answer(plan, given, today=date(2026, 1, 1), rng=seeded).verdict)
    assert np.mean([one is Verdict.WORKED for one in found]) <= 0.05
    assert np.mean([one is Verdict.HARMFUL for one in found]) <= 0.1
