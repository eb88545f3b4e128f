"""The page of an entry: everything that its sources tell, in a calm order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from convive.app.shelf.documents import written_in
from convive.catalogue import find
from convive.catalogue.texts import format_date, format_number, localised, say
from convive.core.errors import NotFoundError
from convive.core.shelf.card import MethodCard
from convive.core.shelf.entry import Entry, Experience, OriginKind
from convive.core.strategy.practice import PracticeSource
from convive.web.shelf.presenters import shelf_words as words

_THEMES = ("gender", "cyber", "technology", "governance", "transnational")
_LISTS = frozenset({"success_factors", "barriers", "contradictions", "partners"})
_PARTS = (
    "problem", "mechanism", "activities", "resources", "success_factors", "barriers", "risk",
    "transferability", "end_users", "cost_benefit", "sustainability", "contradictions",
)  # fmt: skip
"""Parts that are texts of the source, in the order of the page; results stand on their own."""
_BEFORE_RESULTS = 4


def present_entry(
    entry: Entry, entries: Mapping[str, Entry], cards: Mapping[str, MethodCard], language: str
) -> dict[str, Any]:
    """Return everything that the page of an entry shows."""
    practice = entry.practice
    parts = list(_parts(entry, language))
    return {
        "entry": entry,
        "form": words.word("form", practice.kind, language),
        "where": words.place_line(practice, language),
        "title": words.titled(practice.title, language),
        "summary": words.titled(practice.summary, language),
        "aliases": practice.aliases,
        "facts": _facts(entry, language),
        "parts": [one for one in parts if one["name"] in _PARTS[:_BEFORE_RESULTS]],
        "more_parts": [one for one in parts if one["name"] not in _PARTS[:_BEFORE_RESULTS]],
        "strength": words.word("strength", practice.results.strength, language),
        "strength_code": practice.results.strength.value,
        "strength_sentence": say(
            "shelf.adopt.strength", language, strength=practice.results.strength.value
        ),
        "results": words.in_own_language(entry, practice.results.text, language),
        "themes": [
            {"title": say(f"shelf.theme.{code}", language),
             "text": words.in_own_language(entry, practice.cross_cutting[code], language)}
            for code in _THEMES if practice.cross_cutting.get(code)
        ],
        "untold": _untold(entry, language),
        "experiences": [_experience(one, language) for one in entry.experiences],
        "sources": [_source(one) for one in practice.sources],
        "related": _related(entry, entries, language),
        "cards": [
            words.card_link(one, language)
            for one in cards.values() if practice.id in one.practices
        ],
        "instruments": instrument_links(practice.links.instruments, language),
        "convive": words.in_english(practice.links.convive, language),
        "foreign": _foreign(entry, language),
        "status": say(f"shelf.status.{practice.status}", language),
        "origin": _origin(entry, language),
    }  # fmt: skip


def _foreign(entry: Entry, language: str) -> str:
    """Return the language of the long texts in words, empty where it is the reader's."""
    own = written_in(entry)
    return "" if own == language else words.language_name(own, language)


def _facts(entry: Entry, language: str) -> list[tuple[str, words.Written]]:
    """Return what is told in words of closed lists, and names."""
    practice = entry.practice
    coded = {
        "category": (practice.category,), "focus": practice.focus, "topic": practice.topics,
        "kind": practice.kinds, "pillar": practice.pillars, "level": practice.levels,
        "group": practice.groups, "time": practice.times, "setting": practice.setting,
        "approach": practice.approach, "sector": practice.sectors,
    }  # fmt: skip
    found = [
        (say(f"shelf.facet.{facet}", language),
         words.Written(words.words_of_all(facet, codes, language)))
        for facet, codes in coded.items() if codes
    ]  # fmt: skip
    named = {"lead": practice.lead, "partners": ", ".join(practice.partners)}
    found += [
        (say(f"shelf.part.{name}", language), words.in_own_language(entry, text, language))
        for name, text in named.items() if text
    ]  # fmt: skip
    return found


def _parts(entry: Entry, language: str) -> Iterator[dict[str, Any]]:
    for name in _PARTS:
        told = getattr(entry.practice, name)
        texts = list(told) if name in _LISTS else [told]
        if name == "resources":
            texts += _money(entry, language)
        shown = [words.in_own_language(entry, text, language) for text in texts if text]
        if shown:
            yield {"name": name, "title": say(f"shelf.part.{name}", language), "texts": shown}


def _money(entry: Entry, language: str) -> list[str]:
    cost = entry.practice.cost
    return [] if cost is None else [cost.text or words.cost_text(entry.practice, language)]


def _untold(entry: Entry, language: str) -> list[str]:
    """Return the parts that the source says nothing of: usual, and worth asking about."""
    practice = entry.practice
    asked = {
        "problem": practice.problem, "mechanism": practice.mechanism,
        "activities": practice.activities, "resources": practice.resources or practice.cost,
        "results": practice.results.text, "barriers": practice.barriers,
        "sustainability": practice.sustainability, "gender": practice.cross_cutting.get("gender"),
    }  # fmt: skip
    names = {name: f"shelf.part.{name}" for name in asked} | {"gender": "shelf.theme.gender"}
    return [say(names[name], language) for name, told in asked.items() if not told]


def _experience(told: Experience, language: str) -> dict[str, Any]:
    own = "" if told.language == language else told.language
    until = str(told.until_year) if told.until_year else say("shelf.experience.now", language)
    spent = ""
    if told.spent is not None:
        spent = f"{format_number(float(told.spent), language)} {told.currency}"
    texts = [
        {"title": say(f"shelf.part.{name}", language), "text": words.Written(text, own)}
        for name in ("effect", "delivered", "went_wrong", "would_change")
        if (text := getattr(told, name))
    ]
    return {
        "city": told.city, "years": f"{told.from_year}–{until}", "spent": spent, "texts": texts,
        "verdict": say(f"shelf.verdict.{told.verdict}", language), "contact": told.contact,
    }  # fmt: skip


def _source(one: PracticeSource) -> dict[str, Any]:
    return {
        "title": one.document.title, "publisher": one.document.publisher,
        "year": one.document.year, "section": one.section, "heading": one.heading,
    }  # fmt: skip


def _related(entry: Entry, entries: Mapping[str, Entry], language: str) -> list[dict[str, Any]]:
    publisher = entry.origin.publisher
    refs = [f"{publisher}/{name}" for name in entry.practice.links.practices]
    return [words.entry_link(entries[ref], language) for ref in refs if ref in entries]


def instrument_links(names: Iterable[str], language: str) -> list[dict[str, Any]]:
    """Return instruments of the catalogue as links."""
    found = []
    for name in names:
        try:
            one = find.instrument(name)
        except NotFoundError:
            continue
        found.append({"id": name, "title": localised(one.title, language)})
    return found


def _origin(entry: Entry, language: str) -> str:
    origin = entry.origin
    if origin.kind is OriginKind.CATALOGUE:
        return say("shelf.origin.catalogue.about", language)
    day = format_date(origin.changed_on, language) if origin.changed_on else ""
    return " · ".join(
        text for text in (words.word("origin", origin.kind, language), origin.name, day) if text
    )
