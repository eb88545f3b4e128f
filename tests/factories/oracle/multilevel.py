"""Answers of three thousand people in forty areas: yes or no, and four steps."""

from __future__ import annotations

import numpy as np


def people(
    seed: int = 11, sd: float = 0.6, n_areas: int = 40, n: int = 3000
) -> dict[str, np.ndarray]:
    """Return area, woman, old, yes (0, 1) and step (0 to 3)."""
    rng = np.random.default_rng(seed)
    area = rng.integers(0, n_areas, n)
    woman, old = rng.integers(0, 2, n), (rng.random(n) < 0.3).astype(int)
    latent = 0.7 * woman + 0.4 * old + rng.normal(0, sd, n_areas)[area] + rng.logistic(0, 1, n)
    return {
        "area": area,
        "woman": woman,
        "old": old,
        "yes": (latent > 0.6).astype(int),
        "step": np.digitize(latent, [-0.8, 0.6, 2.0]),
    }


def inputs() -> dict[str, dict[str, np.ndarray]]:
    """Return the table ``people``."""
    return {"people": people()}
