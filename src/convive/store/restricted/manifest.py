"""States of the restricted store: manifests, and the file HEAD that names the current one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from convive.app.ports import Kept
from convive.core.errors import StorageError
from convive.store.restricted.disk import Layout

START = "0" * 64
"""What the first entry of the log names as the one before it."""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """How far the access log is confirmed."""

    n: int = 0
    """Entries."""
    size: int = 0
    """Bytes."""
    digest: str = START
    """SHA-256 of the last line."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One state: everything that is kept, by name."""

    number: int
    previous: int | None = None
    entries: Mapping[str, Kept] = field(default_factory=dict)
    log: ChainHead = ChainHead()


@dataclass(frozen=True, slots=True)
class Head:
    """Which state is current."""

    number: int
    digest: str
    """SHA-256 of the file of the manifest."""
    log: ChainHead


def render_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of a state; they carry their own digest."""
    body = {
        "number": manifest.number,
        "previous": manifest.previous,
        "log": _chain(manifest.log),
        "entries": {name: _entry(kept) for name, kept in manifest.entries.items()},
    }
    return _sealed(body)


def parse_manifest(content: bytes, layout: Layout) -> Manifest:
    """Return the state; ValueError for what is torn, changed or something else."""
    body = _unsealed(content)
    try:
        return Manifest(
            number=int(body["number"]),
            previous=body["previous"],
            log=ChainHead(**body["log"]),
            entries={
                name: _kept(name, entry, layout) for name, entry in sorted(body["entries"].items())
            },
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def render_head(head: Head) -> bytes:
    """Return the bytes of HEAD; they carry their own digest."""
    return _sealed({"manifest": head.number, "sha256": head.digest, "log": _chain(head.log)})


def parse_head(content: bytes) -> Head:
    """Return which state is current; ValueError for what is torn or changed."""
    body = _unsealed(content)
    try:
        return Head(int(body["manifest"]), str(body["sha256"]), ChainHead(**body["log"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def read_head(layout: Layout) -> Head:
    """Return which state is current.

    Raises
    ------
    StorageError
        STORE_DAMAGED where HEAD is missing or garbled.
    """
    try:
        return parse_head(layout.head.read_bytes())
    except (FileNotFoundError, ValueError) as error:
        raise _damaged("HEAD") from error


def load_manifest(layout: Layout, head: Head) -> Manifest:
    """Return the state that HEAD names.

    Raises
    ------
    StorageError
        STORE_DAMAGED where the manifest is missing, garbled or not the one that HEAD means.
    """
    path = layout.manifest(head.number)
    label = f"manifests/{path.name}"
    try:
        content = path.read_bytes()
        manifest = parse_manifest(content, layout)
    except (FileNotFoundError, ValueError) as error:
        raise _damaged(label) from error
    if hashlib.sha256(content).hexdigest() != head.digest:
        raise _damaged(label)
    return manifest


def is_unused(layout: Layout) -> bool:
    """Tell whether a folder without HEAD never held a state (not even a lost one)."""
    numbers = manifest_numbers(layout)
    return not layout.head.exists() and set(numbers) <= {0} and not any(objects_in(layout))


def manifest_numbers(layout: Layout) -> list[int]:
    """Return the numbers of all manifests on disk, ascending."""
    if not layout.manifests.is_dir():
        return []
    return sorted(int(p.stem) for p in layout.manifests.glob("*.json") if p.stem.isdecimal())


def objects_in(layout: Layout) -> list[str]:
    """Return the file names of all contents on disk."""
    return [path.name for path in layout.objects.glob("??/*.*")]


def _damaged(file: str) -> StorageError:
    return StorageError("STORE_DAMAGED", file=file)


def _sealed(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    seal = hashlib.sha256(text.encode()).hexdigest()
    return f"{seal}\n{text}\n".encode()


def _unsealed(content: bytes) -> dict[str, Any]:
    seal, _, rest = content.partition(b"\n")
    text = rest.removesuffix(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != seal:
        raise ValueError("seal")
    body: dict[str, Any] = json.loads(text)
    return body


def _chain(head: ChainHead) -> dict[str, Any]:
    return {"n": head.n, "size": head.size, "digest": head.digest}


def _entry(kept: Kept) -> dict[str, Any]:
    return {
        "kind": kept.kind,
        "source": kept.source_id,
        "digest": kept.digest,
        "suffix": kept.path.suffix.removeprefix("."),
        "meta": dict(kept.meta),
    }


def _kept(name: str, entry: Mapping[str, Any], layout: Layout) -> Kept:
    return Kept(
        name=name,
        kind=entry["kind"],
        source_id=entry["source"],
        digest=entry["digest"],
        path=layout.object(entry["digest"], entry["suffix"]),
        meta=entry["meta"],
    )
