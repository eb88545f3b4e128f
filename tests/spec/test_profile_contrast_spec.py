"""What day and night, their intervals and their changes mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.temporal.aoristic import WeekProfile
from convive.core.temporal.profile_contrast import (
    daypart_change,
    daypart_contrast,
    hour_intervals,
    spread_sensitivity,
)


def _profile(night: float, day: float) -> WeekProfile:
    """Return a profile with so many incidents by night (22-06) and by day."""
    by_hour = np.full(24, day / 16)
    by_hour[[22, 23, *range(6)]] = night / 8
    return WeekProfile(np.tile(by_hour / 7, (7, 1)), round(night + day), 0, 0, 0)


def test_as_many_by_night_as_by_day_is_twice_the_rate() -> None:
    found = daypart_contrast(_profile(200, 200))
    assert found.share == pytest.approx(0.5)
    assert found.rate_ratio == pytest.approx(2.0)
    assert found.rate_interval[0] > 1.5
    assert found.p < 0.001


def test_runs_of_incidents_widen_the_interval() -> None:
    alone = daypart_contrast(_profile(40, 60))
    runs = daypart_contrast(_profile(40, 60), dispersion=3.0)
    assert runs.share_interval[0] < alone.share_interval[0]
    assert runs.share_interval[1] > alone.share_interval[1]
    assert runs.p > alone.p


def test_a_shift_into_the_night_is_found_and_the_same_share_is_not() -> None:
    shifted = daypart_change(_profile(100, 300), _profile(170, 230))
    assert shifted.difference == pytest.approx(0.175)
    assert shifted.interval[0] > 0
    assert shifted.p < 0.001
    same = daypart_change(_profile(100, 300), _profile(50, 150))
    assert same.difference == pytest.approx(0.0)
    assert same.interval[0] < 0 < same.interval[1]
    assert same.p > 0.9


def test_too_few_say_nothing() -> None:
    assert daypart_contrast(_profile(4, 5)).reason == "PROFILE_TOO_FEW"
    assert daypart_change(_profile(4, 5), _profile(50, 50)).reason == "PROFILE_TOO_FEW"


def test_all_by_night_has_no_upper_rate() -> None:
    found = daypart_contrast(_profile(30, 0))
    assert found.share_interval[1] == 1.0
    assert found.rate_interval[1] == float("inf")


def test_hours_have_poisson_limits() -> None:
    profile = WeekProfile(np.full((7, 24), 4.0), 672, 0, 0, 0)
    low, high = hour_intervals(profile)
    assert low[0, 0] == pytest.approx(1.0899, abs=1e-4)
    assert high[0, 0] == pytest.approx(10.2416, abs=1e-4)
    assert hour_intervals(WeekProfile(np.zeros((7, 24)), 0, 0, 0, 0))[0].max() == 0.0


def test_four_ways_to_place_a_burglary_of_a_working_day() -> None:
    starts = np.array(["2024-01-01T07:00", "2024-01-01T23:00"], dtype="datetime64[m]")
    ends = np.array(["2024-01-01T19:00", "NaT"], dtype="datetime64[m]")
    found = spread_sensitivity(starts, ends, [True, True])
    assert set(found.values()) == {0.5}
    assert np.isnan(spread_sensitivity(starts, ends, [False, False])["spread"])


def test_what_has_no_sense_is_refused() -> None:
    with pytest.raises(MethodError, match="PROFILE_UNKNOWN_PART"):
        daypart_contrast(_profile(30, 30), "noon")
    with pytest.raises(MethodError, match="PROFILE_DISPERSION"):
        daypart_contrast(_profile(30, 30), dispersion=0.5)
