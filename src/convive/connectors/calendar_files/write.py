"""Writing of iCalendar files that Outlook, Google and Apple calendars and Thunderbird take.

Outlook wants METHOD, UID, SEQUENCE and DTSTAMP, and a VTIMEZONE for each TZID; other programmes
shift times without a zone. Nothing in the file depends on when it is written, so that it
stays the same byte for byte as long as nothing has changed.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Todo
from icalendar.prop import vDuration

from convive.app.calendars import Appointment, CalendarFile, DueDay
from convive.connectors.calendar_files.zone_rules import zone_rules

_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PRODUCT = "-//Convive//Calendar//{language}"
_REFRESH = timedelta(hours=6)
_STATUS = {"tentative": "TENTATIVE", "confirmed": "CONFIRMED", "cancelled": "CANCELLED", "done": "CONFIRMED"}  # fmt: skip
_TASK_STATUS = {"tentative": "NEEDS-ACTION", "confirmed": "NEEDS-ACTION", "cancelled": "CANCELLED", "done": "COMPLETED"}  # fmt: skip


def write_calendar(file: CalendarFile) -> bytes:
    """Return a calendar as the bytes of an ``.ics`` file."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT.format(language=file.language.upper()))
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _said(file.name))
    calendar.add("x-wr-calname", _said(file.name))
    calendar.add("x-wr-timezone", file.time_zone)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_REFRESH))
    years = [one.start.year for one in file.entries if isinstance(one, Appointment)]
    if years and file.time_zone != "UTC":
        calendar.add_component(zone_rules(file.time_zone, min(years) - 1))
    zone = ZoneInfo(file.time_zone)
    for entry in file.entries:
        is_timed = isinstance(entry, Appointment)
        calendar.add_component(_appointment(entry, zone) if is_timed else _due(entry))  # type: ignore[arg-type]
    return bytes(calendar.to_ical(sorted=False))


def _appointment(one: Appointment, zone: ZoneInfo) -> Event:
    found = Event()
    _head(found, one)
    found.add("dtstart", one.start.replace(tzinfo=UTC if zone.key == "UTC" else zone))
    found.add("dtend", one.end.replace(tzinfo=UTC if zone.key == "UTC" else zone))
    if one.place:
        found.add("location", _said(one.place))
    found.add("status", _STATUS[one.state])
    found.add("transp", "TRANSPARENT" if one.state == "cancelled" else "OPAQUE")
    if one.state != "cancelled":
        _alarms(found, one, "START")
    return found


def _due(one: DueDay) -> Event | Todo:
    return _task(one) if one.is_task else _note(one)


def _note(one: DueDay) -> Event:
    found = Event()
    _head(found, one)
    found.add("dtstart", one.day)
    found.add("dtend", one.day + timedelta(days=1))  # the end of a whole day is the next one
    found.add("status", _STATUS[one.state])
    found.add("transp", "TRANSPARENT")
    if one.state == "confirmed":
        _alarms(found, one, "START")
    return found


def _task(one: DueDay) -> Todo:
    found = Todo()
    _head(found, one)
    # An alarm counted from an end needs a beginning or an end with a day.
    found.add("dtstart", one.day)
    found.add("due", one.day + timedelta(days=1))
    found.add("status", _TASK_STATUS[one.state])
    if one.state == "done":
        found.add("percent-complete", 100)
    if one.state == "confirmed":
        _alarms(found, one, "START")
    return found


def _head(found: Event | Todo, one: Appointment | DueDay) -> None:
    changed = one.changed_at.astimezone(UTC).replace(microsecond=0)
    found.add("uid", one.uid)
    found.add("dtstamp", changed)
    found.add("last-modified", changed)
    found.add("sequence", one.sequence)
    found.add("summary", _said(one.title))
    if one.address:
        found.add("url", one.address)
        found.add("description", one.address)


def _said(text: str) -> str:
    """Return a text in one line; programmes take many signs for the end of one."""
    return _CONTROL.sub("", _BREAK.sub(" ", text)).strip()


def _alarms(found: Event | Todo, one: Appointment | DueDay, related: str) -> None:
    for before in one.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _said(one.title))
        alarm.add("trigger", -before, parameters={"RELATED": related})
        found.add_component(alarm)
