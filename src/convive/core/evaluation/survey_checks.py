"""What must hold before a change of answers is put down to an action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from convive.core.evaluation.checks import decisive, passed_if, told
from convive.core.evaluation.estimate import Check, CheckOutcome
from convive.core.evaluation.survey_drift import Drift
from convive.core.evaluation.survey_model import Changed, SurveyWave
from convive.core.survey import difference

ALPHA = 0.05
_RESPONSE_SHIFT = 0.1
"""Change of a response rate that may bring other people into the survey."""
_ENOUGH_DF = 10.0


@dataclass(frozen=True, slots=True)
class SurveyChangePlan:
    """What was laid down, and what is known of how the waves were made."""

    useful: float = 5.0
    """The smallest change worth having, in percentage points for yes and no, else in units of
    the scale; negative where less is better (victims), positive where more is (feeling safe)."""
    scale: tuple[float, float] | None = None
    """Lowest and highest answer; None for yes (1) and no (0)."""
    same_wording: bool | None = None
    """Whether question and answers were worded alike in both waves; None: nobody knows."""
    same_mode: bool | None = None
    """Whether people were asked in the same ways (paper, phone, web) in about the same parts."""
    chosen_on_answers: bool | None = None
    """Whether areas were treated because of their answers in the wave before; where nobody
    knows, areas that stood clearly worse are taken to have been."""
    same_clusters: bool = False
    """Whether both waves were drawn in the same clusters, under the same labels."""
    nothing_else: bool = False
    """Without comparison areas: somebody vouches that nothing else of weight happened."""

    @property
    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest answer, in the unit of answers."""
        return self.scale or (0.0, 1.0)

    @property
    def per_unit(self) -> float:
        """Return what one unit of the answers is told as: 100 points for yes and no."""
        return 100.0 if self.scale is None else 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A change with the drift of areas in its error, in the unit of the answers."""

    changed: Changed
    df: float
    p: float
    reach: float
    """Half of the interval."""
    drift: Drift


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What checks look at."""

    waves: tuple[SurveyWave, SurveyWave]
    plan: SurveyChangePlan
    found: Judged
    earlier: Callable[[], Judged | None]
    """The change before the wave before, where there is an earlier wave."""
    has_comparison: bool
    has_earlier: bool


def checks_of_change(facts: SurveyFacts) -> tuple[Check, ...]:
    """Return every check; decisive ones first."""
    plan = facts.plan
    return (
        *_comparison(facts),
        decisive("survey_wording", _known(plan.same_wording)),
        decisive("survey_mode", _known(plan.same_mode)),
        _choice(facts),
        _response(facts),
        *_course(facts),
        _room(facts),
        _scale(facts),
        told(
            "survey_areas", passed_if(facts.found.drift.assumed is None), drift=_told_drift(facts)
        ),
        _clusters(facts),
    )


def _known(answer: bool | None) -> CheckOutcome:  # noqa: FBT001
    """Return what somebody said; nobody knowing is an open question."""
    return CheckOutcome.CANNOT_TELL if answer is None else passed_if(answer)


def _comparison(facts: SurveyFacts) -> tuple[Check, ...]:
    """Return whether anything but the action may have changed the answers."""
    if facts.has_comparison:
        return ()
    return (decisive("survey_comparison", passed_if(facts.plan.nothing_else)),)


def _choice(facts: SurveyFacts) -> Check:
    """Return whether areas were treated because they stood badly in the wave before.

    Where nobody knows and no earlier wave can show it, areas that did stand clearly worse may
    owe that to chance, which does not come again.
    """
    plan, code = facts.plan, "survey_choice"
    if plan.chosen_on_answers is not None:
        return decisive(code, passed_if(not plan.chosen_on_answers))
    if not facts.has_comparison or facts.has_earlier:
        return decisive(code, CheckOutcome.CANNOT_TELL)
    wave = facts.waves[0]
    treated = np.asarray(wave.treated)
    apart = difference(wave.design, wave.answers, treated, ~treated)
    is_worse = (apart.difference[0] < 0) == (plan.useful > 0)
    is_clear = bool(is_worse and apart.p[0] <= ALPHA)
    return decisive(code, CheckOutcome.FAILED if is_clear else CheckOutcome.CANNOT_TELL)


def _response(facts: SurveyFacts) -> Check:
    """Return whether response rates shifted, beyond the shift in comparison areas."""
    rates = [wave.response[: 2 if facts.has_comparison else 1] for wave in facts.waves]
    if any(rate is None for wave in rates for rate in wave):
        return decisive("survey_response", CheckOutcome.CANNOT_TELL)
    before, after = (np.array(wave, dtype=np.float64) for wave in rates)
    shift = after - before
    apart = float(shift[0] - (shift[1] if shift.size > 1 else 0.0))
    return decisive("survey_response", passed_if(abs(apart) <= _RESPONSE_SHIFT + 1e-12))


def _course(facts: SurveyFacts) -> tuple[Check, ...]:
    """Return whether answers parted between an earlier wave and the wave before."""
    if not facts.has_comparison:
        return ()
    placebo = facts.earlier()
    if placebo is None:
        return (decisive("survey_course", CheckOutcome.CANNOT_TELL),)
    outcome = CheckOutcome.CANNOT_TELL
    if placebo.p <= ALPHA:
        outcome = CheckOutcome.FAILED
    elif abs(placebo.changed.size) + placebo.reach < abs(facts.found.changed.size):
        outcome = CheckOutcome.PASSED  # a parting as large as the effect would have been seen
    return (decisive("survey_course", outcome),)


def _room(facts: SurveyFacts) -> Check:
    """Return whether answers in treated areas could change by what is worth having."""
    low, high = facts.plan.ends
    mean = float(facts.found.changed.cells.mean[0])
    room = high - mean if facts.plan.useful > 0 else mean - low
    needed = abs(facts.plan.useful) / facts.plan.per_unit
    return decisive("survey_room", passed_if(room >= needed))


def _scale(facts: SurveyFacts) -> Check:
    """Return whether a clear change has the same sign in points and in odds."""
    cells, (low, high) = facts.found.changed.cells, facts.plan.ends
    used = cells.n > 0
    part = (cells.mean[used] - low) / (high - low)
    odds = logit((part * cells.kish[used] + 0.5) / (cells.kish[used] + 1.0))
    sign = np.array([-1.0, 1.0, 1.0, -1.0])[used]
    turned = np.sign(sign @ odds) != np.sign(facts.found.changed.size)
    return decisive("survey_scale", passed_if(not (turned and facts.found.p <= ALPHA)))


def _clusters(facts: SurveyFacts) -> Check:
    """Return whether there are enough clusters to know the error of sampling."""
    df = facts.found.changed.df
    return told("survey_clusters", passed_if(df >= _ENOUGH_DF), df=df)


def _told_drift(facts: SurveyFacts) -> float:
    """Return the drift that is assumed, as it is told."""
    return (facts.found.drift.assumed or 0.0) * facts.plan.per_unit
