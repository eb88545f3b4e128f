"""Synthetic control: what is known of the areas, and what is compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Mixture(StrEnum):
    """How donors are put together."""

    CLASSIC = "classic"
    """Weights of 0 or more that add up to 1."""
    RIDGE = "ridge"
    """The classic mixture, corrected by ridge regression where it misses the time before."""


class TreatedAs(StrEnum):
    """What several treated areas are compared as."""

    TOGETHER = "together"
    """One area: their sum."""
    EACH = "each"
    """Each with a mixture of its own, then averaged."""


class Statistic(StrEnum):
    """What placebos are ranked by."""

    MEAN_GAP = "mean_gap"
    """Mean gap after the start, over the usual gap before."""
    RMSPE_RATIO = "rmspe_ratio"
    """Usual gap after the start, over that before (root mean squares)."""


@dataclass(frozen=True, slots=True)
class Predictors:
    """What areas are to have in common besides their past."""

    values: ArrayLike
    """Shape (n_areas, n_predictors), without gaps; means over the time before, single years."""
    training: ArrayLike | None = None
    """The same of an earlier time, to weigh the predictors by how they foretell `judged`."""
    judged: tuple[int, int] | None = None
    """Periods (first, last + 1) by which predictors are weighed; None = all before the start."""


@dataclass(frozen=True, slots=True)
class SyntheticPanel:
    """Outcomes by area and period with what is known of the areas."""

    outcome: ArrayLike
    """Shape (n_areas, n_periods): counts, or amounts of 0 or more; NaN is missing."""
    treated: ArrayLike
    """Shape (n_areas,): True where the action was."""
    start: int
    """Index of the first period with the action."""
    exposure: ArrayLike | None = None
    """Shape (n_areas,), e.g. population: what counts are held against."""
    predictors: Predictors | None = None
    place: ArrayLike | None = None
    """Shape (n_areas, n_dimensions), metres: placebo areas then lie as close together as the
    treated ones."""
    chosen_periods: int | None = None
    """How many periods before the start were looked at to choose the areas, and are left out;
    0 = the choice did not rest on the outcome, None = nobody knows."""
    uneven_breaks: tuple[int, ...] = ()
    """Periods from which the outcome is recorded otherwise in some of the areas."""


@dataclass(frozen=True, slots=True)
class SyntheticRules:
    """How the comparison is made."""

    mixture: Mixture = Mixture.CLASSIC
    treated_as: TreatedAs = TreatedAs.TOGETHER
    statistic: Statistic = Statistic.MEAN_GAP
    are_counts: bool = True
    is_own_scale: bool = False
    """Whether each area is measured in its own mean before the start; for areas of any size."""
    most_placebos: int = 999


@dataclass(frozen=True, slots=True)
class Data:
    """A panel that has been checked."""

    y: Floats
    """Shape (n_areas, n_periods), without gaps."""
    treated: Ints
    donors: Ints
    start: int
    exposure: Floats
    place: Floats | None
    predictors: Predictors | None
    rules: SyntheticRules
    dropped_periods: int
    dropped_donors: int
    """Areas left out because a figure is missing, or nothing was ever counted."""

    @property
    def n_periods(self) -> int:
        """Periods that are compared."""
        return int(self.y.shape[1])

    def sizes(self, start: int) -> Floats:
        """Return what outcomes of each area are divided by, for a start that may be a placebo."""
        if not self.rules.is_own_scale:
            return self.exposure
        return np.asarray(np.maximum(self.y[:, :start].mean(axis=1), 1e-12), dtype=np.float64)


def read_panel(panel: SyntheticPanel, rules: SyntheticRules) -> Data:
    """Check a panel and return what can be compared.

    Raises
    ------
    MethodError
        EFFECT_SHAPE, EFFECT_NEGATIVE_COUNT, EFFECT_WEIGHTS.
    """
    y = np.atleast_2d(np.asarray(panel.outcome, dtype=np.float64))
    treated = np.asarray(panel.treated, dtype=bool)
    n_areas, n_periods = y.shape
    if treated.shape != (n_areas,) or not treated.any() or not 0 < panel.start < n_periods:
        raise MethodError("EFFECT_SHAPE", areas=n_areas, periods=n_periods, start=panel.start)
    if np.isinf(y).any() or (y < 0).any():
        raise MethodError("EFFECT_NEGATIVE_COUNT")
    exposure, place = _exposure(panel, n_areas), _place(panel, n_areas)
    _look_at(panel.predictors, n_areas)
    is_known = ~np.isnan(y[treated]).any(axis=0)
    kept = is_known & ~_made_the_choice(panel, n_periods)
    start = int(kept[: panel.start].sum())
    usable = ~np.isnan(y[:, kept]).any(axis=1)
    if rules.is_own_scale and start:
        usable &= treated | (y[:, kept][:, :start].sum(axis=1) > 0)
    donors = np.flatnonzero(~treated & usable)
    return Data(
        y=np.nan_to_num(y[:, kept]),
        treated=np.flatnonzero(treated),
        donors=donors,
        start=start,
        exposure=exposure,
        place=place,
        predictors=_moved(panel.predictors, kept),
        rules=rules,
        dropped_periods=int((~is_known).sum()),
        dropped_donors=int((~treated).sum() - donors.size),
    )


def _exposure(panel: SyntheticPanel, n_areas: int) -> Floats:
    """Return what counts are held against."""
    if panel.exposure is None:
        return np.ones(n_areas)
    exposure = np.asarray(panel.exposure, dtype=np.float64)
    if exposure.shape != (n_areas,) or not (exposure > 0).all() or np.isinf(exposure).any():
        raise MethodError("EFFECT_WEIGHTS")
    return exposure


def _made_the_choice(panel: SyntheticPanel, n_periods: int) -> Bools:
    """Return which periods were looked at to choose the areas."""
    period = np.arange(n_periods)
    since = panel.start - (panel.chosen_periods or 0)
    return np.asarray((period >= since) & (period < panel.start))


def _place(panel: SyntheticPanel, n_areas: int) -> Floats | None:
    """Return where areas lie, where that is known."""
    if panel.place is None:
        return None
    place = np.asarray(panel.place, dtype=np.float64)
    if place.ndim != 2 or place.shape[0] != n_areas or not np.isfinite(place).all():
        raise MethodError("EFFECT_SHAPE", areas=n_areas, places=place.shape)
    return place


def _moved(predictors: Predictors | None, kept: Bools) -> Predictors | None:
    """Return predictors whose periods are counted without those left out."""
    if predictors is None or predictors.judged is None:
        return predictors
    first, last = (int(kept[:edge].sum()) for edge in predictors.judged)
    return replace(predictors, judged=(first, last))


def _look_at(predictors: Predictors | None, n_areas: int) -> None:
    """Refuse predictors that do not fit the areas or have gaps."""
    if predictors is None:
        return
    for table in (predictors.values, predictors.training):
        if table is None:
            continue
        values = np.asarray(table, dtype=np.float64)
        if values.ndim != 2 or values.shape[0] != n_areas or not np.isfinite(values).all():
            raise MethodError("EFFECT_SHAPE", areas=n_areas, predictors=values.shape)
