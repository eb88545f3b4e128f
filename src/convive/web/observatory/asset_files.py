"""What the content of a static file is called: it stands in addresses and names of files."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

IN_ADDRESS = 10
"""Signs of the digest that stand in an address."""


def digest_of_file(path: str | Path) -> str:
    """Return the SHA-256 of a file; read again only when the file has changed."""
    stat = Path(path).stat()
    return _digest(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=512)
def _digest(path: str, _changed: int, _size: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
