"""Reads what somebody types from a sheet: codes, numbers, days, the way they stand on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.datastructures import MultiValueDict

from convive.app.fieldwork.paper_forms import HeadField, head_fields
from convive.core.instruments.answer_values import clean
from convive.core.instruments.entry_keys import entry_keys
from convive.core.instruments.filling import MOST_ROUNDS
from convive.core.instruments.model import Instrument, Item, ItemType, Section
from convive.web.fieldwork.field_names import Path, name_of
from convive.web.staff.reader_numbers import read

Fields = MultiValueDict[str, str]
LEFT_OUT = frozenset({ItemType.NOTE, ItemType.CALCULATED, ItemType.PHOTO})
"""What cannot be typed from a sheet."""
DAYPART_KEYS = {"1": "day", "2": "night"}
_DAY = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{2}|\d{4})")
_PACKED_DAY = re.compile(r"(\d{2})(\d{2})(\d{2}|\d{4})")
_TIME = re.compile(r"(\d{1,2})[:.h]?(\d{2})")


@dataclass(frozen=True)
class Typed:
    """One sheet as it was typed."""

    answers: dict[str, Any]
    """As `convive.core.instruments.model`; what cannot be read is left out."""
    head: dict[str, str]
    """Field of the head → code, in the order of the sheet; what is blank is left out."""
    raw: dict[str, str]
    """Name of a field → what stands in it, to be shown again."""
    wrong: dict[str, str] = field(default_factory=dict)
    """Name of a field → key of the sentence that says what is wrong with it."""


def head_name(name: str) -> str:
    """Return the name of the field of a head; no item's name begins like this."""
    return f"_{name}"


def read_sheet(instrument: Instrument, posted: Fields, language: str) -> Typed:
    """Return what was typed; may come from anybody."""
    work = _Reading(posted, language)
    answers = work.content(instrument.content, ())
    head = {}
    for name in head_fields(instrument):
        value = work.head(name)
        if value:
            head[str(name)] = value
    return Typed(answers, head, work.raw, work.wrong)


def read_one(item: Item, said: str, language: str) -> Any:
    """Return one typed answer, None where it cannot be read or nothing was typed."""
    said = said.strip()
    if not said:
        return None
    value = _read(item, said, language)
    codes = item.scale.choices if item.scale else ()
    return clean(item, {choice.code: place for place, choice in enumerate(codes)}, value)[0]


class _Reading:
    def __init__(self, posted: Fields, language: str) -> None:
        self.posted, self.language = posted, language
        self.raw: dict[str, str] = {}
        self.wrong: dict[str, str] = {}
        self.n_rounds = 0

    def content(self, parts: tuple[Item | Section, ...], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in parts:
            if isinstance(part, Item):
                value = self.item(part, (*path, part.id)) if part.type not in LEFT_OUT else None
                if value is not None:
                    found[part.id] = value
            elif part.repeats:
                rounds = self.rounds(part, (*path, part.id))
                if rounds:
                    found[part.id] = rounds
            else:
                found |= self.content(part.content, path)
        return found

    def rounds(self, section: Section, path: Path) -> list[dict[str, Any]]:
        said = self.said(name_of(path))
        n = int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0
        n = max(0, min(n, section.at_most, MOST_ROUNDS - self.n_rounds))
        self.raw[name_of(path)] = str(n)
        self.n_rounds += n
        return [self.content(section.content, (*path, index)) for index in range(n)]

    def item(self, item: Item, path: Path) -> Any:
        name = name_of(path)
        said = self.said(name)
        value = read_one(item, said, self.language)
        if said and value is None:
            is_closed = item.type in (ItemType.CHOICE, ItemType.CHOICES)
            self.wrong[name] = "paper.enter.wrong" if is_closed else "paper.enter.unreadable"
        return value

    def head(self, name: HeadField) -> str:
        field_name = head_name(name)
        said = self.said(field_name)
        if not said or name in (HeadField.PLACE, HeadField.RATER):
            return said[:40]
        value = DAYPART_KEYS.get(said) if name is HeadField.DAYPART else read_day(said)
        if value is None:
            self.wrong[field_name] = "paper.enter.unreadable"
        return value or ""

    def said(self, name: str) -> str:
        said = (self.posted.get(name) or "").replace("\r\n", "\n").strip()
        if said:
            self.raw[name] = said
        return said


def read_day(said: str) -> str | None:
    """Return a day as ISO writes it, from 21.11.2026, 21/11/26, 211126 or 2026-11-21.

    Day before month, as everywhere where the forms are used; 26 is 2026.
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
            return date.fromisoformat(said).isoformat()
        found = _DAY.fullmatch(said) or _PACKED_DAY.fullmatch(said)
        if found is None:
            return None
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return date(year, int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return None


def _time(said: str) -> str | None:
    found = _TIME.fullmatch(said)
    return f"{int(found[1]):02d}:{found[2]}" if found else None


def _moment(said: str) -> str | None:
    before, _, after = said.rpartition(" ")
    day, time = read_day(before.strip()), _time(after)
    return f"{day}T{time}:00" if day and time else None


def _position(said: str, language: str) -> dict[str, float] | None:
    parts = re.split(r"[;\s]+|,\s+", said) if " " in said or ";" in said else said.split(",")
    values = [read(part, language, groups=False) for part in parts if part]
    if len(values) != 2 or values[0] is None or values[1] is None:
        return None
    return {"latitude": values[0], "longitude": values[1]}


def _choice(item: Item, said: str) -> str | None:
    codes = {key: code for code, key in entry_keys(item.scale).items()} if item.scale else {}
    return codes.get(said.lower())


def _choices(item: Item, said: str) -> list[str] | None:
    found = [_choice(item, key) for key in re.sub(r"[\s,;.]", "", said)]
    return None if None in found else [code for code in found if code is not None]


_READERS: Mapping[ItemType, Callable[[Item, str, str], Any]] = {
    ItemType.CHOICE: lambda item, said, _: _choice(item, said),
    ItemType.CHOICES: lambda item, said, _: _choices(item, said),
    ItemType.INTEGER: lambda _, said, language: read(said, language),
    ItemType.DECIMAL: lambda _, said, language: read(said, language),
    ItemType.DATE: lambda _, said, __: read_day(said),
    ItemType.TIME: lambda _, said, __: _time(said),
    ItemType.DATETIME: lambda _, said, __: _moment(said),
    ItemType.POSITION: lambda _, said, language: _position(said, language),
}


def _read(item: Item, said: str, language: str) -> Any:
    reader = _READERS.get(item.type)
    return reader(item, said, language) if reader else said
