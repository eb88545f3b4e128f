"""Sums of answers say what the people who gave them say, and nothing of small places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import SurveyWave, survey_change, survey_change_by_group
from convive.core.evaluation.survey_sums import areas_met, sum_answers, wave_of
from convive.core.survey import SurveyDesign
from factories.survey_waves import WaveWorld

GROUPS = np.array(["female", "male", None], dtype=object)


def _singly(wave: SurveyWave) -> SurveyWave:
    """The same people in three strata, drawn one by one."""
    design = SurveyDesign(wave.design.weights, strata=np.asarray(wave.area) % 3)
    return SurveyWave(wave.answers, wave.treated, design, area=wave.area)


def _pairs(seed: int, *, clustered: bool) -> list[tuple[SurveyWave, np.ndarray]]:
    rng = np.random.default_rng(seed)
    world = WaveWorld(n_treated=4, n_comparison=4, clusters=4, people=12)
    waves = world.waves(rng, effect=0.2)
    if not clustered:
        waves = (_singly(waves[0]), _singly(waves[1]))
    # The panel of the factory is of other people in each wave: labels are not kept in sums.
    plain = [SurveyWave(w.answers, w.treated, w.design, area=w.area) for w in waves]
    for one in plain:
        np.asarray(one.answers)[rng.random(one.design.n_respondents) < 0.1] = np.nan
    return [(one, rng.choice(GROUPS, one.design.n_respondents)) for one in plain]


def _summed(wave: SurveyWave, groups: np.ndarray | None) -> tuple[SurveyWave, np.ndarray]:
    sums = sum_answers(wave.answers, wave.area, wave.design, groups)
    return wave_of(sums, range(4), range(4, 8))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), clustered=st.booleans())
def test_the_change_and_its_error_are_those_of_the_people(seed: int, clustered: bool) -> None:
    waves = [wave for wave, _ in _pairs(seed, clustered=clustered)]
    summed = [_summed(wave, None)[0] for wave in waves]
    theirs, ours = survey_change(*waves), survey_change(*summed)
    assert ours.reason == theirs.reason
    for name in ("effect", "low", "high", "p"):
        assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-6, abs=1e-9)
    assert ours.seen == theirs.seen
    assert [(one.code, one.outcome) for one in ours.checks] == [
        (one.code, one.outcome) for one in theirs.checks
    ]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), clustered=st.booleans())
def test_so_are_those_of_groups(seed: int, clustered: bool) -> None:
    pairs = _pairs(seed, clustered=clustered)
    theirs = survey_change_by_group(pairs[0][0], pairs[1][0], (pairs[0][1], pairs[1][1]))
    summed = [_summed(*one) for one in pairs]
    ours = survey_change_by_group(summed[0][0], summed[1][0], (summed[0][1], summed[1][1]))
    assert [one.group for one in ours] == ["female", "male"]
    for mine, own in zip(ours, theirs, strict=True):
        assert (mine.n_before, mine.n_after, mine.reason) == (own.n_before, own.n_after, own.reason)
        for name in ("effect", "low", "high", "p", "gap", "gap_p"):
            assert getattr(mine, name) == pytest.approx(getattr(own, name), rel=1e-6, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), fewest=st.integers(1, 40), with_groups=st.booleans())
def test_no_place_and_no_group_below_the_least_is_told_apart(
    seed: int, fewest: int, with_groups: bool
) -> None:
    rng = np.random.default_rng(seed)
    n = 200
    answers = rng.choice([0.0, 1.0, np.nan], n)
    area = rng.integers(-1, 9, n)
    groups = rng.choice(GROUPS, n) if with_groups else None
    design = SurveyDesign(rng.choice([0.0, 0.5, 1.7], n), clusters=rng.integers(0, 30, n))
    sums = sum_answers(answers, area, design, groups, fewest=fewest)
    for one in areas_met(sums):
        here = sums.area == one
        for label in set(sums.group[here]):
            same = np.array([x == label for x in sums.group])
            assert sums.n[here & same].sum() >= fewest
    told = sums.area >= 0
    assert np.isnan(sums.answer[~told]).all()
    assert all(one is None for one in sums.group[~told])
    assert np.isfinite(sums.answer[told]).all()
    assert sums.n.sum() == n  # everybody was drawn
    assert sums.weight.sum() == pytest.approx(design.weights.sum())
    assert sums.square.sum() == pytest.approx((design.weights**2).sum())


def test_lines_are_not_in_the_order_of_people() -> None:
    """Sums are the same for the same people in any order: no line number tells anybody."""
    rng = np.random.default_rng(1)
    n = 300
    answers, area = rng.choice([0.0, 1.0], n), rng.integers(0, 4, n)
    weights = rng.choice([1.0, 2.0], n)
    order = rng.permutation(n)
    first = sum_answers(answers, area, SurveyDesign(weights))
    other = sum_answers(answers[order], area[order], SurveyDesign(weights[order]))
    assert first.n.size == 8
    for name in ("area", "answer", "n", "weight", "square"):
        assert getattr(first, name) == pytest.approx(getattr(other, name))
