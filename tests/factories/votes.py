"""Conversations with a known truth: camps, or one population that differs gradually."""

from __future__ import annotations

import numpy as np


def seen(rng: np.random.Generator, shape: tuple[int, int], share: float) -> np.ndarray:
    """Return which statements each participant saw: at least seven, many saw few."""
    n, width = shape
    found = np.zeros(shape, dtype=bool)
    for row, k in zip(
        found, np.clip(rng.geometric(1 / (share * width), n) + 6, 7, width), strict=True
    ):
        row[rng.choice(width, k, replace=False)] = True
    return found


def camps(
    rng: np.random.Generator,
    n: int,
    width: int,
    k: int,
    *,
    strength: float = 0.9,
    share: float = 0.5,
) -> tuple[np.ndarray, np.ndarray]:
    """Return votes of k camps that differ on most statements, and the camp of each.

    Two camps differ on four fifths, three or more each two on about half.
    """
    camp = rng.integers(0, k, n)
    # One camp against the others, another one at each statement.
    odd = rng.integers(0, k, width) == np.arange(k)[:, None]
    apart = np.where(odd, 1.0, -1.0) * rng.choice([-1.0, 1.0], width) * (rng.random(width) < 0.8)
    mean = np.clip(rng.uniform(-0.3, 0.5, width) + strength * apart, -0.85, 0.85)[camp]
    u = rng.random(mean.shape)
    votes = (u < 0.5 * (0.85 + mean)).astype(float) - (u > 1 - 0.5 * (0.85 - mean))
    return np.where(seen(rng, (n, width), share), votes, np.nan), camp


def gradual(
    rng: np.random.Generator,
    n: int,
    width: int,
    *,
    axes: int = 1,
    slope: float = 0.6,
    share: float = 0.5,
) -> np.ndarray:
    """Return votes of one population; no axis (0) means votes without any connection."""
    leaning = rng.standard_normal((n, width))
    if axes:
        leaning += rng.standard_normal((n, axes)) @ rng.normal(0, slope, (axes, width))
    middle = rng.normal(0, 0.6, width)
    votes = (leaning > middle + 0.2).astype(float) - (leaning < middle - 0.2)
    return np.where(seen(rng, (n, width), share), votes, np.nan)
