"""A linear mixed model with one random grouping, and honest degrees of freedom in small samples.

y = columns + place + noise. The ratio of variance between places to noise comes from restricted
maximum likelihood; standard errors and degrees of freedom allow for its being estimated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

__all__ = ["Contrasts", "MixedFit", "fit_mixed_model"]

_LEAST_DF = 1.0
_SINGULAR = 1e-8


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Estimates with standard errors and degrees of freedom, arrays of shape (n_contrasts,)."""

    estimate: FloatArray
    se: FloatArray
    df: FloatArray


@dataclass(frozen=True, slots=True)
class MixedFit:
    """A fitted model."""

    coefficients: FloatArray
    """Shape (n_columns,)."""
    covariance: FloatArray
    """Of the coefficients, with the variances' uncertainty (Kenward and Roger)."""
    ratio: float
    """Variance between places ÷ noise."""
    noise: float
    residual_df: int
    model_covariance: FloatArray
    """Of the coefficients if the variances were known."""
    slopes: FloatArray
    """How that covariance grows with noise and with variance between places, (k, n, n)."""
    variance_covariance: FloatArray
    """Of the k estimated variances, (k, k).

    k = 1 where places are not told from noise, 0 where nothing is left over."""

    def contrasts(self, rows: FloatArray) -> Contrasts:
        """Return linear combinations of the coefficients, rows of shape (n_contrasts, n_columns).

        Degrees of freedom are Satterthwaite's, which for single contrasts are Kenward and
        Roger's: twice the squared variance ÷ the variance of the variance.
        """
        known = np.einsum("ij,jk,ik->i", rows, self.model_covariance, rows)
        growth = np.einsum("ij,mjk,ik->im", rows, self.slopes, rows)
        wobble = np.einsum("im,mn,in->i", growth, self.variance_covariance, growth)
        with np.errstate(divide="ignore", invalid="ignore"):
            df = np.where(wobble > 0, 2.0 * known**2 / wobble, float(self.residual_df))
        variance = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        return Contrasts(
            rows @ self.coefficients,
            np.sqrt(np.maximum(variance, 0.0)),
            np.clip(df, _LEAST_DF, self.residual_df),
        )


def fit_mixed_model(
    columns: FloatArray, y: FloatArray, place: IntArray, *, can_tell: bool
) -> MixedFit:
    """Fit y = columns + place + noise by restricted maximum likelihood.

    Parameters
    ----------
    columns : ndarray of float, shape (n, n_columns)
        Of full rank, fewer columns than rows.
    y : ndarray of float, shape (n,)
        Outcome.
    place : ndarray of int, shape (n,)
        0 to n_places - 1, each with at least one row.
    can_tell : bool
        Whether variance between places can be told from noise; otherwise it counts as noise,
        and the model is ordinary least squares. Do not set it where no place has two rows.

    References
    ----------
    .. [1] Kenward, M. G. and Roger, J. H. (1997). Small sample inference for fixed effects from
       restricted maximum likelihood. Biometrics 53(3), 983-997.
    .. [2] Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance
       components. Biometrics Bulletin 2(6), 110-114.
    """
    equations = _equations(columns, y, place)
    ratio = equations.best_ratio() if can_tell else 0.0
    coefficients, inverse, noise = equations.at(ratio)
    fit = MixedFit(
        coefficients,
        inverse * noise,
        ratio,
        noise,
        equations.df,
        inverse * noise,
        np.zeros((0, *inverse.shape)),
        np.zeros((0, 0)),
    )
    return _with_uncertain_variances(fit, equations, can_tell=can_tell) if noise > 0.0 else fit


def _with_uncertain_variances(fit: MixedFit, equations: _Equations, *, can_tell: bool) -> MixedFit:
    """Return the fit with Kenward and Roger's covariance and what degrees of freedom need."""
    covariance = fit.covariance
    first, second, traces = equations.derivatives(fit.noise, fit.ratio, 2 if can_tell else 1)
    spread = _variance_covariance(covariance, first, second, traces)
    if spread is None:
        return replace(fit, residual_df=1)
    gap = second - np.einsum("ajk,kl,bln->abjn", first, covariance, first)
    lift = covariance @ np.einsum("ab,abjk->jk", spread, gap) @ covariance
    slopes = np.einsum("jk,mkl,ln->mjn", covariance, first, covariance)
    return replace(
        fit, covariance=covariance + 2.0 * lift, slopes=slopes, variance_covariance=spread
    )


def _variance_covariance(
    covariance: FloatArray, first: FloatArray, second: FloatArray, traces: FloatArray
) -> FloatArray | None:
    """Return the covariance of the estimated variances: inverse of the expected information.

    None where the data hardly tell one variance from the other.
    """
    inner = np.einsum("jk,mkl->mjl", covariance, first)
    information = 0.5 * (
        traces
        - 2.0 * np.einsum("jk,abkj->ab", covariance, second)
        + np.einsum("ajk,bkj->ab", inner, inner)
    )
    size = np.sqrt(np.maximum(np.diag(information), 0.0))
    scale = np.outer(size, size)
    if size.min() <= 0.0 or np.linalg.det(information / scale) < _SINGULAR:
        return None
    return np.asarray(np.linalg.inv(information / scale) / scale)


def _equations(columns: FloatArray, y: FloatArray, place: IntArray) -> _Equations:
    by_place = sparse.csr_matrix((np.ones(y.size), (place, np.arange(y.size))))
    both = np.column_stack([columns, y])
    counts = np.bincount(place)
    return _Equations(both.T @ both, np.asarray(by_place @ both), counts, y.size - columns.shape[1])


@dataclass(frozen=True, slots=True)
class _Equations:
    """Normal equations for a given ratio of variance between places to noise."""

    cross: FloatArray
    sums: FloatArray
    counts: IntArray
    df: int

    def at(self, ratio: float) -> tuple[FloatArray, FloatArray, float]:
        """Return coefficients, inverse of the information (unit noise) and noise variance."""
        information, right, square = self._parts(ratio)
        inverse = np.asarray(np.linalg.inv(information), dtype=np.float64)
        coefficients = inverse @ right
        noise = max(float(square - right @ coefficients) / self.df, 0.0)
        return coefficients, inverse, noise

    def best_ratio(self) -> float:
        """Return the ratio of highest restricted likelihood."""
        result = optimize.minimize_scalar(
            lambda share: self._deviance(share / (1.0 - share)),
            bounds=(0.0, 0.999),
            method="bounded",
            options={"xatol": 1e-9},
        )
        share = float(result.x)
        best = share / (1.0 - share)
        return best if share > 1e-4 and self._deviance(best) < self._deviance(0.0) else 0.0

    def derivatives(
        self, noise: float, ratio: float, n_variances: int
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return X'V⁻¹ViV⁻¹X, X'V⁻¹ViV⁻¹VjV⁻¹X and tr(V⁻¹ViV⁻¹Vj) for noise and places.

        Within a place V has the root noise + n · places along the mean and noise elsewhere, so
        that all of them are sums over places' totals.
        """
        x = self.cross[:-1, :-1]
        totals, n = self.sums[:, :-1], self.counts
        root = noise * (1.0 + ratio * n)
        within = x - (totals / n[:, None]).T @ totals

        def along_means(power: int, at: int) -> FloatArray:
            weight = n.astype(np.float64) ** (at - 1) / root**power
            return np.asarray((weight[:, None] * totals).T @ totals)

        pairs = range(n_variances)
        first = np.array([along_means(2, a) + (a == 0) * within / noise**2 for a in pairs])
        second = np.array(
            [
                [along_means(3, a + b) + (a + b == 0) * within / noise**3 for b in pairs]
                for a in pairs
            ]
        )
        rest = float(np.sum(n - 1)) / noise**2
        traces = np.array(
            [[np.sum(n ** (a + b) / root**2) + (a + b == 0) * rest for b in pairs] for a in pairs]
        )
        return first, second, traces

    def _deviance(self, ratio: float) -> float:
        """Return minus twice the restricted log likelihood, up to a constant."""
        information, right, square = self._parts(ratio)
        left_over = float(square - right @ np.linalg.solve(information, right))
        return (
            self.df * np.log(max(left_over, 1e-300))
            + float(np.linalg.slogdet(information)[1])
            + float(np.sum(np.log1p(ratio * self.counts)))
        )

    def _parts(self, ratio: float) -> tuple[FloatArray, FloatArray, float]:
        """Return information matrix, right-hand side and weighted square of the ratings."""
        shrink = ratio / (1.0 + ratio * self.counts)
        full = self.cross - self.sums.T @ (shrink[:, None] * self.sums)
        return full[:-1, :-1], full[:-1, -1], float(full[-1, -1])
