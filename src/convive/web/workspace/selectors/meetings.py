"""Reads about meetings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet

from convive.core.collation import collation_key
from convive.core.strategy.rhythm import Span
from convive.web.workspace.clock import local
from convive.web.workspace.models import AgendaItem, Attendance, Body, Commitment, Decision, Meeting
from convive.web.workspace.secrecy import meetings_of

_HALF_A_YEAR = timedelta(days=200)
COMING = (Meeting.State.PLANNED, Meeting.State.CONVENED)


def list_meetings(account: Any, *, coming: bool, now: datetime) -> QuerySet[Meeting]:
    """Return the meetings that an account may know of: those to come, or those before."""
    known = meetings_of(account).values("pk")
    found = Meeting.objects.filter(pk__in=known).select_related("body")
    if coming:
        return found.filter(ends_at__gte=now).order_by("starts_at")
    return found.filter(ends_at__lt=now).order_by("-starts_at")


def find_meeting(account: Any, code: str) -> Meeting | None:
    """Return a meeting that an account may know of."""
    return meetings_of(account).filter(code=code).select_related("body", "strategy").distinct().first()  # fmt: skip


def attendance_of(meeting: Meeting) -> list[Attendance]:
    """Return who belongs to a meeting, by the names of the organisations."""
    found = meeting.attendance.select_related("organisation")
    return sorted(found, key=lambda one: collation_key(one.organisation.name))


def coming_meeting(body: Body, now: datetime) -> Meeting | None:
    """Return the next meeting of a body that is planned or convened."""
    return body.meetings.filter(state__in=COMING, ends_at__gte=now).order_by("starts_at").first()


def last_meeting(body: Body, *, before: datetime) -> Meeting | None:
    """Return the meeting before a moment; what was cancelled was no meeting."""
    return (
        body.meetings.filter(starts_at__lt=before)
        .exclude(state=Meeting.State.CANCELLED)
        .order_by("-starts_at")
        .first()
    )


def has_come(meeting: Meeting, today: date) -> bool:
    """Tell whether the day of a meeting, by the town's clock, is there or has passed."""
    return local(meeting.starts_at).date() <= today


def is_begun(meeting: Meeting) -> bool:
    """Tell whether there are minutes of a meeting: it is held, or words were prepared before its day."""
    if meeting.state != Meeting.State.CANCELLED and meeting.state not in COMING:
        return True
    written = meeting.items.exclude(minutes="").exists()
    return written or meeting.decisions.exists() or meeting.commitments.exists()


def taken_spans(now: datetime) -> list[Span]:
    """Return when other meetings are, of any body, from now on for half a year."""
    rows = Meeting.objects.filter(ends_at__gte=now, starts_at__lt=now + _HALF_A_YEAR)
    found = rows.exclude(state=Meeting.State.CANCELLED).values_list("starts_at", "ends_at")
    return [Span(local(start), local(end)) for start, end in found]


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """Return the agenda with its decisions, in their order."""
    decisions = Decision.objects.prefetch_related("actions", "commitments__owner")
    return list(meeting.items.prefetch_related(Prefetch("decisions", queryset=decisions)))


def commitments_made(meeting: Meeting) -> list[Commitment]:
    """Return what was promised at a meeting."""
    return list(meeting.commitments.select_related("owner", "action", "decision"))


def find_item(meeting: Meeting, item_id: int) -> AgendaItem | None:
    """Return an item of a meeting."""
    return meeting.items.filter(pk=item_id).first()


def find_decision(account: Any, code: str) -> Decision | None:
    """Return a decision of a meeting that an account may know of."""
    return (
        Decision.objects.filter(code=code, meeting__in=meetings_of(account).values("pk"))
        .select_related("meeting__body", "item")
        .first()
    )
