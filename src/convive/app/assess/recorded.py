"""Recorded incidents as rates: per area, year, part of the day and denominator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.numerators import Numerator
from convive.app.assess.position import PositionDoubt, position_doubt
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.assess.sharing import Quantity, sharing_columns
from convive.core.model import Indicator
from convive.core.rates import crude_rate, smoothed_rate

MIN_AREAS_TO_SMOOTH = 8
PLACES = ("venues",)
"""Denominators that count places: that few people live there is no matter of theirs."""
DAYPARTS = ("day", "night")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Slice:
    """One indicator × level × period × group × denominator: arrays of shape (n_areas,)."""

    indicator: Indicator
    level: str
    period: tuple[str, object, object]
    group: tuple[str, str]
    counts: Floats
    denominator_id: str
    denominator: Floats
    is_main: bool
    source_ids: tuple[str, ...]
    quantities: tuple[Quantity, Quantity]
    """Counts and denominator with what of them rests on sharing out older areas."""
    is_public: bool
    doubt: PositionDoubt | None = None
    """What the accuracy of points adds to the intervals."""


def recorded_estimates(prepared: Prepared) -> list[Row]:
    """Return the rates of every recorded indicator that has a source."""
    rows: list[Row] = []
    for indicator_id, numerator in prepared.numerators.items():
        indicator = prepared.indicator(indicator_id)
        for piece in _slices(prepared, indicator, numerator):
            rows.extend(_rows(prepared, piece))
    return rows


def estimated_periods(numerator: Numerator) -> Numerator:
    """Return the complete calendar years, or everything as one period where there is none."""
    return numerator.yearly() or numerator.whole()


def _slices(prepared: Prepared, indicator: Indicator, numerator: Numerator) -> Iterator[_Slice]:
    periods = estimated_periods(numerator)
    doubts = {one: position_doubt(prepared, numerator.source_id, one) for one in periods.counts}
    for at in range(len(periods.starts)):
        period = (periods.period_kind, periods.starts[at].item(), periods.ends[at].item())
        year = period[1].year
        for level, counts in periods.counts.items():
            for name, is_main in _denominators(prepared, indicator):
                nothing = Quantity.certain(np.full(len(counts), np.nan))
                base = prepared.denominators.quantity(name, level, year) or nothing
                sources = prepared.denominators.sources.get(name, ())
                parted = is_main and (level == CITY or indicator.is_headline)
                for group, counted in _groups(periods, level, has_dayparts=parted):
                    taken = _taken(periods, level, at, counted)
                    yield _Slice(
                        indicator,
                        level,
                        period,
                        group,
                        taken.value,
                        name,
                        base.value,
                        is_main,
                        (numerator.source_id, *sources),
                        (taken, base),
                        numerator.source_id in prepared.evidence.public_sources,
                        doubts[level],
                    )


def _taken(periods: Numerator, level: str, at: int, counted: Floats | None) -> Quantity:
    """Return the counts of one period; a part of the day comes from incidents, never shared."""
    if counted is not None:
        return Quantity.certain(counted[:, at])
    found = periods.quantity(level)
    return Quantity(found.value[:, at], found.assumed[:, at], found.reach[:, at])


def _groups(
    periods: Numerator, level: str, *, has_dayparts: bool
) -> Iterator[tuple[tuple[str, str], Floats | None]]:
    yield ("all", "all"), None
    # Day and night of rare offences in single areas would be hidden anyway, and hide the rates
    # of the whole day with them: below the city only the headline is parted.
    if has_dayparts and level in periods.by_daypart:
        for i, part in enumerate(DAYPARTS):
            yield ("daypart", part), periods.by_daypart[level][i]


def _denominators(prepared: Prepared, indicator: Indicator) -> Iterator[tuple[str, bool]]:
    main = prepared.denominator_of(indicator)
    yield main, True
    for other in (indicator.denominator, *indicator.other_denominators):
        if other is not None and other != main and other in prepared.denominators.values:
            yield other, False


def _rows(prepared: Prepared, piece: _Slice) -> Iterator[Row]:
    reasons = _reasons(prepared, piece)
    can = np.array([reason is None for reason in reasons])
    per, level = piece.indicator.per, piece.indicator.level
    rates = np.full((3, len(can)), np.nan)
    smooth = np.full((3, len(can)), np.nan)
    if can.any():
        crude = crude_rate(piece.counts[can], piece.denominator[can], per=per, level=level)
        rates[:, can] = crude.rate, crude.low, crude.high
    if piece.is_main and piece.group[0] == "all" and can.sum() >= MIN_AREAS_TO_SMOOTH:
        better = smoothed_rate(piece.counts[can], piece.denominator[can], per=per, level=level)
        smooth[:, can] = better.rate, better.low, better.high
    if piece.doubt is not None:
        rates = piece.doubt.widen(piece.counts, rates, level=level)
        smooth = piece.doubt.widen(piece.counts, smooth, level=level)
    for i, area in enumerate(prepared.territory.frames[piece.level].ids):
        yield _row(piece, area, reasons[i], (rates[:, i], smooth[:, i], i))


def _reasons(prepared: Prepared, piece: _Slice) -> list[str | None]:
    smallest = 0 if piece.denominator_id in PLACES else prepared.city.disclosure.min_population
    reasons: list[str | None] = []
    for count, base in zip(piece.counts, piece.denominator, strict=True):
        if np.isnan(count):
            reasons.append("withheld_by_source")
        elif np.isnan(base) or base <= 0:
            reasons.append("no_denominator")
        else:
            reasons.append("small_population" if base < smallest else None)
    return reasons


def _row(piece: _Slice, area: str, reason: str | None, figures: tuple[Floats, Floats, int]) -> Row:
    (value, low, high), (smoothed, smoothed_low, smoothed_high), i = figures
    count, base = piece.counts[i], piece.denominator[i]
    return {
        "indicator_id": piece.indicator.id,
        "face": piece.indicator.face.value,
        "level": piece.level,
        "area_id": area,
        "period_kind": piece.period[0],
        "period_start": piece.period[1],
        "period_end": piece.period[2],
        "dimension": piece.group[0],
        "group": piece.group[1],
        "value": number(value),
        "low": number(low),
        "high": number(high),
        "interval_level": piece.indicator.level,
        "smoothed": number(smoothed),
        "smoothed_low": number(smoothed_low),
        "smoothed_high": number(smoothed_high),
        "n": None if np.isnan(count) else int(count),
        "denominator_id": piece.denominator_id,
        "denominator": number(base),
        "unit": piece.indicator.unit,
        "method": piece.indicator.method or "crude_rate",
        "status": "shown" if reason is None else "unavailable",
        "reason": reason,
        "source_ids": list(piece.source_ids),
        "_is_main": piece.is_main,
        **_position(piece, i),
        **(
            {}
            if reason
            else sharing_columns(
                *piece.quantities, i, per=piece.indicator.per, is_public=piece.is_public
            )
        ),
    }


def _position(piece: _Slice, i: int) -> Row:
    """Return what is told of the places of an area's incidents, and what the comparisons need."""
    if piece.doubt is None or np.isnan(piece.counts[i]):
        return {}
    away = float(piece.doubt.share_away[i])
    found = piece.doubt.of(piece.counts)
    doubt = float(found.variance[i]), float(found.shift[i])
    return {"displaced_share": round(away, 3), "_position": doubt}


def number(value: float) -> float | None:
    """Return a finite number as it is, anything else as NULL."""
    return float(value) if np.isfinite(value) else None
