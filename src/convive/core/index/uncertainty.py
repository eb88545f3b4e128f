"""How far sampling error alone moves an index: Monte Carlo through every step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Recompute = Callable[[Floats], Mapping[str, Floats]]
"""From raw values (n_indicators, n_draws, n_years) to components (n_draws, n_years)."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Interval and standard error of one component; arrays (n_areas, n_years)."""

    low: Floats
    high: Floats
    standard_errors: Floats


def draw_errors(
    shape: tuple[int, int, int],
    *,
    rng: np.random.Generator,
    groups: Sequence[int] | None = None,
    correlation: float = 0.0,
) -> Floats:
    """Return standard normal errors, shape (n_indicators, n_draws, n_years).

    Each row is a shuffled set of evenly spaced normal quantiles, so that even few draws have
    exactly the right mean and nearly the right spread. Indicators of one group (items of one
    survey: the same respondents answer them) share part of their error.

    Parameters
    ----------
    shape : (n_indicators, n_draws, n_years)
        What to draw.
    rng : numpy.random.Generator
        Randomness.
    groups : sequence of int, length n_indicators, optional
        Equal numbers share error; a negative number shares with nobody.
    correlation : float, in [0, 1)
        Correlation of errors within a group.
    """
    n_indicators, n_draws, n_years = shape
    quantiles = ndtri((np.arange(n_draws) + 0.5) / n_draws)
    stack = np.broadcast_to(quantiles[:, None], (n_indicators, n_draws, n_years))
    own = rng.permuted(stack, axis=1)
    if groups is None or correlation <= 0.0:
        return np.asarray(own, dtype=np.float64)
    for group in sorted({g for g in groups if g >= 0}):
        rows = np.flatnonzero(np.asarray(groups) == group)
        common = rng.permuted(stack[0], axis=0)
        own[rows] = np.sqrt(correlation) * common + np.sqrt(1.0 - correlation) * own[rows]
    return np.asarray(own, dtype=np.float64)


def correlate(errors: Floats, matrix: Floats) -> Floats:
    """Return independent errors turned into errors with the given correlation matrix.

    Parameters
    ----------
    errors : ndarray, shape (n_indicators, n_draws, n_years)
        From `draw_errors` without groups.
    matrix : ndarray, shape (n_indicators, n_indicators)
        A correlation matrix.
    """
    roots, vectors = np.linalg.eigh(matrix)
    root = vectors * np.sqrt(np.maximum(roots, 0.0)) @ vectors.T
    return np.einsum("ij,jdy->idy", root, errors)


def propagate(
    values: Floats, standard_errors: Floats, errors: Floats, recompute: Recompute, *, level: float
) -> dict[str, Spread]:
    """Return interval and standard error of every component in every area and year.

    The same standard errors are used for every area, each scaled by the area's own: intervals
    of areas do not depend on the order or the number of areas.

    Parameters
    ----------
    values, standard_errors : ndarray, shape (n_indicators, n_areas, n_years)
        Raw values; NaN where missing.
    errors : ndarray, shape (n_indicators, n_draws, n_years)
        From `draw_errors`.
    recompute : callable
        The whole way from raw values to components, base frozen.
    level : float
        Coverage of the percentile interval.
    """
    tails = (1.0 - level) / 2.0, (1.0 + level) / 2.0
    collected: dict[str, list[Floats]] = {}
    for area in range(values.shape[1]):
        moved = values[:, None, area] + standard_errors[:, None, area] * errors
        for name, draws in recompute(moved).items():
            low, high = np.quantile(draws, tails, axis=0)
            collected.setdefault(name, []).append(np.stack([low, high, draws.std(axis=0)]))
    stacked = {name: np.stack(rows, axis=1) for name, rows in collected.items()}
    return {name: Spread(rows[0], rows[1], rows[2]) for name, rows in stacked.items()}
