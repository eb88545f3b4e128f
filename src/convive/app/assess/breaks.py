"""Recording breaks: declared in the pack, and jumps found in the city's monthly series."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from convive.app.assess.numerators import Numerator
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.assess.recorded import number
from convive.core.model import IncidentCount, Indicator
from convive.core.temporal import detect_break

USED_P = 0.01
"""A jump found with a smaller p-value parts the series like a declared one."""

BreakIndices = Mapping[str, tuple[int, ...]]
"""Indicator id → index of the first period of every new recording practice."""


def find_breaks(prepared: Prepared) -> tuple[list[Row], BreakIndices]:
    """Return the rows of table ``breaks`` and where each indicator's series parts.

    Only the city's series is searched, since recording changes everywhere at once. The search
    cannot tell a new practice from a real jump; a finding says so.
    """
    rows: list[Row] = []
    parts: dict[str, tuple[int, ...]] = {}
    for indicator_id, numerator in prepared.numerators.items():
        indicator = prepared.indicator(indicator_id)
        declared = _declared(prepared, indicator, numerator)
        rows.extend(_declared_row(prepared, indicator_id, on, text) for on, text in declared)
        known = tuple(i for on, _ in declared if (i := _index(numerator, on)) is not None)
        found = _searched(prepared, indicator_id, numerator, known)
        rows.extend(found)
        used = [_index(numerator, row["starts_on"]) for row in found if row["p"] <= USED_P]
        parts[indicator_id] = tuple(sorted({*known, *(i for i in used if i is not None)}))
    return rows, parts


def _declared(
    prepared: Prepared, indicator: Indicator, numerator: Numerator
) -> list[tuple[date, Mapping[str, str]]]:
    measure = indicator.measure
    own = set(measure.categories) if isinstance(measure, IncidentCount) else set()
    return [
        (known.on, known.reason)
        for known in prepared.city.breaks
        if known.source == numerator.source_id
        and (not known.categories or not own or own & set(known.categories))
    ]


def _declared_row(
    prepared: Prepared, indicator_id: str, on: date, reason: Mapping[str, str]
) -> Row:
    return {
        "indicator_id": indicator_id,
        "level": CITY,
        "area_id": prepared.city.id,
        "starts_on": on,
        "is_declared": True,
        "reason": dict(reason),
    }


def _searched(
    prepared: Prepared, indicator_id: str, numerator: Numerator, known: tuple[int, ...]
) -> list[Row]:
    counts = numerator.counts.get(CITY)
    if numerator.period_kind != "month" or counts is None or np.isnan(counts).any():
        return []
    found = detect_break(counts[0], rng=prepared.rng, known_breaks=known)
    if found.index is None or found.p is None:
        return []
    return [
        {
            "indicator_id": indicator_id,
            "level": CITY,
            "area_id": prepared.city.id,
            "starts_on": numerator.starts[found.index].item(),
            "is_declared": False,
            "ratio": number(found.ratio if found.ratio is not None else np.nan),
            "low": number(found.low if found.low is not None else np.nan),
            "high": number(found.high if found.high is not None else np.nan),
            "p": found.p,
        }
    ]


def _index(numerator: Numerator, on: date) -> int | None:
    """Return the first period that starts on or after the day; None outside the series."""
    at = int(np.searchsorted(numerator.starts, np.datetime64(on)))
    return at if 0 < at < len(numerator.starts) else None
