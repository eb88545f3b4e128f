"""Small areas: what is drawn to the model, what may be shown, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.small_area import (
    Label,
    benchmarked,
    fay_herriot,
    publish_labels,
    share_from_angle,
    transformed_shares,
)

DIRECT = np.array([20.0, 24.0, 31.0, 38.0, 42.0, 29.0, 35.0, 22.0])
VARIANCE = np.array([1.0, 1.0, 25.0, 1.0, 1.0, 4.0, 4.0, 100.0])
ONES = np.ones((8, 1))


def test_the_imprecise_area_is_drawn_to_the_mean_the_precise_one_stays() -> None:
    found = fay_herriot(DIRECT, VARIANCE, ONES)
    assert abs(found.value[0] - 20.0) < 1.0
    assert found.value[7] > 24.0
    assert found.shrinkage[0] > 0.95
    assert found.shrinkage[7] < 0.5


def test_with_equal_variances_the_classic_shrinkage_comes_out() -> None:
    y, d = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 1.0
    found = fay_herriot(y, np.full(5, d), np.ones((5, 1)))
    # Sample variance 2.5 = variance between areas + 1, so 1.5 / 2.5 of each deviation stays.
    assert found.area_variance == pytest.approx(1.5)
    np.testing.assert_allclose(found.value, 3 + 0.6 * (y - 3))


def test_an_area_without_respondents_gets_the_models_figure_and_its_wide_interval() -> None:
    direct = DIRECT.copy()
    direct[3] = np.nan
    found = fay_herriot(direct, VARIANCE, ONES)
    assert not found.is_sampled[3]
    assert found.value[3] == pytest.approx(found.coefficients[0])
    assert found.mse[3] > found.area_variance
    assert found.high[3] - found.low[3] > found.high[0] - found.low[0]


def test_no_variance_between_areas_is_said() -> None:
    found = fay_herriot([5.0, 5.1, 4.9, 5.0, 5.0], np.ones(5), np.ones((5, 1)))
    assert found.has_no_area_variance
    np.testing.assert_allclose(found.value, 5.0)
    assert set(publish_labels(np.ones(5) * 9, found, most=2.0)) == {Label.NOT_PUBLISHABLE}


def test_labels_prefer_the_surveys_own_figure() -> None:
    found = fay_herriot(DIRECT, VARIANCE, ONES)
    labels = publish_labels(np.sqrt(VARIANCE), found, most=4.8)
    assert labels[0] is Label.DIRECT
    assert labels[2] is Label.MODELLED
    assert labels[7] is Label.NOT_PUBLISHABLE


def test_a_benchmark_makes_the_city_add_up() -> None:
    shares = np.array([0.1, 0.2, 0.3, 0.4])
    found = benchmarked([10.0, 20.0, 30.0, 40.0], shares, 33.0)
    assert shares @ found == pytest.approx(33.0)
    np.testing.assert_allclose(found - [10, 20, 30, 40], 3.0 * shares / (shares @ shares))


def test_a_share_of_nobody_among_thirty_gets_a_variance_and_stays_a_share() -> None:
    angles, variances = transformed_shares([0.0, 0.1, 0.2, 0.3, 0.15, np.nan], [30] * 5 + [0])
    assert variances[0] == pytest.approx(1 / 120)
    found = fay_herriot(angles, variances, np.ones((6, 1)))
    value, low, high = share_from_angle(found)
    assert np.all((low >= 0) & (low <= value) & (value <= high) & (high <= 1))
    assert value[0] > 0


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("SMALL_AREA_METHOD", {"method": "best"}),
        ("SMALL_AREA_VARIANCE", {"variances": [1, 1, 0, 1, 1, 1, 1, np.nan]}),
        ("SMALL_AREA_COVARIATE", {"covariates": np.ones((8, 2))}),
        ("SMALL_AREA_SHAPE", {"covariates": np.ones((7, 1))}),
        ("SMALL_AREA_TOO_FEW", {"covariates": np.vander(np.arange(8.0), 6)}),
    ],
)
def test_what_is_refused(code: str, given: dict) -> None:
    arguments = {"direct": DIRECT, "variances": VARIANCE, "covariates": ONES} | given
    with pytest.raises(MethodError, match=code):
        fay_herriot(**arguments)


def test_shares_of_areas_must_sum_to_one() -> None:
    with pytest.raises(MethodError, match="SMALL_AREA_SHARES"):
        benchmarked([1.0, 2.0], [0.5, 0.6], 1.0)
    with pytest.raises(MethodError, match="SMALL_AREA_NOT_A_SHARE"):
        transformed_shares([1.2], [30])
    with pytest.raises(MethodError, match="SMALL_AREA_LIMIT"):
        publish_labels(np.sqrt(VARIANCE), fay_herriot(DIRECT, VARIANCE, ONES), most=0.0)
