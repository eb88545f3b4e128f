"""Whether fear lies in places or in who lives there: the gate before acting on areas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.multilevel.fit import MultilevelFit, area_sd, fit_multilevel

Floats = NDArray[np.float64]
LOGISTIC_VARIANCE = np.pi**2 / 3
"""Of people within areas and groups, on the scale of logits."""
NOTABLE = 0.05
"""A share of the variance from which one says that something matters."""
N_DRAWS = 4000


class Lever(StrEnum):
    """What the split of the variance speaks for."""

    PLACES = "places"
    PEOPLE = "people"
    BOTH = "both"
    NEITHER = "neither"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the variance of answers with its interval, 0 to 1."""

    share: float
    low: float
    high: float

    @property
    def verdict(self) -> bool | None:
        """Whether it is notable; None where the interval holds both."""
        if self.low >= NOTABLE:
            return True
        return False if self.high < NOTABLE else None


@dataclass(frozen=True, slots=True)
class VarianceSplit:
    """How much of what people answer differs by area and by group."""

    areas: Part
    """Between areas, people of the same groups being compared."""
    groups: Part
    """Between groups, people of the same area being compared."""
    composition: float
    """Share of the plain difference between areas that is only who lives where; may be below 0."""
    lever: Lever
    fit: MultilevelFit


def split_variance(
    answers: ArrayLike,
    groups: ArrayLike,
    areas: ArrayLike,
    rng: np.random.Generator,
    *,
    weights: ArrayLike | None = None,
    level: float = 0.90,
) -> VarianceSplit:
    """Return how much of the variance of answers lies between areas and between groups.

    On the logit scale the variance has three parts: areas (their effects), groups (their
    coefficients, applied to who was asked) and people (the logistic distribution's π²/3).

    An answer that differs by area is no proof that a change of the area will change it. Groups
    that the survey did not ask about are counted as people, or as areas where they live apart.

    Parameters
    ----------
    answers : array_like of int, shape (n_people,)
        0, 1 or more steps in order.
    groups : array_like of float, shape (n_people, n_covariates)
        Columns of 0 and 1 for groups (gender, age group, disability, tenure …), a reference left out.
    areas : array_like of int, shape (n_people,)
    rng : numpy.random.Generator
        For the interval of the groups' share.
    weights : array_like of float, shape (n_people,), optional
    level : float, in (0, 1)

    Raises
    ------
    MethodError
        As `fit_multilevel`; MULTILEVEL_SHAPE without any group.

    References
    ----------
    .. [1] Nakagawa, S., Johnson, P. C. D., Schielzeth, H. (2017). The coefficient of determination
       R² and intra-class correlation coefficient from generalized linear mixed-effects models.
       Journal of the Royal Society Interface 14, 20170213.
    """
    x = np.asarray(groups, dtype=float)
    if x.ndim != 2 or x.shape[1] == 0:
        raise MethodError("MULTILEVEL_SHAPE", answers=np.shape(answers), covariates=x.shape,
                          areas=np.shape(areas))  # fmt: skip
    fit = fit_multilevel(answers, x, areas, weights=weights, level=level)
    plain = area_sd(answers, areas, weights=weights)
    spread = _spread(x, weights)
    explained, low, high = _explained(fit, spread, rng, level)
    rest = fit.sd**2 + LOGISTIC_VARIANCE
    places = Part(*(_share(sd**2, explained + LOGISTIC_VARIANCE)
                    for sd in (fit.sd, fit.sd_low, fit.sd_high)))  # fmt: skip
    people = Part(*(_share(v, rest) for v in (explained, low, high)))
    composition = 1.0 - fit.sd**2 / plain**2 if plain > 0 else float("nan")
    return VarianceSplit(places, people, composition, _lever(places, people), fit)


def _share(variance: float, others: float) -> float:
    return 1.0 if np.isinf(variance) else variance / (variance + others)


def _spread(x: Floats, weights: ArrayLike | None) -> Floats:
    """Return the covariance of covariates among those asked."""
    return np.atleast_2d(np.cov(x, rowvar=False, aweights=None if weights is None
                                else np.asarray(weights, dtype=float)))  # fmt: skip


def _explained(
    fit: MultilevelFit, spread: Floats, rng: np.random.Generator, level: float
) -> tuple[float, float, float]:
    """Return the variance of the groups' part, less what chance adds, with its interval."""
    chance = float(np.trace(spread @ fit.covariance))
    raw = float(fit.coefficients @ spread @ fit.coefficients)
    draws = rng.multivariate_normal(fit.coefficients, fit.covariance, N_DRAWS, method="eigh")
    found = np.einsum("ij,jk,ik->i", draws, spread, draws) - 2.0 * chance
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return max(raw - chance, 0.0), max(float(low), 0.0), max(float(high), 0.0)


def _lever(places: Part, people: Part) -> Lever:
    """Return what the two verdicts together speak for."""
    if places.verdict is None or people.verdict is None:
        return Lever.CANNOT_TELL
    return {
        (True, True): Lever.BOTH,
        (True, False): Lever.PLACES,
        (False, True): Lever.PEOPLE,
        (False, False): Lever.NEITHER,
    }[places.verdict, people.verdict]
