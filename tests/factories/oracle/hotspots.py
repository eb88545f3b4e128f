"""Points, events and areas for densities, pairs and scans."""

from __future__ import annotations

import numpy as np


def inputs() -> dict[str, dict[str, np.ndarray]]:
    """Return the tables that R and the tests both read."""
    rng = np.random.default_rng(20240521)
    centres = np.array([[400.0, 300.0], [1500.0, 1100.0]])
    spread = centres[rng.integers(2, size=150)] + rng.normal(0.0, 120.0, (150, 2))
    even = rng.uniform(0.0, 1.0, (100, 2)) * [2000.0, 1500.0]
    points = np.clip(np.vstack([spread, even]), 1.0, [1999.0, 1499.0]).round(3)
    # Centres of cells with a side of 10 metres, at corners, borders and in the middle.
    columns, rows = np.meshgrid([0, 1, 40, 99, 150, 199], [0, 30, 75, 110, 149])
    nodes = {"x": 5.0 + 10.0 * columns.ravel(), "y": 5.0 + 10.0 * rows.ravel()}
    events = {
        "x": rng.integers(0, 60, 200) * 25.0,
        "y": rng.integers(0, 40, 200) * 25.0,
        "day": rng.integers(0, 120, 200),
    }
    areas = {"x": rng.uniform(0, 100, 60).round(2), "y": rng.uniform(0, 100, 60).round(2)}
    residents = rng.integers(400, 4000, 60)
    near = (areas["x"] - 50.0) ** 2 + (areas["y"] - 50.0) ** 2 < 400.0
    cases = rng.poisson(residents / 400.0 * np.where(near, 1.6, 1.0))
    table = rng.poisson(residents[:, np.newaxis] / 2000.0 * np.ones((1, 12)))
    table[near, 9:] += rng.poisson(1.5, (int(near.sum()), 3))
    months = {f"month{t}": table[:, t] for t in range(12)}
    return {
        "points": {"x": points[:, 0], "y": points[:, 1]},
        "nodes": nodes,
        "events": events,
        "areas": {**areas, "residents": residents, "cases": cases, **months},
    }
