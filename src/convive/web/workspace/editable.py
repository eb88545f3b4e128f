"""What of each thing people edit, and those fields as JSON: the one list behind every revision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from convive.web.workspace.models import (
    Action,
    ActionArea,
    AgendaItem,
    AreaLead,
    Body,
    BudgetLine,
    Challenge,
    Commitment,
    Decision,
    Meeting,
    Milestone,
    Objective,
    PlaceProject,
    Risk,
    Stakeholder,
    Strategy,
    Target,
    Written,
)

EDITABLE: Mapping[type[Written], tuple[str, tuple[str, ...]]] = {
    Strategy: ("strategy", ("title", "about", "from_year", "until_year", "currency", "state", "adopted_on")),
    Challenge: ("challenge", ("title", "about", "topic", "position", "findings")),
    Objective: ("objective", ("title", "about", "position", "challenge", "targets")),
    Action: ("action", (
        "title", "about", "kind", "pillar", "level", "state", "groups", "times", "gender_lens",
        "gender_note", "lead", "partners", "starts_on", "ends_on", "dose_unit", "dose_planned",
        "diary_days", "evidence_note", "shelf_ref", "logic", "position", "objective",
        "areas", "budget", "milestones", "targets", "risks", "evidence",
    )),
    Stakeholder: ("stakeholder", ("part", "mandate", "prerogatives", "brings", "contact", "checklist")),
    Body: ("body", ("name", "kind", "about", "level", "area_id", "every_months", "is_active")),
    Meeting: ("meeting", ("title", "starts_at", "ends_at", "place", "state", "strategy")),
    AgendaItem: ("agenda_item", ("title", "kind", "position", "minutes_planned", "note", "minutes")),
    Decision: ("decision", ("text", "challenges", "objectives", "actions", "decided_on", "item")),
    Commitment: ("commitment", (
        "text", "owner", "due", "done_on", "done_note", "is_dropped", "action", "decision", "item",
    )),
    PlaceProject: ("place_project", (
        "name", "level", "area_id", "problem", "started_on", "ended_on", "actions",
    )),
    AreaLead: ("area_lead", ("organisation", "contact", "amount", "reason", "year")),
}  # fmt: skip
"""Type → its kind in `Revision` and in the log, and the names of its fields."""


ROWS: Mapping[type[models.Model], tuple[str, ...]] = {
    ActionArea: ("level", "area_id", "name"),
    BudgetLine: ("year", "amount", "payer", "note"),
    Milestone: ("title", "due", "done_on"),
    Risk: ("text", "likelihood", "impact", "answer"),
    Target: ("indicator_id", "level", "area_id", "direction", "baseline", "value", "due"),
}
"""Tables whose rows are part of a thing: its field holds them as a list of mappings."""


def kind_of(thing: Written) -> str:
    """Return the kind by which revisions and the log call a thing."""
    return EDITABLE[type(thing)][0]


def fields_of(thing: Written) -> dict[str, Any]:
    """Return every editable field of a thing as JSON."""
    names = EDITABLE[type(thing)][1]
    return {name: as_json(thing, name, getattr(thing, name)) for name in names}


def as_json(thing: Written, name: str, value: Any) -> Any:
    """Return a field's value as JSON: rows by their number, lists of rows sorted."""
    if is_rows(thing, name):
        parts = value.all() if hasattr(value, "all") else value
        return sorted((plain_row(thing, name, row) for row in parts), key=_canonical)
    if is_many(thing, name):
        rows = value.all() if hasattr(value, "all") else value
        return sorted(row.pk if isinstance(row, models.Model) else int(row) for row in rows)
    return value.pk if isinstance(value, models.Model) else plain(value)


def _canonical(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)


def plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def plain_row(thing: Written, name: str, row: Any) -> dict[str, Any]:
    """Return a row that is part of a thing (a model or a mapping) as JSON."""
    columns = ROWS[row_model(thing, name)]
    if isinstance(row, models.Model):
        return {column: plain(getattr(row, column)) for column in columns}
    return {column: plain(row.get(column)) for column in columns}


def is_rows(thing: Written, name: str) -> bool:
    """Tell whether a field holds rows that are part of the thing."""
    return bool(thing._meta.get_field(name).one_to_many)


def row_model(thing: Written, name: str) -> type[models.Model]:
    """Return the table of the rows of a field."""
    found: type[models.Model] = thing._meta.get_field(name).related_model  # type: ignore[assignment]
    return found


def is_many(thing: Written, name: str) -> bool:
    """Tell whether a field holds several rows of another table."""
    return bool(thing._meta.get_field(name).many_to_many)
