"""What is done once a day.

::

    @every_day("notices.digest")
    def make_digests(now: datetime) -> dict[str, Any]:
        ...
        return {"n": made}

Put such functions, and tasks, into the module ``jobs`` of an app: it is found by itself. The
function runs in one transaction with the mark that it is done: what it writes to the database is
written once a day, whatever is killed. It is called ``job.<name>`` in the catalogue of texts. A
town that was switched off for days gets the present day only: work out from `now` and from the
tables what is to be done, not from when it ran last.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from convive.web.staff.city import time_zone_now

Daily = Callable[[datetime], dict[str, Any]]

NIGHT_ENDS = timedelta(hours=4)
"""A day of work begins at four in the morning by the clock of the town."""

_functions: dict[str, Daily] = {}


def every_day(name: str) -> Callable[[Daily], Daily]:
    """Have a function done once a day by a worker; naming it again replaces it."""

    def register(function: Daily) -> Daily:
        _functions[name] = function
        return function

    return register


def names() -> list[str]:
    """Return the names of everything that is done every day, sorted."""
    return sorted(_functions)


def find(name: str) -> Daily | None:
    """Return a daily function, None where there is none of that name (any more)."""
    return _functions.get(name)


def day_of(now: datetime) -> date:
    """Return the day of work that a moment belongs to."""
    return (now.astimezone(ZoneInfo(time_zone_now())) - NIGHT_ENDS).date()
