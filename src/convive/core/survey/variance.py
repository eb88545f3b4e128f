"""Linearised (Taylor) variance of sums over sampled units, for many domains at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convive.core.survey.design import Stage, SurveyDesign

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def sums_by(codes: IntArray, values: FloatArray, n_codes: int) -> FloatArray:
    """Return the sum of the values of each code 0 … n_codes - 1."""
    return np.asarray(np.bincount(codes, weights=values, minlength=n_codes), dtype=np.float64)


def domain_variance(
    design: SurveyDesign, scores: FloatArray, domains: IntArray, n_domains: int
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
    """
    inside = domains >= 0
    total = np.zeros(n_domains)
    for number, stage in enumerate(design.stages):
        key = stage.unit[inside] * n_domains + domains[inside]
        cells, cell = np.unique(key, return_inverse=True)
        sums = sums_by(cell, scores[inside], cells.size)
        unit, domain = np.divmod(cells, n_domains)
        total += _stage_variance(stage, sums, unit, domain, n_domains, is_first=number == 0)
    return total


def _stage_variance(
    stage: Stage,
    sums: FloatArray,
    unit: IntArray,
    domain: IntArray,
    n_domains: int,
    *,
    is_first: bool,
) -> FloatArray:
    """Return one stage's part of the variance, from the sums of non-empty (unit, domain) cells."""
    stratum = stage.stratum_of_unit[unit]
    cells, cell = np.unique(stratum * n_domains + domain, return_inverse=True)
    squares = sums_by(cell, sums**2, cells.size)
    totals = sums_by(cell, sums, cells.size)
    stratum, domain = np.divmod(cells, n_domains)
    n = stage.units_in_stratum[stratum].astype(float)
    spread = n / np.maximum(n - 1.0, 1.0) * np.maximum(squares - totals**2 / n, 0.0)
    lonely = n == 1
    if is_first and np.any(lonely):
        grand = sums_by(domain, totals, n_domains) / stage.n_units
        spread[lonely] = (totals[lonely] - grand[domain[lonely]]) ** 2
    part = (1.0 - stage.fraction_of_stratum[stratum]) * stage.weight_of_stratum[stratum] * spread
    variance = sums_by(domain, part, n_domains)
    if is_first and np.any(stage.units_in_stratum == 1):
        variance += _empty_lonely(stage, stratum[lonely], domain[lonely], totals, domain, n_domains)
    return variance


def _empty_lonely(
    stage: Stage,
    met: IntArray,
    met_domain: IntArray,
    totals: FloatArray,
    domain: IntArray,
    n_domains: int,
) -> FloatArray:
    """Return the part of lonely strata that have nobody in a domain: their sum of 0, centred."""
    grand = sums_by(domain, totals, n_domains) / stage.n_units
    factor = np.where(stage.units_in_stratum == 1, 1.0 - stage.fraction_of_stratum, 0.0)
    left = np.full(n_domains, factor.sum())
    np.subtract.at(left, met_domain, factor[met])
    return np.asarray(left * grand**2)


def dense_variance(design: SurveyDesign, unit_sums: FloatArray) -> FloatArray:
    """Return the first-stage variance of each column of sums per primary unit.

    Parameters
    ----------
    unit_sums : array of float, shape (n_units, n_columns)
    """
    stage = design.stages[0]
    n_units, n_columns = unit_sums.shape
    unit = np.repeat(np.arange(n_units), n_columns)
    column = np.tile(np.arange(n_columns), n_units)
    return _stage_variance(stage, unit_sums.ravel(), unit, column, n_columns, is_first=True)


def domain_df(design: SurveyDesign, domains: IntArray, n_domains: int) -> IntArray:
    """Return clusters minus strata that have respondents in each domain."""
    inside = domains >= 0
    counts = []
    for codes in (design.psu, design.stratum):
        cells = np.unique(codes[inside] * n_domains + domains[inside])
        counts.append(np.bincount(cells % n_domains, minlength=n_domains))
    return np.asarray(counts[0] - counts[1], dtype=np.int64)
