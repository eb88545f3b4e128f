"""Regression to the mean: places chosen because they were worst fall without any action."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from convive.core.errors import MethodError
from convive.core.evaluation.estimate import (
    Check,
    CheckOutcome,
    Design,
    Estimate,
    Seen,
    cannot_say,
    verdict_on,
)
from convive.core.significance import two_sided_t_p

TOO_FEW_AREAS = "peak_too_few_areas"
TOO_FEW = "peak_too_few"

FEWEST_OTHERS = 10
MIN_EVENTS = 20
_ENOUGH_OTHERS = 20
_DRAWS = 400
_REWEIGHTS = 5
_DISAGREEMENT = 1.5
"""How much of it goes into the error; from simulation of chance that neighbours share."""
_LEAST_SPREAD = 1e-9

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PeakChoice:
    """What chosen places changed by, and how much of it was to come anyway; in percent."""

    estimate: Estimate
    """Corrected effect: against what was to be expected of places that had stood so high."""
    raw_change: float | None
    """After over before in the chosen places, as against the others; what one would report."""
    expected_by_shrinkage: float | None
    """Change to be expected without any action, from the gamma-Poisson shrinkage alone."""
    expected_by_rule: float | None
    """The same, from simulated cities in which the highest are chosen each time."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Counts and exposures, each (n,)."""

    before: Floats
    after: Floats
    base_before: Floats
    base_after: Floats
    chosen: Booleans


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Gamma distribution of the true rates of places, by the method of moments."""

    mean: float
    variance: float

    def weights(self, exposure: Floats) -> Floats:
        """Return the share of a place's own rate in what it is expected to be."""
        own = self.variance * exposure
        return np.asarray(own / (own + self.mean))

    def expected(self, counts: Floats, exposure: Floats) -> Floats:
        """Return the expected true rate of each place, given its count."""
        weight = self.weights(exposure)
        return np.asarray(weight * counts / exposure + (1.0 - weight) * self.mean)


def shrinkage_of(counts: Floats, exposure: Floats) -> Shrinkage:
    """Return mean and variance of the true rates behind Poisson counts.

    Notes
    -----
    The variance is what is left of the spread of the rates, weighted by exposure, when that of
    Poisson counts is taken off; 0 where nothing is left.

    References
    ----------
    .. [1] Marshall, R. J. (1991). Mapping disease and mortality rates using empirical Bayes
       estimators. Applied Statistics 40(2), 283-294.
    """
    total = exposure.sum()
    mean = float(counts.sum() / total)
    spread = float(exposure @ (counts / exposure - mean) ** 2)
    free = float(total - exposure @ exposure / total)
    return Shrinkage(mean, max(0.0, (spread - mean * (counts.size - 1)) / free))


def expected_after_choice(
    before: ArrayLike, chosen: ArrayLike, *, exposure: ArrayLike | None = None
) -> float:
    """Return the change in percent to be expected of chosen places without any action.

    Use it when places are being chosen by their counts: so much they will fall anyway.

    Parameters
    ----------
    before : array_like of int, shape (n_areas,)
        Counts of all places of the kind, in the period that led to the choice.
    chosen : array_like of bool, shape (n_areas,)
    exposure : array_like of float, shape (n_areas,), optional

    Raises
    ------
    MethodError
        PEAK_SHAPE, PEAK_NEGATIVE_COUNT, PEAK_NO_EXPOSURE, PEAK_NOBODY_CHOSEN.

    References
    ----------
    .. [1] Robbins, H. (1956). An empirical Bayes approach to statistics. Proceedings of the
       Third Berkeley Symposium on Mathematical Statistics and Probability 1, 157-163.

    Examples
    --------
    >>> round(expected_after_choice([2, 3, 1, 4, 0, 2, 9, 3, 2, 4], np.arange(10) == 6))
    -42
    """
    places = _read(before, before, chosen, exposure)
    found = shrinkage_of(places.before, places.base_before)
    return _expected_change(places.before, places.base_before, places.chosen, found)


def chosen_at_peak(
    before: ArrayLike,
    after: ArrayLike,
    chosen: ArrayLike,
    *,
    rng: np.random.Generator,
    exposure: ArrayLike | None = None,
    level: float = 0.95,
) -> PeakChoice:
    """Return what places chosen for their high counts changed beyond what was to come anyway.

    Use it where an action went to the worst of many places of one kind, and the counts of all
    of them are known. It needs the places that were not chosen: from them it learns how much of
    a high count lasts. Not for an action that also reached those.

    Parameters
    ----------
    before, after : array_like of int, shape (n_areas,)
        Counts in the period that led to the choice, and since the start; NaN: not known, left
        out.
    chosen : array_like of bool, shape (n_areas,)
    rng : numpy.random.Generator
        For the simulated choices.
    exposure : array_like of float, shape (n_areas,) or (2, n_areas), optional
        What counts are in proportion to, e.g. people times months; two rows: before, after.
    level : float, in (0, 1)
        Coverage of the interval.

    Returns
    -------
    PeakChoice
        The estimate has the reason peak_too_few_areas (fewer than ten others) or peak_too_few.

    Raises
    ------
    MethodError
        PEAK_SHAPE, PEAK_NEGATIVE_COUNT, PEAK_NO_EXPOSURE, PEAK_NOBODY_CHOSEN.

    Notes
    -----
    For gamma-Poisson counts the expected count after is a straight line of the shrunken count
    before, whoever is left out for a high count. The line is fitted to the places not chosen
    (variance: Poisson and drift) and carried on to the chosen ones. Its slope is smaller than
    pure shrinkage says where chance beyond Poisson, or drift, made the counts before.

    References
    ----------
    .. [1] Hauer, E. (1997). Observational before-after studies in road safety. Pergamon.
    .. [2] Robbins, H. and Zhang, C.-H. (1988). Estimating a treatment effect under biased
       sampling. Proceedings of the National Academy of Sciences 85, 3670-3672.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> rates = rng.gamma(4.0, 5.0, 200)
    >>> before, after = rng.poisson(rates), rng.poisson(rates)
    >>> found = chosen_at_peak(before, after, before >= np.sort(before)[-10], rng=rng)
    >>> found.raw_change < -10, found.estimate.p > 0.05
    (True, True)
    """
    places = _read(before, after, chosen, exposure)
    seen = _seen(places)
    reason = _reason_against(places)
    if reason is not None:
        nothing = cannot_say(Design.CHOSEN_AT_PEAK, reason, seen, coverage=level)
        return PeakChoice(nothing, None, None, None)
    prior = shrinkage_of(places.before, places.base_before)
    log_ratio, error, df = _beyond_line(places, prior)
    reach = float(stdtrit(df, 0.5 + level / 2.0)) * error
    ratios = np.exp(np.clip([log_ratio, log_ratio - reach, log_ratio + reach], -25.0, 25.0))
    avoided = seen.n_after * (1.0 / ratios - 1.0)
    estimate = Estimate(
        design=Design.CHOSEN_AT_PEAK,
        reason=None,
        effect=100.0 * float(ratios[0] - 1.0),
        low=100.0 * float(ratios[1] - 1.0),
        high=100.0 * float(ratios[2] - 1.0),
        coverage=level,
        p=float(two_sided_t_p(log_ratio / error, df)),
        avoided=float(avoided[0]),
        avoided_low=float(avoided[2]),
        avoided_high=float(avoided[1]),
        seen=seen,
        checks=_checks(places, prior),
    )
    return PeakChoice(
        replace(estimate, verdict=verdict_on(estimate, alpha=1.0 - level)),
        _raw_change(places),
        _expected_change(places.before, places.base_before, places.chosen, prior),
        _simulated_change(places, prior, rng),
    )


def _read(
    before: ArrayLike, after: ArrayLike, chosen: ArrayLike, exposure: ArrayLike | None
) -> _Places:
    """Check the arguments and return the places whose counts are known."""
    first, second = (np.asarray(one, dtype=np.float64) for one in (before, after))
    is_chosen = np.asarray(chosen, dtype=bool)
    base = np.ones((2, first.size)) if exposure is None else np.asarray(exposure, np.float64)
    if first.ndim != 1 or not first.shape == second.shape == is_chosen.shape:
        raise MethodError("PEAK_SHAPE", before=first.shape, after=second.shape)
    if base.shape not in {(first.size,), (2, first.size)}:
        raise MethodError("PEAK_SHAPE", exposure=base.shape)
    known = ~(np.isnan(first) | np.isnan(second))
    both = np.stack([first, second])[:, known]
    if np.isinf(both).any() or (both < 0).any():
        raise MethodError("PEAK_NEGATIVE_COUNT")
    base = np.broadcast_to(base, (2, first.size))[:, known]
    if not (np.isfinite(base) & (base > 0)).all():
        raise MethodError("PEAK_NO_EXPOSURE")
    if not is_chosen[known].any():
        raise MethodError("PEAK_NOBODY_CHOSEN")
    return _Places(both[0], both[1], base[0], base[1], is_chosen[known])


def _seen(places: _Places) -> Seen:
    """Return what the estimate rests on; the two periods are one each."""
    ours = places.chosen
    return Seen(
        n_before=int(places.before[ours].sum()),
        n_after=int(places.after[ours].sum()),
        n_treated=int(ours.sum()),
        n_comparison=int((~ours).sum()),
        periods_before=1,
        periods_after=1,
    )


def _reason_against(places: _Places) -> str | None:
    """Return why nothing can be said, or None."""
    others = ~places.chosen
    if others.sum() < FEWEST_OTHERS:
        return TOO_FEW_AREAS
    sums = (places.before[places.chosen], places.before[others], places.after[others])
    return TOO_FEW if min(one.sum() for one in sums) < MIN_EVENTS else None


def _beyond_line(places: _Places, prior: Shrinkage) -> tuple[float, float, float]:
    """Return log (seen ÷ expected) of the chosen places, its error and degrees of freedom.

    The error holds the counts of the chosen places, their drift, and the line itself.
    """
    own = prior.expected(places.before, places.base_before) - prior.mean
    columns = np.stack([np.ones_like(own), own], axis=1) * places.base_after[:, None]
    if np.ptp(own[~places.chosen]) <= _LEAST_SPREAD * prior.mean:
        columns = columns[:, :1]  # counts differ by chance alone: all are expected the same
    others, ours = ~places.chosen, places.chosen
    overall = places.after[others].sum() / places.base_after[others].sum()
    mean, drift = overall * places.base_after, 0.0
    line, bread = np.zeros(columns.shape[1]), np.eye(columns.shape[1])
    for _ in range(_REWEIGHTS):
        variance = mean + drift * mean**2
        weighted = columns[others] / variance[others, None]
        bread = np.linalg.inv(weighted.T @ columns[others])
        line = bread @ weighted.T @ places.after[others]
        mean = np.maximum(columns @ line, 0.1 * overall * places.base_after)
        drift = _drift(places.after[others], mean[others], columns.shape[1])
    expected = mean[ours]
    total = float(expected.sum())
    seen = float(places.after[ours].sum())
    along = columns[ours].sum(axis=0)
    spread = float((expected + drift * expected**2).sum() + along @ bread @ along)
    ratio = max(seen, 0.5) / total
    # Counts of few events are skewed: their logarithm varies as what was seen, if that is less.
    error = np.sqrt(
        spread / total**2
        + max(0.0, 1.0 / max(seen, 0.5) - 1.0 / total)
        + (_DISAGREEMENT * _disagreement(places, prior, total)) ** 2
    )
    return float(np.log(ratio)), float(error), float(others.sum() - columns.shape[1])


def _disagreement(places: _Places, prior: Shrinkage, by_line: float) -> float:
    """Return how far pure shrinkage and the line are apart, as a logarithm.

    The line is straight for Poisson chance only; where more than that made the counts, the truth
    bends away from it by about as much as the two differ.
    """
    to_come = prior.expected(places.before, places.base_before) * places.base_after
    growth = places.after[~places.chosen].sum() / to_come[~places.chosen].sum()
    return float(np.log(growth * to_come[places.chosen].sum() / by_line))


def _drift(after: Floats, mean: Floats, n_columns: int) -> float:
    """Return the squared coefficient of variation beyond Poisson, by moments, 0 at least."""
    squares = (after - mean) ** 2 * after.size / (after.size - n_columns)
    return max(0.0, float((squares - mean).sum() / (mean**2).sum()))


def _raw_change(places: _Places) -> float | None:
    """Return after over before of the chosen places over that of the others, in percent."""
    rates = [
        counts[part].sum() / base[part].sum()
        for part in (places.chosen, ~places.chosen)
        for counts, base in (
            (places.before, places.base_before),
            (places.after, places.base_after),
        )
    ]
    return 100.0 * float(rates[1] / rates[0] / (rates[3] / rates[2]) - 1.0)


def _expected_change(counts: Floats, exposure: Floats, chosen: Booleans, prior: Shrinkage) -> float:
    """Return the change of chosen places against that of the others, by shrinkage alone."""
    to_come = prior.expected(counts, exposure) * exposure
    change = [
        to_come[part].sum() / max(counts[part].sum(), 0.5) if part.any() else 1.0
        for part in (chosen, ~chosen)
    ]
    return 100.0 * float(change[0] / change[1] - 1.0)


def _simulated_change(places: _Places, prior: Shrinkage, rng: np.random.Generator) -> float:
    """Return the change of the highest against the others in cities without any action."""
    n, k = places.before.size, int(places.chosen.sum())
    rates = np.full((_DRAWS, n), prior.mean)
    if prior.variance > 0.0:
        scale = prior.variance / prior.mean
        rates = rng.gamma(prior.mean / scale, scale, (_DRAWS, n))
    counts = rng.poisson(rates * places.base_before)
    highest = np.argpartition(-(counts / places.base_before), k - 1, axis=1)[:, :k]
    is_ours = np.zeros((_DRAWS, n), dtype=bool)
    np.put_along_axis(is_ours, highest, values=True, axis=1)
    means = rates * places.base_before
    ours = means[is_ours].sum() / counts[is_ours].sum()
    return 100.0 * float(ours / (means[~is_ours].sum() / counts[~is_ours].sum()) - 1.0)


def _checks(places: _Places, prior: Shrinkage) -> tuple[Check, ...]:
    """Return what the correction takes for granted; none of it turns the verdict."""
    rates = places.before / places.base_before
    expected = prior.expected(places.before, places.base_before)
    reach = float(expected[~places.chosen].max())
    beyond = float((expected[places.chosen] > reach).mean())
    highest = np.argsort(-rates, kind="stable")[: places.chosen.sum()]
    others = int((~places.chosen).sum())
    return (
        _check("areas", is_fine=others >= _ENOUGH_OTHERS, n=others),
        _check("range", is_fine=beyond <= 0.5, share=beyond),
        _check("rule", is_fine=bool(places.chosen[highest].mean() >= 0.5)),
    )


def _check(code: str, *, is_fine: bool, **params: float | int) -> Check:
    outcome = CheckOutcome.PASSED if is_fine else CheckOutcome.FAILED
    return Check(f"peak_{code}", outcome, is_decisive=False, params=params)
