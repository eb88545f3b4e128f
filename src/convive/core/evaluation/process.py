"""How an action was carried out: reach, dose, fidelity, context; from diary, money, milestones.

An effect that is not there may mean that the idea is wrong or that it was never carried out; this
tells which. Views of participants and staff are counts that people enter, never texts of persons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from convive.core.model import DisclosureRule
from convive.core.strategy.elapsed import share_of_time
from convive.core.strategy.model import Action, DiaryEntry
from convive.core.strategy.reached import ToldCount, told_reached
from convive.core.strategy.vocabulary import Delivery, Obstacle, TargetGroup

ENOUGH_DOSE = 0.8
"""Share of the planned dose from which an action counts as delivered."""
LITTLE_DOSE = 0.5
OFTEN = 0.25
"""Share of entries from which an obstacle is named."""
MIN_ENTRIES = 3
MANY_GAPS = 0.5
MIN_VIEWS = 10
"""Asked people below which no share is told, whatever the town's rule for surveys says."""


@dataclass(frozen=True, slots=True)
class Views:
    """What a group of people was asked about the action; counts, no texts."""

    of: str
    """``participants``, ``staff`` or ``residents``."""
    asked_on: date
    n: int
    n_good: int
    """Who found it good."""
    n_harm: int
    """Who told of harm or of something that should stop."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about the delivery; in words ``evaluation.process.<code>``.

    Words among the params are named as their texts are: ``obstacle.staff``, ``views.staff``.
    """

    code: str
    params: Mapping[str, float | int | str] = field(default_factory=dict)
    is_problem: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """How an action was carried out, up to a day."""

    n_entries: int
    deliveries: Mapping[str, int]
    """`Delivery` → entries."""
    dose: float | None
    """Delivered, in the unit of the action; None where nobody counted."""
    dose_due: float | None
    """Planned for the time up to the day."""
    dose_share: float | None
    reached: tuple[ToldCount, ...]
    obstacles: Mapping[str, int]
    months: int
    """Months at work up to the day."""
    months_silent: int
    """Of them without an entry."""
    late_days: int | None
    """Between the planned start and the first entry."""
    spent: Decimal
    budget: Decimal
    remarks: tuple[Remark, ...]

    @property
    def was_delivered(self) -> bool | None:
        """Whether it was carried out as planned; None where the diary cannot tell."""
        if self.n_entries < MIN_ENTRIES:
            return None
        if self.dose_share is not None:
            return self.dose_share >= ENOUGH_DOSE
        short = self.deliveries.get(Delivery.LESS, 0) + self.deliveries.get(Delivery.NOT_DONE, 0)
        return short <= self.n_entries * (1 - ENOUGH_DOSE)


def process_of(
    action: Action, *, today: date, rule: DisclosureRule, views: Sequence[Views] = ()
) -> Process:
    """Return how an action was carried out up to a day.

    Parameters
    ----------
    action : Action
    today : date
        Entries dated later do not count.
    rule : DisclosureRule
        By which people reached are told.
    views : sequence of Views
        What participants, staff and residents said, as counts.

    Notes
    -----
    The dose due grows evenly from the first to the last day of the action. A month is silent
    where no entry is dated in it.
    """
    diary = [one for one in action.diary if one.on <= today]
    dose = _dose(diary)
    due = _dose_due(action, today)
    months = _months(action, today)
    first = min((one.on for one in diary), default=None)
    late = (first - action.starts_on).days if first and action.starts_on else None
    found = Process(
        n_entries=len(diary),
        deliveries=Counter(str(one.delivery) for one in diary),
        dose=dose,
        dose_due=due,
        dose_share=dose / due if dose is not None and due else None,
        reached=told_reached(diary, rule),
        obstacles=Counter(str(one.obstacle) for one in diary if one.obstacle),
        months=len(months),
        months_silent=len(months - {(one.on.year, one.on.month) for one in diary}),
        late_days=late if late is None or late > 0 else 0,
        spent=sum((one.amount for one in action.spending if one.on <= today), Decimal(0)),
        budget=action.planned_money,
        remarks=(),
    )
    remarks = (*_remarks(action, found), *_on_views(views, max(MIN_VIEWS, rule.min_respondents)))
    return replace(found, remarks=tuple(sorted(remarks, key=lambda one: not one.is_problem)))


def _dose(diary: Sequence[DiaryEntry]) -> float | None:
    amounts = [one.amount for one in diary if one.amount is not None]
    return float(sum(amounts)) if amounts else None


def _dose_due(action: Action, today: date) -> float | None:
    """Return what should have been delivered by a day; None where no dose or time is planned."""
    if not action.dose_planned or action.starts_on is None or today < action.starts_on:
        return None
    if action.ends_on is None:
        return None
    return action.dose_planned * share_of_time(action.starts_on, action.ends_on, today)


def _months(action: Action, today: date) -> set[tuple[int, int]]:
    if action.starts_on is None or today < action.starts_on:
        return set()
    last = min(today, action.ends_on or today)
    first = action.starts_on.year * 12 + action.starts_on.month - 1
    return {(n // 12, n % 12 + 1) for n in range(first, last.year * 12 + last.month)}


def _remarks(action: Action, found: Process) -> Iterator[Remark]:
    if not found.n_entries:
        if found.months:
            yield Remark("no_diary", {"months": found.months}, is_problem=True)
        return
    yield from _on_dose(action, found)
    if found.months and found.months_silent / found.months > MANY_GAPS:
        params = {"silent": found.months_silent, "months": found.months}
        yield Remark("diary_gaps", params, is_problem=True)
    if (found.late_days or 0) > action.diary_days:
        yield Remark("began_late", {"days": int(found.late_days or 0)}, is_problem=True)
    for obstacle, n in sorted(found.obstacles.items(), key=lambda one: -one[1]):
        if n >= OFTEN * found.n_entries and obstacle in set(map(str, Obstacle)):
            yield Remark(
                "obstacle",
                {"obstacle": f"obstacle.{obstacle}", "n": n, "of": found.n_entries},
                is_problem=True,
            )
    yield from _on_reach(action, found)


def _on_dose(action: Action, found: Process) -> Iterator[Remark]:
    if found.dose_share is None:
        code = "dose_not_planned" if action.dose_planned is None else "dose_not_counted"
        yield Remark(code, is_problem=found.dose is None)
        return
    params: dict[str, float | int | str] = {
        "dose": float(found.dose or 0), "due": float(found.dose_due or 0),
        "unit": action.dose_unit, "percent": round(100 * found.dose_share),
    }  # fmt: skip
    if found.dose_share < LITTLE_DOSE:
        yield Remark("dose_little", params, is_problem=True)
    elif found.dose_share < ENOUGH_DOSE:
        yield Remark("dose_short", params, is_problem=True)
    else:
        yield Remark("dose_delivered", params)


def _on_reach(action: Action, found: Process) -> Iterator[Remark]:
    told = {one.group for one in found.reached}
    if not told:
        yield Remark("reach_unknown", is_problem=True)
        return
    for group in action.groups:
        if group is not TargetGroup.EVERYBODY and str(group) not in told:
            yield Remark("group_not_reached", {"group": f"group.{group}"}, is_problem=True)


def _on_views(views: Sequence[Views], least: int) -> Iterator[Remark]:
    asked = {one.of for one in views}
    for of in ("participants", "staff"):
        if of not in asked:
            yield Remark("views_missing", {"of": f"views.{of}"}, is_problem=True)
    for one in views:
        if one.n < least:
            yield Remark("views_few", {"of": f"views.{one.of}", "least": least}, is_problem=True)
            continue
        percent = round(100 * one.n_good / one.n)
        yield Remark("views", {"of": f"views.{one.of}", "n": one.n, "percent": percent})
        if one.n_harm >= MIN_VIEWS:
            yield Remark("views_harm", {"of": f"views.{one.of}", "n": one.n_harm}, is_problem=True)
        elif one.n_harm:
            yield Remark(
                "views_harm_few", {"of": f"views.{one.of}", "least": MIN_VIEWS}, is_problem=True
            )
