"""What an interrupted series says, what it refuses and what its checks see."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import CheckOutcome, Design, SeriesPlan, interrupted_series
from convive.core.model import Verdict

YEAR = np.array([40, 44, 50, 47, 41, 38, 36, 39, 45, 49, 46, 42])
FOUR_YEARS = np.tile(YEAR, 4)
PLAN = SeriesPlan(start=48, chosen_on=0)


def _series(after: np.ndarray | list[float]) -> np.ndarray:
    return np.concatenate([FOUR_YEARS, after])


def _check(estimate, code: str):
    return next(one for one in estimate.checks if one.code == f"series_{code}")


@pytest.mark.parametrize(
    ("factor", "scale", "verdict"),
    [
        (0.7, 1, Verdict.WORKED),
        (1.3, 1, Verdict.HARMFUL),
        (1.0, 100, Verdict.DID_NOT_WORK),
        (1.0, 0.1, Verdict.CANNOT_TELL),
    ],
)
def test_verdicts(factor: float, scale: float, verdict: Verdict) -> None:
    counts = np.round(scale * _series(np.tile(YEAR, 2) * factor))
    found = interrupted_series(counts, PLAN)
    assert found.design is Design.INTERRUPTED_SERIES
    assert found.verdict is verdict


def test_effect_and_avoided_incidents_are_those_against_the_course_before() -> None:
    found = interrupted_series(_series(np.tile(YEAR, 2) * 0.8), PLAN)
    assert found.effect == pytest.approx(-20.0, abs=1e-6)
    assert found.avoided == pytest.approx(0.2 * 2 * YEAR.sum(), rel=1e-6)
    assert found.avoided_low < found.avoided < found.avoided_high
    assert (found.seen.n_before, found.seen.periods_after) == (4 * YEAR.sum(), 24)


def test_a_series_that_falls_all_along_has_no_effect() -> None:
    falling = 200 * np.exp(-0.02 * np.arange(72))
    found = interrupted_series(np.round(falling), PLAN)
    assert abs(found.effect) < 2.0
    assert found.p > 0.05


def test_a_slow_start_is_told_by_the_plan() -> None:
    since = np.clip((np.arange(24) - 2) / 6, 0, 1)
    counts = _series(np.tile(YEAR, 2) * (1 - 0.4 * since)) * 10
    at_once = interrupted_series(counts, PLAN)
    slowly = interrupted_series(counts, SeriesPlan(start=48, delay=3, ramp=5))
    fitted = slowly.high - slowly.low
    assert fitted < at_once.high - at_once.low
    assert slowly.verdict is Verdict.WORKED


def test_an_effect_that_fades_is_seen_with_a_slope() -> None:
    fading = np.linspace(0.6, 1.0, 24)
    counts = 10 * _series(np.tile(YEAR, 2) * fading)
    found = interrupted_series(counts, SeriesPlan(start=48, has_slope=True))
    assert found.effect == pytest.approx(-20.0, abs=2.0)


def test_a_comparison_takes_out_what_hits_all() -> None:
    reform = np.where(np.arange(72) < 48, 1.0, 0.6)
    city = np.round(10 * _series(np.tile(YEAR, 2)) * reform)
    ours = np.round(_series(np.tile(YEAR, 2)) * reform)
    assert interrupted_series(ours, PLAN).verdict is Verdict.WORKED
    beside = interrupted_series(ours, PLAN, comparison=city)
    assert abs(beside.effect) < 3.0
    assert beside.verdict is not Verdict.WORKED
    assert beside.seen.n_comparison == 1


def test_a_recording_break_at_the_start_makes_it_impossible_to_tell() -> None:
    counts = _series(np.tile(YEAR, 2) * 0.6)
    found = interrupted_series(counts, SeriesPlan(start=48, breaks=(46,)))
    assert _check(found, "break").outcome is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL
    city = np.round(10 * counts)
    beside = interrupted_series(counts, SeriesPlan(start=48, breaks=(46,)), comparison=city)
    assert _check(beside, "break").outcome is CheckOutcome.PASSED


def test_an_early_recording_break_is_part_of_the_model() -> None:
    counts = 10 * _series(np.tile(YEAR, 2) * 0.7) * np.where(np.arange(72) < 20, 0.5, 1.0)
    known = interrupted_series(counts, SeriesPlan(start=48, breaks=(20,)))
    assert known.effect == pytest.approx(-30.0, abs=0.1)
    assert known.verdict is Verdict.WORKED
    unknown = interrupted_series(counts, PLAN)
    assert unknown.verdict is Verdict.CANNOT_TELL
    assert {check.code for check in unknown.failed} & {"series_course", "series_placebo"}


def test_missing_months_are_left_out() -> None:
    counts = _series(np.tile(YEAR, 2) * 0.7).astype(float)
    counts[[5, 30, 60]] = np.nan
    found = interrupted_series(counts, PLAN)
    assert found.effect == pytest.approx(-30.0, abs=1e-4)
    assert (found.seen.periods_before, found.seen.periods_after) == (46, 23)


def test_a_place_chosen_at_its_peak_is_judged_without_the_peak() -> None:
    counts = 4 * _series(np.tile(YEAR, 2)).astype(float)
    counts[36:48] *= 1.5
    naive = interrupted_series(counts, PLAN)
    assert naive.effect < -20.0
    assert naive.verdict is Verdict.CANNOT_TELL
    told = interrupted_series(counts, SeriesPlan(start=48, chosen_on=12))
    assert abs(told.effect) < 1.0


def test_an_answer_that_rests_on_one_month_is_no_answer() -> None:
    counts = _series(np.tile(YEAR, 2)) * 3
    counts[60] = 2500
    found = interrupted_series(counts, PLAN)
    assert _check(found, "outlier").params["period"] == 60
    assert found.verdict is not Verdict.HARMFUL


@pytest.mark.parametrize(
    ("counts", "plan", "reason"),
    [
        (FOUR_YEARS, SeriesPlan(start=20), "series_too_short"),
        (FOUR_YEARS, SeriesPlan(start=45), "series_too_short"),
        (FOUR_YEARS, SeriesPlan(start=30, ramp=15), "series_too_short"),
        (np.zeros(72), PLAN, "series_too_few"),
    ],
)
def test_what_cannot_be_said_has_a_reason(
    counts: np.ndarray, plan: SeriesPlan, reason: str
) -> None:
    found = interrupted_series(counts, plan)
    assert (found.reason, found.effect, found.verdict) == (reason, None, Verdict.CANNOT_TELL)


def test_a_fall_to_nothing_stays_finite() -> None:
    found = interrupted_series(_series(np.zeros(24)), PLAN)
    assert -100.0 <= found.low < found.effect < -95.0
    assert found.high < 0
    assert np.isfinite(found.avoided)


def test_weeks_have_a_season_of_a_year() -> None:
    week = np.arange(208)
    counts = np.round(60 * np.exp(0.3 * np.sin(2 * np.pi * week / 52)))
    counts[150:] = np.round(0.75 * counts[150:])
    found = interrupted_series(counts, SeriesPlan(start=150, period=52))
    assert found.effect == pytest.approx(-25.0, abs=1.5)


def test_exposure_is_divided_by() -> None:
    people = np.where(np.arange(72) < 48, 1000.0, 700.0)
    counts = _series(np.tile(YEAR, 2) * 0.7)
    found = interrupted_series(counts, PLAN, exposure=people)
    assert found.effect == pytest.approx(0.0, abs=1e-6)


def test_bad_series_are_refused() -> None:
    with pytest.raises(MethodError, match="SERIES_SHAPE"):
        interrupted_series(np.ones((2, 60)), PLAN)
    with pytest.raises(MethodError, match="SERIES_SHAPE"):
        interrupted_series(FOUR_YEARS, PLAN)
    with pytest.raises(MethodError, match="SERIES_SHAPE"):
        interrupted_series(_series(YEAR), PLAN, comparison=np.ones(10))
    with pytest.raises(MethodError, match="SERIES_NEGATIVE_COUNT"):
        interrupted_series(-_series(YEAR), PLAN)
    with pytest.raises(MethodError, match="SERIES_NO_EXPOSURE"):
        interrupted_series(_series(YEAR), PLAN, exposure=np.zeros(60))


def test_without_a_word_on_the_choice_no_rise_before_is_passed_over() -> None:
    counts = 4 * _series(np.tile(YEAR, 2) * 0.7).astype(float)
    counts[:48] += np.tile([9, -9, 0], 16)
    counts[36:48] *= 1.03
    assert interrupted_series(counts, PLAN).verdict is Verdict.WORKED
    unsaid = interrupted_series(counts, SeriesPlan(start=48))
    assert _check(unsaid, "peak").outcome is CheckOutcome.FAILED
    assert unsaid.verdict is Verdict.CANNOT_TELL
