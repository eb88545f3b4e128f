"""A small walk: five raters, six areas, few places rated twice."""

from __future__ import annotations

import numpy as np


def walk() -> dict[str, np.ndarray]:
    """Return ratings of 72 stops at 60 places."""
    rng = np.random.default_rng(20261121)
    place = np.concatenate([np.arange(60), rng.choice(60, 12, replace=False)])
    first = rng.integers(0, 5, 60)
    rater = np.concatenate([first, (first[place[60:]] + rng.integers(1, 5, 12)) % 5])
    y = 1.5 + rng.normal(0, 0.5, 60)[place] + rng.normal(0, 0.35, 72) + 0.2 * (rater == 3)
    return {"y": y, "place": place, "rater": rater, "area": place % 6}


def inputs() -> dict[str, dict[str, list]]:
    """Return the table that R reads."""
    return {"walk": {name: column.tolist() for name, column in walk().items()}}
