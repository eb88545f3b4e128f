"""Chances to answer a survey by what is known of everybody who was invited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.errors import MethodError
from convive.core.survey.auxiliaries import generalised_inverse
from convive.core.survey.estimates import kish_effective_n

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_ROUNDS = 50
_CLOSE = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class Propensity:
    """A logistic regression of response on groups, one entry per invited person."""

    names: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    codes: tuple[IntArray, ...]
    weights: FloatArray
    propensity: FloatArray
    gradient: FloatArray
    """Change of each propensity with each coefficient, shape (n_invited, n_coefficients)."""
    covariance: FloatArray
    """Of the coefficients."""
    rate: float
    """Weighted response rate."""

    def mean(self, values: FloatArray) -> Any:
        """Return the weighted mean over the invited (axis 0)."""
        return np.average(values, axis=0, weights=self.weights)

    @property
    def variance(self) -> float:
        """Weighted variance of the fitted propensities."""
        return float(self.mean((self.propensity - self.rate) ** 2))

    @property
    def n_effective(self) -> float:
        """Invited people that weighting leaves."""
        return float(kish_effective_n(self.weights)[0])


def fitted_propensity(
    responded: ArrayLike, known: Mapping[str, ArrayLike], weights: ArrayLike | None
) -> Propensity:
    """Return the regression; parameters and errors as for `r_indicator`."""
    answer = np.asarray(responded)
    if answer.ndim != 1 or answer.dtype != np.bool_ or not known:
        raise MethodError("RESPONSE_SHAPE")
    y = answer.astype(float)
    w = np.ones(y.size) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != y.shape:
        raise MethodError("RESPONSE_SHAPE")
    if not np.all(np.isfinite(w) & (w > 0)):
        raise MethodError("SURVEY_BAD_WEIGHT", n=int(np.sum(~(w > 0))))
    if answer.all() or not answer.any():
        raise MethodError("RESPONSE_ALL_ALIKE")
    coded = [_coded(name, labels, answer) for name, labels in known.items()]
    table = np.column_stack(
        [np.ones(y.size)] + [code == k for code, groups in coded for k in range(1, len(groups))]
    ).astype(float)
    propensity, inverse = _fit(table, y, w)
    slope = propensity * (1.0 - propensity)
    noise = (table * (w**2 * slope)[:, None]).T @ table
    return Propensity(
        names=tuple(known),
        groups=tuple(groups for _, groups in coded),
        codes=tuple(code for code, _ in coded),
        weights=w,
        propensity=propensity,
        gradient=table * slope[:, None],
        covariance=inverse @ noise @ inverse,
        rate=float(np.average(propensity, weights=w)),
    )


def partial_spread(fit: Propensity, number: int) -> tuple[float, float, FloatArray]:
    """Return spread between a variable's groups, within the others' cells, and by group."""
    code = fit.codes[number]
    total = fit.weights.sum()
    size = np.bincount(code, weights=fit.weights)
    mean = np.bincount(code, weights=fit.weights * fit.propensity) / size
    by_group = np.sqrt(size / total) * (mean - fit.rate)
    cell = np.zeros(code.size, dtype=np.int64)
    for other, codes in enumerate(fit.codes):
        if other != number:
            cell = cell * (int(codes.max()) + 1) + codes
    cell = np.unique(cell, return_inverse=True)[1]
    own = np.bincount(cell, weights=fit.weights * fit.propensity) / np.bincount(
        cell, weights=fit.weights
    )
    within = fit.mean((fit.propensity - own[cell]) ** 2)
    return float(np.sqrt(np.sum(by_group**2))), float(np.sqrt(within)), by_group


def _coded(
    name: str, labels: ArrayLike, answer: NDArray[np.bool_]
) -> tuple[IntArray, tuple[str, ...]]:
    """Return the group of each person as a number; groups that all did alike are refused."""
    values = np.asarray(labels)
    if values.shape != answer.shape:
        raise MethodError("RESPONSE_SHAPE")
    missing = values == None if values.dtype == object else values != values  # noqa: E711, PLR0124
    if np.any(missing):
        raise MethodError("SURVEY_MISSING_LABEL", n=int(np.sum(missing)))
    values = values.astype(str) if values.dtype == object else values
    groups, code = np.unique(values, return_inverse=True)
    rate = np.bincount(code, weights=answer) / np.bincount(code)
    alike = np.flatnonzero((rate == 0) | (rate == 1))
    if alike.size:
        raise MethodError("RESPONSE_SEPARATED", variable=name, group=str(groups[alike[0]]))
    return code.astype(np.int64), tuple(str(group) for group in groups)


def _fit(table: FloatArray, y: FloatArray, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return fitted propensities and the inverse information, by Newton's method."""
    beta = np.zeros(table.shape[1])
    rate = float(np.average(y, weights=w))
    beta[0] = special.logit(rate)
    for _ in range(_ROUNDS):
        p = special.expit(table @ beta)
        inverse = generalised_inverse((table * (w * p * (1.0 - p))[:, None]).T @ table)
        change = inverse @ (table.T @ (w * (y - p)))
        beta = beta + change
        if np.max(np.abs(change)) < _CLOSE:
            return special.expit(table @ beta), inverse
    raise MethodError("RESPONSE_SEPARATED", variable="–", group="–")
