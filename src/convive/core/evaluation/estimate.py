"""What every design of an evaluation answers: an effect with its interval, checks and limits.

A design that cannot answer gives a reason instead of an effect; a check that fails is told, and
some make the verdict "cannot tell" whatever the interval says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from convive.core.model import Verdict


class Design(StrEnum):
    """How an effect was looked for."""

    BEFORE_AFTER_CONTROL = "before_after_control"
    """Treated against comparison areas, before and after; `count_effect`."""
    DISPLACEMENT_DIFFERENCE = "displacement_difference"
    """Totals of treated, ring and comparison areas, before and after."""
    INTERRUPTED_SERIES = "interrupted_series"
    """One series with a known start; no comparison areas are needed."""
    STAGGERED = "staggered"
    """Areas that start at different times."""
    SYNTHETIC_CONTROL = "synthetic_control"
    """A weighted mixture of other areas stands for what would have been."""
    MATCHED_AREAS = "matched_areas"
    """Many small areas, weighted until both groups were alike before."""
    SURVEY_CHANGE = "survey_change"
    """Answers of two survey waves, in treated and comparison areas."""
    CHOSEN_AT_PEAK = "chosen_at_peak"
    """The worst of many places, against what was to be expected of places so high."""
    DOSE = "dose"
    """Areas and months that got more, against those that got less."""


class CheckOutcome(StrEnum):
    """How a check of an assumption came out."""

    PASSED = "passed"
    FAILED = "failed"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Check:
    """One assumption, looked at; its sentence is ``evaluation.check.<code>`` with `params`."""

    code: str
    outcome: CheckOutcome
    is_decisive: bool
    """Whether a failure makes the verdict "cannot tell"."""
    params: Mapping[str, float | int | str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """How much an estimate rests on."""

    n_before: int
    """Events (or answers) in the treated areas before the start."""
    n_after: int
    n_treated: int
    """Areas."""
    n_comparison: int
    periods_before: int
    periods_after: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """Effect on the treated areas over the time after the start.

    For counts `effect` is in percent of what would have been, and `avoided` in incidents; for
    shares of a survey `effect` is in percentage points, and `avoided` is None. Negative effects
    are fewer incidents; positive `avoided` means fewer incidents.
    """

    design: Design
    reason: str | None
    """Why there is no effect, as a code; None where there is one."""
    effect: float | None
    low: float | None
    high: float | None
    coverage: float
    """Of the intervals, e.g. 0.95."""
    p: float | None
    avoided: float | None
    avoided_low: float | None
    avoided_high: float | None
    seen: Seen
    checks: tuple[Check, ...] = ()
    verdict: Verdict = Verdict.CANNOT_TELL

    @property
    def failed(self) -> tuple[Check, ...]:
        """Checks that failed."""
        return tuple(one for one in self.checks if one.outcome is CheckOutcome.FAILED)


def cannot_say(
    design: Design,
    reason: str,
    seen: Seen,
    *,
    coverage: float = 0.95,
    checks: tuple[Check, ...] = (),
) -> Estimate:
    """Return the answer of a design that has none, with the code of the reason."""
    return Estimate(
        design=design,
        reason=reason,
        effect=None,
        low=None,
        high=None,
        coverage=coverage,
        p=None,
        avoided=None,
        avoided_low=None,
        avoided_high=None,
        seen=seen,
        checks=checks,
    )


def verdict_on(estimate: Estimate, *, alpha: float = 0.05, useful: float = -10.0) -> Verdict:
    """Return worked, harmful, did_not_work or cannot_tell.

    Parameters
    ----------
    alpha : float
        Level of the test.
    useful : float, unit: that of `estimate.effect`
        The smallest change worth having; negative where less is better. "Did not work" means
        that the interval excludes it.

    Notes
    -----
    A decisive check that failed gives "cannot tell", whatever the interval says.
    """
    if estimate.effect is None or estimate.p is None or estimate.low is None:
        return Verdict.CANNOT_TELL
    if any(check.is_decisive for check in estimate.failed):
        return Verdict.CANNOT_TELL
    is_wanted = (estimate.effect < 0) == (useful < 0)
    if estimate.p <= alpha:
        return Verdict.WORKED if is_wanted else Verdict.HARMFUL
    nearest = estimate.low if useful < 0 else estimate.high
    is_excluded = nearest is not None and (nearest > useful if useful < 0 else nearest < useful)
    return Verdict.DID_NOT_WORK if is_excluded else Verdict.CANNOT_TELL
