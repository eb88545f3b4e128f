"""Replicate weights: the uncertainty of any figure, from the survey weighted again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from convive.core.errors import MethodError
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import t_quantile

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Statistic = Callable[[FloatArray], ArrayLike]
"""From weights, shape (n_respondents,), to one or more figures."""


@dataclass(frozen=True, slots=True, eq=False)
class ReplicateWeights:
    """Weights of the survey and of its replicates.

    Parameters
    ----------
    weights : array of float, shape (n_respondents,)
        Of the whole survey.
    replicates : array of float, shape (n_respondents, n_replicates)
        Whole weights, not factors.
    scale : array of float, shape (n_replicates,)
        What each squared deviation is multiplied by.
    df : int
        Degrees of freedom.
    around_estimate : bool
        Deviations are taken from the survey's own figure; by default from the mean of the
        replicates (R's default, ``mse = FALSE``).

    Raises
    ------
    MethodError
        REPLICATES_SHAPE, SURVEY_BAD_WEIGHT.
    """

    weights: FloatArray
    replicates: FloatArray
    scale: FloatArray
    df: int
    around_estimate: bool = False

    def __post_init__(self) -> None:
        """Check that the parts belong together."""
        n, count = self.weights.size, self.scale.size
        if self.replicates.shape != (n, count) or count == 0:
            raise MethodError("REPLICATES_SHAPE", expected=(n, count), given=self.replicates.shape)
        known = np.isfinite(self.replicates) & (self.replicates >= 0)
        if not (np.all(known) and np.all(np.isfinite(self.weights) & (self.weights >= 0))):
            raise MethodError("SURVEY_BAD_WEIGHT", n=int(np.sum(~known)))

    @property
    def n_replicates(self) -> int:
        """Number of replicates."""
        return int(self.scale.size)


@dataclass(frozen=True, slots=True)
class ReplicateEstimate:
    """Figures with their uncertainty, each array of the shape that the statistic returned."""

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    df: int
    replicates: FloatArray
    """Figures of the replicates, first axis replicates."""


def estimate_with_replicates(
    weights: ReplicateWeights, statistic: Statistic, *, level: float = 0.95
) -> ReplicateEstimate:
    """Return any figure of a survey with a standard error from its replicates.

    Parameters
    ----------
    weights : ReplicateWeights
        From `jackknife`, `balanced_repeated`, `bootstrap` or given by whoever made the survey.
    statistic : callable
        From weights to figures: an index, a ratio of medians, a rank. It must use the weights
        that it is given and nothing estimated from the others.
    level : float, in (0, 1)
        Nominal coverage of the t interval.

    Raises
    ------
    MethodError
        REPLICATES_NO_FIGURE where a replicate gives no finite figure, as when a group has
        nobody left.

    Notes
    -----
    Do not use the jackknife for medians and other quantiles: its standard error does not
    settle. Use balanced replicates, the bootstrap, or `quantile_by_domain`.

    References
    ----------
    .. [1] Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed. Springer.
    """
    value = np.asarray(statistic(weights.weights), dtype=float)
    figures = np.stack(
        [np.asarray(statistic(column), dtype=float) for column in weights.replicates.T]
    )
    if not np.all(np.isfinite(figures)):
        bad = np.any(~np.isfinite(figures.reshape(len(figures), -1)), axis=1)
        raise MethodError("REPLICATES_NO_FIGURE", n=int(bad.sum()), total=weights.n_replicates)
    centre = value if weights.around_estimate else figures.mean(axis=0)
    variance = np.tensordot(weights.scale, (figures - centre) ** 2, axes=1)
    se = np.sqrt(variance)
    half = t_quantile(weights.df, level=level) * se
    return ReplicateEstimate(value, se, value - half, value + half, weights.df, figures)


def given_replicates(
    weights: ArrayLike,
    replicates: ArrayLike,
    *,
    scale: float | ArrayLike,
    df: int | None = None,
    around_estimate: bool = False,
) -> ReplicateWeights:
    """Return replicate weights that come with a data set.

    Parameters
    ----------
    weights, replicates
        As for `ReplicateWeights`.
    scale : float or array_like
        As the survey's documentation says: 1/R for balanced replicates and most bootstraps,
        1 ÷ (R (1 - rho)²) for Fay's, (R - 1)/R for the plain jackknife.
    df : int, optional
        As documented; by default the number of replicates minus one.
    around_estimate : bool
        As for `ReplicateWeights`.
    """
    table = np.asarray(replicates, dtype=float)
    if table.ndim != 2:
        raise MethodError("REPLICATES_SHAPE", given=table.shape)
    scales = np.broadcast_to(np.asarray(scale, dtype=float), table.shape[1:]).copy()
    freedom = table.shape[1] - 1 if df is None else df
    whole = np.asarray(weights, dtype=float)
    return ReplicateWeights(whole, table, scales, freedom, around_estimate)


def jackknife(design: SurveyDesign) -> ReplicateWeights:
    """Return one replicate per cluster, which leaves it out (JK1 without strata, JKn with).

    On a calibrated design each replicate is calibrated anew to the same totals. Do not use it
    with more than a few thousand clusters (respondents drawn singly are one each): the table of
    respondents by clusters is held in memory; take `bootstrap`.

    Raises
    ------
    MethodError
        REPLICATES_LONELY_CLUSTER for a stratum with a single cluster; errors of calibration.
    """
    stratum, n = _strata(design)
    n_units = stratum.size
    factors = np.ones((n_units, n_units))
    same = stratum[:, None] == stratum[None, :]
    factors[same] = np.broadcast_to(n / (n - 1.0), same.shape)[same]
    np.fill_diagonal(factors, 0.0)
    scale = (n - 1.0) / n * (1.0 - design.stages[0].fraction_of_stratum[stratum])
    return _replicated(design, factors, scale, n_units - int(np.unique(stratum).size))


def balanced_repeated(design: SurveyDesign, *, fay: float = 0.0) -> ReplicateWeights:
    """Return balanced half-samples of a design with two clusters in every stratum.

    Parameters
    ----------
    design : SurveyDesign
        Finite population corrections play no part.
    fay : float, in [0, 1)
        Fay's coefficient: 0 leaves half of the clusters out, 0.5 halves their weights, which
        keeps small groups from running empty.

    Raises
    ------
    MethodError
        REPLICATES_NOT_PAIRED, REPLICATES_FAY; errors of calibration.

    References
    ----------
    .. [1] McCarthy, P. J. (1969). Pseudo-replication: half samples. Review of the
       International Statistical Institute 37(3), 239-264.
    .. [2] Judkins, D. R. (1990). Fay's method for variance estimation. Journal of Official
       Statistics 6(3), 223-239.
    """
    if not 0.0 <= fay < 1.0:
        raise MethodError("REPLICATES_FAY", fay=fay)
    stratum, n = _strata(design)
    if np.any(n != 2):
        raise MethodError("REPLICATES_NOT_PAIRED", n=int(np.unique(stratum[n != 2]).size))
    number = np.unique(stratum, return_inverse=True)[1]
    n_strata = int(number.max()) + 1
    order = 1 << int(n_strata).bit_length()  # the first column is constant and is not used
    signs = np.asarray(linalg.hadamard(order))[:, 1 : n_strata + 1]
    is_first = np.zeros(number.size, dtype=bool)
    is_first[np.unique(number, return_index=True)[1]] = True
    side = np.where(is_first[:, None], signs.T[number], -signs.T[number])
    scale = np.full(order, 1.0 / (order * (1.0 - fay) ** 2))
    return _replicated(design, 1.0 + side * (1.0 - fay), scale, n_strata)


def bootstrap(
    design: SurveyDesign, *, n_replicates: int, rng: np.random.Generator
) -> ReplicateWeights:
    """Return bootstrap replicates: clusters drawn again within strata (Rao and Wu).

    One cluster fewer than the stratum has is drawn, and weights are rescaled, so that the
    variance of a total is right also with few clusters; sampling fractions are respected.

    Parameters
    ----------
    design : SurveyDesign
        Calibrated designs: each replicate is calibrated anew.
    n_replicates : int
        500 or more for a standard error, 2,000 for tails.

    Raises
    ------
    MethodError
        REPLICATES_LONELY_CLUSTER, REPLICATES_TOO_FEW; errors of calibration.

    References
    ----------
    .. [1] Rao, J. N. K., Wu, C. F. J. (1988). Resampling inference with complex survey data.
       Journal of the American Statistical Association 83, 231-241.
    """
    if n_replicates < 2:
        raise MethodError("REPLICATES_TOO_FEW", n=n_replicates)
    stratum = _strata(design)[0]
    factors = np.empty((stratum.size, n_replicates))
    for code in np.unique(stratum):
        units = np.flatnonzero(stratum == code)
        size = units.size
        drawn = rng.multinomial(size - 1, np.full(size, 1.0 / size), size=n_replicates).T
        root = np.sqrt(1.0 - design.stages[0].fraction_of_stratum[code])
        factors[units] = 1.0 - root + root * drawn * size / (size - 1.0)
    scale = np.full(n_replicates, 1.0 / (n_replicates - 1.0))
    return _replicated(design, factors, scale, stratum.size - int(np.unique(stratum).size))


def _strata(design: SurveyDesign) -> tuple[IntArray, FloatArray]:
    """Return stratum and its number of clusters for each cluster; single ones are refused."""
    stage = design.stages[0]
    n = stage.units_in_stratum[stage.stratum_of_unit].astype(float)
    if np.any(n < 2):
        raise MethodError("REPLICATES_LONELY_CLUSTER", n=int(np.sum(n < 2)))
    return stage.stratum_of_unit, n


def _replicated(
    design: SurveyDesign, factors: FloatArray, scale: FloatArray, df: int
) -> ReplicateWeights:
    """Return the design's weights times the factors of clusters, calibrated as the design is."""
    calibration = design.calibration
    if calibration is None:
        return ReplicateWeights(
            design.weights, design.weights[:, None] * factors[design.psu], scale, df
        )
    base = calibration.base_weights[:, None] * factors[design.psu]
    again = np.stack([calibration.again(column) for column in base.T], axis=1)
    return ReplicateWeights(design.weights, again, scale, df)
