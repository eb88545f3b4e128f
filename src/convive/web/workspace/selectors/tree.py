"""The tree of a plan for its page, and the list of its actions: few queries at any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Window
from django.db.models.functions import Cast, RowNumber

from convive.web.workspace.models import Action, BudgetLine, Challenge, Objective, Strategy
from convive.web.workspace.selectors.money import added

SHOWN_AT_ONCE = 8
"""Actions of an objective on the page of the plan; the rest is a click away."""
SHOWN_OPENED = 25
"""The same where one has opened the objective."""
MANY = 400
"""Actions of which the page would be too long to read: only those of one objective are shown."""


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
    planned: Decimal | None = None
    """Of all their actions; None where nobody noted any."""
    actions: list[Action] = field(default_factory=list)


@dataclass
class Limb:
    """A challenge with its objectives."""

    challenge: Challenge
    n_findings: int = 0
    n_actions: int = 0
    planned: Decimal | None = None
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


@dataclass(frozen=True)
class Sums:
    """Numbers of actions and planned money of a strategy, as far as is asked for."""

    actions: Mapping[tuple[int, str, str], int]
    """By objective, pillar and light."""
    planned: Mapping[tuple[int, str], Decimal]
    """By objective and pillar."""

    @property
    def n(self) -> int:
        """Number of actions."""
        return sum(self.actions.values())

    def n_by(self, place: int) -> dict[Any, int]:
        """Return numbers by one part of their key: 0 objective, 1 pillar, 2 light."""
        return _added(self.actions, place, 0)

    def planned_by(self, place: int) -> dict[Any, Decimal]:
        """Return money by one part of its key, 0 objective, 1 pillar; only where some was noted."""
        return dict(_added(self.planned, place, Decimal(0)))


def _added(numbers: Mapping[Any, Any], place: int, zero: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = defaultdict(lambda: zero)
    for key, number in numbers.items():
        found[key[place]] += number
    return found


def sums_of(strategy: Strategy, asked: Asked) -> Sums:
    """Return the sums over the actions that are asked for."""
    actions = Action.objects.filter(strategy=strategy)
    money = BudgetLine.objects.filter(action__strategy=strategy)
    if not asked.is_any:
        chosen = narrowed(strategy, asked).order_by().values("pk")
        actions = Action.objects.filter(pk__in=chosen)
        money = BudgetLine.objects.filter(action__in=chosen)
    counted = actions.order_by().values_list("objective", "pillar", "progress")
    added = money.order_by().values_list("action__objective", "action__pillar")
    return Sums(
        {tuple(key): n for *key, n in counted.annotate(Count("pk"))},
        {tuple(key): amount for *key, amount in added.annotate(Sum("amount"))},
    )


def tree_of(
    strategy: Strategy, asked: Asked, sums: Sums, *, first: int = SHOWN_AT_ONCE, opened: str = ""
) -> list[Limb]:
    """Return challenges and objectives with sums over the asked actions, and the first of these.

    Where something is asked for, challenges and objectives without such an action are left out.

    Parameters
    ----------
    first : int
        Actions of each objective.
    opened : str
        Code of an objective: of this one `SHOWN_OPENED`. In a plan of `MANY` only of this one.
    """
    limbs = {
        one.pk: Limb(one, one.n_findings)
        for one in Challenge.objects.filter(strategy=strategy).annotate(
            n_findings=Count("findings", distinct=True)
        )
    }
    n_actions, planned = sums.n_by(0), sums.planned_by(0)
    branches = {}
    found = Objective.objects.filter(challenge__strategy=strategy)
    for one in found.annotate(n_targets=Count("targets")):
        if asked.is_any or n_actions[one.pk]:
            branches[one.pk] = Branch(one, n_actions[one.pk], planned.get(one.pk))
            limbs[one.challenge_id].branches.append(branches[one.pk])
    for action in _shown(narrowed(strategy, asked), sums, first, opened):
        branches[action.objective_id].actions.append(action)
    return [_summed(limb) for limb in limbs.values() if asked.is_any or limb.branches]


def _shown(actions: QuerySet[Action], sums: Sums, first: int, opened: str) -> Iterable[Action]:
    found: list[Action] = []
    if opened:
        of_one = with_money(actions.filter(objective__code=opened))
        found += of_one.order_by("position", "pk")[:SHOWN_OPENED]
        actions = actions.exclude(objective__code=opened)
    if sums.n <= MANY or first > SHOWN_AT_ONCE:
        found += _first_of_each(actions, first)
    return found


def _first_of_each(actions: QuerySet[Action], first: int) -> QuerySet[Action]:
    rank = Window(
        RowNumber(), partition_by=[F("objective")], order_by=[F("position").asc(), F("pk").asc()]
    )
    chosen = Action.objects.filter(pk__in=actions.order_by().values("pk"))
    return with_money(chosen.annotate(rank=rank).filter(rank__lte=first)).order_by("position", "pk")


def _summed(limb: Limb) -> Limb:
    limb.n_actions = sum(one.n_actions for one in limb.branches)
    limb.planned = added(one.planned for one in limb.branches)
    return limb
