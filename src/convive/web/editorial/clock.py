"""The clock of the town."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from convive.web.staff.city import time_zone_now


def town_zone() -> ZoneInfo:
    """Return the time zone of the town."""
    try:
        return ZoneInfo(time_zone_now())
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def town_day(moment: datetime) -> date:
    """Return the day that a moment belongs to in the town."""
    return moment.astimezone(town_zone()).date()
