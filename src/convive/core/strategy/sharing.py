"""Sharing amounts out so that the parts add up to them to the last cent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_WIDEST = 2**62


def shared_out(amounts: Ints, of: Ints, weights: Ints) -> Ints:
    """Return the parts of amounts in proportion to weights; they add up to them exactly.

    What is left after rounding down goes, a cent each, to those that lost most by it.

    Parameters
    ----------
    amounts : array of int, shape (n,), unit: cents
        Negative amounts (corrections) are shared out as well.
    of : array of int, shape (n_parts,)
        Place of the amount that each part is of; parts of one amount stand together.
    weights : array of int, shape (n_parts,)
        Not negative, for each amount that has parts at least one above zero.

    Examples
    --------
    >>> shared_out(np.array([1000]), np.array([0, 0, 0]), np.array([1, 1, 1])).tolist()
    [334, 333, 333]
    """
    if not len(of):
        return np.zeros(0, dtype=np.int64)
    is_wide = int(np.abs(amounts).max()) * int(weights.max()) > _WIDEST
    units = (
        amounts[of].astype(object if is_wide else np.int64) * weights
    )  # Python's ints have no end
    whole = added_up(weights, of, len(amounts))[of]
    parts, loss = (one.astype(np.int64) for one in (units // whole, units % whole))
    left = amounts - added_up(parts, of, len(amounts))
    by_loss = np.lexsort((-loss, of))
    starts = np.flatnonzero(np.diff(of[by_loss], prepend=-1))
    rank = np.arange(len(of)) - np.repeat(starts, np.diff(starts, append=len(of)))
    parts[by_loss] += rank < left[of[by_loss]]
    return parts


def added_up(amounts: Ints, places: Ints, n: int) -> Ints:
    """Return the sums of amounts by place, shape (n,); exact, as no float is."""
    found = np.zeros(n, dtype=np.int64)
    np.add.at(found, places, amounts)
    return found
