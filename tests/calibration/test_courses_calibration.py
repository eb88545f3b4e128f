"""Do forecasts, seasons, relative courses and shares keep what they state."""

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.temporal.aoristic import WeekProfile
from convive.core.temporal.forecast import forecast
from convive.core.temporal.profile_contrast import daypart_change, daypart_contrast
from convive.core.temporal.relative import relative_trends
from convive.core.temporal.season_profile import season_profile

pytestmark = pytest.mark.calibration


def _memory(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> np.ndarray:
    noise = rng.standard_normal(shape)
    for month in range(1, shape[-1]):
        noise[..., month] *= np.sqrt(1 - rho**2)
        noise[..., month] += rho * noise[..., month - 1]
    return noise


def test_forecasts_cover_what_comes(record_table: Callable[..., None]) -> None:
    rows = []
    for mean, cv in ((0.8, 0.2), (5, 0.2), (40, 0.15), (2500, 0.04)):
        for rho in (0.0, 0.5):
            for n in (24, 36, 60):
                rng = np.random.default_rng(600)
                month = np.arange(n + 6)
                inside, width = [], []
                for _ in range(300):
                    season = 0.15 * np.sin(np.pi * month / 6 + rng.uniform(0, 6))
                    noise = cv * _memory(rng, (n + 6,), rho) - cv**2 / 2
                    counts = rng.poisson(mean * np.exp(season + noise - 0.03 * month / 12))
                    found = forecast(counts[:n], ahead=6)
                    if found.reason is None:
                        coming = counts[n:]
                        inside.append((found.low <= coming) & (coming <= found.high))
                        width.append(found.high[0] - found.low[0])
                covered = np.mean(inside, axis=0)
                assert covered[[0, 2]].min() >= 0.88
                shares = [f"{100 * covered[at]:.0f} %" for at in (0, 2, 5)]
                rows.append([mean, cv, rho, n, *shares, f"{np.mean(width):.0f}"])
    record_table(
        "time_forecast",
        title="Forecast: how often the 95 % interval holds the count that comes",
        about="300 series each with season, slow fall, noise (coefficient of variation) and "
        "memory. Last column: mean width of the interval of the next month, in incidents.",
        head=["mean", "noise", "memory", "months", "1 ahead", "3 ahead", "6 ahead", "width"],
        rows=rows,
    )


def test_relative_courses_and_seasons_keep_five_percent(
    record_table: Callable[..., None],
) -> None:
    rows = []
    for rho in (0.0, 0.3, 0.5):
        rng = np.random.default_rng(601)
        alone, any_area, found = [], [], []
        for _ in range(60):
            course = 0.2 * np.sin(np.arange(48) * np.pi / 6) + 0.2 * _memory(rng, (48,), 0.8)
            level = rng.normal(3.0, 0.5, (10, 1)) + course
            means = np.exp(level + 0.1 * _memory(rng, (10, 48), rho))
            trends = relative_trends(rng.poisson(means))
            alone += [one.p <= 0.05 for one in trends.trends]
            any_area.append(trends.p_any <= 0.05)
            means[0, 36:] *= 1.5
            found.append(relative_trends(rng.poisson(means)).q[0] <= 0.05)
        seasons, covered, real = [], [], []
        shape = 0.15 * np.cos(np.arange(60) * np.pi / 6)
        for _ in range(400):
            noise = 0.1 * _memory(rng, (60,), rho)
            seasons.append(season_profile(rng.poisson(100 * np.exp(noise))).p <= 0.05)
            profile = season_profile(rng.poisson(100 * np.exp(noise + shape)))
            real.append(profile.p <= 0.05)
            truth = np.exp(shape[:12])
            covered.append((profile.low <= truth) & (truth <= profile.high))
        assert np.mean(alone) <= 0.07
        assert np.mean(any_area) <= 0.13  # 60 cities: three standard errors
        assert np.mean(seasons) <= 0.08
        assert np.mean(covered) >= 0.93
        shares = (alone, any_area, found, seasons, real, covered)
        rows.append([rho, *(f"{100 * np.mean(share):.1f} %" for share in shares)])
    record_table(
        "time_courses",
        title="Areas against the rest of the city, and seasons: false alarms at 5 %, power",
        about="60 cities of 10 areas with a common course, and 400 series of five years without "
        "and with a season of 15 %, noise of 10 % with memory. Found: an area that rises by half.",
        head=["memory", "area", "any area", "found", "season", "season found", "months covered"],
        rows=rows,
    )


def test_shares_of_the_night_keep_their_level(record_table: Callable[..., None]) -> None:
    rng = np.random.default_rng(602)
    rows = []
    for n, share in ((20, 0.2), (100, 1 / 3), (1000, 0.4)):
        covered, alarms, changes = [], [], []
        for _ in range(1500):
            one, two = (_drawn(rng, n, share) for _ in range(2))
            low, high = daypart_contrast(one).share_interval
            covered.append(low <= share <= high)
            alarms.append(daypart_contrast(_drawn(rng, n, 1 / 3)).p <= 0.05)
            changes.append(daypart_change(one, two).p <= 0.05)
        assert np.mean(covered) >= 0.93
        assert max(np.mean(alarms), np.mean(changes)) <= 0.07
        shares = (covered, alarms, changes)
        rows.append([n, f"{share:.2f}", *(f"{100 * np.mean(s):.1f} %" for s in shares)])
    record_table(
        "time_dayparts",
        title="Day and night: coverage at 95 % and false alarms at 5 %",
        about="1,500 draws each of incidents with known hours. False alarms of the test of day "
        "against night (where hours are alike) and of a change between two periods.",
        head=["incidents", "share by night", "covered", "day and night", "change"],
        rows=rows,
    )


def _drawn(rng: np.random.Generator, n: int, share: float) -> WeekProfile:
    week = np.zeros((7, 24))
    night = rng.binomial(n, share)
    week[0, 0], week[0, 12] = night, n - night
    return WeekProfile(week, n, 0, 0, 0)
