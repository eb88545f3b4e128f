"""A small sparse conversation of three camps."""

from __future__ import annotations

import numpy as np

from factories.votes import camps


def conversation() -> np.ndarray:
    """Return votes of 60 participants on 15 statements."""
    return camps(np.random.default_rng(20261121), 60, 15, 3)[0]


def inputs() -> dict[str, dict[str, list]]:
    """Return the table that R reads; what was not seen is NA."""
    votes = conversation()
    return {
        "votes": {
            f"s{j}": ["NA" if np.isnan(v) else int(v) for v in column]
            for j, column in enumerate(votes.T)
        }
    }
