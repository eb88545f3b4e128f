"""Parts of the exchange format as they are kept: an entry has one form wherever it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from convive.core.errors import StorageError
from convive.core.model import Place, Problem
from convive.core.shelf.bundle import fingerprint_of
from convive.core.shelf.entry import Entry, OriginKind

# Adapters are imported where they are used: see `convive.wiring`.
# ruff: noqa: PLC0415

_NOBODY = fingerprint_of(b"")


def entry_as_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as the exchange format writes it."""
    from convive.connectors.shelf_bundles.parts import dump

    return dict(dump(entry))


def entry_of_json(raw: Mapping[str, Any] | None) -> Entry:
    """Return an entry that was kept.

    Raises
    ------
    StorageError
        SHELF_ENTRY_DAMAGED where it is not what was written.
    """
    from convive.connectors.shelf_bundles.parts import load

    found, _ = load(Entry, dict(raw or {}))
    if not isinstance(found, Entry):
        raise StorageError("SHELF_ENTRY_DAMAGED")
    return found


def digest_of(*parts: Any) -> str:
    """Return what changes exactly when some JSON values do, 64 hex digits."""
    from convive.connectors.shelf_bundles.canonical import canonical

    return sha256(canonical(list(parts))).hexdigest()


def problems_of(entry: Entry, *, today: date) -> tuple[Problem, ...]:
    """Return everything for which other towns would refuse an entry of this one."""
    from convive.connectors.shelf_bundles.part_checks import part_faults
    from convive.connectors.shelf_bundles.safe_texts import text_faults

    signed = replace(
        entry,
        origin=replace(entry.origin, kind=OriginKind.OWN, publisher=_NOBODY, changed_on=today),
    )
    faults = [*text_faults(entry_as_json(signed)), *part_faults(signed, _NOBODY, today)]
    return tuple(
        Problem(code, Place("", column=field), data={"part": entry.practice.id, **data})
        for code, field, data in faults
    )


def is_safe_text(text: str) -> bool:
    """Tell whether other towns would take a text: no markup, nothing that cannot be seen."""
    from convive.connectors.shelf_bundles.safe_texts import text_faults

    return not any(text_faults(text))
