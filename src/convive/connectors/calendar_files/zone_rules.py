"""The rules of a time zone as calendar programmes want them: two parts, each with a yearly rule.

Programmes differ in what they make of lists of single days, and old rules (local mean time) are
misread; so the present rules are written, as "the last Sunday of March". A zone whose changes
follow no such rule is written change by change.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_HOUR = timedelta(hours=1)
_YEARS = 3
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LONG_AGO = datetime(1970, 1, 1)  # noqa: DTZ001 - a local time, as the format has it


@dataclass(frozen=True)
class Change:
    """A moment at which the clocks change."""

    local: datetime
    """By the clock before."""
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def zone_rules(name: str, first_year: int) -> Timezone:
    """Return the rules of a time zone from a year on."""
    zone = ZoneInfo(name)
    changes = _changes(zone, first_year)
    found = Timezone()
    found.add("tzid", name)
    if not changes:
        start = datetime(first_year, 1, 1, tzinfo=zone)
        offset = start.utcoffset() or timedelta(0)
        found.add_component(_part(Change(_LONG_AGO, offset, offset, start.tzname() or "", False)))  # noqa: FBT003
        return found
    for is_summer in (False, True):
        same = [one for one in changes if one.is_summer is is_summer]
        rule = _yearly(same)
        for one in same[:1] if rule else same:
            found.add_component(_part(one, rule))
    return found


def _part(change: Change, rule: dict[str, object] | None = None) -> TimezoneStandard | TimezoneDaylight:  # fmt: skip
    part = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    part.add("dtstart", change.local)
    if rule:
        part.add("rrule", rule)
    return part


def _changes(zone: ZoneInfo, first_year: int) -> list[Change]:
    """Return the changes of some years; clocks change on a full half hour of UTC."""
    found = []
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(first_year + _YEARS, 1, 1, tzinfo=UTC)
    while moment < end:
        if _offset(zone, moment) != _offset(zone, moment + 24 * _HOUR):
            found.append(_change_within(zone, moment))
        moment += 24 * _HOUR
    return found


def _change_within(zone: ZoneInfo, moment: datetime) -> Change:
    step = _HOUR / 2
    while _offset(zone, moment) == _offset(zone, moment + step):
        moment += step
    at = moment + step
    before, after = _offset(zone, moment), _offset(zone, at)
    shown = at.astimezone(zone)
    return Change(
        (at + before).replace(tzinfo=None), before, after, shown.tzname() or "", bool(shown.dst())
    )


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _yearly(changes: list[Change]) -> dict[str, object] | None:
    """Return the rule that all changes follow: the nth, or the last, weekday of a month."""
    if len(changes) != _YEARS or len({(c.local.month, c.local.weekday(), c.local.time()) for c in changes}) != 1:  # fmt: skip
        return None
    first = changes[0].local
    if all(one.local.day + 7 > monthrange(one.local.year, one.local.month)[1] for one in changes):
        nth = -1
    elif len({(one.local.day - 1) // 7 for one in changes}) == 1:
        nth = (first.day - 1) // 7 + 1
    else:
        return None
    return {"freq": "yearly", "bymonth": first.month, "byday": f"{nth}{_DAYS[first.weekday()]}"}
