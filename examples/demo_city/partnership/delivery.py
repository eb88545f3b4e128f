"""A year of delivery in the invented town: diaries, money, work on places, leads of areas."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from .days import Days, key_of, told
from .partners import AREA_LEVEL

_OBSTACLES = ("staff", "money", "permit", "partner", "weather", "low_interest")
_SILENT_FROM = 2
"""Entries of an action about which nobody writes any more."""


@dataclass(frozen=True)
class Pace:
    """How delivery goes: what entries say, how much of the dose, how much of the money."""

    words: tuple[tuple[str, float], ...]
    share: float
    spent: float


PACES = {
    "steady": Pace((("as_planned", 0.8), ("more", 0.1), ("less", 0.1)), 1.0, 0.95),
    "behind": Pace((("less", 0.6), ("as_planned", 0.2), ("not_done", 0.2)), 0.45, 0.5),
    "silent": Pace((("as_planned", 0.7), ("less", 0.3)), 0.8, 0.2),
}


Step = tuple[date, Callable[[], Any]]
"""Something that is entered on a day."""


def deliver(strategy: Any, days: Days, rng: np.random.Generator) -> None:
    """Write diaries and money of the running actions day by day; lights change as they did."""
    from convive.web.workspace.actions.progress import refresh_strategy
    from convive.web.workspace.models import Action

    made = {one.title: one for one in Action.objects.filter(strategy=strategy)}
    steps: list[Step] = [
        (day, partial(refresh_strategy, strategy, today=day))
        for day in days.months(days.start, days.today)
    ]
    for raw in _actions_told():
        pace = PACES.get(raw["pace"])
        if pace is not None:
            steps += _diary(made[raw["title"]], raw, pace, days, rng)
            steps += _money(made[raw["title"]], pace, days)
    for _, enter in sorted(steps, key=lambda step: step[0]):
        enter()


def _actions_told() -> Iterator[Mapping[str, Any]]:
    for challenge in told("strategy")["challenges"]:
        for objective in challenge["objectives"]:
            yield from objective["actions"]


def _diary(
    action: Any, raw: Mapping[str, Any], pace: Pace, days: Days, rng: np.random.Generator
) -> Iterator[Step]:
    """Yield an entry a month; now and then a partner writes it instead of the lead."""
    from convive.web.workspace.actions.diary import write_entry

    months = days.months(action.starts_on, action.ends_on)
    if raw["pace"] == "silent":
        months = months[:_SILENT_FROM]
    partners = list(action.partners.exclude(stakeholder__part="absent").order_by("code"))
    dose = _dose_a_month(action) * pace.share
    for n, month in enumerate(months):
        day = max(month - timedelta(days=int(rng.integers(0, 6))), action.starts_on)
        by = partners[n // 4 % len(partners)] if partners and n % 4 == 2 else action.lead
        entry = _entry(by, day, (pace, dose, bool(action.dose_planned)), rng)
        key = key_of(f"diary/{action.code}/{n}")
        yield day, partial(write_entry, action, entry, key=key, today=day, by=None)


def _dose_a_month(action: Any) -> float:
    length = max(1, (action.ends_on - action.starts_on).days / 30.4)
    return float(action.dose_planned or 0) / length


def _entry(by: Any, day: date, plan: tuple[Pace, float, bool], rng: np.random.Generator) -> Any:
    """Return what a partner says of a month; `plan` is pace, dose, and whether one was agreed."""
    from convive.core.strategy.vocabulary import Delivery, Obstacle
    from convive.web.workspace.actions.diary import Told

    pace, dose, has_dose = plan
    words, weights = zip(*pace.words, strict=True)
    said = Delivery(rng.choice(words, p=weights))
    is_short = said in {Delivery.LESS, Delivery.NOT_DONE}
    obstacle = Obstacle(rng.choice(_OBSTACLES)) if is_short else None
    factor = {Delivery.LESS: 0.6, Delivery.MORE: 1.3, Delivery.NOT_DONE: 0.0}.get(said, 1.0)
    amount = float(round(dose * factor)) if has_dose else None
    reached = _reached(rng) if factor else {}
    return Told(by, day, said, amount=amount, reached=reached, obstacle=obstacle)


def _reached(rng: np.random.Generator) -> dict[str, int]:
    women, men, unknown = rng.poisson((22, 17, 6))
    return {"women": int(women), "men": int(men), "unknown": int(unknown)}


def _money(action: Any, pace: Pace, days: Days) -> Iterator[Step]:
    """Yield every third month what the quarter has cost."""
    from convive.web.workspace.actions.spending import Spent, note_spending

    planned = sum(line.amount for line in action.budget.all() if line.year == days.start.year)
    months = days.months(action.starts_on, action.ends_on)
    if not planned or not months:
        return
    last = min(action.ends_on, date(days.start.year, 12, 31))
    in_year = max(1.0, (last - action.starts_on).days / 30.4)
    for n, day in enumerate(months[2::3]):
        amount = Decimal(round(float(planned) / in_year * 3 * pace.spent))
        spent = Spent(day, amount, "Quarter")
        key = key_of(f"money/{action.code}/{n}")
        yield day, partial(note_spending, action, spent, key=key, today=day, by=None)


def enter_places(strategy: Any, known: Mapping[str, Any], days: Days) -> None:
    """Enter the work on places with what was seen, and who answers for which area."""
    from convive.web.staff.audit import area_name
    from convive.web.workspace.actions.area_leads import make_lead
    from convive.web.workspace.actions.places import Seen, make_place, note_seen
    from convive.web.workspace.models import Action

    raw = told("meetings")
    for one in raw["places"]:
        actions = list(Action.objects.filter(strategy=strategy, title__in=one["actions"]))
        fields = {
            "name": one["name"], "level": AREA_LEVEL, "area_id": one["area"], "actions": actions,
            "problem": one["problem"], "started_on": days.on(one["started"]),
        }  # fmt: skip
        place = make_place(strategy, fields, by=None)
        for n, seen in enumerate(one["records"]):
            what = Seen(**(seen | {"on": days.on(seen["on"])}))
            note_seen(place, what, key=key_of(f"place/{place.code}/{n}"), by=None)
    for one in raw["area_leads"]:
        area = (AREA_LEVEL, one["area"], area_name(AREA_LEVEL, one["area"]))
        fields = {
            "organisation": known[one["organisation"]], "amount": Decimal(one["amount"]),
            "year": days.start.year, "reason": one["reason"], "contact": one["contact"],
        }  # fmt: skip
        make_lead(strategy, area, fields, by=None)
