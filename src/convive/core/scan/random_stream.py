"""A small generator of random numbers for compiled loops: one seed a replication.

The seeds are drawn from the caller's generator beforehand, so that a result does not depend on
how replications are shared out among threads. SplitMix64 [1]_.

References
----------
.. [1] Steele, G. L., Lea, D., Flood, C. H. (2014). Fast splittable pseudorandom number
   generators. ACM SIGPLAN Notices 49(10), 453-472.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Seeds = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 1.0 / 9007199254740992.0


def draw_seeds(rng: np.random.Generator, n: int) -> Seeds:
    """Return `n` seeds, one a replication."""
    return rng.integers(0, 2**64, size=n, dtype=np.uint64)


@njit(cache=True, nogil=True)
def next_uniform(state: Seeds) -> float:  # pragma: no cover - compiled
    """Return a number in [0, 1) and move `state`, shape (1,), on."""
    state[0] += _STEP
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * _MIX_A
    z = (z ^ (z >> np.uint64(27))) * _MIX_B
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * _TO_UNIT


@njit(cache=True, nogil=True)
def shuffle(values: NDArray[np.signedinteger], state: Seeds) -> None:  # pragma: no cover - compiled
    """Put integers into a random order, every order as likely as another."""
    for i in range(values.size - 1, 0, -1):
        j = int(next_uniform(state) * (i + 1))
        values[i], values[j] = values[j], values[i]


__all__ = ["Seeds", "draw_seeds", "next_uniform", "shuffle"]
