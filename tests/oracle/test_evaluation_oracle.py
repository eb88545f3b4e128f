"""Effects against brute-force likelihood; displacement against the published numbers."""

import numpy as np
import pytest
from scipy.optimize import minimize

from convive.core.evaluation import count_effect, weighted_displacement_difference


def test_the_effect_is_that_of_area_and_month_effects() -> None:
    """Poisson likelihood with area, month and treated × after effects, maximised."""
    rng = np.random.default_rng(1)
    n_areas, n_months, start = 5, 14, 7
    counts = rng.poisson(rng.uniform(5, 40, (n_areas, 1)) * rng.uniform(0.7, 1.4, n_months))
    is_on = np.zeros((n_areas, n_months))
    is_on[:2, start:] = 1.0
    columns = [np.repeat(np.eye(n_areas), n_months, axis=0)]
    columns += [np.tile(np.eye(n_months), (n_areas, 1))[:, 1:], is_on.ravel()[:, None]]
    design = np.hstack(columns)
    y = counts.ravel()

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        mean = np.exp(design @ beta)
        return float(mean.sum() - y @ (design @ beta)), design.T @ (mean - y)

    best = minimize(
        loss,
        np.full(design.shape[1], 1.0),
        jac=True,
        method="L-BFGS-B",
        options={"gtol": 1e-9, "ftol": 1e-15, "maxiter": 5000},
    )
    result = count_effect(counts[:2], counts[2:], start)
    assert np.log1p(result.effect_percent / 100) == pytest.approx(best.x[-1], abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "options", "difference", "error"),
    [
        # Wheeler and Ratcliffe (2018), and the tests of the R package ptools.
        (((207, 110), (308, 318), ((178, 157), (150, 140))), {}, -118.0, np.sqrt(1568)),
        (
            ((207, 110), (308, 318), ((178, 157), (150, 140))),
            {"area_weights": (1.2, 0.9, 1.5, 1.6)},
            -99.69444444,
            35.4280755,
        ),
        (((80, 20), (100, 50)), {"time_weights": (2, 1)}, -20.0, np.sqrt(115)),
        (((20, 10), (20, 20)), {}, -10.0, 8.366600),
    ],
)
def test_displacement_equals_published_numbers(
    arguments: tuple, options: dict, difference: float, error: float
) -> None:
    result = weighted_displacement_difference(*arguments, **options)
    # Printed to ten digits at most.
    assert result.difference == pytest.approx(difference, rel=1e-7)
    assert result.standard_error == pytest.approx(error, rel=1e-7)


def test_displacement_interval_equals_published_numbers() -> None:
    result = weighted_displacement_difference((207, 110), (308, 318), ((178, 157), (150, 140)))
    assert (round(result.low), round(result.high)) == (-196, -40)
    weighted = weighted_displacement_difference(
        (207, 110), (308, 318), ((178, 157), (150, 140)), area_weights=(1.2, 0.9, 1.5, 1.6)
    )
    assert weighted.z == pytest.approx(-2.813995483, rel=1e-7)
    assert weighted.low == pytest.approx(-169.1321965, rel=1e-7)
    assert weighted.high == pytest.approx(-30.25669241, rel=1e-7)
