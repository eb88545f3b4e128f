"""How a text is set in each language: apostrophes, quotation marks, spaces that must not break.

`typeset` says how a text ought to stand; the texts of the catalogue are kept so (a test compares,
``tools/typography.py`` mends). Code in a text, such as ``crs = "EPSG:…"``, stays as it is typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

NARROW = "\N{NARROW NO-BREAK SPACE}"
FIRM = "\N{NO-BREAK SPACE}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"

Rule = tuple[re.Pattern[str], str]

_APOSTROPHE: tuple[Rule, ...] = ((re.compile(r"(?<=\w)'(?=[\w«“‘{])"), APOSTROPHE),)
_PERCENT_APART: tuple[Rule, ...] = ((re.compile(r"(?<=[\d}])[ \u202f]?%(?!\w)"), f"{FIRM}%"),)
_PERCENT_CLOSE: tuple[Rule, ...] = ((re.compile(r"(?<=[\d}])[ \u00a0\u202f]%"), "%"),)
_GUILLEMETS: tuple[Rule, ...] = ((re.compile("“"), "«"), (re.compile("”"), "»"))
_THOUSANDS: tuple[Rule, ...] = ((re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), FIRM),)

RULES: Mapping[str, Sequence[Rule]] = {
    "en": (*_APOSTROPHE, *_PERCENT_CLOSE),
    "fr": (
        *_APOSTROPHE,
        (re.compile(r"[ \u00a0](?=[;:!?»])"), NARROW),
        (re.compile(r"«[ \u00a0]"), f"«{NARROW}"),
        (re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))"), NARROW),
        *_PERCENT_APART,
    ),
    "es": (*_GUILLEMETS, *_PERCENT_APART, *_THOUSANDS),
    "it": (*_GUILLEMETS, *_APOSTROPHE, (re.compile(r"(?<=\bpo)'"), APOSTROPHE), *_PERCENT_CLOSE),
    "de": (*_APOSTROPHE, *_PERCENT_APART),
    "pt": (*_GUILLEMETS, *_PERCENT_CLOSE, *_THOUSANDS),
    "nl": (
        *_APOSTROPHE,
        (re.compile(r"(?<!\w)'(?=s )"), APOSTROPHE),
        (re.compile(r"“"), "‘"),
        (re.compile(r"”"), "’"),
        *_PERCENT_CLOSE,
    ),
}
"""By language, what is replaced by what; the order counts."""


def typeset(text: str, language: str) -> str:
    r"""Return a text as it is set in a language; what is set well comes back unchanged.

    Examples
    --------
    >>> typeset("L'écart est de 5 % : « net » ?", "fr")
    'L’écart est de 5\xa0%\u202f: «\u202fnet\u202f»\u202f?'
    >>> typeset("un intervallo al 95 %", "it")
    'un intervallo al 95%'
    """
    for pattern, instead in RULES.get(language, ()):
        text = pattern.sub(instead, text)
    return text
