"""Means, shares, totals and ratios of a survey by domain, with design-based uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import tail_of
from convive.core.errors import MethodError
from convive.core.survey.design import SurveyDesign
from convive.core.survey.variance import domain_df, domain_variance, sums_by

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SurveyEstimates:
    """Estimates by domain, each array of shape (n_domains,); NaN where nobody answered.

    `low` and `high` are NaN too where a domain has no degrees of freedom (all of its
    respondents in one cluster): its uncertainty cannot be known.
    """

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray
    """Respondents who answered."""
    n_effective: FloatArray
    """Respondents of a simple random sample that would be as precise."""
    df: IntArray
    """Clusters minus strata among those who answered."""
    is_share: bool = False
    n_weighting: FloatArray | None = None
    """Kish's effective number: what weighting alone leaves; known for means and shares."""

    @property
    def n_cautious(self) -> FloatArray:
        """Effective number for tests, which an area's own lucky variance cannot raise.

        Clustering counts with the larger of the area's own design effect and that of all areas
        together, and never as a gain; see `cautious_factor`.
        """
        if self.n_weighting is None:
            return np.minimum(self.n_effective, self.n)
        with np.errstate(divide="ignore", invalid="ignore"):
            own = self.n_weighting / self.n_effective
        spread = self.value * (1.0 - self.value) if self.is_share else np.ones(self.n.size)
        return self.n_weighting / cautious_factor(own, self.n_weighting * spread)

    @property
    def deff(self) -> FloatArray:
        """Design effect: variance ÷ that of a simple random sample of the same size."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.n / self.n_effective)


@dataclass(frozen=True, slots=True)
class Base:
    """Who answered, by domain: what every estimate starts from."""

    domains: IntArray
    n_domains: int
    y: FloatArray
    n: IntArray
    weight: FloatArray
    df: IntArray


def mean_by_domain(
    design: SurveyDesign,
    y: ArrayLike,
    domains: ArrayLike | None = None,
    *,
    n_domains: int | None = None,
    level: float = 0.95,
) -> SurveyEstimates:
    """Return the weighted mean of `y` in each domain with linearised standard errors.

    Parameters
    ----------
    design : SurveyDesign
        Of all respondents; never cut it down to a domain beforehand, which would make the
        standard errors too small.
    y : array_like of float, shape (n_respondents,)
        Answers; NaN = not answered, out of the base.
    domains : array_like of int, shape (n_respondents,), optional
        Domain 0 … n_domains - 1 of each respondent, -1 for none; None is one domain of all.
    n_domains : int, optional
        Number of domains; by default one more than the largest.
    level : float, in (0, 1)
        Nominal coverage of the t interval.

    Raises
    ------
    MethodError
        SURVEY_SHAPE, SURVEY_DOMAIN.

    References
    ----------
    .. [1] Lumley, T. (2010). Complex Surveys. Wiley, chapter 2 and appendix C.
    """
    base = answered(design, y, domains, n_domains)
    value, se = _mean(design, base)
    half = t_quantile(base.df, level=level) * se
    return SurveyEstimates(
        value=value,
        se=se,
        low=value - half,
        high=value + half,
        n=base.n,
        n_effective=_effective(design, base, value, se),
        df=base.df,
        n_weighting=_kish(design, base),
    )


def share_by_domain(
    design: SurveyDesign,
    y: ArrayLike,
    domains: ArrayLike | None = None,
    *,
    n_domains: int | None = None,
    level: float = 0.95,
) -> SurveyEstimates:
    """Return the weighted share of 1 among the answers 0 and 1, by domain.

    As `mean_by_domain`, with an interval on the logit scale that stays within 0 to 1. Where
    everybody or nobody in a domain says 1 its own data show no variation: there the exact
    binomial interval for its effective number of respondents is taken, with the design effect
    of all domains together.

    Raises
    ------
    MethodError
        SURVEY_NOT_BINARY for a value other than 0, 1 or NaN; SURVEY_SHAPE; SURVEY_DOMAIN.

    References
    ----------
    .. [1] Korn, E. L., Graubard, B. I. (1998). Confidence intervals for proportions with small
       expected number of positive counts estimated from survey data. Survey Methodology
       24(2), 193-201.
    """
    base = answered(design, y, domains, n_domains)
    known = base.y[base.domains >= 0]
    if not np.all((known == 0) | (known == 1)):
        raise MethodError("SURVEY_NOT_BINARY")
    value, se = _mean(design, base)
    effective = _effective(design, base, value, se)
    low, high = _logit_interval(value, se, t_quantile(base.df, level=level))
    flat = (base.n > 0) & ((value <= 0) | (value >= 1))
    if np.any(flat):
        effective[flat] = (base.n / _pooled_deff(design, base))[flat]
        exact = _exact_interval(value, effective, base, level=level)
        low, high = np.where(flat, exact[0], low), np.where(flat, exact[1], high)
    return SurveyEstimates(
        value,
        se,
        low,
        high,
        base.n,
        effective,
        base.df,
        is_share=True,
        n_weighting=_kish(design, base),
    )


def total_by_domain(
    design: SurveyDesign,
    y: ArrayLike,
    domains: ArrayLike | None = None,
    *,
    n_domains: int | None = None,
    level: float = 0.95,
) -> SurveyEstimates:
    """Return the weighted total of `y` in each domain; weights must add up to the population.

    Parameters and errors as for `mean_by_domain`. `n_effective` is NaN: it has no meaning here.
    """
    base = answered(design, y, domains, n_domains)
    scores = design.weights * base.y
    value = _sums(scores, base)
    se = np.sqrt(domain_variance(design, scores, base.domains, base.n_domains))
    half = t_quantile(base.df, level=level) * se
    nothing = np.full(base.n_domains, np.nan)
    return SurveyEstimates(value, se, value - half, value + half, base.n, nothing, base.df)


def ratio_by_domain(
    design: SurveyDesign,
    numerator: ArrayLike,
    denominator: ArrayLike,
    domains: ArrayLike | None = None,
    *,
    n_domains: int | None = None,
    level: float = 0.95,
) -> SurveyEstimates:
    """Return the weighted total of one variable ÷ that of another, by domain.

    A respondent without an answer to either is out of the base. Parameters and errors as for
    `mean_by_domain`.
    """
    top = np.asarray(numerator, dtype=float)
    bottom = np.asarray(denominator, dtype=float)
    if top.shape != bottom.shape:
        raise MethodError("SURVEY_SHAPE", numerator=top.shape, denominator=bottom.shape)
    base = answered(design, np.where(np.isnan(bottom), np.nan, top), domains, n_domains)
    bottom = np.where(base.domains >= 0, bottom, 0.0)
    below = _sums(design.weights * bottom, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = _sums(design.weights * base.y, base) / below
        scores = design.weights * (base.y - value[base.domains] * bottom) / below[base.domains]
    scores = np.where(base.domains >= 0, scores, 0.0)
    se = np.sqrt(domain_variance(design, scores, base.domains, base.n_domains))
    half = t_quantile(base.df, level=level) * se
    nothing = np.full(base.n_domains, np.nan)
    return SurveyEstimates(value, se, value - half, value + half, base.n, nothing, base.df)


def kish_effective_n(
    weights: ArrayLike, domains: ArrayLike | None = None, *, n_domains: int | None = None
) -> FloatArray:
    """Return (sum of weights)² ÷ sum of squared weights by domain: the cost of weighting alone.

    Clustering is not in it; see `SurveyEstimates.n_effective`. 0 for an empty domain.
    """
    w = np.asarray(weights, dtype=float)
    codes, count = _domain_codes(domains, w.size, n_domains)
    inside = codes >= 0
    first = sums_by(codes[inside], w[inside], count)
    second = sums_by(codes[inside], w[inside] ** 2, count)
    return np.divide(first**2, second, out=np.zeros(count), where=second > 0)


def cautious_factor(own: ArrayLike, information: ArrayLike) -> FloatArray:
    """Return design effects of clustering that tests can lean on, by domain.

    With few clusters, or few who say yes, an estimated design effect is mostly chance; where it
    comes out small the test would find what is not there. Here each domain gets the larger of
    its own and of the mean of all domains, and 1 at least.

    Parameters
    ----------
    own : array_like of float, shape (n_domains,)
        Variance ÷ that of independent respondents with the same weights; NaN where unknown.
    information : array_like of float, shape (n_domains,)
        Weights of the mean: effective number × share × (1 - share).

    References
    ----------
    .. [1] Wolter, K. M. (2007). Introduction to Variance Estimation, 2nd ed. Springer,
       chapter 7 (generalised variance functions).
    """
    factor = np.asarray(own, dtype=float)
    weight = np.where(np.isfinite(factor), np.asarray(information, dtype=float), 0.0)
    weight = np.where(np.isfinite(weight), weight, 0.0)
    known = np.where(weight > 0, factor, 1.0)
    pooled = float(np.sum(weight * known) / np.sum(weight)) if np.sum(weight) > 0 else 1.0
    return np.maximum(np.maximum(known, pooled), 1.0)


def answered(
    design: SurveyDesign, y: ArrayLike, domains: ArrayLike | None, n_domains: int | None
) -> Base:
    """Return the base: respondents in a domain, with weight, who answered."""
    values = np.asarray(y, dtype=float)
    if values.shape != design.weights.shape:
        raise MethodError("SURVEY_SHAPE", weights=design.weights.shape, y=values.shape)
    codes, count = _domain_codes(domains, values.size, n_domains)
    codes = np.where(np.isfinite(values) & (design.weights > 0), codes, -1)
    inside = codes >= 0
    return Base(
        domains=codes,
        n_domains=count,
        y=np.where(inside, values, 0.0),
        n=np.bincount(codes[inside], minlength=count),
        weight=sums_by(codes[inside], design.weights[inside], count),
        df=domain_df(design, codes, count),
    )


def t_quantile(df: ArrayLike, *, level: float) -> FloatArray:
    """Return the t quantile of a two-sided interval; NaN below one degree of freedom."""
    freedom = np.asarray(df, dtype=float)
    upper = 1.0 - tail_of(level)
    quantile = special.stdtrit(np.where(freedom >= 1, freedom, 1.0), upper)
    return np.where(freedom >= 1, quantile, np.nan)


def _mean(design: SurveyDesign, base: Base) -> tuple[FloatArray, FloatArray]:
    """Return means and their standard errors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = _sums(design.weights * base.y, base) / base.weight
        scores = design.weights * (base.y - value[base.domains]) / base.weight[base.domains]
    scores = np.where(base.domains >= 0, scores, 0.0)
    se = np.sqrt(domain_variance(design, scores, base.domains, base.n_domains))
    return value, np.where(base.n > 0, se, np.nan)


def _sums(values: FloatArray, base: Base) -> FloatArray:
    """Return sums by domain."""
    inside = base.domains >= 0
    return sums_by(base.domains[inside], values[inside], base.n_domains)


def _effective(design: SurveyDesign, base: Base, value: FloatArray, se: FloatArray) -> FloatArray:
    """Return the size of a simple random sample with the same standard error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = np.where(base.domains >= 0, base.y - value[base.domains], 0.0)
        element = _sums(design.weights * residual**2, base) / base.weight
        element *= base.n / (base.n - 1.0)
        if design.fpc is not None:
            element *= 1.0 - base.n / base.weight
        effective = element / se**2
    usable = np.isfinite(effective) & (se > 0)
    kish = _kish(design, base)
    return np.where(usable, effective, kish)


def _kish(design: SurveyDesign, base: Base) -> FloatArray:
    """Return what weighting leaves of the respondents of each domain."""
    return kish_effective_n(design.weights, base.domains, n_domains=base.n_domains)


def _pooled_deff(design: SurveyDesign, base: Base) -> FloatArray:
    """Return a design effect, at least that of weighting, from all domains together."""
    everybody = Base(
        domains=np.where(base.domains >= 0, 0, -1),
        n_domains=1,
        y=base.y,
        n=np.array([base.n.sum()]),
        weight=np.array([base.weight.sum()]),
        df=np.array([1]),
    )
    value, se = _mean(design, everybody)
    pooled = float((everybody.n / _effective(design, everybody, value, se))[0])
    kish = _kish(design, base)
    own = np.divide(base.n, kish, out=np.ones(base.n_domains), where=kish > 0)
    return np.maximum(own, pooled)


def _logit_interval(
    value: FloatArray, se: FloatArray, quantile: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the t interval of the logit, carried back to shares."""
    with np.errstate(divide="ignore", invalid="ignore"):
        half = quantile * se / (value * (1.0 - value))
        centre = special.logit(value)
        return np.asarray(special.expit(centre - half)), np.asarray(special.expit(centre + half))


def _exact_interval(
    value: FloatArray, effective: FloatArray, base: Base, *, level: float
) -> tuple[FloatArray, FloatArray]:
    """Return the binomial interval of shares of 0 or 1, widened for few clusters."""
    with np.errstate(divide="ignore", invalid="ignore"):
        narrow = t_quantile(base.n - 1, level=level) / t_quantile(base.df, level=level)
        size = effective * np.minimum(1.0, narrow**2)
        edge = tail_of(level) ** (1.0 / size)
    low = np.where(value >= 1, edge, 0.0)
    high = np.where(value >= 1, 1.0, 1.0 - edge)
    known = np.isfinite(size)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _domain_codes(domains: ArrayLike | None, n: int, n_domains: int | None) -> tuple[IntArray, int]:
    """Return domain codes and their number, or refuse them."""
    if domains is None:
        return np.zeros(n, dtype=np.int64), 1
    codes = np.asarray(domains)
    if codes.shape != (n,) or codes.dtype.kind not in "iu":
        raise MethodError("SURVEY_DOMAIN", expected=(n,), given=codes.shape)
    count = int(codes.max(initial=-1)) + 1 if n_domains is None else n_domains
    if codes.size and (codes.max() >= count or codes.min() < -1):
        raise MethodError("SURVEY_DOMAIN", n_domains=count)
    return codes.astype(np.int64), count
