"""What holds for every pair of survey waves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.evaluation import (
    SurveyChangePlan,
    SurveyWave,
    survey_change,
    survey_change_by_group,
)
from convive.core.model import Verdict
from convive.core.survey import SurveyDesign
from factories.survey_waves import WaveWorld

seeds = st.integers(0, 100_000)


def _waves(seed: int) -> tuple[SurveyWave, SurveyWave]:
    rng = np.random.default_rng(seed)
    world = WaveWorld(
        int(rng.integers(1, 6)),
        int(rng.integers(1, 6)),
        clusters=int(rng.integers(1, 6)),
        people=int(rng.integers(2, 20)),
        share=float(rng.uniform(0.02, 0.98)),
        areas_drift=float(rng.choice([0.0, 0.1])),
        stays=float(rng.choice([0.0, 0.5, 1.0])),
    )
    return world.waves(rng, float(rng.uniform(-0.2, 0.2)))


@given(seeds)
def test_effect_and_interval_agree(seed: int) -> None:
    found = survey_change(*_waves(seed))
    if found.effect is None:
        assert found.reason is not None
        assert found.verdict is Verdict.CANNOT_TELL
        return
    assert found.low < found.effect < found.high
    assert -200.0 <= found.effect <= 200.0
    assert (found.p <= 0.05) == (found.low > 0 or found.high < 0)


@given(seeds)
def test_yes_and_no_are_mirrored(seed: int) -> None:
    before, after = _waves(seed)
    flipped = [replace(wave, answers=1.0 - np.asarray(wave.answers)) for wave in (before, after)]
    one = survey_change(before, after, SurveyChangePlan(useful=5.0))
    other = survey_change(*flipped, SurveyChangePlan(useful=-5.0))
    assert one.reason == other.reason
    assert one.verdict is other.verdict
    if one.effect is not None:
        assert one.effect == pytest.approx(-other.effect, abs=1e-9)
        assert one.p == pytest.approx(other.p, rel=1e-6, abs=1e-12)


@given(seeds, st.floats(0.01, 100))
def test_only_proportions_of_weights_matter(seed: int, factor: float) -> None:
    waves = _waves(seed)
    scaled = [
        replace(
            wave,
            design=SurveyDesign(
                factor * wave.design.weights, wave.design.strata, wave.design.clusters
            ),
        )
        for wave in waves
    ]
    one, other = survey_change(*waves), survey_change(*scaled)
    assert one.reason == other.reason
    if one.effect is not None:
        assert (one.effect, one.p) == pytest.approx((other.effect, other.p), rel=1e-6, abs=1e-9)


@given(seeds)
def test_who_did_not_answer_is_as_good_as_absent_from_the_effect(seed: int) -> None:
    before, after = _waves(seed)
    answers = np.array(after.answers, dtype=float)
    answers[:2] = np.nan
    weights = after.design.weights.copy()
    weights[:2] = 0.0
    silent = survey_change(before, replace(after, answers=answers))
    weightless = survey_change(
        before,
        replace(after, design=SurveyDesign(weights, after.design.strata, after.design.clusters)),
    )
    assert silent.reason == weightless.reason
    if silent.effect is not None:
        assert silent.effect == pytest.approx(weightless.effect)
        assert silent.p == pytest.approx(weightless.p, rel=1e-6, abs=1e-12)


@given(seeds)
def test_adjusted_values_never_lie_below_the_plain_ones(seed: int) -> None:
    waves = _waves(seed)
    group = np.random.default_rng(seed).integers(0, 3, waves[0].design.n_respondents)
    for row in survey_change_by_group(*waves, (group, group)):
        assert (row.p is None) == (row.reason is not None)
        if row.p is not None:
            assert row.p <= row.p_adjusted <= 1.0
        if row.gap_p is not None:
            assert row.gap_p <= row.gap_p_adjusted <= 1.0
            assert row.gap_low < row.gap < row.gap_high


@given(seeds)
def test_a_decisive_failure_always_silences(seed: int) -> None:
    found = survey_change(*_waves(seed), SurveyChangePlan(same_wording=False))
    assert found.verdict is Verdict.CANNOT_TELL
