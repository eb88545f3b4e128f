"""Calendars as iCalendar files (RFC 5545)."""

from convive.connectors.calendar_files.write import write_calendar

__all__ = ["write_calendar"]
