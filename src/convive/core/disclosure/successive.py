"""A count that is published again and again while it grows: no step tells of a few people."""

from __future__ import annotations

from collections.abc import Collection

from convive.core.disclosure.rounding import rounded_counts

__all__ = ["successive_count"]


def successive_count(
    count: int, told: Collection[int], *, floor: int, rounding: int = 1
) -> int | None:
    """Return what to tell of a count, given every number that was told of it before.

    Use it for single running sums, such as people reached by an action. It knows of no totals:
    counts that add up to one another go through `suppress`.

    Parameters
    ----------
    count : int
        As it is now, 0 or above.
    told : collection of int
        Numbers told before, whatever their order.
    floor : int
        A smaller count is not told, and no two numbers told differ by less.
    rounding : int
        Base of rounding; 1: none.

    Returns
    -------
    int or None
        A number of `told` where the new one would differ from any of them by less than `floor`;
        it is then off by less than `floor`, give or take half the base. None: the count is below
        `floor`, and is to be told as such.

    Raises
    ------
    MethodError
        DISCLOSURE_BAD_COUNT, DISCLOSURE_BAD_ROUNDING.

    Notes
    -----
    Whoever subtracts any two numbers told gets 0 or at least `floor`. That a number stays does
    not tell whether the count does.

    Examples
    --------
    >>> successive_count(14, [12], floor=5)
    12
    >>> successive_count(17, [12], floor=5)
    17
    >>> successive_count(3, [], floor=5) is None
    True
    """
    floor = max(floor, 1)
    shown = int(rounded_counts([count], rounding)[0]) if rounding > 1 else count
    near = [one for one in told if one >= floor and abs(one - shown) < floor]
    if near:
        return min(near, key=lambda one: (abs(one - shown), one))
    return shown if count >= floor else None
