"""What an avoided incident cost, and when an action pays for itself."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.errors import MethodError
from convive.core.evaluation import Design, Estimate, Seen, UnitCost, worth_of
from convive.core.model import Verdict

FOUND = Estimate(
    Design.BEFORE_AFTER_CONTROL, None, -25.0, -40.0, -10.0, 0.95, 0.01, 50.0, 20.0, 80.0,
    Seen(200, 150, 3, 9, 24, 12), (), Verdict.WORKED,
)  # fmt: skip
EURO = UnitCost("burglary", Decimal(1000), "EUR", 2020, "The town's own count")


def test_each_avoided_incident_cost_what_was_spent_over_their_number() -> None:
    worth = worth_of(Decimal(40_000), "EUR", FOUND, EURO)
    assert (worth.per_avoided, worth.per_avoided_low, worth.per_avoided_high) == (800, 500, 2000)
    assert worth.break_even == pytest.approx(40)
    assert (worth.saved, worth.saved_low, worth.saved_high) == (50_000, 20_000, 80_000)
    assert worth.reason == worth.unit_reason == ""


def test_an_interval_that_reaches_nothing_has_no_upper_end() -> None:
    worth = worth_of(Decimal(40_000), "EUR", replace(FOUND, avoided_low=-3.0))
    assert worth.per_avoided_low == 500
    assert worth.per_avoided_high is None, "it may be any amount"


@pytest.mark.parametrize(
    ("verdict", "avoided", "reason"),
    [
        (Verdict.CANNOT_TELL, 50.0, "COST_NO_EFFECT_KNOWN"),
        (Verdict.CANNOT_TELL, None, "COST_NO_EFFECT_KNOWN"),
        (Verdict.DID_NOT_WORK, 2.0, "COST_NOTHING_AVOIDED"),
        (Verdict.HARMFUL, -30.0, "COST_NOTHING_AVOIDED"),
    ],
)
def test_without_an_effect_there_is_a_reason_and_no_price(
    verdict: Verdict, avoided: float | None, reason: str
) -> None:
    worth = worth_of(Decimal(900), "EUR", replace(FOUND, verdict=verdict, avoided=avoided), EURO)
    assert worth.reason == reason
    assert worth.per_avoided is worth.saved is None
    assert worth.break_even == pytest.approx(0.9), "this asks nothing of the effect"


def test_amounts_of_another_currency_are_not_converted() -> None:
    worth = worth_of(Decimal(900), "EUR", FOUND, replace(EURO, currency="GBP"))
    assert worth.unit_reason == "COST_OTHER_CURRENCY"
    assert worth.break_even is worth.saved is worth.unit is None
    assert worth.per_avoided == 18, "what was spent is still what was spent"


def test_nothing_spent_is_no_free_effect() -> None:
    assert worth_of(Decimal(0), "EUR", FOUND).reason == "COST_NOTHING_SPENT"
    with pytest.raises(MethodError, match="COST_NEGATIVE"):
        worth_of(Decimal(-1), "EUR", FOUND)


@given(st.integers(1, 10**7), st.floats(0.5, 1e4), st.floats(0, 1), st.floats(1, 3))
def test_the_interval_holds_the_figure(spent: int, n: float, low: float, high: float) -> None:
    found = replace(FOUND, avoided=n, avoided_low=low * n, avoided_high=high * n)
    worth = worth_of(Decimal(spent), "EUR", found)
    assert worth.per_avoided_low is not None
    assert worth.per_avoided is not None
    assert worth.per_avoided_low <= worth.per_avoided
    assert worth.per_avoided_high is None or worth.per_avoided_high >= worth.per_avoided
