"""Sharing an amount out so that the parts add up to it to the last cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

_CENT = -2


def shared_out(amount: Decimal, weights: Sequence[int]) -> tuple[Decimal, ...]:
    """Return the parts of an amount in proportion to weights; they add up to it exactly.

    What is left after rounding down goes, a cent each, to those that lost most by it.

    Parameters
    ----------
    amount : Decimal
        Negative amounts (corrections) are shared out as well.
    weights : sequence of int
        Not negative, at least one above zero.

    Examples
    --------
    >>> [str(part) for part in shared_out(Decimal("10.00"), (1, 1, 1))]
    ['3.34', '3.33', '3.33']
    """
    exponent = amount.as_tuple().exponent
    step = min(_CENT, exponent if isinstance(exponent, int) else _CENT)
    units, whole = int(amount.scaleb(-step)), sum(weights)
    parts = [units * weight // whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda i: -(units * weights[i] % whole))
    for i in by_loss[: units - sum(parts)]:
        parts[i] += 1
    return tuple(Decimal(part).scaleb(step) for part in parts)
