"""Codes of the shelf in the reader's words, and texts with the language that they are in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel import Locale
from django.urls import reverse

from convive.app.shelf.documents import CARD_FORM, country_names, written_in
from convive.catalogue.texts import format_number, has_text, locale_of, localised, say
from convive.core.shelf.card import MethodCard
from convive.core.shelf.entry import Entry
from convive.core.strategy.practice import Practice, PracticeYears

_PREFIX = {
    "topic": "plan.topic", "kind": "plan.kind", "pillar": "plan.pillar",
    "level": "shelf.fit.level", "group": "plan.group", "time": "plan.time",
    "setting": "shelf.fit.setting", "sector": "plan.sector", "approach": "shelf.approach",
    "category": "shelf.category", "form": "shelf.form", "strength": "shelf.strength",
    "origin": "shelf.origin", "focus": "shelf.focus",
}  # fmt: skip
"""Facet → where the words of its codes stand."""


@dataclass(frozen=True)
class Written:
    """A text, with its language where that is not the reader's."""

    text: str
    language: str = ""


def word(facet: str, code: Any, language: str) -> str:
    """Return a code of a facet in words; the code itself where it has none."""
    if facet == "country":
        names = country_names(str(code))
        return names.get(language) or names.get("en") or str(code)
    key = f"{_PREFIX[facet]}.{code}"
    return say(key, language) if has_text(key) else str(code)


def words_of_all(facet: str, codes: Iterable[Any], language: str) -> str:
    """Return codes of a facet in words, with commas."""
    return ", ".join(word(facet, code, language) for code in codes)


def in_own_language(entry: Entry, text: str, language: str) -> Written:
    """Return a text that an entry has in one language only."""
    own = written_in(entry)
    return Written(text, "" if own == language else own)


def in_english(text: str, language: str) -> Written:
    """Return a text of the catalogue that is in English only."""
    return Written(text, "" if language == "en" else "en")


def titled(text: Any, language: str) -> Written:
    """Return a text in the reader's language, else the nearest with its language."""
    if language in text or not text:
        return Written(localised(text, language))
    return Written(localised(text, language), "en" if "en" in text else next(iter(text)))


def place_line(practice: Practice, language: str) -> str:
    """Return where and when it was done, in a line."""
    places = []
    for one in practice.places:
        country = word("country", one.country, language)
        same = one.name in country_names(one.country).values()
        places.append(country if same else f"{one.name} ({country})")
    told = [", ".join(places), years_text(practice.years, language)]
    return " · ".join(text for text in told if text)


def years_text(years: PracticeYears | None, language: str) -> str:
    """Return when it ran; empty where that is not told."""
    if years is None or not (years.since or years.until):
        return ""
    if years.since and years.until:
        same = years.since == years.until
        return str(years.since) if same else f"{years.since}–{years.until}"
    if years.since:
        return say("shelf.years.since", language, year=str(years.since))
    return say("shelf.years.until", language, year=str(years.until))


def cost_text(practice: Practice, language: str) -> str:
    """Return an amount of money that a source tells; empty without one."""
    cost = practice.cost
    if cost is None or cost.amount is None:
        return ""
    per = f" / {cost.per}" if cost.per else ""
    return f"{format_number(cost.amount, language)} {cost.currency}{per}"


def entry_address(ref: str, language: str) -> str:
    """Return the address of an entry."""
    publisher, _, name = ref.partition("/")
    return reverse("shelf-entry", args=(language, publisher, name))


def card_address(name: str, language: str) -> str:
    """Return the address of a method card."""
    return reverse("shelf-card", args=(language, name))


def form_of_card(language: str) -> str:
    """Return what a method card is called."""
    return word("form", CARD_FORM, language)


def card_link(card: MethodCard, language: str) -> dict[str, Any]:
    """Return a method card as a link."""
    return {"title": titled(card.title, language), "address": card_address(card.id, language)}


def entry_link(entry: Entry, language: str) -> dict[str, Any]:
    """Return an entry as a link."""
    return {"title": titled(entry.title, language), "address": entry_address(entry.ref, language)}


def language_name(code: str, language: str) -> str:
    """Return what a language is called in the reader's."""
    return str(Locale.parse(locale_of(language)).languages.get(code, code))
