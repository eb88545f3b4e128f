"""Which hours of a week may be shown: of an area, and of the areas of a level together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from convive.app.assess.prepare import Row
from convive.app.territory import CITY

Group = tuple[list[Row], list[Row]]
"""Hours that add up to something shown, and what may go where they do not suffice."""


def hidden_hours(rows: Sequence[Row], min_count: int) -> Iterator[tuple[Row, str]]:
    """Yield the hours to hide, with the reason.

    An hour is thin below `min_count` expected incidents. The hours of an area add up to its
    incidents, the areas of a level to the city: in each of these sums no hour is hidden alone,
    and those that are hidden add up to `min_count`.
    """
    thin = [row for row in rows if 0 < row["expected_count"] < min_count]
    hidden = {id(row) for row in thin}
    yield from ((row, "small_count") for row in thin)
    groups = list(_groups(rows))
    is_open = bool(thin)
    while is_open:
        is_open = False
        for parts, totals in groups:
            own = [row for row in parts if id(row) in hidden]
            enough = len(own) > 1 and sum(row["expected_count"] for row in own) >= min_count
            rest = _shown(parts, hidden) or _shown(totals, hidden)
            if own and not enough and rest:
                chosen = min(rest, key=_order)
                hidden.add(id(chosen))
                is_open = True
                yield chosen, "complementary"


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


def _shown(rows: Sequence[Row], hidden: set[int]) -> list[Row]:
    return [row for row in rows if id(row) not in hidden and row["expected_count"] > 0]


def _order(row: Row) -> tuple[float, int, int]:
    return row["expected_count"], row["weekday"], row["hour"]


__all__ = ["hidden_hours"]
