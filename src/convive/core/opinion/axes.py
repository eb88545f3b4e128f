"""How many axes of opinion there are beyond chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convive.core.opinion.votes import Flags, Floats, Votes
from convive.core.significance import monte_carlo_p

_COPIES = 39
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Axes:
    """Axes that votes share."""

    n: int
    """0 where votes hang together no more than shuffled ones."""
    p: float
    """Of "no axis at all"."""


def count_axes(votes: Votes, *, largest: int, rng: np.random.Generator) -> Axes:
    """Return how many axes spread participants more than shuffled votes do.

    Each statement's votes are shuffled among those who saw it, which keeps its shares and what
    everyone saw and takes away all connection. An axis counts if its variance is more than that
    of the same axis of shuffled votes (5 %) and all before it count. k groups in general span
    k - 1 axes: on fewer some fall together, on more there is only noise between them.

    Do not read an axis as left and right, or as any other dimension of politics: it is whatever
    these statements share.

    Parameters
    ----------
    votes : Votes
        From `read_votes`.
    largest : int
        Most axes that are counted.
    rng : numpy.random.Generator
        For the shuffles.

    References
    ----------
    .. [1] Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
       Psychometrika 30(2), 179-185.
    .. [2] Buja, A. and Eyuboglu, N. (1992). Remarks on parallel analysis. Multivariate Behavioral
       Research 27(4), 509-540 (shuffled data as reference).
    """
    found = _variances(votes.values, votes.is_seen)[:largest]
    shuffled = np.array(
        [_variances(_shuffle(votes, rng), votes.is_seen)[:largest] for _ in range(_COPIES)]
    )
    p = np.array(
        [
            float(monte_carlo_p(column, value, alternative="greater"))
            for column, value in zip(shuffled.T, found, strict=True)
        ]
    )
    is_chance = p > _ALPHA
    return Axes(int(np.argmax(is_chance)) if is_chance.any() else p.size, float(p[0]))


def _variances(values: Floats, seen: Flags) -> Floats:
    """Return the variance along each principal axis, the largest first."""
    means = values.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, values - means, 0.0)
    return np.asarray(np.linalg.eigvalsh(centred.T @ centred)[::-1])


def _shuffle(votes: Votes, rng: np.random.Generator) -> Floats:
    """Return votes, each statement's shuffled among those who saw it."""
    table = votes.values.copy()
    for column, seen in zip(table.T, votes.is_seen.T, strict=True):
        column[seen] = rng.permutation(column[seen])
    return table
