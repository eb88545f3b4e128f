"""The four faces of security on one scale, and where they disagree.

A face is recorded, experienced, felt or observed security, each by one figure per area, already
turned so that more is worse. Within the city a face is measured in steps of its own true spread:
0 is the city, 1 is one standard deviation of areas. Missing figures are NaN in these arrays, and
only there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError
from convive.core.model import Verdict
from convive.core.significance import chi_square_p, two_sided_normal_p

NO_DIFFERENCES = "FACE_NO_DIFFERENCES"
TOO_FEW_AREAS = "FACE_TOO_FEW_AREAS"

MIN_AREAS = 5
MARGIN = 0.5
"""Faces that differ by less than half a standard deviation of areas agree."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FaceScores:
    """One face over all areas; arrays of shape (n_areas,), NaN where an area has no figure."""

    reason: str | None
    """None; FACE_NO_DIFFERENCES where areas cannot be told apart; FACE_TOO_FEW_AREAS."""
    scores: Floats | None
    """(value - city) / spread, + is worse."""
    standard_errors: Floats | None
    low: Floats | None
    high: Floats | None
    p: Floats | None
    """Two-sided, of equality with the rest of the city."""
    shrunken: Floats | None
    """Score drawn towards the city as far as its own error demands."""
    spread: float | None
    """Standard deviation of the true values between areas, sampling error taken out."""
    city: float | None
    """The mean that is 0 on the scale."""
    heterogeneity_p: float | None
    """p-value of "all areas are alike"."""


@dataclass(frozen=True, slots=True)
class FaceGaps:
    """Two faces compared in every area; arrays of shape (n_areas,)."""

    face_a: str
    face_b: str
    difference: Floats
    """score(b) - score(a): + means that b is worse than a suggests."""
    low: Floats
    high: Floats
    p: Floats
    """Of a difference no larger than the margin."""
    usual_difference: float
    """Standard deviation of the true differences over the city: how much the two faces
    disagree everywhere."""


def standardise_face(
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    city: float | None = None,
    level: float = 0.95,
    alpha: float = 0.05,
) -> FaceScores:
    """Return one face per area in standard deviations of true differences between areas.

    Use it for areas of one city, level and period. If the areas cannot be told apart the face
    has no scale and the reason says so: noise is never stretched into a ranking.

    Parameters
    ----------
    values : array_like of float, shape (n_areas,)
        More is worse, on a scale where the error is about normal: log rate, logit share, mean.
        NaN where an area has no figure.
    standard_errors : array_like of float, shape (n_areas,)
        Of the values, same scale, > 0.
    city : float, optional
        What counts as 0; by default the mean of areas weighted by their total variance.
    level : float, in (0, 1)
        Coverage of the intervals.
    alpha : float, in (0, 1)
        Level of the test that areas differ at all.

    Returns
    -------
    FaceScores
        Scores, errors, intervals and p-values, or the reason why there are none.

    Raises
    ------
    MethodError
        FACE_SHAPE, FACE_STANDARD_ERROR.

    Notes
    -----
    The spread is Paule and Mandel's estimate; it and the city's mean are taken as known, which
    makes intervals a little too narrow with fewer than some 20 areas.

    References
    ----------
    .. [1] Paule, R. C. and Mandel, J. (1982). Consensus values and weighting factors. Journal
       of Research of the National Bureau of Standards 87(5), 377-385.
    .. [2] Morris, C. N. (1983). Parametric empirical Bayes inference. JASA 78(381), 47-55.

    Examples
    --------
    >>> face = standardise_face([-2.0, -1.0, 0.0, 1.0, 2.0], [0.1] * 5)
    >>> [round(float(score), 2) for score in face.scores]
    [-1.27, -0.63, 0.0, 0.63, 1.27]
    >>> standardise_face([0.0, 0.1, -0.1, 0.05, 0.0], [0.3] * 5).reason
    'FACE_NO_DIFFERENCES'
    """
    x, se, known = _read_face(values, standard_errors)
    if known.sum() < MIN_AREAS:
        return FaceScores(TOO_FEW_AREAS, *(None,) * 9)
    heterogeneity = heterogeneity_p(x[known], se[known])
    spread = between_area_sd(x[known], se[known])
    if heterogeneity > alpha or spread <= 0.0:
        return FaceScores(NO_DIFFERENCES, *(None,) * 8, heterogeneity)
    weights = np.where(known, 1.0 / (se**2 + spread**2), 0.0)
    weights /= weights.sum()
    centre = float(np.sum(weights[known] * x[known])) if city is None else city
    scores = (x - centre) / spread
    errors = _error_of_difference(se, known, weights if city is None else None) / spread
    reach = float(ndtri(0.5 + level / 2.0)) * errors
    return FaceScores(
        None,
        scores,
        errors,
        scores - reach,
        scores + reach,
        np.asarray(two_sided_normal_p(scores / errors)),
        scores * spread**2 / (spread**2 + se**2),
        spread,
        centre,
        heterogeneity,
    )


def face_gaps(
    faces: Mapping[str, FaceScores],
    *,
    margin: float = MARGIN,
    level: float = 0.95,
    error_correlation: Mapping[tuple[str, str], float] | None = None,
) -> tuple[FaceGaps, ...]:
    """Return the difference of every pair of faces in every area, tested against a margin.

    Two faces never agree perfectly, so "exactly equal" would be refused everywhere as soon as
    samples are large. The hypothesis here is that they agree up to `margin`; a gap is called
    only where the difference is surely larger. A gap says that two faces disagree in this area
    more than the city's scales suggest, not which of them is right.

    Parameters
    ----------
    faces : mapping of face to FaceScores
        In the order of the faces; those with a reason are left out.
    margin : float, unit: standard deviations of areas
        Differences up to it count as agreement.
    level : float, in (0, 1)
        Coverage of the intervals of the difference itself.
    error_correlation : mapping of (face_a, face_b) to float, optional
        Correlation of the sampling errors, e.g. two items of the same survey. Left out, it is
        0, which makes gaps between items of one survey a little too hard to find.

    Returns
    -------
    tuple of FaceGaps
        One per pair, in the order of `faces`.

    Raises
    ------
    MethodError
        FACE_SHAPE if the faces cover different numbers of areas.

    References
    ----------
    .. [1] Murphy, K. R. and Myors, B. (1999). Testing the hypothesis that treatments have
       negligible effects: minimum-effect tests. Journal of Applied Psychology 84(2), 234-248.
    """
    usable = {face: one for face, one in faces.items() if one.reason is None}
    if len({one.scores.size for one in usable.values() if one.scores is not None}) > 1:
        raise MethodError("FACE_SHAPE", faces=sorted(usable))
    shared = error_correlation or {}
    return tuple(
        _compare(a, b, usable, shared.get((a, b), 0.0), (margin, level))
        for a, b in combinations(usable, 2)
    )


def minimum_effect_p(difference: ArrayLike, error: ArrayLike, margin: float) -> Floats:
    """Return the p-value of "the true difference is no larger than the margin".

    The largest probability, over all differences within the margin, of one at least as large as
    seen; with margin 0 it is the ordinary two-sided p-value.

    Examples
    --------
    >>> round(float(minimum_effect_p(1.96, 1.0, 0.0)), 3)
    0.05
    >>> round(float(minimum_effect_p(1.0, 0.2, 0.5)), 4)
    0.0062
    """
    size = np.abs(np.asarray(difference, dtype=np.float64))
    scale = np.asarray(error, dtype=np.float64)
    return _upper_tail((size - margin) / scale) + _upper_tail((size + margin) / scale)


def verdict_of_difference(
    difference: float | None,
    interval: tuple[float, float] | None,
    q: float | None,
    *,
    alpha: float = 0.05,
    narrow: float = 2 * MARGIN,
) -> Verdict:
    """Return clearly_above, clearly_below, like_the_city or cannot_tell for a score or a gap.

    Like the city (or: no clear gap) only where the whole interval lies within ± `narrow`; a
    wide interval means that one cannot tell.

    Examples
    --------
    >>> verdict_of_difference(1.4, (0.9, 1.9), 0.001).value
    'clearly_above'
    >>> verdict_of_difference(0.1, (-1.6, 1.8), 0.9).value
    'cannot_tell'
    """
    if difference is None or interval is None or q is None:
        return Verdict.CANNOT_TELL
    if q <= alpha:
        return Verdict.CLEARLY_ABOVE if difference > 0 else Verdict.CLEARLY_BELOW
    if -narrow < interval[0] and interval[1] < narrow:
        return Verdict.LIKE_THE_CITY
    return Verdict.CANNOT_TELL


def heterogeneity_p(values: ArrayLike, standard_errors: ArrayLike) -> float:
    """Return the p-value of "all true values are equal" (Cochran's Q).

    Examples
    --------
    >>> round(heterogeneity_p([0.0, 1.96], [1.0, 1e-9]), 3)
    0.05
    """
    x = np.asarray(values, dtype=np.float64)
    weights = 1.0 / np.asarray(standard_errors, dtype=np.float64) ** 2
    mean = np.sum(weights * x) / weights.sum()
    return float(chi_square_p(np.sum(weights * (x - mean) ** 2), x.size - 1))


def between_area_sd(values: ArrayLike, standard_errors: ArrayLike) -> float:
    """Return the standard deviation of true values, sampling error taken out (Paule-Mandel).

    Examples
    --------
    >>> round(between_area_sd([1.0, 3.0, 5.0], [1e-6] * 3), 6)
    2.0
    """
    x = np.asarray(values, dtype=np.float64)
    variances = np.asarray(standard_errors, dtype=np.float64) ** 2
    if _excess(0.0, x, variances) <= 0.0:
        return 0.0
    low, high = 0.0, float(np.ptp(x)) ** 2 + 1e-300
    for _ in range(200):
        middle = 0.5 * (low + high)
        if _excess(middle, x, variances) > 0.0:
            low = middle
        else:
            high = middle
        if high - low <= 1e-14 * high:
            break
    return float(np.sqrt(0.5 * (low + high)))


def _excess(between: float, x: Floats, variances: Floats) -> float:
    """Return how far the weighted squares exceed their expectation; falls in `between`."""
    weights = 1.0 / (variances + between)
    mean = np.sum(weights * x) / weights.sum()
    return float(np.sum(weights * (x - mean) ** 2) - (x.size - 1))


def _read_face(
    values: ArrayLike, standard_errors: ArrayLike
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Check a face; return values, errors and which areas have a figure."""
    x = np.asarray(values, dtype=np.float64)
    se = np.asarray(standard_errors, dtype=np.float64)
    if x.ndim != 1 or x.shape != se.shape:
        raise MethodError("FACE_SHAPE", values=x.shape, standard_errors=se.shape)
    known = np.isfinite(x) & np.isfinite(se)
    if (se[known] <= 0).any():
        raise MethodError("FACE_STANDARD_ERROR")
    return np.where(known, x, np.nan), np.where(known, se, np.nan), known


def _error_of_difference(se: Floats, known: NDArray[np.bool_], weights: Floats | None) -> Floats:
    """Return the standard error of value - city mean, the area's own part in it allowed for."""
    if weights is None:
        return se
    variance = np.where(known, se**2, 0.0)
    of_mean = np.sum(weights**2 * variance)
    return np.asarray(np.sqrt(se**2 * (1.0 - 2.0 * weights) + of_mean))


def _compare(
    a: str,
    b: str,
    faces: Mapping[str, FaceScores],
    correlation: float,
    settings: tuple[float, float],
) -> FaceGaps:
    """Return the gaps between two faces."""
    margin, level = settings
    score_a, error_a = _scores_of(faces[a])
    score_b, error_b = _scores_of(faces[b])
    difference = score_b - score_a
    shared = 2.0 * correlation * error_a * error_b
    error = np.sqrt(error_a**2 + error_b**2 - shared)
    reach = float(ndtri(0.5 + level / 2.0)) * error
    known = np.isfinite(difference)
    usual = between_area_sd(difference[known], error[known]) if known.sum() >= MIN_AREAS else 0.0
    p = minimum_effect_p(difference, error, margin)
    return FaceGaps(a, b, difference, difference - reach, difference + reach, p, usual)


def _scores_of(face: FaceScores) -> tuple[Floats, Floats]:
    """Return scores and errors of a face that has them."""
    if face.scores is None or face.standard_errors is None:
        raise MethodError("FACE_NO_SCORES", reason=face.reason)
    return face.scores, face.standard_errors


def _upper_tail(z: Floats) -> Floats:
    """Return the probability of a standard normal above z."""
    half = 0.5 * np.asarray(two_sided_normal_p(z))
    return np.where(z > 0, half, 1.0 - half)
