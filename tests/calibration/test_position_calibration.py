"""How often the true count, and the true rate, lie in what coarse points leave open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import gammaincinv

from convive.core.spatial.position import circle_points, displacement, relative_doubt, widened

pytestmark = pytest.mark.calibration

METRES = 111_195.0
SIDE_M = 1_000.0
N_AREAS = 8
"""Strips beside one another, each a kilometre wide; the outer two have an open side."""
N_TOWNS = 1_500
MEAN = 60.0


def _towns(rng: np.random.Generator, contrast: float, accuracy: float) -> dict[str, Any]:
    """Return true and recorded counts, widened and plain intervals of one town."""
    level = np.where(np.arange(N_AREAS) % 2 == 0, 1.0, contrast)
    means = MEAN * level
    true = rng.poisson(means)
    place = np.repeat(np.arange(N_AREAS), true)
    x = (place + rng.uniform(0, 1, place.size)) * SIDE_M
    angle = rng.uniform(0, 2 * np.pi, place.size)
    reach = accuracy * np.sqrt(rng.uniform(0, 1, place.size))
    seen = x + reach * np.cos(angle)
    own = np.where((seen < 0) | (seen >= N_AREAS * SIDE_M), -1, seen // SIDE_M).astype(int)
    across, _ = circle_points(seen / METRES, np.zeros(seen.size), np.full(seen.size, accuracy))
    metres = across * METRES
    at = np.where((metres < 0) | (metres >= N_AREAS * SIDE_M), -1, metres // SIDE_M).astype(int)
    found = displacement(own, at, N_AREAS)
    count = np.bincount(own[own >= 0], minlength=N_AREAS).astype(float)
    low = gammaincinv(np.maximum(count, 0.5), 0.025)
    high = gammaincinv(count + 1, 0.975)
    wide = widened(count, low, high, relative_doubt(count, count, found))
    error = np.sqrt(found.variance) + np.abs(found.net) / 1.96
    return {
        "true": np.abs(true - count) <= 1.96 * error + 0.5,
        "plain": (low <= means) & (means <= high),
        "wide": (wide[0] <= means) & (means <= wide[1]),
        "width": np.mean((wide[1] - wide[0]) / (high - low)),
    }


CASES = [(contrast, accuracy) for contrast in (1.0, 2.0, 4.0) for accuracy in (50.0, 200.0, 500.0)]


def test_what_coarse_points_leave_open(record_table: Callable[..., None]) -> None:
    rows = []
    for case, (contrast, accuracy) in enumerate(CASES):
        rng = np.random.default_rng([20260101, case])
        towns = [_towns(rng, contrast, accuracy) for _ in range(N_TOWNS)]
        shares = {
            name: np.mean([town[name] for town in towns], axis=0)[1:-1].mean()
            for name in ("true", "plain", "wide")
        }
        width = float(np.mean([town["width"] for town in towns]))
        rows.append(
            (contrast, accuracy, *(round(float(v), 3) for v in shares.values()), round(width, 2))
        )
        if contrast == 1.0 or (contrast, accuracy) == (2.0, 50.0):
            assert shares["true"] > 0.945
            assert shares["wide"] > 0.945
        assert shares["wide"] >= shares["plain"] - 1e-9
    record_table(
        "position_uncertainty",
        title="Coarse points: share of true values in the interval",
        about=(
            "Strips of 1 km, 60 incidents each, every second strip with `contrast` times as many; "
            "recorded places are off by anything up to the accuracy. Nominal: 0.95. Where "
            "neighbours differ much and the accuracy is of the order of the areas, the assumption "
            "of an even circle fails: no interval helps, coarser areas do."
        ),
        head=["contrast", "accuracy (m)", "true count", "rate, plain", "rate, widened", "width"],
        rows=rows,
    )
