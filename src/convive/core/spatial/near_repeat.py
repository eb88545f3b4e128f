"""Near repeat: whether incidents draw others nearby and soon after."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree
from scipy.special import gammaincinv

from convive.core.errors import MethodError
from convive.core.scan.random_stream import Seeds, draw_seeds
from convive.core.significance import Alternative, benjamini_hochberg, monte_carlo_p
from convive.core.spatial.near_repeat_kernel import count_pairs, deal_times_out

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Pairs = tuple[NDArray[np.int32], NDArray[np.int32], IntArray]

MIN_EVENTS = 30
"""Incidents below which nothing is tested; a convention of Convive."""
MIN_EXPECTED = 5.0
"""Expected pairs below which a cell of the table is not told."""
MAX_PAIRS = 60_000_000
LANES = 16
"""Permutations counted side by side."""
TOO_FEW = "NEAR_REPEAT_TOO_FEW"


@dataclass(frozen=True, slots=True)
class NearRepeatBands:
    """Bands of distance and of time; each holds its lower limit and not its upper one."""

    distance: tuple[float, ...]
    """Metres, ascending from 0: (0, 100, 200) are the bands 0 to under 100, 100 to under 200."""
    time: tuple[int, ...]
    """Whole days (or hours), ascending from 0: (0, 7, 14) are 0 to 6 days, 7 to 13 days."""
    same_place: bool = True
    """A band of its own for a distance of exactly 0; the next one then is above 0 to under 100."""


@dataclass(frozen=True, slots=True)
class NearRepeat:
    """Pairs of incidents by distance (rows) and time (columns): arrays (n_distance, n_time)."""

    reason: str | None
    """NEAR_REPEAT_TOO_FEW: nothing was tested."""
    observed: IntArray
    expected: FloatArray
    """Mean over all ways to deal the times out among the places, exactly."""
    ratio: FloatArray
    """Observed ÷ expected (Knox ratio); NaN where fewer than five pairs are expected."""
    p: FloatArray
    q: FloatArray
    """False-discovery-adjusted over the cells that are told."""
    low: FloatArray
    high: FloatArray
    """95 % interval of the ratio."""
    n: int
    """Incidents with place and time."""
    n_left_out: int
    n_pairs: int
    """n (n - 1) / 2."""
    share_same_place: float
    """Share of incidents that share their exact place with another one."""

    @property
    def is_raised(self) -> BoolArray:
        """Tell which cells hold clearly more pairs than expected (q ≤ 0.05)."""
        return np.asarray((self.q <= 0.05) & (self.ratio > 1.0))


def near_repeat(
    places: ArrayLike,
    times: ArrayLike,
    bands: NearRepeatBands,
    *,
    rng: np.random.Generator,
    n_permutations: int = 999,
    alternative: Alternative = "two-sided",
) -> NearRepeat:
    """Count pairs of incidents by distance and time, and compare with chance (Knox).

    About places, never about who did it. Do not use it where places were snapped to a few
    anonymised points, where days are those of the record or where many times are guessed, across
    a change in the speed of growth between areas (the test then sees the growth), or to foretell
    a single address. Counts of the band of the same place are small and concern addresses: they
    pass the gate like any other count before anybody sees them.

    Parameters
    ----------
    places : array_like of float, shape (n, 2)
        Metres; NaN leaves the incident out.
    times : array_like of float, shape (n,)
        Whole days (or hours) from any origin; NaN leaves the incident out.
    bands : NearRepeatBands
    rng : numpy.random.Generator
    n_permutations : int
        Ways to deal the times out; the smallest p is 1 ÷ (n_permutations + 1), two-sided twice
        as much.
    alternative : {"two-sided", "greater", "less"}

    Raises
    ------
    MethodError
        NEAR_REPEAT_SHAPE; NEAR_REPEAT_TIME for broken days; NEAR_REPEAT_BANDS; NEAR_REPEAT_PAIRS
        where more than 60 million pairs lie within the widest band; SIGNIFICANCE_ALTERNATIVE.

    References
    ----------
    .. [1] Knox, E. G. (1964). The detection of space-time interactions. Applied Statistics
       13(1), 25-29.
    .. [2] Townsley, M., Homel, R., Chaseling, J. (2003). Infectious burglaries: a test of the
       near repeat hypothesis. British Journal of Criminology 43(3), 615-633.

    Examples
    --------
    >>> import numpy as np
    >>> place = np.repeat(np.arange(20.0) * 1000, 2)
    >>> day = np.repeat(np.arange(20) * 50, 2) + np.tile([0, 3], 20)
    >>> found = near_repeat(np.column_stack([place, place]), day,
    ...     NearRepeatBands((0, 100), (0, 7)), rng=np.random.default_rng(1))
    >>> found.observed[0].tolist(), found.expected.round(2)[0].tolist()
    ([20], [0.51])
    """
    checked = _checked_bands(bands)
    xy, days = _checked_events(places, times)
    n = len(days)
    n_pairs = n * (n - 1) // 2
    pairs, in_space = _close_pairs(xy, checked)
    in_time = _pairs_in_time(days, checked.time)
    expected = np.outer(in_space, in_time) / max(n_pairs, 1)
    observed = _tables(pairs, days[:, np.newaxis], checked.time)[0]
    tables = np.zeros((0, *observed.shape), dtype=np.int64)
    if n >= MIN_EVENTS:
        tables = _permuted(pairs, days, checked.time, draw_seeds(rng, n_permutations))
    n_left_out = len(np.asarray(times)) - n
    return NearRepeat(
        None if n >= MIN_EVENTS else TOO_FEW,
        observed,
        expected,
        *_compared(observed, expected, tables, alternative),
        *_interval(observed, expected, _spread(pairs, days, checked.time, observed), tables),
        n,
        n_left_out,
        n_pairs,
        _share_same_place(xy),
    )


def _checked_bands(bands: NearRepeatBands) -> NearRepeatBands:
    distance, time = np.asarray(bands.distance, float), np.asarray(bands.time, float)
    for edges in (distance, time):
        is_right = edges.ndim == 1 and len(edges) >= 2 and np.isfinite(edges).all()
        if not is_right or edges[0] != 0 or (np.diff(edges) <= 0).any():
            raise MethodError("NEAR_REPEAT_BANDS")
    if (time != np.round(time)).any() or len(distance) > 200 or time[-1] > 1_000_000:
        raise MethodError("NEAR_REPEAT_BANDS")
    return bands


def _checked_events(places: ArrayLike, times: ArrayLike) -> tuple[FloatArray, NDArray[np.int32]]:
    """Return places and times of incidents that have both, neighbours in place close in memory."""
    xy, when = np.asarray(places, dtype=np.float64), np.asarray(times, dtype=np.float64)
    if xy.ndim != 2 or xy.shape[1:] != (2,) or when.shape != xy.shape[:1]:
        raise MethodError("NEAR_REPEAT_SHAPE", places=xy.shape, times=when.shape)
    kept = np.isfinite(xy).all(axis=1) & np.isfinite(when)
    xy, when = xy[kept], when[kept]
    if (when != np.round(when)).any() or (len(when) and np.ptp(when) >= 2**31):
        raise MethodError("NEAR_REPEAT_TIME")
    if not len(when):
        return xy, when.astype(np.int32)
    side = max(float(np.ptp(xy, axis=0).max()) / 256.0, 1e-9)
    tile = np.floor((xy - xy.min(axis=0)) / side)
    order = np.lexsort((tile[:, 0], tile[:, 1]))
    return xy[order], (when - when.min()).astype(np.int32)[order]


def _close_pairs(xy: FloatArray, bands: NearRepeatBands) -> tuple[Pairs, IntArray]:
    """Return the pairs within the widest band by their bands, and how many lie in each."""
    edges = np.asarray(bands.distance, dtype=np.float64)
    n_bands = len(edges) - 1 + bands.same_place
    tree = cKDTree(xy.reshape(-1, 2))
    n_close = (int(tree.count_neighbors(tree, edges[-1])) - len(xy)) // 2
    if n_close > MAX_PAIRS:
        raise MethodError("NEAR_REPEAT_PAIRS", n=n_close, limit=MAX_PAIRS)
    found = tree.query_pairs(edges[-1], output_type="ndarray")
    apart = np.hypot(*(xy[found[:, 0]] - xy[found[:, 1]]).T)
    band = np.asarray(np.searchsorted(edges, apart, side="right") - 1)
    if bands.same_place:
        band = np.asarray(np.where(apart == 0.0, 0, band + 1))
    kept = apart < edges[-1]
    first, second, band = found[kept, 0], found[kept, 1], band[kept]
    order = np.lexsort((first, band))
    in_space = np.bincount(band, minlength=n_bands).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(in_space)]).astype(np.int64)
    return (first[order].astype(np.int32), second[order].astype(np.int32), start), in_space


def _tables(pairs: Pairs, times: NDArray[np.int32], edges: tuple[int, ...]) -> IntArray:
    """Return the table of pairs for each column of `times`."""
    shape = (times.shape[1], len(pairs[2]) - 1, len(edges) - 1)
    tables = np.zeros(shape, dtype=np.int64)
    count_pairs(pairs, times, np.array(edges, dtype=np.int32), tables)
    return tables


def _permuted(
    pairs: Pairs, days: NDArray[np.int32], edges: tuple[int, ...], seeds: Seeds
) -> IntArray:
    found = []
    for low in range(0, len(seeds), LANES):
        some = seeds[low : low + LANES]
        dealt = np.empty((len(days), len(some)), dtype=np.int32)
        deal_times_out(days, some, dealt)
        found.append(_tables(pairs, dealt, edges))
    return np.concatenate(found)


def _pairs_in_time(days: NDArray[np.int32], edges: tuple[int, ...]) -> IntArray:
    """Return how many of all pairs lie in each band of time."""
    ranked = np.sort(days)
    own = np.arange(len(ranked))
    within = [int((own - np.searchsorted(ranked, ranked - edge, "right")).sum()) for edge in edges]
    # Under an edge of 0 lies no pair; the sum above counts those of the same day against it.
    return np.array([b - a for a, b in itertools.pairwise([0, *within[1:]])], dtype=np.int64)


def _compared(
    observed: IntArray, expected: FloatArray, tables: IntArray, alternative: Alternative
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ratio, p and q; nothing where there are too few incidents or expected pairs."""
    is_told = expected >= MIN_EXPECTED
    if not len(tables):
        nothing = np.full(expected.shape, np.nan)
        return nothing, nothing, nothing
    base = np.where(is_told, expected, np.nan)
    p = np.where(is_told, monte_carlo_p(tables, observed, alternative=alternative), np.nan)
    return observed / base, p, benjamini_hochberg(p.ravel()).reshape(p.shape)


def _spread(
    pairs: Pairs, days: NDArray[np.int32], edges: tuple[int, ...], observed: IntArray
) -> FloatArray:
    """Return the variance of each count, incidents taken as what varies.

    How many pairs an incident is part of varies around what its place makes likely; a pair is
    seen from both of its ends and so taken off once.
    """
    one, other, start = pairs
    column = np.searchsorted(edges, np.abs(days[one] - days[other]), side="right") - 1
    found = np.empty(observed.shape)
    for row, (low, high) in enumerate(itertools.pairwise(start.tolist())):
        ends = np.concatenate([one[low:high], other[low:high]])
        near = np.bincount(ends, minlength=len(days))
        for at in range(observed.shape[1]):
            own = np.bincount(ends[np.tile(column[low:high] == at, 2)], minlength=len(days))
            rest = own - near * (observed[row, at] / max(high - low, 1))
            found[row, at] = (rest**2).sum() - observed[row, at]
    return found


def _interval(
    observed: IntArray, expected: FloatArray, spread: FloatArray, tables: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Return the limits of the ratio: Poisson limits, scaled by how much the count really varies."""
    if not len(tables):
        nothing = np.full(expected.shape, np.nan)
        return nothing, nothing
    base = np.where(expected >= MIN_EXPECTED, expected, np.nan)
    of_chance = tables.var(axis=0, ddof=1) / base
    of_series = np.divide(spread, observed, out=np.zeros(base.shape), where=observed > 0)
    scale = np.maximum(np.maximum(of_chance, of_series), 1e-9)
    scaled = observed / scale
    low = np.where(observed > 0, gammaincinv(np.maximum(scaled, 1e-9), 0.025), 0.0)
    return low * scale / base, gammaincinv(scaled + 1.0, 0.975) * scale / base


def _share_same_place(xy: FloatArray) -> float:
    if not len(xy):
        return 0.0
    _, which, n = np.unique(xy, axis=0, return_inverse=True, return_counts=True)
    return float(np.mean(n[np.ravel(which)] > 1))


__all__ = ["NearRepeat", "NearRepeatBands", "near_repeat"]
