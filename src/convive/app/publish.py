"""The one gate: nothing reaches a build but through here.

`gate` hides the small counts behind estimates, series, trends, profiles and themes, and the
other cells that would give them away; `publish` makes the tables and refuses any row that
still carries a figure it must not show. Everything that compares areas (faces, gaps, index,
findings) is computed after the gate, from what it lets through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from convive.app.assess.prepare import Prepared, Row
from convive.app.cells import CellKey, Cells
from convive.app.harm_cells import hidden_harm
from convive.app.note_cells import gated_themes
from convive.app.releases import Release, differencing, release_of
from convive.app.schema import table_from_rows
from convive.app.tables import FINDINGS, RESULT_TABLES
from convive.core.disclosure import CellStatus
from convive.core.errors import DisclosureError
from convive.core.model import DisclosureRule, Status

REASONS = {
    CellStatus.SMALL_COUNT: "small_count",
    CellStatus.COMPLEMENTARY: "complementary",
    CellStatus.EARLIER_RELEASE: "earlier_release",
}
FIGURES: Mapping[str, tuple[str, ...]] = {
    "estimates": ("value", "low", "high", "smoothed", "smoothed_low", "smoothed_high", "n"),
    "series": ("count", "expected", "expected_low", "expected_high"),
    "trends": ("change_percent", "low", "high", "p", "q", "n"),
    "faces": ("score", "low", "high", "p", "q", "n"),
    "gaps": ("difference", "low", "high", "p", "q"),
    "index": ("value", "low", "high", "band"),
    "profiles": ("expected_count",),
    "contrasts": ("difference", "low", "high", "p", "q", "n_a", "n_b"),
    "effects": ("effect_percent", "low", "high", "p", "q", "n_before", "n_after"),
    "themes": ("n",),
}
"""Per table with a status: the columns that are NULL where a row is suppressed."""

Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Gated:
    """Rows that have passed the gate, and what the gate did."""

    rows: Tables
    record: Mapping[str, Any]
    release: Release
    """To be remembered before anybody sees the rows."""


def gate(
    prepared: Prepared,
    raw: Mapping[str, Sequence[Row]],
    *,
    earlier: Sequence[Release] = (),
    day: date = date.min,
) -> Gated:
    """Return the rows with everything hidden that must be.

    Parameters
    ----------
    raw : mapping of table name to rows
        Estimates, series, trends, profiles, effects and themes as assessed; other tables pass
        as they are. Rows of one recorded count share a cell, whatever table they stand in.
    earlier : sequence of Release
        What readers have already.
    day : date
        On which the rows are released.
    """
    rule = prepared.city.disclosure
    cells = _cells(prepared, raw)
    whole = release_of(prepared, cells.counts, day)
    before = differencing(whole, earlier)
    statuses = cells.statuses(prepared, min_count=rule.min_count, earlier=before)
    hidden = frozenset(key for key, status in statuses.items() if status != CellStatus.SHOWN)
    rows: Tables = {name: [dict(row) for row in given] for name, given in raw.items()}
    for table in ("estimates", "series"):
        for row in rows.get(table, []):
            _hide(table, row, _worst(statuses, [_cell_key(row)]))
    for row in rows.get("trends", []):
        keys = [(*row["_cell"], span, "all") for span, _ in row.get("_stretches", ())]
        _hide("trends", row, _worst(statuses, keys))
    _hide_small_repeats(rows.get("estimates", []), rule)
    for row, reason in hidden_harm(prepared, rows.get("estimates", []), statuses, rule.min_count):
        _hide("estimates", row, reason)
    _hide_profile_hours(prepared, rows.get("profiles", []), rule)
    _hide_small_effects(prepared, rows.get("effects", []), statuses, rule)
    if "themes" in rows:
        rows["themes"] = gated_themes(prepared.territory, rows["themes"], rule.min_notes)
    record = _record(statuses, rule, prepared) | {"earlier_releases": before.n_releases}
    return Gated(rows, record, replace(whole, hidden=hidden))


def publish(rows: Mapping[str, Sequence[Row]]) -> dict[str, pa.Table]:
    """Return the tables of a build, all but the findings.

    Raises
    ------
    DisclosureError
        PUBLISH_NOT_GATED where a suppressed row still carries a figure.
    """
    tables: dict[str, pa.Table] = {}
    for spec in RESULT_TABLES:
        if spec is FINDINGS:
            continue
        given = [
            {key: value for key, value in row.items() if not key.startswith("_")}
            for row in rows.get(spec.name, ())
        ]
        for row in given:
            _refuse_ungated(spec.name, row)
        tables[spec.name] = table_from_rows(spec, given)
    return tables


def _refuse_ungated(table: str, row: Row) -> None:
    if row.get("status", Status.SHOWN) != Status.SUPPRESSED:
        return
    if any(row.get(name) is not None for name in FIGURES[table]):
        raise DisclosureError("PUBLISH_NOT_GATED", table=table)


def _cells(prepared: Prepared, raw: Mapping[str, Sequence[Row]]) -> Cells:
    """Collect the counts of sources that are not public already."""
    public = set(prepared.evidence.public_sources)
    closed = {
        indicator_id
        for indicator_id, numerator in prepared.numerators.items()
        if numerator.source_id not in public
    }
    cells = Cells()
    for row in raw.get("estimates", ()):
        if row["indicator_id"] in closed:
            cells.add(_cell_key(row), row["n"])
    for row in raw.get("series", ()):
        if row["indicator_id"] in closed:
            cells.add(_cell_key(row), row["count"])
    for row in raw.get("trends", ()):
        if row["indicator_id"] in closed:
            for span, count in row.get("_stretches", ()):
                cells.add((*row["_cell"], span, "all"), count)
    return cells


def _cell_key(row: Row) -> CellKey:
    span = (row["period_start"], row["period_end"])
    return (row["indicator_id"], row["level"], row["area_id"], span, row.get("group", "all"))


def _worst(statuses: Mapping[CellKey, CellStatus], keys: Sequence[CellKey]) -> str | None:
    found = {statuses.get(key, CellStatus.SHOWN) for key in keys} - {CellStatus.SHOWN}
    return REASONS[min(found)] if found else None


def _hide(table: str, row: Row, reason: str | None) -> None:
    if reason is None:
        return
    row.update(dict.fromkeys(FIGURES[table]))
    row["status"] = Status.SUPPRESSED.value
    row["reason"] = reason


def _hide_small_repeats(rows: Sequence[Row], rule: DisclosureRule) -> None:
    for row in rows:
        parts = row.get("_parts")
        if parts is not None and any(0 < part < rule.min_count for part in parts):
            _hide("estimates", row, "small_count")


def _hide_profile_hours(prepared: Prepared, rows: Sequence[Row], rule: DisclosureRule) -> None:
    """Hide thin hours; never one alone, and never so few that they add up to a small count."""
    public = set(prepared.evidence.public_sources)
    weeks: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row["_source"] not in public:
            key = (row["indicator_id"], row["level"], row["area_id"])
            weeks.setdefault(key, []).append(row)
    for hours in weeks.values():
        ordered = sorted(hours, key=lambda r: (r["expected_count"], r["weekday"], r["hour"]))
        hidden_sum, n_hidden = 0.0, 0
        for row in (r for r in ordered if r["expected_count"] > 0):
            is_thin = row["expected_count"] < rule.min_count
            is_needed = n_hidden > 0 and (n_hidden < 2 or hidden_sum < rule.min_count)
            if not is_thin and not is_needed:
                break
            hidden_sum, n_hidden = hidden_sum + row["expected_count"], n_hidden + 1
            _hide("profiles", row, "small_count" if is_thin else "complementary")


def _hide_small_effects(
    prepared: Prepared,
    rows: Sequence[Row],
    statuses: Mapping[CellKey, CellStatus],
    rule: DisclosureRule,
) -> None:
    """Hide effects on few incidents; keep counts back where one of the areas hides its own."""
    hiding = {key[:3] for key, status in statuses.items() if status != CellStatus.SHOWN}
    public = set(prepared.evidence.public_sources)
    for row in rows:
        if prepared.numerators[row["indicator_id"]].source_id in public:
            continue
        counts = [row.get(name) for name in ("n_before", "n_after")]
        if any(count is not None and 0 < count < rule.min_count for count in counts):
            _hide("effects", row, "small_count")
        elif any((row["indicator_id"], row["level"], area) in hiding for area in row["areas"]):
            row.update({"n_before": None, "n_after": None})


def _record(
    statuses: Mapping[CellKey, CellStatus], rule: DisclosureRule, prepared: Prepared
) -> dict[str, Any]:
    return {
        "min_count": rule.min_count,
        "min_respondents": rule.min_respondents,
        "min_observations": rule.min_observations,
        "min_population": rule.min_population,
        "min_notes": rule.min_notes,
        "reason": rule.reason,
        "cells": len(statuses),
        "small_count": sum(s is CellStatus.SMALL_COUNT for s in statuses.values()),
        "complementary": sum(s is CellStatus.COMPLEMENTARY for s in statuses.values()),
        "earlier_release": sum(s is CellStatus.EARLIER_RELEASE for s in statuses.values()),
        "public_sources": sorted(prepared.evidence.public_sources),
    }
