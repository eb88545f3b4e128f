"""The course of recorded incidents: series with expected bands, and trends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.breaks import BreakIndices
from convive.app.assess.filling import Filling
from convive.app.assess.numerators import Numerator
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.assess.recorded import number
from convive.app.assess.sharing import REASON
from convive.core.model import Comparability
from convive.core.temporal import long_trend, robust_dispersion, yearly_trend
from convive.core.temporal.yearly import LONGEST_YEARS, Change

AREA_INDICATORS = ("recorded_total_rate", "burglary_rate", "violence_rate")
"""Indicators whose trend is tested in every area: few, so that the tests keep their power."""
METHOD = "trend"
THIN_SHARE = 0.005
"""Months of an area level are released where fewer of its counts are small: hiding a small
count by month costs several others, and what is left is no series. The years remain."""


@dataclass(frozen=True)
class _Course:
    """One indicator in one area."""

    indicator_id: str
    area: tuple[str, str]
    numerator: Numerator
    counts: NDArray[np.float64]
    breaks: tuple[int, ...]
    is_released: bool
    """Whether its periods are published; the trend may be known where they are not."""
    is_tested: bool
    dispersion: tuple[float, float] | None = None
    held: NDArray[np.bool_] | None = None
    """Periods that rest too much on sharing out older areas; None where nothing is shared out."""
    at: int = 0
    """Position of the area in its level."""

    @property
    def is_held_back(self) -> bool:
        """Whether the newest complete period is one of them: nothing is left to compare."""
        return self.held is not None and bool(self.held[: self.numerator.n_closed][-1:].any())

    def comparability(self) -> list[str | None]:
        """Return the code of each period; None where nothing is assumed."""
        if self.held is None:
            return [None] * len(self.counts)
        found = self.numerator.quantity(self.area[0])
        touched = (found.assumed[self.at] > 0) | (found.reach[self.at] > 0)
        return [
            Comparability.NOT_COMPARABLE.value
            if is_held
            else (Comparability.SHARED_OUT.value if is_touched else None)
            for is_held, is_touched in zip(self.held, touched, strict=True)
        ]


def recorded_courses(prepared: Prepared, breaks: BreakIndices) -> tuple[list[Row], list[Row]]:
    """Return the rows of tables ``series`` and ``trends`` for recorded indicators."""
    series: list[Row] = []
    filling = {key: Filling.of(prepared, key) for key in prepared.numerators}
    trends: list[Row] = []
    for course in _courses(prepared, breaks):
        if np.isnan(course.counts).any():
            continue
        is_monthly = course.numerator.period_kind == "month"
        band, change = _monthly(course) if is_monthly else _yearly(course)
        if course.is_released:
            series.extend(_series_rows(course, band, filling[course.indicator_id]))
        if course.is_tested:
            held = _no_trend(REASON) if course.is_held_back else change
            trends.append({**_trend_key(course), **held})
    return series, trends


def _courses(prepared: Prepared, breaks: BreakIndices) -> Iterator[_Course]:
    for indicator_id, numerator in prepared.numerators.items():
        for level in _levels(prepared):
            counts = numerator.counts.get(level)
            if counts is None:
                continue
            is_released = level == CITY or _is_dense(prepared, numerator, counts)
            is_tested = level == CITY or (
                level == prepared.analysis and indicator_id in AREA_INDICATORS
            )
            if not is_released and not is_tested:
                continue
            dispersion = _pooled(numerator, counts, breaks[indicator_id])
            held = numerator.held_back(level) if level in numerator.assumed else None
            for i, area in enumerate(prepared.territory.frames[level].ids):
                yield _Course(
                    indicator_id,
                    (level, area),
                    numerator,
                    counts[i],
                    _with_vintages(breaks[indicator_id], None if held is None else held[i]),
                    is_released,
                    is_tested,
                    dispersion,
                    None if held is None else held[i],
                    i,
                )


def _with_vintages(breaks: tuple[int, ...], held: NDArray[np.bool_] | None) -> tuple[int, ...]:
    """Return the breaks and where figures that rest on sharing out end: no trend crosses it."""
    if held is None:
        return breaks
    after = np.flatnonzero(held)[-1:] + 1
    return tuple(sorted({*breaks, *(int(at) for at in after if at < len(held))}))


def _levels(prepared: Prepared) -> tuple[str, ...]:
    """Return the city and the levels down to that of the analysis."""
    levels = prepared.territory.levels
    return (CITY, *levels[: levels.index(prepared.analysis) + 1])


def _is_dense(prepared: Prepared, numerator: Numerator, counts: NDArray[np.float64]) -> bool:
    is_public = numerator.source_id in prepared.evidence.public_sources
    if numerator.period_kind != "month" or is_public:
        return True
    is_small = (counts > 0) & (counts < prepared.city.disclosure.min_count)
    return bool(is_small.mean() < THIN_SHARE) if counts.size else False


def _pooled(
    numerator: Numerator, counts: NDArray[np.float64], breaks: tuple[int, ...]
) -> tuple[float, float] | None:
    whole = counts[~np.isnan(counts).any(axis=1)]
    if numerator.period_kind != "year" or not len(whole):
        return None
    start = max(breaks[-1] if breaks else 0, whole.shape[1] - LONGEST_YEARS)
    return robust_dispersion(whole, start=start)


def _monthly(course: _Course) -> tuple[dict[str, Any], Row]:
    # Against the first year, not the last but one: a slow change is no change year by year.
    found = long_trend(course.counts, breaks=course.breaks, incomplete_last=course.numerator.n_open)
    band = {
        "expected": found.expected,
        "expected_low": found.expected_low,
        "expected_high": found.expected_high,
        "segment": found.segment,
    }
    if found.reason is not None or found.before is None or found.after is None:
        return band, _no_trend(found.reason)
    change: Row = {
        "change_percent": found.change_percent,
        "low": found.low,
        "high": found.high,
        "p": found.p,
        "n": found.n,
        **_stretches(course, found.before, found.after),
        "method": METHOD,
        "status": "shown",
    }
    return band, change


def _yearly(course: _Course) -> tuple[dict[str, Any], Row]:
    found = yearly_trend(course.counts, breaks=course.breaks, dispersion=course.dispersion)
    band = {"expected": found.expected, "segment": found.segment}
    if found.reason is not None or found.ends is None:
        return band, _no_trend(found.reason)
    return band, {**_change_row(course, found.ends), "method": METHOD}


def _change_row(course: _Course, change: Change) -> Row:
    return {
        "change_percent": change.amount,
        "low": change.low,
        "high": change.high,
        "p": change.p,
        "n": change.n,
        **_stretches(course, change.before, change.after),
        "status": "shown",
    }


def _stretches(course: _Course, before: tuple[int, int], after: tuple[int, int]) -> Row:
    starts, ends = course.numerator.starts, course.numerator.ends
    segment = max((i for i in course.breaks if i <= before[0]), default=0)
    spans = [
        ((starts[first].item(), ends[last - 1].item()), int(course.counts[first:last].sum()))
        for first, last in (before, after)
    ]
    return {
        "before_start": spans[0][0][0],
        "before_end": spans[0][0][1],
        "after_start": spans[1][0][0],
        "after_end": spans[1][0][1],
        "segment_start": starts[segment].item(),
        "_stretches": spans,
    }


def _no_trend(reason: str | None) -> Row:
    return {
        "status": "unavailable",
        "reason": (reason or "TREND_TOO_SHORT").lower(),
        "method": METHOD,
    }


def _trend_key(course: _Course) -> Row:
    return {
        "indicator_id": course.indicator_id,
        "level": course.area[0],
        "area_id": course.area[1],
        "change_unit": "percent",
        "_cell": (course.indicator_id, *course.area),
    }


def _series_rows(course: _Course, band: dict[str, Any], filling: Filling) -> Iterator[Row]:
    numerator, codes = course.numerator, course.comparability()
    for i in range(len(course.counts)):
        yield {
            "indicator_id": course.indicator_id,
            "level": course.area[0],
            "area_id": course.area[1],
            "period_kind": numerator.period_kind,
            "period_start": numerator.starts[i].item(),
            "period_end": numerator.ends[i].item(),
            "count": int(course.counts[i]),
            **{
                name: None if band.get(name) is None else number(band[name][i])
                for name in ("expected", "expected_low", "expected_high")
            },
            **filling.columns(i, int(course.counts[i]), is_city=course.area[0] == CITY),
            "segment": int(band["segment"][i]),
            "comparability": codes[i],
            "status": "shown",
        }
