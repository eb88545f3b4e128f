"""Avoided incidents against their closed form."""

import numpy as np
import pytest

from convive.core.evaluation import ControlledCounts, before_after_control, count_effect


def test_avoided_incidents_are_the_control_ratio_times_before_less_after() -> None:
    rng = np.random.default_rng(1)
    treated, others = rng.poisson(30, (2, 40)), rng.poisson(25, (9, 40))
    found = before_after_control(
        ControlledCounts(treated, others, 20, chosen_months=0, are_neighbours=False)
    )
    expected = treated[:, :20].sum() * others[:, 20:].sum() / others[:, :20].sum()
    assert found.avoided == pytest.approx(expected - treated[:, 20:].sum())
    plain = count_effect(treated, others, 20)
    assert (found.effect, found.low, found.p) == (plain.effect_percent, plain.low, plain.p)


def test_an_assumed_drift_adds_its_variance() -> None:
    """Two areas of equal size on each side: the effect's variance grows by drift² (½ + ½)."""
    rng = np.random.default_rng(2)
    treated, others = np.tile(rng.poisson(30, (1, 40)), (2, 1)), rng.poisson(25, (1, 40))
    others = np.tile(others, (2, 1))
    plain = count_effect(treated, others, 20)
    wide = count_effect(treated, others, 20, assumed_drift=0.2)
    half = [np.log((1 + one.high / 100) / (1 + one.low / 100)) / 2 for one in (plain, wide)]
    quantile = half[0] / np.sqrt(
        plain.dispersion * sum(1 / c[:, w].sum() for c in (treated, others) for w in (slice(20), slice(20, 40)))
    )  # fmt: skip
    assert half[1] ** 2 - half[0] ** 2 == pytest.approx(0.2**2 * quantile**2, rel=1e-6)
