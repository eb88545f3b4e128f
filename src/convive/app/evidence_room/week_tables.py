"""Tables of weekdays and hours: windows onto the protected week of closed years."""

from __future__ import annotations

from collections.abc import Sequence

from convive.app.evidence_room.axes import ALL, DAYPARTS, Label
from convive.app.evidence_room.protection import Protected
from convive.app.evidence_room.terms import Field
from convive.app.evidence_room.week import AREA, DAYS, HOURS, WEEK, YEAR
from convive.core.errors import RequestError

AREA_PREFIX = "area:"
OF_THE_WEEK = (Field.WEEKDAY, Field.HOUR)
_PLAIN = {Field.YEAR: YEAR, Field.WEEKDAY: WEEK, Field.HOUR: WEEK, Field.DAYPART: WEEK}


def is_of_week(dimensions: Sequence[str]) -> bool:
    """Tell whether a question needs the week: kinds and months know of no hours."""
    return any(one in OF_THE_WEEK for one in dimensions)


def week_years(protected: Protected) -> tuple[int, ...]:
    """Return the closed years whose hours are opened, in order; empty where none is."""
    return tuple(label[1] for label in protected.labels[YEAR])


def week_values(protected: Protected, dimension: str) -> tuple[Label, ...]:
    """Return what a dimension of the week can be, in order, without a total.

    Raises
    ------
    RequestError
        ROOM_WEEK_ALONE for a dimension that does not go with hours.
    """
    if dimension.startswith(AREA_PREFIX):
        level = dimension.removeprefix(AREA_PREFIX)
        return tuple(one for one in protected.labels[AREA] if one[:2] == ("area", level))
    if dimension == Field.YEAR:
        return protected.labels[YEAR]
    if dimension == Field.WEEKDAY:
        return tuple(("weekday", day) for day in (*range(DAYS), -1))
    if dimension == Field.HOUR:
        return tuple(("hour", hour) for hour in (*range(HOURS), -1))
    if dimension == Field.DAYPART:
        return tuple(("part", one) for one in DAYPARTS[:2])
    raise RequestError("ROOM_WEEK_ALONE")


def week_labels(protected: Protected, dimension: str, other: str) -> tuple[Label, ...]:
    """Return the rows (or columns) of a dimension, beside another one.

    Two things of the week cross in hours that there are; its total is in the tables without it.
    """
    found = week_values(protected, dimension)
    if dimension.startswith(AREA_PREFIX):
        return (*found, ALL)
    if _PLAIN.get(Field(dimension)) == WEEK and other and _is_week_axis(other):
        return tuple(one for one in found if one[1] != -1)
    return found


def week_check(used: Sequence[str]) -> None:
    """Refuse what does not go together.

    Raises
    ------
    RequestError
        ROOM_WEEK_ALONE for kinds or months, for two levels of areas, or for hours of the day
        with day and night: an hour is one of them.
    """
    levels = [one for one in used if one.startswith(AREA_PREFIX)]
    plain = [one for one in used if not one.startswith(AREA_PREFIX)]
    has_both = Field.HOUR in plain and Field.DAYPART in plain
    if len(levels) > 1 or has_both or any(one not in _PLAIN for one in plain):
        raise RequestError("ROOM_WEEK_ALONE")


def week_place(protected: Protected, at: dict[str, Label]) -> tuple[int, int, int] | None:
    """Return where a cell stands; None where it is in no table.

    Parameters
    ----------
    at : mapping of dimension to label
        Of the year, the area and what is asked of the week; the total may stand for an area.
    """
    area = next((label for name, label in at.items() if name.startswith(AREA_PREFIX)), ALL)
    hour = _week_label({name: label for name, label in at.items() if _is_week_axis(name)})
    labels = protected.labels
    if area not in labels[AREA] or at[Field.YEAR] not in labels[YEAR] or hour not in labels[WEEK]:
        return None
    return labels[AREA].index(area), labels[YEAR].index(at[Field.YEAR]), labels[WEEK].index(hour)


def _is_week_axis(dimension: str) -> bool:
    return dimension in {Field.WEEKDAY, Field.HOUR, Field.DAYPART}


def _week_label(asked: dict[str, Label]) -> Label:
    day, hour, part = (asked.get(one) for one in (Field.WEEKDAY, Field.HOUR, Field.DAYPART))
    if day and hour:
        return ("slot", day[1], hour[1])
    if day and part:
        return ("weekday_part", day[1], part[1])
    return day or hour or part or ALL
