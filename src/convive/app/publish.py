"""The one gate: nothing reaches a build but through here.

`gate` hides the small counts behind estimates, series, trends, profiles and themes, and the
other cells that would give them away; `publish` makes the tables and refuses any row that
still carries a figure it must not show. Everything that compares areas (faces, gaps, index,
findings) is computed after the gate, from what it lets through.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa

from convive.app.assess.prepare import Prepared, Row
from convive.app.cell_sums import categories_of
from convive.app.cells import CellKey, Cells
from convive.app.differencing import compared_with, differencing
from convive.app.earlier_figures import (
    Memory,
    figures_of,
    hidden_answers,
    hide_all,
    hour_key,
    theme_key,
    week_key,
)
from convive.app.effect_cells import EFFECT, effect_cells, hidden_effects, shown_effects
from convive.app.harm_cells import HARM, harm_cells, hidden_harm
from convive.app.note_cells import counted_themes, gated_themes
from convive.app.place_cells import dominated_cells
from convive.app.releases import Release, release_of
from convive.app.rounding import round_rows
from convive.app.row_totals import Teller, tell_rows
from convive.app.schema import table_from_rows
from convive.app.tables import FINDINGS, RESULT_TABLES
from convive.app.traces import resmoothed, without_traces
from convive.app.week_cells import hidden_hours
from convive.core.disclosure import CellStatus
from convive.core.errors import DisclosureError
from convive.core.model import DisclosureRule, Status

REASONS = {
    CellStatus.SMALL_COUNT: "small_count",
    CellStatus.COMPLEMENTARY: "complementary",
    CellStatus.EARLIER_RELEASE: "earlier_release",
    CellStatus.DOMINANCE: "dominance",
}
FIGURES: Mapping[str, tuple[str, ...]] = {
    "estimates": (
        *("value", "low", "high", "smoothed", "smoothed_low", "smoothed_high", "n"),
        *("bound_low", "bound_high", "displaced_share"),
    ),
    "series": (
        "count",
        "expected",
        "expected_low",
        "expected_high",
        "completeness",
        "expected_final_low",
        "expected_final_high",
    ),
    "trends": ("change_percent", "low", "high", "p", "q", "n"),
    "faces": ("score", "low", "high", "p", "q", "n"),
    "gaps": ("difference", "low", "high", "p", "q", "joint_p", "joint_q", "odd_face"),
    "positions": ("ratio", "score", "low", "high", "p", "q", "n"),
    "index": ("value", "low", "high", "band"),
    "profiles": ("expected_count",),
    "contrasts": ("difference", "low", "high", "p", "q", "n_a", "n_b"),
    "variance_splits": (
        *("areas_share", "areas_low", "areas_high"),
        *("groups_share", "groups_low", "groups_high", "composition", "n", "n_areas"),
    ),
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
    served: Collection[str] = (),
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
    served : collection of str
        When the audits were built that are served still: their releases are never forgotten.
    day : date
        On which the rows are released.
    """
    rule = prepared.city.disclosure
    cells = _cells(prepared, raw)
    whole = _whole_release(prepared, raw, cells, day)
    before = differencing(whole, earlier, served)
    memory = Memory(compared_with(whole, earlier, served))
    statuses = cells.statuses(
        prepared,
        min_count=rule.min_count,
        earlier=before,
        dominated=dominated_cells(prepared, cells.counts),
    )
    rows: Tables = {name: [dict(row) for row in given] for name, given in raw.items()}
    _hide_counts(rows, statuses)
    _hide_made_of_many(prepared, rows, statuses, before.revealing)
    _hide_told(prepared, rows, memory)
    round_rows(prepared, rows)
    resmoothed(prepared, rows.get("estimates", []))
    without_traces(rows.get("series", []), rows.get("trends", []), rows.get("breaks", []))
    tell_rows(prepared, rows, Teller(rule.min_count, rule.rounding))
    record = _record(statuses, rule, prepared) | {"earlier_releases": before.n_releases}
    release = replace(
        whole,
        hidden=_hidden(prepared, rows, statuses, whole),
        kept=frozenset(memory.kept),
    )
    return Gated(rows, record, release)


def _hidden(
    prepared: Prepared, rows: Tables, statuses: Mapping[CellKey, CellStatus], whole: Release
) -> frozenset[CellKey]:
    """Return the cells of a release that its rows do not show."""
    hidden = {key for key, status in statuses.items() if status != CellStatus.SHOWN}
    hidden |= {key for key in whole.counts if key[0].startswith(HARM)}
    hidden -= harm_cells(prepared, rows.get("estimates", ()))[0].keys()
    hidden |= {key for key in whole.counts if key[0].startswith(EFFECT)}
    return frozenset(hidden - shown_effects(prepared, rows.get("effects", ())))


def _whole_release(
    prepared: Prepared, raw: Mapping[str, Sequence[Row]], cells: Cells, day: date
) -> Release:
    """Return all that a build would tell if it hid nothing."""
    harm, kinds = harm_cells(prepared, raw.get("estimates", ()))
    effects, more, places = effect_cells(prepared, raw.get("effects", ()))
    notes = counted_themes(prepared.territory, raw.get("themes", ()))
    return release_of(
        prepared,
        {**cells.counts, **harm, **effects},
        day,
        more_kinds={**kinds, **more},
        more_places=places,
        figures=figures_of(prepared, raw, notes),
    )


def _hide_told(prepared: Prepared, rows: Tables, memory: Memory) -> None:
    """Hide hours, answers and notes that are few, or few since an earlier release."""
    rule = prepared.city.disclosure
    weeks = [row for row in rows.get("profiles", []) if not _is_public(prepared, row["_source"])]
    for row, reason in list(hidden_hours(weeks, rule.min_count, memory, categories_of(prepared))):
        memory.kept.add(hour_key(row))
        _hide("profiles", row, reason)
    for row in weeks:
        if memory.tells(week_key(row), row["n"], rule.min_count):
            memory.kept.add(week_key(row))
            row["n"] = None
    hide_all(hidden_answers(prepared, rows, memory), _hide)
    if "themes" in rows:
        rows["themes"] = gated_themes(prepared.territory, rows["themes"], rule.min_notes, memory)
        memory.kept.update(theme_key(row) for row in rows["themes"] if row["n"] is None)


def _hide_made_of_many(
    prepared: Prepared,
    rows: Tables,
    statuses: Mapping[CellKey, CellStatus],
    revealing: frozenset[CellKey],
) -> None:
    """Hide harm and effects that would give a count away."""
    weighed = rows.get("estimates", [])
    for row, reason in list(hidden_harm(prepared, weighed, statuses, revealing)):
        _hide("estimates", row, reason)
    for row, reason in list(hidden_effects(prepared, rows.get("effects", []), statuses, revealing)):
        _hide("effects", row, reason)


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


def _hide_counts(rows: Tables, statuses: Mapping[CellKey, CellStatus]) -> None:
    """Hide what shows a hidden count, or is made from one alone."""
    for table in ("estimates", "series", "trends"):
        for row in rows.get(table, []):
            _hide(table, row, _worst(statuses, [key for key, _ in _counts(table, row)]))


def _cells(prepared: Prepared, raw: Mapping[str, Sequence[Row]]) -> Cells:
    """Collect the counts of sources that are not public already."""
    cells = Cells()
    for table in ("estimates", "series", "trends"):
        for row in raw.get(table, ()):
            numerator = prepared.numerators.get(row["indicator_id"])
            sources = [numerator.source_id] if numerator else row.get("source_ids", [])
            is_counted = numerator is not None or "_parts" in row
            if is_counted and not all(_is_public(prepared, source) for source in sources):
                for key, count in _counts(table, row):
                    cells.add(key, count)
    return cells


def _is_public(prepared: Prepared, source_id: str) -> bool:
    return source_id in prepared.evidence.public_sources


def _counts(table: str, row: Row) -> list[tuple[CellKey, int | None]]:
    """Return the counts that a row shows: also those that have it, and not, of a share."""
    if table == "trends":
        return [((*row["_cell"], span, "all"), n) for span, n in row.get("_stretches", ())]
    key = _cell_key(row)
    if "_parts" in row:
        parts = zip(("with", "without"), row["_parts"], strict=True)
        return [((*key[:4], part), n) for part, n in parts]
    return [(key, row.get("count" if table == "series" else "n"))]


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
        "dominance": sum(s is CellStatus.DOMINANCE for s in statuses.values()),
        "max_share": rule.dominance,
        "rounding": rule.rounding,
        "public_sources": sorted(prepared.evidence.public_sources),
    }
