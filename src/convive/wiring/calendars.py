"""Calendars for the calendar programmes of people."""

from __future__ import annotations

from convive.app.calendars import CalendarFile
from convive.connectors.calendar_files import write_calendar


def calendar_file(calendar: CalendarFile) -> bytes:
    """Return a calendar as an iCalendar file."""
    return write_calendar(calendar)
