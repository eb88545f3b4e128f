"""Search zones and windows for the most unusual, and run the replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.scan.dealing import Dealing
from convive.core.scan.dealing_kernel import lay_side_by_side
from convive.core.scan.kernel import LANES, Windows, best_of_centres, scan_maxima
from convive.core.scan.model import Scan, ScanCluster, ScanOptions, ScanVerdict, ScanWindows
from convive.core.scan.zones import ScanZones
from convive.core.significance import gumbel_tail_p, monte_carlo_p
from convive.core.threads import in_threads

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MAX_CLUSTERS = 10


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """Cases and expected cases of the periods that some window reaches, a column each."""

    zones: ScanZones
    cases: IntArray
    """(n_areas, n_columns)"""
    expected: FloatArray
    total: int
    """All cases, also those that no window reaches."""
    periods: IntArray
    """(n_columns,): the period in each column."""
    windows: Windows
    """(n_windows, 2): first column and the column after the last."""


def search_space(
    zones: ScanZones, cases: IntArray, expected: FloatArray, windows: ScanWindows
) -> SearchSpace:
    """Return what is to be searched.

    A prospective search goes back from the last period and leaves early ones aside.
    """
    n_periods = cases.shape[1]
    longest = min(windows.longest, n_periods)
    if windows.is_prospective:
        periods = np.arange(n_periods - 1, n_periods - 1 - longest, -1)
        pairs = [(0, e) for e in range(longest, 0, -1)]
    else:
        periods = np.arange(n_periods)
        pairs = [(s, e) for s in range(n_periods) for e in range(s + 1, n_periods + 1)]
        pairs = [(s, e) for s, e in pairs if e - s <= longest]
    return SearchSpace(
        zones,
        cases[:, periods],
        expected[:, periods],
        int(cases.sum()),
        periods,
        np.array(pairs, dtype=np.int32),
    )


def _summed(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return sums over time that begin with a column of zeros."""
    return np.pad(np.cumsum(values, axis=1, dtype=np.float64), ((0, 0), (1, 0)))


def replicate(space: SearchSpace, options: ScanOptions, dealing: Dealing) -> FloatArray:
    """Return the highest log-likelihood ratio of each replication."""
    base = _summed(space.expected)
    zones = (space.zones.order, space.zones.start)
    width = np.uint16 if dealing.most <= np.iinfo(np.uint16).max else np.int32
    blocks = [
        slice(low, min(low + LANES, options.n_replications))
        for low in range(0, options.n_replications, LANES)
    ]

    def run(block: slice) -> FloatArray:
        n_lanes = block.stop - block.start
        dealt = np.zeros((n_lanes, space.expected.size), width)
        dealing.deal(block, dealt)
        counts = np.zeros((*base.shape, n_lanes), width)
        lay_side_by_side(dealt, counts)
        total, least = float(space.total), options.least_cases
        return scan_maxima(zones, space.windows, base, counts, total, least)

    return np.concatenate(in_threads(run, blocks, options.n_threads))


def clusters_of(
    space: SearchSpace, maxima: FloatArray, options: ScanOptions
) -> tuple[ScanCluster, ...]:
    """Return the most unusual zones that share no area, each with its p-value."""
    counts = _summed(space.cases).astype(np.int64)
    ratios, found = best_of_centres(
        (space.zones.order, space.zones.start),
        space.windows,
        _summed(space.expected),
        counts,
        float(space.total),
        options.least_cases,
    )
    taken: set[int] = set()
    clusters: list[ScanCluster] = []
    for centre in np.argsort(-ratios, kind="stable"):
        if ratios[centre] <= 0 or len(clusters) == MAX_CLUSTERS:
            break
        areas = space.zones.areas(int(centre), int(found[centre, 0]))
        if taken.isdisjoint(areas):
            taken.update(areas)
            window = space.windows[found[centre, 1]]
            clusters.append(_cluster(space, areas, window, float(ratios[centre])))
    p = p_of(np.array([cluster.log_ratio for cluster in clusters]), maxima, options)
    return tuple(_with_p(cluster, float(q)) for cluster, q in zip(clusters, p, strict=True))


def p_of(ratios: FloatArray, maxima: FloatArray, options: ScanOptions) -> FloatArray:
    """Return the p-value of log-likelihood ratios among the maxima of the replications."""
    if options.tail == "gumbel":
        return np.asarray(gumbel_tail_p(maxima, ratios))
    return np.array([monte_carlo_p(maxima, ratio, alternative="greater") for ratio in ratios])


def _cluster(
    space: SearchSpace, areas: tuple[int, ...], window: Windows, ratio: float
) -> ScanCluster:
    low, high = int(window[0]), int(window[1])
    cases = int(space.cases[list(areas), low:high].sum())
    expected = float(space.expected[list(areas), low:high].sum())
    rest = (space.total - cases) / (space.total - expected) if expected < space.total else 0.0
    risk = cases / expected / rest if rest > 0 else float("inf")
    first, last = sorted((int(space.periods[low]), int(space.periods[high - 1])))
    return ScanCluster(areas, first, last, cases, expected, risk, ratio, 1.0)


def _with_p(cluster: ScanCluster, p: float) -> ScanCluster:
    return ScanCluster(
        cluster.areas,
        cluster.first_period,
        cluster.last_period,
        cluster.cases,
        cluster.expected,
        cluster.relative_risk,
        cluster.log_ratio,
        p,
    )


def answer(
    space: SearchSpace,
    maxima: FloatArray,
    options: ScanOptions,
    dispersion: tuple[float | None, float],
    notes: tuple[str, ...],
) -> Scan:
    """Return the verdict with its clusters."""
    clusters = clusters_of(space, maxima, options)
    is_found = bool(clusters) and clusters[0].p <= options.alpha
    verdict = ScanVerdict.CLUSTER if is_found else ScanVerdict.NONE
    return Scan(verdict, None, clusters, space.total, maxima, *dispersion, notes)


__all__ = ["SearchSpace", "answer", "clusters_of", "p_of", "replicate", "search_space"]
