"""What a plan file would bring into a plan that is there: new, changed, as it is, left, refused.

Parts are matched by their code. Nothing is ever deleted: what is in the plan and not in the file
is left as it is. Lists that have no order of their own (groups, partners, rows of money …) are the
same whatever order a spreadsheet put them in; what the audit says of a target now belongs to the
audit and is not compared. Diary and spending are only added to, as they are never changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from convive.core.strategy.model import (
    Action,
    Answer,
    Challenge,
    Commitment,
    Decision,
    Objective,
    Plan,
    Target,
)

LOOSE = "none"
"""Code of the meeting that holds commitments which were made outside of any."""
STORED = ("challenge", "objective", "action")
"""Kinds of parts that decisions and answers may point at."""


class Outcome(StrEnum):
    """What becomes of a part; in words ``plan.import.<code>``."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT = "left"
    """In the plan only; it stays as it is."""
    REFUSED = "refused"
    """In the file only, and not taken over: its code belongs to another plan, or nothing holds it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One part, and what becomes of it."""

    kind: str
    code: str
    title: str
    outcome: Outcome
    fields: tuple[str, ...] = ()
    """Which of its fields change."""

    @property
    def ref(self) -> str:
        """Name within the plan."""
        return f"{self.kind}:{self.code}"


_Fields = dict[str, Any]
_Parts = Mapping[str, tuple[str, _Fields]]
_UNORDERED = ("groups", "times", "spots", "partners", "evidence", "budget", "milestones", "risks")
_ADDED = ("spending", "diary")
_OF_ACTION = (
    "title", "about", "kind", "pillar", "level", "state", "groups", "times", "spots",
    "gender_lens", "gender_note", "lead", "partners", "starts_on", "ends_on", "dose_unit",
    "dose_planned", "diary_days", "evidence", "evidence_note", "shelf_ref", "logic", "budget", "milestones",
    "risks", "spending", "diary",
)  # fmt: skip
_OF_STRATEGY = ("title", "about", "from_year", "until_year", "currency", "state")


def changes_of(
    there: Plan | None,
    given: Plan,
    *,
    bodies: Collection[str] = (),
    taken: Mapping[str, Collection[str]] | None = None,
) -> tuple[Change, ...]:
    """Return what becomes of every part, in the order in which it has to be written.

    Parameters
    ----------
    there : Plan or None
        The plan that is there, whole; None where the file becomes a new one.
    given : Plan
        The plan of the file.
    bodies : collection of str
        Codes of the bodies that are known.
    taken : mapping, optional
        ``meeting``, ``decision``, ``commitment`` → codes that belong to other plans.
    """
    other = taken or {}
    found: list[Change] = [*_organisations(there, given), *_bodies(given, bodies, other)]
    for kind, parts in _KINDS.items():
        before = dict(parts(there)) if there else {}
        found += _of_kind(kind, before, dict(parts(given)), other.get(kind, ()))
    return tuple(found)


def missing_organisations(there: Plan | None, given: Plan) -> tuple[Change, ...]:
    """Return the organisations that would have to be made."""
    return tuple(one for one in _organisations(there, given) if one.outcome is Outcome.NEW)


def fresh_rows(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the rows of a diary or of spending that are not there yet, as often as they differ."""
    known = Counter(map(_said, before))
    found = []
    for row in after:
        if known[_said(row)]:
            known[_said(row)] -= 1
        else:
            found.append(row)
    return tuple(found)


def _said(row: Any) -> tuple[Any, ...]:
    """Return what a row says, however it was written: 5 is 5.00, and groups have no order."""
    values = (getattr(row, name) for name in row.__slots__)
    return tuple(frozenset(v.items()) if isinstance(v, Mapping) else v for v in values)


def _organisations(there: Plan | None, given: Plan) -> Iterator[Change]:
    known = {one.code for one in there.organisations} if there else set()
    for one in given.organisations:
        outcome = Outcome.SAME if one.code in known else Outcome.NEW
        yield Change("organisation", one.code, one.name, outcome)


def _bodies(
    given: Plan, known: Collection[str], other: Mapping[str, Collection[str]]
) -> Iterator[Change]:
    wanted = {
        one.body: one for one in given.meetings
        if one.code != LOOSE and one.code not in other.get("meeting", ())
    }  # fmt: skip
    for body in wanted:
        if body not in known:
            yield Change("body", body, body, Outcome.NEW)


def _of_kind(kind: str, before: _Parts, after: _Parts, taken: Collection[str]) -> Iterator[Change]:
    for code, (title, fields) in after.items():
        if code not in before:
            refused = code in taken or fields.get("is_homeless")
            outcome = Outcome.REFUSED if refused else Outcome.NEW
            yield Change(kind, code, title, outcome)
            continue
        changed = _changed(before[code][1], fields)
        outcome = Outcome.CHANGED if changed else Outcome.SAME
        yield Change(kind, code, title, outcome, changed)
    for code, (title, _) in before.items():
        if code not in after:
            yield Change(kind, code, title, Outcome.LEFT)


def _changed(before: _Fields, after: _Fields) -> tuple[str, ...]:
    return tuple(
        name for name, value in after.items()
        if (fresh_rows(before[name], value) if name in _ADDED else before.get(name, value) != value)
    )  # fmt: skip


# --- what is compared of each kind ---------------------------------------------------------------


def _strategy(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    # One plan meets one plan, whatever their codes are.
    yield "", (plan.title, {name: getattr(plan, name) for name in _OF_STRATEGY})


def _challenges(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    for one in plan.challenges:
        yield one.code, (one.title, _challenge(one))


def _challenge(one: Challenge) -> _Fields:
    findings = sorted((f.finding_id, f.build) for f in one.findings)
    return {"title": one.title, "topic": one.topic, "about": one.about, "findings": findings}


def _objectives(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    for above, one in plan.objectives():
        yield one.code, (one.title, _objective(above, one))


def _objective(above: Challenge, one: Objective) -> _Fields:
    return {
        "title": one.title, "about": one.about, "challenge": above.code,
        "targets": _aims(one.targets),
    }  # fmt: skip


def _actions(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    for _, above, one in plan.actions():
        yield one.code, (one.title, _action(above, one))


def _action(above: Objective, one: Action) -> _Fields:
    fields: _Fields = {"objective": above.code, "targets": _aims(one.targets)}
    for name in _OF_ACTION:
        value = getattr(one, name)
        fields[name] = sorted(value, key=repr) if name in _UNORDERED else value
    return fields


def _aims(targets: tuple[Target, ...]) -> list[Target]:
    """Return targets without what the audit says now, in an order of their own."""
    return sorted((replace(one, now=None) for one in targets), key=repr)


def _meetings(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    for one in plan.meetings:
        if one.code != LOOSE:
            yield one.code, (one.title, {})


def _decisions(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    for meeting in plan.meetings:
        for one in meeting.decisions:
            yield one.code, (one.text, _decision(one) | _home(meeting.code == LOOSE))


def _decision(one: Decision) -> _Fields:
    return {"text": one.text, "about": sorted(held_refs(one.about))}


def _commitments(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    for meeting, one in plan.commitments():
        # Outside of a meeting only the action tells to which plan a commitment belongs.
        is_homeless = meeting.code == LOOSE and not action_of(one)
        yield one.code, (one.text, _commitment(one) | _home(is_homeless))


def _commitment(one: Commitment) -> _Fields:
    return {
        "text": one.text, "owner": one.owner, "due": one.due, "done_on": one.done_on,
        "is_dropped": one.is_dropped, "action": action_of(one), "decision": one.decision,
    }  # fmt: skip


def _home(is_homeless: bool) -> _Fields:  # noqa: FBT001 - a fact, not a switch
    return {"is_homeless": True} if is_homeless else {}


def _answers(plan: Plan) -> Iterator[tuple[str, tuple[str, _Fields]]]:
    for one in plan.answers:
        yield f"{one.framework}/{one.point}", (one.point, _answer(one))


def _answer(one: Answer) -> _Fields:
    parts = sorted(held_refs(one.parts))
    return {"parts": parts, "why_not": one.why_not} | _home(not parts and not one.why_not)


def held_refs(refs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the references of parts that decisions and answers can point at."""
    return tuple(ref for ref in refs if ref.partition(":")[0] in STORED)


def action_of(one: Commitment) -> str:
    """Return the code of the action that a commitment is about, the first one; empty without."""
    return next((ref.partition(":")[2] for ref in one.about if ref.startswith("action:")), "")


_KINDS: Mapping[str, Callable[[Plan], Iterator[tuple[str, tuple[str, _Fields]]]]] = {
    "strategy": _strategy, "challenge": _challenges, "objective": _objectives, "action": _actions,
    "meeting": _meetings, "decision": _decisions, "commitment": _commitments, "answer": _answers,
}  # fmt: skip
