"""Repeat victimisation: incidents whose target had another in the twelve months before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from convive.app.assess.numerators import covered_months
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.core.model import Indicator, RepeatShare

_YEAR = np.timedelta64(365, "D")


def repeat_estimates(prepared: Prepared) -> list[Row]:
    """Return repeat shares per complete year that has a year of history before it."""
    rows: list[Row] = []
    facts = prepared.facts
    sources = sorted(set(facts.source[facts.has_target]))
    for indicator in prepared.indicators:
        if isinstance(indicator.measure, RepeatShare):
            for source in sources[:1]:
                rows.extend(_rows(prepared, indicator, source))
    return rows


def _rows(prepared: Prepared, indicator: Indicator, source: str) -> Iterator[Row]:
    facts = prepared.facts
    measure = indicator.measure
    categories = measure.categories if isinstance(measure, RepeatShare) else ()
    own = (facts.source == source) & facts.has_target & ~np.isnat(facts.starts)
    if categories:
        own &= np.isin(facts.category, list(categories))
    at = np.flatnonzero(own)
    if not len(at):
        return
    is_repeat = _is_repeat(facts.target[at].astype(str), facts.starts[at])
    months = covered_months(facts, source)
    for year in sorted(set(months // 12)):
        if np.count_nonzero(months // 12 == year) < 12 or (year - 1) * 12 < months[0]:
            continue
        for level in (CITY, prepared.analysis):
            chosen = (facts.year[at] == year + 1970) & (facts.places[level][at] >= 0)
            place = facts.places[level][at][chosen]
            ids = prepared.territory.frames[level].ids
            n = np.bincount(place, minlength=len(ids))
            repeats = np.bincount(place, is_repeat[chosen], minlength=len(ids)).astype(int)
            for i, area in enumerate(ids):
                key = (level, area, int(year) + 1970)
                few = prepared.city.disclosure.min_respondents
                yield _row(indicator, key, (int(repeats[i]), int(n[i]), few), source)


def _is_repeat(target: NDArray[np.str_], starts: NDArray[np.datetime64]) -> NDArray[np.float64]:
    order = np.lexsort((starts, target))
    same = target[order][1:] == target[order][:-1]
    close = starts[order][1:] - starts[order][:-1] <= _YEAR
    repeat = np.zeros(len(target))
    repeat[order[1:]] = same & close
    return repeat


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
    interval = stats.binomtest(repeats, n).proportion_ci(indicator.level, method="wilson")
    return row | {
        "value": 100 * repeats / n,
        "low": 100 * float(interval.low),
        "high": 100 * float(interval.high),
        "status": "shown",
        "_parts": (repeats, n - repeats),
    }
