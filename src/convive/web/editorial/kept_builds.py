"""Copies of finished audits, one a folder: an edition is what was looked at, whatever comes later."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from convive.app.history import run_digest
from convive.core.errors import StorageError
from convive.web.editorial.public_state import edition_folder


@dataclass(frozen=True, slots=True)
class Found:
    """A finished audit in its folder."""

    folder: Path
    digest: str
    built_at: str

    @property
    def key(self) -> str:
        """Return its name."""
        return self.digest[:12]


def newest_build(folder: str) -> Found | None:
    """Return the audit that lies in a folder, None where there is none."""
    try:
        run = json.loads((Path(folder) / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Found(Path(folder), run_digest(run), str(run.get("built_at", ""))) if folder else None


def keep_build(found: Found) -> Path:
    """Copy an audit, unless it is kept already; a copy that is not whole is never kept.

    Raises
    ------
    StorageError
        EDITION_NOT_KEPT: no room, or another audit was swapped in meanwhile.
    """
    target = edition_folder(found.key)
    if target is None:
        raise StorageError("EDITION_NOT_KEPT")
    if target.is_dir():
        return target
    beside = target.with_name(f".{found.key}.{secrets.token_hex(4)}")
    try:
        beside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copytree(found.folder, beside)
        if not _is_whole(beside, found.digest):
            raise StorageError("EDITION_NOT_KEPT")
        for path in beside.iterdir():
            path.chmod(0o400)
        if not target.is_dir():
            beside.rename(target)
    except (OSError, ValueError) as error:
        raise StorageError("EDITION_NOT_KEPT") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target


def _is_whole(folder: Path, digest: str) -> bool:
    """Tell whether a copy is of one audit: run record and tables belong together."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    if run_digest(run) != digest:
        return False
    for name, told in (run.get("tables") or {}).items():
        content = (folder / f"{name}.parquet").read_bytes()
        if hashlib.sha256(content).hexdigest() != told:
            return False
    return True
