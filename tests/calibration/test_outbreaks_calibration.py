"""Do alarms keep the number of false ones that was asked for, and what do they find."""

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.temporal.control_charts import (
    cusum,
    cusum_design,
    ears,
    glr_statistics,
    glr_threshold,
)
from convive.core.temporal.farrington import IMPROVED, farrington
from convive.core.temporal.unusual import unusual_periods

pytestmark = pytest.mark.calibration

_AREAS = 100


def _means(rng: np.random.Generator, n: int, mean: float, cv: float, rho: float) -> np.ndarray:
    """Return means of 100 areas with a season, noise of relative size cv and memory rho."""
    noise = rng.standard_normal((_AREAS, n))
    for month in range(1, n):
        noise[:, month] = rho * noise[:, month - 1] + np.sqrt(1 - rho**2) * noise[:, month]
    season = 0.25 * np.sin(2 * np.pi * (np.arange(n) + rng.integers(12)) / 12)
    return mean * np.exp(season + cv * noise - cv**2 / 2)


def test_false_alarms_with_noise_and_memory_stay_within_the_budget(
    record_table: Callable[..., None],
) -> None:
    """Rare alarms need many months: 200 cities of 100 areas, each asked about once."""
    rows = []
    for mean, cv, rho in _HARSH:
        for n in (26, 37, 61):
            rng = np.random.default_rng(401)
            p = []
            for _ in range(200):
                counts = rng.poisson(_means(rng, n, mean, cv, rho))
                p.append(unusual_periods(counts, false_alarms_a_year=1.0).p)
            a_year = [12 * _AREAS * float(np.mean(np.ravel(p) <= b / 12 / _AREAS)) for b in (1, 12)]
            # 17 alarms expected within a budget of 1: 1.3, and two and a half of their errors.
            assert a_year[0] <= 1.3 + 2.5 * np.sqrt(1.3 * 12 * _AREAS / np.size(p))
            assert a_year[1] <= 1.3 * 12
            rows.append([mean, cv, rho, n, *(f"{share:.1f}" for share in a_year)])
    record_table(
        "time_unusual_memory",
        title="Unusual months: false alarms a year with much noise and memory",
        about="20,000 series each, watched as 200 cities of 100 areas; accepted are 1 or 12 false "
        "alarms a year over the 100 areas of a city.",
        head=["mean", "noise", "memory", "months", "1 accepted", "12 accepted"],
        rows=rows,
    )


_HARSH = [
    (2.0, 0.35, 0.5),
    (8.0, 0.2, 0.5),
    (8.0, 0.35, 0.5),
    (40.0, 0.2, 0.0),
    (40.0, 0.2, 0.5),
    (40.0, 0.2, 0.7),
    (40.0, 0.35, 0.5),
    (200.0, 0.1, 0.5),
    (200.0, 0.2, 0.5),
]


@pytest.mark.parametrize("budget", [12.0, 1.0])
def test_false_alarms_stay_within_the_budget(
    budget: float, record_table: Callable[..., None]
) -> None:
    rows = []
    for mean in (0.3, 2.0, 8.0, 40.0, 200.0):
        for cv, rho in ((0.0, 0.0), (0.2, 0.0), (0.2, 0.5)):
            for n in (37, 61):
                rng = np.random.default_rng(400)
                false, found = 0, []
                for _ in range(120):
                    means = _means(rng, n, mean, cv, rho)
                    counts = rng.poisson(means)
                    watched = unusual_periods(counts, false_alarms_a_year=budget)
                    false += int(watched.is_unusual.sum())
                    counts[:, -1] = rng.poisson(2 * means[:, -1])
                    doubled = unusual_periods(counts, false_alarms_a_year=budget)
                    found.append(doubled.is_unusual.mean())
                a_year = false / 120 * 12
                # Poisson error of ten years' alarms; discrete counts leave it below the budget.
                expected = 1.25 * budget * 120 / 12
                assert false <= expected + 3 * np.sqrt(expected)
                power = f"{100 * np.mean(found):.0f} %"
                rows.append([mean, cv, rho, n, f"{a_year:.1f}", power])
    record_table(
        f"time_unusual_{budget:g}",
        title=f"Unusual months: false alarms a year where {budget:g} are accepted",
        about="100 areas watched each month, with season, noise (coefficient of variation) and "
        "memory, over ten years. Last column: how often a month that doubles is found.",
        head=["mean", "noise", "memory", "months", "false alarms a year", "found"],
        rows=rows,
    )


def test_charts_keep_their_run_length_only_where_they_apply(
    record_table: Callable[..., None],
) -> None:
    rng = np.random.default_rng(401)
    flat = rng.poisson(8.0, (4000, 120))
    seasonal = rng.poisson(8.0 * np.exp(0.4 * np.sin(np.arange(120) * np.pi / 6)), (4000, 120))
    design = cusum_design(8.0, 1.5, 120.0)
    rows = []
    for name, counts in (("flat", flat), ("season of 40 %", seasonal)):
        alarms = [np.nanmean(counts > ears(counts, method=m)) for m in ("C1", "C2")]
        alarms.append(np.nanmean(counts > ears(counts, method="C3", alpha=0.025)))
        alarms.append(cusum(counts, design.allowance, design.threshold)[1].mean())
        rows.append([name, *(f"{1200 * share:.1f}" for share in alarms)])
    lasting = rng.poisson(8.0, (200, 4000))
    assert 1 / cusum(lasting, design.allowance, design.threshold)[1].mean() == pytest.approx(
        design.run_length, rel=0.05
    )
    record_table(
        "time_charts",
        title="Charts without years of past: false alarms a year over 100 areas",
        about="Poisson counts of mean 8. EARS C1 and C2 at 0.001 promise 1.2, C3 at 0.025 "
        "promises 30, the CUSUM (120 months between false alarms of one area) 10.",
        head=["series", "EARS C1", "EARS C2", "EARS C3", "CUSUM"],
        rows=rows,
    )


@pytest.mark.parametrize("dispersion", [1.0, 2.5])
def test_the_glr_keeps_its_false_alarms(dispersion: float) -> None:
    rng = np.random.default_rng(402)
    expected = 12 * np.exp(0.3 * np.sin(np.arange(24) * np.pi / 6))
    threshold = glr_threshold(expected, dispersion, false_alarms=0.1, rng=rng, n_replicates=4000)
    rate = np.broadcast_to(expected, (4000, 24))
    if dispersion > 1:
        rate = rng.gamma(rate / (dispersion - 1), dispersion - 1)
    largest = glr_statistics(rng.poisson(rate), expected, dispersion).max(axis=1)
    assert (largest > threshold).mean() == pytest.approx(0.1, abs=0.02)
    risen = rng.poisson(rate * np.where(np.arange(24) >= 12, 1.6, 1.0))
    assert (glr_statistics(risen, expected, dispersion).max(axis=1) > threshold).mean() > 0.6


def test_farringtons_own_bound_gives_more_false_alarms_than_its_level() -> None:
    """Why `unusual_periods` has its own bound: the published one ignores the error of the mean."""
    rng = np.random.default_rng(403)
    counts = rng.negative_binomial(20.0, 0.5, (1500, 320))
    share = farrington(counts, [319], reference=IMPROVED, alpha=0.01).is_alarm.mean()
    assert 0.005 < share < 0.03
