"""Whether the rates that a source publishes beside its counts come out of our own division."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from convive.app.assess.denominators import RESIDENTS
from convive.app.assess.prepare import Prepared, Row
from convive.core.published_rates import compare_published

Floats = NDArray[np.float64]
LARGER_RATE = 100.0
"""The relative difference is told of rates from here on: below, rounding alone makes it large."""


def rate_checks(prepared: Prepared) -> Iterator[Row]:
    """Yield a row of ``quality`` for every source that publishes rates.

    Code ``rates_reproduced`` with `n` equal rates where all are equal within their rounding, else
    ``rates_differ`` with `n` rates that are not. A rate is compared only where residents of
    exactly its year are known: a rate of another year's people proves nothing.
    """
    counts = prepared.evidence.counts
    given = counts.filter(pc.and_(counts["published_rate"].is_valid(), counts["count"].is_valid()))
    for source in sorted(set(given["source_id"].to_pylist())):
        rows = given.filter(pc.equal(given["source_id"], source)).to_pylist()
        for per in sorted({row["published_per"] for row in rows if row["published_per"]}):
            own = [row for row in rows if row["published_per"] == per]
            check = _checked(prepared, source, own, per)
            if check is not None:
                yield check


def _checked(prepared: Prepared, source: str, rows: list[Row], per: int) -> Row | None:
    people = _residents(prepared, rows)
    known = np.isfinite(people) & (people > 0)
    if not known.any():
        return None
    years = np.array([row["period_start"].year for row in rows])[known]
    count = np.array([row["count"] for row in rows], dtype=float)[known]
    rate = np.array([row["published_rate"] for row in rows], dtype=float)[known]
    is_equal, relative = np.zeros(rate.shape, dtype=bool), np.zeros(rate.shape)
    for year in np.unique(years):  # a publisher may round in some years and not in others
        own = years == year
        found = compare_published(count[own], rate[own], people[known][own], per=per)
        is_equal[own], relative[own] = found.is_equal, found.relative
    larger = relative[rate >= LARGER_RATE]
    n_differing, base = int((~is_equal).sum()), int(known.sum())
    params = {
        "n": n_differing or base,
        "base": base,
        "per": per,
        "largest": round(float(100 * larger.max()), 4) if larger.size else 0.0,
    }
    return {
        "source_id": source,
        "code": "rates_differ" if n_differing else "rates_reproduced",
        "severity": "note",
        "n": params["n"],
        "base": base,
        "share": params["n"] / base,
        "params": params,
        "examples": [],
    }


def _residents(prepared: Prepared, rows: list[Row]) -> Floats:
    """Return the residents of each row's area in its year; NaN where they are not known."""
    by_year = prepared.denominators.values.get(RESIDENTS, {})
    places = {
        (level, area): i
        for level, frame in prepared.territory.frames.items()
        for i, area in enumerate(frame.ids)
    }
    people = np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        place = places.get((row["area_level"], row["area_id"]))
        found = by_year.get(row["period_start"].year, {}).get(row["area_level"])
        if place is not None and found is not None:
            people[i] = found[place]
    return people
