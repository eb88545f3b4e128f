"""Between-area spread against metafor, minimum-effect p against its definition."""

import numpy as np
import pytest
from scipy.stats import chi2, norm

from convive.core.gap import (
    between_area_sd,
    heterogeneity_p,
    minimum_effect_p,
    standardise_face,
)
from factories.published_series import BCG_LOG_RISKS, BCG_VARIANCES


def test_bcg_spread_equals_metafor_paule_mandel() -> None:
    """R metafor, rma(yi, vi, method = "PM"), dat.bcg: tau^2 = 0.3181."""
    spread = between_area_sd(BCG_LOG_RISKS, np.sqrt(BCG_VARIANCES))
    # The input is rounded to four digits.
    assert spread**2 == pytest.approx(0.3181, abs=1e-4)


def test_heterogeneity_equals_the_definition() -> None:
    weights = 1 / BCG_VARIANCES
    mean = np.sum(weights * BCG_LOG_RISKS) / weights.sum()
    q = np.sum(weights * (BCG_LOG_RISKS - mean) ** 2)
    # R metafor prints Q(df = 12) = 152.2330 from unrounded input.
    assert q == pytest.approx(152.23, abs=0.6)
    p = heterogeneity_p(BCG_LOG_RISKS, np.sqrt(BCG_VARIANCES))
    assert p == pytest.approx(chi2.sf(q, 12), rel=1e-9)


def test_with_equal_errors_the_spread_is_a_difference_of_variances() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0, 2, 30)
    naive = np.sqrt(values.var(ddof=1) - 0.5**2)
    assert between_area_sd(values, np.full(30, 0.5)) == pytest.approx(naive, rel=1e-9)


def test_minimum_effect_p_is_the_largest_over_the_margin() -> None:
    for size, error, margin in [(1.2, 0.3, 0.5), (0.4, 0.2, 0.5), (0.9, 0.8, 0.25)]:
        truths = np.linspace(-margin, margin, 2001)
        tails = norm.sf((size - truths) / error) + norm.cdf((-size - truths) / error)
        assert minimum_effect_p(size, error, margin) == pytest.approx(tails.max(), rel=1e-9)


def test_error_of_a_score_equals_resampling() -> None:
    rng = np.random.default_rng(4)
    values, errors = rng.normal(0, 2, 12), rng.uniform(0.2, 1.0, 12)
    face = standardise_face(values, errors)
    weights = 1 / (errors**2 + face.spread**2)
    weights /= weights.sum()
    draws = values + errors * rng.standard_normal((40_000, 12))
    simulated = (draws - draws @ weights[:, None]).std(axis=0) / face.spread
    assert face.standard_errors == pytest.approx(simulated, rel=0.02)
