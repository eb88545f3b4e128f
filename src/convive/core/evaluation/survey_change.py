"""Did answers change where something was done, beyond their change elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import stdtrit

from convive.core.errors import MethodError
from convive.core.evaluation.estimate import Design, Estimate, Seen, cannot_say, verdict_on
from convive.core.evaluation.survey_checks import (
    Judged,
    SurveyChangePlan,
    SurveyFacts,
    checks_of_change,
)
from convive.core.evaluation.survey_drift import drift_of
from convive.core.evaluation.survey_model import (
    Changed,
    Read,
    SurveyWave,
    change_in,
    read_waves,
)
from convive.core.significance import two_sided_t_p

NOBODY = "survey_nobody"
TOO_FEW = "survey_too_few"
TOO_FEW_CASES = "survey_too_few_cases"
NO_FREEDOM = "survey_no_freedom"

MIN_ANSWERS = 30.0
"""Answers in each wave on each side, after what weighting costs."""
MIN_CASES = 5.0
"""Yes and no to be expected in each of them."""


def survey_change(
    before: SurveyWave,
    after: SurveyWave,
    plan: SurveyChangePlan | None = None,
    *,
    earlier: SurveyWave | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return how far answers changed in treated areas beyond their change in the others.

    Use it for two waves that asked the same question of samples of the same population, before
    and after an action in known areas. Without comparison areas it cannot tell what else
    changed; the verdict is then "cannot tell" unless somebody vouches that nothing did.

    Parameters
    ----------
    before, after : SurveyWave
        The two waves, of different people or of a panel.
    plan : SurveyChangePlan, optional
        What is worth having, and how the waves were made.
    earlier : SurveyWave, optional
        A wave before the wave before: had the areas parted already?
    level : float, in (0, 1)
        Coverage of the interval.

    Returns
    -------
    Estimate
        Effect in percentage points (yes and no) or units of the scale, or the reason
        survey_nobody, survey_too_few, survey_too_few_cases or survey_no_freedom. Checks:
        survey_comparison, survey_wording, survey_mode, survey_choice, survey_response,
        survey_course, survey_room, survey_scale, survey_areas, survey_clusters.

    Raises
    ------
    MethodError
        SURVEY_SHAPE, SURVEY_NOT_BINARY, SURVEY_MISSING_LABEL, CHANGE_PLAN,
        CHANGE_AREA_SPLIT, CHANGE_PERSON_TWICE.

    Notes
    -----
    Difference in differences of weighted means. Its error is that of the design (`change_in`)
    and that areas drift: with six areas or more as far as their changes are seen to differ
    beyond sampling (DerSimonian and Laird), else 2 % of the scale (`drift_of`).

    References
    ----------
    .. [1] Lumley, T. (2010). Complex Surveys. Wiley, chapter 2.
    .. [2] Donald, S. G. and Lang, K. (2007). Inference with difference-in-differences and other
       panel data. Review of Economics and Statistics 89(2), 221-233.
    .. [3] DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled
       Clinical Trials 7, 177-188.

    Examples
    --------
    >>> from convive.core.survey import SurveyDesign
    >>> treated = np.arange(2000) < 1000
    >>> safe = [np.arange(2000) % 10 < share for share in (5, np.where(treated, 7, 5))]
    >>> waves = [SurveyWave(one, treated, SurveyDesign(np.ones(2000))) for one in safe]
    >>> found = survey_change(*waves)
    >>> round(found.effect), found.verdict.value
    (20, 'worked')
    """
    plan = checked_plan(plan or SurveyChangePlan())
    waves = read_planned(before, after, plan)
    changed = change_in(waves)
    seen = _seen(waves)
    reason = reason_against(waves, changed)
    if changed is None or reason is not None:
        return cannot_say(Design.SURVEY_CHANGE, reason or NOBODY, seen, coverage=level)
    found = judge_with_drift(waves, changed, plan, level)

    def placebo() -> Judged | None:
        return None if earlier is None else _placebo(earlier, before, plan, level)

    facts = SurveyFacts(
        waves=(before, after),
        plan=plan,
        found=found,
        earlier=placebo,
        has_comparison=waves.n_sides == 2,
        has_earlier=earlier is not None,
    )
    size, reach = plan.per_unit * found.changed.size, plan.per_unit * found.reach
    estimate = Estimate(
        design=Design.SURVEY_CHANGE,
        reason=None,
        effect=size,
        low=size - reach,
        high=size + reach,
        coverage=level,
        p=found.p,
        avoided=None,
        avoided_low=None,
        avoided_high=None,
        seen=seen,
        checks=checks_of_change(facts),
    )
    return replace(estimate, verdict=verdict_on(estimate, alpha=1.0 - level, useful=plan.useful))


def checked_plan(plan: SurveyChangePlan) -> SurveyChangePlan:
    """Refuse a plan that no answers can meet."""
    low, high = plan.ends
    is_fine = np.isfinite([low, high, plan.useful]).all() and low < high and plan.useful != 0
    if not is_fine or abs(plan.useful) >= (high - low) * plan.per_unit:
        raise MethodError("CHANGE_PLAN", useful=plan.useful, low=low, high=high)
    return plan


def read_planned(before: SurveyWave, after: SurveyWave, plan: SurveyChangePlan) -> Read:
    """Return the checked waves; answers must lie on the scale."""
    waves = read_waves(before, after, is_share=plan.scale is None, same_clusters=plan.same_clusters)
    low, high = plan.ends
    for answers in waves.answers:
        known = answers[np.isfinite(answers)]
        if ((known < low) | (known > high)).any():
            raise MethodError("CHANGE_PLAN", low=low, high=high, useful=plan.useful)
    return waves


def _seen(waves: Read) -> Seen:
    """Return how much the change rests on."""
    answered = [
        int((np.isfinite(answers) & (side == 0)).sum())
        for answers, side in zip(waves.answers, waves.side, strict=True)
    ]
    areas = drift_of(waves, 1.0).n_areas
    return Seen(
        n_before=answered[0],
        n_after=answered[1],
        n_treated=areas[0] or 1,
        n_comparison=areas[1] or waves.n_sides - 1,
        periods_before=1,
        periods_after=1,
    )


def reason_against(waves: Read, changed: Changed | None) -> str | None:
    """Return why the change cannot be judged, or None."""
    if changed is None:
        return NOBODY
    used = slice(0, 2 * waves.n_sides)
    kish, mean = changed.cells.kish[used], changed.cells.mean[used]
    if kish.min() < MIN_ANSWERS:
        return TOO_FEW
    if waves.is_share:
        pooled = float(kish @ mean / kish.sum())
        if kish.min() * min(pooled, 1.0 - pooled) < MIN_CASES:
            return TOO_FEW_CASES
    if not changed.df >= 1.0 or not changed.variance > 0.0:
        return NO_FREEDOM
    return None


def judge_with_drift(waves: Read, changed: Changed, plan: SurveyChangePlan, level: float) -> Judged:
    """Return the change with the drift of areas in its error."""
    low, high = plan.ends
    drift = drift_of(waves, high - low)
    variance = changed.variance + drift.variance
    df = variance**2 / (changed.variance**2 / changed.df + drift.variance**2 / drift.df)
    error = float(np.sqrt(variance))
    return Judged(
        changed=changed,
        df=df,
        p=float(two_sided_t_p(changed.size / error, df)),
        reach=float(stdtrit(df, 0.5 + level / 2.0)) * error,
        drift=drift,
    )


def _placebo(
    earlier: SurveyWave, before: SurveyWave, plan: SurveyChangePlan, level: float
) -> Judged | None:
    """Return the change from an earlier wave to the wave before; None where it cannot be told."""
    waves = read_planned(earlier, before, plan)
    changed = change_in(waves)
    if changed is None or reason_against(waves, changed) is not None:
        return None
    return judge_with_drift(waves, changed, plan, level)
