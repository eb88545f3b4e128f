"""Observers who rate places: how strict each of them is, and area means without that.

One mixed model serves both: rating = area + rater + covariates + place + noise, with
places drawn at random within areas. Places seen by two raters compare the raters directly;
places seen once still do so through their area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, special
from scipy.sparse import csgraph

from convive.core.counts import tail_of
from convive.core.errors import MethodError
from convive.core.mixed_model import Contrasts, MixedFit, fit_mixed_model
from convive.core.significance import benjamini_hochberg, two_sided_t_p

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Labels = NDArray[np.str_]

__all__ = ["AreaMeans", "RaterEffects", "area_means", "rater_effects"]

_FLAG_AT = 0.05
_REFERENCE_SHARE = 0.6
"""Share of the raters that always stays in the reference."""


@dataclass(frozen=True, slots=True)
class RaterEffects:
    """Raters' deviations in points of the rating scale, arrays of shape (n_raters,).

    `place_*` have shape (n_places,): the corrected score of each place, drawn towards its area.
    """

    raters: Labels
    effect: FloatArray
    """+ = rates higher than the reference raters."""
    se: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    n: IntArray
    is_reference: NDArray[np.bool_]
    """Whether the rater belongs to those that the others are compared with."""
    places: Labels
    place_score: FloatArray
    place_se: FloatArray


@dataclass(frozen=True, slots=True)
class AreaMeans:
    """Mean rating of each area as the reference raters would give it, shape (n_areas,)."""

    areas: Labels
    mean: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray


@dataclass(frozen=True, slots=True)
class _Frame:
    """Ratings that are there, with everything else as codes."""

    y: FloatArray
    area: IntArray
    rater: IntArray
    place: IntArray
    covariates: FloatArray
    areas: Labels
    raters: Labels
    places: Labels


def rater_effects(
    ratings: ArrayLike,
    raters: ArrayLike,
    places: ArrayLike,
    *,
    areas: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    level: float = 0.95,
) -> RaterEffects:
    """Return how much higher or lower each rater rates than the others at the same places.

    Parameters
    ----------
    ratings : array_like of float, shape (n_stops,)
        NaN = not rated, left out.
    raters, places : array_like of labels, shape (n_stops,)
        Who rated, and which place; a place rated twice has one label.
    areas : array_like of labels, shape (n_stops,), optional
        Area of the place. Raters are compared within areas; which places of an area a rater
        sees must be a matter of chance. Give `places` again to compare only raters who saw the
        very same places. None takes all places as one area.
    covariates : array_like of float, shape (n_stops,) or (n_stops, k), optional
        Circumstances that change ratings, e.g. 1 at night.
    level : float, in (0, 1)
        Nominal coverage of the intervals.

    Returns
    -------
    RaterEffects
        Sorted by rater, against the mean of the other reference raters. A rater who clearly
        deviates (5 %, false-discovery-adjusted) leaves the reference, the clearest first.

    Raises
    ------
    MethodError
        OBSERVERS_DISCONNECTED (`data`: groups) if raters fall into groups that share no area;
        OBSERVERS_ONE_RATER; OBSERVERS_TOO_FEW with no degrees of freedom left;
        OBSERVERS_COLLINEAR if a covariate repeats areas or raters; OBSERVERS_SHAPE.

    Notes
    -----
    Variance between places by restricted maximum likelihood; standard errors and degrees of
    freedom allow for its being estimated from few places rated twice (Kenward and Roger).
    Not where raters chose places.

    References
    ----------
    .. [1] Searle, S. R., Casella, G., McCulloch, C. E. (1992). Variance Components. Wiley.
    .. [2] Candell, G. L., Drasgow, F. (1988). An iterative procedure for linking metrics and
       assessing item bias. Applied Psychological Measurement 12(3), 253-260.
    .. [3] Kenward, M. G., Roger, J. H. (1997). Small sample inference for fixed effects from
       restricted maximum likelihood. Biometrics 53(3), 983-997.
    """
    frame = _frame(ratings, raters, places, areas, covariates)
    if frame.raters.size < 2:
        raise MethodError("OBSERVERS_ONE_RATER")
    fit = _fit(frame)
    reference = _reference(frame, fit)
    found = _against(frame, fit, reference)
    half = _t(found.df, level) * found.se
    score, score_se = _places(frame, fit, reference)
    return RaterEffects(
        raters=frame.raters,
        effect=found.estimate,
        se=found.se,
        low=found.estimate - half,
        high=found.estimate + half,
        p=_p(found),
        n=np.bincount(frame.rater, minlength=frame.raters.size),
        is_reference=reference,
        places=frame.places,
        place_score=score,
        place_se=score_se,
    )


def area_means(
    ratings: ArrayLike,
    raters: ArrayLike | None,
    places: ArrayLike,
    areas: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    level: float = 0.95,
) -> AreaMeans:
    """Return the mean rating of each area, raters' strictness and circumstances taken out.

    Parameters
    ----------
    ratings, places, covariates, level
        As for `rater_effects`; means are for the average of the covariates.
    raters : array_like of labels or None
        None leaves the ratings as they are, e.g. where raters cannot be compared.
    areas : array_like of labels, shape (n_stops,)
        Areas.

    Returns
    -------
    AreaMeans
        Sorted by area; only areas with at least one rating.

    Raises
    ------
    MethodError
        Those of `rater_effects`, except that one rater is allowed.
    """
    who = np.zeros(np.asarray(ratings).shape, dtype=np.int64) if raters is None else raters
    frame = _frame(ratings, who, places, areas, covariates)
    fit = _fit(frame)
    several = frame.raters.size > 1
    reference = _reference(frame, fit) if several else np.ones(1, dtype=bool)
    found = fit.contrasts(_area_contrasts(frame, reference))
    mean, half = found.estimate, _t(found.df, level) * found.se
    n = np.bincount(frame.area, minlength=frame.areas.size)
    return AreaMeans(frame.areas, mean, found.se, mean - half, mean + half, n)


def _p(found: Contrasts) -> FloatArray:
    """Return two-sided p-values; NaN where there is neither deviation nor noise."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(two_sided_t_p(found.estimate / found.se, found.df))


def _t(df: FloatArray, level: float) -> FloatArray:
    """Return t quantiles of two-sided intervals."""
    return np.asarray(special.stdtrit(df, 1.0 - tail_of(level)))


def _frame(
    ratings: ArrayLike,
    raters: ArrayLike,
    places: ArrayLike,
    areas: ArrayLike | None,
    covariates: ArrayLike | None,
) -> _Frame:
    """Check shapes, leave out what was not rated, number the labels."""
    y = np.asarray(ratings, dtype=float)
    extra = np.zeros((y.size, 0)) if covariates is None else np.asarray(covariates, dtype=float)
    extra = extra[:, None] if extra.ndim == 1 else extra
    columns = [np.asarray(x) for x in (raters, places)]
    columns.append(np.zeros(y.size, dtype=np.int64) if areas is None else np.asarray(areas))
    if y.ndim != 1 or any(c.shape != y.shape for c in columns) or len(extra) != y.size:
        raise MethodError("OBSERVERS_SHAPE", ratings=y.shape)
    rated = np.isfinite(y) & np.all(np.isfinite(extra), axis=1)
    if not np.any(rated):
        raise MethodError("OBSERVERS_TOO_FEW", n=0)
    numbered = [np.unique(c[rated].astype(str), return_inverse=True) for c in columns]
    (raters_, rater), (places_, place), (areas_, area) = numbered
    centred = extra[rated] - extra[rated].mean(axis=0)
    return _Frame(y[rated], area, rater, place, centred, areas_, raters_, places_)


def _fit(frame: _Frame) -> MixedFit:
    """Fit areas, raters but the first and covariates as columns, places at random."""
    _refuse_disconnected(frame)
    x = _columns(frame)
    if np.linalg.matrix_rank(x.T @ x, hermitian=True) < x.shape[1]:
        raise MethodError("OBSERVERS_COLLINEAR", columns=int(frame.covariates.shape[1]))
    if frame.y.size <= x.shape[1]:
        raise MethodError("OBSERVERS_TOO_FEW", n=int(frame.y.size))
    can_tell = _comparing_places(frame, np.bincount(frame.place)) > 0
    return fit_mixed_model(x, frame.y, frame.place, can_tell=can_tell)


def _comparing_places(frame: _Frame, counts: IntArray) -> int:
    """Return how many places tell variance between places of an area from noise.

    Those rated more than once; one less in an area where all are (its mean is fitted).
    """
    area = np.zeros(counts.size, dtype=np.int64)
    area[frame.place] = frame.area
    repeated = np.bincount(area, counts > 1, frame.areas.size)
    is_all = repeated == np.bincount(area, minlength=frame.areas.size)
    return int(repeated.sum() - is_all.sum())


def _columns(frame: _Frame) -> FloatArray:
    """Return the model's columns: areas, raters but the first, covariates."""
    area = np.eye(frame.areas.size)[frame.area]
    rater = np.eye(frame.raters.size)[frame.rater][:, 1:]
    return np.column_stack([area, rater, frame.covariates])


def _refuse_disconnected(frame: _Frame) -> None:
    """Raise where raters fall into groups that have no area in common."""
    n_raters = frame.raters.size
    n = n_raters + frame.areas.size
    links = sparse.coo_matrix(
        (np.ones(frame.y.size), (frame.rater, n_raters + frame.area)), shape=(n, n)
    )
    groups, _ = csgraph.connected_components(links, directed=False)
    if groups > 1:
        raise MethodError("OBSERVERS_DISCONNECTED", groups=int(groups))


def _rater_contrasts(frame: _Frame, reference: NDArray[np.bool_]) -> FloatArray:
    """Return contrasts (n_raters, n_columns): each rater minus the other reference raters."""
    n = frame.raters.size
    others = np.tile(reference, (n, 1)) & ~np.eye(n, dtype=bool)
    contrast = np.eye(n) - others / others.sum(axis=1, keepdims=True)
    return _in_columns(frame, np.zeros((n, frame.areas.size)), contrast)


def _area_contrasts(frame: _Frame, reference: NDArray[np.bool_]) -> FloatArray:
    """Return contrasts (n_areas, n_columns): each area as the mean reference rater sees it."""
    n = frame.areas.size
    rater = np.tile(reference / reference.sum(), (n, 1))
    return _in_columns(frame, np.eye(n), rater)


def _in_columns(frame: _Frame, area: FloatArray, rater: FloatArray) -> FloatArray:
    """Write contrasts over areas and all raters in the columns of the model."""
    covariates = np.zeros((len(area), frame.covariates.shape[1]))
    return np.column_stack([area, rater[:, 1:], covariates])


def _against(frame: _Frame, fit: MixedFit, reference: NDArray[np.bool_]) -> Contrasts:
    """Return each rater's effect against the other reference raters."""
    return fit.contrasts(_rater_contrasts(frame, reference))


def _reference(frame: _Frame, fit: MixedFit) -> NDArray[np.bool_]:
    """Return the raters to compare with, those that clearly deviate taken out one by one."""
    reference = np.ones(frame.raters.size, dtype=bool)
    smallest = max(2, int(np.ceil(_REFERENCE_SHARE * frame.raters.size)))
    while reference.sum() > smallest:
        p = np.where(reference, _p(_against(frame, fit, reference)), np.nan)
        if not np.nanmin(benjamini_hochberg(p), initial=1.0) <= _FLAG_AT:
            break
        reference[np.nanargmin(p)] = False
    return reference


def _places(
    frame: _Frame, fit: MixedFit, reference: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return each place's corrected score and standard error (best linear prediction)."""
    counts = np.bincount(frame.place)
    first = np.unique(frame.place, return_index=True)[1]
    fixed = _area_contrasts(frame, reference)[frame.area[first]]
    x = _columns(frame)
    means = np.column_stack(
        [np.bincount(frame.place, column) / counts for column in [*x.T, frame.y]]
    )
    pull = fit.ratio * counts / (1.0 + fit.ratio * counts)
    score = fixed @ fit.coefficients + pull * (means[:, -1] - means[:, :-1] @ fit.coefficients)
    contrast = fixed - pull[:, None] * means[:, :-1]
    variance = np.einsum("ij,jk,ik->i", contrast, fit.covariance, contrast)
    return score, np.sqrt(variance + fit.noise * fit.ratio * (1.0 - pull))
