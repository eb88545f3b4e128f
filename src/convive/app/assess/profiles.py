"""When in the week recorded incidents happen, spread over their time ranges."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.ingest.tallies import Hours
from convive.catalogue.find import countable
from convive.core.model import IncidentCount, Indicator
from convive.core.temporal.aoristic import MONDAY, weekday_hour_profile

MIN_INCIDENTS = 100
"""Below this a grid of 168 hours shows noise only; a convention of Convive."""
_AT_AREA_LEVEL = ("recorded_total_rate",)

Chosen = NDArray[np.int64]
"""Positions in the arrays of `Hours`."""


def profile_rows(prepared: Prepared) -> list[Row]:
    """Return the week of every recorded indicator in the city, of the headline per area."""
    rows: list[Row] = []
    hours = {
        source: prepared.tallies.hours(source)
        for source in prepared.incident_sources
        if source in prepared.cubes.sources
    }
    for indicator_id, numerator in prepared.numerators.items():
        indicator = prepared.indicator(indicator_id)
        source, own = _timed(prepared, hours, indicator, numerator.source_id)
        if source is None:
            continue
        levels = (CITY, prepared.analysis) if indicator_id in _AT_AREA_LEVEL else (CITY,)
        for level in levels:
            ids = prepared.territory.frames[level].ids
            for area, at in zip(ids, _by_area(hours[source], level, own, len(ids)), strict=True):
                for row in _week(hours[source], (indicator_id, level, area), at):
                    rows.append({**row, "_source": source})
    return rows


def _by_area(hours: Hours, level: str, own: Chosen, n_areas: int) -> list[Chosen]:
    """Return which of the chosen entries lie in each area, one look over them all."""
    place = hours.places[level][own]
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(n_areas + 1))
    return [own[order[bounds[i] : bounds[i + 1]]] for i in range(n_areas)]


def _timed(
    prepared: Prepared, hours: dict[str, Hours], indicator: Indicator, preferred: str
) -> tuple[str | None, Chosen]:
    """Return the source whose incidents have times, that of the rates first, and which they are."""
    for source in sorted(hours, key=lambda source: (source != preferred, source)):
        own = _incidents_of(prepared, indicator, source, hours[source])
        if hours[source].n[own].sum() >= MIN_INCIDENTS:
            return source, own
    return None, np.zeros(0, dtype=np.int64)


def _incidents_of(prepared: Prepared, indicator: Indicator, source: str, hours: Hours) -> Chosen:
    measure = indicator.measure
    cube = prepared.cubes.sources[source]
    is_countable = isinstance(measure, IncidentCount) and cube.can_count(measure.categories)
    if not isinstance(measure, IncidentCount) or cube.is_counts or not is_countable:
        return np.zeros(0, dtype=np.int64)
    added = countable(measure.categories, cube.categories)
    known = [i for i, category in enumerate(cube.categories) if category in added]
    return np.flatnonzero(np.isin(hours.category, known))


def _week(hours: Hours, key: tuple[str, str, str], at: Chosen) -> Iterator[Row]:
    n = hours.n[at]
    if n.sum() < MIN_INCIDENTS:
        return
    starts = MONDAY + hours.slot[at].astype("timedelta64[s]")
    ends = starts + hours.span[at].astype("timedelta64[s]")
    profile = weekday_hour_profile(starts, ends, np.ones(len(at), dtype=bool), counts=n)
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
