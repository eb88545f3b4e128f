"""Joins the evidence room to the restricted store of a pack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convive.wiring.editions import kept_moments

if TYPE_CHECKING:
    from convive.app.evidence_room.open import SourceHeld
    from convive.app.evidence_room.protection import Protected
    from convive.app.protection.terms import Terms
    from convive.app.protection.weed import Weeding

# Adapters are imported where they are used.
# ruff: noqa: PLC0415


def sources_held(pack: Path, *, actor: str) -> tuple[SourceHeld, ...]:
    """Return the sources whose counts the room can open; no content is opened."""
    from convive.app.evidence_room.open import held_sources

    return held_sources(_store(pack), actor=actor)


def ready_source(
    pack: Path, source_id: str, *, minimum: int, actor: str, purpose: str
) -> Protected | None:
    """Return the protected cube of a source as it is kept; None where it has to be made."""
    from convive.app.evidence_room.open import opened_source

    return opened_source(
        _store(pack), source_id, minimum=minimum, actor=actor, purpose=purpose,
        served=kept_moments(pack),
    )  # fmt: skip


def is_ready(pack: Path, source_id: str, *, minimum: int) -> bool:
    """Tell whether the protected cube of a source is made and current."""
    from convive.app.evidence_room.open import is_ready as is_kept

    return is_kept(
        _store(pack), source_id, minimum=minimum, actor="worker", served=kept_moments(pack)
    )


def make_source(
    pack: Path, source_id: str, *, minimum: int, actor: str, purpose: str
) -> Protected | None:
    """Make and keep the protected cube of a source; None where no audit has left counts of it.

    Raises
    ------
    ConflictError
        STORE_LOCKED while an audit writes.
    StorageError
        From the store.
    """
    from convive.app.evidence_room.open import prepare_source

    return prepare_source(
        _store(pack), source_id, minimum=minimum, actor=actor, purpose=purpose,
        served=kept_moments(pack),
    )  # fmt: skip


def wanted_version(pack: Path, source_id: str, *, minimum: int) -> str:
    """Return a digest of what the cube of a source would be made from; empty without counts."""
    from convive.app.evidence_room.open import version_wanted

    return version_wanted(
        _store(pack), source_id, minimum=minimum, actor="worker", served=kept_moments(pack)
    )


def pack_of(build: str, workspace: str) -> Path | None:
    """Return the folder of the pack that a site belongs to, None where a build lies alone."""
    from convive.wiring.fieldwork_evidence import pack_of_site

    return pack_of_site(build, workspace)


def terms_of(pack: Path) -> tuple[Terms, ...]:
    """Return the terms on which the sources of a pack are held."""
    from convive.connectors.city_pack import read_terms

    return tuple(read_terms(Path(pack)))


def weed_pack(pack: Path, *, now: datetime, actor: str, today: date | None = None) -> Weeding:
    """Remove the rows whose retention is over; see ``app.protection.weed``."""
    from convive.app.protection.weed import weed

    return weed(terms_of(pack), store=_store(pack), clock=lambda: now, actor=actor, today=today)


def holdings_of(pack: Path, *, actor: str) -> tuple[Any, ...]:
    """Return what the restricted store holds, source by source."""
    from convive.app.protection.holdings import holdings

    return holdings(terms_of(pack), store=_store(pack), actor=actor)


def table_workbook(
    title: str, facts: Sequence[tuple[str, str]], rows: Sequence[Sequence[str | int]]
) -> bytes:
    """Return a table as XLSX: what it is above, then its rows, the first one the heads."""
    from convive.reports.tables.grid import render_grid

    return render_grid(title, facts, rows)


def table_csv(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return rows as CSV that no spreadsheet takes for formulas."""
    from convive.reports.tables.grid import render_grid_csv

    return render_grid_csv(rows)


def _store(pack: Path) -> Any:
    from convive.store import FolderRestrictedStore
    from convive.wiring import restricted_folder

    return FolderRestrictedStore(restricted_folder(Path(pack)), clock=lambda: datetime.now(UTC))
