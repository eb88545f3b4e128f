"""Do areas share one course: the change of each against the rest of the city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import benjamini_hochberg
from convive.core.temporal.trend import TOO_FEW, TrendResult, long_trend, monthly_trend

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RelativeTrends:
    """The change of every area against all others together."""

    trends: tuple[TrendResult, ...]
    """Change in percent of area ÷ rest; `expected` is in the area's own counts."""
    q: Floats
    """(n_areas,): p-values adjusted over all areas; NaN where an area has no change."""
    p_any: float
    """Whether all areas share one course: p-value of "no area differs"; NaN without any test."""


def relative_trends(
    counts: ArrayLike,
    *,
    breaks: Sequence[int] = (),
    incomplete_last: int = 0,
    is_long: bool = False,
    level: float = 0.95,
) -> RelativeTrends:
    """Return how each area changed against the rest of the city.

    Use it to ask whether an area goes its own way. What moves the whole city (a season, a trend,
    a recording change) falls out. Not where one area is most of the city: then the rest is no
    yardstick. A difference is no effect of a measure: areas that were picked for being high fall
    back by themselves (see `before_after`).

    Parameters
    ----------
    counts : array_like of int, shape (n_areas, n_months)
        Incidents of all areas of the city, in order.
    breaks, incomplete_last, level
        As in `monthly_trend`.
    is_long : bool
        Compare the first with the last year (`long_trend`), not the last two.

    Returns
    -------
    RelativeTrends
        An area's reason is TREND_TOO_FEW where the rest of the city has a month without any.

    Raises
    ------
    MethodError
        RELATIVE_SHAPE for fewer than two areas; TREND_NEGATIVE_COUNT.

    Notes
    -----
    Quasi-Poisson of the area's counts with the counts of the rest as exposure; the noise of the
    rest is part of the dispersion. "No area differs" is tested by Simes' p-value, which is the
    smallest adjusted one.

    References
    ----------
    .. [1] Simes, R. J. (1986). An improved Bonferroni procedure for multiple tests of
       significance. Biometrika 73(3), 751-754.

    Examples
    --------
    >>> import numpy as np
    >>> city = np.tile([50, 60, 55, 52, 58, 61, 57, 54, 53, 59, 60, 51], (4, 3))
    >>> city[0, 24:] = city[0, 24:] * 2
    >>> found = relative_trends(city)
    >>> round(found.trends[0].change_percent), found.p_any < 0.01
    (100, True)
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 2 or y.shape[0] < 2:
        raise MethodError("RELATIVE_SHAPE", shape=y.shape)
    if not np.isfinite(y).all() or (y < 0).any():
        raise MethodError("TREND_NEGATIVE_COUNT")
    change = long_trend if is_long else monthly_trend
    trends = []
    for row, rest in zip(y, y.sum(axis=0) - y, strict=True):
        is_told = bool((rest > 0).all())
        exposure = rest if is_told else np.ones(rest.size)
        found = change(
            row, breaks=breaks, incomplete_last=incomplete_last, level=level, exposure=exposure
        )
        trends.append(found if is_told else _without_change(found))
    q = benjamini_hochberg([one.p for one in trends])
    return RelativeTrends(tuple(trends), q, float(np.nanmin(q)) if np.isfinite(q).any() else np.nan)


def _without_change(found: TrendResult) -> TrendResult:
    """Return a result that says there is too little to compare with."""
    total, segment = found.n, found.segment
    return TrendResult(TOO_FEW, *(None,) * 4, total, *(None,) * 7, segment)
