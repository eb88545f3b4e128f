"""Meetings: planning, convening, moving, cancelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from convive.core.errors import ConflictError
from convive.core.strategy.rhythm import Span, next_span
from convive.web.audit_log.actions import record
from convive.web.notices.actions import notify
from convive.web.workspace.actions.agenda import build_items
from convive.web.workspace.actions.meeting_locks import lock_open
from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.addresses import address_of
from convive.web.workspace.clock import kept, local
from convive.web.workspace.clock import today as today_in_town
from convive.web.workspace.models import Attendance, Body, Meeting
from convive.web.workspace.selectors.bodies import accounts_of_body, steering_strategy
from convive.web.workspace.selectors.meetings import (
    COMING,
    coming_meeting,
    has_come,
    is_begun,
    last_meeting,
    taken_spans,
)

Save = Callable[[Meeting], Meeting | None]
WHEN_AND_WHERE = ("starts_at", "ends_at", "place")
MOVES = (*WHEN_AND_WHERE, "title", "state")
"""Changes that a calendar must be told of."""


@transaction.atomic
def plan_meeting(body: Body, fields: Mapping[str, Any], *, now: datetime, by: Any) -> Meeting:
    """Make a meeting with an agenda built from the data."""
    Body.objects.select_for_update().get(pk=body.pk)
    day = local(fields["starts_at"]).date()
    made = create(Meeting(code=_free_code(body, day.isoformat()), body=body), fields, by=by)
    seats = body.members.values_list("organisation_id", flat=True)
    Attendance.objects.bulk_create(Attendance(meeting=made, organisation_id=one) for one in seats)
    build_items(made, now=now, by=by)
    return made


@transaction.atomic
def plan_next(body: Body, *, now: datetime, by: Any) -> tuple[Meeting, bool]:
    """Make the next meeting of a body by its rhythm; the one that is planned already, if any.

    Returns
    -------
    tuple
        The meeting, and whether it was made now: pressed twice, there is one.
    """
    Body.objects.select_for_update().get(pk=body.pk)
    coming = coming_meeting(body, now)
    if coming is not None:
        return coming, False
    last = last_meeting(body, before=now)
    span = next_span(
        Span(local(last.starts_at), local(last.ends_at)) if last else None,
        body.every_months, taken_spans(now), local(now).date(),
    )  # fmt: skip
    fields = {
        "title": body.name, "starts_at": kept(span.start), "ends_at": kept(span.end),
        "place": last.place if last else "", "strategy": steering_strategy(),
    }  # fmt: skip
    return plan_meeting(body, fields, now=now, by=by), True


@transaction.atomic
def change_meeting(meeting: Meeting, save: Save, *, by: Any) -> Meeting | None:
    """Change date, place or title of a meeting; calendars and members learn of it.

    What was decided there was decided on its new day.

    Parameters
    ----------
    save : callable
        Takes the locked meeting and returns it changed, None where nothing was kept.
    """
    locked = lock_open(meeting)
    changed = save(locked)
    if changed is None:
        return None
    _tell_calendars(locked, changed)
    _move_decisions(locked, changed, by=by)
    is_moved = any(getattr(locked, name) != getattr(changed, name) for name in WHEN_AND_WHERE)
    if is_moved and changed.state == Meeting.State.CONVENED:
        _tell_members("meeting_moved", changed)
    return changed


@transaction.atomic
def convene(meeting: Meeting, *, by: Any) -> Meeting:
    """Send out the agenda: the members see the meeting from now on, and are told.

    Raises
    ------
    ConflictError
        MEETING_NOT_PLANNED
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.state != Meeting.State.PLANNED:
        raise ConflictError("MEETING_NOT_PLANNED")
    changed = _to_state(locked, Meeting.State.CONVENED, by=by)
    _tell_members("meeting_convened", changed)
    return changed


@transaction.atomic
def cancel(meeting: Meeting, *, by: Any) -> Meeting:
    """Cancel a meeting that has not been held; it stays, so that calendars can say so."""
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.state not in {Meeting.State.PLANNED, Meeting.State.CONVENED}:
        raise ConflictError("MEETING_HELD")
    was_told = locked.state == Meeting.State.CONVENED
    changed = _to_state(locked, Meeting.State.CANCELLED, by=by)
    if was_told:
        _tell_members("meeting_cancelled", changed)
    return changed


def _to_state(meeting: Meeting, state: str, *, by: Any) -> Meeting:
    """Change the state of a meeting whose row is locked."""
    changed = revise(meeting, {"state": state}, version=meeting.version, by=by)
    _tell_calendars(meeting, changed)
    return changed


def _move_decisions(before: Meeting, after: Meeting, *, by: Any) -> None:
    old, new = local(before.starts_at).date(), local(after.starts_at).date()
    if old != new:
        for one in after.decisions.filter(decided_on=old):
            revise(one, {"decided_on": new}, version=one.version, by=by)


def begin_minutes(meeting: Meeting, *, by: Any) -> Meeting:
    """Mark a locked meeting as held with the first words of its minutes, not before its day.

    Words may be prepared earlier. The meeting then stays planned or convened: nobody sees an agenda
    that was not sent out, and the meeting can be cancelled.
    """
    if meeting.state in COMING and has_come(meeting, today_in_town()):
        return _to_state(meeting, Meeting.State.HELD, by=by)
    return meeting


@transaction.atomic
def finalise(meeting: Meeting, *, today: date, by: Any) -> Meeting:
    """Close the minutes for good; what was wrong in them is put right at the next meeting.

    Parameters
    ----------
    today : date
        By the town's clock: minutes are closed on the day of the meeting or later.

    Raises
    ------
    ConflictError
        MEETING_NOT_HELD, MEETING_NOT_YET, MEETING_FINAL, MEETING_CANCELLED
    """
    locked = lock_open(meeting)
    if not has_come(locked, today):
        raise ConflictError("MEETING_NOT_YET", day=local(locked.starts_at).date())
    if not is_begun(locked):
        raise ConflictError("MEETING_NOT_HELD")
    changed = _to_state(locked, Meeting.State.MINUTED, by=by)
    record(
        "workspace.minutes_finalised", actor=by, thing=("meeting", changed.pk),
        decisions=changed.decisions.count(), commitments=changed.commitments.count(),
    )  # fmt: skip
    _tell_members("minutes_ready", changed)
    return changed


def _tell_calendars(before: Meeting, after: Meeting) -> None:
    if any(getattr(before, name) != getattr(after, name) for name in MOVES):
        Meeting.objects.filter(pk=after.pk).update(sequence=F("sequence") + 1)
        after.refresh_from_db(fields=["sequence"])


def _tell_members(code: str, meeting: Meeting) -> None:
    """Leave a notice for everybody who acts for a member."""
    start = local(meeting.starts_at)
    for account in accounts_of_body(meeting.body):
        notify(
            account, code, key=f"{code}:{meeting.pk}:{meeting.sequence}:{account.pk}",
            thing=("meeting", meeting.pk), due=start.date(),
            address=address_of(account, "meeting", meeting.code),
            title=meeting.title, day=start.date().isoformat(),
        )  # fmt: skip


def _free_code(body: Body, day: str) -> str:
    stem = f"{body.code}-{day}"[:54]
    taken = set(Meeting.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)  # fmt: skip
