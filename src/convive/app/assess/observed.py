"""On-site observations: area means without the observers' strictness, and that strictness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.assess.recorded import number
from convive.app.ingest.placing import Placer
from convive.app.territory import NOWHERE, Positions
from convive.catalogue.find import items
from convive.core.errors import MethodError
from convive.core.model import Indicator, ObservedScore
from convive.core.observers import AreaMeans, area_means, rater_effects
from convive.core.significance import two_sided_normal_p

RATING_MAX = 3.0
SCORE = "score"
TOO_FEW_STOPS = "too_few_observations"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stops:
    """One entry a stop, arrays of shape (n_stops,)."""

    source: NDArray[np.object_]
    rater: NDArray[np.object_]
    place: NDArray[np.object_]
    day: NDArray[np.object_]
    is_night: NDArray[np.bool_]
    places: Mapping[str, Positions]
    is_outside: NDArray[np.bool_]
    no_area: NDArray[np.bool_]
    ratings: Mapping[str, Floats]
    """Item → rating 0 to 3, NaN where not rated; ``score`` is the mean of objective items."""


def placed_stops(prepared: Prepared) -> Stops:
    """Return the stops with their area per level and their ratings by item."""
    table = prepared.evidence.observations.sort_by(
        [("source_id", "ascending"), ("stop_id", "ascending"), ("item", "ascending")]
    )
    keys = list(
        zip(table.column("source_id").to_pylist(), table.column("stop_id").to_pylist(), strict=True)
    )
    stops = sorted(set(keys))
    index = {key: i for i, key in enumerate(stops)}
    at = np.array([index[key] for key in keys], dtype=np.int64)
    first = np.unique(at, return_index=True)[1]
    heads = table.take(first)
    placed = Placer(prepared.territory).place(heads)
    return Stops(
        source=_column(heads, "source_id"),
        rater=_column(heads, "rater"),
        place=_column(heads, "place_id"),
        day=_column(heads, "day"),
        is_night=np.asarray(_column(heads, "daypart") == "night", dtype=bool),
        places=placed.at,
        is_outside=placed.is_outside,
        no_area=placed.has_no_area,
        ratings=_ratings(table, at, len(stops)),
    )


def _column(table: pa.Table, name: str) -> NDArray[np.object_]:
    return np.array(table.column(name).to_pylist(), dtype=object)


def _ratings(table: pa.Table, at: NDArray[np.int64], n_stops: int) -> dict[str, Floats]:
    item = _column(table, "item")
    rating = np.array([np.nan if r is None else r for r in _column(table, "rating")], dtype=float)
    found: dict[str, Floats] = {}
    for name in sorted(set(item)):
        values = np.full(n_stops, np.nan)
        values[at[item == name]] = rating[item == name]
        found[name] = values
    objective = {known.id for known in items("observation") if known.is_objective}
    rows = [values for name, values in found.items() if name in objective]
    if rows:
        stack = np.stack(rows)
        n = np.isfinite(stack).sum(axis=0)
        total = np.where(np.isfinite(stack), stack, 0.0).sum(axis=0)
        found[SCORE] = np.where(n > 0, total / np.maximum(n, 1), np.nan)
    return found


def observed_estimates(prepared: Prepared, stops: Stops) -> list[Row]:
    """Return the rows of table ``estimates`` for observations: all, by day and by night."""
    rows: list[Row] = []
    for indicator in prepared.indicators:
        measure = indicator.measure
        ratings = stops.ratings.get(measure.item) if isinstance(measure, ObservedScore) else None
        if ratings is None:
            continue
        for level in (CITY, *prepared.territory.levels):
            for group, chosen in _groups(stops):
                where = chosen & (stops.places[level] != NOWHERE)
                rows.extend(_rows(prepared, (indicator, level, group), stops, ratings, where))
    return rows


def _groups(stops: Stops) -> Iterator[tuple[tuple[str, str], NDArray[np.bool_]]]:
    yield ("all", "all"), np.ones(len(stops.day), dtype=bool)
    if stops.is_night.any() and not stops.is_night.all():
        yield ("daypart", "day"), ~stops.is_night
        yield ("daypart", "night"), stops.is_night


def _rows(
    prepared: Prepared,
    of: tuple[Indicator, str, tuple[str, str]],
    stops: Stops,
    ratings: Floats,
    where: NDArray[np.bool_],
) -> Iterator[Row]:
    indicator, level, group = of
    where = where & np.isfinite(ratings)
    means = _means(stops, ratings, where, level) if where.sum() > 1 else None
    if means is None:
        return
    scale = (
        indicator.measure.scale_max if isinstance(indicator.measure, ObservedScore) else RATING_MAX
    )
    factor = scale / RATING_MAX
    days = [day for day, used in zip(stops.day, where, strict=True) if used]
    sources = sorted(set(stops.source[where]))
    ids = prepared.territory.frames[level].ids
    for i, position in enumerate(means.areas):
        enough = means.n[i] >= prepared.city.disclosure.min_observations
        yield {
            "indicator_id": indicator.id,
            "face": indicator.face.value,
            "level": level,
            "area_id": ids[int(position)],
            "period_kind": "all",
            "period_start": min(days),
            "period_end": _after(max(days)),
            "dimension": group[0],
            "group": group[1],
            **_figures(means, i, factor, scale=scale, is_shown=bool(enough)),
            "interval_level": indicator.level,
            "n": int(means.n[i]),
            "unit": indicator.unit,
            "method": indicator.method or "observed_score",
            "source_ids": sources,
        }


def _figures(means: AreaMeans, i: int, factor: float, *, scale: float, is_shown: bool) -> Row:
    low, high = factor * means.low[i], factor * means.high[i]
    if not is_shown or not np.isfinite(low):
        return {"status": "unavailable", "reason": TOO_FEW_STOPS}
    return {
        "value": number(min(max(factor * means.mean[i], 0.0), scale)),
        "low": number(max(low, 0.0)),
        "high": number(min(high, scale)),
        "status": "shown",
    }


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _means(stops: Stops, ratings: Floats, where: NDArray[np.bool_], level: str) -> AreaMeans | None:
    """Return corrected means; where raters cannot be compared, means as they were rated."""
    night = stops.is_night[where].astype(float)
    mixed = night if 0 < night.sum() < len(night) else None
    area = stops.places[level][where]
    for raters in (stops.rater[where], None):
        for covariates in (mixed, None):
            try:
                return area_means(
                    ratings[where], raters, stops.place[where], area, covariates=covariates
                )
            except MethodError:
                continue
    return None


def rater_rows(prepared: Prepared, stops: Stops) -> list[Row]:
    """Return how strict each observer is, in points of the rating scale (0 to 3)."""
    rows: list[Row] = []
    ratings = stops.ratings.get(SCORE)
    if ratings is None:
        return rows
    for source in sorted(set(stops.source)):
        where = (stops.source == source) & (stops.places[prepared.analysis] != NOWHERE)
        where &= np.isfinite(ratings)
        try:
            found = rater_effects(
                ratings[where],
                stops.rater[where],
                stops.place[where],
                areas=stops.places[prepared.analysis][where],
                covariates=stops.is_night[where].astype(float),
            )
        except MethodError:
            continue
        for i, rater in enumerate(found.raters):
            rows.append(
                {
                    "source_id": source,
                    "rater": str(rater),
                    "effect": number(found.effect[i]),
                    "low": number(found.low[i]),
                    "high": number(found.high[i]),
                    "p": number(found.p[i]),
                    "n": int(found.n[i]),
                    "is_biased": False,
                }
            )
    return rows


def daypart_contrasts(prepared: Prepared, estimates: list[Row]) -> list[Row]:
    """Return night against day of the observed scores of the city."""
    found: dict[str, dict[str, Row]] = {}
    for row in estimates:
        if row["level"] == CITY and row["dimension"] == "daypart" and row["face"] == "observed":
            found.setdefault(row["indicator_id"], {})[row["group"]] = row
    rows = []
    for indicator_id, parts in sorted(found.items()):
        night, day = parts.get("night"), parts.get("day")
        if night and day and night["status"] == day["status"] == "shown":
            rows.append(_contrast(prepared, indicator_id, night, day))
    return rows


def _contrast(prepared: Prepared, indicator_id: str, night: Row, day: Row) -> Row:
    # Two subsets of the stops, many at the same places: taken as independent, which makes the
    # interval a little too wide and the test a little too strict.
    error = float(np.hypot(_error(night), _error(day)))
    difference = night["value"] - day["value"]
    return {
        "indicator_id": indicator_id,
        "level": CITY,
        "area_id": prepared.city.id,
        "period_start": min(night["period_start"], day["period_start"]),
        "period_end": max(night["period_end"], day["period_end"]),
        "dimension": "daypart",
        "group_a": "night",
        "group_b": "day",
        "difference": difference,
        "low": difference - 1.959964 * error,
        "high": difference + 1.959964 * error,
        "p": float(two_sided_normal_p(difference / error)) if error > 0 else None,
        "n_a": night["n"],
        "n_b": day["n"],
        "status": "shown",
    }


def _error(row: Row) -> float:
    return float(row["high"] - row["low"]) / (2 * 1.959964)
