"""What no text of a bundle may hold, whatever field it stands in: checked before anything else.

Texts are shown as they are, in pages that escape them and fetch nothing. Markup is refused all the
same, because a text that looks like markup was meant for something else; so are characters that
turn the reading direction or cannot be seen, because what is signed must be what is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

LONGEST_TEXT = 16_000
LONGEST_LIST = 200
LONGEST_KEY = 64
MOST_SHOWN = 160
"""Characters of a name or a field in a message."""
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_UNSEEN = frozenset({"Cc", "Cs", "Co", "Cn"})

Fault = tuple[str, str, dict[str, Any]]
"""Code, field, values for the sentence."""


def text_faults(value: Any, path: str = "") -> Iterator[Fault]:
    """Yield code, field and values for everything in a part that no text or list may be."""
    if isinstance(value, str):
        yield from _of_text(value, path)
    elif isinstance(value, list):
        if len(value) > LONGEST_LIST:
            yield "SHELF_LIST_LONG", path, {"n": len(value), "limit": LONGEST_LIST}
            return
        for number, one in enumerate(value):
            yield from text_faults(one, _joined(path, str(number)))
    elif isinstance(value, dict):
        if len(value) > LONGEST_LIST:
            yield "SHELF_LIST_LONG", path, {"n": len(value), "limit": LONGEST_LIST}
            return
        for key, one in value.items():
            yield from text_faults(one, _joined(path, key[:LONGEST_KEY]))


def shown(text: str) -> str:
    """Return what somebody else wrote so that a message can hold it: short, and all of it seen."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if _has_unseen(one) else one for one in text[:MOST_SHOWN]
    )


def _of_text(text: str, path: str) -> Iterator[Fault]:
    if len(text) > LONGEST_TEXT:
        yield "SHELF_TEXT_LONG", path, {"n": len(text), "limit": LONGEST_TEXT}
    elif _MARKUP.search(text) or _has_unseen(text):
        yield "SHELF_TEXT_UNSAFE", path, {}


def _has_unseen(text: str) -> bool:
    rest = text.replace("\n", "").replace("\t", "")
    if rest.isprintable():  # nearly always, and much faster
        return False
    return any(one in _TURNING or unicodedata.category(one) in _UNSEEN for one in rest)


def _joined(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part
