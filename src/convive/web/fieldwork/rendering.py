"""Draws instruments as HTML that works without JavaScript.

Everything is drawn, also what is not asked: that carries ``hidden``, so that a script can show it
at once, and the server shows it at the next step where there is none. For scripts every item says
what it is: ``data-item``, ``data-type``, ``data-section``, ``data-name``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from convive.catalogue.texts import localised, say
from convive.core.instruments.answer_values import LONGEST_TEXT
from convive.core.instruments.filling import AnswerProblem, Filled, fill
from convive.core.instruments.model import Choice, Instrument, Item, ItemType, Scale, Section
from convive.core.model.city import Text
from convive.web.fieldwork.field_names import Path, field_id, name_of
from convive.web.staff.reader_numbers import decimal_sign, written

LONGEST_IN_ROW = 22
"""Characters of a label that still stands beside others in a row."""
MOST_IN_ROW = 11
WIDTH_OF_ROW = 66
"""Characters of the longest word, times the number of choices."""


@dataclass(frozen=True)
class Words:
    """A text for a reader, and its language where it is not the page's own."""

    text: str
    lang: str = ""

    def __str__(self) -> str:
        return self.text


def words(text: Text, language: str) -> Words:
    """Return a text of an instrument in the reader's language, or marked as what it is."""
    if not text or text.get(language):
        return Words(localised(text, language))
    return Words(localised(text, language), "en" if text.get("en") else next(iter(text)))


@dataclass(frozen=True)
class ChoiceView:
    """One choice as it is drawn."""

    code: str
    label: Words
    anchor: Words
    id: str
    is_chosen: bool
    is_missing: bool
    """Whether it measures nothing (don't know, refused …): such choices stand apart."""


class Located:
    """What stands somewhere in the form: its field is named after its path, ``stops-2-lighting``.

    The name of a section that repeats is the one under which its number of rounds is sent.
    """

    path: Path

    @property
    def name(self) -> str:
        """Return the name of the field."""
        return name_of(self.path)

    @property
    def id(self) -> str:
        """Return the id of the element."""
        return field_id(self.path)


@dataclass(frozen=True)
class ItemView(Located):
    """One item as it is drawn."""

    item: Item
    path: Path
    section: str
    question: Words
    hint: Words
    value: Any
    choices: tuple[ChoiceView, ...]
    sentences: tuple[str, ...]
    is_asked: bool
    is_row: bool
    show: Mapping[str, Any] = field(default_factory=dict)
    """What only this type needs: parts of a position, the zone of a moment."""
    is_section: bool = False

    @property
    def groups(self) -> tuple[tuple[str, tuple[ChoiceView, ...]], ...]:
        """Return the choices that say something, then those that measure nothing."""
        ranked = tuple(one for one in self.choices if not one.is_missing)
        others = tuple(one for one in self.choices if one.is_missing)
        return (("ranked", ranked), ("apart", others)) if others else (("ranked", ranked),)

    @property
    def template(self) -> str:
        """Return the template of the type."""
        return f"fieldwork/parts/item_{self.item.type}.html"

    @property
    def is_multiline(self) -> bool:
        """Whether a text may have several lines."""
        return "multiline" in self.item.appearance

    @property
    def described_by(self) -> str:
        """Return the ids of what explains the field: hint, then error."""
        ids = [f"{self.id}-hint"] if self.hint.text else []
        if self.item.type in _EXPLAINED or self.is_multiline:
            ids.append(f"{self.id}-help")
        return " ".join([*ids, f"{self.id}-error"] if self.sentences else ids)


_EXPLAINED = (ItemType.CHOICES, ItemType.PHOTO, ItemType.POSITION)


@dataclass(frozen=True)
class RoundView(Located):
    """One round of a section that repeats."""

    path: Path
    number: int | str
    parts: tuple[ItemView | SectionView, ...]
    is_open: bool
    can_go: bool


@dataclass(frozen=True)
class SectionView(Located):
    """One section as it is drawn."""

    section: Section
    path: Path
    title: Words
    introduction: Words
    level: int
    is_asked: bool
    parts: tuple[ItemView | SectionView, ...] = ()
    rounds: tuple[RoundView, ...] = ()
    template_round: RoundView | None = None
    sentences: tuple[str, ...] = ()
    can_add: bool = False
    is_section: bool = True


@dataclass(frozen=True)
class Sheet:
    """What is drawn of one instrument: answers, what they make, what is wrong, for whom."""

    instrument: Instrument
    language: str
    answers: Mapping[str, Any]
    """As given, unreadable ones included: they are shown again as they were written."""
    filled: Filled
    problems: tuple[AnswerProblem, ...] = ()
    with_templates: bool = False
    """Whether an empty round of each section that repeats is drawn as ``<template>``; its number
    is written ``__<section>__`` in names and ids."""
    all_open: bool = False


def sheet_of(
    instrument: Instrument, answers: Mapping[str, Any], *, language: str, today: date, **more: Any
) -> Sheet:
    """Return a sheet, its answers worked out; `more` as the fields of `Sheet`."""
    filled = fill(instrument, answers, today=today)
    return Sheet(instrument, language, answers, filled, **more)


def render_sections(sheet: Sheet, sections: Iterable[Section] | None = None) -> SafeString:
    """Return the HTML of sections, all by default, without a ``<form>`` around it."""
    wanted = sheet.instrument.content if sections is None else sections
    drawn = [
        render_to_string(
            "fieldwork/parts/section.html",
            {"section": section_view(sheet, section), "language": sheet.language},
        )
        for section in wanted
    ]
    return mark_safe("".join(drawn))


def problem_links(sheet: Sheet) -> list[dict[str, str]]:
    """Return what is wrong in words, each with the id of its field, for the summary on top."""
    found = []
    for problem in sheet.problems:
        item = sheet.instrument.item(str(problem.path[-1])) if problem.path else None
        text = _sentence(problem, item, sheet.language)
        if item is not None:
            text = f"{localised(item.question, sheet.language)} – {text}"
        found.append({"text": text, "target": _target(problem, item)})
    return found


def _target(problem: AnswerProblem, item: Item | None) -> str:
    base = field_id(problem.path)
    if item is None:
        return base
    if item.type in (ItemType.CHOICE, ItemType.CHOICES) and item.scale is not None:
        first = sorted(item.scale.choices, key=lambda one: one.missing is not None)[0]
        return f"{base}-{first.code}"
    return f"{base}-latitude" if item.type is ItemType.POSITION else base


def section_view(sheet: Sheet, section: Section, around: Path = (), level: int = 2) -> SectionView:
    """Return a section as it is drawn, with everything in it."""
    path = (*around, section.id)
    head: dict[str, Any] = {
        "section": section, "path": path, "level": min(level, 6),
        "title": words(section.title, sheet.language),
        "introduction": words(section.introduction, sheet.language),
        "is_asked": _is_asked(sheet, path),
    }  # fmt: skip
    if not section.repeats:
        return SectionView(parts=_parts(sheet, section, around, level + 1), **head)
    rounds = _rounds(sheet, section, path, level)
    template = None
    if sheet.with_templates:
        number = f"__{section.id}__"
        parts = _parts(sheet, section, (*path, number), level + 1)
        template = RoundView((*path, number), number, parts, is_open=True, can_go=True)
    return SectionView(
        rounds=rounds,
        template_round=template,
        sentences=_sentences(sheet, path, None),
        can_add=not section.repeat_count and len(rounds) < section.at_most,
        **head,
    )


def _parts(
    sheet: Sheet, section: Section, around: Path, level: int
) -> tuple[ItemView | SectionView, ...]:
    return tuple(
        item_view(sheet, part, around, section.id)
        if isinstance(part, Item)
        else section_view(sheet, part, around, level)
        for part in section.content
    )


def _rounds(sheet: Sheet, section: Section, path: Path, level: int) -> tuple[RoundView, ...]:
    worked_out = _at(sheet.filled.answers, path) or ()
    given = _at(sheet.answers, path)
    n = max(len(worked_out), len(given) if isinstance(given, list) else 0)
    wrong = {problem.path[: len(path) + 1] for problem in sheet.problems}
    return tuple(
        RoundView(
            (*path, index),
            index + 1,
            _parts(sheet, section, (*path, index), level + 1),
            is_open=sheet.all_open or index == n - 1 or (*path, index) in wrong,
            can_go=not section.repeat_count and n > section.at_least,
        )
        for index in range(min(n, section.at_most))
    )


def item_view(sheet: Sheet, item: Item, around: Path, section: str) -> ItemView:
    """Return an item as it is drawn."""
    path = (*around, item.id)
    is_computed = item.type is ItemType.CALCULATED
    value = _at(sheet.filled.answers if is_computed else sheet.answers, path)
    choices = _choices(item.scale, path, value, sheet.language) if item.scale else ()
    return ItemView(
        item=item,
        path=path,
        section=section,
        question=words(item.question, sheet.language),
        hint=words(item.hint, sheet.language),
        value=_shown(item, value, sheet.language),
        choices=choices,
        sentences=_sentences(sheet, path, item),
        is_asked=_is_asked(sheet, path),
        is_row=item.type is ItemType.CHOICE and _is_row(choices),
        show=_extras(item, value, sheet.language),
    )


def _is_asked(sheet: Sheet, path: Path) -> bool:
    """Whether something is asked; in a template the script decides."""
    return path in sheet.filled.asked or any(str(part).startswith("__") for part in path)


def _at(answers: Any, path: Path) -> Any:
    """Return what stands at a path, None where nothing does."""
    found = answers
    for part in path:
        if isinstance(part, int):
            found = found[part] if isinstance(found, list) and part < len(found) else None
        else:
            found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _shown(item: Item, value: Any, language: str) -> Any:
    """Return a value as its field holds it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return written(value, language)
    if item.type is ItemType.DATETIME and isinstance(value, str):
        return value[:16] if value[16:19] == ":00" else value[:19]
    return value if isinstance(value, str) else ""


def _extras(item: Item, value: Any, language: str) -> dict[str, Any]:
    if item.type is ItemType.POSITION:
        found = value if isinstance(value, Mapping) else {}
        return {
            part: written(x, language) if isinstance(x, int | float) else str(x)
            for part, x in found.items()
        }
    if item.type is ItemType.DATETIME:
        return {"zone": value[19:] if isinstance(value, str) else ""}
    if item.type is ItemType.TEXT:
        return {"limit": LONGEST_TEXT, "left": LONGEST_TEXT - len(value or "")}
    if item.type is ItemType.DECIMAL:
        return {"sign": decimal_sign(language)}
    return {}


def _choices(scale: Scale, path: Path, value: Any, language: str) -> tuple[ChoiceView, ...]:
    chosen = value if isinstance(value, list) else [value]
    return tuple(_choice(one, path, language, chosen) for one in scale.choices)


def _choice(choice: Choice, path: Path, language: str, chosen: Sequence[Any]) -> ChoiceView:
    return ChoiceView(
        code=choice.code,
        label=words(choice.label, language),
        anchor=words(choice.anchor, language),
        id=f"{field_id(path)}-{choice.code}",
        is_chosen=choice.code in chosen,
        is_missing=choice.missing is not None,
    )


def _is_row(choices: Sequence[ChoiceView]) -> bool:
    """Whether labels are short enough to stand beside each other."""
    ranked = [one.label.text for one in choices if not one.is_missing]
    if not 3 <= len(ranked) <= MOST_IN_ROW or any(one.anchor.text for one in choices):
        return False
    longest_word = max(len(word) for text in ranked for word in text.split() or [""])
    return max(map(len, ranked)) <= LONGEST_IN_ROW and longest_word * len(ranked) <= WIDTH_OF_ROW


def _sentences(sheet: Sheet, path: Path, item: Item | None) -> tuple[str, ...]:
    return tuple(
        _sentence(problem, item, sheet.language)
        for problem in sheet.problems
        if problem.path == path
    )


def _sentence(problem: AnswerProblem, item: Item | None, language: str) -> str:
    if problem.code == "ANSWER_CONSTRAINT" and item is not None and item.constraint_message:
        return localised(item.constraint_message, language)
    if problem.code == "ANSWER_TYPE" and item is not None:
        return say(f"fill.wrong.{item.type}", language)
    if problem.code == "ANSWER_ROUNDS":
        return say("fill.wrong.rounds", language, **problem.data)
    return say(f"answer_problem.{problem.code}", language)
