"""The whole strategy as a document: challenges, objectives, actions, money, coverage, promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from convive.app import plan_wording as words
from convive.app.documents import (
    Block,
    Bullets,
    Document,
    Facts,
    Grid,
    Heading,
    Paragraph,
)
from convive.catalogue.texts import format_number, known_language, localised, say
from convive.core.strategy.balance import SPLITS, Balance, balance_of
from convive.core.strategy.coverage import Coverage, PlanCoverage
from convive.core.strategy.framework import Framework
from convive.core.strategy.gender_budget import gender_budget_of
from convive.core.strategy.ledger import Ledger, ledger_of
from convive.core.strategy.lights import Standing
from convive.core.strategy.model import Action, Challenge, Objective, Plan

Standings = Mapping[str, Standing]
_MONEY = ("pillar", "level", "kind", "payer", "year")
_AMOUNTS = ("planned", "spent")
_PLANNED = ("planned",)


class _How(NamedTuple):
    """Language, which amounts are told, and what areas and sources are called."""

    language: str
    amounts: Sequence[str]
    names: words.Names


@dataclass(frozen=True)
class Beside:
    """What is known of a plan beside itself.

    Attributes
    ----------
    standings : mapping of reference to Standing
        From `lights.standings_of`; without it nothing is said about how actions stand.
    coverages : sequence of (Framework, PlanCoverage)
        Frameworks against which it is held.
    names : Names
        What areas and sources of targets are called; those without a name are told by their codes.
    """

    standings: Standings = field(default_factory=dict)
    coverages: Sequence[tuple[Framework, PlanCoverage]] = ()
    names: words.Names = words.UNNAMED


def plan_document(
    plan: Plan,
    *,
    language: str,
    beside: Beside = Beside(),
    on: date | None = None,
    is_outline: bool = False,
) -> Document:
    """Return a strategy as a document in the reader's language.

    Parameters
    ----------
    on : date, optional
        Day of the document; what is overdue is told by it.
    is_outline : bool
        Whether the plan is told in outline: nothing is said about spending, which it lacks.
    """
    language = known_language(language)
    stand, amounts = beside.standings, _PLANNED if is_outline else _AMOUNTS
    how = _How(language, amounts, beside.names)
    balance = balance_of(ledger_of(plan))
    blocks: list[Block] = [*_summary(plan, balance, stand, how)]
    blocks.append(Heading(say("plan.sheet.challenges", language)))
    for challenge in plan.challenges:
        blocks += _challenge(plan, challenge, stand, how)
    blocks.append(Heading(say("plan.doc.money", language)))
    blocks += _splits(balance, _MONEY, language, amounts)
    for framework, met in beside.coverages:
        blocks += _coverage(framework, met, language)
    blocks += _commitments(plan, on, language)
    return _document(plan, plan.title, tuple(blocks), (language, on))


def balance_document(
    plan: Plan, ledger: Ledger, *, language: str, on: date | None = None, is_outline: bool = False
) -> Document:
    """Return where the money of a plan goes, by everything, and its gender budget.

    Parameters
    ----------
    plan : Plan
        Only its head is told: title, town, years.
    ledger : Ledger
        Its money.
    """
    language = known_language(language)
    amounts = _PLANNED if is_outline else _AMOUNTS
    blocks = [*_splits(balance_of(ledger), SPLITS, language, amounts, level=1)]
    blocks += _gender(ledger, language, has_diary=not is_outline)
    title = say("plan.doc.balance_title", language, title=plan.title)
    return _document(plan, title, tuple(blocks), (language, on))


def _document(
    plan: Plan, title: str, blocks: tuple[Block, ...], how: tuple[str, date | None]
) -> Document:
    language, on = how
    years = f"{plan.from_year}–{plan.until_year}"
    state = say(f"plan.strategy_state.{plan.state}", language)
    return Document(
        title, language, plan.city, blocks, subtitle=f"{years} · {state}", on=on,
        footer=f"{plan.city} · {plan.title}", has_contents=len(blocks) > 20,
    )  # fmt: skip


def _summary(plan: Plan, balance: Balance, stand: Standings, how: _How) -> Iterator[Block]:
    language, amounts, _ = how
    if plan.about:
        yield Paragraph(plan.about, "lead")
    counts = {
        "challenges": len(plan.challenges),
        "objectives": sum(1 for _ in plan.objectives()),
        "actions": balance.n,
    }
    pairs = [
        (say(f"plan.sheet.{name}", language), format_number(n, language))
        for name, n in counts.items()
    ]
    for name in amounts:
        amount = words.amount_of(balance, name, plan.currency, language)
        pairs.append((say(f"plan.doc.{name}", language), amount))
    yield Facts(tuple(pairs))
    actions = [stand[a.ref].progress for _, _, a in plan.actions() if a.ref in stand]
    rows = tuple(
        (say(f"plan.progress.{one}", language), format_number(actions.count(one), language))
        for one in dict.fromkeys(sorted(actions))
    )
    columns = (say("plan.doc.light", language), say("plan.doc.n", language))
    yield Grid(columns, rows, numbers=(1,))


def _challenge(plan: Plan, challenge: Challenge, stand: Standings, how: _How) -> Iterator[Block]:
    language = how.language
    yield Heading(challenge.title, 2)
    yield Paragraph(say(f"plan.topic.{challenge.topic}", language), "small")
    if challenge.about:
        yield Paragraph(challenge.about)
    if challenge.findings:
        yield Paragraph(f"{say('plan.sheet.findings', language)}:")
        yield Bullets(tuple(words.finding(one, language) for one in challenge.findings))
    for objective in challenge.objectives:
        yield from _objective(plan, objective, stand, how)


def _objective(plan: Plan, objective: Objective, stand: Standings, how: _How) -> Iterator[Block]:
    language = how.language
    yield Heading(objective.title, 3)
    standing = stand.get(objective.ref)
    if standing:
        said = [words.light(standing, language), *words.reasons(standing, language)]
        yield Paragraph(" ".join(f"{one.rstrip('.')}." for one in said), "small")
    if objective.about:
        yield Paragraph(objective.about)
    yield words.target_rows(objective.targets, language, how.names)
    for action in objective.actions:
        yield from _action(plan, action, stand.get(action.ref), how)


def _action(plan: Plan, action: Action, standing: Standing | None, how: _How) -> Iterator[Block]:
    language, amounts, _ = how
    names = words.names_of(plan)
    yield Heading(action.title, 4)
    if action.about:
        yield Paragraph(action.about)
    sorts = (
        f"plan.kind.{action.kind}",
        f"plan.pillar.{action.pillar}",
        f"plan.level.{action.level}",
    )
    label = {
        "kind": " · ".join(say(one, language) for one in sorts),
        "state": say(f"plan.state.{action.state}", language),
        "lead": names.get(action.lead, words.NOTHING),
        "partners": ", ".join(names.get(code, code) for code in action.partners),
        "groups": ", ".join(say(f"plan.group.{one}", language) for one in action.groups),
        "area": ", ".join(spot.name for spot in action.spots),
        "starts_on": words.day(action.starts_on, language),
        "ends_on": words.day(action.ends_on, language),
        "gender_lens": say(f"plan.lens.{action.gender_lens}", language),
        "evidence_note": action.evidence_note,
    }
    pairs = [(say(f"plan.column.{name}", language), text) for name, text in label.items() if text]
    for name in amounts:
        lines = action.budget if name == "planned" else action.spending
        total = getattr(action, f"{name}_money") if lines else None
        amount = words.noted_money(total, plan.currency, language)
        pairs.append((say(f"plan.doc.{name}", language), amount))
    if standing:
        pairs.append((say("plan.doc.light", language), words.light(standing, language)))
    yield Facts(tuple(pairs))
    if standing:
        yield Bullets(tuple(words.reasons(standing, language)))
    yield words.target_rows(action.targets, language, how.names)


def _splits(
    balance: Balance, splits: Iterable[str], language: str, amounts: Sequence[str], *,
    level: int = 2,
) -> Iterator[Block]:  # fmt: skip
    for by in splits:
        yield Heading(say(f"plan.by.{by}", language), level)
        if balance.splits[by].is_shared:
            yield Paragraph(say("plan.doc.shared_note", language), "small")
        yield words.split_table(balance, by, language, amounts)


def _gender(ledger: Ledger, language: str, *, has_diary: bool) -> Iterator[Block]:
    gender = gender_budget_of(ledger)
    yield Heading(say("plan.doc.gender", language))
    share = words.percent(gender.not_considered, language)
    yield Paragraph(say("plan.doc.not_considered", language, share=share))
    rows = tuple(
        (
            str(year),
            *(words.amount_of(part, "planned", ledger.currency, language) for part in parts),
        )
        for year, parts in gender.lenses_by_year.items()
    )
    lenses = tuple(say(f"plan.lens.{part.code}", language) for part in gender.lenses.parts)
    n = len(lenses) + 1
    yield Grid((say("plan.by.year", language), *lenses), rows, numbers=tuple(range(1, n)))
    if not has_diary:
        return
    people = tuple(
        (say(f"plan.group.{group}", language), format_number(count, language))
        for group, count in gender.reached.groups.items()
    )
    columns = (say("plan.column.groups", language), say("plan.column.reached", language))
    yield Grid(columns, people, numbers=(1,))
    known = {"n": gender.reached.n_counted, "of": gender.reached.n_entries}
    unknown = words.percent(gender.reached.unknown_share, language)
    yield Paragraph(say("plan.doc.reached_note", language, unknown=unknown, **known), "small")


def _coverage(framework: Framework, met: PlanCoverage, language: str) -> Iterator[Block]:
    """Yield how many points of each topic are answered, then the gaps with their place."""
    yield Heading(localised(framework.title, language))
    titles = {topic.id: localised(topic.title, language) for topic in framework.topics}
    rows = tuple(
        (titles[one.topic], *(format_number(one.counts[s], language) for s in Coverage))
        for one in met.topics()
    )
    states = tuple(say(f"plan.coverage.{status}", language) for status in Coverage)
    columns = (say("plan.column.topic", language), *states)
    yield Grid(columns, rows, numbers=(1, 2, 3, 4))
    gaps = [one for one in met.points if one.status is Coverage.GAP]
    if gaps:
        yield Heading(say("plan.coverage.gap", language), 2)
        lines = (f"{localised(g.point.short, language)} ({g.point.reference})" for g in gaps)
        yield Bullets(tuple(lines))


def _commitments(plan: Plan, on: date | None, language: str) -> Iterator[Block]:
    names = words.names_of(plan)
    rows = []
    for _, one in sorted(plan.commitments(), key=lambda pair: pair[1].due):
        if one.is_dropped:
            continue
        late = on is not None and one.is_overdue(on)
        state = words.day(one.done_on, language) if one.done_on else words.NOTHING
        state = say("plan.doc.overdue", language) if late else state
        rows.append(
            (one.text, names.get(one.owner, one.owner), words.day(one.due, language), state)
        )
    if rows:
        yield Heading(say("plan.sheet.commitments", language))
        columns = ("text", "owner", "due", "done_on")
        yield Grid(tuple(say(f"plan.column.{name}", language) for name in columns), tuple(rows))
