"""Which hours of a week may be shown: of an area, and of the areas of a level together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from convive.app.assess.prepare import Row
from convive.app.earlier_figures import LATER, Memory, hour_key, week_key
from convive.app.territory import CITY
from convive.app.week_kinds import Kinds, KindSum, kind_sums

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
    and those that are hidden in a sum have changed by `min_count` together, or not at all. A
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
    groups = list(_groups(rows))
    nested = kind_sums(rows, kinds or {}, hours.memory)
    is_open = bool(hours.hidden or nested.hours)
    while is_open:
        is_open = False
        for parts, totals in groups:
            chosen = hours.more(parts, totals)
            if chosen is not None:
                is_open = True
                yield chosen
        for one in nested.of_hours():
            chosen = hours.more_of_kinds(one)
            if chosen is not None:
                is_open = True
                yield chosen


@dataclass
class _Hours:
    """The hours with what is hidden of them so far."""

    rows: Sequence[Row]
    min_count: int
    memory: Memory
    hidden: set[int] = field(default_factory=set)
    moved: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """By how much an hour has changed since each earlier release."""

    def alone(self) -> Iterator[tuple[Row, str]]:
        """Yield what is hidden whatever the others are."""
        for row in self.rows:
            self.moved[id(row)] = self.memory.moves(hour_key(row), row["expected_count"])
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
        elif self._is_small_change(own) and (not totals or self._shown(totals)):
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
        if is_enough and not self._is_small_move(one, own):
            return None
        rest = rest or self._shown([one.total])
        reason = LATER if is_enough else "complementary"
        return self._hide(min(rest, key=_order), reason) if rest else None

    def _is_small_move(self, one: KindSum, own: Sequence[Row]) -> bool:
        """Tell whether what is unknown in a sum of kinds has changed by few together."""
        moves = [self.moved[id(row)] for row in own]
        moves += [] if one.is_whole else [one.rest_moves]
        changes = [sum(found) for found in zip(*moves, strict=True)]
        return any(0 < change < self.min_count for change in changes)

    def _hide(self, row: Row, reason: str) -> tuple[Row, str]:
        self.hidden.add(id(row))
        return row, reason

    def _shown(self, rows: Sequence[Row]) -> list[Row]:
        return [row for row in rows if id(row) not in self.hidden and row["expected_count"] > 0]

    def _is_small_change(self, own: Sequence[Row]) -> bool:
        changes = [sum(found) for found in zip(*(self.moved[id(row)] for row in own), strict=True)]
        return any(0 < change < self.min_count for change in changes)

    def _changed_first(self, row: Row) -> tuple[bool, float, int, int]:
        return not any(self.moved[id(row)]), *_order(row)


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
