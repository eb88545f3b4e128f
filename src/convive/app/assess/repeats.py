"""Repeat victimisation: incidents whose target had another in the twelve months before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pyarrow.compute as pc
import scipy  # its statistics take half a second to load: at their first use

from convive.app.assess.numerators import covered_months
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.core.model import Indicator, RepeatShare

_YEAR_DAYS = 365


def repeat_estimates(prepared: Prepared) -> list[Row]:
    """Return repeat shares per complete year that has a year of history before it."""
    rows: list[Row] = []
    sources = [one.source_id for one in prepared.incident_sources.values() if one.has("targets")]
    for indicator in prepared.indicators:
        if isinstance(indicator.measure, RepeatShare):
            for source in sources[:1]:
                rows.extend(_rows(prepared, indicator, source))
    return rows


def _rows(prepared: Prepared, indicator: Indicator, source: str) -> Iterator[Row]:
    measure = indicator.measure
    categories = measure.categories if isinstance(measure, RepeatShare) else ()
    levels = (CITY, prepared.analysis)
    by = ("year", *(f"at_{level}" for level in levels))
    found = prepared.tallies.repeats(source, categories, by, days=_YEAR_DAYS)
    if not found.num_rows:
        return
    few = prepared.city.disclosure.min_respondents
    for year in _years(prepared, source):
        own = found.filter(pc.equal(found.column("year"), year))
        n, repeats = own.column("n").to_numpy(), own.column("n_repeats").to_numpy()
        for level in levels:
            ids = prepared.territory.frames[level].ids
            place = own.column(f"at_{level}").to_numpy()
            known = place >= 0
            of_all = np.bincount(place[known], n[known], minlength=len(ids)).astype(int)
            again = np.bincount(place[known], repeats[known], minlength=len(ids)).astype(int)
            for i, area in enumerate(ids):
                counts = (int(again[i]), int(of_all[i]), few)
                yield _row(indicator, (level, area, year), counts, source)


def _years(prepared: Prepared, source: str) -> Iterator[int]:
    """Yield the complete years with a year of history before them, of rows that are still there."""
    months = covered_months(prepared.incident_sources[source])
    weeded = prepared.tallies.weeded_before(source)
    for year in sorted({int(month) // 12 for month in months}):
        is_whole = np.count_nonzero(months // 12 == year) == 12
        has_history = (year - 1) * 12 >= months[0]
        is_there = weeded is None or date.fromisoformat(weeded) <= date(year + 1969, 1, 1)
        if is_whole and has_history and is_there:
            yield year + 1970


def _row(
    indicator: Indicator, key: tuple[str, str, int], counts: tuple[int, int, int], source: str
) -> Row:
    level, area, year = key
    repeats, n, fewest = counts
    start = date(year, 1, 1)
    row: Row = {
        "indicator_id": indicator.id,
        "face": indicator.face.value,
        "level": level,
        "area_id": area,
        "period_kind": "year",
        "period_start": start,
        "period_end": date(year + 1, 1, 1),
        "dimension": "all",
        "group": "all",
        "interval_level": indicator.level,
        "n": n if n >= fewest else None,
        "unit": indicator.unit,
        "method": indicator.method or "repeat_share",
        "source_ids": [source],
    }
    if n < fewest:
        return row | {"status": "unavailable", "reason": "too_few_incidents"}
    interval = scipy.stats.binomtest(repeats, n).proportion_ci(indicator.level, method="wilson")
    return row | {
        "value": 100 * repeats / n,
        "low": 100 * float(interval.low),
        "high": 100 * float(interval.high),
        "status": "shown",
        "_parts": (repeats, n - repeats),
    }
