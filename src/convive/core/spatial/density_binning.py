"""Compiled loops of densities: which points lie in the town, sharing them out, smoothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from convive.core.threads import in_threads

FloatArray = NDArray[np.float64]
States = NDArray[np.uint8]
Origin = tuple[float, float, float]
"""x and y of the grid's corner, and the side of a cell."""

OUTSIDE, INSIDE, ASKED = 0, 1, 2
"""Of a cell: no point of it, all of it, some of it lies in the town (then the outline is asked)."""
_PART = 200_000
"""Points from which a second thread pays."""


@njit(cache=True, nogil=True)
def _tell_states(  # pragma: no cover - compiled
    points: FloatArray, cells: States, origin: Origin, found: States
) -> None:
    x_low, y_low, cell = origin
    for i in range(points.shape[0]):
        column, row = (points[i, 0] - x_low) / cell, (points[i, 1] - y_low) / cell
        found[i] = 0
        if column >= 0 and row >= 0 and column < cells.shape[1] and row < cells.shape[0]:
            found[i] = cells[int(row), int(column)]


@njit(cache=True, nogil=True)
def _bin_by_splines(  # pragma: no cover - compiled
    points: FloatArray, weight: FloatArray, states: States, origin: Origin, sums: FloatArray
) -> None:
    """Share every point in the town out over the sixteen nearest centres."""
    x_low, y_low, cell = origin
    step = 1 if weight.size > 1 else 0
    for i in range(points.shape[0]):
        if states[i] != 1:
            continue
        x = (points[i, 0] - x_low) / cell - 0.5
        y = (points[i, 1] - y_low) / cell - 0.5
        c, r = int(np.floor(x)), int(np.floor(y))
        p, q, w = x - c, y - r, weight[i * step]
        s, t = 1.0 - p, 1.0 - q
        a, d = s * s * s / 6.0, p * p * p / 6.0
        b, e = 2.0 / 3.0 - p * p * (2.0 - p) / 2.0, 2.0 / 3.0 - s * s * (2.0 - s) / 2.0
        up = (
            w * t * t * t / 6.0,
            w * (2.0 / 3.0 - q * q * (2.0 - q) / 2.0),
            w * (2.0 / 3.0 - t * t * (2.0 - t) / 2.0),
            w * q * q * q / 6.0,
        )
        for k in range(4):
            line = sums[r + k - 1]
            line[c - 1] += up[k] * a
            line[c] += up[k] * b
            line[c + 1] += up[k] * e
            line[c + 2] += up[k] * d


@njit(cache=True, nogil=True)
def _smooth_rows(  # pragma: no cover - compiled
    values: FloatArray, taps: FloatArray, first: int, out: FloatArray
) -> None:
    """Write rows from `first` on: weighted sums of the rows around, within the reach of taps."""
    reach = taps.size // 2
    for i in range(out.shape[0]):
        line = out[i]
        line[:] = 0.0
        at = first + i
        for j in range(max(0, at - reach), min(values.shape[0], at + reach + 1)):
            weight, own = taps[j - at + reach], values[j]
            for c in range(line.size):
                line[c] += weight * own[c]


def tell_states(points: FloatArray, cells: States, origin: Origin) -> States:
    """Return the state of each point's cell, OUTSIDE beyond the grid and for NaN."""
    found = np.empty(len(points), dtype=np.uint8)
    _in_halves(len(points), lambda part: _tell_states(points[part], cells, origin, found[part]))
    return found


def bin_by_splines(
    points: FloatArray, weight: FloatArray, states: States, origin: Origin, shape: tuple[int, int]
) -> FloatArray:
    """Return the sums of weights (one for all, or one each) of the points that are INSIDE."""
    parts: list[FloatArray] = []

    def bin_part(part: slice) -> None:
        sums = np.zeros(shape)
        parts.append(sums)
        own = weight[part] if weight.size > 1 else weight
        _bin_by_splines(points[part], own, states[part], origin, sums)

    _in_halves(len(points), bin_part)
    return np.asarray(np.sum(parts, axis=0)) if len(parts) > 1 else parts[0]


def smooth_apart(values: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return the convolution with taps along the rows' axis and along the columns', cut at the rim."""
    once = _smoothed(np.ascontiguousarray(values), rows)
    return np.ascontiguousarray(_smoothed(np.ascontiguousarray(once.T), columns).T)


def _smoothed(values: FloatArray, taps: FloatArray) -> FloatArray:
    out = np.empty_like(values)

    def smooth_part(part: slice) -> None:
        _smooth_rows(values, taps, part.start, out[part])

    _in_halves(len(values), smooth_part, least=64)
    return out


def _in_halves(n: int, work: Callable[[slice], None], *, least: int = _PART) -> None:
    """Do the work on both halves in two threads, or on all where that is little."""
    if n < least:
        work(slice(0, n))
        return
    in_threads(work, (slice(0, n // 2), slice(n // 2, n)), 2)
