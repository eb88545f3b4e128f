"""A plan through the gender lens: money by lens and group, people reached, over the years.

Money for a group is the share of actions that name it (equal parts where several are named);
"everybody" and no group at all are shown as such, not shared out over women and men. People
reached are those that the diary says, by group; the same person may be in several entries and in
several groups, so groups are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convive.core.strategy.balance import Part, Split, split_of, splits_by_year
from convive.core.strategy.ledger import Ledger, Reached
from convive.core.strategy.vocabulary import GenderLens


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


def gender_budget_of(ledger: Ledger) -> GenderBudget:
    """Return the gender budget of a plan."""
    lenses = split_of(ledger, "lens")
    years = splits_by_year(ledger, "lens")
    not_asked = lenses.part(GenderLens.NOT_CONSIDERED).planned
    return GenderBudget(
        lenses,
        split_of(ledger, "group"),
        {year: one.parts for year, one in years.items()},
        ledger.reached,
        float(not_asked / lenses.planned) if lenses.planned > 0 else None,
    )
