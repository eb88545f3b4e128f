"""How much one address may ask for: a bucket that fills up by the second.

Each server process counts for itself, in memory: nothing is written down about who asked for
what. The limit is generous, so that only a program that hammers meets it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST_ADDRESSES = 10_000
MINUTE = 60.0


class Buckets:
    """One bucket an address.

    Parameters
    ----------
    per_minute : int
        Requests that an address may make in a minute, and at once; 0: no limit.
    clock : callable
        Seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str) -> int:
        """Take one; return 0, or after how many seconds there is one again."""
        if self.per_minute <= 0:
            return 0
        now = self._clock()
        with self._lock:
            left, then = self._left.pop(address, (float(self.per_minute), now))
            left = min(self.per_minute, left + (now - then) * self.per_minute / MINUTE)
            is_free = left >= 1
            self._left[address] = (left - 1 if is_free else left, now)
            while len(self._left) > MOST_ADDRESSES:
                self._left.popitem(last=False)
        return 0 if is_free else max(1, round((1 - left) * MINUTE / self.per_minute))
