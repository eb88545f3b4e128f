"""Where the money of a plan goes, as the page of the balance shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from convive.app.plan_wording import amount_of, noted_money, part_name
from convive.catalogue.texts import say
from convive.core.strategy.balance import (
    SPLITS,
    Balance,
    Part,
    Split,
    balance_of,
    splits_by_year,
)
from convive.core.strategy.gender_budget import GenderBudget, gender_budget_of
from convive.core.strategy.ledger import NOT_SAID
from convive.core.strategy.vocabulary import Pillar
from convive.web.workspace.presenters.bars import CLASSES, money_bar, parts_bar
from convive.web.workspace.selectors.ledger import ToldLedger

OVER_YEARS = ("pillar", "level", "kind", "lens", "group", "time", "payer", "lead", "area")
_MOST_ROWS = 40
_ZERO = Decimal(0)


def present_balance(told: ToldLedger, by: str, language: str) -> dict[str, Any]:
    """Return the splits, the chosen one over the years, and the gender budget."""
    balance = balance_of(told.ledger)
    years = splits_by_year(told.ledger, by)
    others = [name for name in SPLITS if name != "pillar"]
    return {
        "n": balance.n,
        "planned": amount_of(balance, "planned", balance.currency, language),
        "spent": "" if told.is_outline else amount_of(balance, "spent", balance.currency, language),
        "has_spent": not told.is_outline,
        "pillars": _split(balance, "pillar", language),
        "splits": [_split(balance, name, language) for name in others],
        "years": _years(years, balance, by, language),
        "choices": [{"by": one, "words": say(f"plan.by.{one}", language)} for one in OVER_YEARS],
        "gender": _gender(gender_budget_of(told.ledger), told, language),
    }


def pillar_sentence(balance: Balance, language: str) -> str:
    """Return prevention, sanction and cohesion side by side, as a sentence."""
    shares = {one.value: 100 * (balance.share("pillar", one) or 0) for one in Pillar}
    if balance.planned <= 0:
        return say("plan.balance.no_money", language, n=balance.n)
    return say("plan.balance.pillars", language, **shares)


def _split(balance: Balance, by: str, language: str) -> dict[str, Any]:
    split = balance.splits[by]
    parts = _largest_first(split) if by == "area" else list(split.parts)
    most = max((max(one.planned, one.spent) for one in parts), default=_ZERO)
    return {
        "by": by,
        "title": say(f"plan.by.{by}", language),
        "sentence": pillar_sentence(balance, language)
        if by == "pillar"
        else _sentence(balance, split, language),
        "rule": say("plan.doc.shared_note", language) if split.is_shared else "",
        "rows": [_row(balance, by, one, most, language) for one in parts[:_MOST_ROWS]],
        "more": max(0, len(parts) - _MOST_ROWS),
    }


def _largest_first(split: Split) -> list[Part]:
    return sorted(split.parts, key=lambda one: (one.code == NOT_SAID, -one.planned))


def _sentence(balance: Balance, split: Split, language: str) -> str:
    named = [one for one in split.parts if one.code != NOT_SAID and one.planned > 0]
    if not named:
        return say("plan.balance.nothing_said", language)
    top = max(named, key=lambda one: one.planned)
    share = 100 * float(top.planned / balance.planned)
    name = part_name(split.by, top, language)
    text = say("plan.balance.most", language, share=share, name=name)
    rest = split.part(NOT_SAID)
    if rest.planned > 0:
        left = 100 * float(rest.planned / balance.planned)
        text += " " + say("plan.balance.not_tied", language, share=left)
    return text


def _row(balance: Balance, by: str, one: Part, most: Decimal, language: str) -> dict[str, Any]:
    share = float(100 * one.planned / balance.planned) if balance.planned > 0 else None
    return {
        "name": part_name(by, one, language),
        "planned": amount_of(one, "planned", balance.currency, language),
        "spent": amount_of(one, "spent", balance.currency, language),
        "share": share, "n": one.n, "bar": money_bar(one.planned, one.spent, most),
    }  # fmt: skip


# --- over the years ------------------------------------------------------------------------------


def _years(
    by_year: Mapping[int, Split], balance: Balance, by: str, language: str
) -> dict[str, Any]:
    parts = _few(balance.splits[by])
    most = max((one.planned for one in by_year.values()), default=_ZERO)
    names = [part_name(by, one, language) for one in parts]
    has_rest = len(parts) < len(balance.splits[by].parts)
    if has_rest:
        names.append(say("plan.balance.others", language))
    rows = []
    for year, found in by_year.items():
        own = [found.part(one.code) for one in parts]
        amounts = [one.planned for one in own]
        cells = [amount_of(one, "planned", balance.currency, language) for one in own]
        if has_rest:
            amounts.append(found.planned - sum(amounts, _ZERO))
            known = {one.code for one in parts}
            is_noted = any(one.has_planned for one in found.parts if one.code not in known)
            cells.append(noted_money(amounts[-1] if is_noted else None, balance.currency, language))
        rows.append({
            "year": year, "bar": parts_bar(amounts, most),
            "cells": list(zip(names, cells, strict=True)),
            "total": noted_money(
                found.planned if any(one.has_planned for one in found.parts) else None,
                balance.currency, language,
            ),
        })  # fmt: skip
    return {
        "by": by, "title": say(f"plan.by.{by}", language), "rows": rows,
        "legend": list(zip(names, CLASSES, strict=False)),
    }  # fmt: skip


def _few(split: Split) -> Sequence[Part]:
    """Return the parts that a bar can tell apart: all, or the largest ones in their order."""
    if len(split.parts) <= len(CLASSES):
        return split.parts
    largest = sorted(split.parts, key=lambda one: -one.planned)[: len(CLASSES) - 1]
    return [one for one in split.parts if one in largest]


# --- gender budget -------------------------------------------------------------------------------


def _gender(found: GenderBudget, told: ToldLedger, language: str) -> dict[str, Any]:
    currency = told.ledger.currency
    sentence = say("plan.balance.no_money", language, n=told.ledger.n)
    if found.not_considered is not None:
        sentence = say("plan.balance.gender", language, share=100 * found.not_considered)
    lenses = [say(f"plan.lens.{one.code}", language) for one in found.lenses.parts]
    years = [
        {"year": year, "cells": [(name, amount_of(one, "planned", currency, language))
                                 for name, one in zip(lenses, parts, strict=True)]}
        for year, parts in found.lenses_by_year.items()
    ]  # fmt: skip
    reached = found.reached
    return {
        "sentence": sentence, "lenses": lenses, "years": years,
        "reached": [] if told.is_outline else [
            (say(f"plan.group.{group}", language), n) for group, n in reached.groups.items()
        ],
        "n_entries": reached.n_entries, "n_counted": reached.n_counted,
        "unknown": None if reached.unknown_share is None else 100 * reached.unknown_share,
    }  # fmt: skip
