"""Numbers as readers write them in forms: 3,5 and 3.5, 1 234 and −2."""

from __future__ import annotations

import re
from decimal import Decimal

from babel import Locale

from convive.catalogue.texts import locale_of

_SPACES = re.compile("[\\s\u00a0\u202f\u2009'’]")
_PLAIN = re.compile(r"-?(\d+\.?\d*|\.\d+)")
_LONGEST = 40


def written(value: float, language: str) -> str:
    """Return a number for a field: the reader's decimal sign, no groups, no exponent.

    Examples
    --------
    >>> written(1234.5, "fr")
    '1234,5'
    """
    return format(Decimal(repr(value)).normalize(), "f").replace(".", decimal_sign(language))


def read(text: str, language: str, *, groups: bool = True) -> float | None:
    """Return the number that a reader means, None where it is none.

    Parameters
    ----------
    groups : bool
        Whether ``1.234`` may mean a thousand to a German; degrees of a position are never
        written like that.

    Examples
    --------
    >>> read("3,5", "en"), read("1,234", "en"), read("1.234,5", "de")
    (3.5, 1234, 1234.5)
    """
    if len(text) > _LONGEST:
        return None
    bare = _SPACES.sub("", text).replace("\N{MINUS SIGN}", "-").removeprefix("+")
    plain = _with_point(bare, decimal_sign(language), groups=groups)
    if not plain.isascii() or not _PLAIN.fullmatch(plain):
        return None
    value = float(plain)
    return int(Decimal(plain)) if value.is_integer() and abs(value) < 2**53 else value


def decimal_sign(language: str) -> str:
    """Return what stands between whole and fraction."""
    return str(Locale.parse(locale_of(language)).number_symbols["latn"]["decimal"])


def _with_point(text: str, sign: str, *, groups: bool) -> str:
    """Return a number with a point before its fraction and no groups."""
    if "," in text and "." in text:
        last = max(text.rfind(","), text.rfind("."))
        # The other sign parts groups; the last one stands once, or it is no number at all.
        return text[:last].replace("," if text[last] == "." else ".", "") + "." + text[last + 1 :]
    other = "." if sign == "," else ","
    one = next((mark for mark in ",." if mark in text), "")
    if one and text.count(one) > 1:
        return text.replace(one, "") if groups else text
    if groups and one == other and re.fullmatch(r"-?[1-9]\d{0,2}\D\d{3}", text):
        return text.replace(one, "")
    return text.replace(one, ".") if one else text
