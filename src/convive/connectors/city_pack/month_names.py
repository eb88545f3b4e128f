"""Dates with the name of a month, in the languages of Convive: 3 mars 2021, 12-Feb-19."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

_NAMES = (
    "january jan janvier janv janv enero ene gennaio gen januar jänner janeiro januari",
    "february feb fevrier fevr fev febrero febbraio februar feber fevereiro februari",
    "march mar mars marzo marz maerz mrz marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juin junio giugno giu juni junho",
    "july jul juillet juil julio luglio lug juli julho",
    "august aug aout aou agosto ago augustus",
    "september sep sept septembre septiembre set settembre setembro",
    "october oct octobre octubre ottobre ott oktober okt outubro out",
    "november nov novembre noviembre novembro",
    "december dec decembre diciembre dic dicembre dezember dez dezembro",
)
_TAIL = r"(?P<tail>[T ,]+\d{1,2}[:h].*)?$"
_FORMS = (
    r"^(?P<day>\d{1,2})(?:\.|er|º|°|ª|st|nd|rd|th|e)?[\s./-]*(?:de |d['’])?(?P<name>\pL{3,})"
    r"\.?[\s./,-]*(?:del? )?(?P<year>\d{4}|\d{2})" + _TAIL,
    r"^(?P<name>\pL{3,})\.?[\s./-]+(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s,./-]+(?P<year>\d{4})"
    + _TAIL,
    r"^(?P<name>\pL{3,})\.?[\s./,-]*(?:del? )?(?P<year>\d{4}|\d{2})$",
    r"^(?P<year>\d{4})[\s./-]+(?P<name>\pL{3,})\.?(?:[\s./-]+(?P<day>\d{1,2}))?" + _TAIL,
)


def _fold(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c))


_MONTHS = {_fold(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}


def month_of(name: str) -> int | None:
    """Return the number of a month by its name or abbreviation.

    Examples
    --------
    >>> month_of("März"), month_of("févr"), month_of("Raub")
    (3, 2, None)
    """
    return _MONTHS.get(_fold(name))


def without_names(words: pa.Array) -> pa.Array:
    """Return dates with names of months as 2021-03-03 or 2021-03; other words are NULL."""
    found = pa.nulls(len(words), pa.string())
    for form in _FORMS:
        parts = pc.extract_regex(words, pattern=form)
        found = pc.coalesce(found, _in_digits(parts))
    return found


def _in_digits(parts: pa.Array) -> pa.Array:
    """Return year, month and day in digits, with what stands behind them."""
    fields = {field.name: parts.field(field.name) for field in parts.type}
    is_match = pc.is_valid(parts)
    names = pc.dictionary_encode(pc.if_else(is_match, fields["name"], None))
    numbers = [month_of(name) for name in names.dictionary.to_pylist()]
    digits = pa.array([None if n is None else f"{n:02d}" for n in numbers], pa.string())
    month = digits.take(names.indices)
    year = _four_digits(pc.if_else(is_match, fields["year"], None))
    date = pc.binary_join_element_wise(year, month, "-")
    if "day" in fields:
        day = fields["day"]
        with_day = pc.binary_join_element_wise(date, day, "-")
        date = pc.if_else(pc.equal(day, ""), date, with_day)
    tail = fields.get("tail")
    if tail is None:
        return date
    plain = pc.replace_substring(tail, ",", " ")
    return pc.binary_join_element_wise(date, plain, "")


def _four_digits(year: pa.Array) -> pa.Array:
    """Return years of two digits with their century: 70 and above are of the last one."""
    is_short = pc.equal(pc.utf8_length(year), 2)
    is_old = pc.greater_equal(year, "70")
    century = pc.if_else(is_old, "19", "20")
    return pc.if_else(is_short, pc.binary_join_element_wise(century, year, ""), year)
