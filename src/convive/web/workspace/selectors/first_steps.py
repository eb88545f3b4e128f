"""How far a new town has come, from its first partner to its first meeting; one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, F, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from convive.web.accounts.models import Account
from convive.web.workspace.models import (
    Action,
    Body,
    BudgetLine,
    Challenge,
    Meeting,
    Objective,
    Stakeholder,
    Strategy,
    Target,
)

_CLOSED = Strategy.State.CLOSED


@dataclass(frozen=True)
class Begun:
    """What there is already; parts of the plan as ``strategy/part``, empty where there is none."""

    has_partner: bool
    strategy: str
    challenge: str
    objective: str
    has_target: bool
    action: str
    has_budget: bool
    body: str
    has_meeting: bool


def what_is_begun(account: Any, only: Strategy | None = None) -> Begun:
    """Return what there is already, in one strategy or in all that are not closed."""
    if only is None:
        strategies = Strategy.objects.exclude(state=_CLOSED)
    else:
        strategies = Strategy.objects.filter(pk=only.pk)
    meant = strategies.order_by().values("pk")
    challenges = Challenge.objects.filter(strategy__in=meant)
    objectives = Objective.objects.filter(challenge__strategy__in=meant)
    actions = Action.objects.filter(strategy__in=meant)
    rows: Any = Account.objects.filter(pk=account.pk).values(
        has_partner=Exists(Stakeholder.objects.exclude(part=Stakeholder.Part.ABSENT)),
        strategy=Subquery(strategies.values("code")[:1]),
        challenge=_first(challenges, "strategy__code"),
        objective=_first(objectives, "challenge__strategy__code"),
        has_target=Exists(Target.objects.filter(objective__in=objectives)),
        action=_first(actions, "strategy__code"),
        has_budget=Exists(BudgetLine.objects.filter(action__in=actions)),
        body=Subquery(Body.objects.filter(is_active=True).values("code")[:1]),
        has_meeting=Exists(Meeting.objects.exclude(state=Meeting.State.CANCELLED)),
    )
    found: dict[str, Any] = {name: "" if one is None else one for name, one in rows[0].items()}
    return Begun(**found)


def _first(parts: QuerySet[Any], strategy: str) -> Subquery:
    """Return the first of some parts with its strategy, as ``strategy/part``."""
    where = Concat(F(strategy), Value("/"), F("code"), output_field=CharField())
    return Subquery(parts.order_by("pk").values(where=where)[:1])
