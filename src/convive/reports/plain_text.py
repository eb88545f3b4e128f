"""Texts without what no document, picture or typesetter holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LINES = re.compile("[\u2028\u2029]")


def plain(text: str) -> str:
    """Return a text without control characters and space around it, every line end as one sign."""
    return plain_values(text.replace("\r\n", "\n").replace("\r", "\n")).strip()  # type: ignore[no-any-return]


def plain_values(value: Any) -> Any:
    """Return JSON-like values with every text cleaned, keys too; anything else is left as it is.

    One such character in the name of an area ends the renderer of charts and its whole process.
    """
    if isinstance(value, str):
        return _LINES.sub(" ", _CONTROL.sub("", value))
    if isinstance(value, Mapping):
        return {plain_values(key): plain_values(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(one) for one in value]
    return value
