"""Projects for single places, and what was seen there before, during and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from convive.web.audit_log.actions import record
from convive.web.workspace.actions.keyed import keep_once
from convive.web.workspace.actions.revise import create
from convive.web.workspace.codes import free_code
from convive.web.workspace.models import PlaceProject, PlaceRecord, Strategy

_SAME = ("project_id", "when", "on", "text", "measure", "value", "n", "source", "written_by_id")


@dataclass(frozen=True)
class Seen:
    """What was seen or measured at a place."""

    when: str
    on: date
    text: str
    measure: str = ""
    value: float | None = None
    n: int | None = None
    source: str = ""


@transaction.atomic
def make_place(strategy: Strategy, fields: Mapping[str, Any], *, by: Any) -> PlaceProject:
    """Begin to work on a place."""
    Strategy.objects.select_for_update().get(pk=strategy.pk)
    taken = set(PlaceProject.objects.filter(strategy=strategy).values_list("code", flat=True))
    code = free_code(fields["name"], taken, "place")
    return create(PlaceProject(strategy=strategy, code=code), fields, by=by)


@transaction.atomic
def note_seen(project: PlaceProject, seen: Seen, *, key: str, by: Any) -> PlaceRecord:
    """Keep what was seen; sent again with the same key, the kept one is returned.

    Raises
    ------
    ConflictError
        ALREADY_KEPT where the key was used for something else.
    """
    row = PlaceRecord(
        project=project, when=seen.when, on=seen.on, text=seen.text, measure=seen.measure,
        value=seen.value, n=seen.n, source=seen.source, key=key, written_by=by,
    )  # fmt: skip
    kept, is_new = keep_once(row, same=_SAME)
    if is_new:
        record("workspace.place_seen", actor=by, thing=("place_record", kept.pk), place=project.pk)
    return kept


@transaction.atomic
def strike(seen: PlaceRecord, *, by: Any) -> None:
    """Strike a record through: it was a mistake, and stays to be read."""
    changed = PlaceRecord.objects.filter(pk=seen.pk, is_struck=False).update(is_struck=True)
    if changed:
        record("workspace.place_struck", actor=by, thing=("place_record", seen.pk))
