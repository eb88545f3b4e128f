"""A mixture of other areas stands for what would have been."""

from dataclasses import replace

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    CheckOutcome,
    Estimate,
    Mixture,
    Predictors,
    Statistic,
    SyntheticPanel,
    SyntheticResult,
    SyntheticRules,
    TreatedAs,
    simplex_weights,
    synthetic_control,
)
from convive.core.evaluation.synthetic_conformal import _moving_blocks
from convive.core.evaluation.synthetic_panel import read_panel
from convive.core.evaluation.synthetic_placebos import placebo_sets
from convive.core.model import Verdict

N, MONTHS, START = 40, 60, 42


def _counts(factor: float = 1.0, treated: tuple[int, ...] = (20,), seed: int = 1) -> np.ndarray:
    """Areas of 30 to 90 incidents a month with a season of their own strength."""
    rng = np.random.default_rng(seed)
    season = rng.uniform(0, 0.3, (N, 1)) * np.sin(np.arange(MONTHS) / 6 * np.pi)
    means = np.linspace(30, 90, N)[:, None] * np.exp(season)
    means[list(treated), START:] *= factor
    return rng.poisson(means).astype(float)


def _panel(counts: np.ndarray, treated: tuple[int, ...] = (20,), **given: object) -> SyntheticPanel:
    is_treated = np.isin(np.arange(counts.shape[0]), treated)
    return SyntheticPanel(counts, is_treated, START, **{"chosen_periods": 0, **given})


def _run(panel: SyntheticPanel, **rules: object) -> SyntheticResult:
    return synthetic_control(panel, np.random.default_rng(1), SyntheticRules(**rules))


def _outcome(estimate: Estimate, code: str) -> CheckOutcome:
    return next(check.outcome for check in estimate.checks if check.code == code)


def test_a_fall_by_a_third_is_found_and_counted() -> None:
    found = _run(_panel(_counts(2 / 3)))
    one = found.estimate
    assert one.effect == pytest.approx(-33, abs=6)
    assert one.low < -33 < one.high < 0
    assert one.verdict is Verdict.WORKED
    assert one.avoided == pytest.approx(18 * 60.8 / 3, rel=0.25)
    assert one.avoided_low < one.avoided < one.avoided_high
    assert (one.seen.n_treated, one.seen.n_comparison) == (1, N - 1)
    assert (one.seen.periods_before, one.seen.periods_after) == (START, MONTHS - START)
    assert one.p == pytest.approx(max(1 / N, found.details.conformal.p))


def test_a_rise_is_called_harmful() -> None:
    assert _run(_panel(_counts(1.6))).estimate.verdict is Verdict.HARMFUL


def test_without_an_effect_nothing_is_said() -> None:
    assert _run(_panel(_counts())).estimate.verdict not in {Verdict.WORKED, Verdict.HARMFUL}


def test_the_mixture_is_found_again() -> None:
    """An area that is a mixture of two others gets their weights, and no gap."""
    counts = _counts()
    counts[20] = 0.3 * counts[5] + 0.7 * counts[30]
    found = _run(_panel(counts), are_counts=False).details
    assert {one.area: one.weight for one in found.weights} == pytest.approx({5: 0.3, 30: 0.7})
    assert found.seen == pytest.approx(found.expected)


def test_weights_by_hand() -> None:
    """The nearest point of a triangle to a point outside lies on its side."""
    corners = [[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]]
    assert simplex_weights(corners, [[2.0, 2.0]])[0] == pytest.approx([0, 0.5, 0.5])
    assert simplex_weights(corners, [[-1.0, -1.0]])[0] == pytest.approx([1, 0, 0])
    banned = [[True, False, False]]
    assert simplex_weights(corners, [[-1.0, -1.0]], banned=banned)[0, 0] == 0


def test_stretches_of_time_by_hand() -> None:
    """Gaps 0 0 0 0 3 3: only the stretch after the start has a mean of 3."""
    gaps = np.array([[0.0, 0, 0, 0, 3, 3], [1, 1, 1, 1, 1, 1]])
    assert _moving_blocks(gaps, 4).tolist() == pytest.approx([1 / 6, 1.0])


def test_several_areas_together_and_each() -> None:
    treated = (10, 20, 30)
    for way in TreatedAs:
        one = _run(_panel(_counts(0.7, treated), treated), treated_as=way).estimate
        assert one.effect == pytest.approx(-30, abs=5)
        assert one.verdict is Verdict.WORKED
        assert one.seen.n_treated == 3
        assert _outcome(one, "synthetic_scattered") is CheckOutcome.CANNOT_TELL


def test_placebo_areas_lie_as_close_together_as_the_treated() -> None:
    treated = (10, 11, 12)
    place = np.arange(N)[:, None] * 1000.0
    panel = _panel(_counts(0.7, treated), treated, place=place)
    data = read_panel(panel, SyntheticRules())
    sets = placebo_sets(data, np.random.default_rng(1))
    assert sets.shape == (N - 3, 3)
    assert not np.isin(sets, treated).any()
    assert np.median(np.ptp(sets, axis=1)) == 2
    assert _outcome(_run(panel).estimate, "synthetic_scattered") is CheckOutcome.PASSED


def test_rates_not_counts_are_mixed_where_a_population_is_known() -> None:
    counts = _counts(0.7)
    people = np.linspace(1000, 90_000, N)
    plain, scaled = (_run(_panel(counts * f, exposure=people * f)) for f in (1.0, 2.0))
    assert plain.estimate.effect == pytest.approx(scaled.estimate.effect)
    assert plain.details.seen == pytest.approx(counts[20] / people[20])


def test_ridge_says_how_much_lies_outside() -> None:
    found = _run(_panel(_counts(2 / 3)), mixture=Mixture.RIDGE)
    assert found.details.penalty > 0
    assert 0 <= found.details.extrapolated < 0.5
    assert found.estimate.effect == pytest.approx(-33, abs=8)
    assert _outcome(found.estimate, "synthetic_extrapolation") in CheckOutcome


def test_both_ranks_are_told() -> None:
    found = _run(_panel(_counts(0.6)), statistic=Statistic.RMSPE_RATIO)
    assert found.details.p_rmspe_ratio == pytest.approx(1 / N)
    assert found.estimate.p >= found.details.p_rmspe_ratio
    assert found.details.placebo_gaps.shape == (N - 1, MONTHS)


def test_too_few_other_areas() -> None:
    counts = _counts(0.5)[10:30]
    panel = _panel(counts, (10,))
    estimate = _run(panel).estimate
    assert _outcome(estimate, "synthetic_donors") is CheckOutcome.PASSED
    assert estimate.verdict is Verdict.WORKED
    fewer = _run(_panel(counts[:-1], (10,))).estimate
    assert _outcome(fewer, "synthetic_donors") is CheckOutcome.FAILED
    assert fewer.verdict is Verdict.CANNOT_TELL


def test_an_area_that_stands_above_all_others() -> None:
    counts = _counts(0.7)
    counts[20] *= 4
    estimate = _run(_panel(counts)).estimate
    assert _outcome(estimate, "synthetic_reach") is CheckOutcome.FAILED
    assert estimate.verdict is Verdict.CANNOT_TELL
    own = _run(_panel(counts), is_own_scale=True).estimate
    assert _outcome(own, "synthetic_reach") is CheckOutcome.PASSED
    assert own.effect == pytest.approx(-30, abs=6)


def test_a_fit_that_is_poor_before_says_nothing() -> None:
    """A season that no other area has."""
    counts = np.random.default_rng(3).poisson(60, (N, MONTHS)).astype(float)
    counts[20] = 60 + 25 * np.sin(np.arange(MONTHS) / 6 * np.pi)
    counts[20, START:] *= 0.5
    estimate = _run(_panel(counts)).estimate
    assert _outcome(estimate, "synthetic_fit") is CheckOutcome.FAILED
    assert estimate.verdict is Verdict.CANNOT_TELL


def test_a_fall_that_began_earlier_is_no_effect() -> None:
    counts = _counts()
    counts[20, 28:] *= 0.5
    estimate = _run(_panel(counts)).estimate
    assert _outcome(estimate, "synthetic_in_time") is CheckOutcome.FAILED
    assert estimate.verdict is Verdict.CANNOT_TELL


def test_an_effect_that_hangs_on_one_area() -> None:
    """The only area that goes like ours before the start has a jump of its own after it."""
    rng = np.random.default_rng(5)
    course = 60 + 20 * np.sin(np.arange(MONTHS) / 9 * np.pi)
    counts = rng.poisson(60, (N, MONTHS)).astype(float)
    counts[20] = course + rng.normal(0, 1, MONTHS)
    counts[21] = course + rng.normal(0, 1, MONTHS)
    counts[21, START:] *= 1.8
    found = _run(_panel(counts))
    assert found.details.weights[0].area == 21
    assert found.estimate.p <= 0.05
    assert _outcome(found.estimate, "synthetic_one_donor") is CheckOutcome.FAILED
    assert found.estimate.verdict is Verdict.CANNOT_TELL


def test_too_short_a_time() -> None:
    counts = _counts(0.5)
    early = SyntheticPanel(counts[:, 34:], np.arange(N) == 20, 8, chosen_periods=0)
    estimate = _run(early).estimate
    assert _outcome(estimate, "synthetic_periods") is CheckOutcome.FAILED
    assert estimate.verdict is Verdict.CANNOT_TELL
    assert _run(replace(early, start=5)).estimate.reason == "SYNTHETIC_TOO_SHORT"


def test_areas_chosen_in_a_bad_year() -> None:
    counts = _counts()
    counts[20, START - 12 : START] *= 1.5
    panel = _panel(counts, chosen_periods=None)
    estimate = _run(panel).estimate
    assert _outcome(estimate, "chosen_at_peak") is CheckOutcome.FAILED
    assert estimate.verdict is Verdict.CANNOT_TELL
    told = _run(replace(panel, chosen_periods=12)).estimate
    assert _outcome(told, "chosen_at_peak") is CheckOutcome.PASSED
    assert told.seen.periods_before == START - 12


def test_a_change_of_recording_in_the_window() -> None:
    estimate = _run(_panel(_counts(0.5), uneven_breaks=(30,))).estimate
    assert _outcome(estimate, "uneven_break") is CheckOutcome.FAILED
    assert estimate.verdict is Verdict.CANNOT_TELL
    outside = _run(_panel(_counts(0.5), uneven_breaks=(0, MONTHS))).estimate
    assert outside.verdict is Verdict.WORKED


def test_missing_figures_are_left_out_and_never_zero() -> None:
    counts = _counts(0.7)
    whole = _run(_panel(np.delete(np.delete(counts, 50, axis=1), 3, axis=0), (19,)))
    counts[20, 50] = np.nan
    counts[3, 10] = np.nan
    found = _run(_panel(counts))
    assert _outcome(found.estimate, "missing_months") is CheckOutcome.FAILED
    assert _outcome(found.estimate, "synthetic_left_out") is CheckOutcome.FAILED
    assert found.estimate.effect == pytest.approx(whole.estimate.effect)


def test_too_little_for_an_answer_is_a_reason() -> None:
    alone = _counts()[[0, 20]]
    assert _run(_panel(alone, (1,))).estimate.reason == "SYNTHETIC_NO_DONORS"
    assert _run(_panel(np.full((30, MONTHS), 0.1))).estimate.reason == "SYNTHETIC_TOO_FEW"
    assert _run(_panel(np.full((30, MONTHS), 0.1))).details is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": -np.ones((N, MONTHS))}, "EFFECT_NEGATIVE_COUNT"),
        ({"treated": np.zeros(N, dtype=bool)}, "EFFECT_SHAPE"),
        ({"treated": np.ones(3, dtype=bool)}, "EFFECT_SHAPE"),
        ({"start": MONTHS}, "EFFECT_SHAPE"),
        ({"exposure": np.zeros(N)}, "EFFECT_WEIGHTS"),
        ({"place": np.zeros((3, 2))}, "EFFECT_SHAPE"),
    ],
)
def test_bad_input_is_refused(change: dict, code: str) -> None:
    with pytest.raises(MethodError) as refused:
        _run(replace(_panel(_counts()), **change))
    assert refused.value.code == code


def test_bad_weights_are_refused() -> None:
    with pytest.raises(MethodError) as refused:
        simplex_weights([[1.0]], [[1.0]], banned=[[True]])
    assert refused.value.code == "SYNTHETIC_NO_DONORS"
    with pytest.raises(MethodError) as refused:
        simplex_weights([[1.0, np.nan]], [[1.0, 2.0]])
    assert refused.value.code == "EFFECT_SHAPE"


def test_two_other_areas_give_an_effect_but_no_verdict() -> None:
    counts = _counts(0.5)[[18, 20, 22]]
    found = _run(_panel(counts, (1,)))
    assert found.estimate.effect == pytest.approx(-50, abs=8)
    assert found.estimate.p == 1.0
    assert (found.estimate.low, found.estimate.high) == (-100.0, None)
    assert found.estimate.verdict is Verdict.CANNOT_TELL


def test_predictors_keep_the_mixture_among_areas_alike() -> None:
    """Ninety areas: too many to weigh predictors, so that they count as much as the path."""
    rng = np.random.default_rng(4)
    counts = rng.poisson(40, (90, MONTHS)).astype(float)
    is_old_town = np.arange(90) % 3 == 0
    plain = _run(_panel(counts, (30,)))
    given = Predictors(is_old_town[:, None] * 1.0)
    matched = _run(_panel(counts, (30,), predictors=given))
    shares = [
        sum(one.weight for one in found.details.weights if is_old_town[one.area])
        for found in (plain, matched)
    ]
    assert shares[1] > 0.9 > shares[0]
    assert matched.details.predictor_weights == ()


def test_predictors_are_weighed_where_areas_are_few() -> None:
    rng = np.random.default_rng(4)
    level = np.linspace(30, 90, N)
    counts = rng.poisson(level[:, None], (N, MONTHS)).astype(float)
    given = Predictors(np.column_stack([level, rng.normal(size=N)]))
    found = synthetic_control(
        _panel(counts, predictors=given), np.random.default_rng(1), SyntheticRules(most_placebos=5)
    )
    first, second = found.details.predictor_weights
    assert first + second == pytest.approx(1.0)
    assert found.details.expected[:START].mean() == pytest.approx(level[20], rel=0.05)


def test_ridge_for_each_of_several_areas() -> None:
    treated = (10, 20, 30)
    found = _run(_panel(_counts(0.7, treated), treated), mixture=Mixture.RIDGE, treated_as=TreatedAs.EACH)  # fmt: skip
    assert found.estimate.effect == pytest.approx(-30, abs=6)
    assert found.estimate.verdict is Verdict.WORKED
