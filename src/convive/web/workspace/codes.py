"""Codes of new parts of a plan: short names in addresses and in exchanged files."""

from __future__ import annotations

from collections.abc import Container

from django.utils.text import slugify

LONGEST = 40
RESERVED = frozenset({"new"})
"""Words that stand in addresses where a code could."""
_ROOM = 34


def free_code(title: str, taken: Container[str], otherwise: str) -> str:
    """Return a code made from a title that is not taken yet.

    Parameters
    ----------
    otherwise : str
        What the code begins with where the title has no letter that a code may hold.

    Examples
    --------
    >>> free_code("Éclairer les passages", {"eclairer-les-passages"}, "action")
    'eclairer-les-passages-2'
    """
    stem = slugify(title)[:_ROOM].strip("-_") or otherwise
    code, number = stem, 2
    while code in taken or code in RESERVED:
        code, number = f"{stem}-{number}", number + 1
    return code[:LONGEST]
