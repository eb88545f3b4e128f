"""Rows that a form has given a key: sent twice, by whoever and however, they are kept once."""

from __future__ import annotations

import uuid
from typing import Any, Protocol, TypeVar

from django.db import IntegrityError, transaction

from convive.core.errors import ConflictError


class Keyed(Protocol):
    """A row with a unique `key`."""

    key: Any
    objects: Any

    def save(self, *, force_insert: bool) -> None:
        """Keep the row."""


T = TypeVar("T", bound=Keyed)


def new_key() -> str:
    """Return the key of a form that is about to be filled in."""
    return str(uuid.uuid4())


def is_key(text: str) -> bool:
    """Tell whether a text can be such a key."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def keep_once(row: T, *, same: tuple[str, ...]) -> tuple[T, bool]:
    """Keep a row unless one of its key is there; return the kept one, and whether it is new.

    Parameters
    ----------
    same : tuple of str
        Fields that must be equal where the key was used before.

    Raises
    ------
    ConflictError
        ALREADY_KEPT where the key was used for something else: a form that was sent, changed
        and sent again. What was kept stays.
    """
    rows = type(row).objects
    kept = rows.filter(key=row.key).first()
    if kept is None:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            kept = rows.filter(key=row.key).first()
            if kept is None:
                raise
        else:
            return row, True
    if any(getattr(kept, name) != getattr(row, name) for name in same):
        raise ConflictError("ALREADY_KEPT")
    return kept, False
