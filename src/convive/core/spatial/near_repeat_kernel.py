"""The loops of the near-repeat test: pairs close in place, counted by how close they are in time."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.scan.random_stream import Seeds, shuffle

Integers = NDArray[np.int32]


@njit(cache=True, nogil=True)
def count_pairs(  # pragma: no cover - compiled
    pairs: tuple[Integers, Integers, NDArray[np.int64]],
    times: Integers,
    edges: Integers,
    tables: NDArray[np.int64],
) -> None:
    """Fill `tables` (n_lanes, n_space, n_time) with the pairs of each band of place and time.

    `pairs`: one and the other point of each pair, and where each band of distance starts.
    `times`: (n_points, n_lanes), so that many ways to deal the times out are counted together.
    """
    one, other, start = pairs
    n_lanes, n_edges = times.shape[1], edges.size
    gaps = np.empty(n_lanes, np.int32)
    within = np.empty((n_edges, n_lanes), np.int32)
    for band in range(start.size - 1):
        within[:] = 0
        for k in range(start[band], start[band + 1]):
            i, j = one[k], other[k]
            for r in range(n_lanes):
                gaps[r] = abs(times[i, r] - times[j, r])
            for e in range(1, n_edges):
                edge = edges[e]
                for r in range(n_lanes):
                    within[e, r] += gaps[r] < edge
        for e in range(1, n_edges):
            for r in range(n_lanes):
                tables[r, band, e - 1] = within[e, r] - within[e - 1, r]


@njit(cache=True, nogil=True)
def deal_times_out(  # pragma: no cover - compiled
    times: Integers, seeds: Seeds, dealt: Integers
) -> None:
    """Fill `dealt` (n_points, n_lanes) with the times in a new order for each seed."""
    state = np.empty(1, np.uint64)
    mixed = times.copy()
    for r in range(seeds.size):
        state[0] = seeds[r]
        mixed[:] = times
        shuffle(mixed, state)
        for i in range(times.size):
            dealt[i, r] = mixed[i]


__all__ = ["count_pairs", "deal_times_out"]
