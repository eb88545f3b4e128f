"""What stands on a sheet, block by block, as plain data for the template."""

from __future__ import annotations

import re
from typing import Any

from convive.app.fieldwork.paper_forms import PaperOrder, head_fields
from convive.catalogue.rule_sentences import rule_sentence
from convive.catalogue.texts import localised, say
from convive.core.instruments.entry_keys import entry_keys, question_numbers
from convive.core.instruments.model import Choice, Instrument, Item, ItemType, Section
from convive.reports.paper.layout import fits_row, is_in_table, options_per_line

Block = dict[str, Any]
_OPEN = frozenset(ItemType) - {ItemType.CHOICE, ItemType.CHOICES, ItemType.NOTE, ItemType.CALCULATED}  # fmt: skip
_APART_IN_GRID = frozenset({ItemType.TEXT, ItemType.POSITION, ItemType.PHOTO, ItemType.DATETIME})
_ROUNDS_AS_BLOCKS = 3
_ROUNDS_IN_GRID = 12
_WIDE, _NARROW = 6, 3
"""Columns of a grid, in ordinary and in large print."""


def sheet_content(order: PaperOrder) -> Block:
    """Return everything that stands on a sheet but its number."""
    one, language = order.instrument, order.language
    drawing = _Drawing(order)
    return {
        "lang": language,
        "is_large": order.is_large,
        "title": localised(one.title, language),
        "campaign": order.title,
        "code": order.code,
        "version": say("paper.version", language, id=one.id, version=str(one.version)),
        "intro": localised(one.introduction or one.summary, language),
        "privacy": say(f"paper.privacy.{one.sensitivity.value}", language),
        "how": say("paper.how", language),
        "sheet": say("paper.sheet", language),
        "page": say("paper.page", language, page="{page}", pages="{pages}"),
        "qr": say("paper.qr", language, code=order.code, number="{number}"),
        "several": say("paper.several", language),
        "required": say("paper.required", language),
        "thanks": say("paper.thanks", language),
        "head": [_head(str(name), language) for name in head_fields(one)],
        "blocks": [block for section in one.content for block in drawing.section(section, 2)],
    }


def _head(name: str, language: str) -> Block:
    field = {"name": name, "label": say(f"paper.head.{name}", language)}
    if name != "daypart":
        return {**field, "options": []}
    options = [
        {"key": key, "label": say(f"paper.daypart.{code}", language)}
        for key, code in (("1", "day"), ("2", "night"))
    ]
    return {**field, "options": options}


class _Drawing:
    """Turns the sections of one instrument into blocks."""

    def __init__(self, order: PaperOrder) -> None:
        self.one: Instrument = order.instrument
        self.language = order.language
        self.is_large = order.is_large
        self.numbers = question_numbers(order.instrument)
        self.columns = _NARROW if order.is_large else _WIDE

    def section(self, section: Section, level: int) -> list[Block]:
        head = {
            "kind": "section", "level": min(level, 6),
            "title": localised(section.title, self.language),
            "intro": localised(section.introduction, self.language),
            "rule": self.rule(section.relevant), "more": "",
        }  # fmt: skip
        if not section.repeats:
            return [head, *self.parts(section, level + 1)]
        if section.at_most <= _ROUNDS_AS_BLOCKS or not _suits_grid(section):
            return self.rounds_as_blocks(section, level, head)
        return self.rounds_as_grid(section, head)

    def parts(self, section: Section, level: int) -> list[Block]:
        blocks: list[Block] = []
        for part in section.content:
            if isinstance(part, Section):
                blocks += self.section(part, level)
            elif part.type is not ItemType.CALCULATED:
                self.add(part, blocks)
        return blocks

    def add(self, item: Item, blocks: list[Block]) -> None:
        """Add an item; where it shares the scale of the one before, both stand in one table."""
        last = blocks[-1] if blocks else None
        if last is not None and self.shares(item, last):
            if last["kind"] != "scale":
                last.update(self.table(last))
            last["rows"].append(self.words(item))
            return
        blocks.append(self.item(item))

    def shares(self, item: Item, last: Block) -> bool:
        if self.is_large or item.type is not ItemType.CHOICE or item.scale is None:
            return False
        before = last.get("scale")
        return before == item.scale and is_in_table(item.scale, self.language)

    def table(self, first: Block) -> Block:
        words = {name: first[name] for name in ("n", "text", "hint", "rule", "is_required")}
        options = [dict(option, anchor="") for option in first["options"]]
        return {"kind": "scale", "options": options, "rows": [words]}

    def item(self, item: Item) -> Block:
        if item.type is ItemType.NOTE:
            text = localised(item.question, self.language)
            return {"kind": "note", "text": text, "rule": self.rule(item.relevant)}
        if item.type in _OPEN:
            return {**self.words(item), "kind": "open", "shape": _shape(item), "rounds": []}
        options = self.options(item)
        return {
            **self.words(item), "kind": "choice", "options": options, "scale": item.scale,
            "is_several": item.type is ItemType.CHOICES,
            "is_row": fits_row(options, is_large=self.is_large),
            "per_line": options_per_line(options, is_large=self.is_large),
        }  # fmt: skip

    def words(self, item: Item) -> Block:
        number = self.numbers.get(item.id)
        return {
            "n": str(number) if number else "",
            "text": localised(item.question, self.language),
            "hint": localised(item.hint, self.language),
            "rule": self.rule(item.relevant),
            "is_required": item.is_required,
        }

    def options(self, item: Item) -> list[Block]:
        scale = item.scale
        if scale is None:
            return []
        keys = entry_keys(scale)
        ordered: list[Choice] = sorted(scale.choices, key=lambda one: one.missing is not None)
        return [
            {
                "key": _key(keys.get(choice.code, ""), localised(choice.label, self.language)),
                "label": localised(choice.label, self.language),
                "anchor": localised(choice.anchor, self.language),
                "is_apart": choice.missing is not None,
            }
            for choice in ordered
        ]

    def rule(self, relevant: str) -> str:
        return rule_sentence(relevant, self.one, self.language)

    def rounds_as_blocks(self, section: Section, level: int, head: Block) -> list[Block]:
        n = min(section.at_most, max(section.at_least, _ROUNDS_AS_BLOCKS))
        blocks = [{**head, "more": self.more(section, n)}]
        for number in range(1, n + 1):
            title = f"{localised(section.title, self.language)} {number}"
            round_head = {"kind": "section", "level": min(level + 1, 6), "title": title,
                          "intro": "", "rule": "", "more": ""}  # fmt: skip
            blocks += [round_head, *self.parts(section, level + 2)]
        return blocks

    def rounds_as_grid(self, section: Section, head: Block) -> list[Block]:
        n = min(section.at_most, max(section.at_least, _ROUNDS_IN_GRID))
        kept = [item for item in section.items() if item.type is not ItemType.CALCULATED]
        rows = [self.grid_row(item) for item in kept if item.type not in _APART_IN_GRID]
        name = localised(section.title, self.language)
        grids = [
            {
                "kind": "grid", "name": name, "rows": rows,
                "columns": [str(k) for k in range(first, min(first + self.columns, n + 1))],
            }
            for first in range(1, n + 1, self.columns)
        ]  # fmt: skip
        apart = [
            {**self.item(item), "rounds": [str(k) for k in range(1, n + 1)], "name": name}
            for item in kept
            if item.type in _APART_IN_GRID
        ]
        how = say("paper.grid", self.language)
        return [{**head, "more": f"{how} {self.more(section, n)}".strip()}, *grids, *apart]

    def grid_row(self, item: Item) -> Block:
        is_several = item.type is ItemType.CHOICES
        return {**self.words(item), "options": self.options(item), "is_several": is_several}

    def more(self, section: Section, n: int) -> str:
        return say("paper.more_rounds", self.language) if section.at_most > n else ""


def _suits_grid(section: Section) -> bool:
    """Whether most of a section is codes and numbers, so that rounds can stand side by side."""
    kept = [item for item in section.items() if item.type is not ItemType.CALCULATED]
    inside = [item for item in kept if item.type not in _APART_IN_GRID]
    has_rounds = any(isinstance(part, Section) and part.repeats for part in section.content)
    return not has_rounds and len(inside) >= len(kept) / 2


def _key(key: str, label: str) -> str:
    """Return the key of a choice; empty where its label begins with it ("3 – good")."""
    says_it = label == key or re.match(rf"{re.escape(key)}\W", label) is not None
    return "" if key and says_it else key


def _shape(item: Item) -> str:
    if item.type is ItemType.TEXT and "multiline" in item.appearance:
        return "lines"
    return str(item.type)
