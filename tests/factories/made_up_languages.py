"""Languages that nobody speaks, to see what a page does with them.

`ACCENTED` writes every text of the catalogue 40 % longer, with accents, between ⟦ and ⟧: what
stands outside was never translated, and what does not fit would not fit in the next language.
`ARABIC` writes it in Arabic letters from right to left, so that lines, numbers and signs are set
as a reader of Arabic would get them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

from convive.catalogue import texts
from convive.web.fieldwork.selectors import walk
from convive.web.observatory.templatetags import convive_texts

OPENS, CLOSES = "⟦", "⟧"
_ACCENTS = str.maketrans("aceilnosuyACEILNOSUY", "àçéîłñöšüýÀÇÉÎŁÑÖŠÜÝ")
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz", "ابثدهفغحيجكلمنوبقرستعفوخيز"
)  # fmt: skip
_KEPT = re.compile(r"(\{[^}]*\}|<[^>]*>|https?://\S+|&\w+;)")


def accented(text: str) -> str:
    """Return a text as somebody would find it who cannot read it but can tell it was said."""
    more = "~" * round(0.4 * len(_KEPT.sub("", text)) - 2)
    return OPENS + _outside(text, lambda part: part.translate(_ACCENTS)) + _words(more) + CLOSES


def in_arabic(text: str) -> str:
    """Return a text in Arabic letters; numbers and placeholders stay."""
    return _outside(text, lambda part: part.lower().translate(_ARABIC))


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change what stands outside placeholders and marks."""
    parts = _KEPT.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _words(padding: str) -> str:
    """Return padding in words of at most eight signs: it must wrap like a text."""
    return "".join(" " + padding[at : at + 8] for at in range(0, len(padding), 8))


@contextmanager
def every_text(change: Callable[[str], str], *, direction: str = "ltr") -> Iterator[None]:
    """Have the catalogue say everything in a made-up language for a while."""
    real = texts.texts_of

    @lru_cache(maxsize=16)
    def made_up(language: str) -> Mapping[str, Any]:
        return {key: _changed(entry, change) for key, entry in real(language).items()}

    with (
        patch.object(texts, "texts_of", made_up),
        patch.object(walk, "texts_of", made_up),
        patch.object(texts, "direction_of", lambda _language: direction),
        patch.object(convive_texts, "direction_of", lambda _language: direction),
    ):
        yield


def _changed(entry: Any, change: Callable[[str], str]) -> Any:
    if isinstance(entry, str):
        return change(entry)
    chooser = {"plural", "select"}
    return {form: text if form in chooser else change(text) for form, text in entry.items()}
