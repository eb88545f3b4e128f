"""Every sentence that people read, in seven languages: one system for page, paper and terminal.

Texts are flat YAML files, ``texts/<language>/<area>.yaml``; the files of a language are merged.
A value is a text, or ``{plural: n, one: …, other: …}`` with the plural classes of the language, or
``{select: unit, percent: …, other: …}``, which chooses whole sentences by the value of a word.
Labels of indicators, categories and items are added from their definitions under
``indicator.<id>``, ``phrase.<id>``, ``category.<id>`` and so on.

A placeholder is ``{name}`` or ``{name:format}``. Formats: ``int``, ``decimal1``, ``signed1``,
``abs1``, ``percent0`` (value already 0 to 100), ``signedpercent0``, ``abspercent0``, ``date``,
``month``, ``year``, ``list``; any other word looks up a text, ``{face:face}`` → ``face.<value>``,
``{areas:list}`` joins, ``{items:indicatorlist}`` looks up and joins, and with a capital (``{indicator:Phrase}``) the first letter is raised.

A page must not fall for a missing text: `say` falls back to English, then to the key. That no
text is missing is guaranteed by a test, not by an exception in front of a reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date as _babel_date
from babel.dates import format_skeleton
from babel.lists import format_list

from convive.catalogue.core_items import core_items
from convive.catalogue.directions import direction_of, isolated
from convive.catalogue.joints import joined, listed
from convive.catalogue.written_numbers import grouped
from convive.catalogue.yaml_files import (
    CATALOGUE,
    LANGUAGES,
    definitions_in,
    load_yaml,
    yaml_paths,
)
from convive.core.errors import ConviveError, DefinitionError, NotFoundError
from convive.core.model import Place, Problem

FALLBACK = "en"
MISSING_VALUE = "–"
"""What stands where a sentence was not given one of its values."""

MOST_LISTED = 12
FIRST_LISTED = 8
"""A longer list names its first members and counts the rest; the evidence has them all."""

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([A-Za-z][A-Za-z0-9_]*))?\}")
_NUMBER = re.compile(r"(int|decimal|signed|abs|percent|signedpercent|abspercent)(\d?)")

CHOOSERS = ("plural", "select")
"""Keys of an entry with several forms that name the value which chooses."""

_FIRST_OF_MONTH = {"fr": "1er", "it": "1º"}
"""Languages in which the first of a month is an ordinal; Babel writes a plain 1."""

_Entry = str | Mapping[str, str]


def languages() -> tuple[str, ...]:
    """Return the languages of the catalogue, English first."""
    return LANGUAGES


def _definition_texts(language: str) -> Iterable[tuple[str, str]]:
    """Yield the texts that stand in definitions: labels, phrases, questions."""
    for raw in definitions_in("indicators"):
        yield f"indicator.{raw['id']}", raw["label"].get(language, "")
        yield f"phrase.{raw['id']}", raw["phrase"].get(language, "")
        yield f"question.{raw['id']}", raw["question"].get(language, "")
    for category in load_yaml(CATALOGUE / "classifications" / "categories.yaml")["categories"]:
        yield f"category.{category['id']}", category["label"].get(language, "")
    for item in core_items():
        yield f"item.{item.id}", item.question.get(language, "")
        for answer in item.answers:
            yield f"answer.{item.id}.{answer.code}", answer.label.get(language, "")


@lru_cache(maxsize=16)
def texts_of(language: str) -> Mapping[str, _Entry]:
    """Return every text of one language, key → text or plural mapping.

    Raises
    ------
    DefinitionError
        TEXT_DUPLICATE_KEY where two files give the same key.
    """
    merged: dict[str, _Entry] = {}
    problems: list[Problem] = []
    for path in yaml_paths(CATALOGUE / "texts" / language):
        for key, entry in load_yaml(path).items():
            if key in merged:
                place = Place(f"{language}/{path.name}")
                problems.append(Problem("TEXT_DUPLICATE_KEY", place, data={"key": key}))
            merged[str(key)] = entry
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems, language=language)
    for key, text in _definition_texts(language):
        if text:
            merged.setdefault(key, text)
    return merged


def has_text(key: str, language: str = FALLBACK) -> bool:
    """Tell whether a key exists in this very language (no fallback)."""
    return language in LANGUAGES and key in texts_of(language)


def say(key: str, language: str, /, **params: Any) -> str:
    """Return the sentence of a key in a language, its placeholders filled.

    Falls back to English and then to the key itself; a value that is not given, or None, is
    shown as a dash. Never raises for what it is given, so that a page is never lost for it.

    Examples
    --------
    >>> say("face.felt", "en")
    'Felt'
    """
    known = known_language(language)
    entry = texts_of(known).get(key)
    if entry is None:
        known, entry = FALLBACK, texts_of(FALLBACK).get(key)
    if entry is None:
        return key
    if isinstance(entry, str):
        return _fill(entry, known, params) if "{" in entry else entry
    return _fill(_chosen(entry, known, params), known, params)


def explain(error: ConviveError, language: str = FALLBACK) -> str:
    """Return what an error says to a person: what is wrong and what to do.

    Examples
    --------
    >>> from convive.core.errors import RequestError
    >>> explain(RequestError("COLUMN_UNKNOWN", table="areas", column="colour"))
    'Table “areas” has no column “colour”.'
    """
    return say(f"error.{error.code}", language, **error.data)


def must_say(key: str, language: str, /, **params: Any) -> str:
    """Return the sentence like `say`, but refuse a missing key or value; for tests and tools.

    Raises
    ------
    NotFoundError
        TEXT_NOT_FOUND or TEXT_VALUE_MISSING.
    """
    if not has_text(key, language):
        raise NotFoundError("TEXT_NOT_FOUND", key=key, language=language)
    entry = texts_of(language)[key]
    chosen = _chosen(entry, language, params)
    missing = sorted(n for n in placeholders(chosen) if params.get(n) is None)
    if missing:
        raise NotFoundError("TEXT_VALUE_MISSING", key=key, language=language, missing=missing)
    return say(key, language, **params)


@lru_cache(maxsize=256)
def known_language(language: str) -> str:
    """Return the catalogue's language for a code such as ``pt-BR``, or English."""
    short = language.replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else FALLBACK


@lru_cache(maxsize=256)
def locale_of(language: str) -> str:
    """Return the locale whose numbers, dates and plurals a language of the catalogue follows.

    Plain ``en`` is American and plain ``pt`` Brazilian to Babel; towns of Europe write the day
    first, and in Portugal a thousand is parted by a space.
    """
    known = known_language(language)
    return {"en": "en_GB", "pt": "pt_PT"}.get(known, known)


def placeholders(entry: _Entry) -> frozenset[str]:
    """Return the names that a text (or any form of a plural text) asks for."""
    if isinstance(entry, str):
        return frozenset(name for name, _ in PLACEHOLDER.findall(entry))
    forms = [text for form, text in entry.items() if form not in CHOOSERS]
    names = {name for text in forms for name, _ in PLACEHOLDER.findall(text)}
    return frozenset(names | {entry[chooser] for chooser in CHOOSERS if chooser in entry})


def _chosen(entry: _Entry, language: str, params: Mapping[str, Any]) -> str:
    """Return the text itself, or the form that the number or the word asks for."""
    if isinstance(entry, str):
        return entry
    if "select" in entry:
        return entry.get(str(params.get(entry["select"]))) or entry["other"]
    number = params.get(entry["plural"])
    if isinstance(number, (list, tuple)):
        number = len(number)
    form = "other" if number is None else _locale(language).plural_form(abs(number))
    if (
        form == "one"
        and number not in {1, -1}
        and entry["plural"] not in _shown_names(entry["one"])
    ):
        form = "other"  # French says "0 fait" in the singular, but nothing is not "un fait"
    return entry.get(form) or entry["other"]


def _shown_names(text: str) -> set[str]:
    """Return the names of the values that a text shows."""
    return {name for name, _ in PLACEHOLDER.findall(text)}


def _fill(text: str, language: str, params: Mapping[str, Any]) -> str:
    """Replace every placeholder, the words before it made to agree with what stands for it."""
    if "{" not in text:
        return text
    pieces, rest = _pieces(text)
    told = ""
    for before, name, how in pieces:
        value = params.get(name)
        shown = value if not how and type(value) is str else _shown(value, how, language)
        start, shown = joined(told + before, shown, language)
        told = start + shown
    return told + rest


@lru_cache(maxsize=16384)
def _pieces(text: str) -> tuple[tuple[tuple[str, str, str], ...], str]:
    """Return each placeholder with what stands before it, and what stands after the last."""
    found, end = [], 0
    for match in PLACEHOLDER.finditer(text):
        found.append((text[end : match.start()], match[1], match[2] or ""))
        end = match.end()
    return tuple(found), text[end:]


def _shown(value: Any, how: str, language: str) -> str:
    """Format one value for a reader."""
    if value is None:
        return MISSING_VALUE
    number = _NUMBER.fullmatch(how) if how else None
    if number:
        return _told_number(value, number, language)
    if how == "list":
        items = [value] if isinstance(value, str) else [_plain(v, language) for v in value]
        if len(items) > MOST_LISTED:
            left = say("list.more", language, n=len(items) - FIRST_LISTED)
            items = [*items[:FIRST_LISTED], left]
        return listed(format_list(items, style="standard", locale=language), items, language)
    if how.endswith("list"):
        return _shown([_small(how[:-4], v, language) for v in value], "list", language)
    if how in {"date", "month", "year"}:
        return _shown_day(value, how, language)
    return _plain(value, language) if not how else _looked_up(how, value, language)


def _looked_up(how: str, value: Any, language: str) -> str:
    """Return the text ``<how>.<value>``; a capital raises the first letter."""
    text = say(f"{how.lower()}.{value}", language)
    return text[:1].upper() + text[1:] if how[0].isupper() else text


def _small(how: str, value: Any, language: str) -> str:
    """Return a label as it stands within a sentence; German keeps its capitals."""
    text = _looked_up(how, value, language)
    return text if known_language(language) == "de" else text[:1].lower() + text[1:]


def _plain(value: Any, language: str) -> str:
    """Return a value as it is; a text in several languages in the reader's one."""
    if isinstance(value, Mapping):
        return localised(value, language)
    if isinstance(value, date):
        return format_date(value, language)
    return str(value)


def _shown_number(value: Any, kind: str, decimals: int, language: str) -> str:
    """Format a number: plain, absolute, signed, with or without a percent sign."""
    number = float(value)
    if kind.startswith("abs"):
        number = abs(number)
    text = _written(number, language, decimals)
    if kind.startswith("signed") and number > 0:
        text = f"+{text}"
    if kind.endswith("percent"):
        text = _with_percent_sign(text, language)
    return isolated(text, direction_of(language))


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    """Return what Babel knows of a language: looking it up costs more than asking it."""
    return Locale.parse(locale_of(language))


@lru_cache(maxsize=16)
def _percent_tail(language: str) -> str:
    """Return what follows the number in a percentage: ``%`` or a no-break space and ``%``."""
    pattern = _locale(language).percent_formats[None].pattern
    return str(pattern).rsplit("0", maxsplit=1)[-1]


def _with_percent_sign(number: str, language: str) -> str:
    """Append the percent sign as the language writes it."""
    return number + _percent_tail(language)


def _told_number(value: Any, number: re.Match[str], language: str) -> str:
    """Return a number as it is asked for; words in its place ("fewer than 5") as they are."""
    try:
        known = float(value)
    except ValueError:
        return str(value)
    return _shown_number(known, number[1], int(number[2] or 0), language)


def _shown_day(value: Any, how: str, language: str) -> str:
    """Format a day (date or ISO text) as day, month or year."""
    day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if how == "year":
        return str(day.year)
    return format_month(day, language) if how == "month" else format_date(day, language)


def localised(text: Mapping[str, str] | str | None, language: str) -> str:
    """Return the reader's language of a text, else English, else the first there is.

    Examples
    --------
    >>> localised({"es": "Barrio", "en": "Neighbourhood"}, "fr")
    'Neighbourhood'
    """
    if not text:
        return ""
    if isinstance(text, str):
        return text
    for candidate in (language, known_language(language), FALLBACK):
        if text.get(candidate):
            return text[candidate]
    return next(iter(text.values()))


def format_number(value: float, language: str, decimals: int = 0) -> str:
    """Return a number as the language writes it, with a true minus sign.

    Examples
    --------
    >>> format_number(-1234.5, "de", 1)
    '−1.234,5'
    """
    return isolated(_written(value, language, decimals), direction_of(language))


def format_percent(value: float, language: str, decimals: int = 0) -> str:
    """Return a percentage (0 to 100) as the language writes it."""
    return _shown_number(value, "percent", decimals, language)


def _written(value: float, language: str, decimals: int) -> str:
    """Return the bare digits and sign of a number."""
    return _signed(round(float(value), decimals) + 0.0, language, decimals)  # no minus zero


@lru_cache(maxsize=16384)
def _signed(rounded: float, language: str, decimals: int) -> str:
    text = grouped(rounded, locale_of(language), decimals)
    return text.replace("-", "\N{MINUS SIGN}") if rounded < 0 else text


@lru_cache(maxsize=8192)
def format_date(day: date, language: str) -> str:
    """Return a day in words, e.g. 21 November 2026, 1er novembre 2026."""
    told = str(_babel_date(day, format="long", locale=locale_of(language)))
    first = _FIRST_OF_MONTH.get(known_language(language))
    return told.replace("1", first, 1) if first and day.day == 1 else told


@lru_cache(maxsize=8192)
def format_month(day: date, language: str) -> str:
    """Return month and year in words, e.g. November 2026."""
    return str(format_skeleton("yMMMM", day, locale=locale_of(language)))


def format_period(start: date, end: date, language: str) -> str:
    """Return a half-open period of days as people say it.

    Whole years and months are named as such: 2023, 2021–2023, June 2016; else day to day.

    Examples
    --------
    >>> format_period(date(2021, 1, 1), date(2024, 1, 1), "en")
    '2021–2023'
    """
    last = end - timedelta(days=1)
    if (start.month, start.day, end.month, end.day) == (1, 1, 1, 1):
        return str(start.year) if start.year == last.year else f"{start.year}–{last.year}"
    is_months = start.day == 1 and end.day == 1
    say_day = format_month if is_months else format_date
    first, final = say_day(start, language), say_day(last, language)
    return first if first == final else f"{first} – {final}"
