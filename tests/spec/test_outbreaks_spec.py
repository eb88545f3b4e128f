"""What an unusual month, a chart and their bounds mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.temporal.control_charts import (
    cusum,
    cusum_design,
    cusum_run_length,
    ears,
    glr_statistics,
    glr_threshold,
)
from convive.core.temporal.farrington import Reference, farrington, reference_periods
from convive.core.temporal.unusual import unusual_periods

SEASON = [80, 85, 95, 100, 110, 115, 120, 118, 105, 100, 90, 82]


def test_a_summer_high_is_usual_and_a_winter_high_is_not() -> None:
    winter = SEASON * 5
    winter[-1] = 120
    found = unusual_periods([SEASON * 5, winter])
    assert found.expected[:, 0] == pytest.approx([82, 82], rel=1e-6)
    assert found.is_unusual[:, 0].tolist() == [False, True]
    assert (found.upper[:, 0] < 120).all()


def test_a_series_that_looks_calm_among_noisy_ones_is_given_some_of_their_noise() -> None:
    noisy = np.random.default_rng(1).poisson(
        np.exp(np.random.default_rng(2).normal(3.5, 0.5, (9, 60)))
    )
    calm = [30, 31, 29, 30, 32, 28] * 10
    alone = unusual_periods([calm], false_alarms_a_year=0.1)
    among = unusual_periods([*noisy, calm], false_alarms_a_year=1.0)
    assert among.alpha == pytest.approx(alone.alpha)
    assert among.expected[-1] == pytest.approx(alone.expected[0])
    assert among.upper[-1, 0] > 1.2 * alone.upper[0, 0]


def test_the_level_is_the_accepted_number_over_all_tests_of_a_year() -> None:
    found = unusual_periods([SEASON * 4] * 10, false_alarms_a_year=2.0)
    assert found.alpha == pytest.approx(2 / 120)
    assert found.false_alarms_a_year == pytest.approx(found.p * 120)


def test_months_that_still_fill_up_are_not_asked_about() -> None:
    counts = [*(SEASON * 5), 300, 5]
    found = unusual_periods([counts], incomplete_last=2, latest=3)
    assert found.first == 57
    assert found.counts.tolist() == [[100, 90, 82]]
    assert not found.is_unusual.any()


def test_a_past_outbreak_hides_a_new_one_less_than_it_would() -> None:
    counts = np.tile([20, 22, 19, 21, 18, 20, 23, 21, 20, 19, 22, 20], 5)
    counts[[23, 30]] = 80
    counts[-1] = 45
    assert unusual_periods([counts]).is_unusual.all()


def test_five_where_there_never_was_one_is_unusual_and_one_is_not() -> None:
    none = [0] * 60
    found = unusual_periods([[*none, 1], [*none, 5]], false_alarms_a_year=0.2)
    assert found.is_unusual[:, 0].tolist() == [False, True]


@pytest.mark.parametrize(
    ("counts", "given", "code"),
    [
        ([[1, -1] * 24], {}, "OUTBREAK_BAD_COUNTS"),
        ([[1.5] * 48], {}, "OUTBREAK_BAD_COUNTS"),
        ([1] * 48, {}, "OUTBREAK_BAD_COUNTS"),
        ([[1] * 24], {}, "OUTBREAK_TOO_SHORT"),
        ([[1] * 48], {"latest": 0}, "OUTBREAK_TOO_SHORT"),
        ([[1] * 48], {"false_alarms_a_year": 0.0}, "OUTBREAK_NO_BUDGET"),
    ],
)
def test_what_cannot_be_watched_is_refused(counts: list, given: dict, code: str) -> None:
    with pytest.raises(MethodError) as refused:
        unusual_periods(counts, **given)
    assert refused.value.code == code


def test_reference_periods_are_the_windows_of_the_last_years() -> None:
    index, group = reference_periods(130, 200, Reference(years=2, half_window=1))
    assert index.tolist() == [25, 26, 27, 77, 78, 79]
    assert set(group) == {0}
    with pytest.raises(MethodError, match="OUTBREAK_TOO_SHORT"):
        reference_periods(104, 200, Reference(years=2, half_window=1))


def test_a_bound_needs_five_recent_events() -> None:
    counts = np.zeros((1, 300))
    counts[0, ::20] = 1
    found = farrington(counts, [299])
    assert np.isnan(found.upper[0, 0])
    assert not found.is_alarm[0, 0]


def test_ears_by_hand() -> None:
    counts = [[1, 2, 3, 4, 5, 6, 7, 30]]
    spread = np.std(range(1, 8), ddof=1)
    assert ears(counts, alpha=0.025)[0, 7] == pytest.approx(4 + 1.959964 * spread)
    assert np.isnan(ears(counts, method="C2")).all()
    assert np.isnan(ears([[1, 2]])).all()


def test_equal_counts_do_not_make_the_next_certain() -> None:
    assert ears([[3] * 8])[0, 7] == pytest.approx(3 + 0.5 * 3.090232)


def test_a_cusum_adds_up_and_starts_again() -> None:
    sums, alarms = cusum([[5, 5, 5, 5]], 3.0, 4.0)
    assert sums.tolist() == [[2.0, 4.0, 2.0, 4.0]]
    assert alarms.tolist() == [[False, True, False, True]]


def test_a_first_count_at_the_threshold_is_geometric() -> None:
    # Allowance 1 and threshold 1: the sum is 0 until a count of 2 or more.
    alarm = 1 - np.exp(-0.5) * 1.5
    assert cusum_run_length(0.5, 1.0, 1.0) == pytest.approx(1 / alarm)


def test_the_smallest_threshold_that_keeps_the_run_length() -> None:
    design = cusum_design(4.0, 1.5, 200.0)
    assert design.run_length >= 200.0
    assert cusum_run_length(4.0, design.allowance, design.threshold - 0.1) < 200.0


def test_a_lasting_rise_lifts_the_glr_month_by_month() -> None:
    found = glr_statistics([[10] * 12 + [15] * 6], 10.0)[0]
    assert found[:12].max() == 0.0
    assert (np.diff(found[11:]) > 0).all()
    assert glr_statistics([[10, 20]], 10.0, 2.0)[0, 1] == pytest.approx(
        glr_statistics([[10, 20]], 10.0)[0, 1] / 2
    )


@pytest.mark.parametrize(
    "asked",
    [
        lambda: cusum_run_length(0.0, 1.0, 1.0),
        lambda: cusum_design(1.0, 1.0, 100.0),
        lambda: glr_statistics([[1]], 0.0),
        lambda: glr_threshold([1.0], 0.5, false_alarms=0.05, rng=np.random.default_rng(1)),
    ],
)
def test_a_chart_without_sense_is_refused(asked: object) -> None:
    with pytest.raises(MethodError, match="CHART_BAD_DESIGN"):
        asked()
