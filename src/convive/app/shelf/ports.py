"""What exchange asks of the outside: a key that signs, and somebody who fetches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from convive.core.model import Problem
from convive.core.shelf.bundle import Bundle, Successor, Trust

MOST_BUNDLE_BYTES = 5 * 1024 * 1024
"""A larger bundle is neither fetched nor read."""


class Signer(Protocol):
    """Signs for a town; the private key never leaves it."""

    @property
    def key(self) -> bytes:
        """Public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message, 64 bytes."""
        ...


class KeyRing(Protocol):
    """The key of a town, and the one that follows it while it is announced."""

    @property
    def current(self) -> Signer:
        """The key in use."""
        ...

    @property
    def own(self) -> frozenset[str]:
        """Every fingerprint that stands or stood for this town."""
        ...

    @property
    def successor(self) -> Successor | None:
        """What announces the following key; None where none is on its way."""
        ...


class ShelfKeys(Protocol):
    """Keeps the keys of a town and the newest bundle that it published."""

    def open(self) -> KeyRing:
        """Return the keys; the first time one is made."""
        ...

    def published(self) -> bytes | None:
        """Return the newest bundle as it went out; None where there is none yet."""
        ...

    def keep_published(self, content: bytes) -> None:
        """Keep the newest bundle; a key that it announces is the one in use from now on."""
        ...


class BundleReading(Protocol):
    """What came of reading a bundle."""

    @property
    def bundle(self) -> Bundle | None:
        """With the parts that can be used; None where it is refused as a whole."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """Everything that is wrong."""
        ...


class BundleFiles(Protocol):
    """Reads and writes bundles; see `convive.connectors.shelf_bundles`."""

    def read(
        self, data: bytes, name: str, *, today: date, trust: Trust | None = None
    ) -> BundleReading:
        """Return the bundle of a file, or why it is refused."""
        ...

    def write(self, bundle: Bundle, signer: Signer, name: str = "") -> bytes:
        """Return a signed bundle as a file."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered."""

    content: bytes
    """Empty where nothing has changed."""
    tag: str = ""
    """Its mark of this state (ETag), to be shown at the next visit; empty where it gives none."""
    is_unchanged: bool = False


class FeedFetcher(Protocol):
    """Fetches from other towns: https alone, small, patient for seconds, never led elsewhere."""

    def fetch(self, address: str, *, most: int, tag: str = "") -> Fetched:
        """Return what stands at an address.

        Parameters
        ----------
        address : str
        most : int
            Bytes that are read; more is refused.
        tag : str
            Of the last visit.

        Raises
        ------
        SourceError
            FEED_NOT_HTTPS, FEED_PRIVATE_ADDRESS, FEED_REDIRECTED, FEED_NOT_REACHED, FEED_REFUSED,
            FEED_TOO_LARGE.
        """
        ...
