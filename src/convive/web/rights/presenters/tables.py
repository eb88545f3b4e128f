"""A table of the room as pages and files show it: what is not shown is a word, never a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convive.app.evidence_room.axes import Label
from convive.app.evidence_room.tables import Cell, RoomTable
from convive.catalogue.texts import format_date, format_number, say
from convive.web.rights.models import Agreement
from convive.web.rights.presenters.words import dimension_words, label_words


@dataclass(frozen=True)
class ShownTable:
    """Heads and rows in words."""

    heads: list[str]
    rows: list[dict[str, Any]]
    sentences: list[str]
    """What makes the figures honest: how many, floor, period, agreement."""


def shown_table(table: RoomTable, agreement: Agreement, language: str) -> ShownTable:
    """Return a table for a page."""
    heads = [_head(label, table, language) for label in table.columns]
    rows = [
        {
            "name": label_words(label, language),
            "cells": [
                {"head": head, "text": _text(cell, language), "is_hidden": cell.count is None}
                for head, cell in zip(heads, cells, strict=True)
            ],
        }
        for label, cells in zip(table.rows, table.cells, strict=True)
    ]
    corner = dimension_words(table.question.rows, language)
    return ShownTable([corner, *heads], rows, sentences(table, agreement, language))


def plain_rows(table: RoomTable, language: str) -> list[list[str | int]]:
    """Return heads and rows for a file: numbers are numbers."""
    heads: list[str | int] = [dimension_words(table.question.rows, language)]
    heads += [_head(label, table, language) for label in table.columns]
    hidden = say("rights.table.not_shown", language)
    return [
        heads,
        *(
            [label_words(label, language), *(hidden if c.count is None else c.count for c in cells)]
            for label, cells in zip(table.rows, table.cells, strict=True)
        ),
    ]


def sentences(table: RoomTable, agreement: Agreement, language: str) -> list[str]:
    """Return what has to be said with the figures."""
    found = [say("rights.table.source", language, source=table.source_id)]
    if table.years:
        first, last = table.years
        found.append(say("rights.table.period", language, first=str(first), last=str(last)))
    if table.year is not None:
        found.append(say("rights.table.one_year", language, year=str(table.year)))
    if table.total.count is not None and table.is_of_source:
        found.append(say("rights.table.n", language, n=table.total.count))
    elif table.total.count is not None and table.year is not None:
        found.append(say("rights.table.n_year", language, n=table.total.count))
    found += [say(f"rights.table.note.{code}", language) for code in table.notes]
    found.append(say("rights.table.floor", language, floor=table.floor))
    if table.n_hidden:
        found.append(say("rights.table.hidden", language, n=table.n_hidden))
    until = format_date(agreement.valid_until, language) if agreement.valid_until else ""
    found.append(say("rights.table.by", language, code=agreement.code, day=until))
    return found


def _head(label: Label, table: RoomTable, language: str) -> str:
    if not table.question.columns:
        return say("rights.table.count", language)
    return label_words(label, language)


def _text(cell: Cell, language: str) -> str:
    if cell.count is None:
        return say("rights.table.not_shown", language)
    return format_number(cell.count, language)
