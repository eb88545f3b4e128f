"""Participants of one population: opinions differ gradually, there are no groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from convive.core.opinion.projection import Projection, project_table
from convive.core.opinion.votes import Flags, Floats, Votes

_ROUNDS = 6
_COPIES = 4
"""Simulated tables per round of fitting."""
_MOST_EXPLAINED = 0.9
"""Of a leaning, by the axes. Answers closer to all-or-nothing than this are groups, whatever made
them: with 1, one saturated population would look like any two camps."""


@dataclass(frozen=True, slots=True)
class OneOpinion:
    """Normal positions along the axes; a vote is a standard normal leaning beyond a threshold."""

    pull: Floats
    """Correlation of the leaning on each statement with each axis, (n_used, n_components)."""
    low: Floats
    """Threshold below which a participant disagrees."""
    high: Floats
    """Threshold above which a participant agrees."""
    is_seen: Flags

    def draw(self, rng: np.random.Generator) -> Floats:
        """Return a table of votes like the real one; 0 where not seen."""
        n, n_components = len(self.is_seen), self.pull.shape[1]
        leaning = rng.standard_normal((n, n_components)) @ self.pull.T
        own = np.sqrt(1.0 - np.sum(self.pull**2, axis=1))
        leaning += own * rng.standard_normal(leaning.shape)
        votes = (leaning > self.high).astype(np.float64) - (leaning < self.low)
        return np.where(self.is_seen, votes, 0.0)


def fit_one_opinion(votes: Votes, projection: Projection, rng: np.random.Generator) -> OneOpinion:
    """Return one population with the shares of the real votes and as much spread along the axes.

    How far participants spread along an axis shows in products of *different* votes of the same
    participant: noise of single votes does not enter them. The axes are found in one half of the
    participants and the products taken in the other, so that chance patterns do not count.
    Correlations are adjusted until simulated tables show the same spread. They may be so
    high that votes saturate (most people at an extreme) and are still one population.
    """
    width = projection.loadings.shape[1]
    wanted = _spread(votes.values, votes.is_seen, width, rng)
    n_seen = np.maximum(votes.is_seen.sum(axis=0), 1)
    shares = [
        (((votes.values * sign > 0) & votes.is_seen).sum(axis=0) + 0.5) / (n_seen + 1.5)
        for sign in (-1.0, 1.0)
    ]
    low, high = ndtri(shares[0]), -ndtri(shares[1])
    # Covariance of a vote with a position ÷ correlation of its leaning with it.
    rise = (np.exp(-0.5 * low**2) + np.exp(-0.5 * high**2)) / np.sqrt(2 * np.pi)
    pull = _held(projection.loadings * np.sqrt(wanted) / rise[:, None])
    model = OneOpinion(pull, low, high, votes.is_seen)
    for _ in range(_ROUNDS):
        shown = np.mean(
            [_spread(model.draw(rng), votes.is_seen, width, rng) for _ in range(_COPIES)], axis=0
        )
        ratio = np.where(shown > 0, wanted / np.maximum(shown, 1e-300), 1.0)
        model = replace(model, pull=_held(model.pull * np.sqrt(np.clip(ratio, 0.25, 4.0))))
    return model


def _held(pull: Floats) -> Floats:
    """Return correlations, shortened where the axes would explain more than all of a leaning."""
    explained = np.sum(pull**2, axis=1, keepdims=True)
    return pull * np.sqrt(np.minimum(1.0, _MOST_EXPLAINED / np.maximum(explained, 1e-300)))


def _spread(values: Floats, seen: Flags, width: int, rng: np.random.Generator) -> Floats:
    """Return the variance of true positions along each axis, cross-fitted over two halves."""
    n = len(values)
    order = rng.permutation(n)
    halves = order[: n // 2], order[n // 2 :]
    found = [
        _spread_along(values[other], seen[other], values[own], seen[own], width)
        for own, other in (halves, halves[::-1])
    ]
    return np.maximum(np.mean(found, axis=0), 0.0)


def _spread_along(
    values: Floats, seen: Flags, fit_values: Floats, fit_seen: Flags, width: int
) -> Floats:
    """Return the variance along axes that were found elsewhere."""
    fitted = project_table(fit_values, fit_seen, width)
    centred = np.where(seen, values - fitted.means, 0.0)
    squares = fitted.loadings**2
    both = (centred @ fitted.loadings) ** 2 - centred**2 @ squares
    reach = (seen @ squares) ** 2 - seen @ squares**2
    return np.asarray(both.sum(axis=0) / np.maximum(reach.sum(axis=0), 1e-300))
