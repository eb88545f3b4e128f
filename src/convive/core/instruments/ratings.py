"""What one item contributes to a score: its value, or why it has none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from convive.core.instruments.model import Item, ItemType, Missing, Score, ScoreMethod
from convive.core.instruments.rounds import Round, answers_seen, rounds_seen
from convive.core.instruments.structure import Structure


class PartStatus(StrEnum):
    """What became of one item in a score."""

    COUNTED = "counted"
    UNANSWERED = "unanswered"
    DONT_KNOW = "dont_know"
    REFUSED = "refused"
    NO_VALUE = "no_value"
    """Answered with a choice that has no rank."""
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"
    CANNOT_TELL = "cannot_tell"
    """An earlier score that cannot be told."""


@dataclass(frozen=True, slots=True)
class Part:
    """One item or earlier score in a score, for the page that shows how it came about."""

    name: str
    weight: float
    status: PartStatus
    value: float | None = None
    """What it counted, before its weight."""
    maximum: float | None = None
    """The highest it could have counted."""
    answer: Any = None
    """As answered; the outcome of an earlier score."""

    @property
    def is_applicable(self) -> bool:
        """Whether it belongs to the base, answered or not."""
        return self.status not in (PartStatus.NOT_APPLICABLE, PartStatus.NOT_ASKED)


def part_of(structure: Structure, one: Round, name: str, weight: float) -> Part:
    """Return what an item contributes, seen from a round; of several rounds none does."""
    slot = structure.slots.get(name)
    answers = answers_seen(structure, one, name)
    if slot is None or not isinstance(slot.part, Item):
        return Part(name, weight, PartStatus.COUNTED, float(len(answers)))
    if len(rounds_seen(structure, one, slot)) > 1:
        missing = not answers or any(answer is None for answer in answers)
        return Part(name, weight, PartStatus.UNANSWERED if missing else PartStatus.COUNTED)
    maximum = highest(slot.part)
    if not answers:
        return Part(name, weight, PartStatus.NOT_ASKED, maximum=maximum)
    value, status = rated(slot.part, answers[0])
    return Part(name, weight, status, value, maximum, answers[0])


def highest(item: Item) -> float | None:
    """Return the highest value that an item can have; None where nothing says."""
    return item.scale.maximum if item.scale is not None else None


def highest_score(
    scores: Mapping[str, Score], structure: Structure, of: Score, *, depth: int = 0
) -> float | None:
    """Return the highest value that a score can have; None where nothing says."""
    if of.method is ScoreMethod.SHARE_OF_MAXIMUM:
        return 100.0
    if of.rescale_to is not None:
        return of.rescale_to
    most: dict[str, float] = {}
    for name in of.weights:
        slot = structure.slots.get(name)
        found = highest(slot.part) if slot is not None and isinstance(slot.part, Item) else None
        if name in scores and depth < len(scores):
            found = highest_score(scores, structure, scores[name], depth=depth + 1)
        if found is None:
            return None
        most[name] = found
    return _highest_together(of, most)


def _highest_together(of: Score, most: Mapping[str, float]) -> float | None:
    if of.method is ScoreMethod.WEIGHTED_SUM:
        return sum(weight * most[name] for name, weight in of.weights.items())
    if of.method is ScoreMethod.MATRIX:
        return math.prod(most.values())
    is_one = of.method is ScoreMethod.WEIGHTED_MEAN and len(set(most.values())) == 1
    return next(iter(most.values())) if is_one else None


_STATUS = {
    Missing.NOT_APPLICABLE: PartStatus.NOT_APPLICABLE,
    Missing.DONT_KNOW: PartStatus.DONT_KNOW,
    Missing.REFUSED: PartStatus.REFUSED,
}


def rated(item: Item, answer: Any) -> tuple[float | None, PartStatus]:
    """Return the value of an answer, and what became of it."""
    if answer is None:
        return None, PartStatus.UNANSWERED
    if item.type is ItemType.CHOICE and item.scale is not None:
        choice = item.scale.choice(answer)
        if choice is None:
            return None, PartStatus.UNANSWERED
        if choice.missing is not None:
            return None, _STATUS[choice.missing]
        if choice.value is None:
            return None, PartStatus.NO_VALUE
        return float(choice.value), PartStatus.COUNTED
    is_number = isinstance(answer, int | float) and not isinstance(answer, bool)
    return (float(answer), PartStatus.COUNTED) if is_number else (None, PartStatus.NO_VALUE)
