"""What trends, breaks, profiles and their verdicts mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.model import Verdict
from convive.core.temporal import (
    daypart_counts,
    daypart_weights,
    detect_break,
    detect_breaks,
    jump_at,
    long_trend,
    monthly_trend,
    pooled_dispersion,
    robust_dispersion,
    share_trend,
    verdict_of_change,
    weekday_hour_profile,
    yearly_trend,
)

SEASON = [80, 85, 95, 100, 110, 115, 120, 118, 105, 100, 90, 82]


def _moments(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[m]")


def test_a_pure_season_is_no_change() -> None:
    result = monthly_trend(SEASON * 4)
    assert result.change_percent == pytest.approx(0.0, abs=1e-9)
    assert result.dispersion == 1.0
    assert (
        verdict_of_change(result.change_percent, (result.low, result.high), result.p)
        is Verdict.NO_CLEAR_CHANGE
    )


def test_a_fall_by_a_fifth_is_found_and_its_stretches_are_named() -> None:
    counts = [10 * c for c in SEASON * 4] + [8 * c for c in SEASON]
    result = monthly_trend(counts)
    assert result.change_percent == pytest.approx(-20.0)
    assert result.low < -20.0 < result.high < 0.0
    assert (result.before, result.after) == ((36, 48), (48, 60))
    assert result.n == 18 * sum(SEASON)
    assert result.p < 0.001


def test_a_slow_fall_over_five_years_is_found_from_first_to_last_year() -> None:
    counts = [10 * c * 0.94**year for year in range(5) for c in SEASON]
    result = long_trend(np.round(counts))
    assert result.change_percent == pytest.approx(100 * (0.94**4 - 1), abs=0.2)
    assert (result.before, result.after) == ((0, 12), (48, 60))
    assert result.p < 0.001


@pytest.mark.parametrize(
    ("n", "breaks", "before"),
    [
        (84, [], (24, 36)),  # at most five years, the last included
        (31, [], (7, 19)),  # whole years apart: the same calendar months
        (60, [20], (24, 36)),  # never across a break
    ],
)
def test_the_first_year_is_the_first_that_can_be_compared(
    n: int, breaks: list[int], before: tuple[int, int]
) -> None:
    counts = (10 * np.array(SEASON * 7))[:n]
    result = long_trend(counts, breaks=breaks)
    assert (result.before, result.after) == (before, (n - 12, n))
    assert result.change_percent == pytest.approx(0.0, abs=1e-9)


def test_an_odd_year_between_does_not_hide_the_change_of_ten() -> None:
    years = [1000, 985, 960, 950, 925, 600, 640, 885, 862, 850]
    fixed, robust = pooled_dispersion([years]), robust_dispersion([years])
    assert robust[0] < fixed[0] / 10
    assert robust[1] == fixed[1] - 2
    found = yearly_trend(years, dispersion=robust).ends
    assert (found.before, found.after) == ((0, 1), (9, 10))
    assert found.amount == pytest.approx(-15.0)
    assert found.p < 0.05 < yearly_trend(years, dispersion=fixed).ends.p


def test_ten_years_are_the_longest_that_two_years_are_compared_over() -> None:
    found = yearly_trend([5000, 100, 100, *[100] * 9]).ends
    assert (found.before, found.amount) == ((2, 3), 0.0)


def test_few_years_have_no_odd_one() -> None:
    years = [[1000, 700, 1000, 1010, 990, 1000]]
    assert robust_dispersion(years) == pooled_dispersion(years)


def test_months_that_still_fill_up_are_not_compared_but_get_an_expectation() -> None:
    counts = [10 * c for c in SEASON * 4]
    counts[-2:] = [300, 5]
    result = monthly_trend(counts, incomplete_last=2)
    assert result.after == (34, 46)
    assert result.change_percent == pytest.approx(0.0, abs=1e-9)
    assert result.expected[-1] == pytest.approx(820, rel=0.02)


def test_a_recording_break_is_no_rise() -> None:
    counts = [10 * c for c in SEASON * 2] + [13 * c for c in SEASON * 2]
    crossing = monthly_trend(counts[:36])
    assert crossing.change_percent == pytest.approx(30.0)
    after_break = monthly_trend(counts, breaks=[24])
    assert after_break.change_percent == pytest.approx(0.0, abs=1e-9)
    assert after_break.segment.tolist() == [0] * 24 + [1] * 24


def test_a_young_segment_compares_its_halves_with_the_season_of_all_years() -> None:
    counts = [10 * c for c in SEASON * 3] + [13 * c for c in SEASON] + [13 * c for c in SEASON[:4]]
    result = monthly_trend(counts, breaks=[36])
    assert result.before == (36, 44)
    assert result.after == (44, 52)
    assert result.change_percent == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize(
    ("counts", "breaks", "reason"),
    [
        ([100] * 23, [], "TREND_TOO_SHORT"),
        ([0] * 59 + [1], [], "TREND_TOO_FEW"),
        ([5] * 36 + [0] * 24, [], "TREND_TOO_FEW"),
        ([100] * 48, [40], "TREND_BREAK_IN_THE_WAY"),
        ([100] * 40, [20], "TREND_BREAK_IN_THE_WAY"),
    ],
)
def test_what_cannot_be_said_has_a_reason(counts: list, breaks: list, reason: str) -> None:
    result = monthly_trend(counts, breaks=breaks)
    assert result.reason == reason
    assert result.change_percent is None
    assert result.p is None
    assert verdict_of_change(None, None, None) is Verdict.CANNOT_TELL


def test_a_comparison_never_crosses_a_break() -> None:
    for at in range(1, 60):
        result = monthly_trend([50] * 60, breaks=[at])
        if result.before is not None:
            assert not result.before[0] < at < result.after[1]


def test_a_growing_population_is_allowed_for() -> None:
    people = np.repeat([1000, 1000, 1100], 12)
    result = monthly_trend(people // 10, exposure=people)
    assert result.change_percent == pytest.approx(0.0, abs=1e-9)


def test_a_fall_to_nothing_stays_finite() -> None:
    result = monthly_trend([4] * 12 + [0] * 12)
    assert -100.0 < result.low < result.change_percent < -90.0
    assert result.p < 0.01


def test_bad_series_are_refused() -> None:
    with pytest.raises(MethodError, match="TREND_NEGATIVE_COUNT"):
        monthly_trend([1, -1] * 12)
    with pytest.raises(MethodError, match="TREND_SHAPE"):
        monthly_trend([1] * 24, exposure=[1.0])
    with pytest.raises(MethodError, match="TREND_NO_EXPOSURE"):
        monthly_trend([1] * 24, exposure=[0.0] * 24)
    with pytest.raises(MethodError, match="BREAK_NEGATIVE_COUNT"):
        detect_break([-1.0] * 60, rng=np.random.default_rng(1))
    with pytest.raises(MethodError, match="PROFILE_SHAPE"):
        weekday_hour_profile(_moments("2024-01-01"), _moments(), [True])


def test_yearly_counts_fall_by_a_tenth_a_year() -> None:
    trend = yearly_trend([1000, 900, 810, 729])
    assert trend.whole.amount == pytest.approx(-27.1)
    assert trend.latest.amount == pytest.approx(-10.0)
    assert (trend.whole.before, trend.whole.after) == ((0, 1), (3, 4))


@pytest.mark.parametrize(
    ("counts", "breaks", "reason"),
    [
        ([100, 100, 100], [], "TREND_TOO_SHORT"),
        ([100] * 6, [3], "TREND_BREAK_IN_THE_WAY"),
        ([2, 3, 2, 4], [], "TREND_TOO_FEW"),
    ],
)
def test_yearly_reasons(counts: list, breaks: list, reason: str) -> None:
    assert yearly_trend(counts, breaks=breaks).reason == reason


def test_four_years_borrow_their_noise_from_all_areas() -> None:
    rng = np.random.default_rng(7)
    areas = rng.poisson(rng.gamma(50, 4, (40, 4)))
    pooled = pooled_dispersion(areas)
    assert 3.0 < pooled[0] < 8.0
    assert pooled[1] == 80
    alone = yearly_trend([200, 190, 210, 200])
    shared = yearly_trend([200, 190, 210, 200], dispersion=pooled)
    assert shared.dispersion == pooled[0]
    assert alone.dispersion == 1.0


def test_survey_waves_are_compared_in_points_and_a_missing_wave_is_skipped() -> None:
    trend = share_trend([0.20, np.nan, 0.26, 0.30], [0.01, np.nan, 0.01, 0.01])
    assert trend.whole.amount == pytest.approx(10.0)
    assert trend.latest.amount == pytest.approx(4.0)
    assert trend.latest.before == (2, 3)
    assert share_trend([0.2], [0.01]).reason == "TREND_TOO_SHORT"
    assert share_trend([0.2, 0.3], [0.01, 0.01], breaks=[1]).reason == "TREND_BREAK_IN_THE_WAY"


@pytest.mark.parametrize(
    ("change", "interval", "p", "q", "verdict"),
    [
        (-20, (-30, -9), 0.001, 0.01, Verdict.CLEAR_FALL),
        (20, (9, 30), 0.001, 0.01, Verdict.CLEAR_RISE),
        (-20, (-38, -1), 0.04, 0.30, Verdict.LIKELY_FALL),
        (20, (-2, 42), 0.08, 0.50, Verdict.LIKELY_RISE),
        (2, (-6, 11), 0.60, 0.90, Verdict.NO_CLEAR_CHANGE),
        (2, (-40, 70), 0.90, 0.95, Verdict.CANNOT_TELL),
        (-8, (-21, 5), 0.20, 0.60, Verdict.CANNOT_TELL),
    ],
)
def test_verdicts(change: float, interval: tuple, p: float, q: float, verdict: Verdict) -> None:
    assert verdict_of_change(change, interval, p, q) is verdict


def test_a_jump_is_found_with_month_and_size() -> None:
    rng = np.random.default_rng(11)
    level = np.repeat([1000, 1200], [34, 26]) * np.tile(SEASON, 5) / 100
    result = detect_break(rng.poisson(level), rng=rng)
    assert result.index == 34
    assert result.low < 1.2 < result.high
    assert result.p <= 0.005
    assert [found.index for found in detect_breaks(rng.poisson(level), rng=rng)] == [34]


def test_a_known_jump_is_not_found_again() -> None:
    rng = np.random.default_rng(12)
    level = np.repeat([1000, 1200], [34, 26]) * np.tile(SEASON, 5) / 100
    assert detect_break(rng.poisson(level), rng=rng, known_breaks=[34]).p > 0.05


def test_a_slow_rise_is_no_jump() -> None:
    rng = np.random.default_rng(13)
    level = np.linspace(1000, 1600, 60) * np.tile(SEASON, 5) / 100
    assert detect_break(rng.poisson(level), rng=rng).p > 0.05


def test_breaks_are_not_sought_in_short_or_rare_series() -> None:
    rng = np.random.default_rng(14)
    assert detect_break([100] * 24, rng=rng).reason == "BREAK_TOO_SHORT"
    assert detect_break([2] * 60, rng=rng).reason == "BREAK_TOO_FEW"
    assert detect_breaks([2] * 60, rng=rng) == ()


def test_a_moment_counts_in_its_hour_and_a_range_in_all_of_its_hours() -> None:
    starts = _moments("2024-01-01T08:15", "2024-01-06T23:00", "2024-01-07T23:30")
    ends = _moments("NaT", "2024-01-07T01:00", "2024-01-08T00:30")
    profile = weekday_hour_profile(starts, ends, [True] * 3)
    counts = profile.expected_counts
    assert counts[0, 8] == 1.0
    assert (counts[5, 23], counts[6, 0]) == (0.5, 0.5)
    assert (counts[6, 23], counts[0, 0]) == (0.5, 0.5)  # Sunday night runs into Monday
    assert profile.n == 3


def test_what_says_nothing_about_the_hour_is_left_out_and_counted() -> None:
    starts = _moments("2024-01-01", "2024-01-01", "2024-01-05T12:00", "NaT")
    ends = _moments("NaT", "2024-01-20", "2024-01-05T11:00", "NaT")
    profile = weekday_hour_profile(starts, ends, [False, True, True, True])
    assert (profile.n, profile.n_imprecise, profile.n_too_long, profile.n_backward) == (0, 2, 1, 1)
    assert profile.expected_counts.sum() == 0.0


def test_day_and_night_fill_the_day() -> None:
    starts = _moments("2024-01-01T21:00", "2024-01-01T05:30", "2024-01-02T03:00")
    ends = _moments("2024-01-01T23:00", "2024-01-01T06:30", "NaT")
    weights = daypart_weights(starts, ends, [True, True, True])
    assert weights.tolist() == [[0.5, 0.5], [0.5, 0.5], [0.0, 1.0]]
    parts = daypart_counts(weekday_hour_profile(starts, ends, [True] * 3))
    assert parts == {"day": pytest.approx(1.0), "night": pytest.approx(2.0)}
    evening = daypart_weights(starts, ends, [True] * 3, dayparts={"evening": (18, 22)})
    assert evening[:, 0].tolist() == [0.5, 0.0, 0.0]


def test_a_jump_elsewhere_is_measured_in_the_month_that_is_given() -> None:
    before, after = [1000, 1040, 980, 1010] * 6, [800, 830, 790, 810] * 6
    found = jump_at([*before, *after], 24)
    assert found.ratio == pytest.approx(0.8, abs=0.02)
    assert found.p is not None
    assert found.p < 0.01
    level = jump_at([*before, *before], 24)
    assert level.low < 1 < level.high
    assert jump_at([*before, *after], 46).reason == "BREAK_TOO_SHORT"
