"""Texts of people in cells: what no spreadsheet takes for a formula, and any workbook can hold."""

from __future__ import annotations

import re
from typing import Any

LONGEST_CELL = 32_767
"""Signs that a cell of a workbook holds."""
_LEADING = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]*")
_SIGNS = frozenset("=+-@＝＋－＠")
_BREAKS = frozenset("\t\r\n")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take the text of a CSV for a formula, or break it up.

    Also behind space that some programmes drop, and with the wide signs that some read as such.

    Examples
    --------
    >>> [is_formula(one) for one in ("=1+1", " @A1", "＝A1", "a=b", "")]
    [True, True, True, False, False]
    """
    rest = text[_LEADING.match(text).end() :]  # type: ignore[union-attr]
    return text[:1] in _BREAKS or rest[:1] in _SIGNS


def harmless(value: Any) -> Any:
    """Return a value for a CSV; a text that could run stands behind an apostrophe.

    NUL goes, as many programmes end a text there; everything but a text is left as it is.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "")
    return f"'{text}" if is_formula(text) else text


def plain_cell(text: str) -> str:
    """Return a text for a cell of a workbook: without characters that no XML holds, not too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _NO_XML.sub("", lines)[:LONGEST_CELL]
