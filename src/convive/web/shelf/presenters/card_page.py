"""Method cards: one page each, and the list by part of the work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from convive.catalogue.texts import say
from convive.core.collation import collation_key
from convive.core.shelf.card import Effort, MethodCard
from convive.core.shelf.entry import CATALOGUE_PUBLISHER, Entry
from convive.core.strategy.practice import PracticeCategory
from convive.web.shelf.presenters import shelf_words as words
from convive.web.shelf.presenters.entry_page import instrument_links


def present_cards(cards: Iterable[MethodCard], language: str) -> list[dict[str, Any]]:
    """Return the cards by part of the work, each list by title."""
    rows = sorted(
        ((one, words.titled(one.title, language)) for one in cards),
        key=lambda row: collation_key(row[1].text),
    )
    return [
        {"code": category.value, "title": words.word("category", category, language),
         "cards": [
             words.card_link(one, language)
             | {"title": title, "summary": words.titled(one.summary, language)}
             for one, title in rows if one.category is category
         ]}
        for category in PracticeCategory
    ]  # fmt: skip


def present_card(
    card: MethodCard, entries: Mapping[str, Entry], cards: Mapping[str, MethodCard], language: str
) -> dict[str, Any]:
    """Return everything that stands on a card."""
    refs = [f"{CATALOGUE_PUBLISHER}/{name}" for name in card.practices]
    return {
        "card": card,
        "category": words.word("category", card.category, language),
        "title": words.titled(card.title, language),
        "summary": words.titled(card.summary, language),
        "when": words.titled(card.when, language),
        "not_when": words.titled(card.not_when, language),
        "steps": [words.titled(one, language) for one in card.steps],
        "pitfalls": [words.titled(one, language) for one in card.pitfalls],
        "fairness": words.titled(card.fairness, language),
        "rights": words.titled(card.rights, language),
        "weeks": _weeks(card.effort, language),
        "people": words.titled(card.effort.people, language),
        "topics": words.words_of_all("topic", card.topics, language),
        "sectors": words.words_of_all("sector", card.sectors, language),
        "instruments": instrument_links(card.instruments, language),
        "practices": [words.entry_link(entries[ref], language) for ref in refs if ref in entries],
        "cards": [words.card_link(cards[one], language) for one in card.cards if one in cards],
        "convive": words.titled(card.convive, language),
        "sources": [
            {"title": one.document.title, "publisher": one.document.publisher,
             "year": one.document.year, "section": one.section, "heading": one.heading}
            for one in card.sources
        ],
    }  # fmt: skip


def _weeks(effort: Effort, language: str) -> str:
    first, last = effort.weeks_from, effort.weeks_to
    if first is None and last is None:
        return ""
    if first is None or last is None or first == last:
        return say("shelf.card.weeks", language, n=first if last is None else last)
    return say("shelf.card.weeks_range", language, first=first, n=last)
