"""Finds everything wrong with an instrument before anybody fills it in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from convive.core.errors import RequestError
from convive.core.instruments.answer_values import clean
from convive.core.instruments.checks_of_rules import Flaw, Scope, circles, rule_flaws
from convive.core.instruments.checks_of_scores import score_flaws
from convive.core.instruments.model import Instrument, Item, ItemType, Scale, Section
from convive.core.instruments.structure import Structure, structure_of

__all__ = ["Flaw", "check_instrument"]

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_RESERVED = frozenset(
    ("and", "or", "div", "mod", "not", "true", "false", "meta", "instance", "instanceID")
)
_WITH_SCALE = (ItemType.CHOICE, ItemType.CHOICES)


def check_instrument(instrument: Instrument) -> tuple[Flaw, ...]:
    """Return everything wrong with an instrument, in the order of the definition.

    Returns
    -------
    tuple of Flaw
        With one of these codes: DEFINITION_DUPLICATE_ID, INSTRUMENT_NAME,
        INSTRUMENT_UNKNOWN_NAME, EXPRESSION_SYNTAX, EXPRESSION_UNKNOWN_FUNCTION,
        EXPRESSION_ARGUMENTS, INSTRUMENT_RULE_ROUNDS, INSTRUMENT_RULE_CURRENT,
        INSTRUMENT_CIRCLE, INSTRUMENT_SCALE, INSTRUMENT_CALCULATION, INSTRUMENT_DEFAULT,
        INSTRUMENT_ROUNDS, INSTRUMENT_BANDS and INSTRUMENT_SCORE_…. Empty: nothing is wrong.

    Notes
    -----
    Which items of the core list `feeds` may name is the catalogue's to check.
    """
    return tuple(_flaws(instrument))


def _flaws(instrument: Instrument) -> Iterator[Flaw]:
    names = list(_names(instrument))
    yield from names
    for section in instrument.sections():
        yield from _section(section)
    for item in instrument.items():
        yield from _item(item)
    scope = Scope(instrument)
    yield from rule_flaws(instrument, scope)
    yield from score_flaws(instrument, scope)
    is_double = any(flaw.code == "DEFINITION_DUPLICATE_ID" for flaw in names)
    structure = None if is_double else _structure(instrument)
    if structure is None:
        return
    for name in circles(structure):
        kind = "item" if isinstance(structure.slots[name].part, Item) else "section"
        yield Flaw("INSTRUMENT_CIRCLE", (kind, name), {"key": name, "problem": name})


def _structure(instrument: Instrument) -> Structure | None:
    try:
        return structure_of(instrument)
    except RequestError:
        return None


def _names(instrument: Instrument) -> Iterator[Flaw]:
    names = [("section", section.id) for section in instrument.sections()]
    names += [("item", item.id) for item in instrument.items()]
    names += [("score", score.id) for score in instrument.scores]
    counts = Counter(name for _, name in names)
    for kind, name in dict.fromkeys(names):
        if not _ID.fullmatch(name) or name in _RESERVED:
            yield Flaw("INSTRUMENT_NAME", (kind, name), {"key": name[:64]})
    for name, n in counts.items():
        if n > 1:
            kind = next(kind for kind, other in names if other == name)
            yield Flaw("DEFINITION_DUPLICATE_ID", (kind, name), {"key": name})


def _section(section: Section) -> Iterator[Flaw]:
    if section.repeats and not 0 <= section.at_least <= section.at_most:
        yield Flaw("INSTRUMENT_ROUNDS", ("section", section.id, "repeats"), {"key": section.id})
    if not section.repeats and section.repeat_count:
        yield Flaw("INSTRUMENT_ROUNDS", ("section", section.id, "repeats"), {"key": section.id})


def _item(item: Item) -> Iterator[Flaw]:
    if (item.scale is not None) != (item.type in _WITH_SCALE):
        yield Flaw("INSTRUMENT_SCALE", ("item", item.id, "scale"), {"key": item.id})
    elif item.scale is not None:
        yield from _scale(item, item.scale)
    if bool(item.calculation.strip()) != (item.type is ItemType.CALCULATED):
        yield Flaw("INSTRUMENT_CALCULATION", ("item", item.id, "calculation"), {"key": item.id})
    if item.default is not None:
        choices = item.scale.choices if item.scale is not None else ()
        _, wrong = clean(item, {c.code: n for n, c in enumerate(choices)}, item.default)
        if wrong:
            yield Flaw("INSTRUMENT_DEFAULT", ("item", item.id, "default"), {"key": item.id})


def _scale(item: Item, scale: Scale) -> Iterator[Flaw]:
    path, data = ("item", item.id, "scale"), {"key": f"{item.id}.{scale.id}"}
    codes = [choice.code for choice in scale.choices]
    if not codes or any(c.missing is not None and c.value is not None for c in scale.choices):
        yield Flaw("INSTRUMENT_SCALE", path, data)
    if len(set(codes)) < len(codes):
        yield Flaw("DEFINITION_DUPLICATE_ID", path, data)
    if any(not code or re.search(r"[\s'\"]", code) for code in codes):
        yield Flaw("INSTRUMENT_NAME", path, data)
