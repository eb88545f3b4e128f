"""The year of a plan as a document: objectives, delivery, effects, money, what the rules suggest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from convive.app import plan_wording as words
from convive.app.documents import Block, Bullets, Document, Facts, Grid, Heading, Paragraph
from convive.catalogue.texts import format_date, format_number, known_language, say
from convive.core.evaluation.yearly import ActionYear, ObjectiveYear, Suggestion, YearlyReport
from convive.core.strategy.change import TargetReading
from convive.core.strategy.model import Plan

_KEY = "evaluation_page.year"


def yearly_document(
    report: YearlyReport, plan: Plan, *, language: str, on: date | None = None,
    names: words.Names = words.UNNAMED,
) -> Document:  # fmt: skip
    """Return the report of a year in the reader's language.

    Parameters
    ----------
    plan : Plan
        Only its head is told: title, town, currency.
    names : Names, optional
        What sources are called; those without a name are told by their codes.
    """
    language = known_language(language)
    blocks: list[Block] = [*_summary(report, plan.currency, language)]
    blocks.append(Heading(say(f"{_KEY}.objectives", language)))
    for one in report.objectives:
        blocks += _objective(one, plan.currency, language, names)
    blocks += _money(report, plan.currency, language)
    blocks += _rules(language)
    title = say(f"{_KEY}.title", language, year=str(report.year))
    return Document(
        title, language, plan.city, tuple(blocks), subtitle=plan.title, on=on,
        footer=f"{plan.city} · {plan.title} · {report.year}", has_contents=len(blocks) > 24,
    )  # fmt: skip


def _summary(report: YearlyReport, currency: str, language: str) -> Iterator[Block]:
    until, n = format_date(report.until, language), report.n_spendings()
    yield Paragraph(say(f"{_KEY}.until", language, day=until), "lead")
    yield Facts((
        (say("plan.sheet.actions", language), format_number(len(report.actions), language)),
        (say("plan.doc.planned", language), _planned(report, currency, language)),
        (say("plan.doc.spent", language), words.noted_money(report.spent if n else None, currency, language)),
    ))  # fmt: skip
    yield Heading(say(f"{_KEY}.next", language))
    yield Paragraph(say(f"{_KEY}.people_decide", language))
    for suggestion in Suggestion:
        found = report.suggested(suggestion)
        if not found:
            continue
        yield Heading(say(f"evaluation.suggestion.{suggestion}", language), 2)
        yield Bullets(tuple(f"{one.action.title}: {_why(one, language)}" for one in found))


def _planned(report: YearlyReport, currency: str, language: str) -> str:
    planned = report.planned if any(one.action.budget for one in report.actions) else None
    return words.noted_money(planned, currency, language)


def _why(one: ActionYear, language: str) -> str:
    return say(f"evaluation.suggestion_why.{one.why}", language)


def _objective(
    one: ObjectiveYear, currency: str, language: str, names: words.Names
) -> Iterator[Block]:
    yield Heading(one.objective.title, 2)
    if one.targets:
        columns = tuple(
            say(f"plan.column.{name}", language) for name in ("indicator_id", "baseline", "now")
        )
        said = say(f"{_KEY}.target_said", language)
        rows = tuple(_target(each, language, names) for each in one.targets)
        yield Grid((*columns, said), rows)
    else:
        yield Paragraph(say(f"{_KEY}.no_target", language), "small")
    if not one.actions:
        yield Paragraph(say(f"{_KEY}.no_action", language), "small")
        return
    columns = ("action", "stands", "delivered", "effect", "money", "suggested")
    yield Grid(
        tuple(say(f"{_KEY}.column.{name}", language) for name in columns),
        tuple(_action(each, currency, language) for each in one.actions),
    )


def _target(one: TargetReading, language: str, names: words.Names) -> tuple[str, ...]:
    target = one.target
    said = say(f"plan.target.{one.verdict}", language)
    if one.why:
        said = f"{said}: {say(f'target_why.{one.why}', language)}"
    return (
        words.indicator(target.indicator_id, language), words.figure(target.baseline, language, names),
        words.figure(target.now, language, names), said,
    )  # fmt: skip


def _action(one: ActionYear, currency: str, language: str) -> tuple[str, ...]:
    suggestion = say(f"evaluation.suggestion.{one.suggestion}", language)
    return (
        one.action.title, words.light(one.standing, language), _delivered(one, language),
        _effect(one, language), _spent(one, currency, language), f"{suggestion}: {_why(one, language)}",
    )  # fmt: skip


def _spent(one: ActionYear, currency: str, language: str) -> str:
    """Return what was spent of what was planned; what nobody noted is no 0."""
    spent, planned = (
        words.money(amount, currency, language) for amount in (one.spent, one.planned)
    )
    if one.n_spendings:
        kind = "spent_of" if one.action.budget else "spent_unplanned"
    else:
        kind = "nothing_noted_of" if one.action.budget else "nothing_noted"
    return say(f"{_KEY}.{kind}", language, spent=spent, planned=planned)


def _delivered(one: ActionYear, language: str) -> str:
    share, process = one.process.dose_share, one.process
    if share is not None:
        return say(f"{_KEY}.dose", language, percent=round(100 * share))
    if not process.n_entries:
        return say(f"{_KEY}.no_diary", language)
    return say(f"{_KEY}.entries", language, n=process.n_entries)


def _effect(one: ActionYear, language: str) -> str:
    known = one.known
    if known.verdict is not None:
        said = say(f"verdict.{known.verdict}", language)
        harms = [say(f"indicator.{each}", language) for each in known.harms]
        return f"{said}; {say(f'{_KEY}.harmed', language, what=harms)}" if harms else said
    if known.due_on is not None:
        return say(f"{_KEY}.due", language, day=format_date(known.due_on, language))
    return say(f"{_KEY}.not_evaluated", language)


def _money(report: YearlyReport, currency: str, language: str) -> Iterator[Block]:
    rows = tuple(
        (
            say(f"plan.pillar.{pillar}", language),
            words.noted_money(amount if report.n_spendings(pillar) else None, currency, language),
        )
        for pillar, amount in report.spent_by_pillar.items()
    )
    yield Heading(say("plan.doc.money", language))
    yield Grid(
        (say("plan.by.pillar", language), say("plan.doc.spent", language)), rows, numbers=(1,)
    )


def _rules(language: str) -> Iterator[Block]:
    yield Heading(say(f"{_KEY}.rules", language))
    yield Paragraph(say(f"{_KEY}.rules_explain", language))
