"""A change of answers with everything that speaks against it."""

from dataclasses import replace

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    CheckOutcome,
    Estimate,
    SurveyChangePlan,
    SurveyWave,
    survey_change,
    survey_change_by_group,
)
from convive.core.model import Verdict
from convive.core.survey import SurveyDesign
from factories.survey_waves import WaveWorld

N = 2000
TREATED = np.arange(N) % 2 == 0
WELL_MADE = SurveyChangePlan(same_wording=True, same_mode=True, chosen_on_answers=False)


def _wave(
    treated_share: float, other_share: float | None = None, n: int = N, **known: object
) -> SurveyWave:
    """Return a wave in which these shares say yes, of single people with equal weights."""
    treated = TREATED[:n] if other_share is not None else np.ones(n, dtype=bool)
    share = np.where(treated, treated_share, treated_share if other_share is None else other_share)
    order = np.where(treated, np.cumsum(treated), np.cumsum(~treated)) - 1
    sizes = np.where(treated, treated.sum(), (~treated).sum())
    answers = (order < share * sizes - 1e-9).astype(float)
    return SurveyWave(answers, treated, SurveyDesign(np.ones(n)), **known)


def _outcome(estimate: Estimate, code: str) -> CheckOutcome | None:
    return next((check.outcome for check in estimate.checks if check.code == code), None)


def test_ten_points_more_than_elsewhere_worked() -> None:
    found = survey_change(_wave(0.4, 0.5), _wave(0.55, 0.55), WELL_MADE)
    assert found.effect == pytest.approx(10.0)
    assert found.low < 10.0 < found.high
    assert found.avoided is None
    assert found.verdict is Verdict.WORKED
    assert (found.seen.n_before, found.seen.n_after) == (1000, 1000)


def test_less_may_be_better() -> None:
    fewer = replace(WELL_MADE, useful=-5.0)
    waves = _wave(0.4, 0.4), _wave(0.25, 0.4)
    assert survey_change(*waves, fewer).verdict is Verdict.WORKED
    assert survey_change(*waves, WELL_MADE).verdict is Verdict.HARMFUL


def test_nothing_changed_where_the_interval_excludes_what_is_useful() -> None:
    big = [
        SurveyWave(np.tile(w.answers, 10), np.tile(w.treated, 10), SurveyDesign(np.ones(10 * N)))
        for w in (_wave(0.4, 0.5), _wave(0.45, 0.55))
    ]
    known = survey_change(*big, replace(WELL_MADE, useful=10.0))
    assert known.effect == pytest.approx(0.0, abs=1e-9)
    assert known.verdict is Verdict.DID_NOT_WORK
    assert survey_change(_wave(0.4, 0.5), _wave(0.45, 0.55)).verdict is Verdict.CANNOT_TELL


def test_a_change_everywhere_is_no_effect() -> None:
    found = survey_change(_wave(0.3, 0.3), _wave(0.5, 0.5), WELL_MADE)
    assert found.effect == pytest.approx(0.0, abs=1e-9)
    assert found.verdict is Verdict.CANNOT_TELL


def test_without_comparison_nobody_knows_what_else_changed() -> None:
    waves = _wave(0.4), _wave(0.55)
    found = survey_change(*waves, WELL_MADE)
    assert found.effect == pytest.approx(15.0)
    assert _outcome(found, "survey_comparison") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL
    vouched = survey_change(*waves, replace(WELL_MADE, nothing_else=True))
    assert vouched.verdict is Verdict.WORKED
    assert vouched.seen.n_comparison == 0


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (replace(WELL_MADE, same_wording=False), "survey_wording"),
        (replace(WELL_MADE, same_mode=False), "survey_mode"),
        (replace(WELL_MADE, chosen_on_answers=True), "survey_choice"),
    ],
)
def test_waves_that_cannot_be_compared_get_no_verdict(plan: SurveyChangePlan, code: str) -> None:
    waves = _wave(0.5, 0.5), _wave(0.65, 0.5)
    found = survey_change(*waves, plan)
    assert _outcome(found, code) is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL
    unsaid = survey_change(*waves)
    assert _outcome(unsaid, code) is CheckOutcome.CANNOT_TELL
    assert unsaid.verdict is Verdict.WORKED


def test_areas_that_stood_worse_may_have_been_chosen_for_it() -> None:
    waves = _wave(0.35, 0.5), _wave(0.5, 0.5)
    nobody_knows = replace(WELL_MADE, chosen_on_answers=None)
    assert survey_change(*waves, nobody_knows).verdict is Verdict.CANNOT_TELL
    assert survey_change(*waves, WELL_MADE).verdict is Verdict.WORKED
    # An earlier wave shows that they always stood there.
    found = survey_change(*waves, nobody_knows, earlier=_wave(0.35, 0.5))
    assert found.verdict is Verdict.WORKED
    # Or that they had just fallen.
    fallen = survey_change(*waves, nobody_knows, earlier=_wave(0.5, 0.5))
    assert _outcome(fallen, "survey_course") is CheckOutcome.FAILED
    assert fallen.verdict is Verdict.CANNOT_TELL


def test_a_course_is_passed_only_if_a_parting_would_have_been_seen() -> None:
    waves = _wave(0.4, 0.5), _wave(0.55, 0.5)
    told = survey_change(*waves, WELL_MADE, earlier=_wave(0.4, 0.5))
    assert _outcome(told, "survey_course") is CheckOutcome.PASSED
    weak = survey_change(*waves, WELL_MADE, earlier=_wave(0.4, 0.5, 160))
    assert _outcome(weak, "survey_course") is CheckOutcome.CANNOT_TELL
    tiny = survey_change(*waves, WELL_MADE, earlier=_wave(0.4, 0.5, 20))
    assert _outcome(tiny, "survey_course") is CheckOutcome.CANNOT_TELL


def test_response_that_moved_in_one_group_only_gets_no_verdict() -> None:
    before, after = _wave(0.4, 0.5, response=(0.5, 0.5)), _wave(0.6, 0.5, response=(0.3, 0.5))
    found = survey_change(before, after, WELL_MADE)
    assert _outcome(found, "survey_response") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL
    alike = survey_change(before, replace(after, response=(0.3, 0.3)), WELL_MADE)
    assert _outcome(alike, "survey_response") is CheckOutcome.PASSED
    unknown = survey_change(before, replace(after, response=(0.3, None)), WELL_MADE)
    assert _outcome(unknown, "survey_response") is CheckOutcome.CANNOT_TELL


def test_where_nearly_all_say_yes_there_is_no_room() -> None:
    found = survey_change(_wave(0.97, 0.8), _wave(0.98, 0.6), WELL_MADE)
    assert _outcome(found, "survey_room") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL


def test_an_effect_that_turns_with_the_scale_is_none() -> None:
    """40 to 56 % is more than 4 to 12 % in points, and less in odds."""
    wide = [
        SurveyWave(np.tile(w.answers, 6), np.tile(w.treated, 6), SurveyDesign(np.ones(6 * N)))
        for w in (_wave(0.40, 0.04), _wave(0.56, 0.12))
    ]
    turned = survey_change(*wide, WELL_MADE)
    assert turned.effect == pytest.approx(8.0)
    assert turned.p < 0.05
    assert _outcome(turned, "survey_scale") is CheckOutcome.FAILED
    assert turned.verdict is Verdict.CANNOT_TELL


def test_areas_that_differ_in_their_change_widen_the_interval() -> None:
    rng = np.random.default_rng(1)
    calm = survey_change(*WaveWorld(10, 10).waves(rng, 0.1))
    restless = survey_change(*WaveWorld(10, 10, areas_drift=0.15).waves(rng, 0.1))
    assert _outcome(calm, "survey_areas") is CheckOutcome.PASSED
    assert restless.high - restless.low > 1.2 * (calm.high - calm.low)
    assert (calm.seen.n_treated, calm.seen.n_comparison) == (10, 10)
    few = survey_change(*WaveWorld(2, 2, clusters=10).waves(rng, 0.1))
    assert _outcome(few, "survey_areas") is CheckOutcome.FAILED


def test_areas_that_are_the_clusters_of_both_waves_hold_their_own_drift() -> None:
    before, after = WaveWorld(8, 8, clusters=1, people=40, areas_drift=0.1).waves(
        np.random.default_rng(2), 0.2
    )
    after = replace(
        after, design=SurveyDesign(after.design.weights, before.design.strata, after.area)
    )
    before = replace(
        before, design=SurveyDesign(before.design.weights, before.design.strata, before.area)
    )
    own = survey_change(before, after, SurveyChangePlan(same_clusters=True))
    # Taken for two independent draws, the drift is added to what already holds it in part.
    other = survey_change(before, after, SurveyChangePlan())
    assert own.high - own.low < other.high - other.low
    assert _outcome(own, "survey_areas") is CheckOutcome.PASSED


def test_few_clusters_are_told() -> None:
    few = survey_change(*WaveWorld(1, 1, clusters=3, people=30).waves(np.random.default_rng(3)))
    assert _outcome(few, "survey_clusters") is CheckOutcome.FAILED


def test_groups_are_told_apart_by_their_gap() -> None:
    woman = np.arange(N) % 4 < 2
    before = _wave(0.4, 0.4)
    answers = np.where(TREATED & woman & (np.arange(N) % 40 < 16), 1.0, before.answers)
    rows = survey_change_by_group(
        before,
        replace(before, answers=answers),
        (np.where(woman, "women", "men"), np.where(woman, "women", "men")),
    )
    men, women = rows
    assert (men.group, women.group) == ("men", "women")
    assert women.effect > 15
    assert men.effect == pytest.approx(0.0, abs=1e-9)
    assert women.gap == pytest.approx(women.effect - men.effect)
    assert women.gap == -men.gap
    assert women.gap_p == women.gap_p_adjusted == pytest.approx(men.gap_p)
    assert women.gap_p < 0.01
    assert women.p_adjusted == pytest.approx(2 * women.p)


def test_many_groups_are_adjusted_and_small_ones_left_out() -> None:
    age = np.array(["18-29", "30-49", "50-64", "65+"])[np.arange(N) % 8 // 2].astype(object)
    age[:30] = "rare"
    age[30:40] = None
    rows = survey_change_by_group(_wave(0.4, 0.4), _wave(0.55, 0.4), (age, age))
    assert [row.group for row in rows] == ["18-29", "30-49", "50-64", "65+", "rare"]
    assert rows[-1].reason == "survey_too_few"
    assert rows[-1].effect is rows[-1].p_adjusted is rows[-1].gap is None
    told = rows[:-1]
    assert min(row.p_adjusted for row in told) == pytest.approx(4 * min(row.p for row in told))
    assert all(row.gap_p_adjusted >= row.gap_p for row in told)
    assert sum(row.n_before for row in rows) == 995


@pytest.mark.parametrize(
    ("waves", "reason"),
    [
        ((_wave(0.5, 0.5, 40), _wave(0.5, 0.5, 40)), "survey_too_few"),
        ((_wave(0.004, 0.004), _wave(0.004, 0.004)), "survey_too_few_cases"),
        (
            (
                _wave(0.5, 0.5),
                replace(_wave(0.5, 0.5), answers=np.where(TREATED, np.nan, 1.0)),
            ),
            "survey_nobody",
        ),
    ],
)
def test_no_answer_has_a_reason(waves: tuple[SurveyWave, SurveyWave], reason: str) -> None:
    found = survey_change(*waves)
    assert found.reason == reason
    assert found.effect is None
    assert found.verdict is Verdict.CANNOT_TELL


def test_one_cluster_a_side_leaves_no_freedom() -> None:
    waves = [
        replace(wave, design=SurveyDesign(np.ones(N), clusters=TREATED.astype(int)))
        for wave in (_wave(0.4, 0.4), _wave(0.5, 0.4))
    ]
    assert survey_change(*waves).reason == "survey_no_freedom"


def test_waves_that_do_not_fit_are_refused() -> None:
    good = _wave(0.5, 0.5)
    person = np.zeros(N, dtype=int)
    cases = {
        "SURVEY_SHAPE": (replace(good, answers=np.zeros(3)), SurveyChangePlan()),
        "SURVEY_NOT_BINARY": (replace(good, answers=np.full(N, 3.0)), SurveyChangePlan()),
        "CHANGE_PERSON_TWICE": (replace(good, person=person), SurveyChangePlan()),
        "CHANGE_AREA_SPLIT": (replace(good, area=person), SurveyChangePlan()),
    }
    for code, (wave, plan) in cases.items():
        with pytest.raises(MethodError, match=code):
            survey_change(wave, wave, plan)
    for plan in (
        SurveyChangePlan(useful=0.0),
        SurveyChangePlan(useful=100.0),
        SurveyChangePlan(scale=(5.0, 1.0)),
        SurveyChangePlan(scale=(2.0, 10.0)),
    ):
        with pytest.raises(MethodError, match="CHANGE_PLAN"):
            survey_change(good, good, plan)
    with pytest.raises(MethodError, match="SURVEY_SHAPE"):
        survey_change_by_group(good, good, (["a"], ["a"]))
