"""Which statements unite the groups, which divide them, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from convive.core.opinion.grouping import Grouping, cross_fitted_labels
from convive.core.opinion.votes import Flags, Floats, Integers, Votes
from convive.core.significance import benjamini_hochberg, share_tails, two_shares_p

_HALF = 0.5
_N_DRAWS = 2000


@dataclass(frozen=True, slots=True)
class GroupVotes:
    """Votes of each group on each statement; arrays of shape (n_groups, n_used)."""

    seen: Integers
    agree: Integers
    disagree: Integers

    @property
    def agree_share(self) -> Floats:
        """Return (agree + 1) ÷ (seen + 2): half where nobody voted."""
        return np.asarray((self.agree + 1.0) / (self.seen + 2.0))


@dataclass(frozen=True, slots=True)
class StatementFindings:
    """What each statement shows; arrays of shape (n_used,) unless said otherwise."""

    statements: Integers
    """Columns of the table that was given."""
    votes: GroupVotes
    consensus: Floats
    """Product over groups of the share that agrees (group-aware consensus)."""
    consensus_low: Floats
    consensus_high: Floats
    unites: Flags
    """More than half of every group agrees, adjusted for the number of statements."""
    unites_against: Flags
    """More than half of every group disagrees."""
    divides: Flags
    """Groups surely differ, and in one a majority agrees while in another it does not."""
    difference: Floats
    """Share that agrees in the group that agrees most minus that in the one that does least."""
    difference_low: Floats
    difference_high: Floats
    speaks_for: Floats
    """Shape (n_groups, n_used): q-value that the group agrees (or disagrees) as the others do."""
    is_more_agreeing: Flags
    """Shape (n_groups, n_used): whether the group agrees more than the others."""


def assess_statements(
    votes: Votes,
    grouping: Grouping,
    *,
    rng: np.random.Generator,
    level: float = 0.95,
    alpha: float = 0.05,
) -> StatementFindings:
    """Return consensus and divisive statements with intervals and adjusted tests.

    Every statement is tested with groups found without it (`cross_fitted_labels`), else groups
    would differ on it by construction. All votes count alike: one participant, one vote. Counts
    pass the disclosure gate before they are shown.

    Parameters
    ----------
    votes : Votes
        From `read_votes`.
    grouping : Grouping
        From `group_participants`; with one group consensus is agreement of all.
    rng : numpy.random.Generator
        For folds and intervals.
    level : float
        Coverage of the intervals.
    alpha : float
        False-discovery rate over statements (consensus) and over groups × statements.

    References
    ----------
    .. [1] Small, C. et al. (2021). Polis: scaling deliberation by mapping high dimensional
       opinion spaces. Recerca 26(2) (group-aware consensus; representative statements).
    .. [2] Berger, R. L. (1982). Multiparameter hypothesis testing and acceptance sampling.
       Technometrics 24(4), 295-300 (all groups at once: the largest p-value counts).
    """
    counts = _count(votes, cross_fitted_labels(votes, grouping, rng=rng), grouping.n_groups)
    tails = (1.0 - level) / 2.0, (1.0 + level) / 2.0
    drawn = rng.beta(
        counts.agree + 1.0,
        counts.seen - counts.agree + 1.0,
        (_N_DRAWS, *counts.seen.shape),
    )
    low, high = np.quantile(drawn.prod(axis=1), tails, axis=0)
    share = counts.agree_share
    columns = np.arange(share.shape[1])
    top, bottom = share.argmax(axis=0), share.argmin(axis=0)
    gap = drawn[:, top, columns] - drawn[:, bottom, columns]
    gap_low, gap_high = np.quantile(gap, tails, axis=0)
    difference = share[top, columns] - share[bottom, columns]
    q = _apart_q(counts)
    splits = (share.max(axis=0) > _HALF) & (share.min(axis=0) < _HALF)
    return StatementFindings(
        statements=votes.statements,
        votes=counts,
        consensus=share.prod(axis=0),
        consensus_low=low,
        consensus_high=high,
        unites=_by_all(counts.agree, counts.seen, alpha),
        unites_against=_by_all(counts.disagree, counts.seen, alpha),
        divides=(q <= alpha) & splits,
        difference=difference,
        difference_low=gap_low,
        difference_high=gap_high,
        speaks_for=_speaks_for(counts),
        is_more_agreeing=_rest_share(counts) < share,
    )


def _count(votes: Votes, labels: Integers, n_groups: int) -> GroupVotes:
    """Return votes by group, each statement with its own labels (n_used, n_placed)."""
    member = labels.T[None] == np.arange(n_groups)[:, None, None]

    def total(what: NDArray[np.bool_]) -> Integers:
        return np.asarray((member & what).sum(axis=1), dtype=np.int64)

    return GroupVotes(
        total(votes.is_seen),
        total(votes.is_seen & (votes.values > 0)),
        total(votes.is_seen & (votes.values < 0)),
    )


def _by_all(cases: Integers, seen: Integers, alpha: float) -> Flags:
    """Return where a majority of every group is beyond doubt."""
    upper = share_tails(cases, np.maximum(seen, 1), _HALF)[1]
    p = np.where(seen > 0, upper, 1.0).max(axis=0)
    return np.asarray(benjamini_hochberg(p) <= alpha)


def _apart_q(counts: GroupVotes) -> Floats:
    """Return the q-value that no two groups differ in their share that agrees."""
    pairs = list(combinations(range(len(counts.seen)), 2))
    if not pairs:
        return np.ones(counts.seen.shape[1])
    p = np.array([two_shares_p(counts.agree[[a, b]], counts.seen[[a, b]]) for a, b in pairs])
    # Nobody of a group saw the statement: nothing was compared.
    smallest = np.where(np.isfinite(p), p, 1.0).min(axis=0)
    return benjamini_hochberg(np.minimum(1.0, smallest * len(pairs)))


def _rest_share(counts: GroupVotes) -> Floats:
    """Return the share that agrees in all other groups together."""
    agree = counts.agree.sum(axis=0) - counts.agree
    seen = counts.seen.sum(axis=0) - counts.seen
    return np.asarray((agree + 1.0) / (seen + 2.0))


def _speaks_for(counts: GroupVotes) -> Floats:
    """Return q-values of each group against all others together."""
    if len(counts.seen) < 2:
        return np.full(counts.seen.shape, np.nan)
    rest_agree = counts.agree.sum(axis=0) - counts.agree
    rest_seen = counts.seen.sum(axis=0) - counts.seen
    p = two_shares_p(
        np.stack([counts.agree.ravel(), rest_agree.ravel()]),
        np.stack([counts.seen.ravel(), rest_seen.ravel()]),
    )
    return benjamini_hochberg(p).reshape(counts.seen.shape)
