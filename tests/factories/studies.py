"""Plans of evaluations and counts by area and month, made by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convive.core.evaluation import Design
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import FrozenStudy, Outcome, Study
from convive.core.evaluation.study_window import add_months

START = date(2024, 1, 1)
FIRST = date(2022, 1, 1)
BURGLARY = "burglary_rate"


def make_panel(counts: ArrayLike, **changes: Any) -> CountPanel:
    """Return areas ``a0``, ``a1`` … in a row, each the neighbour of the next, from 2022 on."""
    table = np.asarray(counts, dtype=np.float64)
    n = table.shape[0]
    given = {
        "indicator_id": BURGLARY,
        "source_id": "police",
        "level": "area",
        "areas": tuple(f"a{i}" for i in range(n)),
        "months": tuple(add_months(FIRST, i) for i in range(table.shape[1])),
        "counts": table,
        "neighbours": tuple(tuple(j for j in (i - 1, i + 1) if 0 <= j < n) for i in range(n)),
    }
    return CountPanel(**{**given, **changes})


def make_study(**changes: Any) -> Study:
    """Return a plan for area ``a0``, next to ``a1``, against ``a2`` to ``a9``, from 2024 on."""
    given = {
        "action": "action:visits",
        "outcomes": (Outcome(BURGLARY),),
        "designs": (Design.BEFORE_AFTER_CONTROL,),
        "level": "area",
        "treated": ("a0",),
        "comparison": tuple(f"a{i}" for i in range(2, 10)),
        "buffer": ("a1",),
        "starts_on": START,
        "chosen_months": 0,
    }
    return Study(**{**given, **changes})


def frozen(study: Study | None = None, **changes: Any) -> FrozenStudy:
    """Return a plan laid down half a year before its start."""
    given = {"first": study or make_study(), "frozen_at": datetime(2023, 7, 1, tzinfo=UTC)}
    return FrozenStudy(**{**given, **changes})


def quiet(n_areas: int = 10, n_months: int = 36, level: float = 50.0) -> np.ndarray:
    """Return the same count in every area and month."""
    return np.full((n_areas, n_months), level)


def fallen(to: float = 30.0) -> np.ndarray:
    """Return counts that fall in ``a0`` at the start, and nowhere else."""
    counts = quiet()
    counts[0, 24:] = to
    return counts
