"""Who took part against who lives there, and kinds of samples that must not be mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from convive.core.counts import tail_of
from convive.core.errors import MethodError
from convive.core.response_propensity import Propensity, fitted_propensity, partial_spread
from convive.core.survey.calibration import rake
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import mean_by_domain, share_by_domain
from convive.core.survey.margins import Margin, targets_of
from convive.core.survey.trimming import weight_spread

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ProbabilitySample:
    """People who were drawn by chance and asked: their figures speak for the population."""

    name: str
    design: SurveyDesign

    @property
    def n_respondents(self) -> int:
        """Number of respondents."""
        return self.design.n_respondents


@dataclass(frozen=True, slots=True, eq=False)
class ConvenienceSample:
    """People who came by themselves (a meeting, an open form): they speak for themselves.

    It has no design, so that no function of `core.survey` takes it: no weights, no intervals.
    """

    name: str
    n_respondents: int

    def __post_init__(self) -> None:
        """Refuse a sample of nobody."""
        if self.n_respondents < 1:
            raise MethodError("SURVEY_SHAPE", n=self.n_respondents)


Sample = TypeVar("Sample", ProbabilitySample, ConvenienceSample)


def pool(first: Sample, second: Sample) -> Sample:
    """Return two independent samples of the same population and kind as one.

    Parameters
    ----------
    first, second : both ProbabilitySample, or both ConvenienceSample
        A type checker refuses one of each; so does the function. No weight makes people who
        came by themselves into people who were drawn.

    Returns
    -------
    ProbabilitySample or ConvenienceSample
        Probability samples: each is a stratum of its own, its weights multiplied by its part
        of the respondents, so that weights still add up to one population. Finite population
        corrections and later stages are dropped, which is cautious.

    Raises
    ------
    MethodError
        SURVEY_POOLED for samples of different kinds; WEIGHTING_ALREADY_CALIBRATED: calibrate
        the pooled design instead.

    Notes
    -----
    Do not pool waves whose question, mode or population changed, nor a panel with itself.
    """
    if isinstance(first, ProbabilitySample) and isinstance(second, ProbabilitySample):
        return ProbabilitySample(
            f"{first.name} + {second.name}", _both(first.design, second.design)
        )
    if isinstance(first, ConvenienceSample) and isinstance(second, ConvenienceSample):
        n = first.n_respondents + second.n_respondents
        return ConvenienceSample(f"{first.name} + {second.name}", n)
    raise MethodError("SURVEY_POOLED", first=first.name, second=second.name)


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """Groups among those who took part and in the population, arrays of shape (n_groups,)."""

    groups: tuple[str, ...]
    n: IntArray
    share: FloatArray
    population: FloatArray
    """Share in the population."""
    difference: FloatArray
    low: FloatArray
    high: FloatArray
    """Interval of the difference; NaN for a convenience sample, which was not drawn."""


def compare_with_population(
    sample: ProbabilitySample | ConvenienceSample, margin: Margin, *, level: float = 0.95
) -> GroupComparison:
    """Return how far the groups among those who took part are from those who live there.

    Parameters
    ----------
    sample : ProbabilitySample or ConvenienceSample
        Drawn samples count with their design weights: what is left is nonresponse.
    margin : Margin
        Group of each respondent and the population of the groups.
    level : float, in (0, 1)
        Nominal coverage of each group's interval (that of `share_by_domain`).

    Raises
    ------
    MethodError
        WEIGHTING_ALREADY_CALIBRATED (differences are 0 by making), WEIGHTING_UNKNOWN_CELL,
        WEIGHTING_BAD_TOTAL, SURVEY_SHAPE, SURVEY_MISSING_LABEL.

    Notes
    -----
    Groups that nobody came from are listed too: they are the finding. Being alike in age and
    sex does not make people alike in what they answer; do not call a sample representative for
    it.
    """
    design = (
        sample.design
        if isinstance(sample, ProbabilitySample)
        else SurveyDesign(np.ones(sample.n_respondents))
    )
    if design.calibration is not None:
        raise MethodError("WEIGHTING_ALREADY_CALIBRATED")
    codes = targets_of([margin], design.weights, empty=True).groups[0]
    n_groups = len(margin.totals)
    found = [
        share_by_domain(design, (codes == g).astype(float), level=level) for g in range(n_groups)
    ]
    share, low, high = (
        np.array([getattr(f, part)[0] for f in found]) for part in ("value", "low", "high")
    )
    people = np.array([margin.totals[g] for g in margin.totals], dtype=float)
    expected = people / people.sum()
    if isinstance(sample, ConvenienceSample):
        low, high = np.full(n_groups, np.nan), np.full(n_groups, np.nan)
    return GroupComparison(
        groups=tuple(str(g) for g in margin.totals),
        n=np.bincount(codes, minlength=n_groups),
        share=share,
        population=expected,
        difference=share - expected,
        low=low - expected,
        high=high - expected,
    )


@dataclass(frozen=True, slots=True)
class WeightingEffect:
    """One figure before and after raking."""

    question: str
    before: float
    se_before: float
    after: float
    se_after: float
    deff: float
    """Kish's design effect of the raked weights."""

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before


def what_weighting_changes(
    design: SurveyDesign, margins: Sequence[Margin], questions: Mapping[str, ArrayLike]
) -> tuple[WeightingEffect, ...]:
    """Return each question's mean before and after raking to the margins.

    Parameters
    ----------
    design : SurveyDesign
        Not calibrated.
    margins : sequence of Margin
        As for `rake`.
    questions : mapping of name to array_like of float
        Answers, NaN = not answered.

    Raises
    ------
    MethodError
        As for `rake` and `mean_by_domain`.

    Notes
    -----
    A small change does not show that the sample is sound: weighting corrects only what the
    margins are related to.
    """
    raked = rake(design, margins)
    deff = weight_spread(raked.weights).deff
    pairs = [
        (name, mean_by_domain(design, y), mean_by_domain(raked, y)) for name, y in questions.items()
    ]
    return tuple(
        WeightingEffect(
            question=name,
            before=float(before.value[0]),
            se_before=float(before.se[0]),
            after=float(after.value[0]),
            se_after=float(after.se[0]),
            deff=deff,
        )
        for name, before, after in pairs
    )


@dataclass(frozen=True, slots=True)
class PartialIndicator:
    """What one variable has to do with unequal response."""

    variable: str
    unconditional: float
    """Spread of response rates between the variable's groups; 0 = none."""
    conditional: float
    """Spread within groups that are alike in all other variables."""
    groups: tuple[str, ...]
    by_group: FloatArray
    """Groups that answered less than average are below 0."""


@dataclass(frozen=True, slots=True)
class RIndicator:
    """How equal the chances to answer are: 1 = equal for all, 0 = as unequal as can be."""

    value: float
    """Corrected for the chance spread of estimated propensities."""
    se: float
    """NaN where the spread is estimated as 0: see the interval."""
    low: float
    high: float
    uncorrected: float
    response_rate: float
    n: int
    partial: tuple[PartialIndicator, ...]


def r_indicator(
    responded: ArrayLike,
    known: Mapping[str, ArrayLike],
    *,
    weights: ArrayLike | None = None,
    population: float = np.inf,
    level: float = 0.95,
) -> RIndicator:
    """Return the R-indicator of a survey with its partial indicators.

    Parameters
    ----------
    responded : array_like of bool, shape (n_invited,)
        Of everybody who was invited, those who did not answer included.
    known : mapping of name to array_like, shape (n_invited,)
        Groups known for all of them (from the register): the same variables for every wave
        that is compared.
    weights : array_like of float, optional
        Design weights; equal by default.
    population : float
        Size of the population that was drawn from.
    level : float, in (0, 1)
        Nominal coverage of the interval.

    Raises
    ------
    MethodError
        RESPONSE_SHAPE, RESPONSE_ALL_ALIKE (everybody or nobody answered),
        RESPONSE_SEPARATED (a group in which everybody or nobody did), SURVEY_MISSING_LABEL,
        SURVEY_BAD_WEIGHT.

    Notes
    -----
    Propensities come from a logistic regression with one term per group. Their variance is too
    large by their estimation, which is taken off; the standard error is that of a variance of
    fitted propensities, with the sampling of the invited. The interval is worked out for the
    variance and carried over. Clusters are not taken into account. Do not compare surveys by
    it whose variables differ, and do not use it with fewer than a few hundred invited.

    References
    ----------
    .. [1] Schouten, B., Cobben, F., Bethlehem, J. (2009). Indicators for the
       representativeness of survey response. Survey Methodology 35(1), 101-113.
    .. [2] Shlomo, N., Skinner, C., Schouten, B. (2012). Estimation of an indicator of the
       representativeness of survey response. Journal of Statistical Planning and Inference
       142(1), 201-211.
    """
    fit = fitted_propensity(responded, known, weights)
    corrected = _corrected_variance(fit, population)
    sd = np.sqrt(_variance_of_variance(fit, population))
    reach = -special.ndtri(tail_of(level)) * sd
    kept = max(corrected, 0.0)
    return RIndicator(
        value=1.0 - 2.0 * np.sqrt(kept),
        se=float(sd / np.sqrt(kept)) if kept > 0 else float("nan"),
        low=max(0.0, 1.0 - 2.0 * float(np.sqrt(max(corrected + reach, 0.0)))),
        high=1.0 - 2.0 * float(np.sqrt(max(corrected - reach, 0.0))),
        uncorrected=1.0 - 2.0 * float(np.sqrt(fit.variance)),
        response_rate=fit.rate,
        n=fit.propensity.size,
        partial=tuple(_partial(fit, number) for number in range(len(fit.names))),
    )


def _corrected_variance(fit: Propensity, population: float) -> float:
    """Return the variance of propensities without the part that their estimation adds."""
    added = np.einsum("ij,jk,ik->i", fit.gradient, fit.covariance, fit.gradient)
    sampled = 1.0 + 1.0 / fit.n_effective - 1.0 / population
    return float(sampled * fit.variance - fit.mean(added))


def _variance_of_variance(fit: Propensity, population: float) -> float:
    """Return the variance of the estimated variance: of the regression and of the sample."""
    away = fit.propensity - fit.rate
    slopes = fit.gradient - fit.mean(fit.gradient)
    towards = fit.mean(slopes * away[:, None])
    between = (slopes * fit.weights[:, None]).T @ slopes / fit.weights.sum()
    spread = between @ fit.covariance
    regression = 4.0 * towards @ fit.covariance @ towards + 2.0 * np.trace(spread @ spread)
    fourth = float(fit.mean(away**4)) - fit.variance**2
    left = max(0.0, 1.0 - fit.n_effective / population)
    return float(regression + left * fourth / fit.n_effective)


def _partial(fit: Propensity, number: int) -> PartialIndicator:
    """Return the partial indicators of one variable."""
    between, within, by_group = partial_spread(fit, number)
    return PartialIndicator(fit.names[number], between, within, fit.groups[number], by_group)


def _both(first: SurveyDesign, second: SurveyDesign) -> SurveyDesign:
    """Return the respondents of two designs, each in strata of its own."""
    if first.calibration is not None or second.calibration is not None:
        raise MethodError("WEIGHTING_ALREADY_CALIBRATED")
    parts = (first, second)
    n = sum(part.n_respondents for part in parts)
    weights = [part.weights * part.n_respondents / n for part in parts]
    offset = int(first.stages[0].units_in_stratum.size)
    strata = [first.stratum, second.stratum + offset]
    return SurveyDesign(
        np.concatenate(weights),
        strata=np.concatenate(strata),
        clusters=np.concatenate([part.psu for part in parts]),
    )
