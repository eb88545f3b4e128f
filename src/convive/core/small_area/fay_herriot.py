"""Area-level small-area estimation: what a survey says of an area, steadied by what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from convive.core.errors import MethodError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Method = Literal["reml", "ml", "fh"]
MIN_SPARE = 3
"""Areas beyond the number of coefficients: with fewer, the areas' variance is guesswork."""
_TOLERANCE = 1e-13


@dataclass(frozen=True, slots=True)
class SmallAreaEstimates:
    """Estimates by area, arrays of shape (n_areas,) unless said otherwise."""

    value: Floats
    """Empirical best linear unbiased predictor; synthetic where the area was not sampled."""
    mse: Floats
    """Mean squared error, the estimation of everything included (Prasad and Rao)."""
    error: Floats
    """What the intervals rest on; unlike the root of `mse` also right where areas differ little."""
    low: Floats
    high: Floats
    shrinkage: Floats
    """Weight of the area's own survey estimate, 0 to 1; 0 where it has none."""
    synthetic: Floats
    """What the model alone says."""
    is_sampled: Bools
    area_variance: float
    """Variance between areas that the covariates leave open."""
    coefficients: Floats
    """Shape (n_covariates,)."""
    coefficient_errors: Floats
    method: Method

    @property
    def has_no_area_variance(self) -> bool:
        """Whether the areas' variance is estimated as 0: all estimates are then synthetic."""
        return self.area_variance <= 0.0


@dataclass(frozen=True, slots=True)
class _Areas:
    """The sampled areas: direct estimates, their variances and covariates."""

    y: Floats
    d: Floats
    x: Floats

    def fit(self, variance: float) -> tuple[Floats, Floats]:
        """Return the coefficients at an areas' variance, and their covariance."""
        weighted = self.x / (variance + self.d)[:, None]
        covariance = np.linalg.inv(self.x.T @ weighted)
        return covariance @ (weighted.T @ self.y), np.asarray(covariance, dtype=np.float64)

    def quadratic(self, variance: float) -> float:
        """Return the sum of squared standardised residuals."""
        beta, _ = self.fit(variance)
        return float(np.sum((self.y - self.x @ beta) ** 2 / (variance + self.d)))

    def score(self, variance: float, method: Method) -> float:
        """Return what is 0 at the estimate of the areas' variance; falls with the variance."""
        if method == "fh":
            n, p = self.x.shape
            return self.quadratic(variance) - (n - p)
        beta, covariance = self.fit(variance)
        total = variance + self.d
        pull = float(np.sum((self.y - self.x @ beta) ** 2 / total**2))
        trace = float(np.sum(1.0 / total))
        if method == "reml":
            scaled = self.x / total[:, None]
            trace -= float(np.trace(covariance @ (scaled.T @ scaled)))
        return 0.5 * (pull - trace)


def fay_herriot(
    direct: ArrayLike,
    variances: ArrayLike,
    covariates: ArrayLike,
    *,
    method: Method = "reml",
    level: float = 0.95,
) -> SmallAreaEstimates:
    """Return estimates for every area from its survey estimate and its covariates.

    Each survey estimate is drawn towards what the covariates predict, the more so the less
    precise it is. An area without a survey estimate gets the prediction alone.

    Not for an area whose own figure must be told apart from its neighbours' for reasons that the
    covariates do not know: what is drawn to the model hides just that. Not with estimated
    variances of a handful of respondents; smooth them first (a design effect of all areas).

    Parameters
    ----------
    direct : array_like of float, shape (n_areas,)
        Survey estimates; NaN where the area was not sampled.
    variances : array_like of float, shape (n_areas,)
        Their sampling variances, taken as known; ignored where `direct` is NaN.
    covariates : array_like of float, shape (n_areas, n_covariates)
        Known for every area without error, a column of ones included.
    method : {"reml", "ml", "fh"}
        How the variance between areas is estimated: restricted maximum likelihood, maximum
        likelihood, or the moment equation of Fay and Herriot.
    level : float, in (0, 1)
        Nominal coverage of the normal intervals.

    Raises
    ------
    MethodError
        SMALL_AREA_SHAPE, SMALL_AREA_METHOD, SMALL_AREA_VARIANCE (a sampled area without a variance
        above 0), SMALL_AREA_COVARIATE (missing, or columns that say the same),
        SMALL_AREA_TOO_FEW.

    References
    ----------
    .. [1] Fay, R. E., Herriot, R. A. (1979). Estimates of income for small places. Journal of the
       American Statistical Association 74, 269-277.
    .. [2] Rao, J. N. K., Molina, I. (2015). Small Area Estimation. Wiley, chapter 6.
    .. [3] Datta, G. S., Rao, J. N. K., Smith, D. D. (2005). On measuring the variability of small
       area estimators under a basic area level model. Biometrika 92, 183-196.
    .. [4] Li, H., Lahiri, P. (2010). An adjusted maximum likelihood method for solving small area
       estimation problems. Journal of Multivariate Analysis 101, 882-892.

    Examples
    --------
    >>> found = fay_herriot([12, 9, 15, 11, 30, 8], [4, 4, 9, 4, 25, 4], [[1.0]] * 6)
    >>> bool(found.value[4] < 30)
    True
    """
    y, d, x = _checked(direct, variances, covariates, method)
    is_sampled = np.isfinite(y)
    areas = _Areas(y[is_sampled], d[is_sampled], x[is_sampled])
    variance = _area_variance(areas, method)
    beta, covariance = areas.fit(variance)
    synthetic = x @ beta
    shrinkage = np.zeros(y.size)
    shrinkage[is_sampled] = variance / (variance + areas.d)
    residual = np.where(is_sampled, y - synthetic, 0.0)
    value = synthetic + shrinkage * residual
    leverage = np.einsum("ij,jk,ik->i", x, covariance, x)
    mse = variance + leverage
    mse[is_sampled] = _mse(areas, variance, leverage[is_sampled], method)
    error = _interval_error(areas, x, is_sampled)
    half = special.ndtri(0.5 + level / 2) * error
    return SmallAreaEstimates(
        value=value,
        mse=mse,
        error=error,
        low=value - half,
        high=value + half,
        shrinkage=shrinkage,
        synthetic=synthetic,
        is_sampled=is_sampled,
        area_variance=variance,
        coefficients=beta,
        coefficient_errors=np.sqrt(np.diag(covariance)),
        method=method,
    )


def _checked(
    direct: ArrayLike, variances: ArrayLike, covariates: ArrayLike, method: Method
) -> tuple[Floats, Floats, Floats]:
    """Return direct estimates, variances and covariates, or refuse."""
    y, d = (np.asarray(given, dtype=float) for given in (direct, variances))
    x = np.asarray(covariates, dtype=float)
    if method not in get_args(Method):
        raise MethodError("SMALL_AREA_METHOD", method=method)
    if y.ndim != 1 or d.shape != y.shape or x.shape[:1] != y.shape or x.ndim != 2:
        raise MethodError("SMALL_AREA_SHAPE", direct=y.shape, variances=d.shape, covariates=x.shape)
    is_sampled = np.isfinite(y)
    if not np.all(np.isfinite(x)) or np.linalg.matrix_rank(x[is_sampled]) < x.shape[1]:
        raise MethodError("SMALL_AREA_COVARIATE", n=int(np.sum(~np.isfinite(x))))
    wrong = int(np.sum(~(d[is_sampled] > 0) | ~np.isfinite(d[is_sampled])))
    if wrong:
        raise MethodError("SMALL_AREA_VARIANCE", n=wrong)
    least = x.shape[1] + MIN_SPARE
    if int(is_sampled.sum()) < least:
        raise MethodError("SMALL_AREA_TOO_FEW", n=int(is_sampled.sum()), least=least)
    return y, d, x


def _area_variance(areas: _Areas, method: Method) -> float:
    """Return the variance between areas: the root of the score, 0 where it has none."""
    if areas.score(0.0, method) <= 0.0:
        return 0.0
    high = float(np.var(areas.y) + areas.d.max())
    while areas.score(high, method) > 0.0:
        high *= 2.0
    root = optimize.brentq(
        areas.score, 0.0, high, args=(method,), xtol=_TOLERANCE * high, rtol=1e-14
    )
    return float(root)


def _interval_error(areas: _Areas, x: Floats, is_sampled: Bools) -> Floats:
    """Return standard errors at a variance between areas that is never 0.

    The restricted likelihood times the variance is what is highest there: where the data leave
    the variance open, 0 included, intervals must not be as narrow as if there were none.
    """

    def score(variance: float) -> float:
        return areas.score(variance, "reml") + 1.0 / variance

    low = high = float(areas.d.min())
    while score(high) > 0.0:
        high *= 2.0
    while score(low) < 0.0:
        low /= 2.0
    variance = float(optimize.brentq(score, low, high, xtol=_TOLERANCE * high, rtol=1e-14))
    _, covariance = areas.fit(variance)
    leverage = np.einsum("ij,jk,ik->i", x, covariance, x)
    squared = variance + leverage
    gamma = variance / (variance + areas.d)
    squared[is_sampled] = gamma * areas.d + (1.0 - gamma) ** 2 * leverage[is_sampled]
    return np.asarray(np.sqrt(squared))


def _mse(areas: _Areas, variance: float, leverage: Floats, method: Method) -> Floats:
    """Return the mean squared error of sampled areas, correct to second order.

    g1: were everything known; g2: coefficients estimated; g3: the areas' variance estimated.
    """
    total = variance + areas.d
    gamma = variance / total
    g1, g2 = gamma * areas.d, (1.0 - gamma) ** 2 * leverage
    n = total.size
    information = float(np.sum(1.0 / total**2))
    spread = 2.0 * n / float(np.sum(1.0 / total)) ** 2 if method == "fh" else 2.0 / information
    g3 = areas.d**2 / total**3 * spread
    bias = 0.0
    if method == "ml":
        _, covariance = areas.fit(variance)
        scaled = areas.x / total[:, None]
        bias = -float(np.trace(covariance @ (scaled.T @ scaled))) / information
    elif method == "fh":
        first = float(np.sum(1.0 / total))
        bias = 2.0 * (n * information - first**2) / first**3
    # The corrections can outweigh the rest where areas are few: never below g1 and g2.
    corrected = g1 + g2 + 2.0 * g3 - bias * (1.0 - gamma) ** 2
    return np.asarray(np.maximum(corrected, g1 + g2))
