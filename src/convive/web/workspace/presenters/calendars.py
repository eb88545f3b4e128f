"""What a calendar programme is told: titles, places, days and addresses; nothing else leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from convive.app.calendars import Appointment, CalendarFile, DueDay, State
from convive.catalogue.texts import say
from convive.web.staff.city import time_zone_now
from convive.web.staff.page import site_name
from convive.web.workspace.clock import local, zone
from convive.web.workspace.models import Commitment, Meeting
from convive.web.workspace.selectors.calendars import commitments_for, meetings_for

_STATES: dict[str, State] = {
    Meeting.State.PLANNED: "tentative", Meeting.State.CANCELLED: "cancelled",
}  # fmt: skip
_DAY_BEFORE, _WEEK_BEFORE = timedelta(days=1), timedelta(days=7)


def calendar_of(account: Any, site: str, language: str, *, with_tasks: bool) -> CalendarFile:
    """Return an account's calendar: meetings it may know of, commitments of its organisation.

    Parameters
    ----------
    site : str
        Scheme and host of this site.
    with_tasks : bool
        Whether commitments are tasks; otherwise notes on their day, which more programmes show.
    """
    now = timezone.now()
    meetings = [_meeting(one, site, language) for one in meetings_for(account, now)]
    dues = [_commitment(one, site, language, with_tasks) for one in commitments_for(account, now)]
    return _file((*meetings, *dues), language)


def calendar_of_meeting(meeting: Meeting, site: str, language: str) -> CalendarFile:
    """Return one meeting as a calendar."""
    return _file((_meeting(meeting, site, language),), language)


def _file(entries: tuple[Appointment | DueDay, ...], language: str) -> CalendarFile:
    name = say("calendar.name", language, town=site_name() or "Convive")
    return CalendarFile(name, language, zone().key if time_zone_now() else "UTC", entries)


def _meeting(one: Meeting, site: str, language: str) -> Appointment:
    return Appointment(
        f"meeting-{one.pk}@{_host(site)}", one.title, local(one.starts_at), local(one.ends_at),
        one.changed_at, one.sequence, one.place, site + reverse("meeting", args=(language, one.code)),
        _STATES.get(one.state, "confirmed"), (_DAY_BEFORE,),
    )  # fmt: skip


def _commitment(one: Commitment, site: str, language: str, is_task: bool) -> DueDay:  # noqa: FBT001
    meeting = one.meeting.title if one.meeting else ""
    key = "calendar.commitment" if meeting else "calendar.commitment.alone"
    state: State = "cancelled" if one.is_dropped else "done" if one.done_on else "confirmed"
    return DueDay(
        f"commitment-{one.pk}@{_host(site)}", say(key, language, meeting=meeting), one.due,
        one.changed_at, one.version - 1, site + reverse("commitment", args=(language, one.code)),
        state, (_WEEK_BEFORE, timedelta(0)), is_task,
    )  # fmt: skip


def _host(site: str) -> str:
    """Return the host of the site without its port: what keeps ids unique in the world."""
    return site.split("://", 1)[-1].partition("/")[0].rsplit(":", 1)[0] or "localhost"
