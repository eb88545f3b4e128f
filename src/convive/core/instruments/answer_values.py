"""Whether one answer is what its item takes, and how it is written down.

Answers come from people, paper, phones and strangers: nothing here raises, whatever it is given,
and nothing looks deeper than the item's own shape.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeGuard

from convive.core.instruments.expression_values import MOMENT, TIME, day_fraction, to_number
from convive.core.instruments.model import Item, ItemType

LONGEST_TEXT: Final = 10_000
"""Characters of an answer in words."""
_LONGEST_NAME = 200
_LONGEST_LIST = 1_000
_LARGEST_WHOLE = 2**53 - 1
_LARGEST = 1e15
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FILE_NAME = re.compile(r"[^/\\:\x00-\x1f\x7f\ud800-\udfff.][^/\\:\x00-\x1f\x7f\ud800-\udfff]*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

WRONG_TYPE: Final = "ANSWER_TYPE"
WRONG_CHOICE: Final = "ANSWER_CHOICE"

Codes = Mapping[str, int]
"""Codes of an item's choices, with their place in its scale."""


def is_blank(raw: Any) -> bool:
    """Whether something given is no answer: nothing, an empty text, an empty list."""
    if isinstance(raw, str):
        return not raw[:LONGEST_TEXT].strip(" \t\r\n")
    return raw is None or (isinstance(raw, list | tuple | dict) and not raw)


def clean(item: Item, codes: Codes, raw: Any) -> tuple[Any, str]:
    """Return an answer as it is kept, and the code of what is wrong with it.

    Returns
    -------
    tuple of (Any, str)
        The answer or None; an empty code, ANSWER_TYPE or ANSWER_CHOICE.
    """
    if is_blank(raw):
        return None, ""
    if item.type is ItemType.CHOICE:
        return _choice(raw, codes)
    if item.type is ItemType.CHOICES:
        return _choices(raw, codes)
    value = _READERS[item.type](raw)
    return value, WRONG_TYPE if value is None else ""


def _choice(raw: Any, codes: Codes) -> tuple[str | None, str]:
    if not isinstance(raw, str):
        return None, WRONG_TYPE
    return (raw, "") if raw in codes else (None, WRONG_CHOICE)


def _choices(raw: Any, codes: Codes) -> tuple[list[str] | None, str]:
    is_list = isinstance(raw, list | tuple) and len(raw) <= _LONGEST_LIST
    if not is_list or not all(isinstance(code, str) for code in raw):
        return None, WRONG_TYPE
    if any(code not in codes for code in raw):
        return None, WRONG_CHOICE
    return sorted(set(raw), key=codes.__getitem__), ""


def _is_number(raw: Any) -> TypeGuard[float]:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return False
    return abs(raw) <= _LARGEST_WHOLE if isinstance(raw, int) else math.isfinite(raw)


def _whole(raw: Any) -> int | None:
    if not _is_number(raw) or raw != math.trunc(raw) or abs(raw) > _LARGEST_WHOLE:
        return None
    return int(raw)


def _decimal(raw: Any) -> float | None:
    return raw if _is_number(raw) and abs(raw) <= _LARGEST else None


def _text(raw: Any) -> str | None:
    if not isinstance(raw, str) or len(raw) > LONGEST_TEXT:
        return None
    return _NOT_XML.sub("", raw.replace("\r\n", "\n")).strip(" \t\r\n") or None


def _date(raw: Any) -> str | None:
    if not isinstance(raw, str) or len(raw) != 10 or not _DATE.fullmatch(raw):
        return None
    try:
        date.fromisoformat(raw)
    except ValueError:
        return None
    return raw


def _time(raw: Any) -> str | None:
    if not isinstance(raw, str) or len(raw) > 40 or math.isnan(day_fraction(raw)):
        return None
    found = TIME.fullmatch(raw)
    if found is None:
        return None
    seconds = found.group(3) or "00"
    return f"{found.group(1)}:{found.group(2)}" + (f":{seconds}" if seconds != "00" else "")


def _moment(raw: Any) -> str | None:
    found = MOMENT.fullmatch(raw) if isinstance(raw, str) and len(raw) <= 40 else None
    if found is None or found.group(4) is None or math.isnan(to_number(raw)):
        return None
    offset = (found.group(7) or "").replace("Z", "+00:00")
    if offset and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    return f"{raw[:16]}:{found.group(6) or '00'}{offset}"


def _position(raw: Any) -> dict[str, float] | None:
    if not isinstance(raw, Mapping):
        return None
    found: dict[str, float] = {}
    for key, (low, high) in _POSITION.items():
        value: Any = raw.get(key)
        if value is None and key in ("altitude", "accuracy"):
            continue
        if not _is_number(value) or not low <= value <= high:
            return None
        found[key] = value
    return found


_POSITION: Mapping[str, tuple[float, float]] = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "altitude": (-12_000, 100_000),
    "accuracy": (0, 1e8),
}


def _photo(raw: Any) -> str | None:
    if not isinstance(raw, str) or len(raw) > _LONGEST_NAME:
        return None
    return raw if _FILE_NAME.fullmatch(raw) else None


_READERS: Mapping[ItemType, Callable[[Any], Any]] = {
    ItemType.INTEGER: _whole,
    ItemType.DECIMAL: _decimal,
    ItemType.TEXT: _text,
    ItemType.DATE: _date,
    ItemType.TIME: _time,
    ItemType.DATETIME: _moment,
    ItemType.POSITION: _position,
    ItemType.PHOTO: _photo,
    ItemType.NOTE: lambda _: None,
    ItemType.CALCULATED: lambda _: None,
}
