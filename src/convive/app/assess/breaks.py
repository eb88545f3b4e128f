"""Recording breaks: declared in the pack, and jumps found in the city's monthly series."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from convive.app.assess.numerators import Numerator
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.assess.recorded import number
from convive.core.model import IncidentCount, Indicator
from convive.core.temporal import BreakResult, detect_break, jump_at

USED_P = 0.01
"""A jump found with a smaller p-value parts the series like a declared one."""

SHARED_P = 0.10
"""So does a jump in the month of a clear jump elsewhere in the source: recording seldom changes
for one kind of incident alone, and a comparison across it would be false."""

BreakIndices = Mapping[str, tuple[int, ...]]
"""Indicator id → index of the first period of every new recording practice."""


def find_breaks(prepared: Prepared) -> tuple[list[Row], BreakIndices]:
    """Return the rows of table ``breaks`` and where each indicator's series parts.

    Only the city's series is searched, since recording changes everywhere at once. The search
    cannot tell a new practice from a real jump; a finding says so.
    """
    rows: list[Row] = []
    for indicator_id, numerator in prepared.numerators.items():
        indicator = prepared.indicator(indicator_id)
        declared = _declared(prepared, indicator, numerator)
        rows.extend(_declared_row(prepared, indicator_id, on, text) for on, text in declared)
        known = tuple(i for on, _ in declared if (i := _index(numerator, on)) is not None)
        rows.extend(_searched(prepared, indicator_id, numerator, known))
    rows = _with_shared(prepared, rows)
    return rows, {
        indicator_id: tuple(
            sorted(
                {
                    at
                    for row in rows
                    if row["indicator_id"] == indicator_id and row["is_used"]
                    if (at := _index(numerator, row["starts_on"])) is not None
                }
            )
        )
        for indicator_id, numerator in prepared.numerators.items()
    }


def _with_shared(prepared: Prepared, rows: list[Row]) -> list[Row]:
    """Return the rows with those jumps that stand in the month of a clear one of the source."""
    clear = {
        (prepared.numerators[row["indicator_id"]].source_id, row["starts_on"])
        for row in rows
        if row["is_used"] and not row["is_declared"]
    }
    taken = {(row["indicator_id"], row["starts_on"]) for row in rows if row["is_used"]}
    shared = []
    for indicator_id, numerator in prepared.numerators.items():
        for source, on in sorted(clear):
            if source != numerator.source_id or (indicator_id, on) in taken:
                continue
            closed = numerator.counts[CITY][0, : numerator.n_closed]
            found = jump_at(closed, _index(numerator, on) or 0)
            if found.p is not None and found.p <= SHARED_P:
                shared.append({**_found_row(prepared, indicator_id, on, found), "p": None})
    replaced = {(row["indicator_id"], row["starts_on"]) for row in shared}
    kept = [row for row in rows if (row["indicator_id"], row["starts_on"]) not in replaced]
    return [*kept, *({**row, "is_used": True} for row in shared)]


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
        "is_used": True,
        "reason": dict(reason),
    }


def _searched(
    prepared: Prepared, indicator_id: str, numerator: Numerator, known: tuple[int, ...]
) -> list[Row]:
    counts = numerator.counts.get(CITY)
    if numerator.period_kind != "month" or counts is None or np.isnan(counts).any():
        return []
    closed = counts[0, : numerator.n_closed]
    found = detect_break(closed, rng=prepared.rng, known_breaks=known)
    if found.index is None or found.p is None:
        return []
    return [_found_row(prepared, indicator_id, numerator.starts[found.index].item(), found)]


def _found_row(prepared: Prepared, indicator_id: str, on: date, found: BreakResult) -> Row:
    return {
        "indicator_id": indicator_id,
        "level": CITY,
        "area_id": prepared.city.id,
        "starts_on": on,
        "is_declared": False,
        "is_used": found.p is not None and found.p <= USED_P,
        "ratio": number(found.ratio if found.ratio is not None else np.nan),
        "low": number(found.low if found.low is not None else np.nan),
        "high": number(found.high if found.high is not None else np.nan),
        "p": found.p,
    }


def _index(numerator: Numerator, on: date) -> int | None:
    """Return the first period that starts on or after the day; None outside the series."""
    at = int(np.searchsorted(numerator.starts, np.datetime64(on)))
    return at if 0 < at < len(numerator.starts) else None
