"""Rings, quotient and net effect against closed forms and the published test."""

import numpy as np
import pytest

from convive.core.evaluation import (
    ControlledCounts,
    displacement_quotient,
    displacement_rings,
    harm_weighted_difference,
    month_dispersion,
    total_net_effect,
    weighted_displacement_difference,
)

# Counts of Wheeler and Ratcliffe (2018), which the R package ptools tests with.
TREATED, CONTROL, RING, RING_CONTROL = (207, 110), (308, 318), (178, 157), (150, 140)


def test_a_ring_given_in_two_halves_is_the_ring() -> None:
    whole = weighted_displacement_difference(TREATED, CONTROL, (RING, RING_CONTROL))
    halves = weighted_displacement_difference(
        TREATED, CONTROL, ((100, 90), (70, 60), (78, 67), (80, 80))
    )
    assert (whole.difference, round(whole.standard_error, 3)) == (-118.0, 39.598)
    assert halves == whole


def test_kinds_of_harm_one_are_all_incidents() -> None:
    parts = [
        weighted_displacement_difference((107, 60), (208, 218), ((78, 57), (50, 40))),
        weighted_displacement_difference((100, 50), (100, 100), ((100, 100), (100, 100))),
    ]
    found = harm_weighted_difference(parts, [1.0, 1.0])
    assert found.difference == -118.0
    assert found.standard_error == pytest.approx(np.sqrt(1568))
    assert (round(found.low), round(found.high)) == (-196, -40)
    heavy = harm_weighted_difference(parts, [2.0, 5.0])
    assert heavy.standard_error**2 == pytest.approx(
        4 * parts[0].standard_error ** 2 + 25 * parts[1].standard_error ** 2
    )


def test_quotient_by_hand() -> None:
    """Shares of the control: treated 207/308 to 110/318, ring 178/308 to 157/318."""
    expected = (157 / 318 - 178 / 308) / (110 / 318 - 207 / 308)
    assert displacement_quotient(TREATED, RING, CONTROL) == pytest.approx(expected)
    assert 0 < expected < 1  # the ring fell too, by less


def test_net_effect_by_hand_and_from_months() -> None:
    expected = 207 * 318 / 308 - 110 + 178 * 318 / 308 - 157
    assert total_net_effect(TREATED, [RING], CONTROL) == pytest.approx(expected)
    rng = np.random.default_rng(1)
    treated, ring, others = (rng.poisson(30, (n, 24)) for n in (1, 2, 7))
    found = displacement_rings(ControlledCounts(treated, others, 10, chosen_months=0), {"a": ring})
    totals = [(c[:, :10].sum(), c[:, 10:].sum()) for c in (treated, ring, others)]
    assert found.net.avoided == pytest.approx(total_net_effect(totals[0], [totals[1]], totals[2]))


def test_dispersion_of_months_is_that_of_the_simulation() -> None:
    """Gamma-Poisson months with variance three times the mean, no memory."""
    rng = np.random.default_rng(2)
    found = [
        month_dispersion(rng.poisson(rng.gamma(30 / 2.0, 2.0, (6, 60))), 30) for _ in range(200)
    ]
    assert np.mean(found) == pytest.approx(3.0, rel=0.08)
