"""The agenda of a partners' meeting from the data: what is due, what changed, what to decide.

A fact is a code with values; its sentence is the text ``agenda.fact.<key>``. Nothing is left out
in silence: what a list has no room for is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from convive.core.strategy.finding_changes import Change, FindingChange, FindingThen
from convive.core.strategy.vocabulary import Progress

MOST_COMMITMENTS = 40
MOST_CHANGES = 20
MOST_ACTIONS = 30
MOST_AT_FIRST = 8
"""Findings that a body hears of when it sees an audit for the first time."""
LATE_DAYS = 30
"""Overdue for longer, a commitment is put up for a decision: renew it or drop it."""
NOT_ON_TRACK = (Progress.OFF_TRACK, Progress.AT_RISK, Progress.CANNOT_TELL)
"""In the order in which they are spoken about."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the data say: a code, its values, and the part of the plan that it is about."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    ref: str = ""


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item of an agenda as it is proposed."""

    kind: str
    minutes: int
    facts: tuple[Fact, ...] = ()
    is_needed: bool = True
    """Whether there is anything to speak about; if not, only an item that stands there is kept."""


@dataclass(frozen=True, slots=True)
class LastMeeting:
    """The meeting before."""

    ref: str
    title: str
    day: date
    n_decisions: int
    n_commitments: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment as an agenda tells it."""

    ref: str
    text: str
    owner: str
    due: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class ActionNow:
    """How an action stands, with the reasons as codes and values."""

    ref: str
    title: str
    progress: Progress
    reasons: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    has_lead: bool = True
    has_promise: bool = False
    """Whether an open commitment is about it."""


@dataclass(frozen=True, slots=True)
class AnswerNow:
    """An action whose evaluation is due, or was answered since the last meeting."""

    ref: str
    title: str
    due: date
    verdict: str = ""
    """Empty: nobody has worked it out yet."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that an agenda is built from."""

    today: date
    last: LastMeeting | None = None
    promises: Sequence[Promise] = ()
    """Open ones, and those reported done since the last meeting."""
    has_audit: bool = True
    changes: Sequence[FindingChange] | None = None
    """None: there is nothing to compare with yet."""
    findings: Sequence[FindingThen] = ()
    """What the audit says today, the most important first; told where nothing can be compared."""
    has_plan: bool = True
    """Whether there is an adopted strategy to speak about."""
    actions: Sequence[ActionNow] = ()
    """Those that are not on track."""
    answers: Sequence[AnswerNow] = ()


def build_agenda(material: Material) -> tuple[DraftItem, ...]:
    """Return the items of an agenda in their order, with minutes that fit what is in them."""
    late = [one for one in material.promises if one.done_on is None and one.due < material.today]
    actions = _spoken_of(material.actions)
    n_spoken = len(actions) + sum(not one.verdict for one in material.answers)
    decide = tuple(_to_decide(material, late, actions))
    n_told = _n_first(material) if material.changes is None else len(material.changes)
    return (
        DraftItem("welcome", 5, () if material.last else _about_last(None)),
        DraftItem("last_minutes", 5, _about_last(material.last), material.last is not None),
        DraftItem(
            "commitments", _minutes(5, 2, len(late), 20), _about_promises(material),
            bool(material.promises),
        ),
        DraftItem("changes", _minutes(5, 2, n_told, 20), _about_changes(material)),
        DraftItem("actions", _minutes(5, 3, n_spoken, 30), _about_actions(material, actions)),
        DraftItem("decision", _minutes(5, 5, len(decide), 30), decide),
        DraftItem("any_other", 10),
    )  # fmt: skip


def _minutes(least: int, each: int, n: int, most: int) -> int:
    """Return minutes in steps of five."""
    return min(most, -(-(least + each * n) // 5) * 5)


def _about_last(last: LastMeeting | None) -> tuple[Fact, ...]:
    if last is None:
        return (Fact("first_meeting"),)
    params = {
        "title": last.title, "day": last.day,
        "decisions": last.n_decisions, "commitments": last.n_commitments,
    }  # fmt: skip
    return (Fact("last_meeting", params, last.ref),)


def _about_promises(material: Material) -> tuple[Fact, ...]:
    if not material.promises:
        return (Fact("no_commitments"),)
    rows = sorted(material.promises, key=lambda one: (one.done_on is not None, one.due, one.ref))
    told = [_about_promise(one, material.today) for one in rows[:MOST_COMMITMENTS]]
    return (*told, *_more(len(rows) - MOST_COMMITMENTS))


def _about_promise(one: Promise, today: date) -> Fact:
    params: dict[str, Any] = {"text": one.text, "owner": one.owner, "due": one.due}
    if one.done_on is not None:
        return Fact("commitment_done", params | {"day": one.done_on}, one.ref)
    if one.due < today:
        return Fact("commitment_overdue", params | {"days": (today - one.due).days}, one.ref)
    return Fact("commitment_open", params, one.ref)


def _about_changes(material: Material) -> tuple[Fact, ...]:
    if not material.has_audit:
        return (Fact("no_audit"),)
    if material.changes is None:
        return (Fact("no_comparison"), *_about_first(material))
    if not material.changes:
        return (Fact("audit_unchanged"),)
    told = [_about_change(one) for one in material.changes[:MOST_CHANGES]]
    return (*told, *_more(len(material.changes) - MOST_CHANGES))


def _n_first(material: Material) -> int:
    return min(len(material.findings), MOST_AT_FIRST)


def _about_first(material: Material) -> tuple[Fact, ...]:
    """Tell the most important findings of an audit that the body has not seen before."""
    told = [
        Fact("finding_first", _told(one, ""), f"finding:{one.finding_id}")
        for one in material.findings[:MOST_AT_FIRST]
    ]
    return (*told, *_more(len(material.findings) - MOST_AT_FIRST))


def _about_change(one: FindingChange) -> Fact:
    finding = one.finding
    is_public = one.change is not Change.GONE
    return Fact(
        f"finding_{one.change}", _told(finding, one.certainty_before),
        f"finding:{finding.finding_id}" if is_public else "",
    )  # fmt: skip


def _told(finding: FindingThen, certainty_before: str) -> dict[str, Any]:
    return {
        "code": finding.code, "params": dict(finding.params), "certainty": finding.certainty,
        "before": certainty_before, "n": finding.n, "period_start": finding.period_start,
        "period_end": finding.period_end, "sources": list(finding.sources),
        "finding_id": finding.finding_id, "level": finding.level, "area_id": finding.area_id,
        "indicator_ids": list(finding.indicator_ids),
    }  # fmt: skip


def _spoken_of(actions: Iterable[ActionNow]) -> list[ActionNow]:
    found = [one for one in actions if one.progress in NOT_ON_TRACK]
    return sorted(found, key=lambda one: (NOT_ON_TRACK.index(one.progress), one.ref))


def _about_actions(material: Material, actions: Sequence[ActionNow]) -> tuple[Fact, ...]:
    if not material.has_plan:
        return (Fact("no_strategy"),)
    due = tuple(
        Fact("evaluation_due", {"title": one.title, "due": one.due}, one.ref)
        for one in material.answers
        if not one.verdict
    )
    if not actions:
        return (Fact("all_on_track"), *due)
    told = [
        Fact(
            "action",
            {
                "title": one.title, "progress": str(one.progress),
                "reasons": [{"code": code, "params": dict(params)} for code, params in one.reasons],
            },
            one.ref,
        )
        for one in actions[:MOST_ACTIONS]
    ]  # fmt: skip
    return (*told, *_more(len(actions) - MOST_ACTIONS), *due)


def _to_decide(
    material: Material, late: Sequence[Promise], actions: Sequence[ActionNow]
) -> Iterable[Fact]:
    """Yield what nobody but the meeting can settle."""
    for answer in material.answers:
        if answer.verdict:
            told = {"title": answer.title, "verdict": answer.verdict}
            yield Fact("decide_answer", told, answer.ref)
    for one in actions[:MOST_ACTIONS]:
        if not one.has_lead:
            yield Fact("decide_lead", {"title": one.title}, one.ref)
        elif one.progress is Progress.OFF_TRACK and not one.has_promise:
            yield Fact("decide_action", {"title": one.title}, one.ref)
    for promise in late[:MOST_COMMITMENTS]:
        days = (material.today - promise.due).days
        if days > LATE_DAYS:
            params = {"text": promise.text, "owner": promise.owner, "days": days}
            yield Fact("decide_commitment", params, promise.ref)


def _more(n: int) -> tuple[Fact, ...]:
    return (Fact("more", {"n": n}),) if n > 0 else ()
