"""People reached by an action, as they may be told outside: small numbers stay inside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from convive.core.disclosure import successive_count
from convive.core.model import DisclosureRule
from convive.core.strategy.ledger import UNKNOWN
from convive.core.strategy.model import DiaryEntry
from convive.core.strategy.vocabulary import TargetGroup


@dataclass(frozen=True, slots=True)
class ToldCount:
    """People of one group: their number, or below which number it is; one of the two."""

    group: str
    n: int | None
    below: int | None


def told_reached(
    diary: Iterable[DiaryEntry],
    rule: DisclosureRule,
    before: Mapping[str, Collection[int]] | None = None,
) -> tuple[ToldCount, ...]:
    """Return people reached by group, in the order of the groups; never 0 for a small number.

    Groups are told side by side and never added up: they overlap, and a sum would give away the
    part that is not told.

    Parameters
    ----------
    diary : iterable of DiaryEntry
    rule : DisclosureRule
    before : mapping, optional
        Group → every number of it that was told before, wherever: a number stays until it has
        changed by as much as the floor, so that no difference gives away a few people.
    """
    told = before or {}
    return tuple(_told(group, n, told.get(group, ()), rule) for group, n in summed(diary).items())


def summed(diary: Iterable[DiaryEntry]) -> dict[str, int]:
    """Return the people reached of each group that was counted, in the order of the groups."""
    sums: dict[str, int] = {}
    for entry in diary:
        for group, n in entry.reached.items():
            sums[group] = sums.get(group, 0) + n
    order = [*map(str, TargetGroup), UNKNOWN]
    return {group: sums[group] for group in order if group in sums}


def _told(group: str, n: int, before: Collection[int], rule: DisclosureRule) -> ToldCount:
    floor = max(rule.min_count, 1)
    shown = successive_count(n, before, floor=floor, rounding=rule.rounding)
    return ToldCount(group, shown, floor if shown is None else None)
