"""Published boundaries of repeated looks."""

import numpy as np
import pytest

from convive.core.evaluation import Spending, crossing_probabilities, plan_looks

FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        # Lan and DeMets: five looks, two-sided 0.05 (also in the tables of Jennison and Turnbull).
        (Spending.OBRIEN_FLEMING, [4.877, 3.357, 2.680, 2.290, 2.031]),
        (Spending.POCOCK, [2.438, 2.427, 2.410, 2.397, 2.386]),
    ],
)
def test_spending_boundaries_are_the_published_ones(spending: Spending, published: list) -> None:
    assert plan_looks(FIVE, spending=spending).boundaries == pytest.approx(published, abs=1e-3)


@pytest.mark.parametrize(
    ("looks", "pocock", "obrien_fleming"),
    # Jennison and Turnbull (2000), tables 2.1 and 2.3: constants for two-sided 0.05.
    [
        (2, 2.178, 1.977),
        (3, 2.289, 2.004),
        (4, 2.361, 2.024),
        (5, 2.413, 2.040),
        (10, 2.555, 2.087),
    ],
)
def test_classical_constants_spend_five_per_cent(
    looks: int, pocock: float, obrien_fleming: float
) -> None:
    times = np.arange(1, looks + 1) / looks
    even = crossing_probabilities(times, [pocock] * looks).sum()
    falling = crossing_probabilities(times, obrien_fleming / np.sqrt(times)).sum()
    assert even == pytest.approx(0.05, abs=2e-4)
    assert falling == pytest.approx(0.05, abs=2e-4)


def test_five_looks_at_five_per_cent_are_fourteen() -> None:
    """Armitage, McPherson and Rowe (1969), table 2: 0.142 with five looks, 0.193 with ten."""
    for looks, share in ((2, 0.083), (5, 0.142), (10, 0.193)):
        times = np.arange(1, looks + 1) / looks
        found = crossing_probabilities(times, [1.959964] * looks).sum()
        assert found == pytest.approx(share, abs=6e-4)


def test_two_looks_are_a_bivariate_normal() -> None:
    from scipy.stats import multivariate_normal

    corner = multivariate_normal(cov=[[1, np.sqrt(0.4)], [np.sqrt(0.4), 1]])
    inside = corner.cdf([2.5, 2.1], lower_limit=[-2.5, -2.1])
    found = crossing_probabilities([0.4, 1.0], [2.5, 2.1]).sum()
    assert found == pytest.approx(1 - inside, abs=1e-6)


def test_power_of_one_look_is_that_of_a_normal_test() -> None:
    """A drift of 1.96 + 1.2816 has 90 % power."""
    found = crossing_probabilities([1.0], [1.959964], drift=1.959964 + 1.281552)
    assert found[0] == pytest.approx(0.9, abs=1e-6)
