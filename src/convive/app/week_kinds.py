"""Hours of kinds that contain one another: what is left of the whole may not be a few incidents.

The hours of violence less those of domestic violence are the hours of all other violence, which
nobody publishes and everybody can work out. So for every hour of an area each indicator is taken
apart into others within it, as its counts are (`cell_sums.category_sums`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convive.app.assess.prepare import Row
from convive.app.cell_sums import category_sums
from convive.app.earlier_figures import Memory, hour_key

Kinds = Mapping[str, tuple[str, frozenset[str]]]
"""Indicator → source and categories."""
Hour = Mapping[str, Row]
"""Indicator → its row, of one hour of one area."""
_NOTHING = 0.01
"""Hours are kept to a thousandth: less than this is what rounding leaves."""


@dataclass(frozen=True)
class KindSum:
    """An hour of an indicator as the sum of others within it and of a rest that nobody publishes.

    Parameters
    ----------
    rest : float
        Incidents of the other categories; NaN is never one.
    rest_moves : tuple of float
        By how much the rest has changed since each earlier release.
    is_whole : bool
        Whether the parts are all of it, so that there is no rest.
    """

    total: Row
    parts: list[Row]
    rest: float
    rest_moves: tuple[float, ...]
    is_whole: bool

    def tells(self, min_count: int) -> bool:
        """Tell whether the rest is a few incidents, or a few since an earlier release."""
        if self.is_whole:
            return False
        return any(_NOTHING < one < min_count for one in (self.rest, *self.rest_moves))


@dataclass(frozen=True)
class KindSums:
    """Every such sum between the hours of the weeks."""

    hours: Sequence[Hour]
    sums: Mapping[str, Sequence[tuple[list[str], bool]]]
    memory: Memory

    def of_hours(self) -> Iterator[KindSum]:
        """Yield the sums, hour by hour; made anew each time, for there may be millions."""
        for hour in self.hours:
            for name, total in hour.items():
                for names, is_whole in self.sums.get(name, ()):
                    if all(one in hour for one in names):
                        yield self._sum(total, [hour[one] for one in names], is_whole=is_whole)

    def _sum(self, total: Row, parts: list[Row], *, is_whole: bool) -> KindSum:
        rest = _rest(total["expected_count"], [one["expected_count"] for one in parts])
        keys = hour_key(total), [hour_key(one) for one in parts]
        moves = tuple(self._moved(rest, *keys, figures) for figures in self._before())
        return KindSum(total, parts, rest, moves, is_whole or rest < 0)

    def _before(self) -> list[Mapping[Any, float]]:
        return [release.figures for release in self.memory.releases]

    @staticmethod
    def _moved(rest: float, total: Any, parts: list[Any], figures: Mapping[Any, float]) -> float:
        if not all(key in figures for key in (total, *parts)):
            return 0.0
        return abs(rest - _rest(figures[total], [figures[key] for key in parts]))


def kind_sums(rows: Sequence[Row], kinds: Kinds, memory: Memory) -> KindSums:
    """Return the sums of hours by kind; none where no indicator lies within another."""
    sums = category_sums(kinds)
    named = {name for name, own in sums.items() if own}
    named |= {part for own in sums.values() for parts, _ in own for part in parts}
    hours: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in rows:
        if row["indicator_id"] in named:
            place = (row["level"], row["area_id"], row["weekday"], row["hour"])
            hours.setdefault(place, {})[row["indicator_id"]] = row
    return KindSums([one for one in hours.values() if len(one) > 1], sums, memory)


def _rest(total: float, parts: Sequence[float]) -> float:
    found = total - sum(parts)
    return 0.0 if abs(found) < _NOTHING else found
