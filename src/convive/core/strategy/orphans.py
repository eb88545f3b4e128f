"""What hangs loose in a plan: the golden thread is broken before it or after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from convive.core.strategy.coverage import references_of
from convive.core.strategy.model import Action, Commitment, Plan, Spot
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


class ActionThread(NamedTuple):
    """What an action hangs by."""

    code: str
    is_stopped: bool
    has_evidence: bool
    """Findings or a note of its own, or findings of its challenge."""
    has_lead: bool
    has_partner: bool
    has_budget: bool


class PartThread(NamedTuple):
    """What a challenge or an objective hangs by."""

    code: str
    is_based: bool
    """Challenge: on a finding; objective: has a target."""
    is_followed: bool
    """Challenge: by an objective; objective: by an action."""


@dataclass(frozen=True, slots=True)
class Threads:
    """What the parts of a plan hang by, in the order of the plan."""

    challenges: Sequence[PartThread]
    objectives: Sequence[PartThread]
    actions: Sequence[ActionThread]
    spots: Sequence[tuple[str, Spot]]
    """Code of an action and where it is at work."""
    findings: Mapping[str, str]
    """Id of each finding that a challenge comes from → code of that challenge."""
    followed: frozenset[str]
    """Ids of the findings that an action follows."""
    commitments: Sequence[Commitment]
    lost: Sequence[tuple[str, str, str]] = ()
    """Framework, point, reference: parts that answer a point and are no longer in the plan."""


def threads_of(plan: Plan) -> Threads:
    """Return what the parts of a plan hang by."""
    based = {one.code: bool(one.findings) for one in plan.challenges}
    followed = {
        finding.finding_id
        for challenge in plan.challenges
        if any(objective.actions for objective in challenge.objectives)
        for finding in challenge.findings
    }
    for _, _, action in plan.actions():
        followed.update(ref.removeprefix("finding:") for ref in action.evidence)
    known = references_of(plan)
    return Threads(
        [PartThread(c.code, based[c.code], bool(c.objectives)) for c in plan.challenges],
        [PartThread(o.code, bool(o.targets), bool(o.actions)) for _, o in plan.objectives()],
        [_of_action(a, has_finding=based[c.code]) for c, _, a in plan.actions()],
        [(a.code, spot) for _, _, a in plan.actions() for spot in a.spots],
        {f.finding_id: c.code for c in plan.challenges for f in c.findings},
        frozenset(followed),
        [one for _, one in plan.commitments()],
        [(a.framework, a.point, ref) for a in plan.answers for ref in a.parts if ref not in known],
    )


def _of_action(action: Action, *, has_finding: bool) -> ActionThread:
    return ActionThread(
        action.code, action.state is ActionState.STOPPED,
        has_finding or bool(action.evidence) or bool(action.evidence_note.strip()),
        bool(action.lead), bool(action.partners), bool(action.budget),
    )  # fmt: skip


def orphans_of(
    threads: Threads,
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
    found = [*_promises(threads, today), *_parts(threads), *_lost(threads)]
    if published is not None:
        found += _findings(threads, list(dict.fromkeys(published)), frozenset(set_aside))
    if led_areas is not None:
        found += _areas(threads, frozenset(led_areas))
    return tuple(sorted(found, key=lambda orphan: ORPHANS.index(orphan.code)))


def _promises(threads: Threads, today: date) -> Iterator[Orphan]:
    for one in threads.commitments:
        if one.is_overdue(today):
            params = {"days": (today - one.due).days, "due": one.due.isoformat()}
            yield Orphan("commitment_overdue", one.ref, params | {"owner": one.owner})


def _parts(threads: Threads) -> Iterator[Orphan]:
    for one in threads.challenges:
        if not one.is_based:
            yield Orphan("challenge_without_finding", f"challenge:{one.code}")
        if not one.is_followed:
            yield Orphan("challenge_without_objective", f"challenge:{one.code}")
    for one in threads.objectives:
        if not one.is_based:
            yield Orphan("objective_without_target", f"objective:{one.code}")
        if not one.is_followed:
            yield Orphan("objective_without_action", f"objective:{one.code}")
    for action in threads.actions:
        yield from _action(action)


def _action(one: ActionThread) -> Iterator[Orphan]:
    """Yield what an action lacks; one that was stopped needs nothing any more."""
    if one.is_stopped:
        return
    for name in ("evidence", "lead", "partner", "budget"):
        if not getattr(one, f"has_{name}"):
            yield Orphan(f"action_without_{name}", f"action:{one.code}")


def _findings(
    threads: Threads, published: list[str], set_aside: frozenset[str]
) -> Iterator[Orphan]:
    """Yield published findings that no action follows, and kept ones that are published no more."""
    refs = {one: f"challenge:{code}" for one, code in threads.findings.items()}
    for one in published:
        if one not in threads.followed and one not in set_aside:
            yield Orphan("finding_without_action", f"finding:{one}", {"in": refs.get(one, "")})
    there = frozenset(published)
    for one, challenge_ref in refs.items():
        if one not in there:
            yield Orphan("finding_gone", f"finding:{one}", {"in": challenge_ref})


def _areas(threads: Threads, led: frozenset[tuple[str, str]]) -> Iterator[Orphan]:
    for code, spot in threads.spots:
        if spot.area_id and (spot.level, spot.area_id) not in led:
            params = {"level": spot.level, "area_id": spot.area_id, "area": spot.name}
            yield Orphan("area_without_lead", f"action:{code}", params)


def _lost(threads: Threads) -> Iterator[Orphan]:
    for framework, point, ref in threads.lost:
        yield Orphan("answer_lost", ref, {"framework": framework, "point": point})
