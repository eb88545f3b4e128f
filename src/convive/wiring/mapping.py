"""The wizard that proposes and writes mapping files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convive.connectors.city_pack.wizard import Session

# Imported where it is used: `convive --help` must not wait for it.
# ruff: noqa: PLC0415


def mapping_families() -> tuple[str, ...]:
    """Return what the mapping wizard can be told that a file is."""
    from convive.connectors.city_pack.wizard import FAMILIES

    return FAMILIES


def ways_to_fill(keys: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the ways to give what a mapping lacks, each with all the keys that it takes."""
    from convive.connectors.city_pack.wizard import ways_to_fill as found

    return found(keys)


def propose_mapping(
    path: Path,
    pack: Path | None = None,
    *,
    family: str | None = None,
    profile: str | None = None,
    sheet: str | None = None,
) -> Session:
    """Return what the wizard proposes for a file; nothing is written.

    Raises
    ------
    DatasetError
        FILE_NOT_MAPPED.
    PackError
        PACK_UNUSABLE where a pack is given whose territory cannot be read.
    RequestError
        FAMILY_NOT_KNOWN.
    NotFoundError
        PROFILE_NOT_FOUND.
    """
    from convive.connectors.city_pack.wizard import open_session

    return open_session(Path(path), pack=pack, family=family, profile_id=profile, sheet=sheet)


def save_mapping(
    session: Session,
    target: Path | None = None,
    *,
    language: str = "en",
    force: bool = False,
    **source: str,
) -> tuple[Path, ...]:
    """Write the mapping file and, into a pack, the data file beside it; return what was written.

    Parameters
    ----------
    source : str
        Facts for the table ``source``: `owner`, `licence`.

    Raises
    ------
    ConflictError
        MAPPING_EXISTS unless `force`.
    StorageError
        MAPPING_NOT_SAVED.
    """
    from convive.connectors.city_pack.wizard import bring_file
    from convive.connectors.city_pack.wizard import save_mapping as save

    text = session.text(language, **source)
    saved = save(text, Path(target) if target else session.target(), force=force)
    return (saved, *bring_file(session))
