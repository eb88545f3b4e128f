"""What of an entry or a method card is searched, and by what it can be narrowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from babel import Locale

from convive.catalogue.texts import has_text, languages, locale_of, say
from convive.core.model import Text
from convive.core.shelf.card import MethodCard
from convive.core.shelf.entry import Entry, Experience, OriginKind
from convive.core.strategy.practice import Practice, PracticeSource

CARD_PREFIX = "card/"
CARD_FORM = "card"
NO_LANGUAGE = ""
"""Language of names, which have none."""

_MAIN = ("problem", "mechanism", "activities")
_REST = ("resources", "transferability", "end_users", "cost_benefit", "risk", "sustainability")
_TAGGED = ("topic", "kind", "group", "time", "setting", "approach", "sector", "level", "pillar")
"""Facets whose codes have a label of the workspace, and so are searched too."""


class Rank(IntEnum):
    """How much a part of an entry says about what the entry is; see `query_plan.FIELD_WEIGHTS`."""

    NAME = 0
    TITLE = 1
    SUMMARY = 2
    PLACE = 3
    MAIN = 4
    TAG = 5
    REST = 6


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of an entry in one language."""

    where: str
    """Field of the entry, as `Why.where` names it."""
    language: str
    """Code, or `NO_LANGUAGE` for names."""
    text: str
    rank: Rank


@dataclass(frozen=True, slots=True)
class Document:
    """What the index knows of an entry or a card."""

    ref: str
    title: Text
    passages: tuple[Passage, ...]
    facets: Mapping[str, tuple[str, ...]]
    person_risk: bool = False


def documents_of(entries: Iterable[Entry], cards: Iterable[MethodCard]) -> tuple[Document, ...]:
    """Return a document for each entry and card, sorted by ref."""
    found = [*map(entry_document, entries), *map(card_document, cards)]
    return tuple(sorted(found, key=lambda one: one.ref))


def entry_document(entry: Entry) -> Document:
    """Return what is searched of an entry."""
    practice = entry.practice
    facets = {
        "topic": practice.topics,
        "kind": practice.kinds,
        "pillar": practice.pillars,
        "level": practice.levels,
        "group": practice.groups,
        "time": practice.times,
        "setting": practice.setting,
        "approach": practice.approach,
        "category": (practice.category,),
        "form": (practice.kind,),
        "strength": (practice.results.strength,),
        "country": tuple(dict.fromkeys(place.country for place in practice.places)),
        "origin": (entry.origin.kind,),
        "sector": practice.sectors,
    }
    codes = {facet: tuple(map(str, found)) for facet, found in facets.items()}
    passages = [*_practice_passages(practice, written_in(entry)), *_tag_passages(codes)]
    for told in entry.experiences:
        passages += _experience_passages(told)
    return Document(
        entry.ref, practice.title, _not_empty(passages), codes, practice.person_risk
    )  # fmt: skip


def card_document(card: MethodCard) -> Document:
    """Return what is searched of a method card."""
    facets = {
        "topic": card.topics,
        "kind": card.kinds,
        "pillar": card.pillars,
        "level": card.levels,
        "category": (card.category,),
        "form": (CARD_FORM,),
        "origin": (OriginKind.CATALOGUE,),
        "sector": card.sectors,
    }
    codes = {facet: tuple(map(str, found)) for facet, found in facets.items()}
    passages = [
        *_titles(card.title),
        *_in_languages("summary", card.summary, Rank.SUMMARY),
        *_in_languages("when", card.when, Rank.MAIN),
        *(one for step in card.steps for one in _in_languages("steps", step, Rank.MAIN)),
        *(one for text in card.pitfalls for one in _in_languages("pitfalls", text, Rank.REST)),
        *_in_languages("fairness", card.fairness, Rank.REST),
        *_in_languages("rights", card.rights, Rank.REST),
        *_in_languages("effort", card.effort.people, Rank.REST),
        *_source_passages(card.sources),
        *_tag_passages(codes),
    ]
    return Document(CARD_PREFIX + card.id, card.title, _not_empty(passages), codes)


def _not_empty(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple(one for one in passages if one.text)


def written_in(entry: Entry) -> str:
    """Return the language of the texts that an entry has in one language only."""
    title = entry.practice.title
    if entry.origin.kind is OriginKind.CATALOGUE or "en" in title or not title:
        return "en"
    return next(iter(title))


def _practice_passages(practice: Practice, language: str) -> Iterator[Passage]:
    yield from _titles(practice.title)
    for alias in practice.aliases:
        yield Passage("aliases", NO_LANGUAGE, alias, Rank.NAME)
    yield from _in_languages("summary", practice.summary, Rank.SUMMARY)
    yield from _place_passages(practice)
    for name, rank in [*((n, Rank.MAIN) for n in _MAIN), *((n, Rank.REST) for n in _REST)]:
        yield Passage(name, language, getattr(practice, name), rank)
    yield Passage("results", language, practice.results.text, Rank.REST)
    yield Passage("lead", NO_LANGUAGE, practice.lead, Rank.REST)
    yield Passage("lead", language, practice.lead, Rank.REST)
    for name in ("partners", "success_factors", "barriers", "contradictions"):
        for text in getattr(practice, name):
            yield Passage(name, language, text, Rank.REST)
    for text in practice.cross_cutting.values():
        yield Passage("cross_cutting", language, text, Rank.REST)
    yield from _source_passages(practice.sources)


def _source_passages(sources: Iterable[PracticeSource]) -> Iterator[Passage]:
    for source in sources:
        yield Passage("sources", NO_LANGUAGE, source.heading, Rank.REST)


def _experience_passages(told: Experience) -> Iterator[Passage]:
    yield Passage("places", NO_LANGUAGE, told.city, Rank.PLACE)
    for name in ("effect", "delivered", "went_wrong", "would_change"):
        yield Passage(name, told.language, getattr(told, name), Rank.REST)


def _titles(title: Text) -> Iterator[Passage]:
    # A title that is not translated is a name: it is found whatever language one types in. One in
    # capitals has no endings in any: "medo" is no form of MEDEA.
    same = {text for text in title.values() if list(title.values()).count(text) > 1}
    inflected = {
        one: text for one, text in title.items() if text not in same or text != text.upper()
    }
    yield from _in_languages("title", inflected, Rank.TITLE)
    for text in sorted(same if len(title) > 1 else title.values()):
        yield Passage("title", NO_LANGUAGE, text, Rank.NAME)


def _in_languages(where: str, text: Text, rank: Rank) -> Iterator[Passage]:
    for language, words in text.items():
        yield Passage(where, language, words, rank)


def _place_passages(practice: Practice) -> Iterator[Passage]:
    for place in practice.places:
        yield Passage("places", NO_LANGUAGE, place.name, Rank.PLACE)
        yield Passage("places", "en", place.name, Rank.PLACE)
        for language, name in country_names(place.country).items():
            yield Passage("places", language, name, Rank.PLACE)
    if practice.years:
        years = (practice.years.since, practice.years.until)
        told = " ".join(str(year) for year in years if year)
        yield Passage("years", NO_LANGUAGE, told, Rank.PLACE)


@lru_cache(maxsize=512)
def country_names(code: str) -> Mapping[str, str]:
    """Return what a country is called, by language; empty for a code that Unicode does not know."""
    named = {one: Locale.parse(locale_of(one)).territories.get(code, "") for one in languages()}
    return {language: str(name) for language, name in named.items() if name}


@lru_cache(maxsize=1024)
def _labels(facet: str, code: str) -> tuple[Passage, ...]:
    key = f"plan.{facet}.{code}"
    return tuple(
        Passage("tags", language, say(key, language), Rank.TAG)
        for language in languages()
        if has_text(key, language)
    )


def _tag_passages(codes: Mapping[str, tuple[str, ...]]) -> Iterator[Passage]:
    for facet in _TAGGED:
        for code in codes.get(facet, ()):
            yield from _labels(facet, code)
