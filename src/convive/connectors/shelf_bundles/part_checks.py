"""What must be true of the parts of a bundle beyond their types: ids, words, lengths, whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from convive.catalogue import find
from convive.catalogue.yaml_files import LANGUAGES
from convive.connectors.shelf_bundles.safe_texts import Fault
from convive.core.shelf.bundle import Answer, Question, Withdrawal
from convive.core.shelf.entry import Entry, Experience, OriginKind
from convive.core.shelf.grading_rules import grading_fault
from convive.core.strategy.practice import Practice

TOWN_AHEAD = timedelta(days=1)
"""A bundle is dated in world time, what stands in it by the clock of its town."""
LONGEST_TITLE = 200
LONGEST_SUMMARY = 1_000
LONGEST_MAIL = 4_000
"""Characters of a question or an answer."""
LONGEST_NAME = 160
_YEARS = range(1900, 2101)
_MOST_VERSIONS = 1_000_000
_MOST_MONEY = 10**13
_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,159}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_REF = re.compile(rf"({_FINGERPRINT.pattern}|convive)/{_ID.pattern}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SPENT = re.compile(r"[0-9]{1,13}\.[0-9]{2}")
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_STATUSES = frozenset({"draft", "checked", "reviewed"})
_THEMES = frozenset({"gender", "cyber", "technology", "governance", "transnational"})
_GRADES = frozenset({"source_words", "emmie", "maryland", "qualiprev"})
BAD = "SHELF_BAD_VALUE"


def part_faults(part: Any, fingerprint: str, made_on: date) -> Iterator[Fault]:
    """Yield code, field and values for everything that is wrong with a part that has its types.

    Parameters
    ----------
    part : Entry, Withdrawal, Question or Answer
    fingerprint : str
        Of the bundle's publisher.
    made_on : date
        Of the bundle: nothing in it is newer, but by the day that a town's clock may be ahead.
    """
    made_on += TOWN_AHEAD
    if isinstance(part, Entry):
        yield from _of_entry(part, fingerprint, made_on)
    elif isinstance(part, Withdrawal):
        yield from _bad("id", _ID.fullmatch(part.id))
        yield from _bad("version", 1 <= part.version <= _MOST_VERSIONS)
        yield from _bad("on", part.on <= made_on)
        yield from _long("reason", part.reason, LONGEST_SUMMARY)
    elif isinstance(part, Question | Answer):
        yield from _of_mail(part, made_on)


def _of_entry(entry: Entry, fingerprint: str, made_on: date) -> Iterator[Fault]:
    origin = entry.origin
    if origin.kind is not OriginKind.OWN or origin.publisher != fingerprint:
        yield "SHELF_NOT_THEIRS", "origin.publisher", {}
    yield from _bad("origin.changed_on", origin.changed_on and origin.changed_on <= made_on)
    yield from _of_practice(entry.practice)
    schemes = find.grading_schemes()
    for number, grading in enumerate(entry.gradings):
        if grading_fault(grading, schemes):
            yield "SHELF_GRADE_UNKNOWN", f"gradings.{number}", {}
    for number, experience in enumerate(entry.experiences):
        for code, field, data in _of_experience(experience):
            yield code, f"experiences.{number}.{field}", data


def _of_practice(one: Practice) -> Iterator[Fault]:
    yield from _bad("practice.id", _ID.fullmatch(one.id))
    yield from _bad("practice.version", 1 <= one.version <= _MOST_VERSIONS)
    yield from _bad("practice.status", one.status in _STATUSES)
    yield from _bad("practice.cross_cutting", set(one.cross_cutting) <= _THEMES)
    yield from _bad("practice.grades", set(one.grades) <= _GRADES)
    for field, text, longest in (("title", one.title, LONGEST_TITLE), ("summary", one.summary, LONGEST_SUMMARY)):  # fmt: skip
        yield from _bad(f"practice.{field}", text and set(text) <= set(LANGUAGES))
        for language, words in text.items():
            name = f"practice.{field}.{language}"[:LONGEST_NAME]
            yield from _bad(name, words.strip())
            yield from _long(name, words, longest)
    for number, place in enumerate(one.places):
        yield from _bad(f"practice.places.{number}.country", _COUNTRY.fullmatch(place.country))
        yield from _bad(f"practice.places.{number}.name", place.name.strip())
    years = (one.years.since, one.years.until) if one.years else ()
    yield from _bad("practice.years", all(year is None or year in _YEARS for year in years))
    if one.cost is not None:
        amount, currency = one.cost.amount, one.cost.currency
        is_amount = amount is None or (isfinite(amount) and 0 <= amount < _MOST_MONEY)
        yield from _bad("practice.cost.amount", is_amount)
        is_paired = _CURRENCY.fullmatch(currency) if amount is not None else not currency
        yield from _bad("practice.cost.currency", is_paired)


def _of_experience(one: Experience) -> Iterator[Fault]:
    yield from _bad("city", one.city.strip())
    yield from _long("city", one.city, LONGEST_NAME)
    yield from _bad("from_year", one.from_year in _YEARS)
    is_order = one.until_year is None or one.from_year <= one.until_year <= _YEARS[-1]
    yield from _bad("until_year", is_order)
    yield from _bad("language", one.language in LANGUAGES)
    yield from _contact(one.contact)
    yield from _bad("spent", one.spent is None or _is_money(one.spent))
    is_paired = _CURRENCY.fullmatch(one.currency) if one.spent is not None else not one.currency
    yield from _bad("currency", is_paired)


def _of_mail(one: Question | Answer, made_on: date) -> Iterator[Fault]:
    if isinstance(one, Question):
        yield from _bad("id", _ID.fullmatch(one.id))
        yield from _bad("about", _REF.fullmatch(one.about))
    else:
        yield from _bad("question", _ID.fullmatch(one.question))
        yield from _bad("to", _FINGERPRINT.fullmatch(one.to))
    yield from _bad("text", one.text.strip())
    yield from _long("text", one.text, LONGEST_MAIL)
    yield from _bad("language", one.language in LANGUAGES)
    yield from _bad("on", one.on <= made_on)
    yield from _contact(one.contact)


def _is_money(amount: Decimal) -> bool:
    return _SPENT.fullmatch(str(amount)) is not None


def _contact(contact: str) -> Iterator[Fault]:
    if contact and not _MAILBOX.fullmatch(contact):
        yield "SHELF_CONTACT", "contact", {}


def _bad(field: str, is_right: object) -> Iterator[Fault]:
    if not is_right:
        yield BAD, field, {}


def _long(field: str, text: str, longest: int) -> Iterator[Fault]:
    if len(text) > longest:
        yield "SHELF_TEXT_LONG", field, {"n": len(text), "limit": longest}
