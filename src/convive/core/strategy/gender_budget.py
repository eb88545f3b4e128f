"""A plan through the gender lens: money by lens and group, people reached, over the years.

Money for a group is the share of actions that name it (equal parts where several are named);
"everybody" and no group at all are shown as such, not shared out over women and men. People
reached are those that the diary says, by group; the same person may be in several entries and in
several groups, so groups are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from convive.core.strategy.balance import Part, Split, balance_of
from convive.core.strategy.model import Plan
from convive.core.strategy.vocabulary import GenderLens, TargetGroup

UNKNOWN = "unknown"
GENDERS = (str(TargetGroup.WOMEN), str(TargetGroup.MEN), UNKNOWN)


@dataclass(frozen=True, slots=True)
class Reached:
    """People reached, as the diary has it."""

    groups: Mapping[str, int]
    """Code of `TargetGroup` or ``unknown`` → people; overlapping, never to be added up."""
    n_entries: int
    n_counted: int
    """Entries that say how many were reached."""

    @property
    def unknown_share(self) -> float | None:
        """Share of people whose gender is not known among women, men and those."""
        counted = sum(self.groups.get(gender, 0) for gender in GENDERS)
        return self.groups.get(UNKNOWN, 0) / counted if counted else None


@dataclass(frozen=True, slots=True)
class GenderBudget:
    """What a plan does for women, men and others, and how far that is known at all."""

    lenses: Split
    groups: Split
    lenses_by_year: Mapping[int, tuple[Part, ...]]
    """Year → planned and spent by lens, in the order of the scale."""
    reached: Reached
    not_considered: float | None
    """Share of the planned money for which the question was not asked; None without money."""


def gender_budget_of(plan: Plan) -> GenderBudget:
    """Return the gender budget of a plan."""
    balance = balance_of(plan)
    return GenderBudget(
        balance.splits["lens"],
        balance.splits["group"],
        _by_year(plan),
        _reached(plan),
        balance.share("lens", GenderLens.NOT_CONSIDERED),
    )


def _by_year(plan: Plan) -> Mapping[int, tuple[Part, ...]]:
    planned: dict[tuple[int, str], Decimal] = {}
    spent: dict[tuple[int, str], Decimal] = {}
    members: dict[tuple[int, str], set[str]] = {}
    for _, _, action in plan.actions():
        lens = str(action.gender_lens)
        for line in action.budget:
            key = (line.year, lens)
            planned[key] = planned.get(key, Decimal(0)) + line.amount
            members.setdefault(key, set()).add(action.ref)
        for one in action.spending:
            key = (one.on.year, lens)
            spent[key] = spent.get(key, Decimal(0)) + one.amount
            members.setdefault(key, set()).add(action.ref)
    none, zero = set[str](), Decimal(0)
    return {
        year: tuple(
            Part(lens, planned.get(key, zero), spent.get(key, zero), len(members.get(key, none)))
            for lens in map(str, GenderLens)
            for key in [(year, lens)]
        )
        for year in sorted({year for year, _ in members})
    }


def _reached(plan: Plan) -> Reached:
    groups: dict[str, int] = {}
    n_entries = n_counted = 0
    for _, _, action in plan.actions():
        for entry in action.diary:
            n_entries += 1
            n_counted += bool(entry.reached)
            for group, n in entry.reached.items():
                groups[group] = groups.get(group, 0) + n
    order = [*map(str, TargetGroup), UNKNOWN]
    known = {group: groups[group] for group in order if group in groups}
    return Reached(known, n_entries, n_counted)
