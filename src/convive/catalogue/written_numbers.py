"""Numbers as a language writes them: what Babel writes, without asking it for every number.

A page of an area holds hundreds of numbers, and Babel reads its pattern anew for each.
"""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.numbers import format_decimal

_MOST = 1e11
_MOST_DECIMALS = 4
"""Up to these a float has digits enough that writing it out in full gives the same as Babel."""


def grouped(value: float, language: str, decimals: int = 0) -> str:
    """Return a number that is rounded already, its thousands in groups, its sign as typed.

    Parameters
    ----------
    language : str
        A locale that Babel knows.
    """
    marks = _marks(language)
    if marks is None or not -_MOST < value < _MOST or decimals > _MOST_DECIMALS:
        return _by_babel(value, language, decimals)
    group, point = marks
    text = f"{value:,.{decimals}f}"
    if not decimals:
        return text.replace(",", group)
    whole, _, part = text.partition(".")
    return whole.replace(",", group) + point + part


def _by_babel(value: float, language: str, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(value, format=pattern, locale=language))


@lru_cache(maxsize=64)
def _marks(language: str) -> tuple[str, str] | None:
    """Return what stands between thousands and before decimals; None where digits are others."""
    locale = Locale.parse(language)
    signs = locale.number_symbols[locale.default_numbering_system]
    written = _by_babel(-1234567.5, language, 1)
    known = str(signs["group"]), str(signs["decimal"])
    return known if written == f"-1{known[0]}234{known[0]}567{known[1]}5" else None
