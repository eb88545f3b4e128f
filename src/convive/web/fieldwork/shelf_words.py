"""An instrument in words: what is asked, on which scale, and how scores are computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from convive.catalogue.rule_sentences import rule_sentence
from convive.catalogue.texts import localised, say
from convive.core.instruments.entry_keys import question_numbers
from convive.core.instruments.model import Instrument, Item, Score, Section
from convive.web.fieldwork.outcomes import number
from convive.web.fieldwork.rendering import words


def sections_in_words(instrument: Instrument, language: str) -> list[dict[str, Any]]:
    """Return the sections of an instrument with their questions, in order."""
    return list(_sections(instrument, instrument.content, language, 0))


def _sections(
    instrument: Instrument, content: Sequence[Item | Section], language: str, depth: int
) -> Iterator[dict[str, Any]]:
    numbers = question_numbers(instrument)
    for section in (part for part in content if isinstance(part, Section)):
        yield {
            "title": words(section.title, language),
            "introduction": words(section.introduction, language),
            "rule": rule_sentence(section.relevant, instrument, language),
            "repeats": section.repeats,
            "depth": depth,
            "items": [
                _item(one, language)
                | {
                    "number": numbers.get(one.id),
                    "rule": rule_sentence(one.relevant, instrument, language),
                }
                for one in section.content
                if isinstance(one, Item)
            ],
        }
        yield from _sections(instrument, section.content, language, depth + 1)


def _item(item: Item, language: str) -> dict[str, Any]:
    choices = item.scale.choices if item.scale else ()
    return {
        "item": item,
        "question": words(item.question, language),
        "hint": words(item.hint, language),
        "type": say(f"item_type.{item.type}", language),
        "provenance": say(f"provenance.{item.provenance}", language),
        "choices": [
            {
                "label": words(one.label, language),
                "anchor": words(one.anchor, language),
                "value": number(one.value, language),
            }
            for one in choices
        ],
    }


def scores_in_words(instrument: Instrument, language: str) -> list[dict[str, Any]]:
    """Return the scores of an instrument with what they rest on."""
    named = {section.id: section for section in instrument.sections()}
    return [_score(instrument, one, named, language) for one in instrument.scores]


def _score(
    instrument: Instrument, one: Score, named: dict[str, Section], language: str
) -> dict[str, Any]:
    per = localised(named[one.per].title, language) if one.per else ""
    return {
        "label": words(one.label, language),
        "method": say(f"score_method.{one.method}", language),
        "per": say("shelf.per", language, section=per) if per else "",
        "of": [
            {"name": _name(instrument, name, language), "weight": number(weight, language)}
            for name, weight in one.weights.items()
        ],
        "is_weighted": len(set(one.weights.values())) > 1,
        "expression": one.expression,
        "rules": [{"label": words(r.label, language), "when": r.when} for r in one.rules],
        "bands": [
            {
                "label": words(band.label, language),
                "limit": say("shelf.below", language, value=band.below)
                if band.below is not None
                else say("shelf.and_above", language),
            }
            for band in one.bands
        ],
    }  # fmt: skip


def _name(instrument: Instrument, name: str, language: str) -> str:
    item = instrument.item(name)
    if item is not None:
        return localised(item.question, language)
    earlier = next((one for one in instrument.scores if one.id == name), None)
    return localised(earlier.label, language) if earlier else name
