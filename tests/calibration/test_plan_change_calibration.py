"""Targets: nothing is called a move too often, and real moves are found."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from convive.core.strategy.change import TargetVerdict, difference, read_targets
from factories.plans import figure, target

pytestmark = pytest.mark.calibration
MOVES = {TargetVerdict.WANTED_WAY, TargetVerdict.WRONG_WAY, TargetVerdict.REACHED}
Z = 1.959964


def share(k: int, n: int, year: int):
    middle = (2 * k + Z**2) / (2 * (n + Z**2))
    half = Z * sqrt(Z**2 + 4 * k * (n - k) / n) / (2 * (n + Z**2))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return replace(figure(0, 0, year), value=k / n, low=min(low, k / n), high=max(high, k / n))


@pytest.mark.parametrize("p", [0.05, 0.3, 0.5])
@pytest.mark.parametrize("n", [40, 400])
def test_two_measurements_of_the_same_share_rarely_differ(p, n) -> None:
    rng = np.random.default_rng(20261121)
    pairs = rng.binomial(n, p, size=(4000, 2))
    moved = sum(
        read_targets([target(baseline=share(a, n, 2023), now=share(b, n, 2025))])[0].verdict
        in MOVES
        for a, b in pairs
    )
    assert moved / len(pairs) < 0.06


def test_of_ten_targets_without_a_change_one_is_called_moved_in_one_case_of_twenty() -> None:
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(1500):
        draws = rng.binomial(300, 0.4, size=(10, 2))
        targets = [target(baseline=share(a, 300, 2023), now=share(b, 300, 2025)) for a, b in draws]
        wrong += any(reading.verdict in MOVES for reading in read_targets(targets))
    assert wrong / 1500 < 0.065


def test_the_interval_covers_the_true_change() -> None:
    rng = np.random.default_rng(11)
    draws = zip(rng.binomial(120, 0.3, 4000), rng.binomial(200, 0.2, 4000), strict=True)
    found = [difference(share(a, 120, 2023), share(b, 200, 2025)) for a, b in draws]
    covered = sum(c is not None and c.low <= -0.1 <= c.high for c in found)
    assert 0.935 < covered / 4000 < 0.97


def test_a_fall_of_ten_points_is_found_with_four_hundred_answers() -> None:
    rng = np.random.default_rng(13)
    pairs = zip(rng.binomial(400, 0.4, 1000), rng.binomial(400, 0.3, 1000), strict=True)
    read = [
        read_targets([target(baseline=share(a, 400, 2023), now=share(b, 400, 2025), value=None)])[0]
        for a, b in pairs
    ]
    found = [reading.verdict for reading in read]
    assert found.count(TargetVerdict.WANTED_WAY) / 1000 > 0.8
    assert found.count(TargetVerdict.WRONG_WAY) == 0
