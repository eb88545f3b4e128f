"""Did an action change anything: treated areas before and after, against comparison areas."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from convive.core.errors import MethodError
from convive.core.model import Verdict
from convive.core.significance import two_sided_t_p
from convive.core.temporal.quasi_poisson import memory_inflation

NO_COMPARISON = "EFFECT_NO_COMPARISON"
TOO_FEW = "EFFECT_TOO_FEW"
TOO_SHORT = "EFFECT_TOO_SHORT"

MIN_EVENTS = 20
MIN_MONTHS = 6
MIN_AREAS_TO_CLUSTER = 6
USEFUL_PERCENT = -10.0
_PEAK_MONTHS = 12
_PEAK_RATIO = 1.1
_PEAK_Z = 1.645
_NO_NOISE = 0.01

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EffectResult:
    """Change in the treated areas beyond that in the comparison areas."""

    reason: str | None
    """None; EFFECT_NO_COMPARISON, EFFECT_TOO_FEW or EFFECT_TOO_SHORT."""
    effect_percent: float | None
    low: float | None
    high: float | None
    p: float | None
    n_before: int
    """Events in the treated areas before the start."""
    n_after: int
    dispersion: float | None
    """Variance over that of Poisson counts."""
    is_clustered: bool
    """Whether the error comes from how areas differ in their change; else from months."""
    was_chosen_at_peak: bool | None
    """Whether the treated areas stood unusually high in the year before the start, so that a
    fall was to come anyway; None where the series is too short to tell."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Panel:
    """Treated and comparison counts, split at the start."""

    treated: Floats
    comparison: Floats
    start: int

    def totals(self, counts: Floats) -> tuple[Floats, Floats]:
        """Return counts per area before and after the start."""
        return counts[:, : self.start].sum(axis=1), counts[:, self.start :].sum(axis=1)


def count_effect(
    treated: ArrayLike,
    comparison: ArrayLike,
    start: int,
    *,
    level: float = 0.95,
    useful_percent: float = USEFUL_PERCENT,
    assumed_drift: float = 0.0,
) -> EffectResult:
    """Return the change of counts in treated areas beyond that in comparison areas.

    Use it for an action with a known start in known areas, and comparison areas where nothing
    was done and which would else have gone the same way. It cannot make up for comparison
    areas that were on another course before, nor for crime that moved into them.

    Parameters
    ----------
    treated : array_like of int, shape (n_treated, n_months)
        Monthly counts of the treated areas, all months that are compared, before and after. No
        recording break may lie in them unless it hits all areas alike.
    comparison : array_like of int, shape (n_comparison, n_months)
        The same months in the comparison areas.
    start : int
        Index of the first month with the action.
    level : float, in (0, 1)
        Coverage of the interval.
    useful_percent : float, unit: percent
        The smallest fall worth having; "did not work" means that the interval excludes it.
    assumed_drift : float
        Standard deviation of the log changes by which areas are taken to drift apart where there
        are too few of them (`MIN_AREAS_TO_CLUSTER`) to see it.

    Returns
    -------
    EffectResult
        Effect in percent with interval, p-value and verdict, or the reason why there is none.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT.

    Notes
    -----
    Area and month effects on the log scale give (after/before) of the treated over that of the
    comparison areas. Its error: with at least six areas from how much areas of one kind differ
    in their change (which takes in all memory over time), else from the month-to-month
    variation of the treated share, at least Poisson.

    References
    ----------
    .. [1] Conley, T. G. and Taber, C. R. (2011). Inference with "difference in differences"
       with a small number of policy changes. Review of Economics and Statistics 93(1), 113-125.
    .. [2] DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled
       Clinical Trials 7, 177-188.

    Examples
    --------
    >>> quiet = [[20] * 24] * 8
    >>> result = count_effect([[20] * 12 + [14] * 12], quiet, 12)
    >>> round(result.effect_percent, 1), result.verdict.value
    (-30.0, 'worked')
    """
    panel, n_before, n_after = _read_panel(treated, comparison, start)
    nothing = (None,) * 4
    unknown = EffectResult(
        None,
        *nothing,
        n_before=n_before,
        n_after=n_after,
        dispersion=None,
        is_clustered=False,
        was_chosen_at_peak=None,
        verdict=Verdict.CANNOT_TELL,
    )
    reason = _reason_against(panel)
    if reason is not None:
        return replace(unknown, reason=reason)
    estimate, poisson = _difference_in_differences(panel)
    n_areas = panel.treated.shape[0] + panel.comparison.shape[0]
    is_clustered = n_areas >= MIN_AREAS_TO_CLUSTER
    if is_clustered:
        variance, df = _between_areas(panel)
    else:
        variance, df = _between_months(panel)
        variance += assumed_drift**2 * _concentration(panel)
    error = float(np.sqrt(variance))
    reach = float(stdtrit(df, 0.5 + level / 2.0)) * error
    result = replace(
        unknown,
        effect_percent=_percent(estimate),
        low=_percent(estimate - reach),
        high=_percent(estimate + reach),
        p=float(two_sided_t_p(estimate / error, df)),
        dispersion=variance / poisson,
        is_clustered=is_clustered,
        was_chosen_at_peak=_was_at_peak(panel, variance / poisson),
    )
    return replace(result, verdict=verdict_of_effect(result, useful_percent=useful_percent))


def verdict_of_effect(
    result: EffectResult,
    q: float | None = None,
    *,
    alpha: float = 0.05,
    useful_percent: float = USEFUL_PERCENT,
) -> Verdict:
    """Return worked, harmful, did_not_work or cannot_tell.

    Parameters
    ----------
    result : EffectResult
        From `count_effect`.
    q : float, optional
        The p-value adjusted over all tests of the audit; else the p-value itself is taken.
    alpha : float
        Level.
    useful_percent : float
        The smallest fall worth having, negative.
    """
    p = result.p if q is None else q
    if p is None or result.effect_percent is None or result.low is None:
        return Verdict.CANNOT_TELL
    if p <= alpha:
        return Verdict.WORKED if result.effect_percent < 0 else Verdict.HARMFUL
    return Verdict.DID_NOT_WORK if result.low > useful_percent else Verdict.CANNOT_TELL


def _read_panel(treated: ArrayLike, comparison: ArrayLike, start: int) -> tuple[_Panel, int, int]:
    """Check the arguments; return them with the treated events before and after."""
    ours = np.atleast_2d(np.asarray(treated, dtype=np.float64))
    others = np.asarray(comparison, dtype=np.float64)
    others = others.reshape(0, ours.shape[1]) if others.size == 0 else np.atleast_2d(others)
    if ours.shape[1] != others.shape[1] or not 0 < start < ours.shape[1]:
        raise MethodError("EFFECT_SHAPE", treated=ours.shape, comparison=others.shape, start=start)
    both = np.vstack([ours, others])
    if not np.isfinite(both).all() or (both < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    return _Panel(ours, others, start), int(ours[:, :start].sum()), int(ours[:, start:].sum())


def _reason_against(panel: _Panel) -> str | None:
    """Return why there is nothing to compare, or None."""
    months = panel.treated.shape[1]
    if panel.comparison.shape[0] == 0:
        return NO_COMPARISON
    if panel.start < MIN_MONTHS or months - panel.start < MIN_MONTHS:
        return TOO_SHORT
    if panel.treated.sum() < MIN_EVENTS or panel.comparison.sum() < MIN_EVENTS:
        return TOO_FEW
    return None


def _difference_in_differences(panel: _Panel) -> tuple[float, float]:
    """Return the log ratio of ratios and its Poisson variance."""
    totals = np.array(
        [
            part.sum()
            for counts in (panel.treated, panel.comparison)
            for part in panel.totals(counts)
        ]
    )
    if (totals == 0).any():
        # Half an event everywhere keeps the ratio finite.
        totals = totals + 0.5
    logs = np.log(totals)
    return float(logs[1] - logs[0] - logs[3] + logs[2]), float((1.0 / totals).sum())


def _between_areas(panel: _Panel) -> tuple[float, float]:
    """Return variance and degrees of freedom from how areas of one kind differ in change.

    The true log change of areas is taken to vary with one variance around its mean; the
    method of moments finds it beyond what Poisson counts explain.
    """
    excess, scale, df = 0.0, 0.0, 0
    groups = [panel.totals(counts) for counts in (panel.treated, panel.comparison)]
    for before, after in groups:
        change = np.log((after + 0.5) / (before + 0.5))
        weights = 1.0 / (1.0 / (before + 0.5) + 1.0 / (after + 0.5))
        mean = np.sum(weights * change) / weights.sum()
        excess += float(np.sum(weights * (change - mean) ** 2))
        scale += float(weights.sum() - np.sum(weights**2) / weights.sum())
        df += change.size - 1
    between = max(0.0, (excess - df) / scale) if scale > 0 else 0.0
    variance = 0.0
    for before, after in groups:
        share = (before + after) / (before + after).sum()
        variance += between * float(np.sum(share**2))
        variance += 1.0 / (before.sum() + 0.5) + 1.0 / (after.sum() + 0.5)
    return variance, float(df)


def _concentration(panel: _Panel) -> float:
    """Return the variance of the effect, in that of one area's log change."""
    sizes = [counts.sum(axis=1) for counts in (panel.treated, panel.comparison)]
    return float(sum(np.sum((size / size.sum()) ** 2) for size in sizes))


def _between_months(panel: _Panel) -> tuple[float, float]:
    """Return variance and degrees of freedom from the months of the treated share."""
    ours = panel.treated.sum(axis=0)
    both = ours + panel.comparison.sum(axis=0)
    n, start = both.size, panel.start
    is_after = np.arange(n) >= start
    share = np.where(
        is_after,
        (ours[start:].sum() + 0.5) / (both[start:].sum() + 1.0),
        (ours[:start].sum() + 0.5) / (both[:start].sum() + 1.0),
    )
    information = np.sqrt(np.maximum(both * share * (1.0 - share), 1e-12))
    residuals = (ours - both * share) / information
    df = n - 2
    dispersion = max(1.0, float(residuals @ residuals) / df)
    rho = _memory(residuals)
    contrast = np.zeros(n)
    for sign, window in ((-1.0, ~is_after), (1.0, is_after)):
        contrast[window] = sign * information[window] / np.sum(information[window] ** 2)
    variance = float(contrast @ contrast) * dispersion * memory_inflation(contrast, rho)
    return variance, max(1.0, df * (1.0 - rho**2) / (1.0 + rho**2))


def _memory(residuals: Floats) -> float:
    """Return the lag-1 autocorrelation, corrected for two fitted means, 0 to 0.9."""
    total = float(residuals @ residuals)
    if total <= _NO_NOISE * residuals.size:
        return 0.0  # an all but perfect fit: what is left is rounding, which has no memory
    seen = float(residuals[1:] @ residuals[:-1]) / total
    n = residuals.size
    return float(np.clip(seen + (2.0 + 4.0 * max(seen, 0.0)) / n, 0.0, 0.9))


def _was_at_peak(panel: _Panel, dispersion: float) -> bool | None:
    """Tell whether the treated share of the year before stood above the years before that."""
    if panel.start < 2 * _PEAK_MONTHS:
        return None
    peak = slice(panel.start - _PEAK_MONTHS, panel.start)
    earlier = slice(0, panel.start - _PEAK_MONTHS)
    cells = np.array(
        [c[:, w].sum() + 0.5 for c in (panel.treated, panel.comparison) for w in (earlier, peak)]
    )
    logs = np.log(cells)
    rise = float(logs[1] - logs[0] - logs[3] + logs[2])
    error = float(np.sqrt(max(1.0, dispersion) * (1.0 / cells).sum()))
    return bool(rise > np.log(_PEAK_RATIO) and rise > _PEAK_Z * error)


def _percent(log_ratio: float) -> float:
    """Return a log ratio as a change in percent."""
    return 100.0 * float(np.expm1(min(log_ratio, 25.0)))
