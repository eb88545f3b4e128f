"""What the caller of a benchmark run may choose."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEER_PYTHON = Path(os.environ.get("BENCH_PYTHON", ROOT / ".venv-bench" / "bin" / "python"))


@dataclass(frozen=True)
class Options:
    points: tuple[int, ...]
    """How many points, one town after the other."""
    repeats: int
    seconds: int
    """A peer that takes longer than this, loading included, is stopped and named."""
