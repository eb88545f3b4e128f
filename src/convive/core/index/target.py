"""How surely a target is met, and how often a threshold would be crossed by chance alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, ndtr

from convive.core.errors import MethodError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ThresholdChurn:
    """What a fixed threshold does to areas in which nothing changes."""

    chance_above: Floats
    """Of each area to lie above the threshold in one survey, shape (n_areas,)."""
    share_on_wrong_side: float
    """Expected share of the areas (not at the threshold) that one survey puts on the wrong side."""
    chance_set_differs: float
    """That two surveys in a row put different areas above, although nothing changed."""


def target_probability(
    values: ArrayLike, standard_errors: ArrayLike, target: ArrayLike, *, is_lower_better: bool
) -> Floats:
    """Return the probability that each area's true value meets a target.

    Show it instead of a tick. Do not use it where many areas are compared with a target chosen
    after seeing the values; for a small number of cases use draws (`draw_values`) and count.

    Parameters
    ----------
    values, standard_errors : array_like of float, shape (n_areas,)
        Estimates about normal; NaN gives NaN. An error of 0 gives 0 or 1.
    target : array_like of float
        One for all or one per area.
    is_lower_better : bool
        Whether the target is met at or below it, or at or above it.

    Raises
    ------
    MethodError
        INDEX_TABLE where shapes differ or an error is negative.

    Examples
    --------
    >>> target_probability([10.0, 8.0], [1.0, 1.0], 10.0, is_lower_better=True).round(3).tolist()
    [0.5, 0.977]
    """
    x, se = np.asarray(values, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if x.shape != se.shape or (se < 0).any():
        raise MethodError("INDEX_TABLE", shapes=[str(x.shape), str(se.shape)])
    gap = np.asarray(target, dtype=np.float64) - x
    gap = gap if is_lower_better else -gap
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(se > 0, gap / se, np.where(gap >= 0, np.inf, -np.inf))
    return np.where(np.isfinite(x) & np.isfinite(se), ndtr(z), np.nan)


def threshold_churn(true_shares: ArrayLike, n: ArrayLike, threshold: float) -> ThresholdChurn:
    """Return how often a threshold on a survey share is crossed where nothing changes.

    For deciding on a rule before it is published: "areas above 10 % get …". Exact for simple
    random samples; with clusters and weights more areas are on the wrong side, so divide `n` by
    the design effect.

    Parameters
    ----------
    true_shares : array_like of float, shape (n_areas,)
        Supposed true shares, in [0, 1].
    n : array_like of float
        (Effective) respondents per area, at least 1.
    threshold : float, in (0, 1)
        An area is above it where its share is larger.

    Raises
    ------
    MethodError
        INDEX_TABLE where a share is none or a sample is empty.

    Examples
    --------
    >>> churn = threshold_churn([0.05, 0.15], 360, 0.10)
    >>> round(churn.chance_set_differs, 3)
    0.007
    """
    p, size = np.broadcast_arrays(
        np.asarray(true_shares, dtype=np.float64), np.floor(np.asarray(n, dtype=np.float64))
    )
    if p.ndim != 1 or not ((p >= 0) & (p <= 1) & (size >= 1)).all() or not 0 < threshold < 1:
        raise MethodError("INDEX_TABLE", shapes=[str(p.shape), str(size.shape)])
    above = 1.0 - bdtr(np.floor(threshold * size + 1e-9), size.astype(np.int64), p)
    wrong = np.where(p > threshold, 1.0 - above, above)[p != threshold]
    same = np.prod(above**2 + (1.0 - above) ** 2)
    return ThresholdChurn(
        np.asarray(above, dtype=np.float64),
        float(wrong.mean()) if wrong.size else 0.0,
        float(1.0 - same),
    )
