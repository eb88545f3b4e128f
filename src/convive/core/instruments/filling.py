"""Decides what is asked, what is computed, and which answers can stand.

The order of the file decides nothing but the order of what is reported: rules and calculations
are worked out after what they refer to, wherever that stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from convive.core.instruments.answer_values import LONGEST_TEXT, clean, is_blank
from convive.core.instruments.expression import Context, Expression, Value
from convive.core.instruments.expression_values import to_number
from convive.core.instruments.model import Answers, Instrument, Item, ItemType, Section
from convive.core.instruments.rounds import Round, answers_seen
from convive.core.instruments.structure import Slot, Structure, structure_of

Path = tuple[str | int, ...]
"""Where an answer stands: ``("stops", 2, "lighting")`` is in the third round."""

MOST_ROUNDS = 2_000
"""Rounds of one form, all sections together."""
_MOST_PROBLEMS = 1_000
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """One thing wrong with one answer; `code` is the key of its sentence.

    ANSWER_REQUIRED, ANSWER_TYPE, ANSWER_CHOICE, ANSWER_CONSTRAINT, ANSWER_ROUNDS,
    ANSWER_UNKNOWN, ANSWER_NOT_ASKED. `data` never holds what was answered.
    """

    code: str
    path: Path
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it stands: what is asked, what can stay of the answers, what is wrong."""

    answers: Mapping[str, Any]
    """Cleaned, calculated values included; nothing that was not asked. An answer that breaks its
    constraint stays, so that it can be shown and mended; one that cannot be read does not."""
    asked: frozenset[Path]
    """Items, sections and rounds that are asked; a round is ``("stops", 2)``."""
    problems: tuple[AnswerProblem, ...] = ()
    root: Round = field(default_factory=lambda: Round("", None, ()), compare=False, repr=False)
    """The rounds behind it, for scores."""

    @property
    def is_complete(self) -> bool:
        """Whether the form can be handed in."""
        return not self.problems


def fill(
    instrument: Instrument,
    answers: Answers,
    *,
    today: date,
    now: datetime | None = None,
    strict: bool = False,
    defaults: bool = False,
) -> Filled:
    """Return the form that answers make, whatever they are.

    Parameters
    ----------
    instrument : Instrument
        One that `checks.check_instrument` finds nothing wrong with.
    answers : mapping
        As in the table of `model`, parsed from JSON; may come from anybody.
    today, now : date, datetime
        What ``today()`` and ``now()`` give.
    strict : bool
        Report answers to what is not asked as ANSWER_NOT_ASKED, rather than drop them quietly.
    defaults : bool
        Put in the default where nothing is answered: for a form that is opened, never for one
        that is handed in, where it would be an answer that nobody gave.

    Notes
    -----
    Filling the answers of a form again changes nothing. What goes in circles is taken as not
    answered. At most `MOST_ROUNDS` rounds and 1000 problems.
    """
    work = _Filling(structure_of(instrument), today, now or _start_of(today), defaults=defaults)
    root = Round("", None, ())
    root.given = answers if isinstance(answers, Mapping) else {}
    work.open(root)
    for slot in work.structure.order:
        for one in tuple(work.at[slot.level]):
            work.settle(slot, one)
    report = _Report(work, strict=strict)
    if not isinstance(answers, Mapping):
        report.add("ANSWER_TYPE", ())
    report.round(root)
    return Filled(_kept(work.structure, root), _asked(root), tuple(report.problems), root)


def check(
    instrument: Instrument, answers: Answers, *, today: date, now: datetime | None = None
) -> tuple[AnswerProblem, ...]:
    """Return what is wrong with answers; nothing if the form can be handed in."""
    return fill(instrument, answers, today=today, now=now).problems


def _start_of(today: date) -> datetime:
    return datetime(today.year, today.month, today.day)  # noqa: DTZ001 - wall clock of the form


class _Filling:
    """One pass over an instrument: opens rounds, asks, reads, computes."""

    def __init__(self, structure: Structure, today: date, now: datetime, *, defaults: bool) -> None:
        self.structure = structure
        self.today, self.now, self.defaults = today, now, defaults
        self.at: dict[str, list[Round]] = {level: [] for level in structure.at_level}
        self.n_rounds = 0

    def open(self, one: Round) -> None:
        self.at[one.level].append(one)
        self.n_rounds += 1

    def value(self, expression: Expression, one: Round, this: Any = None) -> Value:
        return expression.value(self.context(one, this))

    def truth(self, expression: Expression, one: Round, this: Any = None) -> bool:
        return expression.truth(self.context(one, this)) is True

    def context(self, one: Round, this: Any = None) -> Context:
        structure = self.structure
        return Context(lambda name: answers_seen(structure, one, name), this, self.today, self.now)

    def settle(self, slot: Slot, one: Round) -> None:
        """Decide on one item or section in one round."""
        is_open = not slot.parent or slot.parent == one.level or one.asked[slot.parent]
        asked = is_open and (slot.relevant is None or self.truth(slot.relevant, one))
        one.asked[slot.id] = asked
        if not asked:
            return
        if isinstance(slot.part, Item):
            self.answer(slot, slot.part, one)
        elif slot.part.repeats:
            self.open_rounds(slot, slot.part, one)

    def answer(self, slot: Slot, item: Item, one: Round) -> None:
        if slot.calculation is not None:
            one.values[slot.id] = calculated(self.value(slot.calculation, one))
            return
        raw = one.given.get(slot.id)
        if self.defaults and is_blank(raw):
            raw = item.default
        one.values[slot.id], wrong = clean(item, slot.codes, raw)
        if wrong:
            one.wrong[slot.id] = wrong

    def open_rounds(self, slot: Slot, section: Section, one: Round) -> None:
        given = one.given.get(slot.id)
        if given is not None and not isinstance(given, list | tuple):
            one.wrong[slot.id] = "ANSWER_TYPE"
            given = ()
        given = given or ()
        least, most = section.at_least, max(0, section.at_most)
        if slot.count is not None:
            least = most = max(0, min(most, _whole(self.value(slot.count, one))))
        n = max(len(given), least if slot.count is not None else 0)
        n = min(n, most, max(0, MOST_ROUNDS - self.n_rounds))
        if n < len(given) or n < least:
            one.wrong.setdefault(slot.id, "ANSWER_ROUNDS")
        for index in range(n):
            inner = Round(slot.id, one, (*one.path, slot.id, index))
            raw = given[index] if index < len(given) else {}
            if isinstance(raw, Mapping):
                inner.given = raw
            else:
                inner.wrong[""] = "ANSWER_TYPE"
            one.rounds.setdefault(slot.id, []).append(inner)
            self.open(inner)


def _whole(value: Value) -> int:
    number = to_number(value) if isinstance(value, str | float) else 0.0
    return int(max(0.0, min(number, 1e6))) if number == number else 0  # noqa: PLR0124 - NaN


def calculated(value: Value) -> Any:
    """Return a computed value as it is kept; None where there is none; true is 1, false 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return value[:LONGEST_TEXT] or None
    if not isinstance(value, float) or abs(value) > 1e300 or value != value:  # noqa: PLR0124 - NaN
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else value


class _Report:
    """Collects what is wrong, in the order of the form."""

    def __init__(self, work: _Filling, *, strict: bool) -> None:
        self.work, self.strict = work, strict
        self.problems: list[AnswerProblem] = []

    def add(self, code: str, path: Path, **data: Any) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(AnswerProblem(code, path, data))

    def round(self, one: Round) -> None:
        if "" in one.wrong:
            self.add(one.wrong[""], one.path)
        slots = self.work.structure.at_level[one.level]
        for slot in slots:
            if not one.asked[slot.id]:
                self.not_asked(slot, one)
            elif isinstance(slot.part, Item):
                self.item(slot, slot.part, one)
            else:
                self.rounds(slot, slot.part, one)
        if len(one.given) > len(slots) or not one.given.keys() <= {slot.id for slot in slots}:
            self.unknown(one, {slot.id for slot in slots})

    def not_asked(self, slot: Slot, one: Round) -> None:
        is_computed = isinstance(slot.part, Item) and slot.part.type is ItemType.CALCULATED
        if self.strict and not is_computed and not is_blank(one.given.get(slot.id)):
            self.add("ANSWER_NOT_ASKED", (*one.path, slot.id))

    def item(self, slot: Slot, item: Item, one: Round) -> None:
        path, value = (*one.path, slot.id), one.values[slot.id]
        if slot.id in one.wrong:
            self.add(one.wrong[slot.id], path, type=str(item.type))
        elif value is None:
            takes_none = item.type in (ItemType.NOTE, ItemType.CALCULATED)
            if item.is_required and not takes_none:
                self.add("ANSWER_REQUIRED", path)
        elif slot.constraint is not None and not self.work.truth(slot.constraint, one, value):
            self.add("ANSWER_CONSTRAINT", path)

    def rounds(self, slot: Slot, section: Section, one: Round) -> None:
        inner = one.rounds.get(slot.id, [])
        if slot.id in one.wrong:
            limits = {"at_least": section.at_least, "at_most": section.at_most, "n": len(inner)}
            self.add(one.wrong[slot.id], (*one.path, slot.id), **limits)
        for each in inner:
            self.round(each)

    def unknown(self, one: Round, known: set[str]) -> None:
        for key in one.given:
            if len(self.problems) >= _MOST_PROBLEMS:
                return
            if key not in known:
                is_name = isinstance(key, str) and len(key) <= _LONGEST_KEY
                shown = key if is_name and key.isidentifier() and key.isascii() else "?"
                self.add("ANSWER_UNKNOWN", (*one.path, shown))


def _kept(structure: Structure, one: Round) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for slot in structure.at_level[one.level]:
        if slot.repeats:
            inner = one.rounds.get(slot.id)
            if inner:
                kept[slot.id] = [_kept(structure, each) for each in inner]
        elif one.values.get(slot.id) is not None:
            kept[slot.id] = one.values[slot.id]
    return kept


def _asked(root: Round) -> frozenset[Path]:
    found: list[Path] = []
    waiting = [root]
    while waiting:
        one = waiting.pop()
        found.extend((*one.path, name) for name, asked in one.asked.items() if asked)
        for inner in one.rounds.values():
            found.extend(each.path for each in inner)
            waiting.extend(inner)
    return frozenset(found)
