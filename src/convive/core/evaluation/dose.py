"""Did areas and months that got more do better: the effect of a delivered dose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from convive.core.errors import MethodError
from convive.core.evaluation.dose_checks import MIN_MONTHS, DoseFacts, checks_of_dose
from convive.core.evaluation.dose_model import DoseFit, DosePanel, fit_dose
from convive.core.evaluation.estimate import Design, Estimate, Seen, cannot_say, verdict_on
from convive.core.significance import two_sided_t_p

NO_DOSE = "dose_none"
NO_VARIATION = "dose_no_variation"
TOO_FEW_AREAS = "dose_too_few_areas"
TOO_SHORT = "dose_too_short"
TOO_FEW = "dose_too_few"

FEWEST_AREAS = 6
FEWEST_DOSED = 4
FEWEST_EFFECTIVE = 3.0
"""Areas that an effect must effectively rest on; fewer leave no idea of its error."""
MIN_EVENTS = 20
_ETA_MAX = 25.0
_THIRDS = 3
_FEWEST_IN_THIRD = 3

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DosedAreas:
    """Counts of areas and months, and what the diary says was delivered there.

    Parameters
    ----------
    counts : array_like of float, shape (n_areas, n_months)
        Complete months; NaN where nobody knows.
    dose : array_like of float, shape (n_areas, n_months)
        Hours, visits or whatever the diary counts; 0 where nothing was given, NaN where nobody
        knows. An area that never gets any is worth having.
    planned : array_like of float, shape (n_areas, n_months) or (n_areas,), optional
        What was to be delivered, month by month or in all.
    exposure : array_like of float, shape (n_areas, n_months), optional
        What counts are in proportion to, where it changes.
    group : array_like, shape (n_areas,), optional
        Labels of areas that share what befalls them by chance (neighbours); by default every
        area stands for itself.
    follows_counts : bool, optional
        Whether those who gave the dose looked at these counts to say where and when; None where
        nobody knows.
    """

    counts: ArrayLike
    dose: ArrayLike
    planned: ArrayLike | None = None
    exposure: ArrayLike | None = None
    group: ArrayLike | None = None
    follows_counts: bool | None = None


@dataclass(frozen=True, slots=True)
class DosePlan:
    """What was laid down before the counts were looked at."""

    delay: int = 0
    """Months from delivery until it begins to work."""
    lasts: int = 1
    """Months for which it works; a month's dose is the sum of that many."""
    useful: float = -10.0
    """Percent: the smallest change at the delivered dose that is worth having."""


@dataclass(frozen=True, slots=True)
class DoseThird:
    """What a third of the months with a dose, from low to high, was found to do; percent."""

    dose: float
    """Mean dose."""
    effect: float | None
    """Against no dose; None where too few months or areas got so much."""
    low: float | None
    high: float | None
    n_cells: int
    """Months of areas."""


@dataclass(frozen=True, slots=True)
class DoseResult:
    """Effect at the delivered dose, per unit, and by thirds of the dose."""

    estimate: Estimate
    """Over all months of areas with a dose."""
    per_unit: float | None
    """Percent for one more unit of dose in a month."""
    per_unit_low: float | None
    per_unit_high: float | None
    mean_dose: float | None
    """In the months of areas with a dose."""
    thirds: tuple[DoseThird, ...]
    delivered_share: float | None
    """Delivered over planned dose; None where no plan is known."""


def dose_effect(
    areas: DosedAreas, plan: DosePlan | None = None, *, level: float = 0.95
) -> DoseResult:
    """Return what the delivered dose did to counts, per unit and in all, with its checks.

    Use it where areas got different amounts in different months, for reasons other than the
    counts themselves: rosters, holidays, staff, weather. Where more is given to places because
    they have just got worse, they fall anyway; the checks look for it, and the verdict is then
    "cannot tell".

    Parameters
    ----------
    areas : DosedAreas
        Counts and dose.
    plan : DosePlan, optional
        When a dose works, and what is worth having.
    level : float, in (0, 1)
        Coverage of the intervals.

    Returns
    -------
    DoseResult
        Its estimate has the reason dose_none, dose_no_variation, dose_too_few_areas,
        dose_too_short or dose_too_few where there is no effect. Checks: dose_lead, dose_choice,
        dose_selection, dose_variation, dose_one_area, dose_areas, dose_shape, dose_later,
        dose_fidelity, dose_missing.

    Raises
    ------
    MethodError
        DOSE_SHAPE, DOSE_NEGATIVE, DOSE_NO_EXPOSURE.

    Notes
    -----
    Poisson model with area and month effects (`fit_dose`). What is the same in an area all the
    time, or everywhere in a month, says nothing. At the delivered dose: sum of the fitted means
    of months of areas with a dose, over the same sum without it.

    References
    ----------
    .. [1] Wooldridge, J. M. (1999). Distribution-free estimation of some nonlinear panel data
       models. Journal of Econometrics 90(1), 77-97.
    .. [2] Callaway, B., Goodman-Bacon, A. and Sant'Anna, P. H. C. (2024).
       Difference-in-differences with a continuous treatment. NBER Working Paper 32117.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> dose = rng.integers(0, 4, (16, 36)) * (np.arange(36) >= 12)
    >>> counts = 30 * 0.9**dose
    >>> found = dose_effect(DosedAreas(counts, dose))
    >>> round(found.per_unit), found.estimate.verdict.value
    (-10, 'worked')
    """
    plan = plan or DosePlan()
    panel, delivered = _read(areas, plan)
    share = _delivered_share(areas, delivered)
    seen = _seen(panel)
    reason = _reason_against(panel)
    fit = fit_dose(panel, panel.dose[:, :, None]) if reason is None else None
    if reason is None and fit is None:
        reason = NO_VARIATION
    elif fit is not None and fit.df + 1.0 < FEWEST_EFFECTIVE:
        reason = TOO_FEW_AREAS
    if reason is not None or fit is None:
        refused = cannot_say(Design.DOSE, reason or NO_VARIATION, seen, coverage=level)
        return DoseResult(refused, None, None, None, None, (), share)
    facts = DoseFacts(panel, delivered, fit, areas.follows_counts, share)
    estimate = replace(_estimate(panel, fit, seen, level), checks=checks_of_dose(facts))
    size, low, high = _ends(fit, level)
    return DoseResult(
        replace(estimate, verdict=verdict_on(estimate, alpha=1.0 - level, useful=plan.useful)),
        per_unit=_percent(size),
        per_unit_low=_percent(low),
        per_unit_high=_percent(high),
        mean_dose=float(panel.dose[_given(panel)].mean()),
        thirds=_thirds(panel, level),
        delivered_share=share,
    )


def _read(areas: DosedAreas, plan: DosePlan) -> tuple[DosePanel, Floats]:
    """Check the arguments; return the panel with the dose that works, and that delivered."""
    counts, dose = (np.array(one, dtype=np.float64) for one in (areas.counts, areas.dose))
    exposure = np.ones(counts.shape)
    if areas.exposure is not None:
        exposure = np.asarray(areas.exposure, dtype=np.float64)
    labels = np.arange(counts.shape[0]) if areas.group is None else np.asarray(areas.group)
    is_fitting = counts.ndim == 2 and counts.shape == dose.shape == exposure.shape
    if not is_fitting or labels.shape != counts.shape[:1]:
        raise MethodError("DOSE_SHAPE", counts=counts.shape, dose=dose.shape)
    if plan.delay < 0 or plan.lasts < 1:
        raise MethodError("DOSE_SHAPE", delay=plan.delay, lasts=plan.lasts)
    for table in (counts, dose):
        if np.isinf(table).any() or (table < 0).any():
            raise MethodError("DOSE_NEGATIVE")
    if not (np.isfinite(exposure) & (exposure > 0)).all():
        raise MethodError("DOSE_NO_EXPOSURE")
    works = _working(dose, plan)
    is_known = ~(np.isnan(counts) | np.isnan(works))
    panel = DosePanel(
        counts=np.where(is_known, counts, 0.0),
        is_known=is_known,
        log_exposure=np.log(exposure),
        dose=np.where(is_known, works, 0.0),
        group=np.unique(labels, return_inverse=True)[1].astype(np.int64),
    )
    return panel, dose


def _working(dose: Floats, plan: DosePlan) -> Floats:
    """Return the dose that works in each month; unknown where its months are not all known."""
    back = plan.delay + plan.lasts - 1
    n = dose.shape[1]
    wide = np.pad(dose, ((0, 0), (back, 0)), constant_values=np.nan)
    return np.asarray(sum(wide[:, step : step + n] for step in range(plan.lasts)))


def _delivered_share(areas: DosedAreas, delivered: Floats) -> float | None:
    """Return delivered over planned dose."""
    if areas.planned is None:
        return None
    planned = np.asarray(areas.planned, dtype=np.float64)
    if planned.shape not in {delivered.shape, delivered.shape[:1]}:
        raise MethodError("DOSE_SHAPE", planned=planned.shape, dose=delivered.shape)
    if not np.isfinite(planned).all() or (planned < 0).any():
        raise MethodError("DOSE_NEGATIVE")
    total = float(planned.sum())
    return float(np.nansum(delivered)) / total if total > 0 else None


def _given(panel: DosePanel) -> NDArray[np.bool_]:
    """Return the months of areas in which a dose works."""
    return np.asarray(panel.is_known & (panel.dose > 0))


def _seen(panel: DosePanel) -> Seen:
    """Return what the effect rests on; "before" are the months without a dose."""
    given = _given(panel)
    dosed = given.any(axis=1)
    months = panel.is_known.any(axis=0)
    return Seen(
        n_before=int(panel.counts[dosed][~given[dosed]].sum()),
        n_after=int(panel.counts[given].sum()),
        n_treated=int(dosed.sum()),
        n_comparison=int((~dosed).sum()),
        periods_before=int((months & ~given.any(axis=0)).sum()),
        periods_after=int(given.any(axis=0).sum()),
    )


def _reason_against(panel: DosePanel) -> str | None:
    """Return why nothing can be told, or None."""
    given = _given(panel)
    if not given.any():
        return NO_DOSE
    if panel.is_known.any(axis=0).sum() < MIN_MONTHS:
        return TOO_SHORT
    dosed = np.unique(panel.group[given.any(axis=1)]).size
    if panel.n_groups < FEWEST_AREAS or dosed < FEWEST_DOSED:
        return TOO_FEW_AREAS
    counts = panel.counts
    return TOO_FEW if min(counts[given].sum(), counts.sum() / 2.0) < MIN_EVENTS else None


def _ends(fit: DoseFit, level: float) -> tuple[float, float, float]:
    """Return the log effect of one unit with the ends of its interval."""
    reach = float(stdtrit(fit.df, 0.5 + level / 2.0)) * fit.error
    size = float(fit.effects[0])
    return size, size - reach, size + reach


def _percent(log_ratio: float) -> float:
    """Return a log ratio as a change in percent."""
    return 100.0 * float(np.expm1(np.clip(log_ratio, -_ETA_MAX, _ETA_MAX)))


def _estimate(panel: DosePanel, fit: DoseFit, seen: Seen, level: float) -> Estimate:
    """Return the effect at the delivered dose in percent and in incidents."""
    given = _given(panel)
    dose, expected = panel.dose[given], fit.expected[given]

    def log_ratio(per_unit: float) -> float:
        spared = np.clip(-per_unit * dose, -_ETA_MAX, _ETA_MAX)
        return float(-np.log(np.sum(expected * np.exp(spared)) / np.sum(expected)))

    ratios = [log_ratio(one) for one in _ends(fit, level)]
    avoided = [seen.n_after * float(np.expm1(-one)) for one in ratios]
    return Estimate(
        design=Design.DOSE,
        reason=None,
        effect=_percent(ratios[0]),
        low=_percent(ratios[1]),
        high=_percent(ratios[2]),
        coverage=level,
        p=float(two_sided_t_p(fit.effects[0] / fit.error, fit.df)),
        avoided=avoided[0],
        avoided_low=avoided[2],
        avoided_high=avoided[1],
        seen=seen,
    )


def _thirds(panel: DosePanel, level: float) -> tuple[DoseThird, ...]:
    """Return the effect of low, middle and high doses, each free of the others."""
    given = _given(panel)
    edges = np.unique(panel.dose[given])[:-1]
    if edges.size >= _THIRDS:  # else every amount stands for itself
        edges = np.quantile(panel.dose[given], [1.0 / 3.0, 2.0 / 3.0])
    third = np.where(given, np.searchsorted(edges, panel.dose, side="left"), -1)
    used = [one for one in range(_THIRDS) if (third == one).any()]
    return tuple(
        _third(panel, [third == each for each in _first(one, used)], level) for one in used
    )


def _first(one: int, every: list[int]) -> list[int]:
    """Return all with one of them in front."""
    return [one, *(other for other in every if other != one)]


def _third(panel: DosePanel, bands: list[NDArray[np.bool_]], level: float) -> DoseThird:
    """Return the effect of the first band of doses against none."""
    here = bands[0]
    dose, n_cells = float(panel.dose[here].mean()), int(here.sum())
    groups = np.unique(panel.group[here.any(axis=1)]).size
    enough = groups >= _FEWEST_IN_THIRD
    fit = fit_dose(panel, np.stack(bands, axis=2).astype(np.float64)) if enough else None
    if fit is None or not fit.df >= 1.0:
        return DoseThird(dose, None, None, None, n_cells)
    size, low, high = _ends(fit, level)
    return DoseThird(dose, _percent(size), _percent(low), _percent(high), n_cells)
