"""An instrument as the rows of an XLSForm: for a spreadsheet with all we know, or for a field app."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from convive.connectors.xlsform.answer_texts import answer_text, number_text
from convive.connectors.xlsform.columns import TYPE_OF_ITEM, translated
from convive.core.instruments.model import (
    Instrument,
    Item,
    ItemType,
    Provenance,
    Scale,
    Section,
)
from convive.core.model.city import Text

Row = dict[str, str]
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]")
_DYNAMIC = re.compile(r"[-+*|\[\](){}]|\b(div|mod)\b")
PHOTO_PIXELS = 1600
"""Longest side of a photo that a field app sends: sharp on a page, small on a phone."""

INTRODUCTION, SECTION_INTRODUCTION, METADATA_ROLE = "introduction", "section_introduction", "time"


@dataclass(frozen=True)
class Nodes:
    """Names of what a form has besides items and sections, free of theirs."""

    started: str
    ended: str
    introduction: str
    sections: Mapping[str, str]
    """Section → note with its introduction."""

    def all(self) -> frozenset[str]:
        """Return every such name."""
        return frozenset((self.started, self.ended, self.introduction, *self.sections.values()))


def nodes_of(instrument: Instrument) -> Nodes:
    """Return the names of the generated nodes: `start`, `end`, introductions."""
    taken = {"meta", *(item.id for item in instrument.items())}
    taken |= {section.id for section in instrument.sections()}

    def free(wanted: str) -> str:
        name = wanted
        while name in taken:
            name += "_"
        taken.add(name)
        return name

    started, ended, introduction = free("start"), free("end"), free("introduction")
    notes = {
        section.id: free(f"{section.id}_introduction")
        for section in instrument.sections()
        if section.introduction
    }
    return Nodes(started, ended, introduction, notes)


@dataclass
class Lists:
    """The choice lists of a form: one for each scale that differs from the others."""

    scales: dict[str, Scale] = field(default_factory=dict)

    def name(self, scale: Scale) -> str:
        """Return the list of a scale, a new one where there is none yet."""
        stem = _NOT_IN_A_NAME.sub("_", scale.id) or "list"
        name, number = stem, 1
        while name in self.scales and self.scales[name] != scale:
            number += 1
            name = f"{stem}_{number}"
        self.scales[name] = scale
        return name

    def rows(self) -> Iterator[Row]:
        """Yield the rows of the sheet `choices`."""
        for name, scale in self.scales.items():
            for choice in scale.choices:
                row = {"list_name": name, "name": choice.code}
                row |= translated("label", choice.label)
                if choice.value is not None:
                    row["convive_value"] = number_text(choice.value)
                if choice.missing is not None:
                    row["convive_missing"] = choice.missing.value
                for language, words in choice.anchor.items():
                    row[f"convive_anchor_{language}"] = words
                if scale.id != name:
                    row["convive_scale"] = scale.id
                yield row


def survey_rows(instrument: Instrument, lists: Lists) -> list[Row]:
    """Return the rows of the sheet `survey`; the scales met on the way go to `lists`."""
    nodes = nodes_of(instrument)
    rows: list[Row] = [
        {"type": "start", "name": nodes.started, "convive_role": METADATA_ROLE},
        {"type": "end", "name": nodes.ended, "convive_role": METADATA_ROLE},
    ]
    if instrument.introduction:
        rows.append(_note(nodes.introduction, instrument.introduction, INTRODUCTION))
    for section in instrument.content:
        rows += _section_rows(section, lists, nodes)
    return rows


def _note(name: str, text: Text, role: str) -> Row:
    return {"type": "note", "name": name, "convive_role": role, **translated("label", text)}


def _section_rows(section: Section, lists: Lists, nodes: Nodes) -> Iterator[Row]:
    what = "repeat" if section.repeats else "group"
    row = {"type": f"begin_{what}", "name": section.id, **translated("label", section.title)}
    row["relevant"] = section.relevant
    row["repeat_count"] = section.repeat_count
    if section.at_least:
        row["convive_at_least"] = str(section.at_least)
    if section.at_most != 100:
        row["convive_at_most"] = str(section.at_most)
    yield _filled(row)
    if section.introduction:
        yield _note(nodes.sections[section.id], section.introduction, SECTION_INTRODUCTION)
    for part in section.content:
        if isinstance(part, Section):
            yield from _section_rows(part, lists, nodes)
        else:
            yield _item_row(part, lists)
    yield {"type": f"end_{what}", "name": section.id}


def _item_row(item: Item, lists: Lists) -> Row:
    kind = TYPE_OF_ITEM[item.type]
    row: Row = {}
    if item.scale is not None:
        listed = lists.name(item.scale)
        is_choice = item.type in {ItemType.CHOICE, ItemType.CHOICES}
        kind = f"{kind} {listed}" if is_choice else kind
        row["convive_list"] = "" if is_choice else listed
    row |= {"type": kind, "name": item.id, **translated("label", item.question)}
    row |= translated("hint", item.hint)
    row |= translated("constraint_message", item.constraint_message)
    row |= {
        "required": "yes" if item.is_required else "",
        "relevant": item.relevant,
        "constraint": item.constraint,
        "calculation": item.calculation,
        "appearance": item.appearance,
        "parameters": f"max-pixels={PHOTO_PIXELS}" if item.type is ItemType.PHOTO else "",
        "convive_face": item.face.value if item.face else "",
        "convive_feeds": item.feeds,
        "convive_objective": "" if item.is_objective else "no",
        "convive_personal": "yes" if item.is_personal else "no",
        "convive_provenance": (
            "" if item.provenance is Provenance.RECONSTRUCTION else item.provenance.value
        ),
    }
    row |= default_cells(item.default, item)
    return _filled(row)


def default_cells(default: Any, item: Item) -> Row:
    """Return the cells of a default: as XLSForm has it, and exactly, where the two differ."""
    if default is None:
        return {}
    shown = shown_default(default, item)
    exact = json.dumps(default, ensure_ascii=False, sort_keys=True)
    return {"default": shown, "convive_default": "" if shown and shown == default else exact}


def shown_default(default: Any, item: Item) -> str:
    """Return a default as XLSForm takes it; a text that looks like a rule is written as one."""
    text = answer_text(default)
    is_words = item.type not in {ItemType.DATE, ItemType.DATETIME, ItemType.POSITION}
    is_number = isinstance(default, int | float)
    if not is_words or is_number or not _DYNAMIC.search(text):
        return text
    return f"concat({literal(text)}, '')"


def literal(text: str) -> str:
    """Return a text as XPath writes it down; one with both kinds of quotes is put together."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = [f"'{part}'" for part in text.split("'")]
    return "concat(" + ', "\'", '.join(parts) + ")"


def _filled(row: Mapping[str, str]) -> Row:
    return {column: value for column, value in row.items() if value != ""}


def texts_of(instrument: Instrument) -> Iterator[Text]:
    """Yield every text of an instrument."""
    yield from (instrument.title, instrument.summary, instrument.introduction)
    yield from (instrument.when_not, instrument.no_score_reason)
    for section in instrument.sections():
        yield from (section.title, section.introduction)
    for item in instrument.items():
        yield from (item.question, item.hint, item.constraint_message)
        for choice in item.scale.choices if item.scale else ():
            yield from (choice.label, choice.anchor)
    for score in instrument.scores:
        yield score.label
        yield from (band.label for band in score.bands)
        yield from (rule.label for rule in score.rules)


def languages_in(texts: Iterable[Text], declared: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the languages that occur, those declared first."""
    found = dict.fromkeys(declared)
    for text in texts:
        found.update(dict.fromkeys(text))
    return tuple(found)
