"""A calendar as plain values: what somebody's own calendar programme is told.

Only what may stand on any screen: a title, a place, a time and the address of the page that
tells the rest to whoever may read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

State = Literal["tentative", "confirmed", "cancelled", "done"]


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something with a beginning and an end, as local times of the calendar's zone."""

    uid: str
    title: str
    start: datetime
    end: datetime
    changed_at: datetime
    """With a zone."""
    sequence: int = 0
    place: str = ""
    address: str = ""
    state: State = "confirmed"
    alarms: tuple[timedelta, ...] = ()
    """How long before."""


@dataclass(frozen=True, slots=True)
class DueDay:
    """Something that is due on a day."""

    uid: str
    title: str
    day: date
    changed_at: datetime
    sequence: int = 0
    address: str = ""
    state: State = "confirmed"
    alarms: tuple[timedelta, ...] = ()
    is_task: bool = False
    """As a task; otherwise as a note on that day, which more programmes show."""


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """Appointments and days of one person, or one appointment."""

    name: str
    language: str
    time_zone: str
    entries: tuple[Appointment | DueDay, ...]
