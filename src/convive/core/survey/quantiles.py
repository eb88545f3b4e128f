"""Medians and other quantiles of a survey by domain, with Woodruff's intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import (
    Base,
    SurveyEstimates,
    answered,
    mean_by_domain,
    t_quantile,
)

FloatArray = NDArray[np.float64]

_ROUNDING = 1e-12
"""Relative slack with which cumulated weights reach a probability."""


def quantile_by_domain(
    design: SurveyDesign,
    y: ArrayLike,
    probability: float = 0.5,
    domains: ArrayLike | None = None,
    *,
    n_domains: int | None = None,
    level: float = 0.95,
) -> SurveyEstimates:
    """Return the weighted quantile of `y` in each domain.

    Parameters
    ----------
    design, y, domains, n_domains, level
        As for `mean_by_domain`; y is a number such as minutes or euros.
    probability : float, in (0, 1)
        0.5 is the median.

    Returns
    -------
    SurveyEstimates
        `se` is the interval's length ÷ twice the t quantile. A limit is NaN where it lies
        beyond the answers, as with few respondents or far-out quantiles; `se` then too.
        `n_effective` is NaN.

    Raises
    ------
    MethodError
        SURVEY_PROBABILITY; SURVEY_SHAPE; SURVEY_DOMAIN.

    Notes
    -----
    The quantile is the smallest answer at which the weighted share of answers up to it reaches
    the probability (rule "math" of R's survey, type 1 of Hyndman and Fan). The interval is that
    of the share of answers up to the quantile, looked up in the same way (Woodruff). Do not use
    it for answers on a scale of a few steps: the quantile jumps from step to step; report
    shares instead.

    References
    ----------
    .. [1] Woodruff, R. S. (1952). Confidence intervals for medians and other position measures.
       Journal of the American Statistical Association 47, 635-646.
    .. [2] Hyndman, R. J., Fan, Y. (1996). Sample quantiles in statistical packages. The
       American Statistician 50(4), 361-365.

    Examples
    --------
    >>> found = quantile_by_domain(SurveyDesign([1.0, 1, 1, 3]), [10.0, 20, 30, 40])
    >>> found.value.tolist()
    [30.0]
    """
    if not 0.0 < probability < 1.0:
        raise MethodError("SURVEY_PROBABILITY", probability=probability)
    base = answered(design, y, domains, n_domains)
    sorted_answers = _Sorted(design, base)
    value = sorted_answers.quantile(np.full(base.n_domains, probability))
    up_to = np.where(base.domains >= 0, base.y <= value[base.domains], np.nan)
    share = mean_by_domain(design, up_to, base.domains, n_domains=base.n_domains)
    t = t_quantile(base.df, level=level)
    low = sorted_answers.quantile(share.value - t * share.se)
    high = sorted_answers.quantile(share.value + t * share.se)
    nothing = np.full(base.n_domains, np.nan)
    return SurveyEstimates(value, (high - low) / (2.0 * t), low, high, base.n, nothing, base.df)


class _Sorted:
    """Answers in order within each domain, with their cumulated weights."""

    def __init__(self, design: SurveyDesign, base: Base) -> None:
        rows = np.flatnonzero(base.domains >= 0)
        rows = rows[np.lexsort((base.y[rows], base.domains[rows]))]
        self.y = base.y[rows]
        self.cumulated = np.cumsum(design.weights[rows])
        self.last = np.cumsum(base.n)
        before = np.concatenate([[0.0], self.cumulated])
        self.start = before[self.last - base.n]
        self.weight = before[self.last] - self.start

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Return the quantile of each domain; NaN for a probability outside 0 to 1."""
        usable = (probability >= 0) & (probability <= 1) & (self.weight > 0)
        target = self.start + np.where(usable, probability, 0.0) * self.weight
        slack = _ROUNDING * self.cumulated[-1] if self.cumulated.size else 0.0
        place = np.searchsorted(self.cumulated, target - slack, side="left")
        first = np.concatenate([[0], self.last[:-1]])
        place = np.clip(place, first, np.maximum(self.last - 1, 0))
        answers = np.append(self.y, np.nan)
        return np.where(usable, answers[np.minimum(place, self.y.size)], np.nan)
