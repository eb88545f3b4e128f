"""The agenda of a meeting: built from the data, then edited by people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.core.strategy.agenda import DraftItem, build_agenda
from convive.web.audit_log.actions import record
from convive.web.workspace.actions.meeting_locks import lock_open
from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.clock import local
from convive.web.workspace.frozen import freeze
from convive.web.workspace.models import AgendaItem, Meeting, MeetingFindings
from convive.web.workspace.selectors.agenda_material import findings_then, material_for


@transaction.atomic
def build_items(meeting: Meeting, *, now: datetime, by: Any) -> None:
    """Build the agenda from the data of today; the facts are frozen in the items.

    Built again, facts are renewed where they stand; what people have added, written or moved
    stays.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.state not in {Meeting.State.PLANNED, Meeting.State.CONVENED}:
        raise ConflictError("MEETING_HELD")
    told = findings_then()
    material = material_for(locked, told, today=local(now).date())
    for draft in build_agenda(material):
        item = locked.items.filter(kind=draft.kind).first()
        if item is None and draft.is_needed:
            item = _put_in(locked, draft, by=by)
        if item is not None:
            facts = [freeze(asdict(fact)) for fact in draft.facts]
            AgendaItem.objects.filter(pk=item.pk).update(facts=facts)
    MeetingFindings.objects.filter(meeting=locked).delete()
    if told is not None:
        rows = [freeze(asdict(one)) for one in told.findings]
        MeetingFindings.objects.create(meeting=locked, build=told.build, rows=rows)
    Meeting.objects.filter(pk=locked.pk).update(pack_build=told.build if told else "")
    record("workspace.agenda_built", actor=by, thing=("meeting", locked.pk))


def _put_in(meeting: Meeting, draft: DraftItem, *, by: Any) -> AgendaItem:
    """Make an item where it belongs: before those that are always built after it."""
    items = list(meeting.items.all())
    later = _BUILT[_BUILT.index(AgendaItem.Kind(draft.kind)) + 1 :]
    place = next((k for k, one in enumerate(items) if one.kind in later), len(items))
    fields = {"kind": draft.kind, "position": place + 1, "minutes_planned": draft.minutes}
    made = create(AgendaItem(meeting=meeting, title=""), fields, by=by)
    _number([*items[:place], made, *items[place:]], by=by)
    return made


_BUILT = (
    AgendaItem.Kind.WELCOME, AgendaItem.Kind.LAST_MINUTES, AgendaItem.Kind.COMMITMENTS,
    AgendaItem.Kind.CHANGES, AgendaItem.Kind.ACTIONS, AgendaItem.Kind.DECISION,
    AgendaItem.Kind.ANY_OTHER,
)  # fmt: skip


@transaction.atomic
def add_item(meeting: Meeting, fields: Mapping[str, Any], *, by: Any) -> AgendaItem:
    """Add an item of one's own, before "any other business"."""
    locked = lock_open(meeting)
    items = list(locked.items.all())
    last = next((k for k, one in enumerate(items) if one.kind == AgendaItem.Kind.ANY_OTHER), len(items))  # fmt: skip
    made = create(
        AgendaItem(meeting=locked), {**fields, "kind": AgendaItem.Kind.TOPIC, "position": last + 1},
        by=by,
    )  # fmt: skip
    _number([*items[:last], made, *items[last:]], by=by)
    return made


@transaction.atomic
def change_item(
    item: AgendaItem, save: Callable[[AgendaItem], AgendaItem | None]
) -> AgendaItem | None:
    """Change title, minutes planned, note of an item; `save` returns None where nothing was kept."""
    lock_open(item.meeting)
    return save(item)


@transaction.atomic
def move_item(item: AgendaItem, step: int, *, by: Any) -> None:
    """Move an item up (-1) or down (1) by one."""
    locked = lock_open(item.meeting)
    items = list(locked.items.all())
    here = next(k for k, one in enumerate(items) if one.pk == item.pk)
    there = here + (1 if step > 0 else -1)
    if 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]
        _number(items, by=by)


@transaction.atomic
def remove_item(item: AgendaItem, *, by: Any) -> None:
    """Take an item off the agenda, as long as nothing has come of it.

    Raises
    ------
    ConflictError
        ITEM_IN_USE
    """
    locked = lock_open(item.meeting)
    found = AgendaItem.objects.select_for_update().get(pk=item.pk)
    if found.minutes or found.decisions.exists():
        raise ConflictError("ITEM_IN_USE")
    record("workspace.agenda_item_removed", actor=by, thing=("agenda_item", found.pk))
    found.delete()
    _number(list(locked.items.all()), by=by)


def _number(items: list[AgendaItem], *, by: Any) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            revise(item, {"position": position}, version=item.version, by=by)
