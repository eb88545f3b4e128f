"""What an archive says about itself, before anything else in it is believed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from convive.core.errors import StorageError

FORMAT = 1
NAME = "manifest.json"
MOST_BYTES = 64 * 2**20
"""Of the manifest: some three hundred thousand members."""
LONGEST_NAME = 1000
ROOTS = ("database", "workspace", "pack", "restricted")
KEY = "secret.key"
MEDIA = "media"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive.

    Parameters
    ----------
    path : str
        Below one of `ROOTS`, with ``/``.
    size : int
        Bytes.
    sha256 : str
        Digest of its content.
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the workspace.

    Parameters
    ----------
    name : str
        Its name in the database.
    columns : tuple of str
        What each row gives, in this order.
    n_rows : int
        Rows.
    """

    name: str
    columns: tuple[str, ...]
    n_rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds.

    Parameters
    ----------
    made_at, software, engine : str
        When, by which version of Convive, from which kind of database.
    has_evidence : bool
        Whether the row-level evidence is in it.
    migrations : tuple
        Pairs of app and migration that the tables had been brought to.
    tables : tuple of Table
        Tables of the workspace, referred ones first.
    n_events, head : int, str
        Length of the audit log and hash of its last event.
    members : tuple of Member
        Every file, in the order of the archive.
    """

    made_at: str
    software: str
    engine: str
    has_evidence: bool
    migrations: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    n_events: int
    head: str
    members: tuple[Member, ...]

    @property
    def n_bytes(self) -> int:
        """Return how much disk the members need."""
        return sum(member.size for member in self.members)

    def as_bytes(self) -> bytes:
        """Return the manifest as it is written."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=True).encode()


def parse(content: bytes) -> Manifest:
    """Read a manifest; nothing in it is trusted.

    Raises
    ------
    StorageError
        BACKUP_NEWER for a later format, BACKUP_DAMAGED for everything else that is wrong.
    """
    try:
        raw = json.loads(content)
        if isinstance(raw["format"], int) and raw["format"] > FORMAT:
            raise StorageError("BACKUP_NEWER", made_by=str(raw.get("software", ""))[:40])
        found = _checked(raw)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise StorageError("BACKUP_DAMAGED", part=NAME) from error
    return found


def _checked(raw: Mapping[str, Any]) -> Manifest:
    members = tuple(
        Member(_safe_path(one["path"]), _count(one["size"]), _digest(one["sha256"]))
        for one in raw["members"]
    )
    if len({member.path for member in members}) != len(members):
        raise ValueError("a path stands twice")
    tables = tuple(
        Table(
            _matching(_TABLE, one["name"]), tuple(map(str, one["columns"])), _count(one["n_rows"])
        )
        for one in raw["tables"]
    )
    rows = {member.path for member in members if member.path.startswith("database/")}
    if rows != {f"database/{table.name}.jsonl" for table in tables}:
        raise ValueError("rows of no table, or a table without rows")
    return Manifest(
        made_at=str(raw["made_at"]), software=str(raw["software"]), engine=str(raw["engine"]),
        has_evidence=raw["has_evidence"] is True,
        migrations=tuple((str(app), str(name)) for app, name in raw["migrations"]),
        tables=tables, n_events=_count(raw["n_events"]), head=_digest(raw["head"]),
        members=members,
    )  # fmt: skip


def _safe_path(value: Any) -> str:
    """Return a path that stays below its root, on every system."""
    path = PurePosixPath(value)
    is_plain = value == path.as_posix() and not path.is_absolute() and len(value) <= LONGEST_NAME
    parts = path.parts
    is_below = len(parts) > 1 and parts[0] in ROOTS and not {"..", "."} & set(parts)
    # What a backup never holds: hidden folders, and of the workspace more than key and media.
    is_hidden = any(part.startswith(".") for part in parts[:-1])
    is_own = parts == ("workspace", KEY) or (parts[:2] == ("workspace", MEDIA) and len(parts) > 2)
    is_kept = not is_hidden and (is_own or parts[:1] != ("workspace",))
    if not is_plain or not is_below or not is_kept or any(sign in value for sign in "\\\0:"):
        raise ValueError("a path leads elsewhere")
    return str(value)


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a count")
    return value


def _digest(value: Any) -> str:
    return _matching(_DIGEST, value)


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(value):
        raise ValueError("not well formed")
    return str(value)
