"""Figures that are worked out from hidden counts as well, and would betray them.

Whoever knows the method can try every small number in the place of a hidden count and see
which one gives the published digits. So what is shown must not have been computed from it,
or only to digits that do not tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.recorded import MIN_AREAS_TO_SMOOTH
from convive.core.disclosure import round_for_publication
from convive.core.model import Status
from convive.core.rates import smoothed_rate
from convive.core.spatial.position import Doubt, widened

SMOOTHED = ("smoothed", "smoothed_low", "smoothed_high")
EXPECTED = (
    "expected",
    "expected_low",
    "expected_high",
    "completeness",
    "expected_final_low",
    "expected_final_high",
)
CHANGES = ("change_percent", "low", "high", "p")
JUMPS = ("ratio", "low", "high", "p")
FEW_DIGITS = 1
"""Base that leaves two digits."""


def resmoothed(prepared: Prepared, rows: Sequence[Row]) -> None:
    """Smooth again, from the shown counts alone, wherever one of an indicator is hidden.

    Where counts are rounded, everywhere. Changes the rows. The rates are drawn towards the mean of the areas that are shown; where
    these are too few, no rate is smoothed.
    """
    is_rounded = prepared.city.disclosure.rounding > 1
    slices: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row.get("_is_main") and "smoothed" in row:
            names = ("indicator_id", "level", "period_start", "period_end", "group")
            key = (*(row[name] for name in names), row["denominator_id"])
            slices.setdefault(key, []).append(row)
    for own in slices.values():
        is_smoothed = any(row["smoothed"] is not None for row in own)
        is_touched = is_rounded or any(row["status"] == Status.SUPPRESSED for row in own)
        if is_smoothed and is_touched:
            _smooth(prepared, [row for row in own if row["smoothed"] is not None])


def _smooth(prepared: Prepared, rows: Sequence[Row]) -> None:
    figures = np.full((3, len(rows)), None, dtype=object)
    if len(rows) >= MIN_AREAS_TO_SMOOTH:
        indicator = prepared.indicator(rows[0]["indicator_id"])
        counts = np.array([row["n"] for row in rows], dtype=float)
        bases = np.array([row["denominator"] for row in rows], dtype=float)
        found = smoothed_rate(counts, bases, per=indicator.per, level=indicator.level)
        doubt = Doubt(*np.array([row.get("_position") or (0.0, 0.0) for row in rows]).T)
        ends = widened(found.rate, found.low, found.high, doubt, level=indicator.level)
        figures[:] = np.stack([found.rate, *ends])
    for i, row in enumerate(rows):
        row.update(zip(SMOOTHED, figures[:, i], strict=True))


def without_traces(
    series: Sequence[Row], trends: Sequence[Row], breaks: Sequence[Row] = ()
) -> None:
    """Take away what was to be expected, and digits of the trend, where a month is hidden.

    Changes the rows. A month's expectation comes from the other months of its series, the
    hidden ones among them; so does the change over the years, and the jump at a break.
    """
    touched = {_place(row) for row in series if row["status"] == Status.SUPPRESSED}
    for row in series:
        if _place(row) in touched:
            row.update(dict.fromkeys(EXPECTED))
    for row in trends:
        if _place(row) in touched and row["status"] == Status.SHOWN:
            row.update(_rounded({name: row[name] for name in CHANGES}))
    for row in breaks:
        if _place(row) in touched:
            row.update(_rounded({name: row.get(name) for name in JUMPS}))


def _rounded(figures: Mapping[str, float | None]) -> Row:
    return {
        name: None if value is None else float(round_for_publication(value, FEW_DIGITS))
        for name, value in figures.items()
    }


def _place(row: Row) -> tuple[str, str, str]:
    return row["indicator_id"], row["level"], row["area_id"]


__all__ = ["resmoothed", "without_traces"]
