"""Moments as the town's clock shows them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from convive.web.staff.city import time_zone_now


def zone() -> ZoneInfo:
    """Return the time zone of the town."""
    try:
        return ZoneInfo(time_zone_now())
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """Return a kept moment by the town's clock, without a zone."""
    return moment.astimezone(zone()).replace(tzinfo=None)


def kept(moment: datetime) -> datetime:
    """Return a moment of the town's clock as it is kept."""
    return moment.replace(tzinfo=zone())


def today() -> date:
    """Return the day in the town."""
    return timezone.now().astimezone(zone()).date()
