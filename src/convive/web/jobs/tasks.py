"""Work that takes long is done before the transaction in which it is kept.

::

    def draw(*, document_id: int) -> bytes:            # as long as it takes; may happen twice
        ...

    @task()
    @prepared(draw)
    def keep(drawn: bytes, *, document_id: int) -> dict[str, Any]:
        ...                                            # short; in the transaction, once
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def prepared(prepare: Callable[..., Any]) -> Callable[[Function], Function]:
    """Have `prepare` called with the task's arguments first, its result given to the task first."""

    def mark(function: Function) -> Function:
        function.prepare = prepare  # type: ignore[attr-defined]
        return function

    return mark


def preparation_of(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what is to be done before a function, None where there is nothing."""
    found: Callable[..., Any] | None = getattr(function, "prepare", None)
    return found
