"""The same places before and after: change per item and score, from pairs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from convive.app.fieldwork.kept_forms import COMPLETE, KeptForm
from convive.app.fieldwork.place_results import form_values, measured
from convive.core.instruments.model import Instrument
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import mean_by_domain

LEAST_PAIRS = 10
"""Pairs below which one cannot tell."""
LEAST_PLACES = 5
RISE, FALL, CANNOT_TELL = "rise", "fall", "cannot_tell"
_Key = tuple[str, str, str]
"""Place, part of the day, and rater where raters are matched."""


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one item or score over the pairs; ends are None where one cannot tell."""

    name: str
    is_score: bool
    n_pairs: int
    n_places: int
    before: float | None
    after: float | None
    change: float | None
    low: float | None
    high: float | None

    @property
    def verdict(self) -> str:
        """Return ``rise``, ``fall`` or ``cannot_tell``."""
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return CANNOT_TELL
        return RISE if self.low > 0 else FALL


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Two rounds at the same places."""

    changes: tuple[Change, ...]
    n_pairs: int
    n_places: int
    n_before_alone: int
    """Places that only the earlier round has forms of."""
    n_after_alone: int


def follow_up(
    instrument: Instrument, before: Iterable[KeptForm], after: Iterable[KeptForm],
    *, same_raters: bool = False, level: float = 0.95,
) -> FollowUp:  # fmt: skip
    """Return what changed at the places that both rounds looked at.

    Parameters
    ----------
    instrument : Instrument
        Of the later round; items of the same id in the earlier one are compared.
    same_raters : bool
        Whether a label means the same person in both rounds: then only pairs of the same rater
        count. Names are erased at closing, so only whoever planned the rounds can know.
    level : float, in (0, 1)
        Of the intervals.

    Notes
    -----
    A pair is a place in one part of the day, seen in both rounds; several forms of one side are
    averaged first. Pairs of one place belong together (a cluster), and the interval is the t
    interval of the mean of the differences over places. It allows for raters who differ, as far
    as they are spread over the places, and not for all of them being stricter the second time.
    Fewer than ten pairs or five places: one cannot tell.
    """
    sides = [_ratings(instrument, forms, same_raters=same_raters) for forms in (before, after)]
    changes = tuple(
        _change(name, sides, level, is_score=is_score)
        for name, is_score in measured(instrument).items()
    )
    places = [{key[0] for key in side} for side in sides]
    pairs = set(sides[0]) & set(sides[1])
    return FollowUp(
        changes, len(pairs), len({key[0] for key in pairs}),
        len(places[0] - places[1]), len(places[1] - places[0]),
    )  # fmt: skip


def place_changes(
    instrument: Instrument, before: Iterable[KeptForm], after: Iterable[KeptForm], place: str
) -> FollowUp:
    """Return the means of one place before and after; with one place no change can be told."""
    return follow_up(
        instrument,
        [form for form in before if form.place == place],
        [form for form in after if form.place == place],
    )


def _ratings(
    instrument: Instrument, forms: Iterable[KeptForm], *, same_raters: bool
) -> dict[_Key, dict[str, float]]:
    """Return the mean rating of each unit by item and score."""
    found: dict[_Key, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for form in forms:
        if form.state != COMPLETE or not form.place or (same_raters and not form.rater):
            continue
        unit = found[form.place, _daypart(form), form.rater if same_raters else ""]
        for name, value in form_values(instrument, form).items():
            unit[name].append(value)
    return {key: {n: float(np.mean(v)) for n, v in unit.items()} for key, unit in found.items()}


def _daypart(form: KeptForm) -> str:
    return form.daypart or str(form.answers.get("daypart", ""))


def _change(
    name: str, sides: Sequence[Mapping[_Key, Mapping[str, float]]], level: float, *, is_score: bool
) -> Change:
    first, last = sides
    keys = sorted(key for key in first if name in first[key] and name in last.get(key, {}))
    places = [key[0] for key in keys]
    n_places = len(set(places))
    if not keys:
        return Change(name, is_score, 0, 0, None, None, None, None, None)
    before = np.array([first[key][name] for key in keys])
    after = np.array([last[key][name] for key in keys])
    means = float(before.mean()), float(after.mean())
    low = high = None
    if len(keys) >= LEAST_PAIRS and n_places >= LEAST_PLACES:
        design = SurveyDesign(np.ones(len(keys)), clusters=np.array(places))
        found = mean_by_domain(design, after - before, level=level)
        if np.isfinite(found.low[0]) and found.low[0] < found.high[0]:
            low, high = float(found.low[0]), float(found.high[0])
    return Change(name, is_score, len(keys), n_places, *means, means[1] - means[0], low, high)
