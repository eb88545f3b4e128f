"""Amounts, figures and parts of a plan in the reader's words, for documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from convive.app.documents import Grid
from convive.app.withdrawn_words import WITHDRAWN, finding_words, withdrawn_words
from convive.catalogue.texts import (
    format_date,
    format_number,
    format_percent,
    format_period,
    has_text,
    say,
)
from convive.core.model import Status
from convive.core.strategy.balance import Balance, Part, noted
from convive.core.strategy.ledger import NOT_SAID
from convive.core.strategy.lights import Reason, Standing
from convive.core.strategy.model import Figure, KeptFinding, Plan, Target

NOTHING = "–"
_PERCENT = "percent"
"""The unit whose sign stands at the number, as the language writes it."""
_WORDS = {"payer": "sector", "lead": "sector"}
"""Splits whose codes are words of another list."""


@dataclass(frozen=True)
class Names:
    """What areas and sources are called, by their codes."""

    areas: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(level, area) → name."""
    sources: Mapping[str, str] = field(default_factory=dict)


UNNAMED = Names()
"""Everything is told by its code."""


def money(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount with its currency; cents only where there are some."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    return f"{format_number(float(amount), language, decimals)}\N{NO-BREAK SPACE}{currency}"


def noted_money(amount: Decimal | None, currency: str, language: str) -> str:
    """Return an amount; where nobody noted anything (None) that is said, for it is not zero."""
    if amount is None:
        return say("evaluation_page.year.nothing_noted", language)
    return money(amount, currency, language)


def amount_of(part: Part | Balance, name: str, currency: str, language: str) -> str:
    """Return what is planned or spent of a part of the money, in words.

    Parameters
    ----------
    name : {"planned", "spent"}
    """
    return noted_money(noted(part, name), currency, language)


def percent(share: float | None, language: str) -> str:
    """Return a share (0 to 1) as a percentage; a dash where there is none."""
    return NOTHING if share is None else format_percent(100 * share, language)


def day(one: date | None, language: str) -> str:
    """Return a day in words, or a dash."""
    return format_date(one, language) if one else NOTHING


def indicator(identifier: str, language: str) -> str:
    """Return the label of an indicator; its id where the catalogue does not know it."""
    key = f"indicator.{identifier}"
    return say(key, language) if has_text(key) else identifier


def finding(one: KeptFinding, language: str) -> str:
    """Return a kept finding as a sentence, with how certain it was and of which day it is."""
    if one.code == WITHDRAWN:
        return f"{finding_words(one.params, language)} ({one.area or NOTHING})"
    key = f"finding.{one.code}"
    text = say(key, language, **one.params) if has_text(key) else one.code
    certainty = say(f"certainty.{one.certainty}", language)
    return f"{text} ({certainty}; {one.area or NOTHING}; {format_date(one.kept_on, language)})"


def figure(one: Figure | None, language: str, names: Names = UNNAMED) -> str:
    """Return a figure with interval, n, period and source; in words where it is not shown."""
    if one is None:
        return NOTHING
    if one.notice:
        return withdrawn_words(one.notice, language)
    if one.status is not Status.SHOWN or one.value is None:
        return say(f"status.{one.status}", language)
    parts = [_value(one.value, language, one.unit)]
    if one.low is not None and one.high is not None:
        high = _value(one.high, language, one.unit)
        parts.append(f"({_value(one.low, language)}–{high})")
    if one.unit and one.unit != _PERCENT:
        key = f"unit.{one.unit}"
        parts.append(say(key, language) if has_text(key) else one.unit)
    notes = [f"n = {format_number(one.n, language)}"] if one.n is not None else []
    if one.period_start and one.period_end and one.period_start < one.period_end:
        notes.append(format_period(one.period_start, one.period_end, language))
    notes += [names.sources.get(code, code) for code in one.source_ids]
    return "; ".join([" ".join(parts), *notes])


def _value(value: float, language: str, unit: str = "") -> str:
    written = format_percent if unit == _PERCENT else format_number
    return written(value, language, 0 if float(value).is_integer() else 1)


def reasons(standing: Standing, language: str) -> list[str]:
    """Return why something stands as it does, the gravest first."""
    return [_reason(one, language) for one in standing.reasons]


def _reason(one: Reason, language: str) -> str:
    """Return a reason in words; an indicator of another catalogue is called by its id."""
    text = say(f"plan.reason.{one.code}", language, **one.params)
    name = str(one.params.get("indicator", ""))
    return (
        text
        if not name or has_text(f"indicator.{name}")
        else text.replace(f"Indicator.{name}", name)
    )


def light(standing: Standing | None, language: str) -> str:
    """Return how something stands, in words."""
    return say(f"plan.progress.{standing.progress}", language) if standing else NOTHING


def names_of(plan: Plan) -> Mapping[str, str]:
    """Return code → name of the organisations."""
    return {one.code: one.name for one in plan.organisations}


def target_rows(targets: Iterable[Target], language: str, names: Names = UNNAMED) -> Grid:
    """Return targets as a table: indicator, where, direction, baseline, aim, due, now."""
    columns = ("indicator_id", "area", "direction", "baseline", "value", "due", "now")
    rows = tuple(
        (
            indicator(one.indicator_id, language),
            names.areas.get((one.level, one.area_id), one.area_id) or NOTHING,
            say(f"plan.direction.{one.direction}", language),
            figure(one.baseline, language, names),
            NOTHING if one.value is None else _value(one.value, language),
            day(one.due, language),
            figure(one.now, language, names),
        )
        for one in targets
    )
    return Grid(tuple(say(f"plan.column.{name}", language) for name in columns), rows)


def part_name(by: str, part: Part, language: str) -> str:
    """Return the name of one part of a split."""
    if part.code == NOT_SAID:
        return say("plan.doc.not_said", language)
    if by in ("area", "year"):
        return part.name or part.code
    return say(f"plan.{_WORDS.get(by, by)}.{part.code}", language)


def split_table(
    balance: Balance, by: str, language: str, amounts: Sequence[str] = ("planned", "spent")
) -> Grid:
    """Return a split of the money as a table, with its total; `amounts` are those that are told."""
    total = Part(
        "", balance.planned, balance.spent, balance.n,
        has_planned=balance.has_planned, has_spent=balance.has_spent,
    )  # fmt: skip
    lines = [(part_name(by, part, language), part) for part in balance.splits[by].parts]
    lines.append((say("plan.doc.total", language), total))
    names = [name for one in amounts for name in ((one, "share") if one == "planned" else (one,))]
    columns = (f"plan.by.{by}", *(f"plan.doc.{name}" for name in (*names, "n")))
    rows = tuple(
        (name, *(_amount(one, part, balance, language) for one in names), format_number(part.n, language))
        for name, part in lines
    )  # fmt: skip
    numbers = tuple(range(1, len(columns)))
    return Grid(tuple(say(one, language) for one in columns), rows, numbers=numbers)


def _amount(name: str, part: Part, balance: Balance, language: str) -> str:
    if name == "share":
        share = float(part.planned / balance.planned) if balance.planned else None
        return percent(share, language)
    return amount_of(part, name, balance.currency, language)
