"""Recorded incidents weighted by the harm that the pack says they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.numerators import Numerator, SourceCube
from convive.app.assess.prepare import CITY, HEADLINES, Prepared, Row
from convive.app.assess.recorded import estimated_periods, number
from convive.app.assess.sharing import Quantity, comparability
from convive.app.assess.unmapped import check_of
from convive.core.errors import MethodError
from convive.core.harm import MIN_EVENTS, covered_share, harm_rate
from convive.core.model import Face, HarmSum, HarmWeights, Indicator

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Counted:
    """One source counted by kind: `kinds` has weights, `all_events` is everything it has."""

    indicator: Indicator
    source_id: str
    weights: Floats
    kinds: tuple[Numerator, ...]
    all_events: Numerator


def harm_estimates(prepared: Prepared) -> list[Row]:
    """Return harm-weighted rates per area and period; none where the pack has no weights.

    Each row keeps its counts by kind in ``_harm_counts``, the incidents without a weight last,
    for the gate.
    """
    counted = _counted(prepared)
    if counted is None:
        return []
    rows: list[Row] = []
    for at in range(len(counted.all_events.starts)):
        for level in counted.all_events.counts:
            rows.extend(_rows(prepared, counted, level, at))
    return rows


def harm_checks(prepared: Prepared) -> Iterator[Row]:
    """Yield how many incidents of the weighted source have no weight."""
    counted = _counted(prepared)
    if counted is not None:
        everything = float(np.nansum(counted.all_events.counts[CITY]))
        weighted = sum(float(np.nansum(one.counts[CITY])) for one in counted.kinds)
        yield check_of(
            (counted.source_id, "harm_unweighted"),
            round(everything - weighted),
            round(everything),
            severity="note",
        )


def harm_parameters(weights: HarmWeights | None) -> dict[str, Any]:
    """Return the set of weights for the run record; empty where there is none."""
    if weights is None:
        return {}
    return {
        "id": weights.id,
        "version": weights.version,
        "unit": dict(weights.unit),
        "weights": dict(weights.weights),
        "source": weights.source,
        "author": weights.author,
        "dated": weights.dated,
        "cannot_show": dict(weights.cannot_show),
        "is_invented": weights.is_invented,
    }


def _counted(prepared: Prepared) -> _Counted | None:
    """Return the source of all recorded incidents by kind; None where harm cannot be had."""
    weights = prepared.city.harm
    indicator = next((i for i in prepared.indicators if isinstance(i.measure, HarmSum)), None)
    total = prepared.numerators.get(HEADLINES[Face.RECORDED])
    if weights is None or indicator is None or total is None:
        return None
    cube = prepared.cubes.sources[total.source_id]
    names = [name for name in cube.categories if name in weights.weights]
    kinds = tuple(_by_kind(cube, name) for name in names)
    values = np.array([weights.weights[name] for name in names])
    if not np.any(values > 0):
        return None
    return _Counted(indicator, cube.source_id, values, kinds, estimated_periods(total))


def _by_kind(cube: SourceCube, name: str) -> Numerator:
    return estimated_periods(cube.count((name,)))


def _rows(prepared: Prepared, counted: _Counted, level: str, at: int) -> Iterator[Row]:
    table = np.stack([one.counts[level][:, at] for one in counted.kinds], axis=1)
    all_events = counted.all_events.counts[level][:, at]
    denominator_id = prepared.denominator_of(counted.indicator)
    year = counted.all_events.starts[at].item().year
    quantity = prepared.denominators.quantity(denominator_id, level, year)
    base = np.full(len(table), np.nan) if quantity is None else quantity.value
    is_covered = _is_covered(counted, at)
    smallest = prepared.city.disclosure.min_population
    reasons = [
        _reason(counts, whole, people, smallest) if is_covered else "harm_uncovered"
        for counts, whole, people in zip(
            table[:, counted.weights > 0], all_events, base, strict=True
        )
    ]
    can = np.array([reason is None for reason in reasons])
    figures = np.full((4, len(can)), np.nan)
    if can.any():
        found = harm_rate(
            table[can],
            counted.weights,
            base[can],
            per=counted.indicator.per,
            level=counted.indicator.level,
        )
        figures[:, can] = found.rate, found.low, found.high, found.n
    sharing = (_weighted(counted, level, at), quantity or Quantity.certain(base))
    sources = (counted.source_id, *prepared.denominators.sources.get(denominator_id, ()))
    for i, area in enumerate(prepared.territory.frames[level].ids):
        row = _row(counted, (level, area), at, (reasons[i], figures[:, i]))
        row |= {
            "denominator_id": denominator_id,
            "denominator": number(base[i]),
            "source_ids": list(sources),
            "comparability": None if reasons[i] else comparability(sharing, i),
            "_source": counted.source_id,
            "_harm_counts": (*table[i], all_events[i] - table[i].sum()),
        }
        yield row


def _weighted(counted: _Counted, level: str, at: int) -> Quantity:
    """Return the harm per area with what of it rests on sharing out older areas."""
    kinds = [one.quantity(level) for one in counted.kinds]
    pairs = list(zip(counted.weights, kinds, strict=True))
    return Quantity(
        np.sum([weight * one.value[:, at] for weight, one in pairs], axis=0),
        np.sum([weight * one.assumed[:, at] for weight, one in pairs], axis=0),
        np.sum([weight * one.reach[:, at] for weight, one in pairs], axis=0),
    )


def _is_covered(counted: _Counted, at: int) -> bool:
    """Tell whether enough of what the city recorded has a weight."""
    weighted = sum(float(one.counts[CITY][0, at]) for one in counted.kinds)
    try:
        covered_share(weighted, float(counted.all_events.counts[CITY][0, at]))
    except MethodError:
        return False
    return True


def _reason(counts: Floats, whole: float, people: float, smallest: int) -> str | None:
    if np.isnan(counts).any() or np.isnan(whole):
        return "withheld_by_source"
    if np.isnan(people) or people <= 0:
        return "no_denominator"
    if people < smallest:
        return "small_population"
    return "too_few_incidents" if counts.sum() < MIN_EVENTS else None


def _row(
    counted: _Counted, area: tuple[str, str], at: int, figure: tuple[str | None, Floats]
) -> Row:
    reason, (value, low, high, n) = figure
    periods = counted.all_events
    return {
        "indicator_id": counted.indicator.id,
        "face": counted.indicator.face.value,
        "level": area[0],
        "area_id": area[1],
        "period_kind": periods.period_kind,
        "period_start": periods.starts[at].item(),
        "period_end": periods.ends[at].item(),
        "dimension": "all",
        "group": "all",
        "value": number(value),
        "low": number(low),
        "high": number(high),
        "interval_level": counted.indicator.level,
        "n": None if np.isnan(n) else int(n),
        "unit": counted.indicator.unit,
        "method": counted.indicator.method,
        "status": "shown" if reason is None else "unavailable",
        "reason": reason,
        "_is_main": True,
    }


__all__ = ["harm_checks", "harm_estimates", "harm_parameters"]
