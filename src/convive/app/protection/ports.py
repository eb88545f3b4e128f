"""What protection needs of the restricted store beyond what the audit needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from convive.app.ports import Kept, StoreSession


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as the store says."""

    code: str
    """Sentence ``fault.<code>``: head_damaged, object_missing …"""
    file: str
    """Within the store."""
    name: str = ""
    """What is kept there, where it is the content of something."""


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """What a full check of the store found."""

    state: int | None
    """Number of the current state; None where that cannot be read."""
    objects: int
    """Contents that were read and hashed."""
    size: int
    """Bytes of them."""
    accesses: int
    """Entries of the access log."""
    faults: tuple[Fault, ...] = ()


class ProtectedSession(StoreSession, Protocol):
    """A session that can prove what is gone."""

    def everything(self) -> tuple[Kept, ...]:
        """Return all that is kept, sorted by name."""
        ...

    def note(self, action: str, kept: Kept, *, rows: int | None = None) -> None:
        """Log, with the next commit, what was done to something; rows: how many it touched."""
        ...

    def purge(self) -> None:
        """Remove from disk whatever the current state does not need, earlier states included."""
        ...

    def on_disk(self, digest: str) -> bool:
        """Tell whether a content is still there, needed or not."""
        ...


class ProtectedStore(Protocol):
    """The restricted store as the person sees it who answers for it."""

    def session(
        self, *, actor: str, purpose: str, read_only: bool = False
    ) -> AbstractContextManager[ProtectedSession]:
        """Open the store for one purpose; as ``RestrictedStore.session``."""
        ...

    def check(self) -> StoreCheck:
        """Read and hash everything, and prove the chain of the access log."""
        ...

    def repair(self, *, actor: str, purpose: str) -> tuple[str, ...]:
        """Go back to what is intact; return the names of what is forgotten."""
        ...

    def first_broken_entry(self) -> int | None:
        """Return the number of the first entry that breaks the chain of the log, if any."""
        ...

    def accesses(self) -> Iterator[Mapping[str, Any]]:
        """Yield the entries of the access log, oldest first."""
        ...
