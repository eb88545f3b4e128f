"""How far observers who rate the same places agree, beyond what chance would give.

Ratings are a table of raters by units (places, stops) with NaN where a rater did not rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from convive.core.errors import MethodError

Weighting = Literal["nominal", "linear", "quadratic"]
Kind = Literal["conger", "fleiss", "ac1"]
Measure = Literal["nominal", "ordinal", "interval", "ratio"]
Verdict = Literal["reliable", "unreliable", "cannot_tell"]

LEAST_RELIABLE = 0.667
"""Krippendorff's lowest value for tentative conclusions."""
_PARADOX_SHARE = 0.8
_N_RESAMPLES = 1000
_LEAST_UNITS = 10

Floats = NDArray[np.float64]

__all__ = ["Agreement", "agreement_by_item", "cohen_kappa", "kappa", "krippendorff_alpha"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient of agreement with its interval and what it rests on."""

    value: float
    """1 = always agree, 0 = as by chance; NaN where only one category was used."""
    standard_error: float
    low: float
    high: float
    observed: float
    """Agreement seen (weighted; for alpha 1 - disagreement seen ÷ its largest)."""
    n_units: int
    """Units that two raters or more rated: the others tell nothing."""
    prevalence: float
    """Share of the most frequent category."""
    bias: float
    """Largest difference between two raters in the share that they give a category."""
    is_paradox: bool
    """Raters mostly agree and one category prevails: the coefficient can be low all the same."""

    @property
    def verdict(self) -> Verdict:
        """Return whether the whole interval lies at or above 0.667, below it, or neither."""
        if not np.isfinite(self.low) or self.n_units < _LEAST_UNITS:
            return "cannot_tell"
        if self.low >= LEAST_RELIABLE:
            return "reliable"
        return "unreliable" if self.high < LEAST_RELIABLE else "cannot_tell"


@dataclass(frozen=True, slots=True)
class _Table:
    """Ratings as codes of sorted categories; units with fewer than two ratings are left out."""

    member: Floats
    """Shape (n_raters, n_units, n_categories), 1 where the rater gave the category."""
    values: Floats
    """Categories in ascending order."""

    @property
    def counts(self) -> Floats:
        """Return ratings per unit and category."""
        return np.asarray(self.member.sum(axis=0))


Coefficient = Callable[[Floats], float]
"""From weights of units (n_units,) to the coefficient."""


def cohen_kappa(
    first: ArrayLike, second: ArrayLike, *, weighting: Weighting = "nominal", level: float = 0.95
) -> Agreement:
    """Return Cohen's kappa of two raters with the large-sample interval.

    Do not use it alone where one category prevails (`is_paradox`): look at `observed` and at
    Gwet's AC1 too. Quadratic weights reward a wide scale.

    Parameters
    ----------
    first, second : array_like of float, shape (n_units,)
        Ratings of the same units; NaN where one is missing.
    weighting : {"nominal", "linear", "quadratic"}
        Whether near misses count in part: by steps, or by squared steps between categories used.
    level : float
        Coverage of the interval.

    Raises
    ------
    MethodError
        AGREEMENT_SHAPE, AGREEMENT_OPTION, AGREEMENT_TOO_FEW.

    References
    ----------
    .. [1] Fleiss, J. L., Cohen, J. and Everitt, B. S. (1969). Large sample standard errors of
       kappa and weighted kappa. Psychological Bulletin 72(5), 323-327.

    Examples
    --------
    >>> a = [1, 1, 1, 1, 0, 0, 0, 0, 1, 0]
    >>> b = [1, 1, 1, 1, 0, 0, 0, 0, 0, 1]
    >>> round(cohen_kappa(a, b).value, 3)
    0.6
    """
    _check("weighting", weighting, get_args(Weighting))
    table = _read(_pair(first, second))
    joint = np.einsum("uk,ul->kl", *table.member) / table.member.shape[1]
    w = _weights(len(table.values), weighting)
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    seen, chance = float((w * joint).sum()), float(rows @ w @ columns)
    if chance >= 1.0 - 1e-12:
        return _result(table, (np.nan,) * 4, seen)
    value = (seen - chance) / (1.0 - chance)
    pull = w * (1.0 - chance) - ((w @ columns)[:, None] + (rows @ w)[None]) * (1.0 - seen)
    middle = (seen * chance - 2.0 * chance + seen) ** 2
    variance = float((joint * pull**2).sum()) - middle
    n = table.member.shape[1]
    se = np.sqrt(max(variance, 0.0) / n) / (1.0 - chance) ** 2
    half = float(ndtri(0.5 + level / 2.0)) * se
    return _result(table, (value, se, value - half, value + half), seen)


def kappa(
    ratings: ArrayLike,
    *,
    kind: Kind = "conger",
    weighting: Weighting = "nominal",
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> Agreement:
    """Return the agreement of two or more raters beyond chance.

    *conger*: chance from each rater's own shares (Cohen's kappa for two raters). *fleiss*: chance
    from the shares of all together, for raters who differ from unit to unit. *ac1*: Gwet's
    coefficient, which stays high where one category prevails and raters agree.

    Parameters
    ----------
    ratings : array_like of float, shape (n_raters, n_units)
        NaN where a rater did not rate.
    kind, weighting
        As above and in `cohen_kappa`. AC1 is nominal only.
    level : float
        Coverage of the interval: jackknife over units, or bootstrap percentiles with `rng`.
    rng : numpy.random.Generator, optional
        For bootstrap intervals.

    Raises
    ------
    MethodError
        AGREEMENT_SHAPE, AGREEMENT_OPTION, AGREEMENT_TOO_FEW.

    References
    ----------
    .. [1] Fleiss, J. L. (1971). Psychological Bulletin 76(5), 378-382.
    .. [2] Conger, A. J. (1980). Psychological Bulletin 88(2), 322-328.
    .. [3] Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed.
    """
    _check("kind", kind, get_args(Kind))
    _check("weighting", weighting, get_args(Weighting) if kind != "ac1" else ("nominal",))
    table = _read(ratings)
    w = _weights(len(table.values), weighting)
    n = table.counts.sum(axis=1)
    near = table.counts @ w
    per_unit = (table.counts * (near - 1.0)).sum(axis=1) / (n * (n - 1.0))
    shares = table.counts / n[:, None]
    chance = {"conger": _conger_chance, "fleiss": _fleiss_chance, "ac1": _ac1_chance}[kind]

    def coefficient(weights: Floats) -> float:
        total = weights.sum()
        by_chance = chance(table, weights, w, weights @ shares / total)
        seen = weights @ per_unit / total
        return float((seen - by_chance) / (1.0 - by_chance)) if by_chance < 1 - 1e-12 else np.nan

    return _result(table, _interval(coefficient, n.size, level, rng), float(per_unit.mean()))


def krippendorff_alpha(
    ratings: ArrayLike,
    *,
    measure: Measure = "ordinal",
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> Agreement:
    """Return Krippendorff's alpha, for any number of raters and missing ratings.

    Parameters
    ----------
    ratings : array_like of float, shape (n_raters, n_units)
        NaN where a rater did not rate.
    measure : {"nominal", "ordinal", "interval", "ratio"}
        What a difference between two ratings means. The ratings 0 to 3 of a walk are ordinal.
    level, rng
        As for `kappa`.

    Raises
    ------
    MethodError
        AGREEMENT_SHAPE; AGREEMENT_TOO_FEW; AGREEMENT_OPTION, also for *ratio* with values below 0.

    References
    ----------
    .. [1] Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of
       Pennsylvania, Annenberg School for Communication.

    Examples
    --------
    >>> ratings = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    >>> round(krippendorff_alpha(ratings, measure="nominal").value, 3)
    0.095
    """
    _check("measure", measure, get_args(Measure))
    table = _read(ratings)
    if measure == "ratio" and table.values.min() < 0:
        raise MethodError("AGREEMENT_OPTION", option="measure", given="ratio", known=["interval"])
    counts = table.counts
    n = counts.sum(axis=1)
    pairs = np.einsum("uk,ul->ukl", counts, counts)
    categories = np.arange(counts.shape[1])
    pairs[:, categories, categories] -= counts
    pairs /= (n - 1.0)[:, None, None]

    def parts(weights: Floats) -> tuple[float, float]:
        totals = weights @ counts
        apart = _squared_differences(table.values, totals, measure)
        seen = float((np.tensordot(weights, pairs, axes=1) * apart).sum()) / totals.sum()
        expected = float(totals @ apart @ totals) / (totals.sum() * (totals.sum() - 1.0))
        return seen, expected

    def coefficient(weights: Floats) -> float:
        seen, expected = parts(weights)
        return 1.0 - seen / expected if expected > 0 else np.nan

    every = np.ones(n.size)
    largest = _squared_differences(table.values, every @ counts, measure).max()
    observed = 1.0 - parts(every)[0] / largest if largest > 0 else 1.0
    return _result(table, _interval(coefficient, n.size, level, rng), observed)


def agreement_by_item(
    items: Mapping[str, ArrayLike], *, measure: Measure = "ordinal", level: float = 0.95
) -> dict[str, Agreement | None]:
    """Return alpha per item; None where no unit was rated twice.

    Parameters
    ----------
    items : mapping of item to array_like of float, shape (n_raters, n_units)
        Ratings of each item.
    measure, level
        As for `krippendorff_alpha`.
    """
    found: dict[str, Agreement | None] = {}
    for item, ratings in items.items():
        try:
            found[item] = krippendorff_alpha(ratings, measure=measure, level=level)
        except MethodError as error:
            if error.code != "AGREEMENT_TOO_FEW":
                raise
            found[item] = None
    return found


def _check(option: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise MethodError("AGREEMENT_OPTION", option=option, given=given, known=list(known))


def _pair(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return the ratings of two raters as a table."""
    rows = [np.asarray(one, dtype=np.float64) for one in (first, second)]
    if rows[0].ndim != 1 or rows[0].shape != rows[1].shape:
        raise MethodError("AGREEMENT_SHAPE")
    return np.stack(rows)


def _read(ratings: ArrayLike) -> _Table:
    """Check the table and keep the units that at least two rated."""
    try:
        table = np.asarray(ratings, dtype=np.float64)
    except ValueError:
        raise MethodError("AGREEMENT_SHAPE") from None
    if table.ndim != 2 or table.shape[0] < 2 or np.isinf(table).any():
        raise MethodError("AGREEMENT_SHAPE")
    table = table[:, np.isfinite(table).sum(axis=0) >= 2]
    if table.shape[1] < 2:
        raise MethodError("AGREEMENT_TOO_FEW", n=int(table.shape[1]))
    values = np.unique(table[np.isfinite(table)])
    return _Table((table[:, :, None] == values).astype(np.float64), values)


def _weights(n: int, weighting: Weighting) -> Floats:
    """Return how far two categories count as agreement, 1 on the diagonal."""
    if weighting == "nominal" or n == 1:
        return np.eye(n)
    steps = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) / (n - 1.0)
    return 1.0 - (steps if weighting == "linear" else steps**2)


def _fleiss_chance(_: _Table, __: Floats, w: Floats, shares: Floats) -> float:
    return float(shares @ w @ shares)


def _ac1_chance(_: _Table, __: Floats, ___: Floats, shares: Floats) -> float:
    return float((shares * (1.0 - shares)).sum() / max(shares.size - 1, 1))


def _conger_chance(table: _Table, weights: Floats, w: Floats, _: Floats) -> float:
    """Return the mean over pairs of raters of the agreement by their own shares."""
    given = np.einsum("u,ruk->rk", weights, table.member)
    total = given.sum(axis=1, keepdims=True)
    own = (given / np.where(total > 0, total, 1.0))[total[:, 0] > 0]
    n = len(own)
    by_pair = own @ w @ own.T
    return float((by_pair.sum() - np.trace(by_pair)) / max(n * (n - 1), 1))


def _squared_differences(values: Floats, totals: Floats, measure: Measure) -> Floats:
    """Return Krippendorff's squared difference between each two categories."""
    low, high = values[:, None], values[None]
    if measure == "nominal":
        return np.asarray(low != high, dtype=np.float64)
    if measure == "interval":
        return np.asarray((low - high) ** 2)
    if measure == "ratio":
        both = low + high
        return np.asarray(((low - high) / np.where(both > 0, both, 1.0)) ** 2)
    middle = np.cumsum(totals) - 0.5 * totals
    return np.asarray(np.subtract.outer(middle, middle) ** 2)


def _interval(
    coefficient: Coefficient, n: int, level: float, rng: np.random.Generator | None
) -> tuple[float, float, float, float]:
    """Return value, standard error and interval: jackknife over units, or bootstrap."""
    every = np.ones(n)
    value = coefficient(every)
    if rng is not None:
        resampled = rng.multinomial(n, every / n, size=_N_RESAMPLES).astype(np.float64)
        draws = np.array([coefficient(weights) for weights in resampled])
        draws = draws[np.isfinite(draws)]
        if not draws.size:
            return value, np.nan, np.nan, np.nan
        low, high = np.quantile(draws, (0.5 - level / 2.0, 0.5 + level / 2.0))
        return value, float(draws.std(ddof=1)), float(low), float(high)
    left_out = np.array([coefficient(weights) for weights in every - np.eye(n)])
    se = float(np.sqrt((n - 1.0) / n * np.sum((left_out - left_out.mean()) ** 2)))
    half = float(stdtrit(n - 1.0, 0.5 + level / 2.0)) * se
    return value, se, value - half, value + half


def _result(
    table: _Table, figures: tuple[float, float, float, float], observed: float
) -> Agreement:
    """Return the coefficient with prevalence, bias and the warning of a paradox."""
    value, se, low, high = figures
    totals = table.counts.sum(axis=0)
    prevalence = float(totals.max() / totals.sum())
    given = table.member.sum(axis=1)
    n = given.sum(axis=1, keepdims=True)
    shares = (given / np.where(n > 0, n, 1.0))[n[:, 0] > 0]
    if value >= 1.0 - 1e-12:
        # No disagreement in n units: up to 3 in n may be hidden (95 %, rule of three).
        differing = 1.0 - float(((totals / totals.sum()) ** 2).sum())
        low = min(low, 1.0 - 3.0 / (table.member.shape[1] * differing))
    return Agreement(
        value=float(value),
        standard_error=float(se),
        low=float(max(low, -1.0)) if np.isfinite(low) else np.nan,
        high=float(min(high, 1.0)) if np.isfinite(high) else np.nan,
        observed=observed,
        n_units=int(table.member.shape[1]),
        prevalence=prevalence,
        bias=float(np.ptp(shares, axis=0).max()),
        is_paradox=bool(prevalence >= _PARADOX_SHARE and observed >= _PARADOX_SHARE),
    )
