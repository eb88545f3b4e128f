"""Lines of the page on which a sheet is typed in: one an item, in the order of the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from convive.app.fieldwork.paper_forms import HeadField, head_fields
from convive.catalogue.texts import localised, say
from convive.core.instruments.entry_keys import entry_keys, question_numbers
from convive.core.instruments.filling import Filled, fill
from convive.core.instruments.model import Instrument, Item, ItemType, Section
from convive.web.fieldwork.field_names import Path, field_id, name_of
from convive.web.fieldwork.paper_typing import LEFT_OUT, Typed, head_name


@dataclass(frozen=True)
class Line:
    """One field, or the head of a section or round."""

    kind: str
    """``field``, ``section``, ``round`` or ``rounds`` (the buttons at the end of all rounds)."""
    name: str
    text: str
    type: str = ""
    item: str = ""
    number: str = ""
    codes: tuple[tuple[str, str, str], ...] = ()
    """Key, code and label of each choice."""
    raw: str = ""
    meaning: str = ""
    sentence: str = ""
    is_asked: bool = True
    lines: tuple[Line, ...] = ()
    """Of ``rounds``: the lines of an empty round, its number written ``__<section>__``."""
    at_least: int = 0
    at_most: int = 0

    @property
    def id(self) -> str:
        """Return the id of the field."""
        return f"q-{self.name}"


@dataclass(frozen=True)
class SheetPage:
    """Everything on the page of one sheet."""

    lines: tuple[Line, ...]
    unclear: tuple[tuple[str, str], ...] = ()
    """Id of a field and a sentence: what can stand only if it stands on the sheet."""


def lines_of(instrument: Instrument, typed: Typed, *, language: str, today: date) -> SheetPage:
    """Return the lines of a sheet with what has been typed so far."""
    work = _Lines(instrument, typed, language, fill(instrument, typed.answers, today=today))
    head = tuple(work.head(name) for name in head_fields(instrument))
    body = tuple(line for section in instrument.content for line in work.section(section, ()))
    return SheetPage((*head, *body), work.unclear())


@dataclass(frozen=True)
class _Lines:
    instrument: Instrument
    typed: Typed
    language: str
    filled: Filled
    numbers: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", question_numbers(self.instrument))

    def head(self, name: HeadField) -> Line:
        field_name = head_name(name)
        codes: tuple[tuple[str, str, str], ...] = ()
        if name is HeadField.DAYPART:
            codes = tuple(
                (key, code, say(f"paper.daypart.{code}", self.language))
                for key, code in (("1", "day"), ("2", "night"))
            )
        text = say(f"paper.head.{name}", self.language)
        kind = "choice" if codes else ("date" if name is HeadField.DATE else "text")
        return self.line(field_name, text, kind, codes)

    def section(self, section: Section, around: Path) -> list[Line]:
        path = (*around, section.id)
        title = localised(section.title, self.language)
        asked = self.is_asked(path)
        head = Line("section", name_of(path), title, item=section.id, is_asked=asked)
        if not section.repeats:
            return [head, *self.content(section, around)]
        n = max(self.n_rounds(section, path), section.at_least)
        rounds = [line for index in range(n) for line in self.round(section, path, index, title)]
        template = self.round(section, path, f"__{section.id}__", title)
        end = Line(
            "rounds", name_of(path), title, item=section.id, raw=str(n), is_asked=asked,
            lines=tuple(template), at_least=section.at_least, at_most=section.at_most,
            sentence=self.typed.wrong.get(name_of(path), ""),
        )  # fmt: skip
        return [head, *rounds, end]

    def round(self, section: Section, path: Path, index: int | str, title: str) -> list[Line]:
        here = (*path, index)
        number = str(index + 1) if isinstance(index, int) else "__number__"
        head = Line("round", name_of(here), f"{title} {number}", is_asked=self.is_asked(path))
        return [head, *self.content(section, here)]

    def n_rounds(self, section: Section, path: Path) -> int:
        said = self.typed.raw.get(name_of(path), "0")
        worked_out: Any = self.filled.answers
        for part in path:
            try:
                worked_out = worked_out[part]
            except (KeyError, IndexError, TypeError):
                worked_out = []
        counted = len(worked_out) if section.repeat_count and isinstance(worked_out, list) else 0
        return max(int(said) if said.isdecimal() else 0, counted)

    def content(self, section: Section, around: Path) -> list[Line]:
        found: list[Line] = []
        for part in section.content:
            if isinstance(part, Section):
                found += self.section(part, around)
            elif part.type not in LEFT_OUT:
                found.append(self.item(part, (*around, part.id)))
        return found

    def item(self, item: Item, path: Path) -> Line:
        codes: tuple[tuple[str, str, str], ...] = ()
        if item.scale is not None:
            keys = entry_keys(item.scale)
            ordered = sorted(item.scale.choices, key=lambda one: one.missing is not None)
            codes = tuple(
                (keys.get(one.code, ""), one.code, localised(one.label, self.language))
                for one in ordered
            )
        text = localised(item.question, self.language)
        return self.line(name_of(path), text, str(item.type), codes, path)

    def line(
        self, name: str, text: str, kind: str,
        codes: tuple[tuple[str, str, str], ...], path: Path = (),
    ) -> Line:  # fmt: skip
        raw = self.typed.raw.get(name, "")
        wrong = self.typed.wrong.get(name, "")
        item = str(path[-1]) if path else ""
        return Line(
            "field", name, text, type=kind, item=item, number=str(self.numbers.get(item, "")),
            codes=codes, raw=raw, meaning="" if wrong else _meaning(kind, codes, raw),
            sentence=say(wrong, self.language) if wrong else "",
            is_asked=self.is_asked(path) if path else True,
        )  # fmt: skip

    def is_asked(self, path: Path) -> bool:
        """Whether something is asked; what stands in a round that is not there yet may be."""
        if any(str(part).startswith("__") for part in path) or path in self.filled.asked:
            return True
        rounds = [k for k, part in enumerate(path) if isinstance(part, int)]
        return any(path[: k + 1] not in self.filled.asked for k in rounds)

    def unclear(self) -> tuple[tuple[str, str], ...]:
        """Return what breaks the rules of the form but can be read."""
        found = []
        for problem in self.filled.problems:
            item = self.instrument.item(str(problem.path[-1])) if problem.path else None
            if item is not None and item.type is ItemType.PHOTO:
                continue
            if name_of(problem.path) in self.typed.wrong:
                continue
            text = say(f"answer_problem.{problem.code}", self.language)
            if item is not None:
                text = f"{localised(item.question, self.language)} – {text}"
            found.append((field_id(problem.path), text))
        return tuple(found)


def _meaning(kind: str, codes: tuple[tuple[str, str, str], ...], raw: str) -> str:
    if kind not in (ItemType.CHOICE, ItemType.CHOICES):
        return ""
    labels = {key: label for key, _, label in codes}
    return ", ".join(labels.get(key, "") for key in raw.lower() if key in labels)
