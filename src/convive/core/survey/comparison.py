"""Differences between groups, between an area and the rest, and between survey waves."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.significance import two_sided_t_p
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import (
    Base,
    SurveyEstimates,
    answered,
    cautious_factor,
    t_quantile,
)
from convive.core.survey.share_test import NO_FREEDOM, NOBODY, SharePair, compare_shares
from convive.core.survey.variance import Shared, domain_df, domain_variance, sums_by

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SurveyDifference:
    """Differences of means or shares (first minus second), each of shape (n_domains,).

    NaN where one side has no respondents; interval and p are NaN without degrees of freedom.
    Shares have no p either where so few cases are expected that a test means nothing.
    """

    difference: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    df: FloatArray
    n_a: IntArray
    n_b: IntArray
    reason: tuple[str | None, ...] = ()
    """Why there is no p: SURVEY_NOBODY, SURVEY_NO_FREEDOM, SURVEY_TOO_FEW_CASES; else None."""


def difference(
    design: SurveyDesign,
    y: ArrayLike,
    group_a: ArrayLike,
    group_b: ArrayLike,
    *,
    level: float = 0.95,
) -> SurveyDifference:
    """Return the mean of one group minus that of another, of one survey.

    Groups share clusters, so their means are correlated; the difference is linearised as one
    estimate, which takes account of it.

    Parameters
    ----------
    design, y
        As for `mean_by_domain`. If all answers are 0 or 1, the test and the interval are those
        of `compare_shares`, from effective numbers: the standard error of a share rests on its
        few cases and would call a group without any different for certain. A group in which
        all answers are the same gets a standard error from Agresti and Caffo's variance.
    group_a, group_b : array_like of bool, shape (n_respondents,)
        Who belongs to the groups; they may overlap.
    level : float, in (0, 1)
        Nominal coverage of the interval.

    Returns
    -------
    SurveyDifference
        With arrays of shape (1,).

    Raises
    ------
    MethodError
        SURVEY_SHAPE.

    Notes
    -----
    Degrees of freedom are Satterthwaite's over the two sides, each with the clusters and strata
    in which it was met. Design effects of shares are 1 at least and, over several domains, at
    least that of all domains together (`cautious_factor`).

    References
    ----------
    .. [1] Agresti, A., Caffo, B. (2000). Simple and effective confidence intervals for
       proportions and differences of proportions. The American Statistician 54(4), 280-288.
    """
    everybody = np.zeros(design.n_respondents, dtype=np.int64)
    return difference_by_domain(design, y, (group_a, group_b), everybody, n_domains=1, level=level)


def difference_by_domain(
    design: SurveyDesign,
    y: ArrayLike,
    groups: tuple[ArrayLike, ArrayLike],
    domains: ArrayLike,
    *,
    n_domains: int | None = None,
    level: float = 0.95,
) -> SurveyDifference:
    """Return the difference between two groups within each domain; see `difference`."""
    masks = [_mask(group, design) for group in groups]
    both = masks[0] | masks[1]
    base = answered(design, np.where(both, np.asarray(y, dtype=float), np.nan), domains, n_domains)
    sides = [_side(design, base, mask) for mask in masks]
    scores = sides[0].scores - sides[1].scores
    variance = domain_variance(design, scores, base.domains, base.n_domains)
    return _compared(base, (sides[0], sides[1]), variance, level=level)


def difference_from_rest(
    design: SurveyDesign,
    y: ArrayLike,
    domains: ArrayLike,
    *,
    n_domains: int | None = None,
    level: float = 0.95,
) -> SurveyDifference:
    """Return each domain's mean minus the mean of all respondents outside it.

    Parameters
    ----------
    design, y, n_domains, level
        As for `mean_by_domain` and `difference`.
    domains : array_like of int, shape (n_respondents,)
        Areas; respondents with -1 belong to the rest of every area.
    """
    codes = np.asarray(domains)
    base = answered(design, y, codes, n_domains)
    rest = answered(design, y, np.where(codes < 0, base.n_domains, codes), base.n_domains + 1)
    inside, outside = _own_and_rest(design, base, rest)
    scores, shared = _scores_against_rest(design, rest, inside, outside)
    variance = domain_variance(design, scores, base.domains, base.n_domains, shared=shared)
    return _compared(base, (inside, outside), variance, level=level, most=outside.df)


def difference_between_waves(
    later: SurveyEstimates, earlier: SurveyEstimates, *, level: float = 0.95
) -> SurveyDifference:
    """Return later minus earlier estimates of two independent samples, domain by domain.

    Do not use it for a panel, where the same people answer twice.

    Parameters
    ----------
    later, earlier : SurveyEstimates
        Over the same domains.
    level : float, in (0, 1)
        Nominal coverage; degrees of freedom by Welch and Satterthwaite.

    Raises
    ------
    MethodError
        SURVEY_SHAPE where the domains differ in number.
    """
    if later.value.shape != earlier.value.shape:
        raise MethodError("SURVEY_SHAPE", a=later.value.shape, b=earlier.value.shape)
    parts = [_wave_variance(estimates) for estimates in (later, earlier)]
    variance = parts[0] + parts[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        df = variance**2 / (parts[0] ** 2 / later.df + parts[1] ** 2 / earlier.df)
    usable = (later.df >= 1) & (earlier.df >= 1)
    result = _result(
        later.value - earlier.value,
        variance,
        np.where(usable, df, 0.0),
        (later.n, earlier.n),
        level=level,
    )
    if not (later.is_share and earlier.is_share):
        return result
    pair = SharePair(
        np.stack([later.value, earlier.value]), np.stack([later.n_cautious, earlier.n_cautious])
    )
    return _with_share_test(result, pair, level=level)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a comparison by domain, with the influence of its respondents."""

    mean: FloatArray
    weight: FloatArray
    weight_squared: FloatArray
    n: IntArray
    scores: FloatArray
    df: IntArray

    @property
    def kish(self) -> FloatArray:
        """Respondents that weighting leaves."""
        return np.nan_to_num(_safe(self.weight**2, self.weight_squared))

    @property
    def rescue(self) -> FloatArray:
        """Variance of a share of 0 or 1 from one success and one failure added; else 0."""
        size = _safe(self.weight**2, self.weight_squared)
        share = (size * self.mean + 1.0) / (size + 2.0)
        is_flat = (self.mean == 0) | (self.mean == 1)
        return np.where(is_flat, share * (1.0 - share) / (size + 2.0), 0.0)


def _own_and_rest(design: SurveyDesign, base: Base, rest: Base) -> tuple[_Side, _Side]:
    """Return each domain and everybody else, without scores: they are made for both at once."""
    met = rest.domains >= 0
    codes, w = rest.domains[met], design.weights[met]
    values = sums_by(codes, w * rest.y[met], rest.n_domains)
    squares = sums_by(codes, w**2, rest.n_domains)
    own_values, own_squares = values[: base.n_domains], squares[: base.n_domains]
    weight = rest.weight.sum() - base.weight
    none = np.zeros(0)
    whole = domain_df(design, np.where(met, 0, -1), 1)
    inside = _Side(_safe(own_values, base.weight), base.weight, own_squares, base.n, none, base.df)
    outside = _Side(
        mean=_safe(values.sum() - own_values, weight),
        weight=weight,
        weight_squared=squares.sum() - own_squares,
        n=rest.n.sum() - base.n,
        scores=none,
        df=np.broadcast_to(whole, base.n.shape),
    )
    return inside, outside


def _scores_against_rest(
    design: SurveyDesign, rest: Base, inside: _Side, outside: _Side
) -> tuple[FloatArray, Shared]:
    """Return what respondents add in their own domain, and what they take off in every other."""
    met = rest.domains >= 0
    own = met & (rest.domains < inside.n.size)
    code, w, y = rest.domains[own], design.weights[own], rest.y[own]
    scores = np.zeros(design.n_respondents)
    scores[own] = w * np.nan_to_num(
        _safe(y - inside.mean[code], inside.weight[code])
        + _safe(y - outside.mean[code], outside.weight[code])
    )
    weights = np.where(met, design.weights, 0.0)
    slope = np.nan_to_num(_safe(np.ones(outside.weight.shape), outside.weight))
    level = slope * np.nan_to_num(outside.mean)
    columns = np.column_stack([weights * rest.y, weights])
    return scores, Shared(columns, np.column_stack([slope, -level]))


def _side(design: SurveyDesign, base: Base, mask: NDArray[np.bool_]) -> _Side:
    """Return one group's means by domain and each respondent's influence on them."""
    domain = np.where(mask, base.domains, -1)
    here = domain >= 0
    codes, w = domain[here], design.weights[here]
    weight = sums_by(codes, w, base.n_domains)
    mean = _safe(sums_by(codes, w * base.y[here], base.n_domains), weight)
    scores = np.zeros(design.n_respondents)
    scores[here] = w * (base.y[here] - mean[codes]) / weight[codes]
    squares = sums_by(codes, w**2, base.n_domains)
    n = np.bincount(codes, minlength=base.n_domains)
    return _Side(mean, weight, squares, n, scores, domain_df(design, domain, base.n_domains))


def _compared(
    base: Base,
    sides: tuple[_Side, _Side],
    variance: FloatArray,
    *,
    level: float,
    most: IntArray | None = None,
) -> SurveyDifference:
    """Return the difference of the two sides; shares are tested on effective numbers."""
    known = base.y[base.domains >= 0]
    is_share = bool(np.all((known == 0) | (known == 1)))
    rescue = sides[0].rescue + sides[1].rescue if is_share else 0.0
    df = _satterthwaite(sides, base.df if most is None else most)
    result = _result(
        sides[0].mean - sides[1].mean, variance + rescue, df, (sides[0].n, sides[1].n), level=level
    )
    if not is_share:
        return result
    return _with_share_test(result, _effective_pair(sides, variance), level=level)


def _effective_pair(sides: tuple[_Side, _Side], variance: FloatArray) -> SharePair:
    """Return the shares with effective numbers: weighting by side, clustering for both."""
    share = np.stack([side.mean for side in sides])
    kish = np.stack([side.kish for side in sides])
    apart = np.sum(np.nan_to_num(_safe(share * (1.0 - share), kish)), axis=0)
    with np.errstate(divide="ignore"):
        information = 1.0 / np.sum(1.0 / kish, axis=0)
    spread = np.nan_to_num(share.mean(axis=0) * (1.0 - share.mean(axis=0)))
    factor = cautious_factor(_safe(variance, apart), information * spread)
    return SharePair(share, kish / factor)


def _satterthwaite(sides: tuple[_Side, _Side], most: IntArray) -> FloatArray:
    """Return degrees of freedom of a difference; 0 where a side has none.

    The sides count by their Kish numbers, not by variances estimated from a few cases.
    """
    parts = [_safe(np.ones(side.kish.shape), side.kish) for side in sides]
    below = sum(
        _safe(part**2, side.df.astype(float)) for part, side in zip(parts, sides, strict=True)
    )
    return np.asarray(np.minimum(np.nan_to_num((parts[0] + parts[1]) ** 2 / below), most))


def _with_share_test(
    result: SurveyDifference, pair: SharePair, *, level: float
) -> SurveyDifference:
    """Return the result with interval and p-value of the test for shares."""
    found = compare_shares(pair, result.df, level=level)
    return replace(result, low=found.low, high=found.high, p=found.p, reason=found.reason)


def _result(
    value: FloatArray,
    variance: FloatArray,
    df: FloatArray,
    sizes: tuple[IntArray, IntArray],
    *,
    level: float,
) -> SurveyDifference:
    """Return difference, t interval and p-value."""
    se = np.where(np.isfinite(value), np.sqrt(variance), np.nan)
    se_known = np.where(se > 0, se, np.nan)
    half = t_quantile(df, level=level) * se_known
    reason = [
        NOBODY if np.isnan(v) else NO_FREEDOM if d < 1 else None
        for v, d in zip(value, df, strict=True)
    ]
    return SurveyDifference(
        difference=value,
        se=se,
        low=value - half,
        high=value + half,
        p=np.asarray(two_sided_t_p(value / se_known, df)),
        df=df,
        n_a=sizes[0],
        n_b=sizes[1],
        reason=tuple(reason),
    )


def _wave_variance(estimates: SurveyEstimates) -> FloatArray:
    """Return variances; a share of 0 or 1 gets that of one success and one failure added."""
    variance = estimates.se**2
    if not estimates.is_share:
        return variance
    size = estimates.n_effective
    share = (size * estimates.value + 1.0) / (size + 2.0)
    is_flat = (estimates.value <= 0) | (estimates.value >= 1)
    return np.where(is_flat, share * (1.0 - share) / (size + 2.0), variance)


def _safe(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Divide; NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan)


def _mask(group: ArrayLike, design: SurveyDesign) -> NDArray[np.bool_]:
    """Return a group as booleans of the right shape."""
    mask = np.asarray(group)
    if mask.shape != design.weights.shape or mask.dtype != np.bool_:
        raise MethodError("SURVEY_SHAPE", weights=design.weights.shape, group=mask.shape)
    return mask
