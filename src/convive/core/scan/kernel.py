"""The loops of the scan: the highest likelihood ratio over zones and windows of time.

Replications lie side by side in memory and are scanned together. The logarithms are worked out
only where they can matter: a log-likelihood ratio is never above C(c - m)² / (m(C - m)), with c of
C cases where m are expected (relative entropy is at most the chi-squared distance).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.scan.random_stream import Seeds, next_uniform, shuffle

Floats = NDArray[np.float64]
Integers = NDArray[np.int32]

_SLACK = 1.0 + 1e-4
"""Single precision may not hide a candidate."""


@njit(cache=True, nogil=True)
def log_ratio(cases: float, expected: float, total: float) -> float:  # pragma: no cover - compiled
    """Return the Poisson log-likelihood ratio of a zone, given the total; 0 without an excess."""
    if cases <= expected:
        return 0.0
    inside = cases * np.log(cases / expected)
    rest = total - cases
    if rest <= 0.0:
        return inside
    return inside + rest * np.log(rest / (total - expected))


@njit(cache=True, nogil=True)
def _look(  # pragma: no cover - compiled
    sums: Integers,
    expected: Floats,
    windows: Integers,
    whole: tuple[float, int],
    found: tuple[Floats, NDArray[np.float32]],
) -> None:
    """Compare all windows of one zone with the best of each replication so far."""
    total, limit = whole[0], found[1]
    for w in range(windows.shape[0]):
        low, high = windows[w, 0], windows[w, 1]
        m = expected[high] - expected[low]
        if m <= 0.0 or m >= total:
            continue
        scale = np.sqrt(total / (m * (total - m))) * _SLACK
        m_single, scale_single = np.float32(m), np.float32(scale)
        is_above = False
        for r in range(limit.size):
            excess = np.float32(sums[high, r] - sums[low, r]) - m_single
            is_above |= excess * scale_single > limit[r]
        if is_above:
            _keep_better(sums[high], sums[low], (m, scale), whole, found)


@njit(cache=True, nogil=True)
def _keep_better(  # pragma: no cover - compiled
    high: Integers,
    low: Integers,
    zone: tuple[float, float],
    whole: tuple[float, int],
    found: tuple[Floats, NDArray[np.float32]],
) -> None:
    """Keep the ratio of the replications in which it is the highest so far."""
    best, limit = found
    for r in range(best.size):
        c = high[r] - low[r]
        if (c - zone[0]) * zone[1] > limit[r] and c >= whole[1]:
            ratio = log_ratio(c, zone[0], whole[0])
            if ratio > best[r]:
                best[r] = ratio
                limit[r] = np.float32(np.sqrt(ratio) / _SLACK)


@njit(cache=True, nogil=True)
def scan_maxima(  # pragma: no cover - compiled
    zones: tuple[Integers, NDArray[np.int64]],
    windows: Integers,
    base: Floats,
    counts: Integers,
    total: float,
    least: int,
) -> Floats:
    """Return the highest log-likelihood ratio of each replication.

    `zones`: areas in order of distance and where each centre's list starts. `windows`: (n, 2),
    start and end on the axis of `base` (n_areas, n_times) and `counts` (n_areas, n_times,
    n_replications), both summed up over time from a first column of zeros.
    """
    order, start = zones
    n_times, n_lanes = counts.shape[1], counts.shape[2]
    sums = np.empty((n_times, n_lanes), np.int32)
    expected = np.empty(n_times)
    best = np.zeros(n_lanes)
    limit = np.zeros(n_lanes, np.float32)
    for centre in range(start.size - 1):
        sums[:] = 0
        expected[:] = 0.0
        for k in range(start[centre], start[centre + 1]):
            area = order[k]
            for t in range(n_times):
                expected[t] += base[area, t]
                for r in range(n_lanes):
                    sums[t, r] += counts[area, t, r]
            _look(sums, expected, windows, (total, least), (best, limit))
    return best


@njit(cache=True, nogil=True)
def best_of_centres(  # pragma: no cover - compiled
    zones: tuple[Integers, NDArray[np.int64]],
    windows: Integers,
    base: Floats,
    counts: Integers,
    total: float,
    least: int,
) -> tuple[Floats, NDArray[np.int64]]:
    """Return each centre's highest log-likelihood ratio, its number of areas and its window."""
    order, start = zones
    n_times = base.shape[1]
    n_centres = start.size - 1
    ratios = np.zeros(n_centres)
    found = np.zeros((n_centres, 2), np.int64)
    for centre in range(n_centres):
        sums = np.zeros(n_times, np.int64)
        expected = np.zeros(n_times)
        for k in range(start[centre], start[centre + 1]):
            area = order[k]
            for t in range(n_times):
                sums[t] += counts[area, t, 0]
                expected[t] += base[area, t]
            for w in range(windows.shape[0]):
                low, high = windows[w, 0], windows[w, 1]
                c, m = sums[high] - sums[low], expected[high] - expected[low]
                if m <= 0.0 or m >= total or c < least:
                    continue
                ratio = log_ratio(c, m, total)
                if ratio > ratios[centre] * (1.0 + 1e-12):
                    ratios[centre] = ratio
                    found[centre, 0] = k - start[centre] + 1
                    found[centre, 1] = w
    return ratios, found


@njit(cache=True, nogil=True)
def draw_counts(  # pragma: no cover - compiled
    cumulative: Floats, n: int, seeds: Seeds, counts: Integers
) -> None:
    """Deal `n` cases out to cells, for each replication, and sum up over time.

    `cumulative`: (1 or n_replications, n_cells + 1) cumulated shares of the cells (area by area,
    and time by time within it), last the share of everything that no window reaches.
    """
    n_times = counts.shape[1] - 1
    n_cells = cumulative.shape[1] - 1
    guide = np.empty(n_cells + 2, np.int64)
    state = np.empty(1, np.uint64)
    drawn = np.empty(n_cells + 1, np.int32)
    for r in range(counts.shape[2]):
        shares = cumulative[r % cumulative.shape[0]]
        if r == 0 or cumulative.shape[0] > 1:
            cell = 0
            for j in range(n_cells + 2):
                while cell < n_cells and shares[cell] <= j / (n_cells + 2):
                    cell += 1
                guide[j] = cell
        state[0] = seeds[r]
        drawn[:] = 0
        for _ in range(n):
            u = next_uniform(state)
            cell = guide[int(u * (n_cells + 2))]
            while cell < n_cells and shares[cell] <= u:
                cell += 1
            drawn[cell] += 1
        for cell in range(n_cells):
            counts[cell // n_times, cell % n_times + 1, r] = drawn[cell]
    _sum_over_time(counts)


@njit(cache=True, nogil=True)
def draw_permuted(  # pragma: no cover - compiled
    areas: NDArray[np.int64], times: NDArray[np.int64], seeds: Seeds, counts: Integers
) -> None:
    """Deal the times of all cases out among them anew, for each replication; sum up over time.

    `times` is -1 for a time that no window reaches.
    """
    state = np.empty(1, np.uint64)
    mixed = times.copy()
    for r in range(counts.shape[2]):
        state[0] = seeds[r]
        mixed[:] = times
        shuffle(mixed, state)
        for i in range(areas.size):
            if mixed[i] >= 0:
                counts[areas[i], mixed[i] + 1, r] += 1
    _sum_over_time(counts)


@njit(cache=True, nogil=True)
def _sum_over_time(counts: Integers) -> None:  # pragma: no cover - compiled
    for area in range(counts.shape[0]):
        for t in range(1, counts.shape[1]):
            for r in range(counts.shape[2]):
                counts[area, t, r] += counts[area, t - 1, r]


__all__ = ["best_of_centres", "draw_counts", "draw_permuted", "log_ratio", "scan_maxima"]
