"""Columns of the log-linear models of a series: season, trend, steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_YEARS_FOR_EVERY_MONTH = 4
_MEAN_FOR_EVERY_MONTH = 3.0


def season_columns(n: int, period: int, mean_count: float) -> Floats:
    """Return the columns of the season: one per month, two waves, one wave, or none.

    The more cycles and incidents there are, the freer the shape of the season: from four cycles
    on and three incidents a month, every month has its own level; from two cycles on, two
    waves a cycle; below that the season cannot be told from the trend and is left out.
    """
    if period < 2 or n < 2 * period:
        return np.zeros((n, 0))
    month = np.arange(n) % period
    if n >= _YEARS_FOR_EVERY_MONTH * period and mean_count >= _MEAN_FOR_EVERY_MONTH:
        return (month[:, None] == np.arange(1, period)[None, :]).astype(np.float64)
    angle = 2.0 * np.pi * np.arange(n) / period
    waves = range(1, min(2, (period - 1) // 2) + 1)
    columns = [wave(k * angle) for k in waves for wave in (np.cos, np.sin)]
    return np.stack(columns, axis=1) if columns else np.zeros((n, 0))


def trend_columns(n: int, degree: int) -> Floats:
    """Return Legendre polynomials of time, constant included, up to `degree`."""
    time = np.linspace(-1.0, 1.0, n) if n > 1 else np.zeros(1)
    return np.asarray(np.polynomial.legendre.legvander(time, degree), dtype=np.float64)


def step_columns(n: int, starts: Sequence[int]) -> Floats:
    """Return one column per start: 0 before, 1 from there on."""
    if not starts:
        return np.zeros((n, 0))
    return (np.arange(n)[:, None] >= np.asarray(starts)[None, :]).astype(np.float64)


def segments_of(n: int, breaks: Sequence[int]) -> Integers:
    """Return the number of breaks at or before each index: 0, 1 ….

    Examples
    --------
    >>> segments_of(5, [2, 4]).tolist()
    [0, 0, 1, 1, 2]
    """
    inside = sorted({int(at) for at in breaks if 0 < at < n})
    return np.searchsorted(np.asarray(inside, dtype=np.int64), np.arange(n), side="right").astype(
        np.int64
    )


def breaks_within(n: int, breaks: Sequence[int]) -> list[int]:
    """Return the break indices that divide the series, sorted, each once."""
    return sorted({int(at) for at in breaks if 0 < at < n})
