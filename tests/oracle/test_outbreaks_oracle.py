"""Outbreak detectors against R `surveillance`."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from convive.core.significance import high_count_p
from convive.core.temporal.control_charts import cusum_run_length, ears, glr_statistics
from convive.core.temporal.farrington import IMPROVED, ORIGINAL, Reference, farrington
from factories.oracle.time import weekly

R = json.loads((Path(__file__).parent / "r" / "time.json").read_text("utf-8"))
WEEKS = range(489, 520)


def _table(name: str, what: str) -> np.ndarray:
    return np.array(R[name][what], dtype=float)  # null becomes NaN


def test_the_flexible_bound_equals_r_farrington_flexible() -> None:
    reference = Reference(outlier=None)
    found = farrington(weekly(), WEEKS, reference=reference, threshold="power")
    # R lets the standard error use a dispersion below 1.
    wide = _table("flexible_plain", "dispersion") > 1
    upper = _table("flexible_plain", "upper")
    assert np.isfinite(upper[wide]).sum() > 100
    assert found.upper[wide] == pytest.approx(upper[wide], rel=1e-6, nan_ok=True)
    np.testing.assert_array_equal(found.is_alarm, _table("flexible_plain", "alarm"))


def test_the_improved_bound_equals_r_with_groups_of_the_year_and_reweighting() -> None:
    found = farrington(weekly(), WEEKS, reference=IMPROVED)
    known = np.isfinite(_table("improved", "upper"))
    assert known.sum() > 100
    np.testing.assert_array_equal(found.upper, _table("improved", "upper"))
    np.testing.assert_array_equal(found.is_alarm, _table("improved", "alarm"))
    expected = _table("improved", "expected")
    assert found.expectation.expected[known] == pytest.approx(expected[known], rel=1e-6)
    assert found.expectation.dispersion == pytest.approx(_table("improved", "dispersion"), rel=1e-6)


def test_the_bound_at_the_upper_limit_of_the_mean_equals_r() -> None:
    reference = Reference(n_groups=10, left_out=26, line_p=1.0, outlier=None)
    found = farrington(weekly(), WEEKS, reference=reference, threshold="uncertain_mean")
    np.testing.assert_array_equal(found.upper, _table("uncertain", "upper"))


def test_the_original_bound_equals_r_farrington() -> None:
    # R takes alpha two-sided.
    reference = Reference(years=4, outlier=ORIGINAL.outlier)
    found = farrington(weekly(), WEEKS, reference=reference, threshold="power", alpha=0.005)
    upper = np.nan_to_num(found.upper)
    assert upper == pytest.approx(_table("classic", "upper"), rel=1e-6)
    np.testing.assert_array_equal(found.is_alarm, _table("classic", "alarm"))


@pytest.mark.parametrize(("method", "alpha"), [("C1", 0.001), ("C2", 0.001), ("C3", 0.025)])
def test_ears_equals_r(method: str, alpha: float) -> None:
    upper = ears(weekly(), method=method, alpha=alpha, least_spread=0.0)[:, 489:]
    expected = _table(f"ears_{method.lower()}", "upper")
    known = np.isfinite(expected) & np.isfinite(upper)
    assert known.mean() > 0.9
    assert upper[known] == pytest.approx(expected[known], rel=1e-9)


def test_cusum_run_lengths_equal_r() -> None:
    designs = ((2.4, 3.0, 4.0), (5.0, 6.0, 10.0), (1.0, 1.5, 3.0))
    found = [cusum_run_length(*design) for design in designs]
    assert found == pytest.approx(R["cusum_arl"], rel=1e-8)


def test_glr_equals_a_search_over_every_start() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(8, (3, 40))
    expected = 8 + 2 * np.sin(np.arange(40))
    naive = np.zeros(counts.shape)
    for row, now in np.ndindex(counts.shape):
        for start in range(max(0, now - 23), now + 1):
            y, mu = counts[row, start : now + 1].sum(), expected[start : now + 1].sum()
            gain = poisson.logpmf(y, max(y, mu)) - poisson.logpmf(y, mu)
            naive[row, now] = max(naive[row, now], 2 * gain)
    assert glr_statistics(counts, expected) == pytest.approx(naive, abs=1e-9)


def test_the_tail_of_a_high_count_is_negative_binomial_or_a_little_longer() -> None:
    mean, variance = 30.0, 75.0
    exact = nbinom.sf(np.arange(29, 80), mean**2 / 45, mean / variance)
    found = high_count_p(np.arange(30, 81), mean, variance)
    assert (found >= exact * (1 - 1e-9)).all()
    # A Poisson count around a log-normal mean with the same moments, by brute force.
    rng = np.random.default_rng(2)
    sigma = np.sqrt(np.log1p(45 / mean**2))
    drawn = rng.poisson(mean * np.exp(sigma * rng.standard_normal(2_000_000) - sigma**2 / 2))
    for count in (45, 55, 65):
        assert high_count_p(count, mean, variance) == pytest.approx(
            (drawn >= count).mean(), rel=0.2
        )
