"""Whether two shares differ: a test and an interval that hold with a handful of cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import two_shares_p
from convive.core.survey.estimates import t_quantile

FloatArray = NDArray[np.float64]

MIN_CASES = 3.0
"""Cases (and others) that each side must be expected to have, in effective numbers."""
NOBODY = "SURVEY_NOBODY"
NO_FREEDOM = "SURVEY_NO_FREEDOM"
TOO_FEW_CASES = "SURVEY_TOO_FEW_CASES"


@dataclass(frozen=True, slots=True)
class SharePair:
    """Two shares per comparison, arrays of shape (2, n_comparisons), first side first."""

    share: FloatArray
    size: FloatArray
    """Effective numbers: of a simple random sample that would be as precise."""


@dataclass(frozen=True, slots=True)
class ShareTest:
    """What is known of the differences, arrays of shape (n_comparisons,)."""

    low: FloatArray
    high: FloatArray
    p: FloatArray
    reason: tuple[str | None, ...]
    """Why there is no p-value."""


def compare_shares(pair: SharePair, df: ArrayLike, *, level: float = 0.95) -> ShareTest:
    """Return interval and p-value of the differences between two shares.

    Parameters
    ----------
    pair : SharePair
        NaN where a side has nobody.
    df : array_like of float, shape (n_comparisons,)
        Degrees of freedom of the design effects.
    level : float, in (0, 1)
        Nominal coverage: Newcombe's interval from Wilson's limits of the two sides.

    Notes
    -----
    The test is `convive.core.significance.two_shares_p` on effective numbers. It is not made
    (NaN, with a reason) where either side is expected to have fewer than three cases, or fewer
    than three others, if both had the same share: weighting makes such counts too coarse.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent
       proportions. Statistics in Medicine 17(8), 873-890.
    .. [2] Rao, J. N. K., Scott, A. J. (1992). A simple method for the analysis of clustered
       binary data. Biometrics 48(2), 577-585.
    """
    freedom = np.broadcast_to(np.asarray(df, dtype=float), pair.share.shape[1:])
    low, high = _wilson(pair, t_quantile(freedom, level=level))
    gap = pair.share[0] - pair.share[1]
    below = np.hypot(pair.share[0] - low[0], high[1] - pair.share[1])
    above = np.hypot(high[0] - pair.share[0], pair.share[1] - low[1])
    reason = tuple(_reason(*row) for row in zip(*pair.share, *pair.size, freedom, strict=True))
    is_tested = np.array([why is None for why in reason], dtype=bool)
    p = two_shares_p(pair.size * pair.share, pair.size, df=freedom)
    return ShareTest(gap - below, gap + above, np.where(is_tested, p, np.nan), reason)


def shares_against_rest(
    shares: ArrayLike, sizes: ArrayLike, *, df: float = np.inf, level: float = 0.95
) -> ShareTest:
    """Return each area's share compared with that of all the other areas together.

    Parameters
    ----------
    shares, sizes : array_like of float, shape (n_areas,)
        Shares and effective numbers (`SurveyEstimates.n_cautious`); NaN = no figure, which
        takes no part in the rest either.

    Raises
    ------
    MethodError
        SURVEY_SHAPE.
    """
    share, size = np.asarray(shares, dtype=float), np.asarray(sizes, dtype=float)
    if share.ndim != 1 or share.shape != size.shape:
        raise MethodError("SURVEY_SHAPE", shares=share.shape, sizes=size.shape)
    known = np.isfinite(share) & np.isfinite(size) & (size > 0)
    n = np.where(known, size, 0.0)
    cases = np.where(known, n * share, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.clip((cases.sum() - cases) / (n.sum() - n), 0.0, 1.0)
    own = np.where(known, share, np.nan)
    return compare_shares(
        SharePair(np.stack([own, rest]), np.stack([n, n.sum() - n])), df, level=level
    )


def angle_of_share(shares: ArrayLike, sizes: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return shares as angles (twice the arcsine of the root) with their standard errors.

    The error of an angle depends on the number alone. That of a logit depends on the share
    itself, so that areas which are low by chance look surer than they are.

    Parameters
    ----------
    shares, sizes : array_like of float
        Shares and effective numbers.

    References
    ----------
    .. [1] Anscombe, F. J. (1948). The transformation of Poisson, binomial and
       negative-binomial data. Biometrika 35(3/4), 246-254.

    Examples
    --------
    >>> angle, error = angle_of_share(0.5, 99.5)
    >>> round(float(angle), 4), float(error)
    (1.5708, 0.1)
    """
    share, size = np.asarray(shares, dtype=float), np.asarray(sizes, dtype=float)
    kept = (size * share + 0.375) / (size + 0.75)
    return 2.0 * np.arcsin(np.sqrt(kept)), 1.0 / np.sqrt(size + 0.5)


def _wilson(pair: SharePair, z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Wilson's limits of every share."""
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = z**2 / pair.size
        centre = (pair.share + scaled / 2.0) / (1.0 + scaled)
        spread = pair.share * (1.0 - pair.share) / pair.size + z**2 / (4.0 * pair.size**2)
        half = z * np.sqrt(spread) / (1.0 + scaled)
    return np.minimum(centre - half, pair.share), np.maximum(centre + half, pair.share)


def _reason(share_a: float, share_b: float, size_a: float, size_b: float, df: float) -> str | None:
    """Return why two shares cannot be tested, or None."""
    if not (np.isfinite(share_a) and np.isfinite(share_b)):
        return NOBODY
    if not df >= 1:
        return NO_FREEDOM
    pooled = (size_a * share_a + size_b * share_b) / (size_a + size_b)
    expected = min(size_a, size_b) * min(pooled, 1.0 - pooled)
    return None if expected >= MIN_CASES else TOO_FEW_CASES
