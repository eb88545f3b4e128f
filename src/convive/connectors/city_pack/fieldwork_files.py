"""Writes what fieldwork hands over into a pack: a data file and the mapping file that names it.

The mapping file is put in place last and in one step, and names its data file by content: at any
moment the pack has the source as it was before, or as it is after, never half of it.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from convive.app.fieldwork.handover import HandOver
from convive.connectors.city_pack.wizard.writing import toml_key, toml_value
from convive.core.errors import ConflictError, StorageError

_EVIDENCE = "evidence"


@dataclass(frozen=True)
class KeptHandOver:
    """A hand-over that a pack has."""

    source_id: str
    file: str
    """Mapping file, from the folder of the pack."""
    provenance: Mapping[str, Any]


def kept_hand_over(pack: Path, source_id: str, campaign: str) -> KeptHandOver | None:
    """Return what the pack has of a campaign; None where it has nothing.

    Raises
    ------
    ConflictError
        HANDOVER_FOREIGN: the id is taken by a source that this campaign did not hand over.
    """
    for path in sorted((pack / _EVIDENCE).glob("*/*.toml")):
        found = _parsed(path)
        source = found.get("source")
        is_named = isinstance(source, Mapping) and source.get("id") == source_id
        if not is_named and path.stem != source_id:
            continue
        given = source.get("fieldwork") if isinstance(source, Mapping) else None
        if not isinstance(given, Mapping) or given.get("campaign") != campaign:
            raise ConflictError(
                "HANDOVER_FOREIGN", source=source_id, file=path.relative_to(pack).as_posix()
            )
        return KeptHandOver(source_id, path.relative_to(pack).as_posix(), given)
    return None


def write_hand_over(pack: Path, handed: HandOver, *, today: date) -> tuple[Path, Path]:
    """Write the files of a hand-over; return data file and mapping file.

    A former one of the same campaign is replaced; what its mapping file says about protection
    is kept.

    Raises
    ------
    ConflictError
        HANDOVER_FOREIGN: nothing that somebody else put there is replaced.
    StorageError
        HANDOVER_NOT_WRITTEN: the pack is as it was before.
    """
    before = kept_hand_over(pack, handed.source_id, str(handed.provenance["campaign"]))
    folder = pack / _EVIDENCE / handed.family
    mapping = folder / f"{handed.source_id}.toml"
    content = _csv(handed.found.columns, handed.found.rows)
    digest = hashlib.sha256(content).hexdigest()
    data = folder / f"{handed.source_id}-{digest[:12]}.csv"
    known = _parsed(pack / before.file) if before else {}
    text = _mapping_text(handed, data.name, digest, today, known)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _put(data, content)
        _put(mapping, text.encode("utf-8"))
    except OSError as error:
        raise StorageError("HANDOVER_NOT_WRITTEN", source=handed.source_id) from error
    if before and pack / before.file != mapping:
        (pack / before.file).unlink(missing_ok=True)
    _forget_older(folder, handed.source_id, data)
    return data, mapping


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def _put(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".handover-")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _forget_older(folder: Path, source_id: str, kept: Path) -> None:
    """Remove data files of earlier hand-overs; one that stays behind is named by no mapping."""
    for path in folder.glob(f"{source_id}-*.csv"):
        stem = path.stem.removeprefix(f"{source_id}-")
        if path != kept and len(stem) == 12 and set(stem) <= set("0123456789abcdef"):
            with contextlib.suppress(OSError):
                path.unlink()


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _mapping_text(
    handed: HandOver, data: str, digest: str, today: date, known: Mapping[str, Any]
) -> str:
    source = {
        "id": handed.source_id,
        "title": {handed.language: handed.title},
        "owner": handed.owner,
        "licence": "internal",
        "files": [data],
    }
    facts = {**handed.provenance, "content_digest": digest, "handed_over": today}
    protection = known.get("source", {}).get("protection") or {"personal_data": "pseudonymous"}
    tables: list[tuple[str, Mapping[str, Any]]] = [
        ("source", source), ("source.fieldwork", facts), ("source.protection", protection),
        ("format", {"type": "csv", "encoding": "utf-8", "delimiter": ",", "decimal": "."}),
    ]  # fmt: skip
    of_family = handed.found.mapping
    tables += [
        (name, of_family[name]) for name in ("survey", "columns", "sex") if name in of_family
    ]
    flat = {k: v for k, v in of_family["items"].items() if not isinstance(v, Mapping)}
    if flat:
        tables.append(("items", flat))
    tables += [
        (f"items.{toml_key(name)}", one)
        for name, one in of_family["items"].items()
        if isinstance(one, Mapping)
    ]
    lines = [
        "# Written by a campaign of fieldwork; handing over again replaces all but protection."
    ]
    for name, content in tables:
        lines += ["", f"[{name}]"]
        lines += [f"{toml_key(key)} = {toml_value(value)}" for key, value in content.items()]
    return "\n".join(lines) + "\n"
