"""Which hours of a week may be shown: of an area, and of the areas of a level together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from convive.app.assess.prepare import Row
from convive.app.earlier_figures import LATER, Memory, hour_key, week_key
from convive.app.territory import CITY
from convive.app.week_kinds import NOTHING, Before, Kinds, KindSum, kind_sums, net_changes

Group = tuple[list[Row], list[Row]]
"""Hours that add up to something shown, and what may go where they do not suffice."""


def hidden_hours(
    rows: Sequence[Row], min_count: int, memory: Memory | None = None, kinds: Kinds | None = None
) -> Iterator[tuple[Row, str]]:
    """Yield the hours to hide, with the reason.

    An hour is thin below `min_count` expected incidents. The hours of an area add up to its
    incidents, the areas of a level to the city: in each of these sums no hour is hidden alone,
    and those that are hidden add up to `min_count`. What holds for the incidents of the hours
    holds for those that came since an earlier release as well: no hour shows a smaller change,
    and those that are hidden in a sum have changed by `min_count` together, or not at all:
    together is one less the other where some fell and others rose, for that is what follows. A
    week whose incidents themselves have changed by less is hidden whole.

    An hour of an indicator that contains others less theirs is a count as well: where it is thin,
    or its change is, one of them is hidden.

    Parameters
    ----------
    kinds : mapping of indicator to (source, categories), optional
        Without it indicators are taken to count different incidents.
    """
    hours = _Hours(rows, min_count, memory or Memory())
    yield from hours.alone()
    groups = _Groups(list(_groups(rows)))
    nested = kind_sums(rows, kinds or {}, hours.before)
    is_open = bool(hours.hidden or nested.hours)
    while is_open:
        is_open = False
        # One after the other: what one hides decides about the next.
        looks = chain(
            (hours.more(*one) for one in groups.touched()),
            (hours.more_of_kinds(one) for one in nested.touched()),
        )
        for chosen in looks:
            if chosen is not None:
                is_open = True
                groups.touch(chosen[0])
                nested.touch(chosen[0])
                yield chosen


@dataclass
class _Groups:
    """The sums of hours, and which of them are to be looked at."""

    groups: Sequence[Group]
    places: dict[int, list[int]] = field(default_factory=dict)
    """Positions of the sums in which a row is, by its id."""
    due: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.due.update(range(len(self.groups)))
        for i, (parts, totals) in enumerate(self.groups):
            for row in (*parts, *totals):
                self.places.setdefault(id(row), []).append(i)

    def touch(self, row: Row) -> None:
        """Note that an hour has been hidden: the sums it is in are to be looked at again."""
        self.due.update(self.places.get(id(row), ()))

    def touched(self) -> Iterator[Group]:
        """Yield the sums touched since they were yielded last, each once; at first all."""
        for i, group in enumerate(self.groups):
            if i in self.due:
                self.due.remove(i)
                yield group


@dataclass
class _Hours:
    """The hours with what is hidden of them so far."""

    rows: Sequence[Row]
    min_count: int
    memory: Memory
    hidden: set[int] = field(default_factory=set)
    before: dict[int, Before] = field(default_factory=dict)

    def alone(self) -> Iterator[tuple[Row, str]]:
        """Yield what is hidden whatever the others are."""
        for row in self.rows:
            self.before[id(row)] = self.memory.before(hour_key(row))
            reason = self._reason(row)
            if reason is not None:
                self.hidden.add(id(row))
                yield row, reason

    def _reason(self, row: Row) -> str | None:
        if 0 < row["expected_count"] < self.min_count:
            return "small_count"
        tells = self.memory.tells
        is_told = tells(week_key(row), row["n"], self.min_count) or tells(
            hour_key(row), row["expected_count"], self.min_count
        )
        return LATER if is_told else None

    def more(self, parts: list[Row], totals: list[Row]) -> tuple[Row, str] | None:
        """Return one more hour of a sum to hide, or nothing where enough of them is hidden."""
        own = [row for row in parts if id(row) in self.hidden]
        if not own:
            return None
        rest = self._shown(parts) or self._shown(totals)
        if not rest:
            return None
        if len(own) < 2 or sum(row["expected_count"] for row in own) < self.min_count:
            chosen, reason = min(rest, key=_order), "complementary"
        elif self._shown_changed(own, parts, totals):
            chosen, reason = min(rest, key=self._changed_first), LATER
        else:
            return None
        return self._hide(chosen, reason)

    def more_of_kinds(self, one: KindSum) -> tuple[Row, str] | None:
        """Return one more hour of a sum of kinds to hide, or nothing where none need be.

        A rest that nobody publishes is as unknown as what is hidden; alone it is not.
        """
        own = [row for row in one.parts if id(row) in self.hidden]
        rest = self._shown(one.parts)
        if id(one.total) in self.hidden:
            if not one.is_whole or own or not rest:
                return None
            return self._hide(min(rest, key=_order), "complementary")
        if not own and not one.tells(self.min_count):
            return None
        unknown = sum(row["expected_count"] for row in own) + (0 if one.is_whole else one.rest)
        is_enough = len(own) + (not one.is_whole) >= 2 and unknown >= self.min_count
        if is_enough and not self._is_small_change(*self._left(one.total, one.parts)):
            return None
        rest = rest or self._shown([one.total])
        reason = LATER if is_enough else "complementary"
        return self._hide(min(rest, key=_order), reason) if rest else None

    def _hide(self, row: Row, reason: str) -> tuple[Row, str]:
        self.hidden.add(id(row))
        return row, reason

    def _shown(self, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if id(row) not in self.hidden and row["expected_count"] > 0]

    def _shown_changed(self, own: list[Row], parts: list[Row], totals: list[Row]) -> bool:
        """Tell whether what is hidden in a sum has changed by few together, for all to see."""
        shown = self._shown(totals)
        if totals and not shown:
            return False
        # A city has incidents of no known area, too: with them it is another number.
        of_city = any(self._is_small_change(*self._left(one, parts)) for one in shown)
        return of_city or self._is_small_change(own, [])

    def _left(self, total: Row, parts: list[Row]) -> tuple[list[Row], list[Row]]:
        """Return a total, and what is shown of it: one less the other follows."""
        return [total], [row for row in parts if id(row) not in self.hidden]

    def _is_small_change(self, plus: list[Row], minus: list[Row]) -> bool:
        """Tell whether some hours less others make a number that has changed by few."""
        changes = net_changes(plus, minus, self.before)
        # Each hour is rounded to a thousandth, now and then.
        least = max(NOTHING, (len(plus) + len(minus)) / 1000)
        return any(least < change < self.min_count for change in changes)

    def _changed_first(self, row: Row) -> tuple[bool, float, int, int]:
        now, before = row["expected_count"], self.before[id(row)]
        return all(then is None or then == now for then in before), *_order(row)


def _groups(rows: Sequence[Row]) -> Iterator[Group]:
    weeks: dict[tuple[Any, ...], list[Row]] = {}
    hours: dict[tuple[Any, ...], list[Row]] = {}
    totals: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        weeks.setdefault((row["indicator_id"], row["level"], row["area_id"]), []).append(row)
        hour = (row["indicator_id"], row["weekday"], row["hour"])
        if row["level"] == CITY:
            totals.setdefault(hour, []).append(row)
        else:
            hours.setdefault((*hour, row["level"]), []).append(row)
    yield from ((week, []) for week in weeks.values())
    yield from ((found, totals.get(key[:3], [])) for key, found in hours.items())


def _order(row: Row) -> tuple[float, int, int]:
    return row["expected_count"], row["weekday"], row["hour"]


__all__ = ["hidden_hours"]
