"""What was read out of a published table, kept as long as the table lives and no longer."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa

T = TypeVar("T")
MOST_KEPT = 64
"""Readings of a table that are kept for a while; beyond, the one longest unasked goes."""


class _Kept(NamedTuple):
    table: weakref.ref[pa.Table]
    for_good: dict[Hashable, Any]
    lately: OrderedDict[Hashable, Any]


_known: dict[int, _Kept] = {}
_lock = threading.Lock()


def kept_for_good(table: pa.Table, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` reads out of a table, read once as long as it lives.

    Parameters
    ----------
    table : pyarrow.Table
        Never changes.
    key : hashable
        One of a few things that can be read out of a table, not one of many areas.
    """
    kept = _kept_of(table).for_good
    if key not in kept:
        kept[key] = make()
    found: T = kept[key]
    return found


def kept_with(table: pa.Table, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` reads out of a table, read once for those who ask soon after.

    Parameters
    ----------
    table : pyarrow.Table
        Never changes: what was read holds as long as the table does.
    key : hashable
        What is read. Everybody gets the same object, and leaves it as it is.
    """
    kept = _kept_of(table).lately
    with _lock:
        if key in kept:
            kept.move_to_end(key)
            found: T = kept[key]
            return found
    made = make()
    with _lock:
        kept[key] = made
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    return made


def _kept_of(table: pa.Table) -> _Kept:
    number = id(table)
    known = _known.get(number)
    if known is not None and known.table() is table:
        return known
    # Two who come at once may make two: what is lost costs a reading, no more.
    gone = weakref.ref(table, lambda _: _known.pop(number, None))
    made = _known[number] = _Kept(gone, {}, OrderedDict())
    return made
