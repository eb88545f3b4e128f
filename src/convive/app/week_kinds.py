"""Hours of kinds that contain one another: what is left of the whole may not be a few incidents.

The hours of violence less those of domestic violence are the hours of all other violence, which
nobody publishes and everybody can work out. So for every hour of an area each indicator is taken
apart into others within it, as its counts are (`cell_sums.category_sums`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from convive.app.assess.prepare import Row
from convive.app.cell_sums import category_sums

Kinds = Mapping[str, tuple[str, frozenset[str]]]
"""Indicator → source and categories."""
Hour = Mapping[str, Row]
"""Indicator → its row, of one hour of one area."""
Before = tuple[float | None, ...]
"""An hour as each earlier release had it; None where it had none."""
NOTHING = 0.01
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
        return any(NOTHING < one < min_count for one in (self.rest, *self.rest_moves))


@dataclass
class KindSums:
    """Every such sum between the hours of the weeks."""

    hours: Sequence[Hour]
    sums: Mapping[str, Sequence[tuple[list[str], bool]]]
    before: Mapping[int, Before]
    """By the id of a row."""
    places: Mapping[int, int] = field(init=False)
    due: set[int] = field(init=False)
    """Positions of the hours to be looked at."""

    def __post_init__(self) -> None:
        self.places = {id(row): i for i, hour in enumerate(self.hours) for row in hour.values()}
        self.due = set(range(len(self.hours)))

    def touch(self, row: Row) -> None:
        """Note that an hour has been hidden: the sums of it are to be looked at again."""
        place = self.places.get(id(row))
        if place is not None:
            self.due.add(place)

    def touched(self) -> Iterator[KindSum]:
        """Yield the sums of the hours touched since the last time, hour by hour; at first all.

        They are made anew each time, for there may be millions. What is touched meanwhile waits.
        """
        due, self.due = sorted(self.due), set()
        for place in due:
            hour = self.hours[place]
            for name, total in hour.items():
                for names, is_whole in self.sums.get(name, ()):
                    if all(one in hour for one in names):
                        yield self._sum(total, [hour[one] for one in names], is_whole=is_whole)

    def _sum(self, total: Row, parts: list[Row], *, is_whole: bool) -> KindSum:
        rest = _rest(total["expected_count"], [one["expected_count"] for one in parts])
        moves = tuple(net_changes([total], parts, self.before))
        return KindSum(total, parts, rest, moves, is_whole or rest < 0)


def net_changes(
    plus: Sequence[Row], minus: Sequence[Row], before: Mapping[int, Before]
) -> list[float]:
    """Return by how much some hours less others differ from what they were in each release.

    0 where a release did not have all of them.
    """
    now = _net([row["expected_count"] for row in plus], [row["expected_count"] for row in minus])
    found = []
    for then in zip(*(before[id(row)] for row in (*plus, *minus)), strict=True):
        known = [one for one in then if one is not None]
        was = _net(known[: len(plus)], known[len(plus) :])
        found.append(abs(now - was) if len(known) == len(then) else 0.0)
    return found


def kind_sums(rows: Sequence[Row], kinds: Kinds, before: Mapping[int, Before]) -> KindSums:
    """Return the sums of hours by kind; none where no indicator lies within another."""
    sums = category_sums(kinds)
    named = {name for name, own in sums.items() if own}
    named |= {part for own in sums.values() for parts, _ in own for part in parts}
    hours: dict[tuple[Any, ...], dict[str, Row]] = {}
    for row in rows:
        if row["indicator_id"] in named:
            place = (row["level"], row["area_id"], row["weekday"], row["hour"])
            hours.setdefault(place, {})[row["indicator_id"]] = row
    return KindSums([one for one in hours.values() if len(one) > 1], sums, before)


def _net(plus: Sequence[float], minus: Sequence[float]) -> float:
    return sum(plus) - sum(minus)


def _rest(total: float, parts: Sequence[float]) -> float:
    found = total - sum(parts)
    return 0.0 if abs(found) < NOTHING else found
