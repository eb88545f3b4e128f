"""Differences between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 6_000
"""Beyond, whole lines are compared: comparing words takes time with their square."""


@dataclass(frozen=True)
class Stretch:
    """Words that are in both texts (``same``), only in the older (``gone``) or newer (``new``)."""

    how: str
    text: str


def differences(before: str, after: str) -> list[Stretch]:
    """Return what leads from one text to the other, stretch by stretch.

    Examples
    --------
    >>> [(one.how, one.text) for one in differences("two lamps", "two new lamps")]
    [('same', 'two '), ('new', 'new '), ('same', 'lamps')]
    """
    old, new = _parts(before), _parts(after)
    if len(old) + len(new) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Stretch] = []
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(Stretch("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Stretch("gone", "".join(old[a:b])))
        if d > c:
            found.append(Stretch("new", "".join(new[c:d])))
    return found


def _parts(text: str) -> list[str]:
    return _WORDS.findall(text)
