"""A limit on how often something may be done, counted in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

_MOST_KEYS = 10_000


class Allowance:
    """So many times within so many seconds for each key; windows that stand next to each other.

    Counted in memory: a limit against a link that got into wrong hands, not an exact account.
    With several processes each counts its own.
    """

    def __init__(
        self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit, self.seconds, self.clock = limit, seconds, clock
        self._lock = threading.Lock()
        self._window = -1
        self._counts: dict[Hashable, int] = {}

    def take(self, key: Hashable) -> bool:
        """Count one more time and tell whether it is still within the limit."""
        with self._lock:
            window = int(self.clock() // self.seconds)
            if window != self._window or len(self._counts) >= _MOST_KEYS:
                self._window, self._counts = window, {}
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key] <= self.limit


FORM_STEPS = Allowance(limit=20_000, seconds=600)
"""Pages of web forms sent by one link: an open survey of a town, eight pages a person."""
PHONE_SENDINGS = Allowance(limit=5_000, seconds=600)
"""Forms and photos that the phones of one link send."""
