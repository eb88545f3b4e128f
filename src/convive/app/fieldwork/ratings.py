"""What rated places say: agreement per item, how strict raters are, scores without that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.app.fieldwork.visits import NIGHT
from convive.core.agreement import Agreement, agreement_by_item, kappa
from convive.core.errors import MethodError
from convive.core.instruments.filling import Filled, fill
from convive.core.instruments.model import Instrument, Item, Score, ScoreMethod
from convive.core.instruments.ratings import rated
from convive.core.instruments.scoring import Result, score
from convive.core.instruments.structure import structure_of
from convive.core.observers import AreaMeans, RaterEffects, area_means, rater_effects

_NUMERIC = (
    ScoreMethod.WEIGHTED_MEAN,
    ScoreMethod.WEIGHTED_SUM,
    ScoreMethod.SHARE_OF_MAXIMUM,
)
_MATTERS = 1.0 / 12.0
TOO_FEW = "TOO_FEW"
"""Code of "cannot tell" below the number of ratings that may be shown."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RatedStop:
    """One filled-in form, as results see it."""

    place: str
    area: str
    rater: str
    """Label; empty where nobody in particular rated (a walking group)."""
    daypart: str
    day: date
    values: Mapping[str, float]
    """Item → what the rating counts; unanswered ones are absent."""
    score: float | None
    """The instrument's leading score; None: cannot tell."""
    filled: Filled | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """Agreement of two raters on one item; None where fewer than two stops were rated twice."""

    item: str
    kappa: Agreement | None
    """Fleiss, near misses counted in part (linear weights)."""
    alpha: Agreement | None
    """Krippendorff, ordinal."""

    @property
    def verdict(self) -> str:
        """Return ``reliable``, ``unreliable`` or ``cannot_tell``, by alpha."""
        return self.alpha.verdict if self.alpha is not None else "cannot_tell"


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its interval; the bounds are None where one cannot tell."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str = ""
    """Code of why there is none."""


@dataclass(frozen=True, slots=True)
class GroupScore:
    """Score of an area or a place: as rated, and as the reference raters would rate."""

    group: str
    raw: Mean
    corrected: Mean


@dataclass(frozen=True)
class Strictness:
    """How raters differ; `effects` is None where one cannot tell, for the reason of `code`."""

    effects: RaterEffects | None
    code: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def apart(self, width: float) -> NDArray[np.bool_]:
        """Return which raters clearly deviate, by an amount that matters; shape (n_raters,).

        Parameters
        ----------
        width : float
            Of the score's scale; a twelfth of it matters, as in the audit (0.25 of 3 points).
        """
        if self.effects is None:
            return np.zeros(0, dtype=bool)
        matters = np.abs(self.effects.effect) >= _MATTERS * width
        return np.asarray(~self.effects.is_reference & matters, dtype=bool)


def leading_score(instrument: Instrument) -> Score | None:
    """Return the first score of the form as a whole that is a number; None without one."""
    return next((one for one in instrument.scores if not one.per and one.method in _NUMERIC), None)


def rated_items(instrument: Instrument) -> tuple[Item, ...]:
    """Return the items whose answers have a rank and are given once a form."""
    slots = structure_of(instrument).slots.values()
    return tuple(
        slot.part
        for slot in slots
        if isinstance(slot.part, Item)
        and not slot.rounds
        and slot.part.scale is not None
        and slot.part.scale.maximum is not None
    )


def rate_form(
    instrument: Instrument, answers: Mapping[str, Any], *, day: date
) -> tuple[dict[str, float], float | None, Filled]:
    """Return the ratings of one form by item, its leading score, and the form as filled in."""
    filled = fill(instrument, answers, today=day)
    values = {}
    for item in rated_items(instrument):
        if item.id in filled.answers:
            value, _ = rated(item, filled.answers[item.id])
            if value is not None:
                values[item.id] = float(value)
    leading = leading_score(instrument)
    if leading is None:
        return values, None, filled
    found = score(instrument, filled)[leading.id]
    return values, found.value if isinstance(found, Result) else None, filled


def agreement(instrument: Instrument, stops: Sequence[RatedStop]) -> tuple[ItemAgreement, ...]:
    """Return how far raters agree on each item, from the stops that two of them rated.

    Notes
    -----
    A stop is a place in one part of the day. A rater who rated it several times counts with
    the first time.
    """
    tables = {item.id: _table(stops, item.id) for item in rated_items(instrument)}
    usable = {item: table for item, table in tables.items() if table.shape[0] >= 2}
    alphas = agreement_by_item(usable)
    return tuple(ItemAgreement(item, _kappa(tables[item]), alphas.get(item)) for item in tables)


def strictness(stops: Sequence[RatedStop]) -> Strictness:
    """Return how much higher or lower each rater scores than the others, places taken out."""
    told = [one for one in stops if one.score is not None and one.rater and one.place]
    if not told:
        return Strictness(None, "OBSERVERS_TOO_FEW", {"n": 0})
    columns = _columns(told)
    error: MethodError | None = None
    for covariates in _circumstances(told):
        try:
            found = rater_effects(
                columns["score"], columns["rater"], columns["place"],
                areas=columns["area"], covariates=covariates,
            )  # fmt: skip
        except MethodError as wrong:
            error = error or wrong
        else:
            return Strictness(found)
    return Strictness(None, error.code if error else "", error.data if error else {})


def area_scores(stops: Sequence[RatedStop], *, least: int) -> tuple[GroupScore, ...]:
    """Return the score of each area, raw and without raters' strictness.

    Parameters
    ----------
    stops : sequence of RatedStop
        Those without a place or area are left out.
    least : int
        Ratings that an area needs; below, nothing of it is told.
    """
    told = [one for one in stops if one.score is not None and one.area and one.place]
    if not told:
        return ()
    raw, corrected = _area_means(told, None), _area_means(told, _columns(told)["rater"])
    found = []
    for area in sorted({one.area for one in told}):
        n = sum(one.area == area for one in told)
        if n < least:
            nothing = Mean(None, None, None, n, TOO_FEW)
            found.append(GroupScore(area, nothing, nothing))
        else:
            found.append(GroupScore(area, _of_area(raw, area, n), _of_area(corrected, area, n)))
    return tuple(found)


def place_scores(
    stops: Sequence[RatedStop], found: RaterEffects | None, *, least: int
) -> tuple[GroupScore, ...]:
    """Return the score of each place: the mean as rated, and drawn towards its area, corrected.

    Parameters
    ----------
    found : RaterEffects or None
        As `strictness` gives it; None: raters cannot be compared.
    least : int
        Ratings that a place needs; below, nothing of it is told.
    """
    told: dict[str, list[float]] = {}
    for one in stops:
        if one.score is not None and one.place:
            told.setdefault(one.place, []).append(one.score)
    at = {} if found is None else {str(place): k for k, place in enumerate(found.places)}
    rows = []
    for place, scores in sorted(told.items()):
        n = len(scores)
        raw, corrected = Mean(None, None, None, n, TOO_FEW), Mean(None, None, None, n, TOO_FEW)
        if n >= least:
            raw = Mean(float(np.mean(scores)), None, None, n)
            if found is not None and place in at:
                value, half = found.place_score[at[place]], 1.959964 * found.place_se[at[place]]
                corrected = _mean(value, value - half, value + half, n)
        rows.append(GroupScore(place, raw, corrected))
    return tuple(rows)


def _table(stops: Sequence[RatedStop], item: str) -> Floats:
    """Return ratings of an item, shape (n_raters, n_units); NaN where a rater did not rate."""
    told = [one for one in stops if one.rater and one.place and item in one.values]
    raters = {label: k for k, label in enumerate(sorted({one.rater for one in told}))}
    units = {unit: k for k, unit in enumerate(sorted({(one.place, one.daypart) for one in told}))}
    table = np.full((len(raters), len(units)), np.nan)
    for one in sorted(told, key=lambda one: one.day, reverse=True):
        table[raters[one.rater], units[one.place, one.daypart]] = one.values[item]
    return table[:, np.isfinite(table).sum(axis=0) >= 2]


def _kappa(table: Floats) -> Agreement | None:
    if table.shape[0] < 2 or table.shape[1] < 2:
        return None
    return kappa(table, kind="fleiss", weighting="linear")


def _columns(stops: Sequence[RatedStop]) -> dict[str, NDArray[Any]]:
    return {
        "score": np.array([one.score for one in stops], dtype=np.float64),
        "rater": np.array([one.rater for one in stops], dtype=str),
        "place": np.array([one.place for one in stops], dtype=str),
        "area": np.array([one.area for one in stops], dtype=str),
    }


def _circumstances(stops: Sequence[RatedStop]) -> tuple[Floats | None, ...]:
    """Return what else changes ratings, the fullest account first: night, where there are both."""
    night = np.array([one.daypart == NIGHT for one in stops], dtype=np.float64)
    return (night, None) if 0 < night.sum() < night.size else (None,)


def _area_means(stops: Sequence[RatedStop], raters: ArrayLike | None) -> AreaMeans | MethodError:
    columns = _columns(stops)
    error = MethodError("OBSERVERS_TOO_FEW", n=len(stops))
    for covariates in _circumstances(stops):
        try:
            return area_means(
                columns["score"], raters, columns["place"], columns["area"], covariates=covariates
            )
        except MethodError as wrong:
            error = wrong
    return error


def _of_area(found: AreaMeans | MethodError, area: str, n: int) -> Mean:
    if isinstance(found, MethodError):
        return Mean(None, None, None, n, found.code)
    k = int(np.flatnonzero(found.areas == area)[0])
    return _mean(found.mean[k], found.low[k], found.high[k], n)


def _mean(value: float, low: float, high: float, n: int) -> Mean:
    is_told = bool(np.isfinite(low) and np.isfinite(high))
    return Mean(float(value), float(low) if is_told else None, float(high) if is_told else None, n)
