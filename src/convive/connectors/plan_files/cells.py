"""Values of cells, as typed by people: dates and numbers as Excel or as text, lists, words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from convive.connectors.plan_files.columns import Column
from convive.connectors.plan_files.headers import code_of

EMPTY: Mapping[str, Any] = {
    "text": "", "code": "", "codes": (), "refs": (), "choice": None, "choices": (), "date": None,
    "moment": None, "whole": None, "number": None, "money": None, "yes": False, "counts": {},
    "params": {},
}  # fmt: skip
"""What an empty cell is."""
DEFAULTS: Mapping[str, Any] = {"gender_lens": "not_considered", "diary_days": 30}
SEPARATOR = ";"
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a spreadsheet."""
_DAYS = range(20_000, 80_000)
"""Numbers that can be days: 1954 to 2119."""
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_UNSURE = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_MONEY_SIGNS = re.compile(r"[\s'’€£$]|EUR|CHF|GBP|\u00a0|\u202f")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class CellError(ValueError):
    """A cell that cannot be read; the code is that of the problem."""


def clean(text: str) -> str:
    """Return a text without control characters and blanks around it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_cell(value: Any, column: Column) -> Any:
    """Return the value of a cell; `CellError` with a code where it is none."""
    value = clean(value) if isinstance(value, str) else value
    if value is None or value == "":
        return _typed(DEFAULTS.get(column.name, EMPTY[column.kind]), column)
    return _READERS[column.kind](value, column)


def _typed(value: Any, column: Column) -> Any:
    return _choice(value, column) if column.kind == "choice" and value is not None else value


def _text(value: Any, _column: Column) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        is_day = value.time() == time(0)
        return value.date().isoformat() if is_day else value.isoformat()
    return str(value)


def _list(value: Any, column: Column) -> tuple[str, ...]:
    parts = (part.strip() for part in _text(value, column).split(SEPARATOR))
    return tuple(part for part in parts if part)


def _choice(value: Any, column: Column) -> Any:
    code = code_of(column.words, _text(value, column))
    if code is None:
        raise CellError("PLAN_WORD_UNKNOWN")
    return code


def _choices(value: Any, column: Column) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(_choice(part, column) for part in _list(value, column)))


def _date(value: Any, column: Column) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isfinite(value) and int(value) in _DAYS:
            return _FIRST_DAY + timedelta(days=int(value))
        raise CellError("PLAN_BAD_DATE")
    text = _text(value, column)
    found = _DAY_FIRST.fullmatch(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return (
            date.fromisoformat(text[:10])
            if len(text) <= 10
            else datetime.fromisoformat(text).date()
        )
    except ValueError as error:
        raise CellError("PLAN_BAD_DATE") from error


def _moment(value: Any, column: Column) -> datetime:
    """Return a moment; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise CellError("PLAN_BAD_DATE") from error
    if not isinstance(moment, datetime):
        day = _date(moment, column)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _money(value: Any, _column: Column) -> Decimal:
    """Return a number as it was typed; a lone mark before three digits could be either."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise CellError("PLAN_BAD_NUMBER")
    text = _MONEY_SIGNS.sub("", value.replace("−", "-")) if isinstance(value, str) else repr(value)
    if isinstance(value, str):
        if _UNSURE.fullmatch(text):
            raise CellError("PLAN_NUMBER_UNSURE")
        text = _with_point(text)
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise CellError("PLAN_BAD_NUMBER") from error
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise CellError("PLAN_BAD_NUMBER")
    return number


def _with_point(text: str) -> str:
    """Return a number with a decimal point alone, whichever marks it was typed with."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point:
        return (
            text.replace(".", "").replace(",", ".")
            if text.count(",") == 1
            else text.replace(",", "")
        )
    return text.replace(",", "") if text.count(".") <= 1 else text.replace(".", "")


def _number(value: Any, column: Column) -> float:
    return float(_money(value, column))


def _whole(value: Any, column: Column) -> int:
    number = _money(value, column)
    if number != int(number):
        raise CellError("PLAN_BAD_NUMBER")
    return int(number)


def _yes(value: Any, column: Column) -> bool:
    if isinstance(value, bool):
        return value
    return bool(_choice("yes" if value == 1 else "no" if value == 0 else value, column) == "yes")


def _counts(value: Any, column: Column) -> dict[str, int]:
    """Read ``women: 30; unknown: 4``; words of any language stand for codes."""
    found: dict[str, int] = {}
    for part in _list(value, column):
        group, _, n = part.rpartition(":")
        code = code_of("group", group) or ("unknown" if code_of("unknown", group) else None)
        if code is None:
            raise CellError("PLAN_WORD_UNKNOWN")
        found[str(code)] = found.get(str(code), 0) + _whole(n.strip() or "x", column)
    return found


def _params(value: Any, column: Column) -> dict[str, Any]:
    try:
        found = json.loads(_text(value, column), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CellError("PLAN_BAD_PARAMS") from error
    if not isinstance(found, dict):
        raise CellError("PLAN_BAD_PARAMS")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


_READERS: Mapping[str, Callable[[Any, Column], Any]] = {
    "text": _text, "code": _text, "codes": _list, "refs": _list, "choice": _choice,
    "choices": _choices, "date": _date, "moment": _moment, "whole": _whole, "number": _number,
    "money": _money, "yes": _yes, "counts": _counts, "params": _params,
}  # fmt: skip


# --- writing --------------------------------------------------------------------------------------
Word = Callable[[str, Any], str]
"""Gives the word of a list for a code in the reader's language."""


def written(value: Any, column: Column, word: Word) -> Any:
    """Return what to put into a cell: a text, a number or a day; None for nothing."""
    if value is None or value is False or value in ("", (), {}):
        return None
    how = _WRITERS.get(column.kind)
    return how(value, column, word) if how else value


def _joined(parts: Iterable[str]) -> str:
    return f"{SEPARATOR} ".join(parts)


_WRITERS: Mapping[str, Callable[[Any, Column, Word], Any]] = {
    "choice": lambda value, column, word: word(column.words, value),
    "choices": lambda value, column, word: _joined(word(column.words, one) for one in value),
    "codes": lambda value, _column, _word: _joined(value),
    "refs": lambda value, _column, _word: _joined(value),
    "yes": lambda _value, _column, word: word("yes", "yes"),
    "counts": lambda value, _column, _word: _joined(f"{group}: {n}" for group, n in value.items()),
    "params": lambda value, _column, _word: json.dumps(value, ensure_ascii=False, sort_keys=True),
    "moment": lambda value, _column, _word: value.isoformat(),
}
