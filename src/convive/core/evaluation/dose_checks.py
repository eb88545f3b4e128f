"""What must hold before an effect of a dose is believed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from convive.core.evaluation.checks import decisive, passed_if, told
from convive.core.evaluation.dose_model import DoseFit, DosePanel, fit_dose
from convive.core.evaluation.estimate import Check, CheckOutcome
from convive.core.significance import two_sided_t_p

ALPHA = 0.05
NEAR_LEAD = (1, 3)
"""Months ahead: what was given so soon after may have answered to a bad month."""
FAR_LEAD = (4, 12)
"""Months ahead: what was given after a bad year."""
MIN_MONTHS = 6
_YEAR = 12
_LATER = 3
"""How many months back a check looks for an effect that comes later."""
_ENOUGH_GROUPS = 10.0
_MOST_LOST = 0.5
"""Part of the effect that may go when one area is left out."""
_LEAST_OWN_SHARE = 0.1
"""Part of the differences in dose that areas and months must not explain."""
_FAITHFUL = 0.8
"""Part of the planned dose below which the plan was not carried out."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DoseFacts:
    """What checks look at."""

    panel: DosePanel
    delivered: Floats
    """(n_areas, n_months): as in the diary, NaN where nobody knows."""
    fit: DoseFit
    follows_counts: bool | None
    delivered_share: float | None
    """Delivered over planned dose."""


@dataclass(frozen=True, slots=True)
class _Test:
    """The first effect of a model: its p-value and the farthest that it may lie from 0."""

    p: float
    bound: float


def checks_of_dose(facts: DoseFacts) -> tuple[Check, ...]:
    """Return every check; decisive ones first."""
    return (
        _lead(facts),
        _choice(facts),
        _selection(facts),
        _variation(facts),
        _one_area(facts),
        _groups(facts),
        _shape(facts),
        _later(facts),
        _fidelity(facts),
        *_missing(facts),
    )


def tested(panel: DosePanel, columns: list[Floats]) -> _Test | None:
    """Return what is known of the effect of the first column; None where it cannot be told."""
    fit = fit_dose(panel, np.stack(columns, axis=2))
    if fit is None or not fit.df >= 1.0:
        return None
    size = float(fit.effects[0])
    p = float(two_sided_t_p(size / fit.error, fit.df))
    return _Test(p, abs(size) + float(stdtrit(fit.df, 1.0 - ALPHA / 2.0)) * fit.error)


def _ahead(dose: Floats, window: tuple[int, int]) -> Floats:
    """Return the mean dose of coming months; the last month stands for those never seen."""
    first, last = window
    filled = np.where(np.isnan(dose), 0.0, dose)
    wide = np.pad(filled, ((0, 0), (0, last)), mode="edge")
    n = dose.shape[1]
    return np.mean([wide[:, step : step + n] for step in range(first, last + 1)], axis=0)


def _judged(code: str, found: list[_Test], facts: DoseFacts) -> Check:
    """Return failed where any test finds something, passed where all could have."""
    if not found:
        return decisive(code, CheckOutcome.CANNOT_TELL, p=None)
    p = min(1.0, len(found) * min(one.p for one in found))
    outcome = CheckOutcome.CANNOT_TELL
    if p <= ALPHA:
        outcome = CheckOutcome.FAILED
    elif max(one.bound for one in found) < abs(float(facts.fit.effects[0])):
        outcome = CheckOutcome.PASSED  # something as large as the effect would have been seen
    return decisive(code, outcome, p=p)


def _lead(facts: DoseFacts) -> Check:
    """Return whether counts stood off their course before the dose came."""
    panel = facts.panel
    near, far = (_ahead(facts.delivered, window) for window in (NEAR_LEAD, FAR_LEAD))
    found = [tested(panel, [near, panel.dose, far]), tested(panel, [far, panel.dose, near])]
    if None in found:
        found = [tested(panel, [near, panel.dose])]
    return _judged("dose_lead", [one for one in found if one is not None], facts)


def _choice(facts: DoseFacts) -> Check:
    """Return whether somebody said that the dose followed the counts."""
    if facts.follows_counts is None:
        return decisive("dose_choice", CheckOutcome.CANNOT_TELL)
    return decisive("dose_choice", passed_if(not facts.follows_counts))


def _selection(facts: DoseFacts) -> Check:
    """Return whether areas that got more went another way before anybody got anything."""
    given = np.where(np.isnan(facts.delivered), 0.0, facts.delivered)
    first = int(np.argmax(given.sum(axis=0) > 0))
    if first < MIN_MONTHS:
        return decisive("dose_selection", CheckOutcome.CANNOT_TELL, p=None)
    before = _months_of(facts.panel, slice(0, first))
    to_come = np.broadcast_to(given[:, first:].mean(axis=1)[:, None], before.counts.shape)
    cuts = [first // 2] + ([first - _YEAR] if first >= 2 * _YEAR else [])
    month = np.arange(first)
    found = [tested(before, [to_come * (month >= cut)]) for cut in dict.fromkeys(cuts)]
    return _judged("dose_selection", [one for one in found if one is not None], facts)


def _months_of(panel: DosePanel, window: slice) -> DosePanel:
    """Return some months of the panel."""
    return replace(
        panel,
        counts=panel.counts[:, window],
        is_known=panel.is_known[:, window],
        log_exposure=panel.log_exposure[:, window],
        dose=panel.dose[:, window],
    )


def _variation(facts: DoseFacts) -> Check:
    """Return how much of the differences in dose is more than that of areas and of months."""
    panel = facts.panel
    weight = np.where(panel.is_known, facts.fit.expected, 0.0)
    own, share = _within(panel.dose, weight), 0.0
    mean = float(np.sum(weight * panel.dose) / weight.sum())
    whole = float(np.sum(weight * (panel.dose - mean) ** 2))
    if whole > 0:
        share = float(np.sum(weight * own**2)) / whole
    return decisive("dose_variation", passed_if(share >= _LEAST_OWN_SHARE), percent=100.0 * share)


def _within(values: Floats, weight: Floats) -> Floats:
    """Return what is left of values when weighted means of areas and of months are taken out."""
    left = values.copy()
    for _ in range(100):
        before = left
        for axis in (1, 0):
            total = np.maximum(weight.sum(axis=axis, keepdims=True), 1e-12)
            left = left - (weight * left).sum(axis=axis, keepdims=True) / total
        if np.abs(left - before).max() <= 1e-9 * max(float(np.abs(values).max()), 1e-12):
            break
    return np.asarray(left)


def _one_area(facts: DoseFacts) -> Check:
    """Return whether a clear effect hangs on a single area (or group of areas)."""
    size, without = float(facts.fit.effects[0]), facts.fit.left_out[:, 0]
    if two_sided_t_p(size / facts.fit.error, facts.fit.df) > ALPHA:
        return told("dose_one_area", CheckOutcome.CANNOT_TELL, percent=None)
    lost = float(np.max(1.0 - without / size))
    return told("dose_one_area", passed_if(lost < _MOST_LOST), percent=100.0 * max(lost, 0.0))


def _groups(facts: DoseFacts) -> Check:
    """Return whether enough areas got different doses."""
    groups = facts.fit.df + 1.0
    return told("dose_areas", passed_if(groups >= _ENOUGH_GROUPS), areas=groups)


def _shape(facts: DoseFacts) -> Check:
    """Return whether every further unit does as much as the one before."""
    panel = facts.panel
    bent = tested(panel, [panel.dose**2, panel.dose])
    if bent is None:
        return told("dose_shape", CheckOutcome.CANNOT_TELL, p=None)
    return told("dose_shape", passed_if(bent.p > ALPHA), p=bent.p)


def _later(facts: DoseFacts) -> Check:
    """Return whether the dose of earlier months still works."""
    panel = facts.panel
    back = np.pad(panel.dose, ((0, 0), (_LATER, 0)))
    n = panel.dose.shape[1]
    earlier = np.mean([back[:, step : step + n] for step in range(_LATER)], axis=0)
    after = tested(panel, [earlier, panel.dose])
    if after is None:
        return told("dose_later", CheckOutcome.CANNOT_TELL, p=None)
    return told("dose_later", passed_if(after.p > ALPHA), p=after.p)


def _fidelity(facts: DoseFacts) -> Check:
    """Return whether what was planned was delivered."""
    share = facts.delivered_share
    if share is None:
        return told("dose_fidelity", CheckOutcome.CANNOT_TELL, percent=None)
    return told("dose_fidelity", passed_if(share >= _FAITHFUL), percent=100.0 * share)


def _missing(facts: DoseFacts) -> tuple[Check, ...]:
    """Return whether cells were left out."""
    unknown = int((~facts.panel.is_known).sum())
    return (told("dose_missing", CheckOutcome.FAILED, cells=unknown),) if unknown else ()
