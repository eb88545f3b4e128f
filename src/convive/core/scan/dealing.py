"""Towns without clusters: the cases dealt out anew for each replication.

Only cases within reach of some window are dealt. How many there are is drawn beforehand, with the
seeds, so that neither the result nor the width of the whole numbers depends on threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.scan.dealing_kernel import alias_table, deal_by_table, deal_owners
from convive.core.scan.random_stream import draw_seeds

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Dealt = NDArray[np.uint16] | NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Dealing:
    """How the replications are drawn."""

    most: int
    """Cases within reach in the replication that has the most."""
    deal: Callable[[slice, Dealt], None]
    """Adds the cases of a slice of the replications to zeros, (n_lanes, n_areas × n_columns)."""


def deal_around(
    expected: FloatArray, total: int, rng: np.random.Generator, n: int, *, dispersion: float
) -> Dealing:
    """Return replications with a given total, spread like the expected cases within reach.

    Parameters
    ----------
    expected : ndarray of float, shape (n_areas, n_columns)
    total : int
        All cases, also those that no window reaches.
    rng : numpy.random.Generator
    n : int
        Replications.
    dispersion : float, at least 1
        Variance ÷ mean of a cell; above 1 by gamma weights of the cells, variance
        (dispersion - 1) × mean: negative binomial counts, total given.
    """
    cells, seeds = expected.ravel(), draw_seeds(rng, n)
    outside = max(1.0 - cells.sum() / total, 0.0)
    if outside < 1e-12:  # rounding
        outside = 0.0
    if dispersion > 1.0 and outside < 1.0:
        shape = cells / (dispersion - 1.0)
        return _dealt_unevenly(shape, total, outside, rng, seeds)
    reached = rng.binomial(total, 1.0 - outside, size=n)
    table = alias_table(cells if outside < 1.0 else np.ones_like(cells))  # then nothing is dealt

    def deal(block: slice, into: Dealt) -> None:
        for lane, (seed, cases) in enumerate(zip(seeds[block], reached[block], strict=True)):
            deal_by_table(table, cases, seed, into[lane])

    return Dealing(int(reached.max()), deal)


def _dealt_unevenly(
    shape: FloatArray,
    total: int,
    outside: float,
    rng: np.random.Generator,
    seeds: NDArray[np.uint64],
) -> Dealing:
    inside = shape.sum()
    share = np.ones(len(seeds))
    if outside > 0.0:
        # The part of all gamma weights that falls on the cells within reach.
        share = rng.beta(inside, inside * outside / (1.0 - outside), size=len(seeds))
    reached = rng.binomial(total, share)

    def deal(block: slice, into: Dealt) -> None:
        for lane, (seed, cases) in enumerate(zip(seeds[block], reached[block], strict=True)):
            stream = np.random.default_rng(int(seed))
            weights = stream.standard_gamma(shape)
            if not weights.any():  # all too small for a number: then one cell has everything
                weights[stream.choice(len(shape), p=shape / inside)] = 1.0
            deal_by_table(alias_table(weights), cases, seed, into[lane])

    return Dealing(int(reached.max()), deal)


def deal_periods(cases: IntArray, column: IntArray, rng: np.random.Generator, n: int) -> Dealing:
    """Return replications that deal the periods out among the cases.

    Parameters
    ----------
    cases : ndarray of int, shape (n_areas, n_periods)
    column : ndarray of int, shape (n_periods,)
        Column that a period is laid in; -1 for one that no window reaches.
    rng, n
        As for `deal_around`.
    """
    seeds = draw_seeds(rng, n)
    owners = np.repeat(np.arange(len(cases)), cases.sum(axis=1)).astype(np.int32)
    in_column = np.repeat(column, cases.sum(axis=0))
    columns = in_column[in_column >= 0].astype(np.int32)
    n_columns = int(np.count_nonzero(column >= 0))

    def deal(block: slice, into: Dealt) -> None:
        for lane, seed in enumerate(seeds[block]):
            deal_owners(owners, columns, n_columns, seed, into[lane])

    return Dealing(len(columns), deal)


__all__ = ["Dealing", "Dealt", "deal_around", "deal_periods"]
