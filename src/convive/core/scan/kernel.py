"""The loops of the scan: the highest likelihood ratio over zones and windows of time.

Replications lie side by side in memory and are scanned together: of each zone and window, only
the replication with the most cases is compared with the lowest of the best ratios so far. The
logarithms are worked out only where they can matter. The ratio of c of C cases where m are
expected is the integral of (c - t) f(t) from m to c, with f(t) = C / (t(C - t)). As f is convex,
it lies below the chord from m to c, so the ratio is never above (c - m)² (f(m) / 3 + f(c) / 6).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Zones = tuple[NDArray[np.int32], NDArray[np.int64]]
"""Areas in order of distance, and where each centre's list starts (and the last one ends)."""
Counts = NDArray[np.uint16] | NDArray[np.int32]
"""16 bits where no replication has more cases than they hold: half as much to move."""
Windows = NDArray[np.int32]

LANES = 64
"""Replications side by side. A constant, or the loops over them are not turned into vectors."""
SMALL = 8
"""Areas of the circles that are scanned first: few, but so unlike that they hold high ratios."""


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
def _may_beat(  # pragma: no cover - compiled
    cases: float, expected: float, total: float, ratio: float
) -> bool:
    """Tell whether a zone's ratio can be higher; without a logarithm or a division."""
    excess = cases - expected
    at_expected, at_cases = expected * (total - expected), cases * (total - cases)
    most = excess * excess * total * (2.0 * at_cases + at_expected)
    return (excess > 0.0) & (most > 6.0 * ratio * at_expected * at_cases)


@njit(cache=True, nogil=True)
def _add_area(  # pragma: no cover - compiled
    sums: Counts, expected: Floats, counts: Counts, base: Floats
) -> None:
    for t in range(sums.shape[0]):
        for r in range(LANES):
            sums[t, r] += counts[t, r]
    for t in range(base.size):
        expected[t] += base[t]


@njit(cache=True, nogil=True)
def _may_hold_a_best(  # pragma: no cover - compiled
    sums: Counts, expected: Floats, span: Windows, total: float, limit: float, most: Counts
) -> bool:
    """Tell whether some window of the span may be above `limit` in some replication.

    Fills `most` with the cases of the replication that has the most, per end of a window.
    """
    low, first, end = span
    before = expected[low]
    for t in range(first, end):
        top = most.dtype.type(0)
        for r in range(LANES):
            top = max(top, most.dtype.type(sums[t, r] - sums[low, r]))
        most[t] = top
    is_above = False
    for t in range(first, end):
        is_above |= _may_beat(float(most[t]), expected[t] - before, total, limit)
    return is_above


@njit(cache=True, nogil=True)
def _keep_better(  # pragma: no cover - compiled
    sums: Counts,
    expected: Floats,
    span: Windows,
    whole: tuple[float, int, float],
    most: Counts,
    best: Floats,
) -> None:
    """Keep the ratios of the span's windows in the replications where they are the highest."""
    low, first, end = span
    total, least, limit = whole
    for t in range(first, end):
        m = expected[t] - expected[low]
        if not (0.0 < m < total and _may_beat(float(most[t]), m, total, limit)):
            continue
        is_above = False
        for r in range(LANES):
            c = float(sums[t, r]) - float(sums[low, r])
            is_above |= _may_beat(c, m, total, best[r])
        if not is_above:
            continue
        for r in range(LANES):
            c = float(sums[t, r]) - float(sums[low, r])
            if c >= least and _may_beat(c, m, total, best[r]):
                best[r] = max(best[r], log_ratio(c, m, total))


@njit(cache=True, nogil=True)
def _scan_lanes(  # pragma: no cover - compiled
    zones: Zones,
    spans: Windows,
    base: Floats,
    counts: Counts,
    whole: tuple[float, int],
    best: Floats,
) -> None:
    """Raise `best` to the highest ratio of each replication."""
    order, start = zones
    total, least = whole
    n_times = counts.shape[1]
    sums = np.empty((n_times, LANES), counts.dtype)
    most = np.empty(n_times, counts.dtype)
    expected = np.empty(n_times)
    limit = best.min()
    for largest in (SMALL, order.size):
        for centre in range(start.size - 1):
            sums[:] = 0
            expected[:] = 0.0
            for k in range(start[centre], min(start[centre + 1], start[centre] + largest)):
                _add_area(sums, expected, counts[order[k]], base[order[k]])
                for span in spans:
                    if _may_hold_a_best(sums, expected, span, total, limit, most):
                        _keep_better(sums, expected, span, (total, least, limit), most, best)
                        limit = best.min()


def scan_maxima(
    zones: Zones, windows: Windows, base: Floats, counts: Counts, total: float, least: int
) -> Floats:
    """Return the highest log-likelihood ratio of each replication, up to `LANES` of them.

    `windows`: (n, 2), start and end on the axis of `base` (n_areas, n_times) and `counts`
    (n_areas, n_times, n_replications), both summed up over time from a first column of zeros.
    Windows that share their start are compared together: put the shared end first in time.
    """
    n = counts.shape[2]
    best = np.full(LANES, np.inf)  # nothing is ever better in lanes that stay empty
    best[:n] = 0.0
    lanes = counts
    if n < LANES:
        lanes = np.zeros((*base.shape, LANES), counts.dtype)
        lanes[:, :, :n] = counts
    _scan_lanes(zones, _spans(windows), base, lanes, (total, least), best)
    return best[:n]


def _spans(windows: Windows) -> Windows:
    """Return (start, first end, last end + 1) of windows that differ by their end only."""
    low, high = windows[np.lexsort((windows[:, 1], windows[:, 0]))].T
    is_new = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 1))
    is_last = np.append(is_new[1:], True)
    return np.column_stack([low[is_new], high[is_new], high[is_last] + 1]).astype(np.int32)


@njit(cache=True, nogil=True)
def best_of_centres(  # pragma: no cover - compiled
    zones: Zones,
    windows: Windows,
    base: Floats,
    counts: NDArray[np.int64],
    total: float,
    least: int,
) -> tuple[Floats, NDArray[np.int64]]:
    """Return each centre's highest log-likelihood ratio, its number of areas and its window.

    `counts`: (n_areas, n_times), the rest as for `scan_maxima`. The first of equals is kept.
    """
    order, start = zones
    n_times = base.shape[1]
    n_centres = start.size - 1
    ratios = np.zeros(n_centres)
    found = np.zeros((n_centres, 2), np.int64)
    for centre in range(n_centres):
        sums = np.zeros(n_times, np.int64)
        expected = np.zeros(n_times)
        for k in range(start[centre], start[centre + 1]):
            sums += counts[order[k]]
            expected += base[order[k]]
            for w in range(windows.shape[0]):
                low, high = windows[w]
                c, m = float(sums[high] - sums[low]), expected[high] - expected[low]
                if not _may_beat(c, m, total, ratios[centre]):
                    continue
                if m <= 0.0 or m >= total or c < least:
                    continue
                ratio = log_ratio(c, m, total)
                if ratio > ratios[centre] * (1.0 + 1e-12):
                    ratios[centre] = ratio
                    found[centre, 0] = k - start[centre] + 1
                    found[centre, 1] = w
    return ratios, found


__all__ = ["LANES", "best_of_centres", "log_ratio", "scan_maxima"]
