"""The landscape of opinions: groups and statements, and nothing about a person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convive.core.opinion.grouping import GroupingOptions, Verdict, group_participants
from convive.core.opinion.statements import StatementFindings, assess_statements
from convive.core.opinion.votes import MIN_VOTES, Floats, Integers, read_votes


@dataclass(frozen=True, slots=True)
class OpinionLandscape:
    """Groups and statements; holds no position, label or vote of a person."""

    verdict: Verdict
    n_groups: int
    p: float
    """Of "one population of gradually differing opinions"."""
    sizes: Integers
    """Participants in each group, the largest first."""
    centres: Floats
    """Middle of each group on the map, shape (n_groups, n_components)."""
    statement_positions: Floats
    """Loadings: where on the map each statement pulls, shape (n_used, n_components)."""
    jaccard: Floats
    """Stability of each group, 0 to 1."""
    rand: float
    n_participants: int
    n_left_out: int
    """Participants with too few votes to be placed."""
    findings: StatementFindings


def opinion_landscape(
    votes: ArrayLike,
    *,
    rng: np.random.Generator,
    min_votes: int = MIN_VOTES,
    options: GroupingOptions | None = None,
) -> OpinionLandscape:
    """Return the groups of opinion in a conversation and what unites and divides them.

    Do not use it to say what a town thinks: participants choose themselves. Compare shares only
    within the conversation.

    Parameters
    ----------
    votes : array_like of float, shape (n_participants, n_statements)
        1 agree, -1 disagree, 0 pass, NaN not seen. Statements that were moderated out are left
        out before.
    rng : numpy.random.Generator
        Randomness.
    min_votes : int
        Participants and statements with fewer are left out and counted.
    options : GroupingOptions, optional
        Most groups, smallest group, numbers of simulations.

    Raises
    ------
    MethodError
        OPINION_VOTES; OPINION_TOO_FEW.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> camp = np.repeat([[1.0] * 12, [-1.0] * 12], 30, axis=0)
    >>> noise = rng.random(camp.shape) < 0.2
    >>> found = opinion_landscape(np.where(noise, -camp, camp), rng=rng)
    >>> found.verdict, found.n_groups, found.sizes.tolist()
    ('several_groups', 2, [31, 29])
    """
    read = read_votes(votes, min_votes=min_votes)
    grouping = group_participants(read, rng=rng, options=options)
    findings = assess_statements(read, grouping, rng=rng)
    sizes = np.bincount(grouping.labels, minlength=grouping.n_groups)
    positions = grouping.projection.positions
    centres = np.stack(
        [positions[grouping.labels == group].mean(axis=0) for group in range(grouping.n_groups)]
    )
    return OpinionLandscape(
        grouping.verdict,
        grouping.n_groups,
        grouping.p,
        sizes,
        centres,
        grouping.projection.loadings,
        grouping.jaccard,
        grouping.rand,
        int(read.participants.size),
        read.n_left_out,
        findings,
    )
