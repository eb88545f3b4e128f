"""Context: values taken from statistics as they are."""

from __future__ import annotations

from datetime import date

import numpy as np

from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.recorded import number
from convive.app.assess.sharing import Quantity, comparability
from convive.core.model import Indicator, StatisticValue

_SUMMABLE_UNITS = ("number",)


def context_estimates(prepared: Prepared) -> list[Row]:
    """Return every statistic that has an indicator, per level and year.

    Sums over areas are made of numbers of things only, never of shares or means.
    """
    rows: list[Row] = []
    for indicator in prepared.indicators:
        if isinstance(indicator.measure, StatisticValue):
            rows.extend(_rows(prepared, indicator, indicator.measure.statistic))
    return rows


def _rows(prepared: Prepared, indicator: Indicator, statistic: str) -> list[Row]:
    found = prepared.denominators
    rows = []
    for year, levels in sorted(found.values.get(statistic, {}).items()):
        # An undated value is shown under the base year of the pack.
        start = date(year if year >= 0 else prepared.city.base_year, 1, 1)
        for level in levels:
            is_given = level in found.given_levels[statistic]
            if not is_given and indicator.unit not in _SUMMABLE_UNITS:
                continue
            values = found.quantity_of(statistic, level, year)
            for i, area in enumerate(prepared.territory.frames[level].ids):
                row = _row(indicator, (level, area), start, number(values.value[i]))
                row["source_ids"] = list(found.sources[statistic])
                rows.append(row | _sharing(values, i))
    return rows


def _sharing(values: Quantity, i: int) -> Row:
    """Return what of a number of things rests on sharing out older areas, and its bounds."""
    code = comparability((values,), i)
    if code is None:
        return {}
    bounds = {"bound_low": float(values.low[i]), "bound_high": float(values.high[i])}
    return {"comparability": code, **bounds}


def _row(indicator: Indicator, area: tuple[str, str], start: date, value: float | None) -> Row:
    return {
        "indicator_id": indicator.id,
        "face": indicator.face.value,
        "level": area[0],
        "area_id": area[1],
        "period_kind": "year",
        "period_start": start,
        "period_end": date(start.year + 1, 1, 1),
        "dimension": "all",
        "group": "all",
        "value": value,
        "interval_level": indicator.level,
        "unit": indicator.unit,
        "method": indicator.method or "statistic_value",
        "status": "shown" if value is not None else "unavailable",
        "reason": None if value is not None else "withheld_by_source",
    }


def residents_now(prepared: Prepared, level: str) -> list[float | None]:
    """Return the newest residents of each area of a level, NULL where unknown."""
    years = prepared.denominators.values.get("residents", {})
    dated = [year for year, levels in years.items() if level in levels]
    if not dated:
        return [None] * len(prepared.territory.frames[level].ids)
    values = years[max(dated)][level]
    return [number(value) if not np.isnan(value) else None for value in values]
