"""What an avoided incident cost, and from how many on an action pays for itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from convive.core.errors import MethodError
from convive.core.evaluation.estimate import Estimate
from convive.core.evaluation.worth import UnitCost, Worth
from convive.core.model import Verdict

NOTHING_SPENT = "COST_NOTHING_SPENT"
NO_EFFECT_KNOWN = "COST_NO_EFFECT_KNOWN"
NOTHING_AVOIDED = "COST_NOTHING_AVOIDED"
NO_UNIT = "COST_NO_UNIT"
OTHER_CURRENCY = "COST_OTHER_CURRENCY"
_WHOLE = Decimal(1)
_AS_GOOD_AS_NOTHING = 0.01
"""Avoided incidents below which there is no cost for each: it would be any amount."""


def worth_of(
    spent: Decimal, currency: str, estimate: Estimate, unit: UnitCost | None = None
) -> Worth:
    """Return what each avoided incident cost, and the number that would pay for the action.

    Use it with the money of the time that the effect is about, all partners' staff included.
    It is no proof that money was well spent: what is not counted (fear, trust, harms elsewhere)
    has no price here.

    Parameters
    ----------
    spent : Decimal, unit: `currency`
        0 or more.
    estimate : Estimate
        Of counts; its verdict decides whether there is a figure at all.
    unit : UnitCost, optional
        What one incident costs. Amounts of another currency are never converted.

    Returns
    -------
    Worth
        Figures only where the verdict is "worked"; the break-even stands wherever a unit cost
        does, because it asks nothing of the effect.

    Raises
    ------
    MethodError
        COST_NEGATIVE.

    Notes
    -----
    Cost per avoided incident is spent / avoided; its interval is spent over the ends of the
    interval of the avoided, open above where that reaches zero.

    Examples
    --------
    >>> from convive.core.evaluation.estimate import Design, Estimate, Seen
    >>> found = Estimate(Design.BEFORE_AFTER_CONTROL, None, -25.0, -40.0, -10.0, 0.95, 0.01,
    ...                  50.0, 20.0, 80.0, Seen(200, 150, 3, 9, 24, 12), (), Verdict.WORKED)
    >>> worth = worth_of(Decimal(40000), "EUR", found)
    >>> worth.per_avoided, worth.per_avoided_low, worth.per_avoided_high
    (Decimal('800'), Decimal('500'), Decimal('2000'))
    """
    if spent < 0:
        raise MethodError("COST_NEGATIVE", spent=str(spent))
    usable = unit if unit is not None and unit.currency == currency else None
    worth = Worth(
        spent=spent, currency=currency,
        avoided=estimate.avoided, avoided_low=estimate.avoided_low,
        avoided_high=estimate.avoided_high,
        per_avoided=None, per_avoided_low=None, per_avoided_high=None,
        break_even=_break_even(spent, usable),
        saved=None, saved_low=None, saved_high=None, unit=usable,
        reason=_reason(spent, estimate),
    )  # fmt: skip
    if not worth.reason:
        worth = _with_figures(worth, estimate)
    if unit is None or usable is None:
        missing = NO_UNIT if unit is None else OTHER_CURRENCY
        return replace(worth, unit_reason=missing)
    return worth


def _reason(spent: Decimal, estimate: Estimate) -> str:
    if spent == 0:
        return NOTHING_SPENT
    if estimate.avoided is None or estimate.verdict is Verdict.CANNOT_TELL:
        return NO_EFFECT_KNOWN
    return (
        ""
        if estimate.verdict is Verdict.WORKED and estimate.avoided >= _AS_GOOD_AS_NOTHING
        else NOTHING_AVOIDED
    )


def _with_figures(worth: Worth, estimate: Estimate) -> Worth:
    found = replace(
        worth,
        per_avoided=_over(worth.spent, estimate.avoided),
        per_avoided_low=_over(worth.spent, estimate.avoided_high),
        per_avoided_high=_over(worth.spent, estimate.avoided_low),
    )
    if worth.unit is None:
        return found
    amount = worth.unit.amount
    ends = (estimate.avoided, estimate.avoided_low, estimate.avoided_high)
    saved, low, high = (_whole(amount * Decimal(repr(n))) if n is not None else None for n in ends)
    return replace(found, saved=saved, saved_low=low, saved_high=high)


def _over(spent: Decimal, avoided: float | None) -> Decimal | None:
    """Return money per incident; None where nothing was avoided at this end."""
    if avoided is None or avoided < _AS_GOOD_AS_NOTHING:
        return None
    return _whole(spent / Decimal(repr(avoided)))


def _break_even(spent: Decimal, unit: UnitCost | None) -> float | None:
    return None if unit is None or unit.amount <= 0 else float(spent / unit.amount)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(_WHOLE, rounding=ROUND_HALF_UP)
