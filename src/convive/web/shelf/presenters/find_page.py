"""The find page: hits with the reasons, facets with counts, what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.app.shelf.documents import CARD_PREFIX
from convive.app.shelf.query import FACETS, Hit, ShelfAnswer
from convive.catalogue.texts import say
from convive.core.collation import collation_key
from convive.core.shelf.card import MethodCard
from convive.core.shelf.entry import Entry
from convive.web.shelf.forms.find import Question
from convive.web.shelf.presenters import shelf_words as words

_OPEN_FIRST = frozenset({"form", "topic"})
"""Facets that stand open also where nothing of them is chosen."""


def present_hit(
    hit: Hit, entries: Mapping[str, Entry], cards: Mapping[str, MethodCard], language: str
) -> dict[str, Any]:
    """Return one hit: what it is, where, how strong, and why it was found."""
    why = [
        say(f"shelf_why.{one.kind}", language, asked=one.asked, found=one.found, where=one.where)
        for one in hit.why
    ]
    if hit.ref.startswith(CARD_PREFIX):
        return _card(cards[hit.ref.removeprefix(CARD_PREFIX)], language) | {"why": why}
    return _entry(entries[hit.ref], language) | {"why": why}


def _card(card: MethodCard, language: str) -> dict[str, Any]:
    return words.card_link(card, language) | {
        "is_card": True,
        "form": words.form_of_card(language),
        "where": words.word("category", card.category, language),
        "summary": words.titled(card.summary, language),
        "strength": "", "person_risk": False,
    }  # fmt: skip


def _entry(entry: Entry, language: str) -> dict[str, Any]:
    practice = entry.practice
    return words.entry_link(entry, language) | {
        "is_card": False,
        "form": words.word("form", practice.kind, language),
        "where": words.place_line(practice, language),
        "summary": words.titled(practice.summary, language),
        "strength": words.word("strength", practice.results.strength, language),
        "strength_code": practice.results.strength.value,
        "person_risk": practice.person_risk,
    }  # fmt: skip


def present_facets(answer: ShelfAnswer, question: Question, language: str) -> list[dict[str, Any]]:
    """Return the facets by which the answer can be narrowed, the fullest choices first."""
    chosen = set(question.facets)
    shown = []
    for facet in FACETS:
        choices: list[dict[str, Any]] = [
            {"code": code, "text": words.word(facet, code, language), "n": n,
             "is_chosen": (facet, code) in chosen}
            for code, n in answer.facets[facet].items()
        ]  # fmt: skip
        choices.sort(key=lambda one: (-one["n"], collation_key(one["text"])))
        n_chosen = sum(one["is_chosen"] for one in choices)
        if n_chosen or len(choices) > 1:
            is_open = bool(n_chosen) or facet in _OPEN_FIRST
            shown.append({
                "name": facet, "title": say(f"shelf.facet.{facet}", language),
                "choices": choices, "is_open": is_open, "n_chosen": n_chosen,
            })  # fmt: skip
    return shown


def present_chips(question: Question, language: str) -> list[dict[str, str]]:
    """Return what was chosen, each with the address without it."""
    return [
        {"facet": say(f"shelf.facet.{facet}", language), "text": words.word(facet, code, language),
         "address": f"?{question.without(facet, code).address()}"}
        for facet, code in question.facets
    ]  # fmt: skip
