"""What is a number of a case or file, and what could be the name of somebody."""

from __future__ import annotations

import re
from itertools import pairwise

LEAST_FIGURES = 3
MOST_LETTERS = 8
_PARTS = re.compile(r"[A-Za-z0-9]{1,14}(?:[-/.][A-Za-z0-9]{1,14}){0,5}")
_NUIPC = re.compile(r"[0-9]{1,6}/[0-9]{2}\.[0-9][A-Z]{5}(?:-[A-Z])?")
"""Criminal proceedings in Portugal; their court is told by five letters after a figure."""
_LETTERS = re.compile(r"[A-Za-z]+")
_REGISTER = re.compile(r"[A-Za-z]{1,2}|[A-Z]{3,4}")
"""What stands for a register, an office or a kind of case: ``Js``, ``SEC``, ``RGNR``."""


def is_case_number(text: str) -> bool:
    """Tell whether a text is a number of a case or file, and nothing that could name somebody.

    Figures carry it: at least three, and no fewer than letters. Letters stand for a register or an
    office only: up to two, or up to four capitals, and never in two parts beside each other, as
    first and last name would.

    Examples
    --------
    >>> [is_case_number(one) for one in ("SEC/26/7", "120Js114/26", "Ali-Smith1", "ALI-KHAN-114")]
    [True, True, False, False]
    """
    if _NUIPC.fullmatch(text):
        return True
    if not _PARTS.fullmatch(text):
        return False
    letters = _LETTERS.findall(text)
    n_letters = sum(map(len, letters))
    n_figures = sum(one.isdigit() for one in text)
    if n_figures < max(LEAST_FIGURES, n_letters) or n_letters > MOST_LETTERS:
        return False
    are_names = [one.isalpha() and len(one) > 1 for one in re.split("[-/.]", text)]
    beside = any(first and second for first, second in pairwise(are_names))
    return not beside and all(_REGISTER.fullmatch(one) for one in letters)
