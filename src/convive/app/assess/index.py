"""The safety index of the areas, from gated figures only."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.context import residents_now
from convive.app.assess.faces import NORMAL_95
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.assess.recorded import number
from convive.app.assess.sharing import is_comparable
from convive.core.errors import MethodError
from convive.core.index import IndexComponent, IndexOptions, Slot, build_index
from convive.core.model import Indicator

LONGEST_CARRY_YEARS = 2
"""A survey counts for years without a wave of their own up to so far away."""
N_DRAWS = 500

Floats = NDArray[np.float64]
YearUsed = dict[tuple[str, int], int]
"""Indicator and year of the index → year of the figure that is used."""


def index_rows(prepared: Prepared, estimates: list[Row]) -> list[Row]:
    """Return the rows of table ``index``: areas of the analysis, and the city as their mean."""
    chosen = [found for found in prepared.indicators if found.side is not None]
    figures = _figures(prepared, estimates, {found.id for found in chosen})
    chosen = [found for found in chosen if found.id in figures]
    years = sorted({y for by_year in figures.values() for y in by_year if y >= 0})
    ids = prepared.territory.frames[prepared.analysis].ids
    if not chosen or not years or len(ids) < 3:
        return []
    values = np.full((len(chosen), len(ids), len(years)), np.nan)
    errors = np.full_like(values, np.nan)
    used: YearUsed = {}
    for row, indicator in enumerate(chosen):
        for column, year in enumerate(years):
            near = _nearest(figures[indicator.id], year)
            if near is not None:
                values[row, :, column], errors[row, :, column] = figures[indicator.id][near]
                used[(indicator.id, year)] = near
    return _marked(_built(prepared, chosen, (values, errors), years), used)


def _marked(rows: list[Row], used: YearUsed) -> list[Row]:
    """Say of every part which year its figure is of."""
    for row in rows:
        row["parts"] = [
            {
                "indicator_id": part,
                "year": used[(part, row["year"])],
                "is_carried": used[(part, row["year"])] != row["year"],
            }
            for part in row["parts"]
            if (part, row["year"]) in used
        ]
    return rows


def _built(
    prepared: Prepared, chosen: list[Indicator], figures: tuple[Floats, Floats], years: list[int]
) -> list[Row]:
    slots = [
        Slot(found.id, found.theme, found.side, found.is_lower_better)
        for found in chosen
        if found.side is not None
    ]
    base = years.index(min(years, key=lambda year: abs(year - prepared.city.base_year)))
    try:
        result = build_index(
            *figures, slots, base, rng=prepared.rng, options=IndexOptions(n_draws=N_DRAWS)
        )
    except MethodError:
        return []
    rows: list[Row] = []
    for name, component in result.components.items():
        rows.extend(_area_rows(prepared, name, component, years))
        rows.extend(_city_rows(prepared, name, component, years))
    return rows


def _figures(
    prepared: Prepared, estimates: list[Row], wanted: set[str]
) -> dict[str, dict[int, tuple[Floats, Floats]]]:
    """Return indicator → year → values and standard errors of shape (n_areas,)."""
    ids = {area: i for i, area in enumerate(prepared.territory.frames[prepared.analysis].ids)}
    found: dict[str, dict[int, tuple[Floats, Floats]]] = {}
    for row in estimates:
        is_used = (
            row["indicator_id"] in wanted
            and row["level"] == prepared.analysis
            and row["dimension"] == "all"
            and row["status"] == "shown"
            and is_comparable(row)
            and row.get("_is_main", True)
        )
        if not is_used:
            continue
        years = found.setdefault(row["indicator_id"], {})
        blank = (np.full(len(ids), np.nan), np.full(len(ids), np.nan))
        values, errors = years.setdefault(row["period_start"].year, blank)
        kind = "smoothed" if row.get("smoothed") is not None else "value"
        low, high = ("smoothed_low", "smoothed_high") if kind == "smoothed" else ("low", "high")
        values[ids[row["area_id"]]] = row[kind]
        errors[ids[row["area_id"]]] = (row[high] - row[low]) / (2 * NORMAL_95)
    return found


def _nearest(by_year: Mapping[int, object], year: int) -> int | None:
    near = min(by_year, key=lambda known: (abs(known - year), known))
    return near if abs(near - year) <= LONGEST_CARRY_YEARS else None


def _area_rows(
    prepared: Prepared, name: str, component: IndexComponent, years: list[int]
) -> list[Row]:
    rows = []
    for i, area in enumerate(prepared.territory.frames[prepared.analysis].ids):
        for j, year in enumerate(years):
            figures = component.values[i, j], component.low[i, j], component.high[i, j]
            band = int(component.bands[i, j])
            row = _row((prepared.analysis, area, year, name), component, figures)
            rows.append(row | {"band": band if band and row["status"] == "shown" else None})
    return rows


def _city_rows(
    prepared: Prepared, name: str, component: IndexComponent, years: list[int]
) -> list[Row]:
    """Return the city as the mean of its areas, weighted by residents where they are known."""
    people = residents_now(prepared, prepared.analysis)
    weights = np.array([np.nan if p is None else p for p in people], dtype=float)
    if not np.isfinite(weights).all() or not weights.sum() > 0:
        weights = np.ones(len(people))
    rows = []
    for j, year in enumerate(years):
        known = np.isfinite(component.values[:, j])
        if known.mean() < 0.5:
            continue
        share = np.where(known, weights, 0.0) / weights[known].sum()
        value = float(np.sum(share[known] * component.values[known, j]))
        error = float(np.sqrt(np.sum((share * component.standard_errors[:, j])[known] ** 2)))
        figures = value, value - 1.6449 * error, value + 1.6449 * error
        rows.append(_row((CITY, prepared.city.id, year, name), component, figures))
    return rows


def _row(
    key: tuple[str, str, int, str], component: IndexComponent, figures: tuple[float, float, float]
) -> Row:
    value, low, high = (number(x) for x in figures)
    is_shown = value is not None
    return {
        "level": key[0],
        "area_id": key[1],
        "year": key[2],
        "component": key[3],
        "value": value,
        "low": low if is_shown else None,
        "high": high if is_shown else None,
        "parts": list(component.parts),
        "status": "shown" if is_shown else "unavailable",
        "reason": None if is_shown else "too_few_parts",
    }
