"""What p-values and false-discovery adjustment mean, in cases that can be read."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.significance import (
    benjamini_hochberg,
    benjamini_yekutieli,
    monte_carlo_p,
    poisson_share_p,
    two_sided_normal_p,
    two_sided_poisson_p,
    two_sided_t_p,
)


def test_no_deviation_has_p_one() -> None:
    assert two_sided_normal_p(0.0) == 1.0
    assert two_sided_t_p(0.0, 5) == 1.0


def test_sign_does_not_matter() -> None:
    assert two_sided_t_p(-2.0, 7) == two_sided_t_p(2.0, 7)


def test_t_without_freedom_is_no_test() -> None:
    assert np.isnan(two_sided_t_p(3.0, 0))


def test_t_with_endless_freedom_is_normal() -> None:
    assert two_sided_t_p(1.7, np.inf) == two_sided_normal_p(1.7)


@pytest.mark.parametrize(
    ("observed", "alternative", "expected"),
    [
        (10.0, "greater", 1 / 10),  # beyond all 9 draws: (0 + 1) / (9 + 1)
        (10.0, "two-sided", 2 / 10),
        (0.0, "less", 1 / 10),
        (5.0, "two-sided", 1.0),  # in the middle: twice 6/10, never above 1
        (9.0, "greater", 2 / 10),  # a tie counts as extreme
    ],
)
def test_monte_carlo_counts_the_observed_value_itself(
    observed: float, alternative: str, expected: float
) -> None:
    draws = np.arange(1.0, 10.0)
    assert monte_carlo_p(draws, observed, alternative=alternative) == pytest.approx(expected)


def test_monte_carlo_takes_many_statistics_at_once() -> None:
    draws = np.column_stack([np.arange(1.0, 20.0), np.arange(1.0, 20.0)])
    assert monte_carlo_p(draws, [25.0, 10.0]).tolist() == pytest.approx([0.1, 1.0])


def test_monte_carlo_of_a_constant_reference_says_nothing() -> None:
    assert monte_carlo_p(np.full(99, 0.3), 0.1 + 0.2) == 1.0


def test_monte_carlo_refuses_nothing_to_compare_with() -> None:
    with pytest.raises(MethodError, match="SIGNIFICANCE_NO_DRAWS"):
        monte_carlo_p([], 1.0)


def test_monte_carlo_refuses_unknown_tails() -> None:
    with pytest.raises(MethodError, match="SIGNIFICANCE_ALTERNATIVE"):
        monte_carlo_p([1.0], 1.0, alternative="both")  # type: ignore[arg-type]


def test_adjustment_leaves_out_what_was_not_tested() -> None:
    q = benjamini_hochberg([0.01, None, 0.02, float("nan")])
    assert q[[0, 2]].tolist() == pytest.approx([0.02, 0.02])
    assert np.isnan(q[[1, 3]]).all()


def test_adjustment_refuses_what_is_no_probability() -> None:
    with pytest.raises(MethodError, match="SIGNIFICANCE_NOT_A_PROBABILITY"):
        benjamini_hochberg([0.5, 1.5])


def test_adjustment_of_nothing_is_nothing() -> None:
    assert benjamini_hochberg([]).size == 0
    assert np.isnan(benjamini_yekutieli([None])).all()


def test_nothing_happened_is_no_test() -> None:
    assert np.isnan(poisson_share_p(0, 0, 0.3))


def test_half_of_the_events_in_half_of_the_exposure_is_no_deviation() -> None:
    assert poisson_share_p(50, 100, 0.5) == pytest.approx(1.0)


def test_poisson_of_exactly_the_mean_is_no_deviation() -> None:
    assert two_sided_poisson_p(100, 100) > 0.95
    assert two_sided_poisson_p(0, 1e-9) > 0.99
