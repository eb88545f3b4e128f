"""Do trends and break searches do what they claim: false alarms, coverage, power."""

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.temporal import (
    detect_break,
    long_trend,
    monthly_trend,
    pooled_dispersion,
    robust_dispersion,
    yearly_trend,
)

pytestmark = pytest.mark.calibration


def _memory(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    noise = rng.standard_normal(n)
    for month in range(1, n):
        noise[month] = rho * noise[month - 1] + np.sqrt(1 - rho**2) * noise[month]
    return noise


def _series(rng: np.random.Generator, n: int, mean: float, cv: float, rho: float) -> np.ndarray:
    """Return monthly means with a season and noise of relative size cv and memory rho."""
    month = np.arange(n)
    season = 0.15 * np.sin(2 * np.pi * month / 12 + rng.uniform(0, 6))
    season += 0.05 * np.cos(6 * np.pi * month / 12)
    return mean * np.exp(season + cv * _memory(rng, n, rho) - cv**2 / 2)


@pytest.mark.parametrize(
    ("n", "mean", "cv", "rho", "breaks", "allowed"),
    [
        (60, 20, 0.20, 0.0, [], 0.06),
        (60, 3, 0.20, 0.0, [], 0.06),
        (60, 100, 0.10, 0.3, [45], 0.07),
    ],
)
def test_trend_false_alarms_and_band(
    n: int, mean: float, cv: float, rho: float, breaks: list[int], allowed: float
) -> None:
    rng = np.random.default_rng(100)
    alarms, inside, runs = 0, 0.0, 0
    for _ in range(800):
        counts = rng.poisson(_series(rng, n, mean, cv, rho))
        result = monthly_trend(counts, breaks=breaks)
        if result.p is None:
            continue
        runs += 1
        alarms += result.p <= 0.05
        within = (counts >= result.expected_low) & (counts <= result.expected_high)
        inside += within.mean()
    assert runs > 700
    assert alarms / runs <= allowed
    assert 0.93 <= inside / runs <= 0.99


@pytest.mark.parametrize(
    ("n", "mean", "cv", "rho", "breaks", "allowed"),
    [
        (60, 2500, 0.04, 0.5, [], 0.07),
        (60, 3, 0.20, 0.0, [], 0.06),
        (60, 100, 0.10, 0.3, [20], 0.07),
    ],
)
def test_long_trend_false_alarms(
    n: int, mean: float, cv: float, rho: float, breaks: list[int], allowed: float
) -> None:
    rng = np.random.default_rng(105)
    drawn = (rng.poisson(_series(rng, n, mean, cv, rho)) for _ in range(600))
    found = [long_trend(counts, breaks=breaks).p for counts in drawn]
    known = [p for p in found if p is not None]
    assert len(known) > 550
    assert np.mean(np.array(known) <= 0.05) <= allowed


_TOWNS = [(60, 2500, 0.04), (60, 20, 0.20), (36, 100, 0.10), (24, 100, 0.10)]


def test_false_alarms_and_power_for_every_memory(record_table: Callable[..., None]) -> None:
    rows = []
    for n, mean, cv in _TOWNS:
        for rho in (0.0, 0.3, 0.5, 0.7):
            rng = np.random.default_rng(110)
            alarms, distant, found = [], [], []
            for _ in range(600):
                level = _series(rng, n, mean, cv, rho)
                counts = rng.poisson(level)
                alarms.append(monthly_trend(counts).p <= 0.05)
                distant.append(long_trend(counts).p <= 0.05)
                level[-12:] *= 0.8
                found.append(monthly_trend(rng.poisson(level)).p <= 0.05)
            shares = [float(np.mean(many)) for many in (alarms, distant, found)]
            rows.append([n, mean, cv, rho, *(f"{100 * share:.1f} %" for share in shares)])
            if rho <= 0.5:
                # 600 runs: two and a half standard errors above 5.5 %.
                assert max(shares[:2]) <= 0.078
    record_table(
        "time_trend_memory",
        title="Trend: false alarms at 5 % by the memory from month to month",
        about="600 series each with season and noise of a given size (coefficient of variation) "
        "and AR(1) memory. Last column: how often a fall of 20 % in the last year is found.",
        head=["months", "mean", "noise", "memory", "yearly", "long", "power"],
        rows=rows,
    )


@pytest.mark.parametrize("n_odd", [0, 1, 2])
@pytest.mark.parametrize("n_years", [7, 10])
def test_first_against_last_year_keeps_its_level_with_odd_years_between(
    n_odd: int, n_years: int
) -> None:
    rng = np.random.default_rng(106)
    alarms = []
    for _ in range(800):
        mean = 2000 * np.exp(rng.normal(0, 0.05, n_years))
        mean[n_years // 2 : n_years // 2 + n_odd] *= 0.75
        counts = rng.poisson(mean)
        found = yearly_trend(counts, dispersion=robust_dispersion([counts])).ends
        alarms.append(found is not None and found.p <= 0.05)
    assert np.mean(alarms) <= 0.07


def test_a_change_of_a_fifth_is_found_with_honest_intervals() -> None:
    rng = np.random.default_rng(101)
    found = covered = 0
    for _ in range(400):
        mean = _series(rng, 60, 150, 0.08, 0.2)
        mean[-12:] *= 0.8
        result = monthly_trend(rng.poisson(mean))
        found += result.p <= 0.05
        covered += result.low <= -20.0 <= result.high
    assert found / 400 >= 0.90
    assert covered / 400 >= 0.92


def test_yearly_trend_with_pooled_dispersion_keeps_its_level() -> None:
    rng = np.random.default_rng(102)
    alarms = []
    for _ in range(60):
        counts = rng.poisson(rng.gamma(50, 3, (40, 6)))
        pooled = pooled_dispersion(counts)
        alarms += [yearly_trend(row, dispersion=pooled).whole.p <= 0.05 for row in counts]
    assert np.mean(alarms) <= 0.07


_SLOW = {
    "none": lambda t: 0 * t,
    "line": lambda t: 0.3 * t,
    "wave": lambda t: 0.12 * np.sin(1.6 * np.pi * t),
    "s-curve": lambda t: 0.2 / (1 + np.exp(-10 * (t - 0.5))),
}


@pytest.mark.parametrize(
    ("n", "mean", "cv", "rho", "slow", "allowed"),
    [
        (60, 2500, 0.04, 0.0, "none", 0.06),
        (60, 2500, 0.04, 0.3, "line", 0.07),
        (60, 2500, 0.04, 0.0, "s-curve", 0.07),
        (36, 2500, 0.04, 0.5, "none", 0.06),
        (48, 300, 0.10, 0.3, "wave", 0.08),
        (72, 15, 0.10, 0.3, "none", 0.06),
        (60, 2500, 0.04, 0.5, "wave", 0.085),
        (60, 2500, 0.04, 0.7, "none", 0.085),
    ],
)
def test_break_false_alarms(
    n: int, mean: float, cv: float, rho: float, slow: str, allowed: float
) -> None:
    rng = np.random.default_rng(103)
    alarms = 0
    for _ in range(400):
        course = np.exp(_SLOW[slow](np.arange(n) / n))
        counts = rng.poisson(_series(rng, n, mean, cv, rho) * course)
        alarms += detect_break(counts, rng=rng, n_replicates=99).p <= 0.05
    assert alarms / 400 <= allowed


def test_break_false_alarms_and_power_for_every_memory(record_table: Callable[..., None]) -> None:
    rows = []
    for rho in (0.0, 0.3, 0.5, 0.7):
        shares = []
        for slow, ratio in (("none", 1.0), ("wave", 1.0), ("none", 1.15), ("none", 1.25)):
            rng = np.random.default_rng(111)
            month = np.arange(60)
            course = np.exp(_SLOW[slow](month / 60)) * np.where(month >= 35, ratio, 1.0)
            drawn = (rng.poisson(_series(rng, 60, 2500, 0.04, rho) * course) for _ in range(400))
            found = [detect_break(y, rng=rng, n_replicates=99).p <= 0.05 for y in drawn]
            shares.append(float(np.mean(found)))
        assert max(shares[:2]) <= 0.085
        rows.append([rho, *(f"{100 * share:.1f} %" for share in shares)])
    record_table(
        "time_break_memory",
        title="Recording break: false alarms at 5 % and power by the memory from month to month",
        about="400 series each of 60 months with 2,500 incidents, a season and noise of 4 %: "
        "without a jump (flat, or with a slow wave of 12 %), and with one of 15 % or 25 %.",
        head=["memory", "flat", "wave", "jump 15 %", "jump 25 %"],
        rows=rows,
    )


@pytest.mark.parametrize(
    ("at", "ratio", "cv", "rho", "power"),
    [
        (35, 1.25, 0.04, 0.3, 0.85),
        (35, 1.15, 0.03, 0.2, 0.68),
        (15, 1.20, 0.03, 0.2, 0.85),
        (50, 0.80, 0.03, 0.2, 0.85),
    ],
)
def test_a_recording_break_of_a_town_is_found(
    at: int, ratio: float, cv: float, rho: float, power: float
) -> None:
    rng = np.random.default_rng(104)
    found = located = covered = 0
    for _ in range(200):
        mean = _series(rng, 60, 2500, cv, rho) * np.where(np.arange(60) >= at, ratio, 1.0)
        result = detect_break(rng.poisson(mean), rng=rng, n_replicates=99)
        found += result.p <= 0.05
        located += abs(result.index - at) <= 1
        covered += result.low <= ratio <= result.high
    assert found / 200 >= power
    assert located / 200 >= 0.90
    assert covered / 200 >= 0.85
