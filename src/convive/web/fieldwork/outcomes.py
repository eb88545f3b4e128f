"""Puts answers and scores into words: what came out, and how it came about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.numbers import format_decimal

from convive.catalogue.texts import format_date, has_text, locale_of, localised, say
from convive.core.instruments.filling import Filled
from convive.core.instruments.model import (
    Instrument,
    Item,
    ItemType,
    Score,
    ScoreMethod,
    Section,
)
from convive.core.instruments.ratings import Part, PartStatus
from convive.core.instruments.scoring import Result, score
from convive.web.fieldwork.rendering import Words, words

MOST_DECIMALS = "#,##0.##"


@dataclass(frozen=True)
class PartRow:
    """One item or earlier score in a score."""

    name: Words
    answer: str
    counted: str
    weight: str


@dataclass(frozen=True)
class Outcome:
    """What one score came to, in words."""

    id: str
    label: Words
    method: str
    round: str
    text: str
    band: Words | None
    is_known: bool
    is_good: bool | None
    """Of a gate: whether it is met."""
    reason: str
    basis: str
    expression: str
    parts: tuple[PartRow, ...]


@dataclass(frozen=True)
class AnswerRow:
    """One question with its answer."""

    question: Words
    answer: str
    is_answered: bool


@dataclass(frozen=True)
class AnswerBlock:
    """The answers of a section, or of one round of it."""

    title: Words
    number: str
    rows: tuple[AnswerRow, ...]


def outcomes(instrument: Instrument, filled: Filled, language: str) -> list[Outcome]:
    """Return every score of a filled-in form; labels and gates first, they are the finding."""
    results = score(instrument, filled)
    found = []
    for each in instrument.scores:
        result = results[each.id]
        several = result if isinstance(result, tuple) else (result,)
        found += [_outcome(instrument, each, one, language) for one in several]
    first = {ScoreMethod.LABEL: 0, ScoreMethod.GATE: 1}
    order = {each.id: first.get(each.method, 2) for each in instrument.scores}
    return sorted(found, key=lambda one: order[one.id])


def _outcome(instrument: Instrument, each: Score, result: Result, language: str) -> Outcome:
    text, band = _text(each, result, language)
    has_base = each.method in (
        ScoreMethod.WEIGHTED_MEAN, ScoreMethod.WEIGHTED_SUM, ScoreMethod.SHARE_OF_MAXIMUM,
    )  # fmt: skip
    basis = ""
    if has_base and result.applicable:
        basis = say(
            "assess.basis", language, answered=result.answered, applicable=result.applicable
        )
    return Outcome(
        id=each.id,
        label=words(each.label, language),
        method=say(f"score_method.{each.method}", language),
        round=_round(instrument, result.path, language),
        text=text,
        band=band,
        is_known=not result.cannot_tell,
        is_good=result.met,
        reason=say(f"score_reason.{result.reason}", language) if result.reason else "",
        basis=basis,
        expression=each.expression,
        parts=tuple(_part(instrument, one, language) for one in result.parts),
    )


def _text(each: Score, result: Result, language: str) -> tuple[str, Words | None]:
    if result.cannot_tell:
        return say("assess.cannot_tell", language), None
    if result.met is not None:
        return say("assess.met" if result.met else "assess.not_met", language), None
    if result.label is not None:
        rule = next(one for one in each.rules if one.code == result.label)
        return localised(rule.label, language), None
    band = next((one for one in each.bands if one.code == result.band), None)
    text = number(result.value, language)
    is_share = each.method is ScoreMethod.SHARE_OF_MAXIMUM
    top = each.rescale_to if each.rescale_to is not None else 100.0 if is_share else None
    if top is not None:
        text = say("assess.out_of", language, value=text, maximum=number(top, language))
    return text, words(band.label, language) if band else None


def _round(instrument: Instrument, path: Sequence[Any], language: str) -> str:
    named = {section.id: section for section in instrument.sections()}
    return ", ".join(
        f"{localised(named[str(name)].title, language)} {int(index) + 1}"
        for name, index in zip(path[::2], path[1::2], strict=False)
    )


def _part(instrument: Instrument, part: Part, language: str) -> PartRow:
    item = instrument.item(part.name)
    earlier = next((one for one in instrument.scores if one.id == part.name), None)
    section = next((one for one in instrument.sections() if one.id == part.name), None)
    text = item.question if item else earlier.label if earlier else section.title if section else {}
    if part.status is PartStatus.COUNTED:
        counted = number(part.value, language) if part.value is not None else ""
        if part.maximum is not None and counted:
            most = number(part.maximum, language)
            counted = say("assess.out_of", language, value=counted, maximum=most)
    else:
        counted = say(f"part_status.{part.status}", language)
    return PartRow(
        words(text, language) if text else Words(part.name),
        _part_answer(item, earlier, part.answer, language),
        counted,
        number(part.weight, language),
    )


def _part_answer(item: Item | None, earlier: Score | None, answer: Any, language: str) -> str:
    if answer is None:
        return ""
    if item is not None:
        return answer_text(item, answer, language)
    if isinstance(answer, bool):
        return say("assess.met" if answer else "assess.not_met", language)
    if isinstance(answer, int | float):
        return number(answer, language)
    rules = earlier.rules if earlier else ()
    return next(
        (localised(one.label, language) for one in rules if one.code == answer), str(answer)
    )


def answer_text(item: Item, answer: Any, language: str) -> str:
    """Return an answer as people say it.

    Examples
    --------
    >>> answer_text(Item("n", ItemType.INTEGER, {"en": "How many?"}), 1200, "de")
    '1.200'
    """
    if item.scale is not None:
        codes = answer if isinstance(answer, list) else [answer]
        labels = {one.code: localised(one.label, language) for one in item.scale.choices}
        return "; ".join(labels.get(code, str(code)) for code in codes)
    if isinstance(answer, Mapping):
        return ", ".join(
            format_decimal(answer[k], "0.00000", language) for k in ("latitude", "longitude")
        )
    if item.type is ItemType.PHOTO:
        return say("assess.photo", language)
    if item.type is ItemType.DATE:
        return format_date(date.fromisoformat(answer), language)
    if isinstance(answer, int | float):
        return number(answer, language)
    return str(answer).replace("T", " ")[:16] if item.type is ItemType.DATETIME else str(answer)


def number(value: float | None, language: str) -> str:
    """Return a number with at most two decimals; empty for None."""
    if value is None:
        return ""
    shown = str(format_decimal(round(value, 2) + 0.0, MOST_DECIMALS, locale=locale_of(language)))
    return shown.replace("-", "\N{MINUS SIGN}")


def answer_blocks(instrument: Instrument, filled: Filled, language: str) -> list[AnswerBlock]:
    """Return all answers, section by section and round by round; only what was asked."""
    work = _Listing(filled, language)
    return [block for block in work.blocks(instrument.content, (), filled.answers) if block.rows]


class _Listing:
    def __init__(self, filled: Filled, language: str) -> None:
        self.filled, self.language = filled, language

    def blocks(
        self, content: Sequence[Item | Section], path: tuple[Any, ...], answers: Mapping[str, Any]
    ) -> Iterator[AnswerBlock]:
        for section in (part for part in content if isinstance(part, Section)):
            title = words(section.title, self.language)
            if not section.repeats:
                yield AnswerBlock(title, "", self.rows(section, path, answers))
                yield from self.blocks(section.content, path, answers)
                continue
            for index, one in enumerate(answers.get(section.id, ())):
                inside = (*path, section.id, index)
                number_ = str(index + 1)
                yield AnswerBlock(title, number_, self.rows(section, inside, one))
                yield from self.blocks(section.content, inside, one)

    def rows(
        self, section: Section, path: tuple[Any, ...], answers: Mapping[str, Any]
    ) -> tuple[AnswerRow, ...]:
        found = []
        for item in section.content:
            if not isinstance(item, Item) or item.type is ItemType.NOTE or not item.question:
                continue
            if (*path, item.id) not in self.filled.asked:
                continue
            value = answers.get(item.id)
            text = say("assess.no_answer", self.language)
            if value is not None:
                text = answer_text(item, value, self.language)
            found.append(AnswerRow(words(item.question, self.language), text, value is not None))
        return tuple(found)


def provenance_notice(instrument: Instrument, language: str) -> str:
    """Return where an instrument comes from, in a sentence; empty where it is our own."""
    if not instrument.inspired_by or not has_text("instrument.inspired_by"):
        return ""
    return say("instrument.inspired_by", language, original=instrument.inspired_by)
