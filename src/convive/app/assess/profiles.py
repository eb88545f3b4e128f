"""When in the week recorded incidents happen, spread over their time ranges."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.prepare import CITY, Prepared, Row
from convive.catalogue.find import countable
from convive.core.model import IncidentCount, Indicator
from convive.core.temporal.aoristic import weekday_hour_profile

MIN_INCIDENTS = 100
"""Below this a grid of 168 hours shows noise only; a convention of Convive."""
_AT_AREA_LEVEL = ("recorded_total_rate",)


def profile_rows(prepared: Prepared) -> list[Row]:
    """Return the week of every recorded indicator in the city, of the headline per area."""
    rows: list[Row] = []
    for indicator_id, numerator in prepared.numerators.items():
        indicator = prepared.indicator(indicator_id)
        source, own = _timed(prepared, indicator, numerator.source_id)
        if source is None:
            continue
        levels = (CITY, prepared.analysis) if indicator_id in _AT_AREA_LEVEL else (CITY,)
        for level in levels:
            for i, area in enumerate(prepared.territory.frames[level].ids):
                at = own & (prepared.facts.places[level] == i)
                for row in _week(prepared, (indicator_id, level, area), at):
                    rows.append({**row, "_source": source})
    return rows


def _timed(
    prepared: Prepared, indicator: Indicator, preferred: str
) -> tuple[str | None, NDArray[np.bool_]]:
    """Return the source whose incidents have times, that of the rates first, and which they are."""
    others = sorted(prepared.cubes.sources, key=lambda source: (source != preferred, source))
    for source in others:
        own = _incidents_of(prepared, indicator, source)
        if own.sum() >= MIN_INCIDENTS:
            return source, own
    return None, np.zeros(0, dtype=bool)


def _incidents_of(prepared: Prepared, indicator: Indicator, source: str) -> NDArray[np.bool_]:
    measure = indicator.measure
    facts = prepared.facts
    cube = prepared.cubes.sources[source]
    is_countable = isinstance(measure, IncidentCount) and cube.can_count(measure.categories)
    if not isinstance(measure, IncidentCount) or cube.is_counts or not is_countable:
        return np.zeros(len(facts.source), dtype=bool)
    added = set(countable(measure.categories, cube.categories))
    known = np.array([(c or "") in added for c in facts.category], dtype=bool)
    is_timed = np.isin(facts.precision, ["minute", "hour"])
    return (facts.source == source) & known & is_timed


def _week(prepared: Prepared, key: tuple[str, str, str], at: NDArray[np.bool_]) -> Iterator[Row]:
    facts = prepared.facts
    if at.sum() < MIN_INCIDENTS:
        return
    profile = weekday_hour_profile(facts.starts[at], facts.ends[at], np.ones(at.sum(), dtype=bool))
    for weekday in range(7):
        for hour in range(24):
            yield {
                "indicator_id": key[0],
                "level": key[1],
                "area_id": key[2],
                "weekday": weekday + 1,
                "hour": hour,
                "expected_count": round(float(profile.expected_counts[weekday, hour]), 3),
                "n": profile.n,
                "status": "shown",
            }
