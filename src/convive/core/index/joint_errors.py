"""Errors of indicators as they are: items of one survey share respondents, counts are counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.index.recipe import Table, check_names, read_table

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SurveyErrors:
    """Errors of indicators that come from the same respondents.

    Raises
    ------
    MethodError
        INDEX_COVARIANCE where a matrix is not square, not symmetric or not a covariance.
    """

    indicators: tuple[str, ...]
    covariance: Floats
    """Shape (n_areas, k, k), k = number of these indicators, in their order."""

    def __post_init__(self) -> None:
        k = len(self.indicators)
        matrix = np.asarray(self.covariance)
        if matrix.ndim != 3 or matrix.shape[1:] != (k, k) or not np.isfinite(matrix).all():
            raise MethodError("INDEX_COVARIANCE", indicators=list(self.indicators))
        size = np.abs(matrix).max(initial=0.0)
        is_even = np.allclose(matrix, matrix.transpose(0, 2, 1), rtol=0, atol=1e-9 * size)
        if not is_even or np.linalg.eigvalsh(matrix).min(initial=0.0) < -1e-9 * size:
            raise MethodError("INDEX_COVARIANCE", indicators=list(self.indicators))


@dataclass(frozen=True, slots=True)
class CountErrors:
    """Errors of a rate of recorded events: value = per × count ÷ exposure."""

    indicator_id: str
    counts: Floats
    """Shape (n_areas,)."""
    exposure: Floats
    """Shape (n_areas,), > 0: person-years or another base."""
    per: float = 1.0
    dispersion: float = 1.0
    """Variance ÷ mean of the counts; 1 = Poisson, more where events come in clusters."""

    def __post_init__(self) -> None:
        counts, exposure = np.asarray(self.counts), np.asarray(self.exposure)
        is_fit = counts.shape == exposure.shape and counts.ndim == 1 and self.dispersion >= 1.0
        if not is_fit or not (counts >= 0).all() or not (exposure > 0).all():
            raise MethodError("INDEX_COUNTS", indicator=self.indicator_id)


def errors_from_replicates(
    indicators: Sequence[str], replicates: ArrayLike, estimates: ArrayLike, *, scale: float
) -> SurveyErrors:
    """Return joint errors from replicate estimates (jackknife, bootstrap, balanced repeats).

    Parameters
    ----------
    indicators : sequence of str, length k
        Names.
    replicates : array_like of float, shape (n_replicates, k, n_areas)
        Every indicator estimated anew with each set of replicate weights.
    estimates : array_like of float, shape (k, n_areas)
        With the full weights.
    scale : float
        Factor of the method: 1 / n for a bootstrap, (n - 1) / n for a delete-one jackknife.

    References
    ----------
    .. [1] Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed. Springer.

    Examples
    --------
    >>> errors = errors_from_replicates(["a"], [[[1.0]], [[3.0]]], [[2.0]], scale=0.5)
    >>> errors.covariance.tolist()
    [[[1.0]]]
    """
    draws = np.asarray(replicates, dtype=np.float64)
    centre = np.asarray(estimates, dtype=np.float64)
    if draws.ndim != 3 or draws.shape[1:] != centre.shape or centre.shape[0] != len(indicators):
        raise MethodError("INDEX_COVARIANCE", indicators=list(indicators))
    apart = draws - centre
    return SurveyErrors(tuple(indicators), scale * np.einsum("rka,rla->akl", apart, apart))


def draw_values(
    values: Table,
    errors: Sequence[SurveyErrors | CountErrors],
    *,
    exact: Collection[str] = (),
    rng: np.random.Generator,
    n_draws: int,
) -> dict[str, Floats]:
    """Return possible true figures, shape (n_draws, n_areas) each.

    Parameters
    ----------
    values : mapping of indicator to array_like of float, shape (n_areas,)
        The estimates.
    errors : sequence of SurveyErrors or CountErrors
        Each indicator in exactly one of them or in `exact`: an error that nobody declared is not
        taken for none.
    exact : collection of str
        Indicators known exactly.
    rng : numpy.random.Generator
        Randomness.
    n_draws : int
        Number of draws.

    Raises
    ------
    MethodError
        INDEX_NAMES where an indicator has no declared error, or two; INDEX_TABLE.

    Notes
    -----
    Survey figures are normal around the estimate. Rates come from a gamma distribution around
    count + ½ of the dispersion (Jeffreys), so that no events do not mean no risk.
    """
    table = read_table(values, values)
    named = [name for error in errors for name in _names(error)] + list(exact)
    check_names(named, table)
    n_areas = next(iter(table.values())).shape[-1]
    drawn = {name: np.broadcast_to(table[name], (n_draws, n_areas)) for name in exact}
    for error in errors:
        if isinstance(error, CountErrors):
            _check_areas(error.counts.shape[0], n_areas)
            shape = error.counts / error.dispersion + 0.5
            events = error.dispersion * rng.gamma(shape, size=(n_draws, n_areas))
            drawn[error.indicator_id] = error.per * events / error.exposure
        else:
            _check_areas(error.covariance.shape[0], n_areas)
            drawn.update(_survey(error, table, rng, n_draws))
    return {name: drawn[name] for name in table}


def _names(error: SurveyErrors | CountErrors) -> tuple[str, ...]:
    return (error.indicator_id,) if isinstance(error, CountErrors) else error.indicators


def _check_areas(n: int, wanted: int) -> None:
    if n != wanted:
        raise MethodError("INDEX_TABLE", shapes=[f"({n},)", f"({wanted},)"])


def _survey(
    error: SurveyErrors, table: dict[str, Floats], rng: np.random.Generator, n_draws: int
) -> dict[str, Floats]:
    """Draw the indicators of one survey together."""
    roots, vectors = np.linalg.eigh(error.covariance)
    root = vectors * np.sqrt(np.maximum(roots, 0.0))[:, None, :]
    n_areas, k = root.shape[:2]
    moved = np.einsum("akl,nal->kna", root, rng.standard_normal((n_draws, n_areas, k)))
    return {name: table[name] + moved[row] for row, name in enumerate(error.indicators)}
