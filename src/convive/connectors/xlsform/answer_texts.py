"""Answers as XForms spell them, and back: codes with blanks between, ``lat lon altitude accuracy``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from convive.core.instruments.model import Item, ItemType

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_WHERE = ("latitude", "longitude")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?")
_TIME = re.compile(r"(\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?")
_DATETIME = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::(\d{2}))?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?"
)


def number_text(value: float) -> str:
    """Return the shortest text of a number that reads back the same.

    Examples
    --------
    >>> number_text(2.0), number_text(0.1)
    ('2', '0.1')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def answer_text(answer: Any) -> str:
    """Return an answer as a field app writes it into its form."""
    if isinstance(answer, dict):
        where = (answer["latitude"], answer["longitude"])
        rest = (answer.get("altitude", 0.0), answer.get("accuracy", 0.0))
        known = rest if "altitude" in answer or "accuracy" in answer else ()
        return " ".join(number_text(value) for value in (*where, *known))
    if isinstance(answer, list | tuple):
        return " ".join(str(code) for code in answer)
    return number_text(answer) if isinstance(answer, int | float) else str(answer)


def read_answer(text: str, item: Item) -> Any:
    """Return the answer that a text gives to an item.

    Raises
    ------
    ValueError
        Where it is none of this type.
    """
    return _READERS[item.type](text, item)


def _choices(text: str, item: Item) -> list[str]:
    """Return the codes in the order of the scale; codes of no scale follow as they came."""
    found = list(dict.fromkeys(text.split()))
    order = [choice.code for choice in item.scale.choices] if item.scale else []
    return [code for code in order if code in found] + [c for c in found if c not in order]


def _integer(text: str, _item: Item) -> int:
    if _INTEGER.fullmatch(text):
        return int(text)
    number = _decimal(text, _item)
    if not number.is_integer() or abs(number) >= 1e18:
        raise ValueError
    return int(number)


def _decimal(text: str, _item: Item) -> float:
    if len(text) > 100 or not _NUMBER.fullmatch(text):
        raise ValueError
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _date(text: str, _item: Item) -> str:
    """Return the day; a field app may send a time beside it."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError
    return found[1]


def _time(text: str, _item: Item) -> str:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError
    return found[1] if found[2] in {None, "00"} else f"{found[1]}:{found[2]}"


def _datetime(text: str, _item: Item) -> str:
    found = _DATETIME.fullmatch(text)
    if found is None:
        raise ValueError
    zone = found[3] or ""
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{found[1]}:{found[2] or '00'}{zone}"


def _position(text: str, item: Item) -> dict[str, float]:
    """Return a position; field apps write 0 for an altitude or accuracy that they do not know."""
    numbers = [_decimal(part, item) for part in text.split()]
    if not 2 <= len(numbers) <= 4 or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise ValueError
    known = dict(zip(("latitude", "longitude", "altitude", "accuracy"), numbers, strict=False))
    return {name: value for name, value in known.items() if value or name in _WHERE}


def _photo(text: str, _item: Item) -> str:
    """Return the name of a file; one that leads elsewhere is none."""
    if len(text) > 255 or {"/", "\\", "\0"} & set(text) or text in {".", ".."}:
        raise ValueError
    return text


def _calculated(text: str, _item: Item) -> str | int | float:
    """Return a number where the calculation gave one."""
    if _INTEGER.fullmatch(text) and str(int(text)) == text:
        return int(text)
    if len(text) <= 100 and _NUMBER.fullmatch(text):
        number = float(text)
        if number.is_integer() and abs(number) < 1e15:
            return int(number)
        if math.isfinite(number):
            return number
    return text


def _as_it_is(text: str, _item: Item) -> str:
    return text


_READERS: dict[ItemType, Callable[[str, Item], Any]] = {
    ItemType.CHOICE: _as_it_is,
    ItemType.CHOICES: _choices,
    ItemType.INTEGER: _integer,
    ItemType.DECIMAL: _decimal,
    ItemType.TEXT: _as_it_is,
    ItemType.DATE: _date,
    ItemType.TIME: _time,
    ItemType.DATETIME: _datetime,
    ItemType.POSITION: _position,
    ItemType.PHOTO: _photo,
    ItemType.NOTE: _as_it_is,
    ItemType.CALCULATED: _calculated,
}
