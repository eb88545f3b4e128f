"""Compiled counting of ranks: scores become sortable keys that carry their area."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_BLOCK = 256

Counts = NDArray[np.int32]
Scores = NDArray[np.float32]
Keys = NDArray[np.uint64]


def count_ranks(scores: Scores) -> Counts:
    """Return how often each area (row) has each rank (column, 0 = highest score).

    Parameters
    ----------
    scores : ndarray of float32, shape (n_draws, n_areas)
        Finite. Areas with equal scores share the middle of their ranks (rounded to the better).

    Examples
    --------
    >>> count_ranks(np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 3.0]], dtype=np.float32)).tolist()
    [[0, 0, 2], [2, 0, 0], [1, 1, 0]]
    """
    n_draws, n_areas = scores.shape
    counts = np.zeros((n_areas, n_areas), dtype=np.int32)
    keys = np.empty((_BLOCK, n_areas), dtype=np.uint64)
    bits = np.ascontiguousarray(scores).view(np.uint32)
    for start in range(0, n_draws, _BLOCK):
        block = bits[start : start + _BLOCK]
        _to_keys(block, keys)
        # NumPy sorts plain 64-bit numbers several times faster than it finds their order.
        keys[: len(block)].sort(axis=1)
        _count(keys, len(block), counts)
    return counts


@njit(cache=True)
def _to_keys(bits: NDArray[np.uint32], keys: Keys) -> None:  # pragma: no cover - compiled
    """Write keys that ascend as scores fall; the area is in the lower half."""
    for draw in range(bits.shape[0]):
        for area in range(bits.shape[1]):
            b = np.uint64(bits[draw, area])
            if b == np.uint64(0x80000000):
                b = np.uint64(0)  # -0 equals 0
            # Bits of a float ascend with it if negative ones are flipped; then all are turned.
            if b & np.uint64(0x80000000):
                up = b ^ np.uint64(0xFFFFFFFF)
            else:
                up = b | np.uint64(0x80000000)
            down = up ^ np.uint64(0xFFFFFFFF)
            keys[draw, area] = (down << np.uint64(32)) | np.uint64(area)


@njit(cache=True)
def _count(keys: Keys, n_draws: int, counts: Counts) -> None:  # pragma: no cover - compiled
    """Add the ranks of sorted keys; runs of equal scores share their middle rank."""
    n_areas = keys.shape[1]
    low = np.uint64(0xFFFFFFFF)
    for draw in range(n_draws):
        start = 0
        while start < n_areas:
            end = start + 1
            score = keys[draw, start] >> np.uint64(32)
            while end < n_areas and (keys[draw, end] >> np.uint64(32)) == score:
                end += 1
            rank = (start + end - 1) // 2
            for place in range(start, end):
                counts[np.int64(keys[draw, place] & low), rank] += 1
            start = end
