"""Two raters who give 0 to 3 to the same 80 stops."""

from __future__ import annotations

import numpy as np


def pair() -> tuple[np.ndarray, np.ndarray]:
    """Return the ratings of both."""
    rng = np.random.default_rng(20261121)
    truth = rng.choice(4, 80, p=[0.4, 0.3, 0.2, 0.1])
    rated = [np.clip(truth + rng.choice([-1, 0, 1], 80, p=[0.15, 0.7, 0.15]), 0, 3) for _ in "ab"]
    return rated[0], rated[1]


def inputs() -> dict[str, dict[str, np.ndarray]]:
    """Return the table that R reads."""
    first, second = pair()
    return {"pair": {"first": first, "second": second}}
