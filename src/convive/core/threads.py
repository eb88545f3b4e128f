"""Sharing compiled work out over threads: the loops release the lock, results keep their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Done = TypeVar("Done")


def processors() -> int:
    """Return how many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def in_threads(
    work: Callable[[Part], Done], parts: Sequence[Part], threads: int | None = None
) -> list[Done]:
    """Return what the work makes of each part, in their order; by default on all processors."""
    count = min(len(parts), processors() if threads is None else threads)
    if count < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, parts))
