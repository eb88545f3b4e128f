"""Finished answers in memory: so many bytes and no more, the longest unasked go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

Headers = list[tuple[str, str]]
OVERHEAD = 600
"""Bytes that an answer takes beside its body and headers, about."""
LARGEST_PART = 8
"""No answer takes more than this part of the room."""
MOST_HOSTS = 16
"""Names that a site is called by. Others are spellings of them (ports, capitals): anybody can
think of any number of those as well."""
LONGEST_WAIT = 20.0
"""Seconds after which whoever waits for somebody else's answer makes one of their own."""


class Address(NamedTuple):
    """Everything that a public page may depend on, as it was asked for."""

    scheme: str
    host: str
    path: str
    query: str
    is_fragment: bool
    is_gzip: bool
    is_unchanged: bool = False
    """Whether this is the answer to somebody who has the page already (304)."""


@dataclass(frozen=True)
class Answer:
    """A finished answer, and what must still hold for it to be given again."""

    status: str
    headers: Headers
    body: bytes
    language: str
    stamp: str

    @property
    def n_bytes(self) -> int:
        """Return how much memory it takes, about."""
        said = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + said + OVERHEAD


class _Shelf:
    """Answers in the order in which they were last asked for."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.n_bytes = 0
        self._held: OrderedDict[Address, Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, address: Address) -> Answer | None:
        found = self._held.get(address)
        if found is not None:
            self._held.move_to_end(address)
        return found

    def drop(self, address: Address) -> None:
        gone = self._held.pop(address, None)
        if gone is not None:
            self.n_bytes -= _weight(address, gone)

    def put(self, address: Address, answer: Answer) -> None:
        self.drop(address)
        if _weight(address, answer) * LARGEST_PART > self.most_bytes:
            return
        self._held[address] = answer
        self.n_bytes += _weight(address, answer)
        while self.n_bytes > self.most_bytes:
            self.drop(next(iter(self._held)))


def _weight(address: Address, answer: Answer) -> int:
    said = len(address.host) + len(address.path) + len(address.query)
    return answer.n_bytes + 4 * said


class PageStore:
    """Finished answers by address.

    Addresses with a question (``?q=…``), or on a host that came after `MOST_HOSTS` others, have a
    quarter of the room for themselves: anybody can think of any number of them, and they must not
    push out the pages that everybody reads.

    Parameters
    ----------
    most_bytes : int
        Room for all of them; 0: nothing is kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self._plain = _Shelf(most_bytes - most_bytes // 4)
        self._asked = _Shelf(most_bytes // 4)
        self._hosts: set[str] = set()
        self._lock = threading.Lock()
        self._being_made: dict[Address, threading.Event] = {}

    def __len__(self) -> int:
        return len(self._plain) + len(self._asked)

    @property
    def n_bytes(self) -> int:
        """Return how much memory the answers take, about."""
        return self._plain.n_bytes + self._asked.n_bytes

    def get(self, address: Address, current_stamp: Callable[[str], str]) -> Answer | None:
        """Return the answer if it still holds; one that does not is forgotten."""
        with self._lock:
            found = self._shelf(address).get(address)
        if found is None or found.stamp == current_stamp(found.language):
            return found
        with self._lock:
            # Somebody may have put the new one there in the meantime.
            if self._shelf(address).get(address) is found:
                self._shelf(address).drop(address)
        return None

    def put(self, address: Address, answer: Answer) -> None:
        """Keep an answer."""
        with self._lock:
            if len(self._hosts) < MOST_HOSTS:
                self._hosts.add(address.host)
            self._shelf(address).put(address, answer)

    @contextmanager
    def making(self, address: Address) -> Iterator[bool]:
        """Give whether the caller is the one to make the answer; else wait until it is made.

        Many who ask for the same new page at once are so many times less work: one makes it.
        """
        with self._lock:
            made = self._being_made.get(address)
            if made is None:
                self._being_made[address] = threading.Event()
        if made is not None:
            made.wait(LONGEST_WAIT)
            yield False
            return
        try:
            yield True
        finally:
            with self._lock:
                self._being_made.pop(address).set()

    def _shelf(self, address: Address) -> _Shelf:
        # A path that is no page answers 304 as well, and anybody can think of any number of paths.
        is_plain = not (address.query or address.is_unchanged) and address.host in self._hosts
        return self._plain if is_plain else self._asked
