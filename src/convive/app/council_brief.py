"""The audit and the plan on one page for the council: five minutes, then decisions.

Nothing is chosen by hand: what stands here follows from findings, changes, lights and promises by
the rules below, so that two people get the same page. It is a way in, not a summary of everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from convive.app import plan_wording as words
from convive.app.brief_decisions import Decision, decisions_of
from convive.app.documents import Block, Bullets, Document, Grid, Heading, Paragraph
from convive.app.findings import PublishedFinding, findings_of
from convive.app.ports import Build
from convive.catalogue.texts import format_number, known_language, say
from convive.core.model import Certainty
from convive.core.strategy.balance import Balance, Part, balance_of
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.lights import Standing
from convive.core.strategy.model import Action, Plan
from convive.core.strategy.vocabulary import Pillar, Progress

MOST_CHANGES, MOST_NAMED, MOST_PROMISES, MOST_DEEDS, MOST_DECISIONS = 4, 6, 3, 3, 5
LONGEST = 90
"""Signs of a title; a longer one is cut between words."""
CHANGES = ("trend_rise", "trend_fall")


@dataclass(frozen=True)
class BriefPlan:
    """A plan as its reader may know of it, with how its parts stand."""

    plan: Plan
    standings: Mapping[str, Standing] = field(default_factory=dict)
    is_outline: bool = False
    """Whether spending and diary are not told: then nothing is said about either."""


def council_brief(
    build: Build, told: BriefPlan | None, *, language: str, on: date | None = None
) -> Document:
    """Return the page for the council in the reader's language.

    Parameters
    ----------
    build : Build
        The audit: what changed and what did not, in the city as a whole.
    told : BriefPlan, optional
        Without a plan the page says so, and asks to decide on what the audit shows.
    on : date, optional
        Day of the page; what is overdue is told by it.
    """
    language = known_language(language)
    findings = findings_of(build)
    blocks: list[Block] = [*_changed(findings, language), *_noise(build, language)]
    if told is None:
        blocks += [_title("promised", language), _said("no_plan", language)]
    else:
        blocks += [*_promised(told, on, language), *_delivered(told, on, language)]
        blocks += _cost(told, language)
    blocks += _decisions(decisions_of(findings, told, on), told, language)
    blocks.append(_said("rule", language, "small"))
    city = build.city.name
    return Document(
        say("brief.title", language, city=city), language, city, tuple(blocks), on=on,
        subtitle=short(told.plan.title) if told else "", footer=say("brief.footer", language),
        is_one_page=True,
    )  # fmt: skip


def short(text: str, most: int = LONGEST) -> str:
    """Return a text of at most `most` signs, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    # A single endless word is cut where it must be.
    whole = cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut
    return f"{whole.rstrip(' ,;:.')}…"


def _title(name: str, language: str) -> Heading:
    return Heading(say(f"brief.section.{name}", language))


def _said(name: str, language: str, tone: Any = "plain", **params: Any) -> Paragraph:
    return Paragraph(say(f"brief.{name}", language, **params), tone)


def _changed(findings: Sequence[PublishedFinding], language: str) -> Iterator[Block]:
    """Yield the tested changes of the whole city, first to read first."""
    yield _title("changed", language)
    found = [
        one
        for one in findings
        if one.code in CHANGES and one.level == "city" and one.certainty != Certainty.TENTATIVE
    ]
    if not found:
        yield _said("nothing_changed", language)
        return
    lines = [
        f"{one.sentence(language).rstrip('.')} ({say(f'certainty.{one.certainty}', language)})."
        for one in found[:MOST_CHANGES]
    ]
    more = len(found) - MOST_CHANGES
    if more > 0:
        lines.append(say("brief.more_changes", language, n=more))
    yield Bullets(tuple(lines))


def _noise(build: Build, language: str) -> Iterator[Block]:
    """Yield how many figures moved no more than chance does, and of how many nothing can be told."""
    rows = build.tables["trends"].select(["indicator_id", "level", "verdict"]).to_pylist()
    verdicts = {r["indicator_id"]: r["verdict"] for r in rows if r["level"] == "city"}
    flat = [i for i, verdict in sorted(verdicts.items()) if verdict == "no_clear_change"]
    unknown = sum(verdict == "cannot_tell" for verdict in verdicts.values())
    yield _title("noise", language)
    if flat:
        names = [words.indicator(one, language) for one in flat[:MOST_NAMED]]
        key = "flat" if len(flat) <= MOST_NAMED else "flat_some"
        yield _said(key, language, n=len(flat), of=len(verdicts), names=names)
    else:
        yield _said("no_flat", language)
    if unknown:
        yield _said("unknown", language, n=unknown)


def _promised(told: BriefPlan, on: date | None, language: str) -> Iterator[Block]:
    plan = told.plan
    promises = [one for _, one in plan.commitments() if not one.is_dropped]
    objectives = [one for _, one in plan.objectives()]
    yield _title("promised", language)
    yield _said(
        "promised", language, objectives=len(objectives), actions=sum(1 for _ in plan.actions()),
        years=f"{plan.from_year}–{plan.until_year}",
    )  # fmt: skip
    titles = tuple(short(one.title) for one in objectives[:MOST_PROMISES])
    yield Bullets(titles)
    kept = sum(one.done_on is not None for one in promises)
    late = sum(on is not None and one.is_overdue(on) for one in promises)
    if promises:
        yield _said("commitments", language, n=len(promises), kept=kept, late=late)


def _delivered(told: BriefPlan, on: date | None, language: str) -> Iterator[Block]:
    """Yield how the actions stand, and what their diaries say was done."""
    yield _title("delivered", language)
    actions = [action for _, _, action in told.plan.actions()]
    lights = [told.standings[a.ref].progress for a in actions if a.ref in told.standings]
    parts = [
        f"{say(f'plan.progress.{one}', language)}: {format_number(lights.count(one), language)}"
        for one in Progress
        if one in lights
    ]
    yield Paragraph(" · ".join(parts)) if parts else _said("no_action", language)
    if told.is_outline:
        return
    lines = [_dose(one, on, language) for one in actions if one.dose_planned and one.diary]
    yield Bullets(tuple(lines[:MOST_DEEDS]))


def _dose(action: Action, on: date | None, language: str) -> str:
    done = sum(one.amount or 0 for one in action.diary if on is None or one.on <= on)
    return say(
        "brief.dose", language, action=short(action.title, 60), unit=short(action.dose_unit, 30),
        done=format_number(done, language), planned=format_number(action.dose_planned or 0, language),
    )  # fmt: skip


def _cost(told: BriefPlan, language: str) -> Iterator[Block]:
    """Yield planned and spent money by pillar; spending only where all of it is told."""
    yield _title("cost", language)
    balance = balance_of(ledger_of(told.plan))
    if not balance.has_planned and (told.is_outline or not balance.has_spent):
        yield _said("no_money", language)
        return
    names = ("planned",) if told.is_outline else ("planned", "spent")
    columns = (say("plan.by.pillar", language), *(say(f"plan.doc.{n}", language) for n in names))
    parts = [
        (say(f"plan.pillar.{one}", language), balance.splits["pillar"].part(one)) for one in Pillar
    ]
    lines: list[tuple[str, Part | Balance]] = [
        *parts, (say("plan.doc.total", language), balance),
    ]  # fmt: skip
    rows = tuple(
        (name, *(words.amount_of(part, n, balance.currency, language) for n in names))
        for name, part in lines
    )
    yield Grid(columns, rows, numbers=tuple(range(1, len(columns))))


def _decisions(found: Sequence[Decision], told: BriefPlan | None, language: str) -> Iterator[Block]:
    yield _title("decisions", language)
    if not found:
        yield _said("no_decision", language)
        return
    lines = [_decision(one, told, language) for one in found[:MOST_DECISIONS]]
    yield Bullets(tuple(lines), is_numbered=True)
    if len(found) > MOST_DECISIONS:
        yield _said("more_decisions", language, n=len(found) - MOST_DECISIONS)


def _decision(one: Decision, told: BriefPlan | None, language: str) -> str:
    """Return a question to the council."""
    params = {k: short(v) if isinstance(v, str) else v for k, v in one.params.items()}
    if one.finding:
        params["sentence"] = one.finding.sentence(language)
    if one.standing and told and not told.is_outline and one.standing.reasons:
        reason = words.reasons(one.standing, language)[0].rstrip(".")
        return say("brief.decide.off_track_why", language, reason=short(reason, 140), **params)
    return say(f"brief.decide.{one.code}", language, **params)
