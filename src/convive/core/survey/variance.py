"""Linearised (Taylor) variance of sums over sampled units, for many domains at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from convive.core.survey.cells import Cells, Strata, cells_of, spread_between_units
from convive.core.survey.design import Stage, SurveyDesign

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_NOISE = 1e-12
"""Variance, relative to its parts, that rounding alone leaves where everything cancels."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A part of the scores that all respondents have in every domain's estimate.

    The score of respondent i for domain d is ``scores[i]`` if i is in d, minus
    ``columns[i] @ coefficients[d]`` wherever i is.
    """

    columns: FloatArray
    """(n_respondents, n_columns)"""
    coefficients: FloatArray
    """(n_domains, n_columns)"""


def sums_by(codes: IntArray, values: FloatArray, n_codes: int) -> FloatArray:
    """Return the sum of the values of each code 0 … n_codes - 1."""
    return np.asarray(np.bincount(codes, weights=values, minlength=n_codes), dtype=np.float64)


def domain_variance(
    design: SurveyDesign,
    scores: FloatArray,
    domains: IntArray,
    n_domains: int,
    *,
    shared: Shared | None = None,
) -> FloatArray:
    """Return the variance of the sum of `scores` in each domain.

    Units without respondents in a domain count with a sum of 0, as they must: the size of a
    domain in the sample is itself random. Strata with a single unit (lonely ones) are centred
    at the grand mean of all units rather than left out, unless that unit was certain to be
    drawn; from the second stage on they add nothing.

    Parameters
    ----------
    scores : array of float, shape (n_respondents,)
        Weighted influence of each respondent on the estimate of its own domain.
    domains : array of int, shape (n_respondents,)
        Domain 0 … n_domains - 1, or -1 for none.
    shared : Shared, optional
        What a domain's estimate also owes to respondents outside it.

    Notes
    -----
    On a calibrated design the scores are replaced by their residuals: what is left of score ÷
    weight after a regression on the calibration's columns under the weights before
    calibration, times the weight. Residuals reach beyond the domain; as they are the sparse
    scores minus a few shared columns, the variance is worked out from both without ever
    making the wide table of units by domains.

    References
    ----------
    .. [1] Deville, J.-C., Särndal, C.-E. (1992). Calibration estimators in survey sampling.
       Journal of the American Statistical Association 87, 376-382.
    """
    coefficients = _coefficients(design, (scores, domains, n_domains), shared)
    variance, scale = np.zeros(n_domains), np.zeros(n_domains)
    for number, stage in enumerate(design.stages):
        is_first = number == 0
        cells = cells_of(domains, stage.unit, scores, n_domains=n_domains, n_units=stage.n_units)
        sparse_part = spread_between_units(cells, _strata(stage), is_first=is_first)
        variance, scale = variance + sparse_part, scale + sparse_part
        if coefficients is not None:
            totals = _unit_totals(design, stage, shared)
            cross, square = _shared_part(stage, cells, totals, coefficients, is_first=is_first)
            variance, scale = variance - 2.0 * cross + square, scale + square
    return np.where(variance > _NOISE * scale, variance, 0.0)


def domain_df(design: SurveyDesign, domains: IntArray, n_domains: int) -> IntArray:
    """Return clusters minus strata that have respondents in each domain."""
    nothing = np.zeros(domains.size)
    met = [
        np.diff(cells_of(domains, codes, nothing, n_domains=n_domains, n_units=size).start)
        for codes, size in (
            (design.psu, design.stages[0].n_units),
            (design.stratum, design.stages[0].units_in_stratum.size),
        )
    ]
    return np.asarray(met[0] - met[1], dtype=np.int64)


def _strata(stage: Stage) -> Strata:
    """Return the strata of a stage with the factors of their parts."""
    factor = (1.0 - stage.fraction_of_stratum) * stage.weight_of_stratum
    return Strata(stage.stratum_of_unit, stage.units_in_stratum, factor)


def _coefficients(
    design: SurveyDesign, sums: tuple[FloatArray, IntArray, int], shared: Shared | None
) -> FloatArray | None:
    """Return coefficients of the shared columns by domain: those given, then the calibration's."""
    parts = [] if shared is None else [shared.coefficients]
    calibration = design.calibration
    if calibration is not None:
        scores, domains, n_domains = sums
        before = np.divide(  # over the weights, times those before: the regression is under them
            calibration.base_weights,
            design.weights,
            out=np.zeros(design.n_respondents),
            where=design.weights > 0,
        )
        known = calibration.auxiliaries
        products = known.sums(scores * before, domains, n_domains)
        if shared is not None:
            each = [known.sums(column * before)[0] for column in shared.columns.T]
            products = products - shared.coefficients @ np.stack(each)
        parts.append(products @ calibration.inverse)
    return np.hstack(parts) if parts else None


def _unit_totals(design: SurveyDesign, stage: Stage, shared: Shared | None) -> FloatArray:
    """Return the sums of the shared columns over each unit of a stage."""
    parts = []
    if shared is not None:
        columns = [sums_by(stage.unit, c, stage.n_units) for c in shared.columns.T]
        parts.append(np.stack(columns, axis=1))
    if design.calibration is not None:
        known = design.calibration.auxiliaries
        parts.append(known.sums(design.weights, stage.unit, stage.n_units))
    return np.hstack(parts)


def _shared_part(
    stage: Stage, cells: Cells, totals: FloatArray, coefficients: FloatArray, *, is_first: bool
) -> tuple[FloatArray, FloatArray]:
    """Return covariance with, and variance of, the shared part of the scores, by domain."""
    strata = _strata(stage)
    n = strata.n_units[strata.of_unit]
    lonely = n == 1
    factor = strata.factor[strata.of_unit] * n / np.maximum(n - 1.0, 1.0)
    centred = totals - _stratum_means(strata, totals)
    if is_first:
        centred[lonely] = totals[lonely] - totals.mean(axis=0)
    weighted = factor[:, None] * centred
    shape = (cells.start.size - 1, stage.n_units)
    table = sparse.csr_array((cells.total, cells.unit, cells.start), shape=shape)
    cross = table @ weighted
    if is_first and np.any(lonely):
        grand = np.asarray(table.sum(axis=1)).ravel() / stage.n_units
        cross = cross - grand[:, None] * weighted[lonely].sum(axis=0)
    square = (coefficients @ (centred.T @ weighted)) * coefficients
    return np.sum(cross * coefficients, axis=1), np.sum(square, axis=1)


def _stratum_means(strata: Strata, totals: FloatArray) -> FloatArray:
    """Return, for each unit, the mean of its stratum's units, column by column."""
    sums = np.stack(
        [sums_by(strata.of_unit, column, strata.n_units.size) for column in totals.T], axis=1
    )
    return np.asarray((sums / np.maximum(strata.n_units, 1)[:, None])[strata.of_unit])
