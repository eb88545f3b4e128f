"""Where simulations leave what they measured, for docs/calibration.md."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Recorder = Callable[[str, dict[str, Any]], None]
FOLDER = Path(__file__).parents[2] / "var" / "calibration"
ALPHAS = ("0.05", "0.01", "0.001", "0.0001")
ALARM = 0.005
"""A method that keeps the stated rate fails a test in fewer than one of 200 runs."""


def tail_counts(p: np.ndarray) -> dict[str, int]:
    """Return how many p-values lie below each level; NaN (not tested) lies below none."""
    return {alpha: int(np.sum(p < float(alpha))) for alpha in ALPHAS}


@pytest.fixture(scope="session")
def record() -> Recorder:
    """Return a function that keeps a result until the page is written."""

    def keep(name: str, result: dict[str, Any]) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        text = json.dumps(result, indent=1, sort_keys=True)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    return keep


Rows = list[list[Any]]
TableRecorder = Callable[..., None]


@pytest.fixture(scope="session")
def record_table(record: Recorder) -> TableRecorder:
    """Return a function that keeps a table; the page shows tables in the order of their names."""

    def keep(name: str, *, title: str, about: str, head: list[str], rows: Rows) -> None:
        assert all(len(row) == len(head) for row in rows)
        cells = [[str(cell) for cell in row] for row in rows]
        record(f"table_{name}", {"title": title, "about": about, "head": head, "rows": cells})

    return keep
