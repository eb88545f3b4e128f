"""Merging of one field that two people have changed from the same text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

CLASH = object()
"""Both have changed the same, to something else."""


def merge(base: Any, kept: Any, sent: Any) -> Any:
    """Return what a field becomes when `kept` and `sent` were both made from `base`, or `CLASH`.

    All three as JSON. Mappings are merged key by key, lists row by row, everything else as a whole.
    """
    if kept in (base, sent):
        return sent
    if sent == base:
        return kept
    if all(isinstance(one, dict) for one in (base, kept, sent)):
        return _merge_mappings(base, kept, sent)
    if all(isinstance(one, list) for one in (base, kept, sent)):
        return _merge_lists(base, kept, sent)
    return CLASH


def _merge_mappings(base: dict[str, Any], kept: dict[str, Any], sent: dict[str, Any]) -> Any:
    names = [*kept, *(name for name in sent if name not in kept)]
    merged = {name: merge(base.get(name), kept.get(name), sent.get(name)) for name in names}
    return CLASH if any(value is CLASH for value in merged.values()) else merged


def _merge_lists(base: list[Any], kept: list[Any], sent: list[Any]) -> Any:
    """Return the rows of `kept` with what `sent` has added and without what it has removed.

    A row that was changed is one removed and one added. Where both have removed the same row and
    one of them has put something else in, that may be two changes of one row: a clash.
    """
    was, here, mine = (_counted(rows) for rows in (base, kept, sent))
    gone_here, gone_mine = was - here, was - mine
    new_here, new_mine = here - was, mine - was
    agreed = (new_here & new_mine).total()
    holds_rows = any(isinstance(row, dict) for row in (*base, *kept, *sent))
    is_apart = (new_here | new_mine).total() > agreed
    if holds_rows and (gone_here & gone_mine).total() > agreed and is_apart:
        return CLASH
    result = (was - (gone_here | gone_mine)) + (new_here | new_mine)
    return _in_order(result, (*kept, *sent))


def _counted(rows: Iterable[Any]) -> Counter[str]:
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def _in_order(wanted: Counter[str], rows: Iterable[Any]) -> list[Any]:
    """Return the wanted rows in the order in which they come."""
    left, found = Counter(wanted), []
    for row in rows:
        key = json.dumps(row, sort_keys=True)
        if left[key] > 0:
            left[key] -= 1
            found.append(row)
    return found
