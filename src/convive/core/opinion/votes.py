"""Votes of participants on short statements: agree, disagree, pass, or not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError

MIN_VOTES = 7
"""Fewer votes than this place nobody; a statement with fewer tells nothing."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes that can be used, with who and what was left out."""

    values: Floats
    """Shape (n_placed, n_used): 1 agree, -1 disagree, 0 pass or not seen."""
    is_seen: Flags
    participants: Integers
    """Rows of the table that was given, shape (n_placed,). Stays where the votes are."""
    statements: Integers
    """Columns of the table that was given, shape (n_used,)."""
    n_left_out: int
    """Participants with too few votes: counted, not placed in a group."""


def read_votes(votes: ArrayLike, *, min_votes: int = MIN_VOTES) -> Votes:
    """Return the votes of participants and statements that have enough of them.

    Parameters
    ----------
    votes : array_like of float, shape (n_participants, n_statements)
        1 agree, -1 disagree, 0 pass, NaN not seen.
    min_votes : int
        Statements with fewer votes are left out, then participants with fewer.

    Raises
    ------
    MethodError
        OPINION_VOTES for anything else in the table; OPINION_TOO_FEW with fewer than three
        statements or participants left.

    Examples
    --------
    >>> nan = float("nan")
    >>> read = read_votes([[1, -1, 0], [1, 1, -1], [0, -1, -1], [1, nan, nan]], min_votes=2)
    >>> read.participants.tolist(), read.n_left_out
    ([0, 1, 2], 1)
    """
    table = np.asarray(votes, dtype=np.float64)
    seen = ~np.isnan(table)
    if table.ndim != 2 or not np.isin(table[seen], (-1.0, 0.0, 1.0)).all():
        raise MethodError("OPINION_VOTES")
    statements = np.flatnonzero(seen.sum(axis=0) >= min_votes)
    n_votes = seen[:, statements].sum(axis=1)
    participants = np.flatnonzero(n_votes >= min(min_votes, statements.size))
    if statements.size < 3 or participants.size < 3:
        raise MethodError("OPINION_TOO_FEW", n=int(participants.size))
    where = np.ix_(participants, statements)
    voted = int(seen.any(axis=1).sum())
    return Votes(
        np.where(seen[where], table[where], 0.0),
        seen[where],
        participants,
        statements,
        voted - int(participants.size),
    )
