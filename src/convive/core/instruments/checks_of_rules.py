"""What can be wrong with skip rules, constraints, calculations and numbers of rounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from convive.core.errors import RequestError
from convive.core.instruments.expression import Expression, parse
from convive.core.instruments.expression_functions import FUNCTIONS
from convive.core.instruments.expression_tree import Call, Node, Reference, children
from convive.core.instruments.model import Instrument, Item, ItemType, Section
from convive.core.instruments.structure import Structure

Rounds = tuple[str, ...]
"""Sections that repeat around something, outer before inner."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a definition."""

    code: str
    path: tuple[str, ...]
    """``("item", "lighting", "relevant")``: kind, id, and where known the key."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """`key` as written, and `problem`: the name or word that is wrong; of expressions also
    `position`, `text`, `function`."""


class Scope:
    """The names of an instrument and the rounds around each."""

    def __init__(self, instrument: Instrument) -> None:
        self.rounds: dict[str, Rounds] = {}
        self.parts: dict[str, Item | Section] = {}
        for section in instrument.content:
            self._add(section, ())

    def _add(self, part: Item | Section, rounds: Rounds) -> None:
        self.rounds.setdefault(part.id, rounds)
        self.parts.setdefault(part.id, part)
        if isinstance(part, Section):
            inside = (*rounds, part.id) if part.repeats else rounds
            for inner in part.content:
                self._add(inner, inside)

    def is_name(self, name: str) -> bool:
        """Whether a name may stand in a rule: an item that is answered, or what repeats."""
        part = self.parts.get(name)
        if isinstance(part, Section):
            return part.repeats
        return part is not None and part.type is not ItemType.NOTE

    def is_many(self, name: str, seen_from: Rounds) -> bool:
        """Whether a name stands for several rounds, seen from others."""
        part = self.parts.get(name)
        own = self.rounds.get(name, ())
        if isinstance(part, Section) and part.repeats:
            return True
        return own != seen_from[: len(own)]


def rule_flaws(instrument: Instrument, scope: Scope) -> Iterator[Flaw]:
    """Yield what is wrong with the expressions of sections and items."""
    for section in instrument.sections():
        around = scope.rounds[section.id]
        for key, text in (("relevant", section.relevant), ("repeats", section.repeat_count)):
            yield from flaws_of(text, ("section", section.id, key), scope, around)
    for item in instrument.items():
        around = scope.rounds[item.id]
        for key in ("relevant", "constraint", "calculation"):
            yield from flaws_of(getattr(item, key), ("item", item.id, key), scope, around)


def flaws_of(
    text: str, path: tuple[str, ...], scope: Scope, around: Rounds, scores: Mapping[str, str] = {}
) -> Iterator[Flaw]:
    """Yield what is wrong with one expression.

    Parameters
    ----------
    scores : mapping of str to str
        Scores that may be referred to, with the section that each is `per`.
    """
    if not text.strip():
        return
    key = ".".join(path[1:])
    try:
        parsed = parse(text)
    except RequestError as error:
        wrong = error.data.get("function", error.data["position"])
        yield Flaw(error.code, path, {"key": key, "problem": wrong, **error.data})
        return
    if parsed.uses_current and path[-1] != "constraint":
        yield Flaw("INSTRUMENT_RULE_CURRENT", path, {"key": key, "problem": "."})
    for name in parsed.names:
        if name not in scores and not scope.is_name(name):
            yield Flaw("INSTRUMENT_UNKNOWN_NAME", path, {"key": key, "problem": name})
    many = {n for n in parsed.names if n not in scores and scope.is_many(n, around)}
    many |= {n for n in parsed.names if scores.get(n) and scores[n] not in around}
    for name in _outside_of_sums(parsed, many):
        yield Flaw("INSTRUMENT_RULE_ROUNDS", path, {"key": key, "problem": name})


def _outside_of_sums(expression: Expression, many: set[str]) -> list[str]:
    """Return names of several rounds that stand where there must be one value."""
    found: dict[str, None] = {}
    waiting: list[tuple[Node, bool]] = [(expression.tree, False)]
    while waiting:
        node, is_summed = waiting.pop()
        if isinstance(node, Reference) and node.name in many and not is_summed:
            found[node.name] = None
        over = isinstance(node, Call) and FUNCTIONS[node.function].over_rounds
        waiting.extend((child, over) for child in children(node))
    return list(found)


def circles(structure: Structure) -> list[str]:
    """Return the ids that wait for themselves, what only waits for them left out."""
    waiting = set(structure.circles)
    needs = {name: set(structure.slots[name].needs()) & waiting for name in waiting}
    found = []
    for name in structure.circles:
        seen: set[str] = set()
        ahead = list(needs[name])
        while ahead:
            other = ahead.pop()
            if other not in seen:
                seen.add(other)
                ahead.extend(needs[other])
        if name in seen:
            found.append(name)
    return found
