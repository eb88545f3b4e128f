"""Cards that were made, as long as their audit is shown, and how many may be made at once.

Making one costs about a tenth of a second of a processor. They are made one after the other; whoever asks
while others wait already is told to come again, so that a visitor who wants the cards of all areas
at once does not take the site away from everybody else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from convive.web.observatory.current import Site

MOST_BYTES = 12 * 2**20
"""Kept for one audit by one server process: some three hundred cards."""
MOST_WAITING = 2
PATIENCE_SECONDS = 5.0


class BusyError(Exception):
    """Too many are waiting already."""


class Turns:
    """One after the other, with few waiting."""

    def __init__(
        self, most_waiting: int = MOST_WAITING, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._room = threading.BoundedSemaphore(most_waiting + 1)
        self._turn = threading.Lock()
        self._patience = patience

    def take(self, make: Callable[[], bytes]) -> bytes:
        """Return what `make` gives once it is its turn.

        Raises
        ------
        BusyError
        """
        if not self._room.acquire(blocking=False):
            raise BusyError
        try:
            if not self._turn.acquire(timeout=self._patience):
                raise BusyError
            try:
                return make()
            finally:
                self._turn.release()
        finally:
            self._room.release()


class Cards:
    """What was made, the longest unasked dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._made: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._most = most_bytes
        self.bytes = 0

    def get(self, key: Hashable) -> bytes | None:
        """Return what was made, None where it was not (or was dropped)."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
            return self._made.get(key)

    def put(self, key: Hashable, content: bytes) -> None:
        """Keep something; what is larger than the whole store is not kept."""
        if len(content) > self._most:
            return
        with self._lock:
            self.bytes += len(content) - len(self._made.pop(key, b""))
            self._made[key] = content
            while self.bytes > self._most:
                self.bytes -= len(self._made.popitem(last=False)[1])


_turns = Turns()


def made_once(site: Site, key: Hashable, make: Callable[[], bytes]) -> bytes:
    """Return what `make` gives: kept with the audit, made when it is its turn.

    Raises
    ------
    BusyError
    """
    kept = site.keep("cards", Cards)
    found = kept.get(key)
    if found is not None:
        return found

    def again() -> bytes:
        content = kept.get(key) or make()
        kept.put(key, content)
        return content

    return _turns.take(again)
