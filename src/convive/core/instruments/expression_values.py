"""Values of the expression language: text, number, true or false, and how one becomes another.

As XPath 1.0 has it, with what OpenRosa adds: a date is a number of days since 1970, and a choice
of several is its codes with spaces between.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final

from convive.core.instruments.expression_tree import number_text


class Unknown(Enum):
    """What an unanswered item is in gates and labels."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
Known = str | float | bool
Value = Known | Unknown

NUMBER = re.compile(r"[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*")
MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_SPACE = re.compile(r"[ \t\r\n]+")
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400
_LONGEST_NUMBER = 400
_TOLERANCE = 1e-13


def from_answer(answer: Any) -> Value:
    """Return what an answer is in an expression; not answered is the empty text."""
    if answer is None:
        return ""
    if isinstance(answer, bool | str):
        return answer
    if isinstance(answer, int | float):
        try:
            return float(answer)
        except OverflowError:
            return math.inf if answer > 0 else -math.inf
    if isinstance(answer, Mapping):
        return _position_text(answer)
    return " ".join(str(code) for code in answer) if isinstance(answer, list | tuple) else ""


def _position_text(answer: Mapping[str, Any]) -> str:
    parts = (answer.get(key, 0) for key in ("latitude", "longitude", "altitude", "accuracy"))
    return " ".join(number_text(float(part)) for part in parts)


def to_text(value: Known) -> str:
    """Convert to text: ``true``, ``5``, ``0.1``, ``NaN``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else number_text(value)


def to_number(value: Known) -> float:
    """Convert to a number; a date is days since 1970; text that is no number is NaN."""
    if isinstance(value, str):
        if len(value) <= _LONGEST_NUMBER and NUMBER.fullmatch(value):
            return float(value)
        return _days(value)
    return float(value)


def to_truth(value: Known) -> bool:
    """Convert to true or false: false are the empty text, 0 and NaN."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def _days(text: str) -> float:
    """Return days since 1970 of a date or a moment (without offset: as if in UTC), else NaN."""
    found = MOMENT.fullmatch(text) if len(text) <= 40 else None
    if found is None:
        return math.nan
    year, month, day = (int(part) for part in found.group(1, 2, 3))
    try:
        days = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return math.nan
    if found.group(4) is None:
        return float(days)
    seconds = _seconds(*found.group(4, 5, 6))
    offset = offset_seconds(found.group(7))
    return (
        days + (seconds - offset) / _DAY if seconds is not None and offset is not None else math.nan
    )


def _seconds(hours: str, minutes: str, seconds: str | None) -> int | None:
    parts = int(hours), int(minutes), int(seconds or 0)
    if parts[0] > 23 or parts[1] > 59 or parts[2] > 59:
        return None
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def offset_seconds(offset: str | None) -> int | None:
    """Return the seconds of ``+01:00``; 0 for ``Z`` or nothing; None where it is no offset."""
    if offset is None or offset == "Z":
        return 0
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if hours > 23 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if offset[0] == "-" else 1)


def date_text(value: Known) -> str:
    """Return the date of a moment, or of days since 1970; empty where there is none."""
    if isinstance(value, str):
        return "" if math.isnan(_days(value)) else value[:10]
    days = to_number(value)
    if not (1 - _EPOCH <= days < date.max.toordinal() - _EPOCH + 1):
        return ""
    return (date(1970, 1, 1) + timedelta(days=math.floor(days))).isoformat()


def day_fraction(value: Known) -> float:
    """Return how much of the day has passed at a time or moment as written, 0 to 1; else NaN."""
    text = to_text(value)
    if len(text) > 40:
        return math.nan
    if MOMENT.fullmatch(text) and text[10:11] == "T" and not math.isnan(_days(text)):
        text = text[11:]
    found = TIME.fullmatch(text)
    seconds = _seconds(*found.group(1, 2, 3)) if found else None
    return math.nan if seconds is None else seconds / _DAY


def words(text: str) -> list[str]:
    """Return the codes of a text that has spaces between them."""
    return [word for word in _SPACE.split(text) if word]


def nearly_equal(first: float, second: float) -> bool:
    """Whether two numbers are the same but for rounding in the machine (0.1 + 0.2 and 0.3)."""
    if first == second:
        return True
    if not (math.isfinite(first) and math.isfinite(second)):
        return False
    return abs(first - second) <= _TOLERANCE * max(1.0, abs(first), abs(second))


def equal(first: Known, second: Known) -> bool:
    """Compare as XPath does: as truth values if one is one, else as numbers, else as texts."""
    if isinstance(first, bool) or isinstance(second, bool):
        return to_truth(first) == to_truth(second)
    if isinstance(first, float) or isinstance(second, float):
        return nearly_equal(to_number(first), to_number(second))
    return first == second
