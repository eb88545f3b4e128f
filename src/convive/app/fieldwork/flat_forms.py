"""Filled-in forms as flat tables: one row a form, and a table of its own for each repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convive.app.fieldwork.kept_forms import KeptForm
from convive.catalogue.texts import localised
from convive.core.instruments.model import Instrument, Item, ItemType, Section

_PLACE_PARTS = ("latitude", "longitude", "accuracy")
_OF_FORM = (
    "form_id", "filled_on", "channel", "state", "reason", "place", "place_name", "longitude",
    "latitude", "area", "rater", "daypart", "language", "stratum", "weight", "started", "ended",
)  # fmt: skip
_LINKING = ("rater", "started", "ended")
"""Beside personal answers, what may tell who filled a form in."""


@dataclass(frozen=True)
class FlatTable:
    """One table of an export: the forms, or the rounds of a section that repeats."""

    name: str
    path: tuple[str, ...]
    """Sections that repeat, from the outermost; empty: the forms."""
    items: tuple[Item, ...]
    with_personal: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        head = ("form_id", *(f"{name}_round" for name in self.path)) if self.path else self.of_form
        return (*head, *(name for item in self.items for name in _names(item)))

    @property
    def of_form(self) -> tuple[str, ...]:
        """What stands beside the answers of a form."""
        return tuple(name for name in _OF_FORM if self.with_personal or name not in _LINKING)

    def rows(self, form: KeptForm) -> Iterator[list[Any]]:
        """Yield the rows of a form: one, or one a round."""
        for numbers, answers in _rounds(form.answers, self.path):
            head = [form.id, *numbers] if self.path else _head(form, self.of_form)
            yield [*head, *(cell for item in self.items for cell in _cells(item, answers))]


def flat_tables(instrument: Instrument, *, with_personal: bool) -> tuple[FlatTable, ...]:
    """Return the tables of an instrument, the forms first.

    Parameters
    ----------
    with_personal : bool
        Whether answers that may tell who somebody is have columns, and raters and times with
        them.
    """
    tables: list[FlatTable] = []
    _collect(instrument.content, (), tables, with_personal=with_personal)
    return tuple(sorted(tables, key=lambda table: len(table.path)))


def codebook_rows(
    instrument: Instrument, language: str, *, with_personal: bool
) -> Iterator[tuple[str, ...]]:
    """Yield one row an item and choice: table, column, type, question, code, words, value, feeds."""
    for table in flat_tables(instrument, with_personal=with_personal):
        for item in table.items:
            question = localised(item.question, language)
            head = (table.name, item.id, item.type.value, question)
            yield (*head, "", "", "", item.feeds)
            for choice in item.scale.choices if item.scale else ():
                value = "" if choice.value is None else f"{choice.value:g}"
                yield (*head, choice.code, localised(choice.label, language), value, "")


CODEBOOK_COLUMNS = ("table", "column", "type", "question", "code", "words", "value", "feeds")


def _collect(
    content: Sequence[Item | Section], path: tuple[str, ...], tables: list[FlatTable],
    *, with_personal: bool,
) -> None:  # fmt: skip
    items, inner = _parts(content)
    kept = tuple(
        item for item in items
        if item.type is not ItemType.NOTE and (with_personal or not item.is_personal)
    )  # fmt: skip
    tables.append(FlatTable("-".join(path) or "forms", path, kept, with_personal))
    for section in inner:
        _collect(section.content, (*path, section.id), tables, with_personal=with_personal)


def _parts(content: Sequence[Item | Section]) -> tuple[list[Item], list[Section]]:
    """Return the items of a level, plain sections opened, and the sections that repeat in it."""
    items: list[Item] = []
    repeated: list[Section] = []
    for part in content:
        if isinstance(part, Item):
            items.append(part)
        elif part.repeats:
            repeated.append(part)
        else:
            more = _parts(part.content)
            items += more[0]
            repeated += more[1]
    return items, repeated


def _rounds(
    answers: Mapping[str, Any], path: Sequence[str]
) -> Iterator[tuple[tuple[int, ...], Mapping[str, Any]]]:
    if not path:
        yield (), answers
        return
    for number, one in enumerate(answers.get(path[0]) or (), start=1):
        for numbers, inner in _rounds(one, path[1:]):
            yield (number, *numbers), inner


def _head(form: KeptForm, names: Sequence[str]) -> list[Any]:
    told: dict[str, Any] = {
        "form_id": form.id,
        "filled_on": form.day.isoformat(),
        "area": form.area_id,
    }
    return [told[name] if name in told else getattr(form, name) for name in names]


def _names(item: Item) -> tuple[str, ...]:
    if item.type is ItemType.POSITION:
        return tuple(f"{item.id}_{part}" for part in _PLACE_PARTS)
    return (item.id,)


def _cells(item: Item, answers: Mapping[str, Any]) -> tuple[Any, ...]:
    answer = answers.get(item.id)
    if item.type is ItemType.POSITION:
        given = answer if isinstance(answer, Mapping) else {}
        return tuple(given.get(part) for part in _PLACE_PARTS)
    if isinstance(answer, list):
        return (" ".join(str(one) for one in answer),)
    return (answer,)
