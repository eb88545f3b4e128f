"""What the correction for places chosen at their worst says and refuses."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import Design, chosen_at_peak, expected_after_choice
from convive.core.model import Verdict


def _rng() -> np.random.Generator:
    return np.random.default_rng(7)


def _city(fall: float = 1.0, n: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    rates = rng.gamma(4.0, 10.0, n)
    before = rng.poisson(rates)
    chosen = before >= np.sort(before)[-12]
    return before, rng.poisson(np.where(chosen, fall, 1.0) * rates), chosen


def test_the_fall_that_was_to_come_is_no_effect() -> None:
    found = chosen_at_peak(*_city(), rng=_rng())
    assert found.raw_change < -7.0
    assert found.expected_by_shrinkage < -5.0
    assert found.estimate.low < 0.0 < found.estimate.high
    assert found.estimate.verdict is not Verdict.WORKED
    assert found.estimate.design is Design.CHOSEN_AT_PEAK


def test_a_fall_far_beyond_it_is_an_effect_and_smaller_than_it_looks() -> None:
    found = chosen_at_peak(*_city(0.5), rng=_rng())
    assert found.estimate.verdict is Verdict.WORKED
    assert found.raw_change < found.estimate.effect < -35.0
    assert found.estimate.avoided > 0.0


def test_a_fall_that_all_had_is_no_effect() -> None:
    before, after, chosen = _city()
    found = chosen_at_peak(before, np.round(0.5 * after), chosen, rng=_rng())
    assert found.estimate.verdict is not Verdict.WORKED
    assert abs(found.estimate.effect) < 15.0


def test_before_the_choice_is_made_it_says_what_will_come_anyway() -> None:
    before, _, chosen = _city()
    assert -20.0 < expected_after_choice(before, chosen) < -5.0
    alike = np.random.default_rng(3).poisson(5.0, 300)
    assert expected_after_choice(alike, alike >= 10) < -45.0


def test_places_that_were_not_the_worst_are_told() -> None:
    before, after, _chosen = _city()
    usual = np.zeros(before.size, dtype=bool)
    usual[np.argsort(before)[90:102]] = True
    found = chosen_at_peak(before, after, usual, rng=_rng())
    assert {check.code for check in found.estimate.failed} == {"peak_rule"}
    assert abs(found.expected_by_shrinkage) < 3.0


def test_unknown_counts_are_left_out_and_exposure_is_divided_by() -> None:
    before, after, chosen = (np.asarray(one, dtype=float) for one in _city())
    whole = chosen_at_peak(before, after, chosen > 0, rng=_rng())
    more = np.append(before, [np.nan, 5.0]), np.append(after, [3.0, np.nan])
    held = chosen_at_peak(*more, np.append(chosen > 0, [False, False]), rng=_rng())
    assert held.estimate == whole.estimate
    base = np.stack([np.full(before.size, 12.0), np.full(before.size, 6.0)])
    half = chosen_at_peak(before, np.round(after / 2), chosen > 0, exposure=base, rng=_rng())
    assert half.estimate.effect == pytest.approx(whole.estimate.effect, abs=5.0)


def test_a_fall_to_nothing_stays_finite() -> None:
    before, after, chosen = _city()
    found = chosen_at_peak(before, np.where(chosen, 0, after), chosen, rng=_rng())
    assert -100.0 < found.estimate.effect < -95.0
    assert np.isfinite(found.estimate.high)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([30] * 8, [30] * 8, "peak_too_few_areas"),
        ([0] * 29 + [25], [0] * 30, "peak_too_few"),
    ],
)
def test_what_cannot_be_said_has_a_reason(before: list, after: list, reason: str) -> None:
    chosen = np.arange(len(before)) == len(before) - 1
    found = chosen_at_peak(before, after, chosen, rng=_rng())
    assert found.estimate.reason == reason
    assert found.raw_change is None
    assert found.estimate.verdict is Verdict.CANNOT_TELL


def test_bad_places_are_refused() -> None:
    chosen = np.array([True, False])
    with pytest.raises(MethodError, match="PEAK_SHAPE"):
        chosen_at_peak([1, 2], [1], chosen, rng=_rng())
    with pytest.raises(MethodError, match="PEAK_SHAPE"):
        chosen_at_peak([1, 2], [1, 2], chosen, exposure=[1.0], rng=_rng())
    with pytest.raises(MethodError, match="PEAK_NEGATIVE_COUNT"):
        chosen_at_peak([1, -2], [1, 2], chosen, rng=_rng())
    with pytest.raises(MethodError, match="PEAK_NO_EXPOSURE"):
        chosen_at_peak([1, 2], [1, 2], chosen, exposure=[1.0, 0.0], rng=_rng())
    with pytest.raises(MethodError, match="PEAK_NOBODY_CHOSEN"):
        chosen_at_peak([1, 2], [1, 2], ~chosen & chosen, rng=_rng())
