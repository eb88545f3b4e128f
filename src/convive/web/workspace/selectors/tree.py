"""The tree of a plan for its page, and the list of its actions: few queries at any size."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Window
from django.db.models.functions import Cast, RowNumber

from convive.web.workspace.models import Action, BudgetLine, Challenge, Objective, Strategy

SHOWN_AT_ONCE = 8
"""Actions of an objective on the page of the plan; the rest is a click away."""
SHOWN_OF_MANY = 2
"""The same in a plan of more actions than `MANY`, whose page would be too long to read."""
MANY = 400


def shown_of(n: int) -> int:
    """Return how many actions of an objective the page of a plan of `n` actions shows."""
    return SHOWN_AT_ONCE if n <= MANY else SHOWN_OF_MANY


@dataclass(frozen=True)
class Asked:
    """What the list of actions is narrowed to; empty means any."""

    pillar: str = ""
    level: str = ""
    kind: str = ""
    state: str = ""
    light: str = ""
    lead: str = ""
    sector: str = ""
    """Of whoever leads."""
    payer: str = ""
    area: str = ""
    """``level/area``."""
    group: str = ""
    challenge: str = ""
    objective: str = ""
    text: str = ""

    @property
    def is_any(self) -> bool:
        """Whether nothing is asked for."""
        return not any(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass
class Branch:
    """An objective with its first actions and sums over all of them."""

    objective: Objective
    n_actions: int = 0
    planned: Decimal = Decimal(0)
    actions: list[Action] = field(default_factory=list)


@dataclass
class Limb:
    """A challenge with its objectives."""

    challenge: Challenge
    n_findings: int = 0
    n_actions: int = 0
    planned: Decimal = Decimal(0)
    branches: list[Branch] = field(default_factory=list)


def narrowed(strategy: Strategy, asked: Asked) -> QuerySet[Action]:
    """Return the actions of a strategy that are asked for."""
    found = Action.objects.filter(strategy=strategy)
    plain = {
        "pillar": asked.pillar, "level": asked.level, "kind": asked.kind, "state": asked.state,
        "progress": asked.light, "lead__code": asked.lead, "lead__sector": asked.sector,
        "objective__code": asked.objective, "objective__challenge__code": asked.challenge,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in plain.items() if value})
    if asked.payer:
        payers = BudgetLine.objects.filter(payer=asked.payer).values("action")
        found = found.filter(pk__in=Subquery(payers))
    if asked.area:
        level, _, area_id = asked.area.partition("/")
        found = found.filter(areas__level=level, areas__area_id=area_id).distinct()
    if asked.group:
        # JSON lists cannot be asked for a member on SQLite; as text they can, on every database.
        found = found.annotate(groups_text=Cast("groups", TextField()))
        found = found.filter(groups_text__contains=f'"{asked.group}"')
    if asked.text:
        found = found.filter(
            Q(title__icontains=asked.text) | Q(about__icontains=asked.text) | Q(code=asked.text)
        )
    return found


def with_money(actions: QuerySet[Action]) -> QuerySet[Action]:
    """Return actions with what they are planned to cost, and who leads."""
    planned = (
        BudgetLine.objects.filter(action=OuterRef("pk"))
        .values("action")
        .annotate(total=Sum("amount"))
        .values("total")
    )
    return actions.select_related("lead", "objective__challenge").annotate(
        planned=Subquery(planned)
    )


def tree_of(strategy: Strategy, asked: Asked, *, first: int = SHOWN_AT_ONCE) -> list[Limb]:
    """Return challenges and objectives with sums over the asked actions, and the first of these.

    Where something is asked for, challenges and objectives without such an action are left out.
    """
    limbs = {
        one.pk: Limb(one, one.n_findings)
        for one in Challenge.objects.filter(strategy=strategy).annotate(
            n_findings=Count("findings", distinct=True)
        )
    }
    branches = {}
    for one in Objective.objects.filter(challenge__strategy=strategy).prefetch_related("targets"):
        branches[one.pk] = Branch(one)
        limbs[one.challenge_id].branches.append(branches[one.pk])
    asked_for = narrowed(strategy, asked)
    _add_sums(branches, asked_for)
    for action in _first_of_each(asked_for, first):
        branches[action.objective_id].actions.append(action)
    for limb in limbs.values():
        if not asked.is_any:
            continue
        limb.branches = [one for one in limb.branches if one.n_actions]
    return [_summed(limb) for limb in limbs.values() if asked.is_any or limb.branches]


def _add_sums(branches: dict[int, Branch], actions: QuerySet[Action]) -> None:
    chosen = actions.order_by().values("pk")
    counted = Action.objects.filter(pk__in=chosen).order_by().values_list("objective")
    for pk, n in counted.annotate(Count("pk")):
        branches[pk].n_actions = n
    lines = BudgetLine.objects.filter(action__in=chosen).order_by()
    for pk, total in lines.values_list("action__objective").annotate(Sum("amount")):
        branches[pk].planned = total


def _first_of_each(actions: QuerySet[Action], first: int) -> QuerySet[Action]:
    rank = Window(
        RowNumber(), partition_by=[F("objective")], order_by=[F("position").asc(), F("pk").asc()]
    )
    chosen = Action.objects.filter(pk__in=actions.order_by().values("pk"))
    return with_money(chosen.annotate(rank=rank).filter(rank__lte=first)).order_by("position", "pk")


def _summed(limb: Limb) -> Limb:
    limb.n_actions = sum(one.n_actions for one in limb.branches)
    limb.planned = sum((one.planned for one in limb.branches), Decimal(0))
    return limb


def totals_of(strategy: Strategy, asked: Asked) -> dict[str, Any]:
    """Return how many actions there are of each pillar and light, and the money of each pillar."""
    chosen = narrowed(strategy, asked).order_by()
    ids = chosen.values("pk")
    rows = list(
        Action.objects.filter(pk__in=ids)
        .order_by()
        .values_list("pillar", "progress")
        .annotate(n=Count("pk"))
    )
    money = dict(
        BudgetLine.objects.filter(action__in=ids)
        .order_by()
        .values_list("action__pillar")
        .annotate(Sum("amount"))
    )
    pillars: dict[str, int] = defaultdict(int)
    lights: dict[str, int] = defaultdict(int)
    for pillar, progress, n in rows:
        pillars[pillar] += n
        lights[progress] += n
    return {
        "n": sum(pillars.values()), "pillars": dict(pillars), "lights": dict(lights),
        "money": money, "planned": sum(money.values(), Decimal(0)),
    }  # fmt: skip
