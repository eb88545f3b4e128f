"""Money of a year: planned, spent, left; by action and by pillar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from convive.core.strategy.vocabulary import Pillar
from convive.web.workspace.models import Action, BudgetLine, Spending, Strategy
from convive.web.workspace.secrecy import whole_actions_of

NOTHING = Decimal(0)
_MONEY: Any = DecimalField(max_digits=16, decimal_places=2)
_ZERO = Value(NOTHING, output_field=_MONEY)


@dataclass(frozen=True)
class Sums:
    """Planned and spent money; None where nobody noted any."""

    planned: Decimal | None
    spent: Decimal | None

    @property
    def left(self) -> Decimal | None:
        """What is not spent yet, negative where more was spent than planned; None if not known."""
        if self.planned is None or self.spent is None:
            return None
        return self.planned - self.spent

    @property
    def is_over(self) -> bool:
        """Whether more was spent than anybody planned."""
        return (self.spent or NOTHING) > (self.planned or NOTHING)


def added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return a sum; None where none of the amounts was noted."""
    noted = [one for one in amounts if one is not None]
    return sum(noted, NOTHING) if noted else None


@dataclass(frozen=True)
class Asked:
    """What the sheet is narrowed to."""

    year: int
    pillar: str = ""
    payer: str = ""
    is_over: bool = False
    """Only where more was spent than planned."""


def sheet_of(strategy: Strategy, account: Any, asked: Asked) -> QuerySet[Action]:
    """Return the actions with money in a year, with `planned` and `spent`, None where
    none was noted; those seen whole.
    """
    found: Any = _with_sums(_seen(strategy, account, asked), asked.year)
    found = found.filter(Q(planned__gt=0) | Q(spent__lt=0) | Q(spent__gt=0))
    if asked.is_over:
        found = found.filter(spent__gt=Coalesce(F("planned"), _ZERO))
    order = Case(*(When(pillar=one.value, then=Value(at)) for at, one in enumerate(Pillar)))
    ordered: QuerySet[Action] = found.select_related("lead").order_by(order, "position", "pk")
    return ordered


def _seen(strategy: Strategy, account: Any, asked: Asked) -> QuerySet[Action]:
    seen = whole_actions_of(account).filter(strategy=strategy)
    if asked.pillar:
        seen = seen.filter(pillar=asked.pillar)
    if asked.payer:
        lines = BudgetLine.objects.filter(year=asked.year, payer=asked.payer)
        seen = seen.filter(pk__in=lines.order_by().values("action"))
    return Action.objects.filter(pk__in=seen.order_by().values("pk"))


def _with_sums(actions: QuerySet[Action], year: int) -> QuerySet[Action]:
    return actions.annotate(
        planned=_sum(BudgetLine.objects.filter(action=OuterRef("pk"), year=year)),
        spent=_sum(Spending.objects.filter(action=OuterRef("pk"), on__year=year)),
    )


def _sum(rows: Any) -> Subquery:
    total = rows.order_by().values("action").annotate(total=Sum("amount")).values("total")
    return Subquery(total, output_field=_MONEY)


def sums_by_pillar(strategy: Strategy, account: Any, asked: Asked) -> dict[str, Sums]:
    """Return pillar → sums of the year over the whole sheet, always all three."""
    numbers = sheet_of(strategy, account, asked).order_by().values("pk")
    lines = BudgetLine.objects.filter(action__in=numbers, year=asked.year).order_by()
    spending = Spending.objects.filter(action__in=numbers, on__year=asked.year).order_by()
    planned = dict(lines.values_list("action__pillar").annotate(Sum("amount")))
    spent = dict(spending.values_list("action__pillar").annotate(Sum("amount")))
    return {one.value: Sums(planned.get(one.value), spent.get(one.value)) for one in Pillar}


def has_money(strategy: Strategy, sums: Mapping[str, Sums]) -> bool:
    """Tell whether money was planned or spent: in the sums at hand, or in any year at all."""
    if any(one.planned or one.spent for one in sums.values()):
        return True
    lines = BudgetLine.objects.filter(action__strategy=strategy)
    return lines.exists() or Spending.objects.filter(action__strategy=strategy).exists()


def sums_of_action(action: Action) -> Sums:
    """Return the sums of one action over all years."""
    lines = BudgetLine.objects.filter(action=OuterRef("pk"))
    spending = Spending.objects.filter(action=OuterRef("pk"))
    rows = Action.objects.filter(pk=action.pk).annotate(planned=_sum(lines), spent=_sum(spending))
    planned, spent = rows.order_by().values_list("planned", "spent").get()
    return Sums(planned, spent)


def years_of(strategy: Strategy) -> list[int]:
    """Return the years of a strategy, and those in which money was planned or spent beside."""
    lines = BudgetLine.objects.filter(action__strategy=strategy).order_by()
    spending = Spending.objects.filter(action__strategy=strategy).order_by()
    years = set(range(strategy.from_year, strategy.until_year + 1))
    years |= set(lines.values_list("year", flat=True).distinct())
    years |= set(spending.values_list("on__year", flat=True).distinct())
    return sorted(years)


def entries_of_year(strategy: Strategy, account: Any, year: int) -> QuerySet[Spending]:
    """Return what was spent in a year on the actions that an account sees whole."""
    seen = whole_actions_of(account).filter(strategy=strategy).order_by().values("pk")
    rows = Spending.objects.filter(action__in=seen, on__year=year)
    return rows.select_related("action").order_by("on", "pk")
