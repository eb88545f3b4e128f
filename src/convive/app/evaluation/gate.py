"""The gate of an evaluation: what of an answer may be shown to whoever may read the plan.

Answers are worked out from counts that are safe already (`protect`): asking for other areas and
months, again and again, tells no more. The gate keeps what is told in proportion to that: fewer
incidents than the town shows are withheld, and told to be withheld, never 0; counts and avoided
incidents are multiples of a base; percentages are whole, or rounded so far that the smallest count
is one step; intervals are widened to these steps; p-values keep one digit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import cast

from convive.app.evaluation.protect import base_of
from convive.app.rounding import to_base
from convive.core.evaluation.answer import Answer, ForWhom, OutcomeAnswer, Rival
from convive.core.evaluation.displacement_rings import Moved, RingAnswer, RingsResult
from convive.core.evaluation.estimate import Check, Design, Estimate, Seen, cannot_say
from convive.core.model import DisclosureRule, Verdict

WITHHELD = "study_withheld"
WITHHELD_ANSWERS = "study_withheld_answers"
NOT_SHOWN = frozenset({WITHHELD, WITHHELD_ANSWERS})
_TOLD = frozenset({"areas", "months", "breaks", "left_out", "starts", "least", "years", "n"})
"""Parameters of checks that count areas or months, or are rules: they tell nothing of incidents."""
_WHY = {WITHHELD: "withheld", WITHHELD_ANSWERS: "withheld_answers"}
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
"""Of percentages."""
_NOT_COUNTED = frozenset({Design.SURVEY_CHANGE})
"""Shares of people who answered: gated by the number of answers."""


def gated(answer: Answer, rule: DisclosureRule, *, public: Collection[str] = ()) -> Answer:
    """Return the answer as it may be shown.

    Parameters
    ----------
    answer : Answer
        From counts as they are.
    rule : DisclosureRule
        Of the town: `min_count`, `min_respondents`, `rounding`.
    public : collection of str
        Sources that are public already: what rests on them alone is told as it is.

    Returns
    -------
    Answer
        Estimates that rest on too few incidents on either side of the start have the reason
        ``study_withheld`` and no figure; their counts are None. The verdict stays where it is
        "cannot tell", and becomes it where the estimate that it rests on is withheld.
    """
    outcomes = tuple(
        one if one.source_ids and set(one.source_ids) <= set(public) else _outcome(one, rule)
        for one in answer.outcomes
    )
    primary = next((one for one in outcomes if not one.outcome.is_harm), None)
    is_withheld = primary is not None and primary.main.reason in NOT_SHOWN
    shown = {one.outcome.indicator_id for one in outcomes if one.main.reason not in NOT_SHOWN}
    hidden = "" if primary is None else _WHY.get(primary.main.reason or "", "")
    return replace(
        answer,
        outcomes=outcomes,
        verdict=Verdict.CANNOT_TELL if is_withheld else answer.verdict,
        why=(hidden, *answer.why) if is_withheld else answer.why,
        rivals=tuple(_rival(one, is_withheld=is_withheld) for one in answer.rivals),
        harms=tuple(one for one in answer.harms if one in shown),
    )


def percent_step(n: int, rule: DisclosureRule) -> int:
    """Return the step of percentages of about n incidents.

    So many incidents as the town shows at least are one step or less.

    Examples
    --------
    >>> percent_step(140, DisclosureRule()), percent_step(3000, DisclosureRule())
    (5, 1)
    """
    wanted = 100.0 * rule.min_count / max(n, 1)
    return next((step for step in _STEPS if step >= wanted), _STEPS[-1])


def _outcome(found: OutcomeAnswer, rule: DisclosureRule) -> OutcomeAnswer:
    return replace(
        found,
        main=gated_estimate(found.main, rule),
        others=tuple(gated_estimate(one, rule) for one in found.others),
        rings=None if found.rings is None else _rings(found.rings, rule),
        for_whom=tuple(_piece(one, rule) for one in found.for_whom),
    )


def _piece(found: ForWhom, rule: DisclosureRule) -> ForWhom:
    return replace(found, estimate=gated_estimate(found.estimate, rule))


def _rings(found: RingsResult, rule: DisclosureRule) -> RingsResult:
    return RingsResult(
        treated=gated_estimate(found.treated, rule),
        rings=tuple(_ring(one, rule) for one in found.rings),
        together=_ring(found.together, rule),
        net=gated_estimate(found.net, rule),
    )


def _ring(found: RingAnswer, rule: DisclosureRule) -> RingAnswer:
    """Return a ring as it may be shown; one digit of its quotient is left."""
    estimate = gated_estimate(found.estimate, rule)
    if estimate.reason == WITHHELD:
        return replace(found, estimate=estimate, quotient=None, moved=Moved.CANNOT_TELL)
    quotient = found.quotient
    shown = None if quotient is None or not math.isfinite(quotient) else round(quotient, 1)
    return replace(found, estimate=estimate, quotient=shown)


def _rival(found: Rival, *, is_withheld: bool) -> Rival:
    params = {
        name: _one_digit(value) if name == "p" else value for name, value in found.params.items()
    }
    if not is_withheld:
        return replace(found, params=params)
    return replace(
        found, is_ruled_out=None, params={**params, "p": None} if "p" in params else params
    )


def gated_estimate(found: Estimate, rule: DisclosureRule) -> Estimate:
    """Return an estimate as it may be shown."""
    if found.design in _NOT_COUNTED:
        return _of_answers(found, rule)
    checks = tuple(_check(one) for one in found.checks)
    base = base_of(rule)
    # Of safe counts, nothing and one step may both be a few.
    if min(found.seen.n_before, found.seen.n_after) <= base:
        return cannot_say(
            found.design, WITHHELD, _hidden(found.seen), coverage=found.coverage, checks=()
        )
    seen = replace(
        found.seen,
        n_before=to_base(found.seen.n_before, base),
        n_after=to_base(found.seen.n_after, base),
    )
    if found.effect is None:
        return replace(found, seen=seen, checks=checks)
    step = percent_step(min(found.seen.n_before, found.seen.n_after), rule)
    return replace(
        found,
        seen=seen,
        checks=checks,
        effect=_nearest(found.effect, step),
        low=_below(found.low, step),
        high=_above(found.high, step),
        p=_one_digit(found.p),
        avoided=_nearest(found.avoided, base),
        avoided_low=_below(found.avoided_low, base),
        avoided_high=_above(found.avoided_high, base),
    )


def _of_answers(found: Estimate, rule: DisclosureRule) -> Estimate:
    """Return the change of a share: whole points, of enough answers.

    Why there is no figure is told without numbers: no wave, or an area where too few answered.
    """
    is_few = min(found.seen.n_before, found.seen.n_after) < rule.min_respondents
    if is_few:
        reason = WITHHELD_ANSWERS if found.effect is not None else found.reason
        return cannot_say(
            found.design, reason or WITHHELD_ANSWERS, _hidden(found.seen), coverage=found.coverage
        )
    return replace(
        found,
        effect=_nearest(found.effect, 1),
        low=_below(found.low, 1),
        high=_above(found.high, 1),
        p=_one_digit(found.p),
        checks=tuple(_check(one) for one in found.checks),
    )


def _hidden(seen: Seen) -> Seen:
    """Return what is still told where counts are too small: None is "not shown", never 0."""
    hidden = cast("int", None)
    return replace(seen, n_before=hidden, n_after=hidden)


def _check(found: Check) -> Check:
    """Figures of a check are those of single stretches of counts: only its outcome is told."""
    params: Mapping[str, float | int | str | None] = {
        name: value if name in _TOLD or isinstance(value, str) else _coarse(name, value)
        for name, value in found.params.items()
    }
    return replace(found, params=params)


def _coarse(name: str, value: float | int | str | None) -> float | None:
    """Percentages of checks in tens, p-values with one digit, other figures not at all."""
    if isinstance(value, str) or value is None:
        return None
    if name in {"p", "smallest_p"}:
        return _one_digit(value)
    if name in {"percent", "drift"}:
        return _nearest(value, 10)
    return None


def _nearest(value: float | None, step: int) -> float | None:
    return None if value is None else float(step * math.floor(value / step + 0.5))


def _below(value: float | None, step: int) -> float | None:
    """Return a lower end, on the next step down; one that is above 0 stays above it."""
    if value is None or not math.isfinite(value):
        return None
    found = float(step * math.floor(value / step))
    return max(found, 1.0) if value > 0 else found


def _above(value: float | None, step: int) -> float | None:
    """Return an upper end, on the next step up; one that is below 0 stays below it."""
    found = _below(None if value is None else -value, step)
    return None if found is None else -found


def _one_digit(value: float | int | str | None) -> float | None:
    return None if not isinstance(value, (float, int)) else float(f"{value:.1g}")
