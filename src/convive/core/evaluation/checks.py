"""Ways of writing down what a look at an assumption has found."""

from __future__ import annotations

from convive.core.evaluation.estimate import Check, CheckOutcome

Param = float | int | str | None


def decisive(code: str, outcome: CheckOutcome, **params: Param) -> Check:
    """Return a check whose failure makes the verdict "cannot tell"."""
    return Check(code, outcome, is_decisive=True, params=params)


def told(code: str, outcome: CheckOutcome, **params: Param) -> Check:
    """Return a check that is told with the verdict and does not change it."""
    return Check(code, outcome, is_decisive=False, params=params)


def passed_if(condition: object) -> CheckOutcome:
    """Return passed or failed."""
    return CheckOutcome.PASSED if condition else CheckOutcome.FAILED
