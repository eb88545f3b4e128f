"""What an effect, its verdict and its warning mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    count_effect,
    verdict_of_effect,
    weighted_displacement_difference,
)
from convive.core.model import Verdict

QUIET = np.full((8, 24), 50)


def _treated(before: int, after: int) -> np.ndarray:
    return np.array([[before] * 12 + [after] * 12])


@pytest.mark.parametrize(
    ("treated", "effect", "verdict"),
    [
        (_treated(50, 35), -30.0, Verdict.WORKED),
        (_treated(50, 65), 30.0, Verdict.HARMFUL),
        (_treated(50, 50), 0.0, Verdict.CANNOT_TELL),
        (_treated(5000, 5000), 0.0, Verdict.DID_NOT_WORK),
    ],
)
def test_verdicts(treated: np.ndarray, effect: float, verdict: Verdict) -> None:
    others = QUIET if treated[0, 0] < 1000 else QUIET * 100
    result = count_effect(treated, others, 12)
    assert result.effect_percent == pytest.approx(effect, abs=1e-9)
    assert result.verdict is verdict
    assert result.is_clustered


def test_a_fall_that_the_others_had_too_is_no_effect() -> None:
    falling = np.array([[50] * 12 + [40] * 12] * 8)
    result = count_effect(_treated(50, 40), falling, 12)
    assert result.effect_percent == pytest.approx(0.0, abs=1e-9)
    assert result.verdict is not Verdict.WORKED


def test_where_areas_drift_apart_anyway_the_interval_is_wide() -> None:
    rng = np.random.default_rng(1)
    drift = np.exp(rng.normal(0, 0.3, 12))
    restless = np.array([[200] * 12 + [round(200 * d)] * 12 for d in drift])
    calm = np.full((12, 24), 200)
    wide = count_effect(_treated(200, 160), restless, 12)
    narrow = count_effect(_treated(200, 160), calm, 12)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)
    assert wide.verdict is Verdict.CANNOT_TELL
    assert narrow.verdict is Verdict.WORKED


def test_with_few_areas_the_months_speak_and_the_result_says_so() -> None:
    result = count_effect(_treated(50, 35), QUIET[:2], 12)
    assert not result.is_clustered
    assert result.verdict is Verdict.WORKED


@pytest.mark.parametrize(
    ("treated", "comparison", "start", "reason"),
    [
        (_treated(50, 50), [], 12, "EFFECT_NO_COMPARISON"),
        (_treated(50, 50), QUIET, 3, "EFFECT_TOO_SHORT"),
        (_treated(50, 50), QUIET, 20, "EFFECT_TOO_SHORT"),
        (_treated(0, 1), QUIET, 12, "EFFECT_TOO_FEW"),
    ],
)
def test_what_cannot_be_said_has_a_reason(
    treated: np.ndarray, comparison: np.ndarray, start: int, reason: str
) -> None:
    result = count_effect(treated, comparison, start)
    assert result.reason == reason
    assert result.effect_percent is None
    assert result.verdict is Verdict.CANNOT_TELL
    assert result.n_before == treated[:, :start].sum()


def test_an_area_chosen_at_its_peak_is_flagged() -> None:
    steady = np.full((8, 48), 50)
    peaked = np.array([[50] * 12 + [80] * 12 + [52] * 24])
    result = count_effect(peaked, steady, 24)
    assert result.was_chosen_at_peak is True
    assert result.verdict is Verdict.WORKED  # misleading by itself: hence the flag
    assert count_effect(steady[:1], steady[1:], 24).was_chosen_at_peak is False
    assert count_effect(_treated(50, 40), QUIET, 12).was_chosen_at_peak is None


def test_a_wave_that_all_areas_had_is_no_peak() -> None:
    wave = np.array([[50] * 12 + [80] * 12 + [52] * 24] * 9)
    assert count_effect(wave[:1], wave[1:], 24).was_chosen_at_peak is False


def test_the_adjusted_p_decides_where_it_is_given() -> None:
    result = count_effect(_treated(50, 35), QUIET, 12)
    assert verdict_of_effect(result, q=0.2) is Verdict.CANNOT_TELL
    assert verdict_of_effect(result, q=0.01) is Verdict.WORKED


def test_a_fall_to_nothing_stays_finite() -> None:
    result = count_effect(_treated(5, 0), QUIET, 12)
    assert -100.0 <= result.low < result.effect_percent < -90.0
    assert np.isfinite(result.high)


def test_bad_panels_are_refused() -> None:
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        count_effect(_treated(5, 5), QUIET[:, :20], 12)
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        count_effect(_treated(5, 5), QUIET, 24)
    with pytest.raises(MethodError, match="EFFECT_NEGATIVE_COUNT"):
        count_effect(_treated(5, -5), QUIET, 12)
    with pytest.raises(MethodError, match="EFFECT_WEIGHTS"):
        weighted_displacement_difference((1, 1), (1, 1), area_weights=(1, 1))
    with pytest.raises(MethodError, match="EFFECT_NEGATIVE_COUNT"):
        weighted_displacement_difference((-1, 1), (1, 1))
    with pytest.raises(MethodError, match="EFFECT_TOO_FEW"):
        weighted_displacement_difference((0, 0), (0, 0))
