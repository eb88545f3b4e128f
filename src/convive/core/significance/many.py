"""Many tests at once: false-discovery adjustments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from convive.core.errors import MethodError
from convive.core.significance.tails import (
    FloatArray,
)


def benjamini_hochberg(p: ArrayLike | Sequence[float | None]) -> FloatArray:
    """Return the false-discovery-adjusted value q of each p-value.

    Calling everything with q ≤ 0.05 a discovery keeps the expected share of false ones at or
    below 5 %, for tests that are independent or positively related.

    Parameters
    ----------
    p : array_like of float, shape (n_tests,)
        p-values of *all* tests that were made; NaN or None = not tested, stays NaN and is not
        counted.

    Raises
    ------
    MethodError
        SIGNIFICANCE_NOT_A_PROBABILITY for a value outside 0 to 1.

    References
    ----------
    .. [1] Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
       the Royal Statistical Society B 57(1), 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, None, 0.03]).round(3).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    return _step_up(p, lambda _n: 1.0)


def benjamini_yekutieli(p: ArrayLike | Sequence[float | None]) -> FloatArray:
    """Return q under any dependence between the tests; stricter than Benjamini-Hochberg.

    Parameters and errors as for `benjamini_hochberg`.

    References
    ----------
    .. [1] Benjamini, Y., Yekutieli, D. (2001). The control of the false discovery rate in
       multiple testing under dependency. Annals of Statistics 29(4), 1165-1188.
    """
    return _step_up(p, lambda n: float(np.sum(1.0 / np.arange(1, n + 1))))


def _step_up(p: ArrayLike | Sequence[float | None], penalty: Callable[[int], float]) -> FloatArray:
    """Return min over larger p of p × n × penalty ÷ rank, capped at 1."""
    values = np.asarray(p, dtype=float)  # None becomes NaN
    tested = ~np.isnan(values)
    known = values[tested]
    if known.size and (known.min() < 0 or known.max() > 1):
        raise MethodError("SIGNIFICANCE_NOT_A_PROBABILITY")
    order = np.argsort(known, kind="stable")
    ranks = np.arange(1, known.size + 1)
    factor = known.size * (penalty(known.size) if known.size else 1.0)
    scaled = known[order] * factor / ranks
    running = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.empty_like(known)
    adjusted[order] = np.clip(running, known[order], 1.0)  # rounding must not take q below p
    q = np.full(values.shape, np.nan)
    q[tested] = adjusted
    return q
