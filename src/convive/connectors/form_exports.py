"""Reads filled-in forms from the CSV that ODK Central, KoboToolbox and their kin export.

Columns are known by the last part of their name: ``spot/lighting``, ``spot-lighting`` and
``lighting`` are all item ``lighting``. Answers may be codes or the words of any language.
Everything that is wrong is collected, with its row. The file is hostile.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from convive.core.errors import DatasetError
from convive.core.instruments.model import Instrument, Item, ItemType
from convive.core.model import Place, Problem, Severity

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 200_000
MAX_PROBLEMS = 200
_IDS = ("instanceid", "key", "_uuid", "uuid")
_STARTS, _ENDS = (
    ("start", "started"),
    ("end", "ended", "submissiondate", "_submission_time", "today"),
)
_PLACES, _DAYPARTS = ("place", "place_code"), ("daypart",)
_SPLIT = re.compile(r"[/.:]|-(?=[A-Za-z_])")
_COORDINATES = ("latitude", "longitude", "altitude", "accuracy")
_FIRST_ROW = 2
_UNREAD = (ItemType.NOTE, ItemType.PHOTO, ItemType.CALCULATED)
"""Photos are no part of a table; what is calculated is calculated here."""


@dataclass(frozen=True)
class ExportedForm:
    """One form of an export."""

    row: int
    """As a spreadsheet shows it."""
    instance: str
    answers: Mapping[str, Any]
    started: datetime | None = None
    ended: datetime | None = None
    place: str = ""
    daypart: str = ""
    language: str = ""


@dataclass(frozen=True)
class FormExport:
    """What an export gave."""

    forms: tuple[ExportedForm, ...]
    unused: tuple[str, ...]
    """Columns that no item took."""
    absent: tuple[str, ...]
    """Items that no column fills."""


@dataclass
class _Reader:
    instrument: Instrument
    file: str
    problems: list[Problem] = field(default_factory=list)

    def fail(self, code: str, row: int | None = None, **data: Any) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            place = Place(self.file, row=row)
            self.problems.append(Problem(code, place, severity=Severity.ERROR, data=data))


def read_form_export(
    data: bytes, instrument: Instrument, *, columns: Mapping[str, str] | None = None,
    file: str = "forms.csv",
) -> FormExport:  # fmt: skip
    """Return the forms of an export.

    Parameters
    ----------
    columns : mapping, optional
        Item → column, where names do not tell; also ``instance``, ``start``, ``end``, ``place``
        and ``daypart``.

    Raises
    ------
    DatasetError
        FORMS_UNREADABLE with every problem: FORMS_TOO_LARGE, FORMS_NOT_TEXT, FORMS_NO_ITEMS,
        FORMS_NO_COLUMN, FORMS_NO_INSTANCE, FORMS_TWICE, FORMS_ANSWER.
    """
    reader = _Reader(instrument, file)
    head, rows = _table(data, reader)
    found = _columns(head, instrument, columns or {}, reader)
    if reader.problems:
        raise DatasetError("FORMS_UNREADABLE", reader.problems)
    seen: set[str] = set()
    forms = [
        form
        for number, row in enumerate(rows, start=_FIRST_ROW)
        if any(row) and (form := _form(number, row, found, reader, seen)) is not None
    ]
    if reader.problems:
        raise DatasetError("FORMS_UNREADABLE", reader.problems)
    used = {position for positions in found.values() for position in positions.values()}
    absent = [i.id for i in instrument.items() if i.type is not ItemType.NOTE and i.id not in found]
    if not {"#start", "#end"} & set(found):
        absent.append("end")  # without it the day of a form is the day of the import
    return FormExport(
        tuple(forms), tuple(name for k, name in enumerate(head) if k not in used), tuple(absent)
    )


def _table(data: bytes, reader: _Reader) -> tuple[list[str], list[list[str]]]:
    """Return head and rows; a problem where the file is no table."""
    if len(data) > MAX_BYTES:
        reader.fail("FORMS_TOO_LARGE", mib=MAX_BYTES // 1024**2, rows=MAX_ROWS)
        return [], []
    try:
        text = data.decode("utf-8-sig").replace("\0", "")
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (ValueError, csv.Error):
        reader.fail("FORMS_NOT_TEXT")
        return [], []
    if len(rows) > MAX_ROWS + 1:
        reader.fail("FORMS_TOO_LARGE", mib=MAX_BYTES // 1024**2, rows=MAX_ROWS)
        return [], []
    return (rows[0], rows[1:]) if rows else ([], [])


_Found = dict[str, dict[str, int]]
"""Item (or ``#instance`` …) → part → column; the part is empty but for split answers."""


def _columns(
    head: Sequence[str], instrument: Instrument, given: Mapping[str, str], reader: _Reader
) -> _Found:
    inside = {i.id for s in instrument.sections() if s.repeats for i in s.items()}
    items = {i.id: i for i in instrument.items() if i.id not in inside and i.type not in _UNREAD}
    found: _Found = {}
    for position, name in enumerate(head):
        for key, part in _meanings(name, items):
            found.setdefault(key, {}).setdefault(part, position)
    found |= _aside(head)
    positions = {name: k for k, name in enumerate(head)}
    for key, name in given.items():
        if name not in positions or not (key in items or key in {k[1:] for k in _ASIDE}):
            reader.fail("FORMS_NO_COLUMN", column=name, item=key)
        else:
            found[key if key in items else f"#{key}"] = {"": positions[name]}
    if not any(key in items for key in found):
        reader.fail("FORMS_NO_ITEMS", instrument=instrument.id)
    if "#instance" not in found:
        reader.fail("FORMS_NO_INSTANCE", columns=", ".join(("instanceID", "KEY", "_uuid")))
    return found


_ASIDE = {
    "#instance": _IDS, "#start": _STARTS, "#end": _ENDS, "#place": _PLACES, "#daypart": _DAYPARTS,
}  # fmt: skip


def _aside(head: Sequence[str]) -> _Found:
    """Return what stands beside the answers; of several names the one that says it best."""
    last = [_SPLIT.split(name.strip())[-1].casefold() for name in head]
    found: _Found = {}
    for key, names in _ASIDE.items():
        name = next((name for name in names if name in last), None)
        if name is not None:
            found[key] = {"": last.index(name)}
    return found


def _meanings(name: str, items: Mapping[str, Item]) -> Iterator[tuple[str, str]]:
    """Yield what a column may stand for."""
    parts = _SPLIT.split(name.strip())
    last = parts[-1]
    if last in items:
        yield last, ""
    elif len(parts) > 1 and parts[-2] in items:
        yield parts[-2], last.casefold()
    for coordinate in _COORDINATES:
        item = last.removeprefix("_").removesuffix(f"_{coordinate}")
        if item in items and items[item].type is ItemType.POSITION and last != item:
            yield item, coordinate
            break


def _form(
    number: int, row: Sequence[str], found: _Found, reader: _Reader, seen: set[str]
) -> ExportedForm | None:
    instance = _cell(row, found, "#instance").removeprefix("uuid:")
    if not instance or instance in seen:
        code = "FORMS_TWICE" if instance else "FORMS_NO_INSTANCE"
        reader.fail(code, number, columns="instanceID")
        return None
    seen.add(instance)
    told = {name: _cell(row, found, name) for name in _ASIDE}
    return ExportedForm(
        number, instance, _answers(number, row, found, reader), _moment(told["#start"]),
        _moment(told["#end"]), told["#place"], told["#daypart"].casefold(),
    )  # fmt: skip


def _cell(row: Sequence[str], found: _Found, key: str) -> str:
    position = found.get(key, {}).get("")
    return row[position].strip() if position is not None and position < len(row) else ""


def _answers(number: int, row: Sequence[str], found: _Found, reader: _Reader) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for key, positions in found.items():
        item = None if key.startswith("#") else reader.instrument.item(key)
        texts = {part: row[k].strip() for part, k in positions.items() if k < len(row)}
        if item is None or not any(texts.values()):
            continue
        try:
            answer = _answer(item, texts)
        except (ValueError, KeyError, OverflowError):
            reader.fail("FORMS_ANSWER", number, item=key, type=item.type.value)
            continue
        if answer is not None:
            answers[key] = answer
    return answers


def _answer(item: Item, texts: Mapping[str, str]) -> Any:
    """Return an answer from its cell, or from the columns that it is split over."""
    whole = texts.get("", "")
    if item.type is ItemType.CHOICES:
        return _codes(item, whole, texts)
    if item.type is ItemType.POSITION:
        return _position(whole, texts)
    if not whole:
        return None
    if item.type is ItemType.CHOICE:
        return _code(item, whole)
    readers: dict[ItemType, Callable[[str], Any]] = {
        ItemType.INTEGER: _whole, ItemType.DECIMAL: float, ItemType.DATE: _day,
    }  # fmt: skip
    return readers.get(item.type, str)(whole)


def _whole(text: str) -> int:
    number = float(text)
    if number != int(number):
        raise ValueError(number)
    return int(number)


def _day(text: str) -> str:
    return date.fromisoformat(text[:10]).isoformat()


def _code(item: Item, word: str) -> str:
    known: dict[str, str] = {}
    for choice in item.scale.choices if item.scale else ():
        for label in choice.label.values():
            known.setdefault(_plain(label), choice.code)
    for choice in item.scale.choices if item.scale else ():
        known[_plain(choice.code)] = choice.code
    return known[_plain(word)]


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())


def _codes(item: Item, whole: str, texts: Mapping[str, str]) -> list[str] | None:
    order = [choice.code for choice in item.scale.choices] if item.scale else []
    ticked = {
        code for code in order if _plain(texts.get(code.casefold(), "")) in {"1", "true", "1.0"}
    }
    if whole and not ticked:
        try:
            ticked = {_code(item, word) for word in whole.split()}
        except KeyError:
            ticked = {_code(item, word) for word in re.split(r"\s*[;,|]\s*", whole)}
    return [code for code in order if code in ticked] or None


def _position(whole: str, texts: Mapping[str, str]) -> dict[str, float] | None:
    given = dict(
        zip(("latitude", "longitude", "altitude", "accuracy"), whole.split(), strict=False)
    )
    given |= {part: text for part, text in texts.items() if part in _COORDINATES and text}
    if not given:
        return None
    return {part: float(text) for part, text in given.items() if text}


def _moment(text: str) -> datetime | None:
    """Return a moment with its zone; UTC where none is said."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else datetime.fromisoformat(found.isoformat() + "+00:00")
