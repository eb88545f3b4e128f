"""Many tests at once: false-discovery adjustments, and Holm's for a handful of questions."""

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


def holm(p: ArrayLike | Sequence[float | None]) -> FloatArray:
    """Return p-values adjusted so that any false one among all tests is as rare as the level.

    Use it for the few questions of one answer (by gender, by age); for the hundreds of an audit
    it would miss nearly everything: take `benjamini_hochberg`.

    Parameters and errors as for `benjamini_hochberg`.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure.
       Scandinavian Journal of Statistics 6(2), 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, None, 0.03]).round(3).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    values = np.asarray(p, dtype=float)  # None becomes NaN
    known = _known(values)
    order = np.argsort(known, kind="stable")
    scaled = known[order] * np.arange(known.size, 0, -1)
    adjusted = np.empty_like(known)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return _put_back(values, adjusted)


def _step_up(p: ArrayLike | Sequence[float | None], penalty: Callable[[int], float]) -> FloatArray:
    """Return min over larger p of p × n × penalty ÷ rank, capped at 1."""
    values = np.asarray(p, dtype=float)  # None becomes NaN
    known = _known(values)
    order = np.argsort(known, kind="stable")
    ranks = np.arange(1, known.size + 1)
    factor = known.size * (penalty(known.size) if known.size else 1.0)
    scaled = known[order] * factor / ranks
    running = np.minimum.accumulate(scaled[::-1])[::-1]
    adjusted = np.empty_like(known)
    adjusted[order] = np.clip(running, known[order], 1.0)  # rounding must not take q below p
    return _put_back(values, adjusted)


def _known(values: FloatArray) -> FloatArray:
    """Return the p-values of the tests that were made, or refuse what is none."""
    known = values[~np.isnan(values)]
    if known.size and (known.min() < 0 or known.max() > 1):
        raise MethodError("SIGNIFICANCE_NOT_A_PROBABILITY")
    return known


def _put_back(values: FloatArray, adjusted: FloatArray) -> FloatArray:
    """Return adjusted values in their places; what was not tested stays NaN."""
    q = np.full(values.shape, np.nan)
    q[~np.isnan(values)] = adjusted
    return q
