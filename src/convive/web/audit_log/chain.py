"""The chain of events: each carries the hash of the one before, so that a change shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from convive.web.audit_log.models import Event

START = "0" * 64
"""What the first event carries as the hash before it."""


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def hash_of(event: Event) -> str:
    """Return the SHA-256 of everything that an event says, with the hash before it."""
    said = [
        event.previous_hash,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id,
        event.actor_label,
        event.verb,
        event.object_kind,
        event.object_id,
        event.details,
    ]
    return hashlib.sha256(canonical(said).encode()).hexdigest()


@dataclass(frozen=True)
class Verification:
    """What recomputing the chain gave.

    Parameters
    ----------
    n : int
        Events that hold, from the first on.
    head : str
        Hash of the last of them. Written down elsewhere, it later shows whether the end of the
        chain was cut off, which the chain alone cannot.
    broken_id : int, optional
        First event that was changed, or before which one is missing.
    """

    n: int
    head: str
    broken_id: int | None = None


def verify(events: Iterable[Event]) -> Verification:
    """Recompute the chain of events in their order."""
    n, head = 0, START
    for event in events:
        if event.previous_hash != head or event.hash != hash_of(event):
            return Verification(n, head, event.pk)
        n, head = n + 1, event.hash
    return Verification(n, head)
