"""What travels between installations: entries, withdrawals, questions and answers of one town.

A bundle says who publishes it by a key, not by a name: names can be taken by anybody. It holds
everything that the town publishes at that moment, so that the newest one is enough.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from convive.core.shelf.entry import Entry

KEY_BYTES = 32
"""Of an Ed25519 public key."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: a town, known by its key."""

    name: str
    key: str
    """Public key, base64url without padding."""
    fingerprint: str
    """SHA-256 of the 32 bytes of the key, 64 hex digits."""


@dataclass(frozen=True, slots=True)
class Successor:
    """The key by which the next bundles are signed."""

    key: str
    fingerprint: str
    proof: str
    """Signature by the new key, so that nobody can announce a key that is not theirs."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An entry that its publisher no longer stands by."""

    id: str
    version: int
    """The last one that was published."""
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What one town asks another about an entry; everybody who reads the bundle sees it."""

    id: str
    about: str
    """`Entry.ref`."""
    text: str
    language: str
    on: date
    contact: str = ""
    """Mailbox of the office that asks, never of a person; may be empty."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a town answers."""

    question: str
    """Id of the question."""
    to: str
    """Fingerprint of who asked."""
    text: str
    language: str
    on: date
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that a town publishes at a moment."""

    publisher: Publisher
    sequence: int
    """Goes up with every bundle, so that an old one cannot be passed off as new."""
    made_on: date
    entries: tuple[Entry, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    successor: Successor | None = None


@dataclass(frozen=True, slots=True)
class KnownPublisher:
    """A publisher that somebody here has decided to listen to."""

    name: str
    fingerprint: str
    last_sequence: int = 0
    """Of the newest bundle that was read; 0 before the first."""
    formerly: tuple[str, ...] = ()
    """Fingerprints of the keys that announced one another before this one."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose bundles are read here."""

    own: frozenset[str] = frozenset()
    """Fingerprints of this installation's keys, former ones too."""
    known: Mapping[str, KnownPublisher] = field(default_factory=dict)
    """By fingerprint."""

    def after(self, bundle: Bundle) -> Trust:
        """Return whom to listen to once a bundle was read: its sequence and its new key count."""
        before = self.known[bundle.publisher.fingerprint]
        now = KnownPublisher(
            bundle.publisher.name, before.fingerprint, bundle.sequence, before.formerly
        )
        if bundle.successor is not None:
            formerly = (*before.formerly, before.fingerprint)
            now = KnownPublisher(
                now.name, bundle.successor.fingerprint, now.last_sequence, formerly
            )
        kept = {name: one for name, one in self.known.items() if name != before.fingerprint}
        return Trust(self.own, {**kept, now.fingerprint: now})


def publisher_of(name: str, key: bytes) -> Publisher:
    """Return the publisher of a public key of 32 bytes."""
    return Publisher(name, text_of(key), fingerprint_of(key))


def fingerprint_of(key: bytes) -> str:
    """Return the fingerprint of a public key: SHA-256, 64 hex digits."""
    return sha256(key).hexdigest()


def spoken(fingerprint: str) -> str:
    """Return a fingerprint in groups of four, to be read out and compared.

    Examples
    --------
    >>> spoken("0123456789ab")
    '0123 4567 89ab'
    """
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))


def text_of(content: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def bytes_of(text: str) -> bytes:
    """Return the bytes of base64url without padding; ValueError where it is not in its one form."""
    content = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if text_of(content) != text:
        raise ValueError("base64url")
    return content


def succession_message(old: str, new: str) -> bytes:
    """Return what a new key signs to prove that its owner takes over, from two fingerprints."""
    return f"convive-shelf-key/1\n{old}\n{new}".encode("ascii")
