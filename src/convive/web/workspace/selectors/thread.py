"""The golden thread: what stands before and after something, from finding to effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from convive.web.workspace import secrecy
from convive.web.workspace.models import (
    Action,
    Challenge,
    Commitment,
    Decision,
    DiaryEntry,
    KeptFinding,
    Objective,
    Strategy,
    Target,
)

MOST = 5
"""Of each kind; of the rest it is said that there are more."""


@dataclass
class Thread:
    """Rows by kind, each list one longer than `MOST` where there are more."""

    strategy: Strategy | None
    found: dict[str, list[Any]] = field(default_factory=dict)


def read_thread(thing: Any, account: Any) -> Thread:
    """Return what belongs to a part of the plan, as far as an account may know of it.

    `thing` is a KeptFinding, Challenge, Objective, Action, Decision, Commitment or DiaryEntry.
    """
    actions = secrecy.actions_of(account).filter(_actions_of(thing)).distinct()
    objectives = _objectives_of(thing, account, actions)
    challenges = _challenges_of(thing, account, objectives)
    meant = Q(actions__in=actions.values("pk"))
    if not isinstance(thing, Action | DiaryEntry | Commitment):
        meant |= Q(objectives__in=objectives.values("pk")) | Q(
            challenges__in=challenges.values("pk")
        )
    found: dict[str, Any] = {
        "finding": _findings_of(thing, challenges, actions),
        "challenge": challenges.select_related("strategy"),
        "objective": objectives.select_related("challenge__strategy"),
        "action": actions.select_related("strategy"),
        "decision": _decisions(thing, account, meant),
        "commitment": _commitments(thing, account, actions),
        "diary": _diary(thing, account, actions),
        "effect": Target.objects.filter(
            Q(objective__in=objectives.values("pk")) | Q(action__in=actions.values("pk"))
        ).select_related("objective__challenge__strategy", "action__strategy"),
    }
    rows = {kind: list(some[: MOST + 1]) for kind, some in found.items()}
    return Thread(_strategy(rows), rows)


def _strategy(rows: dict[str, list[Any]]) -> Strategy | None:
    for one in (*rows["challenge"], *rows["action"]):
        return one.strategy  # type: ignore[no-any-return]
    return None


def _actions_of(thing: Any) -> Q:
    if isinstance(thing, Action):
        return Q(pk=thing.pk)
    if isinstance(thing, DiaryEntry | Commitment):
        decision = getattr(thing, "decision_id", None) or 0
        return Q(pk=thing.action_id or 0) | Q(decisions=decision)
    if isinstance(thing, Decision):
        return Q(decisions=thing.pk)
    if isinstance(thing, Objective):
        return Q(objective=thing.pk)
    if isinstance(thing, Challenge):
        return Q(objective__challenge=thing.pk)
    return Q(objective__challenge__findings__finding_id=thing.finding_id) | Q(
        evidence__finding_id=thing.finding_id
    )


def _objectives_of(thing: Any, account: Any, actions: QuerySet[Action]) -> QuerySet[Objective]:
    if isinstance(thing, Objective):
        return Objective.objects.filter(pk=thing.pk)
    known = secrecy.strategies_of(account).order_by().values("pk")
    meant = Q(pk__in=actions.order_by().values("objective"))
    if isinstance(thing, Challenge):
        meant = Q(challenge=thing.pk)
    elif isinstance(thing, KeptFinding):
        meant |= Q(challenge__findings__finding_id=thing.finding_id)
    elif isinstance(thing, Decision):
        meant |= Q(decisions=thing.pk)
    return Objective.objects.filter(meant, challenge__strategy__in=known).distinct()


def _challenges_of(
    thing: Any, account: Any, objectives: QuerySet[Objective]
) -> QuerySet[Challenge]:
    if isinstance(thing, Challenge):
        return Challenge.objects.filter(pk=thing.pk)
    known = secrecy.strategies_of(account).order_by().values("pk")
    meant = Q(pk__in=objectives.order_by().values("challenge"))
    if isinstance(thing, KeptFinding):
        meant |= Q(findings__finding_id=thing.finding_id)
    elif isinstance(thing, Decision):
        meant |= Q(decisions=thing.pk)
    return Challenge.objects.filter(meant, strategy__in=known).distinct()


def _findings_of(
    thing: Any, challenges: QuerySet[Challenge], actions: QuerySet[Action]
) -> QuerySet[KeptFinding]:
    if isinstance(thing, KeptFinding):
        return KeptFinding.objects.filter(pk=thing.pk)
    meant = Q(challenges__in=challenges.order_by().values("pk"))
    if not isinstance(thing, Challenge):
        meant |= Q(actions__in=actions.order_by().values("pk"))
    return KeptFinding.objects.filter(meant).distinct()


def _decisions(thing: Any, account: Any, meant: Q) -> QuerySet[Decision]:
    if isinstance(thing, Decision):
        meant = Q(pk=thing.pk)
    elif isinstance(thing, Commitment):
        meant |= Q(pk=thing.decision_id or 0)
    known = secrecy.meetings_of(account).values("pk")
    found = Decision.objects.filter(meant, meeting__in=known)
    return found.select_related("meeting").distinct().order_by("-decided_on", "-pk")


def _commitments(thing: Any, account: Any, actions: QuerySet[Action]) -> QuerySet[Commitment]:
    meant = Q(action__in=actions.order_by().values("pk"))
    if isinstance(thing, Decision):
        meant |= Q(decision=thing.pk)
    elif isinstance(thing, Commitment):
        meant |= Q(pk=thing.pk)
    found = secrecy.commitments_of(account).filter(meant)
    return found.select_related("owner", "meeting").distinct().order_by("-due", "-pk")


def _diary(thing: Any, account: Any, actions: QuerySet[Action]) -> QuerySet[DiaryEntry]:
    seen = secrecy.whole_actions_of(account).filter(pk__in=actions.order_by().values("pk"))
    found = DiaryEntry.objects.filter(action__in=seen.order_by().values("pk"))
    if isinstance(thing, DiaryEntry):
        found = found.filter(pk=thing.pk) if found.filter(pk=thing.pk).exists() else found.none()
    return found.select_related("action__strategy", "organisation").order_by("-on", "-pk")
