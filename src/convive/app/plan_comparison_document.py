"""Two plans side by side as a document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from convive.app import plan_wording as words
from convive.app.documents import Block, Bullets, Document, Facts, Grid, Heading, Paragraph
from convive.catalogue.texts import format_number, known_language, say
from convive.core.strategy.balance import Part
from convive.core.strategy.comparison import MONEY_BY, Compared, Comparison, FieldChange
from convive.core.strategy.coverage import Coverage

_NAMED = {"findings": "plan.sheet.findings", "targets": "plan.sheet.targets",
          "spots": "plan.sheet.places", "planned_money": "plan.doc.planned"}  # fmt: skip
_LISTS = {"kind": "kind", "pillar": "pillar", "level": "level", "state": "state",
          "groups": "group", "times": "time", "gender_lens": "lens"}  # fmt: skip


def comparison_document(
    comparison: Comparison, *, language: str, on: date | None = None
) -> Document:
    """Return two plans side by side in the reader's language."""
    language = known_language(language)
    a, b = comparison.a, comparison.b
    names = tuple(f"{one.title} ({one.city}, {one.from_year}–{one.until_year})" for one in (a, b))
    blocks: list[Block] = [
        Facts((("A", names[0]), ("B", names[1]))),
        Paragraph(say("plan.doc.matched_note", language), "small"),
    ]
    if not comparison.has_one_currency:
        blocks.append(Paragraph(say("plan.doc.currency_note", language), "small"))
    for kind in ("challenge", "objective", "action"):
        blocks += _parts(comparison, kind, language)
    blocks += _money(comparison, language)
    blocks += _coverages(comparison, language)
    title = say("plan.doc.comparison_title", language)
    subtitle = f"{a.title} · {b.title}"
    return Document(title, language, a.city, tuple(blocks), subtitle=subtitle, on=on)


def _parts(comparison: Comparison, kind: str, language: str) -> Iterator[Block]:
    parts = comparison.of_kind(kind)
    yield Heading(say(f"plan.sheet.{kind}s", language))
    rows = tuple(_row(part, comparison, language) for part in parts)
    columns = (say("plan.column.topic", language), "A", "B", say("plan.doc.changes", language))
    yield Grid(columns, rows, widths=(1.2, 2, 2, 2.4))
    counts = {where: sum(p.is_in == where for p in parts) for where in ("both", "a", "b")}
    yield Bullets((say("plan.doc.counts", language, **counts),))


def _row(part: Compared, comparison: Comparison, language: str) -> tuple[str, ...]:
    changes = (_change(one, comparison, language) for one in part.changed)
    return (
        say(f"plan.topic.{part.topic}", language),
        part.a.title if part.a else words.NOTHING,
        part.b.title if part.b else words.NOTHING,
        "\n".join(changes) or words.NOTHING,
    )


def _change(change: FieldChange, comparison: Comparison, language: str) -> str:
    label = say(_NAMED.get(change.field, f"plan.column.{change.field}"), language)
    if change.field in ("title", "targets", "findings"):
        return label
    sides = (_said(change.field, value, comparison, language) for value in (change.a, change.b))
    return f"{label}: {' → '.join(sides)}"


def _said(field: str, value: Any, comparison: Comparison, language: str) -> str:
    """Return a value of a plan in words."""
    if isinstance(value, Decimal):
        return words.money(value, comparison.a.currency, language)
    if isinstance(value, tuple):
        return ", ".join(_said(field, one, comparison, language) for one in value) or words.NOTHING
    if isinstance(value, StrEnum):
        return say(f"plan.{_LISTS[field]}.{value}", language)
    if isinstance(value, float):
        return format_number(value, language, 0 if value.is_integer() else 1)
    return words.day(value, language) if isinstance(value, date) else str(value or words.NOTHING)


def _money(comparison: Comparison, language: str) -> Iterator[Block]:
    yield Heading(say("plan.doc.money", language))
    has_each = any(comparison.residents)
    for by in MONEY_BY:
        columns = [say(f"plan.by.{by}", language), "A: %", "B: %", "A: n", "B: n"]
        each = say("plan.doc.per_resident", language)
        columns += [f"A: {each}", f"B: {each}"] if has_each else []
        rows = []
        for part in comparison.money[by]:
            known = Part(part.code, Decimal(0), Decimal(0), 0, part.name)
            row = [words.part_name(by, known, language)]
            row += [words.percent(share, language) for share in part.shares]
            row += [format_number(n, language) for n in part.n]
            for amount, plan in zip(part.per_resident, (comparison.a, comparison.b), strict=True):
                said = (
                    words.NOTHING
                    if amount is None
                    else words.money(amount, plan.currency, language)
                )
                row += [said] if has_each else []
            rows.append(tuple(row))
        yield Heading(say(f"plan.by.{by}", language), 2)
        yield Grid(tuple(columns), tuple(rows), numbers=tuple(range(1, len(columns))))


def _coverages(comparison: Comparison, language: str) -> Iterator[Block]:
    for pair in comparison.coverages:
        yield Heading(pair[0].framework, 2)
        rows = tuple(
            (
                say(f"plan.coverage.{status}", language),
                *(format_number(one.counts().counts[status], language) for one in pair),
            )
            for status in Coverage
        )
        yield Grid((say("plan.column.state", language), "A", "B"), rows, numbers=(1, 2))
