"""What fits where: rows, tables and columns of choices, by the length of their words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convive.catalogue.texts import localised
from convive.core.instruments.model import Scale

_MOST_COLUMNS = 6
_LONGEST_WORD = 15
"""Letters of a word that still fits the head of a column; longer ones are hyphenated."""
_LONGEST_HEAD = 34
_MOST_BARE = 12
_LONGEST_BARE = 3
_LINE = 92
"""Characters of a line of choices in ordinary print."""
_LINE_LARGE = 50
_BOX = 6
"""Characters that a box with its code takes."""
_HALF, _HALF_LARGE = 38, 20


def is_in_table(scale: Scale, language: str) -> bool:
    """Whether the choices of a scale can stand as heads of columns."""
    labels = [localised(choice.label, language) for choice in scale.choices]
    if any(choice.anchor for choice in scale.choices):
        return False
    if len(labels) <= _MOST_BARE and all(len(label) <= _LONGEST_BARE for label in labels):
        return True
    words = [word for label in labels for word in label.split()]
    return (
        len(labels) <= _MOST_COLUMNS
        and all(len(label) <= _LONGEST_HEAD for label in labels)
        and all(len(word) <= _LONGEST_WORD for word in words)
    )


def fits_row(options: Sequence[dict[str, Any]], *, is_large: bool) -> bool:
    """Whether choices without anchors stand side by side on one line."""
    if any(option["anchor"] for option in options):
        return False
    length = sum(len(option["label"]) + _BOX for option in options)
    return length <= (_LINE_LARGE if is_large else _LINE)


def options_per_line(options: Sequence[dict[str, Any]], *, is_large: bool) -> int:
    """Return in how many columns choices stand that do not fit one line."""
    if any(option["anchor"] for option in options):
        return 1
    most = _HALF_LARGE if is_large else _HALF
    return 2 if len(options) > 3 and all(len(o["label"]) <= most for o in options) else 1
