"""How an instrument hangs together: what stands in which rounds, and what decides what.

Worked out once for an instrument, then kept.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from convive.core.instruments.expression import Expression, parse
from convive.core.instruments.model import Instrument, Item, ItemType, Section


@dataclass(frozen=True, slots=True)
class Slot:
    """One item or section with what stands around it, its expressions parsed."""

    part: Item | Section
    parent: str
    """The section directly around it; empty at the top."""
    rounds: tuple[str, ...]
    """The sections around it that repeat, outer before inner."""
    relevant: Expression | None
    calculation: Expression | None = None
    constraint: Expression | None = None
    count: Expression | None = None
    codes: Mapping[str, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the id of the item or section."""
        return self.part.id

    @property
    def level(self) -> str:
        """Return the innermost section around it that repeats; empty where none does."""
        return self.rounds[-1] if self.rounds else ""

    @property
    def repeats(self) -> bool:
        """Whether it is a section that repeats."""
        return isinstance(self.part, Section) and self.part.repeats

    def needs(self) -> Iterator[str]:
        """Yield what must be known before it can be asked or computed."""
        if self.parent:
            yield self.parent
        for expression in (self.relevant, self.calculation, self.count):
            if expression is not None:
                yield from expression.names


@dataclass(frozen=True, slots=True)
class Structure:
    """All slots of an instrument."""

    slots: Mapping[str, Slot]
    """In the order of the form."""
    order: tuple[Slot, ...]
    """So that everything comes after what it needs; what goes in circles comes last."""
    circles: tuple[str, ...]
    """Ids of what goes in circles, or waits for something that does."""
    at_level: Mapping[str, tuple[Slot, ...]]
    """Items and repeating sections by the section that repeats directly around them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """An instrument, equal only to itself: it holds mappings, which cannot be hashed."""

    instrument: Instrument

    def __hash__(self) -> int:
        return id(self.instrument)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.instrument is self.instrument


def structure_of(instrument: Instrument) -> Structure:
    """Return the structure of an instrument, worked out or remembered.

    Raises
    ------
    RequestError
        What `expression.parse` raises; `checks.check_instrument` lists them all instead.
    """
    return _structure(_Same(instrument))


@lru_cache(maxsize=256)
def _structure(same: _Same) -> Structure:
    slots = {slot.id: slot for slot in _slots(same.instrument.content, "", ())}
    levels: dict[str, list[Slot]] = {"": []}
    for slot in slots.values():
        if slot.repeats:
            levels.setdefault(slot.id, [])
        if slot.repeats or isinstance(slot.part, Item):
            levels.setdefault(slot.level, []).append(slot)
    order, circles = _ordered(slots)
    return Structure(
        slots, order, circles, {level: tuple(found) for level, found in levels.items()}
    )


def _slots(
    content: Sequence[Item | Section], parent: str, rounds: tuple[str, ...]
) -> Iterator[Slot]:
    for part in content:
        if isinstance(part, Section):
            count = _parsed(part.repeat_count) if part.repeats else None
            yield Slot(part, parent, rounds, _parsed(part.relevant), count=count)
            inside = (*rounds, part.id) if part.repeats else rounds
            yield from _slots(part.content, part.id, inside)
        else:
            yield _item_slot(part, parent, rounds)


def _item_slot(item: Item, parent: str, rounds: tuple[str, ...]) -> Slot:
    is_calculated = item.type is ItemType.CALCULATED
    choices = item.scale.choices if item.scale is not None else ()
    return Slot(
        item,
        parent,
        rounds,
        _parsed(item.relevant),
        calculation=_parsed(item.calculation) if is_calculated else None,
        constraint=_parsed(item.constraint),
        codes={choice.code: place for place, choice in enumerate(choices)},
    )


def _parsed(text: str) -> Expression | None:
    return parse(text) if text.strip() else None


def _ordered(slots: Mapping[str, Slot]) -> tuple[tuple[Slot, ...], tuple[str, ...]]:
    """Order by need (Kahn 1962), and in the order of the form where that leaves a choice."""
    place = {name: number for number, name in enumerate(slots)}
    names = tuple(slots)
    needs = {name: {n for n in slot.needs() if n in slots} for name, slot in slots.items()}
    needed_by: dict[str, list[str]] = {name: [] for name in slots}
    for name, needed in needs.items():
        for other in needed:
            needed_by[other].append(name)
    ready = [place[name] for name, needed in needs.items() if not needed]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        name = names[heapq.heappop(ready)]
        order.append(name)
        for other in needed_by[name]:
            needs[other].discard(name)
            if not needs[other]:
                heapq.heappush(ready, place[other])
    done = set(order)
    circles = tuple(name for name in names if name not in done)
    return tuple(slots[name] for name in (*order, *circles)), circles
