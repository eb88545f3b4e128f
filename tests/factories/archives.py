"""Backups that were written anew by somebody with an intention."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any


def rebuilt(backup: Path, target: Path, change: Any) -> Path:
    """Write a backup anew, its manifest and members changed."""
    with tarfile.open(backup) as tar:
        parts = [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    manifest = json.loads(parts[0][1])
    entries: list[tuple[tarfile.TarInfo, bytes]] = []
    for name, content in parts[1:]:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        entries.append((entry, content))
    change(manifest, entries)
    raw = json.dumps(manifest).encode()
    with gzip.open(target, "wb") as zipped, tarfile.open(mode="w|", fileobj=zipped) as tar:
        head = tarfile.TarInfo("manifest.json")
        head.size = len(raw)
        tar.addfile(head, io.BytesIO(raw))
        for entry, content in entries:
            tar.addfile(entry, io.BytesIO(content))
    return target
