"""Areas: how much they show, who answers for them, what is done and spent there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from convive.core.collation import collation_key
from convive.core.model import Certainty, Verdict
from convive.core.strategy.area_need import AreaSigns, NeedBand, band_of, is_worse
from convive.web.staff.audit import area_name, findings_now, standings_now
from convive.web.workspace.models import ActionArea, AreaLead, BudgetLine, Spending, Strategy
from convive.web.workspace.secrecy import whole_actions_of
from convive.web.workspace.selectors.money import added

Row = dict[str, Any]


@dataclass
class Area:
    """An area of the level of analysis with what the town does there."""

    level: str
    area_id: str
    name: str
    band: NeedBand
    faces: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    """Those that tell of something worse."""
    lead: AreaLead | None = None
    n_actions: int = 0
    planned: Decimal | None = None
    """Of the actions at work there, one in several areas counts in each; None if none was noted."""
    spent: Decimal | None = None

    @property
    def is_left_alone(self) -> bool:
        """Whether something should be done there and nobody answers for it."""
        return self.lead is None and self.band in {NeedBand.MUCH, NeedBand.SOME}


def areas_of(strategy: Strategy, year: int, account: Any) -> list[Area]:
    """Return every area of the level of analysis: by band, then by name.

    Money is that of the actions that the account sees whole.
    """
    level, faces = standings_now()
    findings: dict[str, list[Row]] = defaultdict(list)
    for row in findings_now():
        if row["level"] == level and is_worse(row["code"]):
            findings[row["area_id"]].append(row)
    areas = {
        area_id: Area(
            level, area_id, area_name(level, area_id),
            band_of(_signs(rows, findings[area_id])), rows, findings[area_id],
        )
        for area_id, rows in faces.items()
    }  # fmt: skip
    for lead in leads_of(strategy, year).filter(level=level):
        if lead.area_id in areas:
            areas[lead.area_id].lead = lead
    _add_actions(areas, strategy, level, year, account)
    order = list(NeedBand)
    return sorted(areas.values(), key=lambda one: (order.index(one.band), collation_key(one.name)))


def leads_of(strategy: Strategy, year: int) -> QuerySet[AreaLead]:
    """Return who answers for which area in a year."""
    return AreaLead.objects.filter(strategy=strategy, year=year).select_related("organisation")


def find_lead(strategy: Strategy, number: int) -> AreaLead | None:
    """Return who answers for an area."""
    found = AreaLead.objects.filter(strategy=strategy, pk=number)
    return found.select_related("organisation", "strategy").first()


def _signs(faces: list[Row], findings: list[Row]) -> AreaSigns:
    return AreaSigns(
        tuple(_verdict(row) for row in faces),
        tuple(Certainty(row["certainty"]) for row in findings),
    )


def _verdict(row: Row) -> Verdict:
    return Verdict(row["verdict"]) if row["status"] == "shown" else Verdict.CANNOT_TELL


def _add_actions(
    areas: dict[str, Area], strategy: Strategy, level: str, year: int, account: Any
) -> None:
    here = ActionArea.objects.filter(action__strategy=strategy, level=level).order_by()
    for area_id, n in here.values_list("area_id").annotate(Count("action", distinct=True)):
        if area_id in areas:
            areas[area_id].n_actions = n
    seen = set(
        whole_actions_of(account).filter(strategy=strategy, areas__level=level)
        .order_by().values_list("pk", flat=True)
    )  # fmt: skip
    planned = _by_action(BudgetLine.objects.filter(action__strategy=strategy, year=year))
    spent = _by_action(Spending.objects.filter(action__strategy=strategy, on__year=year))
    for area_id, action in here.values_list("area_id", "action").distinct():
        if area_id in areas and action in seen:
            area = areas[area_id]
            area.planned = added((area.planned, planned.get(action)))
            area.spent = added((area.spent, spent.get(action)))


def _by_action(rows: Any) -> dict[int, Decimal]:
    return dict(rows.order_by().values_list("action").annotate(Sum("amount")))
