"""Rounds of sections that repeat, and which answers can be seen from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convive.core.instruments.model import Item
from convive.core.instruments.structure import Slot, Structure


class Round:
    """One round of a section that repeats, or the form as a whole (level empty)."""

    __slots__ = ("asked", "given", "level", "parent", "path", "rounds", "values", "wrong")

    def __init__(self, level: str, parent: Round | None, path: tuple[str | int, ...]) -> None:
        self.level = level
        self.parent = parent
        self.path = path
        self.given: Mapping[str, Any] = {}
        """As handed in."""
        self.asked: dict[str, bool] = {}
        """Items and sections of this round: whether they are asked."""
        self.values: dict[str, Any] = {}
        """Answers of what is asked; None where there is none."""
        self.rounds: dict[str, list[Round]] = {}
        self.wrong: dict[str, str] = {}
        """Codes of what could not be read; under the empty name: the round itself."""


def answers_seen(structure: Structure, one: Round, name: str) -> Sequence[Any]:
    """Return the answers under a name, seen from a round.

    From inside a round its own answer, then those around it; from outside those of all rounds.
    Under the name of a section that repeats there is one empty text a round. What is not asked
    is not among them; what is not answered is None.
    """
    slot = structure.slots.get(name)
    if slot is None:
        return ()
    if slot.level == one.level and isinstance(slot.part, Item):
        return (one.values.get(name),) if one.asked.get(name) else ()
    return [value for each in rounds_seen(structure, one, slot) for value in _answers(slot, each)]


def rounds_seen(structure: Structure, one: Round, slot: Slot) -> list[Round]:
    """Return the rounds in which something stands, as far as they can be seen from a round."""
    around = _around(structure, one.level)
    shared = 0
    while shared < min(len(around), len(slot.rounds)) and around[shared] == slot.rounds[shared]:
        shared += 1
    start = one
    for _ in range(len(around) - shared):
        if start.parent is not None:
            start = start.parent
    found = [start]
    for section in slot.rounds[shared:]:
        found = [inner for each in found for inner in each.rounds.get(section, ())]
    return found


def _around(structure: Structure, level: str) -> tuple[str, ...]:
    return (*structure.slots[level].rounds, level) if level else ()


def _answers(slot: Slot, one: Round) -> Sequence[Any]:
    if slot.repeats:
        return [""] * len(one.rounds.get(slot.id, ()))
    if isinstance(slot.part, Item) and one.asked.get(slot.id):
        return (one.values.get(slot.id),)
    return ()
