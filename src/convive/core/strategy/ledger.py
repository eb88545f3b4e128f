"""Where the money of a plan is, as columns: what the balance is counted from, however long the plan.

One row an action, numbered from 0 in the order of the plan. Money is in whole cents, so that sums
are exact; an amount that is finer than a cent is rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from convive.core.strategy.model import Action, Plan, Spot
from convive.core.strategy.vocabulary import TargetGroup

NOT_SAID = ""
"""Code of what is not tied to any: no area, no group, no time of day, nobody who leads."""
UNKNOWN = "unknown"
"""Group of people reached of whom nothing else is known."""
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ties:
    """To which codes actions are tied: one row a tie, in the order of the actions."""

    codes: tuple[str, ...]
    """Each once."""
    actions: Ints
    """Number of the action, shape (n_ties,)."""
    which: Ints
    """Place in `codes`, shape (n_ties,)."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of areas, by code; other codes have their words in the catalogue."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Amounts of actions, one row a budget line or a payment; arrays of shape (n_lines,)."""

    actions: Ints
    years: Ints
    cents: Ints


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
        genders = (TargetGroup.WOMEN, TargetGroup.MEN, UNKNOWN)
        counted = sum(self.groups.get(str(gender), 0) for gender in genders)
        return self.groups.get(UNKNOWN, 0) / counted if counted else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The money of a plan, by action, and what each action is sorted by."""

    currency: str
    n: int
    """Number of actions."""
    ties: Mapping[str, Ties]
    """``pillar``, ``level``, ``kind``, ``state``, ``lens``, ``lead`` (the sector of who leads):
    one tie an action; ``group``, ``time``, ``area``: at least one, to `NOT_SAID` where there is
    none."""
    budget: Lines
    paid_by: Ties
    """Sector that pays, one tie a budget line, in their order."""
    spending: Lines
    reached: Reached


def ledger_of(plan: Plan) -> Ledger:
    """Return the money of a plan as columns."""
    actions = [action for _, _, action in plan.actions()]
    sectors = {one.code: str(one.sector) for one in plan.organisations}
    single: Mapping[str, Callable[[Action], str]] = {
        "pillar": lambda a: a.pillar, "level": lambda a: a.level, "kind": lambda a: a.kind,
        "state": lambda a: a.state, "lens": lambda a: a.gender_lens,
        "lead": lambda a: sectors.get(a.lead, NOT_SAID),
    }  # fmt: skip
    ties = {by: tied_once([str(of(a)) for a in actions]) for by, of in single.items()}
    ties["group"] = tied([str(one) for one in a.groups] for a in actions)
    ties["time"] = tied([str(one) for one in a.times] for a in actions)
    ties["area"] = tied_to_areas([spots_as_areas(a.spots) for a in actions])
    planned = [(i, line) for i, a in enumerate(actions) for line in a.budget]
    spent = [(i, one) for i, a in enumerate(actions) for one in a.spending]
    return Ledger(
        plan.currency, len(actions), ties,
        Lines(
            ints(i for i, _ in planned), ints(line.year for _, line in planned),
            ints(cents(line.amount) for _, line in planned),
        ),
        tied_once([str(line.payer) for _, line in planned], [i for i, _ in planned]),
        Lines(
            ints(i for i, _ in spent), ints(one.on.year for _, one in spent),
            ints(cents(one.amount) for _, one in spent),
        ),
        _reached(actions),
    )  # fmt: skip


def cents(amount: Decimal) -> int:
    """Return an amount in cents."""
    return round(amount.scaleb(2))


def tied_once(codes: Sequence[str], actions: Sequence[int] | None = None) -> Ties:
    """Return one tie for each code: of actions in their order, or of those whose numbers are given."""
    found = sorted(set(codes))
    places = {code: place for place, code in enumerate(found)}
    numbers = range(len(codes)) if actions is None else actions
    return Ties(tuple(found), ints(numbers), ints(places[code] for code in codes))


def tied(codes: Iterable[Iterable[str]]) -> Ties:
    """Return the ties of actions to the codes of each; to `NOT_SAID` where there are none."""
    places: dict[str, int] = {}
    actions: list[int] = []
    which: list[int] = []
    for number, some in enumerate(codes):
        for code in dict.fromkeys(some) or (NOT_SAID,):
            actions.append(number)
            which.append(places.setdefault(code, len(places)))
    return Ties(tuple(places), ints(actions), ints(which))


def area_code(level: str, area_id: str, name: str) -> str:
    """Return the code of where an action is at work: the area's, or the name of a spot."""
    return f"{level}/{area_id}" if area_id else f"/{name}"


def spots_as_areas(spots: Iterable[Spot]) -> list[tuple[str, str]]:
    """Return code and name of each place where an action is at work."""
    return [(area_code(s.level, s.area_id, s.name), s.name) for s in spots]


def tied_to_areas(areas: Sequence[Sequence[tuple[str, str]]]) -> Ties:
    """Return the ties of actions to areas, each given with code and name; the first name holds."""
    names: dict[str, str] = {}
    for some in areas:
        for code, name in some:
            names.setdefault(code, name)
    return replace(tied([code for code, _ in some] for some in areas), names=names)


def reached_of(sums: Mapping[str, int], n_entries: int, n_counted: int) -> Reached:
    """Return people reached with the groups in the order of `TargetGroup`, those unknown last."""
    order = [*map(str, TargetGroup), UNKNOWN]
    return Reached({one: sums[one] for one in order if one in sums}, n_entries, n_counted)


def in_year(ledger: Ledger, year: int) -> Ledger:
    """Return the money of one year; only actions that have some then."""
    planned, spent = ledger.budget.years == year, ledger.spending.years == year
    has_money = np.zeros(ledger.n, dtype=bool)
    has_money[ledger.budget.actions[planned]] = True
    has_money[ledger.spending.actions[spent]] = True
    number = np.cumsum(has_money) - 1
    ties = {by: _only(one, has_money[one.actions], number) for by, one in ledger.ties.items()}
    return replace(
        ledger, n=int(has_money.sum()), ties=ties, budget=_some(ledger.budget, planned, number),
        paid_by=_only(ledger.paid_by, planned, number),
        spending=_some(ledger.spending, spent, number),
    )  # fmt: skip


def _only(ties: Ties, keep: NDArray[np.bool_], number: Ints) -> Ties:
    return replace(ties, actions=number[ties.actions[keep]], which=ties.which[keep])


def _some(all_lines: Lines, keep: NDArray[np.bool_], number: Ints) -> Lines:
    actions = number[all_lines.actions[keep]]
    return Lines(actions, all_lines.years[keep], all_lines.cents[keep])


def _reached(actions: Iterable[Action]) -> Reached:
    sums: dict[str, int] = {}
    n_entries = n_counted = 0
    for action in actions:
        for entry in action.diary:
            n_entries += 1
            n_counted += bool(entry.reached)
            for group, n in entry.reached.items():
                sums[group] = sums.get(group, 0) + n
    return reached_of(sums, n_entries, n_counted)


def ints(values: Iterable[int]) -> Ints:
    """Return whole numbers as a column."""
    return np.fromiter(values, dtype=np.int64)
