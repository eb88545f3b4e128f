"""Calendars for the calendar programmes of people."""

from __future__ import annotations

from convive.app.calendars import CalendarFile

# ruff: noqa: PLC0415 - adapters are imported where they are used


def calendar_file(calendar: CalendarFile) -> bytes:
    """Return a calendar as an iCalendar file."""
    from convive.connectors.calendar_files import write_calendar

    return write_calendar(calendar)
