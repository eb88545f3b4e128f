"""Reads for the home page: a query or two each, however much the town has."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from convive.web.roles import EDITORS, Role
from convive.web.workspace.models import (
    Action,
    Body,
    Challenge,
    Commitment,
    KeptFinding,
    Meeting,
    Objective,
    Strategy,
)
from convive.web.workspace.secrecy import meetings_of, organisation_of
from convive.web.workspace.selectors.commitments import open_commitments
from convive.web.workspace.selectors.waiting import waiting_actions

_LOOKED_AT = 50
_COMING = (Meeting.State.PLANNED, Meeting.State.CONVENED)


@dataclass(frozen=True)
class Orphans:
    """What of the plan hangs in the air."""

    actions_without_lead: int
    actions_without_evidence: int
    objectives_without_action: int
    objectives_without_target: int
    challenges_without_objective: int
    commitments_overdue: int

    @property
    def total(self) -> int:
        """All together."""
        return sum(astuple(self))


def own_commitments(account: Any, today: date) -> tuple[int, int]:
    """Return how many open commitments an account's organisation has, and how many are overdue."""
    own = organisation_of(account)
    if own is None:
        return 0, 0
    found = Commitment.objects.filter(owner=own, done_on=None, is_dropped=False).aggregate(
        n=Count("pk"), late=Count("pk", filter=Q(due__lt=today))
    )
    return found["n"], found["late"]


def next_meetings(account: Any, now: datetime) -> QuerySet[Meeting]:
    """Return the meetings to come that an account sits in; editors see all."""
    known = meetings_of(account).values("pk")
    return Meeting.objects.filter(pk__in=known, state__in=_COMING, ends_at__gte=now).order_by("starts_at")  # fmt: skip


def actions_waiting(account: Any, today: date) -> list[Action]:
    """Return running actions of an account's organisation whose diary is silent for too long."""
    if account.acts_for is None or not account.roles & {*EDITORS, Role.PARTNER}:
        return []
    return list(waiting_actions(account, today)[:_LOOKED_AT])


def open_strategy() -> str:
    """Return the code of the newest strategy that is not closed; empty where there is none."""
    codes = Strategy.objects.exclude(state=Strategy.State.CLOSED).values_list("code", flat=True)
    return codes.first() or ""


def bodies_to_convene(now: datetime) -> list[tuple[Body, str | None, datetime | None]]:
    """Return the bodies at work, each with code and beginning of its next meeting, if there is one."""
    coming = Meeting.objects.filter(body=OuterRef("pk"), state__in=_COMING, ends_at__gte=now).order_by("starts_at")  # fmt: skip
    rows: Any = Body.objects.filter(is_active=True).annotate(
        next_code=Subquery(coming.values("code")[:1]),
        next_at=Subquery(coming.values("starts_at")[:1]),
    )
    return [(row, row.next_code, row.next_at) for row in rows]


def count_orphans(today: date) -> Orphans:
    """Count what hangs in the air in the strategies that are not closed; one query."""
    is_open = ~Q(strategy__state=Strategy.State.CLOSED)
    actions = Action.objects.filter(is_open)
    objectives = Objective.objects.filter(~Q(challenge__strategy__state=Strategy.State.CLOSED))
    rows = {
        "actions_without_lead": actions.filter(lead=None),
        "actions_without_evidence": actions.filter(_rests_on_nothing()),
        "objectives_without_action": objectives.filter(actions=None),
        "objectives_without_target": objectives.filter(targets=None),
        "challenges_without_objective": Challenge.objects.filter(is_open, objectives=None),
        "commitments_overdue": open_commitments().filter(due__lt=today),
    }
    first, *others = (_counted(name, found) for name, found in rows.items())
    return Orphans(**dict(first.union(*others, all=True)))


def _rests_on_nothing() -> Q:
    own = Action.evidence.through.objects.filter(action_id=OuterRef("pk"))
    of_challenge = KeptFinding.challenges.through.objects.filter(
        challenge_id=OuterRef("objective__challenge_id")
    )
    return Q(evidence_note="") & ~Exists(own) & ~Exists(of_challenge)


def _counted(name: str, rows: QuerySet[Any]) -> QuerySet[Any, tuple[str, int]]:
    named = rows.order_by().annotate(counted=Value(name, CharField())).values("counted")
    found: QuerySet[Any, tuple[str, int]] = named.annotate(n=Count("pk")).values_list(
        "counted", "n"
    )
    return found
