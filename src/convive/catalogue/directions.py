"""The direction in which a language is written, and numbers that keep theirs within it."""

from __future__ import annotations

from functools import lru_cache

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "ug", "ur", "yi"})
"""Languages written from right to left; the pages are ready for them."""
_OPENS, _CLOSES = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


@lru_cache(maxsize=256)
def direction_of(language: str) -> str:
    """Return the direction that a language is written in, as HTML says it."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def isolated(number: str, direction: str) -> str:
    r"""Return a number that keeps its sign in front and its percent sign behind.

    Among words from right to left a bare sign jumps to the other side of its number.

    Examples
    --------
    >>> isolated("−1.3%", "ltr")
    '−1.3%'
    >>> isolated("−1.3%", "rtl") == "\u2066−1.3%\u2069"
    True
    """
    return f"{_OPENS}{number}{_CLOSES}" if direction == "rtl" else number
