"""The order in which names stand in a list that people read.

Code points put "Évreux" after "Zug" and "10" before "2". Here letters come first, marks on
letters decide only between words that are otherwise alike, and runs of digits count as numbers.
One rule serves all seven languages of the catalogue: they share the order of the Latin alphabet,
but for the Spanish ñ, a letter of its own after n. Names of other alphabets follow, by code point.
"""

from __future__ import annotations

import re
import unicodedata

CollationKey = tuple[tuple[tuple[int, int, str], ...], str, str]

_LIGATURES = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ĳ": "ij",
})  # fmt: skip
"""Letters that no decomposition takes apart; ``casefold`` makes ß to ss already."""

_AFTER_N = "n\N{NOT SIGN}"
"""Stands for ñ: a sign that is no letter and sorts after every plain letter that may follow n."""

_LAST = "\U0010ffff"
_RUNS = re.compile(r"\d+|[^\W\d_]+(?:\u00ac[^\W\d_]*)*")


def collation_key(text: str) -> CollationKey:
    """Return by what a name is sorted among names.

    Examples
    --------
    >>> sorted(["Zug", "Évreux", "Sector 10", "Sector 2", "essen", "Eßlingen"], key=collation_key)
    ['essen', 'Eßlingen', 'Évreux', 'Sector 2', 'Sector 10', 'Zug']
    >>> sorted(["caña", "cano", "canto", "cañón"], key=collation_key)
    ['cano', 'canto', 'caña', 'cañón']
    """
    composed = unicodedata.normalize("NFC", text).casefold()
    parted = unicodedata.normalize("NFD", composed.replace("ñ", _AFTER_N).translate(_LIGATURES))
    plain = "".join(sign for sign in parted if not unicodedata.combining(sign))
    runs = tuple(_run(found) for found in _RUNS.findall(plain))
    return runs, composed, text


def _run(found: str) -> tuple[int, int, str]:
    """Return one run of signs: numbers by their value and before words."""
    if found.isdecimal():
        return 0, int(found), ""
    return 1, 0, found.replace("\N{NOT SIGN}", _LAST)
