"""What forecasts, seasons and courses against the rest of the city mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.significance import averaged_f_p, averaged_t_p
from convive.core.temporal.forecast import forecast
from convive.core.temporal.relative import relative_trends
from convive.core.temporal.season_profile import season_profile

SEASON = [80, 85, 95, 100, 110, 115, 120, 118, 105, 100, 90, 82]


def test_weights_that_round_above_one_still_give_a_probability() -> None:
    weight = np.full(10, 0.1 + 1e-12)
    assert averaged_t_p(np.zeros(10), 5.0, weight) == 1.0
    assert averaged_f_p(np.zeros(10), (2.0, 5.0), weight) == 1.0


def test_a_pure_season_goes_on() -> None:
    found = forecast(SEASON * 5, ahead=12)
    assert found.expected == pytest.approx(SEASON, rel=1e-3)
    assert (found.low < SEASON).all()
    assert (found.high > SEASON).all()
    assert found.dispersion == 1.0


def test_a_fall_goes_on_and_a_jump_does_not_count_twice() -> None:
    falling = [round(10 * c * 0.9 ** (m / 12)) for m, c in enumerate(SEASON * 5)]
    assert forecast(falling).expected[0] == pytest.approx(800 * 0.9**5, rel=0.02)
    jumped = [10 * c for c in SEASON * 3] + [13 * c for c in SEASON * 2]
    assert forecast(jumped, breaks=[36]).expected[0] == pytest.approx(1040, rel=0.02)


def test_two_years_leave_open_whether_there_is_a_line() -> None:
    short = forecast([10 * n for n in SEASON * 2], ahead=6)
    width = np.log(short.high / short.low)
    assert width[-1] > 0.25  # half a year ahead, a year and a half from the middle: 4 % a year
    assert (short.low < 10 * np.array(SEASON[:6])).all()


def test_a_high_last_month_is_carried_on_where_the_series_remembers() -> None:
    rng = np.random.default_rng(1)
    noise = np.zeros(60)
    for month in range(1, 60):
        noise[month] = 0.8 * noise[month - 1] + 0.1 * rng.standard_normal()
    noise += 0.4 - noise[-1]
    found = forecast(np.round(1000 * np.exp(noise)), ahead=12)
    assert found.autocorrelation > 0.4
    width = np.log(found.high / found.low)
    assert width[11] > width[0]


@pytest.mark.parametrize(
    ("counts", "reason"), [([5] * 23, "TREND_TOO_SHORT"), ([0] * 40, "TREND_TOO_FEW")]
)
def test_too_little_gives_no_forecast(counts: list[int], reason: str) -> None:
    found = forecast(counts)
    assert (found.reason, found.expected) == (reason, None)


def test_what_cannot_be_forecast_is_refused() -> None:
    with pytest.raises(MethodError, match="FORECAST_BAD_SERIES"):
        forecast([-1] * 30)
    with pytest.raises(MethodError, match="FORECAST_TOO_FAR"):
        forecast(SEASON * 3, ahead=13)


def test_what_moves_the_whole_city_is_no_difference() -> None:
    city = np.array([[5 * c for c in SEASON * 2] + [4 * c for c in SEASON]] * 4)
    found = relative_trends(city)
    assert [one.change_percent for one in found.trends] == pytest.approx([0.0] * 4, abs=1e-9)
    assert found.p_any > 0.9


def test_the_area_that_goes_its_own_way_is_named() -> None:
    city = np.array([[5 * c for c in SEASON * 3]] * 5)
    city[2, 24:] = city[2, 24:] * 3 // 2
    found = relative_trends(city)
    assert found.trends[2].change_percent == pytest.approx(50.0, abs=1.0)
    assert found.q[2] == found.q.min() < 0.01
    assert found.p_any == found.q[2]
    slow = np.array([[5 * c for c in SEASON * 4]] * 5, dtype=float)
    slow[0] *= np.repeat(1.2 ** np.arange(4), 12)
    long = relative_trends(np.round(slow), is_long=True)
    assert long.trends[0].change_percent == pytest.approx(72.8, abs=1.0)


def test_a_rest_without_incidents_is_no_yardstick() -> None:
    city = np.array([[10] * 36, [0] * 36])
    found = relative_trends(city)
    assert found.trends[0].reason == "TREND_TOO_FEW"
    assert np.isnan(found.p_any)
    with pytest.raises(MethodError, match="RELATIVE_SHAPE"):
        relative_trends([[1] * 36])
    with pytest.raises(MethodError, match="TREND_NEGATIVE_COUNT"):
        relative_trends([[1] * 36, [-1] * 36])


def test_a_season_is_found_and_its_months_are_ranked() -> None:
    found = season_profile(SEASON * 4)
    expected = np.array(SEASON) / np.exp(np.mean(np.log(SEASON)))
    assert found.factors == pytest.approx(expected, rel=1e-6)
    assert found.p < 0.001
    assert ((found.low < found.factors) & (found.factors < found.high)).all()
    assert found.course == pytest.approx(np.full(48, np.exp(np.mean(np.log(SEASON)))), rel=1e-6)
    assert found.rest == pytest.approx(np.ones(48), rel=1e-6)


def test_no_season_is_not_made_up() -> None:
    counts = np.random.default_rng(2).poisson(100, 60)
    found = season_profile(counts)
    assert found.p > 0.05


def test_short_months_are_not_low_for_their_length() -> None:
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] * 4)
    found = season_profile(10 * days, exposure=days)
    assert found.factors == pytest.approx(np.ones(12), abs=1e-6)
    assert found.p > 0.99


def test_what_has_no_season_to_tell() -> None:
    assert season_profile(SEASON * 2).reason == "SEASON_TOO_SHORT"
    assert season_profile([1] * 48).reason == "SEASON_TOO_FEW"
    with pytest.raises(MethodError, match="SEASON_SHAPE"):
        season_profile([[1]])
    with pytest.raises(MethodError, match="SEASON_SHAPE"):
        season_profile(SEASON * 4, exposure=[0] * 48)
