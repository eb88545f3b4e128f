"""What hangs loose in a plan: the golden thread is broken before it or after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from convive.core.strategy.coverage import references_of
from convive.core.strategy.model import Action, Challenge, Plan
from convive.core.strategy.vocabulary import ActionState

ORPHANS = (
    "commitment_overdue", "finding_without_action", "finding_gone", "challenge_without_finding",
    "challenge_without_objective", "objective_without_target", "objective_without_action",
    "action_without_evidence", "action_without_lead", "action_without_partner",
    "action_without_budget", "area_without_lead", "answer_lost",
)  # fmt: skip
"""In the order in which they are shown; in words ``plan.orphan.<code>``."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """Something that hangs loose."""

    code: str
    ref: str
    params: Mapping[str, Any] = field(default_factory=dict)


def orphans_of(
    plan: Plan,
    *,
    today: date,
    published: Iterable[str] | None = None,
    set_aside: Iterable[str] = (),
    led_areas: Iterable[tuple[str, str]] | None = None,
) -> tuple[Orphan, ...]:
    """Return everything that hangs loose, in the order of `ORPHANS`, then of the plan.

    Parameters
    ----------
    published : iterable of str, optional
        Ids of the findings that the shown audit publishes; without them, findings are not
        looked at.
    set_aside : iterable of str
        Ids of findings that the town has decided not to act on, and said why.
    led_areas : iterable of (level, area id), optional
        Areas that somebody answers for; without them, areas are not looked at.
    """
    found = [*_promises(plan, today), *_parts(plan), *_answers(plan)]
    if published is not None:
        found += _findings(plan, list(dict.fromkeys(published)), frozenset(set_aside))
    if led_areas is not None:
        found += _areas(plan, frozenset(led_areas))
    return tuple(sorted(found, key=lambda orphan: ORPHANS.index(orphan.code)))


def _promises(plan: Plan, today: date) -> Iterator[Orphan]:
    for _, one in plan.commitments():
        if one.is_overdue(today):
            params = {"days": (today - one.due).days, "due": one.due.isoformat()}
            yield Orphan("commitment_overdue", one.ref, params | {"owner": one.owner})


def _parts(plan: Plan) -> Iterator[Orphan]:
    for challenge in plan.challenges:
        if not challenge.findings:
            yield Orphan("challenge_without_finding", challenge.ref)
        if not challenge.objectives:
            yield Orphan("challenge_without_objective", challenge.ref)
        for objective in challenge.objectives:
            if not objective.targets:
                yield Orphan("objective_without_target", objective.ref)
            if not objective.actions:
                yield Orphan("objective_without_action", objective.ref)
            for action in objective.actions:
                yield from _action(challenge, action)


def _action(challenge: Challenge, action: Action) -> Iterator[Orphan]:
    """Yield what an action lacks; one that was stopped needs nothing any more."""
    if action.state is ActionState.STOPPED:
        return
    if not (challenge.findings or action.evidence or action.evidence_note.strip()):
        yield Orphan("action_without_evidence", action.ref)
    if not action.lead:
        yield Orphan("action_without_lead", action.ref)
    if not action.partners:
        yield Orphan("action_without_partner", action.ref)
    if not action.budget:
        yield Orphan("action_without_budget", action.ref)


def _findings(plan: Plan, published: list[str], set_aside: frozenset[str]) -> Iterator[Orphan]:
    """Yield published findings that no action follows, and kept ones that are published no more."""
    followed: set[str] = set()
    kept: dict[str, str] = {}
    for challenge in plan.challenges:
        ids = [finding.finding_id for finding in challenge.findings]
        kept |= dict.fromkeys(ids, challenge.ref)
        if any(objective.actions for objective in challenge.objectives):
            followed.update(ids)
    for _, _, action in plan.actions():
        followed.update(ref.removeprefix("finding:") for ref in action.evidence)
    for one in published:
        if one not in followed and one not in set_aside:
            yield Orphan("finding_without_action", f"finding:{one}", {"in": kept.get(one, "")})
    there = frozenset(published)
    for one, challenge_ref in kept.items():
        if one not in there:
            yield Orphan("finding_gone", f"finding:{one}", {"in": challenge_ref})


def _areas(plan: Plan, led: frozenset[tuple[str, str]]) -> Iterator[Orphan]:
    for _, _, action in plan.actions():
        for spot in action.spots:
            if spot.area_id and (spot.level, spot.area_id) not in led:
                params = {"level": spot.level, "area_id": spot.area_id, "area": spot.name}
                yield Orphan("area_without_lead", action.ref, params)


def _answers(plan: Plan) -> Iterator[Orphan]:
    known = references_of(plan)
    for answer in plan.answers:
        for ref in answer.parts:
            if ref not in known:
                params = {"framework": answer.framework, "point": answer.point}
                yield Orphan("answer_lost", ref, params)
