"""What a worker looks at while nothing is due: small looks that ask for no run of their own.

::

    @while_waiting("editorial.offer")
    def look(now: datetime) -> None:
        ...

Such a function is called about once a minute by every worker that rests. It must be quick where
there is nothing new, and harmless where several workers call it at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from convive.core.errors import ConviveError

EVERY = timedelta(seconds=60)
Look = Callable[[datetime], None]

_looks: dict[str, Look] = {}
_log = logging.getLogger("convive.jobs")


def while_waiting(name: str) -> Callable[[Look], Look]:
    """Have a function called while nothing is due; naming it again replaces it."""

    def register(function: Look) -> Look:
        _looks[name] = function
        return function

    return register


def look_about(now: datetime) -> None:
    """Call every such function; one that fails is told and stops no other."""
    for name, look in _looks.items():
        try:
            look(now)
        except (ConviveError, OSError) as error:
            _log.warning("%s failed: %s", name, type(error).__name__)
