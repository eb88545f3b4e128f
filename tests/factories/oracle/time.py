"""Series for the time methods: made by us, the same on every run."""

from __future__ import annotations

import numpy as np


def weekly() -> np.ndarray:
    """Return ten years of weeks of six series: season, slope, overdispersion, past outbreaks."""
    rng = np.random.default_rng(20)
    week = np.arange(520)
    rows = []
    for level, slope, spread in ((2, 0, 2), (6, 0.1, 3), (15, -0.2, 2), (40, 0.3, 4), (90, 0, 6), (1, 0, 1.5)):  # fmt: skip
        mean = level * np.exp(0.4 * np.sin(2 * np.pi * week / 52) + slope * week / 260)
        mean[300:304] *= 3
        rows.append(rng.negative_binomial(mean / (spread - 1), 1 / spread))
    return np.array(rows)


def monthly() -> np.ndarray:
    """Return six years of one monthly series with a season and some memory."""
    rng = np.random.default_rng(21)
    noise = rng.standard_normal(72)
    for month in range(1, 72):
        noise[month] = 0.5 * noise[month - 1] + np.sqrt(0.75) * noise[month]
    season = 0.2 * np.sin(2 * np.pi * np.arange(72) / 12)
    return rng.poisson(200 * np.exp(season + 0.1 * noise))


def stepped() -> np.ndarray:
    """Return 120 periods with changes of the mean at 40 and 85."""
    rng = np.random.default_rng(22)
    return rng.poisson(np.repeat([12.0, 20.0, 9.0], [40, 45, 35]))


def inputs() -> dict[str, dict[str, np.ndarray]]:
    """Return the tables that the script reads."""
    return {
        "weekly": {f"s{i}": row for i, row in enumerate(weekly())},
        "monthly": {"counts": monthly()},
        "stepped": {"counts": stepped()},
    }
