"""What many filled-in forms say together: distributions, means, shares, top risks.

Forms are taken as a simple random sample of those that could have been filled in, rounds of one
form as a cluster. Where people chose themselves to take part an interval says how much chance
there is in the figures, and nothing about those who stayed away. What leaves this installation
still has to pass the disclosure gate.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from convive.core.instruments.filling import Filled, Path
from convive.core.instruments.model import Instrument, Item, ItemType, Score, ScoreMethod
from convive.core.instruments.ratings import PartStatus, rated
from convive.core.instruments.rounds import Round, answers_seen, rounds_seen
from convive.core.instruments.scoring import Result, score
from convive.core.instruments.structure import Slot, Structure, structure_of
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import SurveyEstimates, mean_by_domain, share_by_domain

_TOP = 10
_COUNTED = (
    ItemType.CHOICE,
    ItemType.CHOICES,
    ItemType.INTEGER,
    ItemType.DECIMAL,
    ItemType.CALCULATED,
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean or share with its interval.

    `low` and `high` are None where chance cannot be told: one form, or all answers the same.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    """Answers; of items in rounds more than forms."""


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """What was answered to one item."""

    item: str
    n_asked: int
    n_answered: int
    n_forms: int
    """Forms with at least one answer; held against the instrument's minimum."""
    counts: Mapping[str, int]
    """Choice → answers, in the order of the scale, also choices that measure nothing."""
    missing: Mapping[PartStatus, int]
    """Why answers measure nothing; unanswered ones included."""
    mean: Estimate | None = None
    """Of values or numbers; None where there are none or too few: cannot tell."""
    shares: Mapping[str, Estimate] | None = None
    """Choice → share of those who answered with a choice that measures; None: cannot tell."""


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """What came out of one score."""

    score: str
    n: int
    """Results that say something; of scores by round more than forms."""
    n_cannot_tell: int
    outcomes: Mapping[str, int]
    """Band, label, ``met`` or ``not_met`` → results."""
    mean: Estimate | None = None
    """Of values, or the share of gates that are met; None: cannot tell."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One rated risk of a matrix."""

    score: str
    form: int
    """Place of its form among those given, from 0."""
    path: Path
    value: float
    band: str | None
    name: str
    """First answer in words or choice of the round, where it is not personal; else empty."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What many forms of one instrument say."""

    n_forms: int
    items: tuple[ItemSummary, ...]
    scores: tuple[ScoreSummary, ...]
    top_risks: tuple[Risk, ...]


def summarise(
    instrument: Instrument, forms: Sequence[Filled], *, level: float = 0.95, top: int = _TOP
) -> Summary:
    """Return what many forms say together.

    Parameters
    ----------
    forms : sequence of Filled
        Of this instrument and version.
    level : float, in (0, 1)
        Of the intervals.
    top : int
        Most risks to list.

    Notes
    -----
    Means and shares are None where fewer than `minimum_n` forms answered. Intervals are those
    of `convive.core.survey`.
    """
    structure = structure_of(instrument)
    results = [score(instrument, form) for form in forms]
    by_score = {
        each.id: [_as_tuple(found[each.id]) for found in results] for each in instrument.scores
    }
    pool = _Pool(instrument, structure, forms, level)
    items = tuple(pool.item(slot) for slot in structure.slots.values() if _is_counted(slot))
    scores = tuple(pool.score(each, by_score[each.id]) for each in instrument.scores)
    matrices = [each for each in instrument.scores if each.method is ScoreMethod.MATRIX]
    risks = [r for each in matrices for r in pool.risks(each, by_score[each.id])]
    risks.sort(key=lambda risk: -risk.value)
    return Summary(len(forms), items, scores, tuple(risks[:top]))


def summarise_by_place(
    instrument: Instrument, forms: Sequence[Filled], places: Sequence[str], *, level: float = 0.95
) -> dict[str, Summary]:
    """Return the summary of each place; `places` names the place of each form."""
    groups: dict[str, list[Filled]] = {}
    for form, place in zip(forms, places, strict=True):
        groups.setdefault(place, []).append(form)
    return {place: summarise(instrument, some, level=level) for place, some in groups.items()}


def _is_counted(slot: Slot) -> bool:
    return isinstance(slot.part, Item) and slot.part.type in _COUNTED


def _as_tuple(found: Result | tuple[Result, ...]) -> tuple[Result, ...]:
    return found if isinstance(found, tuple) else (found,)


class _Pool:
    def __init__(
        self, instrument: Instrument, structure: Structure, forms: Sequence[Filled], level: float
    ) -> None:
        self.minimum = max(1, instrument.minimum_n)
        self.structure, self.forms, self.level = structure, forms, level

    def item(self, slot: Slot) -> ItemSummary:
        item = slot.part
        if not isinstance(item, Item):
            raise TypeError(item.id)
        asked = [
            (number, answer)
            for number, form in enumerate(self.forms)
            for answer in answers_seen(self.structure, form.root, slot.id)
        ]
        given = [(number, answer) for number, answer in asked if answer is not None]
        counts = Counter(code for _, answer in given for code in _codes(item, answer))
        told = [(number, *rated(item, answer)) for number, answer in asked]
        missing: Counter[PartStatus] = Counter(status for _, _, status in told)
        del missing[PartStatus.COUNTED]
        values = [(number, value) for number, value, _ in told if value is not None]
        n_forms = len({number for number, _ in given})
        codes = list(slot.codes)
        return ItemSummary(
            slot.id, len(asked), len(given), n_forms,
            {code: counts[code] for code in codes if counts[code]}, dict(missing),
            self.mean(values), self.shares(item, given, codes),
        )  # fmt: skip

    def mean(self, values: Sequence[tuple[int, float]]) -> Estimate | None:
        if not self.is_enough(number for number, _ in values):
            return None
        forms, y = (np.array(part) for part in zip(*values, strict=True))
        return _estimate(mean_by_domain(_design(forms), y, level=self.level), 0)

    def is_enough(self, forms: Iterator[int]) -> bool:
        return len(set(forms)) >= self.minimum

    def shares(
        self, item: Item, given: Sequence[tuple[int, object]], codes: Sequence[str]
    ) -> dict[str, Estimate] | None:
        nothing = (
            {c.code for c in item.scale.choices if c.missing is not None} if item.scale else set()
        )
        told = [(number, set(_codes(item, answer)) - nothing) for number, answer in given]
        told = [(number, chosen) for number, chosen in told if chosen]
        kept = [code for code in codes if code not in nothing]
        if not kept or not self.is_enough(number for number, _ in told):
            return None
        forms = np.repeat([number for number, _ in told], len(kept))
        domains = np.tile(np.arange(len(kept)), len(told))
        y = np.array([float(code in chosen) for _, chosen in told for code in kept])
        found = share_by_domain(_design(forms), y, domains, n_domains=len(kept), level=self.level)
        return {code: _estimate(found, place) for place, code in enumerate(kept)}

    def score(self, each: Score, results: Sequence[tuple[Result, ...]]) -> ScoreSummary:
        told = [
            (number, one)
            for number, some in enumerate(results)
            for one in some
            if not one.cannot_tell
        ]
        outcomes = Counter(name for _, one in told if (name := _outcome(one)))
        n_open = sum(len(some) for some in results) - len(told)
        values = [
            (n, float(one.outcome)) for n, one in told if isinstance(one.outcome, bool | float)
        ]
        return ScoreSummary(
            each.id, len(told), n_open, dict(outcomes), self.score_mean(each, values)
        )

    def score_mean(self, each: Score, values: Sequence[tuple[int, float]]) -> Estimate | None:
        if each.method is not ScoreMethod.GATE or not self.is_enough(
            number for number, _ in values
        ):
            return self.mean(values)
        forms, y = (np.array(part) for part in zip(*values, strict=True))
        return _estimate(share_by_domain(_design(forms), y, level=self.level), 0)

    def risks(self, each: Score, results: Sequence[tuple[Result, ...]]) -> Iterator[Risk]:
        for number, some in enumerate(results):
            for one in some:
                if one.value is not None:
                    name = self.name(each.per, self.forms[number].root, one.path)
                    yield Risk(each.id, number, one.path, one.value, one.band, name)

    def name(self, section: str, root: Round, path: Path) -> str:
        slot = self.structure.slots.get(section)
        if slot is None:
            return ""
        inside = next(iter(self.structure.at_level[section]), slot)
        one = next((r for r in rounds_seen(self.structure, root, inside) if r.path == path), root)
        for other in self.structure.at_level[section]:
            item = other.part
            is_name = isinstance(item, Item) and item.type in (ItemType.TEXT, ItemType.CHOICE)
            if is_name and isinstance(one.values.get(other.id), str):
                is_personal = isinstance(item, Item) and item.is_personal
                return "" if is_personal else str(one.values[other.id])
        return ""


def _codes(item: Item, answer: object) -> list[str]:
    if item.type is ItemType.CHOICES and isinstance(answer, list):
        return [str(code) for code in answer]
    return [str(answer)] if item.type is ItemType.CHOICE else []


def _outcome(one: Result) -> str:
    if one.met is not None:
        return "met" if one.met else "not_met"
    return one.label or one.band or ""


def _design(forms: np.ndarray) -> SurveyDesign:
    return SurveyDesign(np.ones(forms.size), clusters=forms)


def _estimate(found: SurveyEstimates, place: int) -> Estimate:
    low, high = float(found.low[place]), float(found.high[place])
    is_known = math.isfinite(low) and math.isfinite(high) and low < high
    return Estimate(
        float(found.value[place]),
        low if is_known else None,
        high if is_known else None,
        int(found.n[place]),
    )
