"""The one form in which a bundle is written and signed: RFC 8785 for JSON without fractions.

UTF-8 without a mark at its beginning; no blanks between tokens; keys sorted by UTF-16 code units;
texts with as few escapes as JSON allows; whole numbers alone, none beyond 2^53 - 1. Amounts of
money are texts, so that nobody's floating point changes what was signed.
"""

from __future__ import annotations

import json
from typing import Any

from convive.connectors.city_pack.problem_log import RefusedError

LARGEST_NUMBER = 2**53 - 1
DEEPEST = 10
"""Lists and objects inside one another; the format itself needs 7."""


def canonical(value: Any) -> bytes:
    """Return a value of JSON in its one form.

    Raises
    ------
    ValueError
        For what has no such form: a fraction, a number too large, half a character.
    """
    text = json.dumps(
        _sorted(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )  # fmt: skip
    return text.encode("utf-8")


def parse_canonical(data: bytes) -> Any:
    """Return the value of bytes that are in canonical form.

    Raises
    ------
    RefusedError
        SHELF_NOT_JSON, SHELF_TOO_DEEP, SHELF_NOT_CANONICAL.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse,
            object_pairs_hook=_object,
        )  # fmt: skip
    except RecursionError as error:
        raise RefusedError("SHELF_TOO_DEEP", deepest=DEEPEST) from error
    except ValueError as error:
        raise RefusedError("SHELF_NOT_JSON") from error
    if _is_too_deep(value):
        raise RefusedError("SHELF_TOO_DEEP", deepest=DEEPEST)
    try:
        is_canonical = canonical(value) == data
    except ValueError:
        is_canonical = False
    if not is_canonical:
        raise RefusedError("SHELF_NOT_CANONICAL")
    return value


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list):
        return [_sorted(one) for one in value]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and (isinstance(value, float) or abs(value) > LARGEST_NUMBER):
        raise ValueError("number")
    return value


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _is_too_deep(value: Any) -> bool:
    """Tell whether lists and objects lie deeper inside one another than any bundle needs."""
    level = [value]
    for _ in range(DEEPEST + 1):
        holders = [one for one in level if isinstance(one, dict | list)]
        if not holders:
            return False
        level = [
            inner for one in holders for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return True
