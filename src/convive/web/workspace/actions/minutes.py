"""Minutes, attendance, decisions and commitments of a meeting, written by several at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import NotFoundError, RequestError
from convive.core.strategy.merged_text import merge_texts
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import record
from convive.web.workspace.actions.meeting_locks import lock_open
from convive.web.workspace.actions.meetings import begin_minutes
from convive.web.workspace.actions.revise import Clash, EditClashError, create, revise
from convive.web.workspace.clock import local
from convive.web.workspace.models import (
    Action,
    AgendaItem,
    Attendance,
    Commitment,
    Decision,
    Meeting,
    Revision,
)


@dataclass(frozen=True)
class Written:
    """Minutes of one item as somebody sends them, with the text from which they were made.

    `base` is None where only the `version` is known that the page was filled from.
    """

    item_id: int
    text: str
    version: int
    base: str | None = None


def plain_lines(text: str) -> str:
    """Return a text with line ends as they are kept, without empty ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


@transaction.atomic
def write_minutes(meeting: Meeting, sent: Written, *, by: Any) -> AgendaItem:
    """Keep what was written about an item, with what others have written meanwhile.

    Raises
    ------
    EditClashError
        Where somebody else has changed the same lines; nothing was changed.
    NotFoundError
        AGENDA_ITEM_NOT_FOUND where the item was taken off the agenda.
    """
    locked = lock_open(meeting)
    item = AgendaItem.objects.select_for_update().filter(meeting=locked, pk=sent.item_id).first()
    if item is None:
        raise NotFoundError("AGENDA_ITEM_NOT_FOUND")
    base = _base_of(item, sent)
    text = plain_lines(sent.text)
    merged = merge_texts(base, item.minutes, text)
    if merged is None:
        raise EditClashError({"minutes": Clash(base, item.minutes, text)}, item.version)
    if merged == item.minutes:
        return item
    begin_minutes(locked, by=by)
    return revise(item, {"minutes": merged}, version=item.version, by=by)


def _base_of(item: AgendaItem, sent: Written) -> str:
    if sent.base is not None:
        return plain_lines(sent.base)
    if sent.version == item.version:
        return item.minutes
    then = Revision.objects.filter(
        object_kind="agenda_item", object_id=item.pk, version=sent.version
    ).first()
    return str(then.fields.get("minutes", "")) if then else ""


@transaction.atomic
def set_attendance(meeting: Meeting, there: Mapping[int, bool], *, by: Any) -> None:
    """Mark which organisations were there; organisations that are not named stay as they are.

    Raises
    ------
    RequestError
        ATTENDANCE_NOT_INVITED where one is neither invited nor sits in the body, or takes part no
        more; then nobody was marked.
    """
    locked = lock_open(meeting)
    known = {one.organisation_id: one.was_there for one in locked.attendance.select_for_update()}
    asked = {one: is_there for one, is_there in there.items() if known.get(one) != is_there}
    _refuse_uninvited(locked, asked, known)
    changed = 0
    for organisation_id, was_there in asked.items():
        if organisation_id not in known and not was_there:
            continue
        Attendance.objects.update_or_create(
            meeting=locked, organisation_id=organisation_id, defaults={"was_there": was_there}
        )
        changed += 1
    if changed:
        begin_minutes(locked, by=by)
        record("workspace.attendance_changed", actor=by, thing=("meeting", locked.pk), n=changed)


def _refuse_uninvited(
    meeting: Meeting, asked: Mapping[int, bool], known: Mapping[int, bool]
) -> None:
    """Refuse what nobody was asked to; who was switched off meanwhile may still be taken away."""
    seats = {*known, *meeting.body.members.values_list("organisation_id", flat=True)}
    come = Organisation.objects.filter(pk__in=seats, is_active=True)
    may_come = set(come.values_list("pk", flat=True))
    wrong = {one for one, is_there in asked.items() if one not in (may_come if is_there else seats)}
    if wrong:
        known_names = dict(Organisation.objects.filter(pk__in=wrong).values_list("pk", "name"))
        names = sorted(known_names.get(one, f"#{one}") for one in wrong)
        raise RequestError("ATTENDANCE_NOT_INVITED", n=len(wrong), names=names)


@transaction.atomic
def add_decision(
    item: AgendaItem, text: str, *, actions: Iterable[Action] = (), by: Any
) -> Decision:  # fmt: skip
    """Keep a decision where it arose; sent twice, it is kept once."""
    locked = lock_open(item.meeting)
    known = locked.decisions.filter(item=item, text=text).first()
    if known is not None:
        return known
    fields = {
        "text": text, "item": item, "actions": list(actions),
        "decided_on": local(locked.starts_at).date(),
    }  # fmt: skip
    begin_minutes(locked, by=by)
    code = _free_code(f"{locked.code}-d", locked.decisions.values_list("code", flat=True))
    return create(Decision(meeting=locked, code=code), fields, by=by)


@dataclass(frozen=True)
class Promised:
    """A commitment as it is entered."""

    text: str
    owner: Organisation
    due: date
    action: Action | None = None
    decision: Decision | None = None
    item: AgendaItem | None = None
    """Where it arose."""


@transaction.atomic
def add_commitment(meeting: Meeting, promised: Promised, *, by: Any) -> Commitment:
    """Keep a commitment of the meeting; sent twice, it is kept once."""
    locked = lock_open(meeting)
    known = locked.commitments.filter(
        text=promised.text, owner=promised.owner, due=promised.due
    ).first()
    if known is not None:
        return known
    fields = {
        "text": promised.text, "owner": promised.owner, "due": promised.due,
        "action": promised.action, "decision": promised.decision or _newest(promised.item),
        "item": promised.item,
    }  # fmt: skip
    begin_minutes(locked, by=by)
    code = _free_code(f"{locked.code}-c", locked.commitments.values_list("code", flat=True))
    return create(Commitment(meeting=locked, code=code), fields, by=by)


def _newest(item: AgendaItem | None) -> Decision | None:
    """Return what was decided last under an item: a promise that arises there follows from it."""
    return None if item is None else item.decisions.order_by("-pk").first()


def _free_code(stem: str, taken: Iterable[str]) -> str:
    """Return the next number of a meeting's decisions or commitments; its row is locked."""
    had = set(taken)
    return next(code for n in range(1, len(had) + 2) if (code := f"{stem}{n}") not in had)
