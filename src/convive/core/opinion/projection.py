"""Participants on a map: principal components of sparse votes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.opinion.votes import Flags, Floats, Votes

N_COMPONENTS = 2


@dataclass(frozen=True, slots=True)
class Projection:
    """A map of opinions."""

    positions: Floats
    """Shape (n_placed, n_components). Of persons: stays where the votes are."""
    loadings: Floats
    """Shape (n_used, n_components)."""
    means: Floats
    """Mean vote of each statement, shape (n_used,)."""
    explained: Floats
    """Share of the variance of each component."""


def project(votes: Votes, *, n_components: int = N_COMPONENTS) -> Projection:
    """Return participants on the first principal components of their votes.

    What was not seen counts as the statement's mean. That draws participants with few votes to
    the middle, so positions are stretched by √(statements ÷ votes seen).

    Parameters
    ----------
    votes : Votes
        From `read_votes`.
    n_components : int
        Dimensions of the map.

    References
    ----------
    .. [1] Small, C. et al. (2021). Polis: scaling deliberation by mapping high dimensional
       opinion spaces. Recerca 26(2).
    """
    return project_table(votes.values, votes.is_seen, n_components)


def project_table(values: Floats, seen: Flags, n_components: int) -> Projection:
    """Return the same for a table of votes (0 where not seen) and what was seen."""
    n_seen = np.maximum(seen.sum(axis=0), 1)
    means = values.sum(axis=0) / n_seen
    centred = np.where(seen, values - means, 0.0)
    roots, vectors = np.linalg.eigh(centred.T @ centred)
    loadings: NDArray[np.float64] = vectors[:, ::-1][:, :n_components]
    # The sign of a component is arbitrary: its largest loading is made positive.
    largest = np.argmax(np.abs(loadings), axis=0)
    loadings = loadings * np.sign(loadings[largest, np.arange(loadings.shape[1])])
    stretch = np.sqrt(values.shape[1] / np.maximum(seen.sum(axis=1), 1))
    total = max(float(roots.sum()), 1e-300)
    explained = np.maximum(roots[::-1][:n_components], 0.0) / total
    return Projection((centred @ loadings) * stretch[:, None], loadings, means, explained)
