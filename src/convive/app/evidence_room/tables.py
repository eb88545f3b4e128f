"""Tables of the room: windows onto the protected cube, cut to what an agreement opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from convive.app.evidence_room.axes import ALL, DAYPARTS, Label
from convive.app.evidence_room.protection import Protected
from convive.app.evidence_room.terms import Field
from convive.app.evidence_room.week_tables import (
    AREA_PREFIX,
    OF_THE_WEEK,
    is_of_week,
    week_check,
    week_labels,
    week_place,
    week_values,
    week_years,
)
from convive.core.disclosure import rounded_counts
from convive.core.errors import RequestError

AREA, TIME, KIND, DAYPART = range(4)


@dataclass(frozen=True, slots=True)
class Opened:
    """What of a source an agreement (or several) opens to somebody."""

    fields: frozenset[str]
    levels: tuple[str, ...]
    floor: int
    rounding: int = 0

    def dimensions(self) -> tuple[str, ...]:
        """Return what rows and columns may be: ``area:<level>`` and codes of `Field`."""
        return (
            *(AREA_PREFIX + level for level in self.levels),
            *(one.value for one in Field if one.value in self.fields),
        )


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks of a source.

    Attributes
    ----------
    rows, columns : str
        One of `Opened.dimensions`; columns may be empty.
    only : tuple of (dimension, code)
        One value each of other dimensions; what is not named is taken whole.
    first_year, last_year : int, optional
        Of the years or months that are listed.
    """

    rows: str
    columns: str = ""
    only: tuple[tuple[str, str], ...] = ()
    first_year: int | None = None
    last_year: int | None = None

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return every dimension that is used."""
        used = (self.rows, self.columns, *(name for name, _ in self.only))
        return tuple(dict.fromkeys(name for name in used if name))


@dataclass(frozen=True, slots=True)
class Cell:
    """A count, or that it is not shown."""

    count: int | None
    """None: not shown."""


@dataclass(frozen=True, slots=True)
class RoomTable:
    """A table of counts with its totals."""

    source_id: str
    question: Question
    rows: tuple[Label, ...]
    columns: tuple[Label, ...]
    cells: tuple[tuple[Cell, ...], ...]
    floor: int
    years: tuple[int, int] | None
    total: Cell
    notes: tuple[str, ...] = ()
    """What has to be said besides; sentences ``rights.table.note.<code>``."""
    year: int | None = None
    """The one year that it speaks of, where it must be one."""
    is_of_source: bool = True
    """Whether the total is that of the whole source; otherwise of the year."""

    @property
    def n_hidden(self) -> int:
        """Return how many cells are not shown."""
        return sum(cell.count is None for row in self.cells for cell in row)


def table_of(protected: Protected, question: Question, opened: Opened) -> RoomTable:
    """Return the table that a question asks for, within what is opened.

    Raises
    ------
    RequestError
        ROOM_NOT_OPENED for a dimension that no agreement opens, or one that is used twice;
        ROOM_WEEK_ALONE, ROOM_WEEK_NONE for hours of the week that are not to be had like that.
    """
    if is_of_week(question.dimensions):
        return _week_table(protected, question, opened)
    _check(question, opened)
    at = _fixed(protected, question)
    rows = _labels(protected, question.rows, question)
    columns = _labels(protected, question.columns, question) if question.columns else (ALL,)
    cells = tuple(
        tuple(_cell(protected, at, ((question.rows, r), (question.columns, c)), opened)
              for c in columns)
        for r in rows
    )  # fmt: skip
    whole = (("", ALL), ("", ALL))
    return RoomTable(
        source_id=protected.source_id, question=question, rows=rows, columns=columns, cells=cells,
        floor=opened.floor, years=years_of(protected),
        total=_cell(protected, dict.fromkeys(range(4), ALL), whole, opened),
    )  # fmt: skip


def _week_table(protected: Protected, question: Question, opened: Opened) -> RoomTable:
    """Return a table of weekdays or hours: of one closed year, or of several side by side."""
    used = question.dimensions
    if not set(used) <= set(opened.dimensions()) or question.rows == question.columns:
        raise RequestError("ROOM_NOT_OPENED")
    week_check(used)
    week = protected.week
    if week is None:
        raise RequestError("ROOM_WEEK_NONE")
    at: dict[str, Label] = {Field.YEAR: ("year", week_years(week)[-1])}
    for name, code in question.only:
        labels = [one for one in week_values(week, name) if code_of(one) == code]
        if not labels:
            raise RequestError("ROOM_WEEK_YEAR" if name == Field.YEAR else "ROOM_NOT_OPENED")
        at[name] = labels[0]
    rows = week_labels(week, question.rows, question.columns)
    columns = week_labels(week, question.columns, question.rows) if question.columns else (ALL,)
    cells = tuple(
        tuple(_week_cell(week, at | {question.rows: r, question.columns: c}, opened)
              for c in columns)
        for r in rows
    )  # fmt: skip
    is_area = any(name.startswith(AREA_PREFIX) for name in used)
    is_deep = is_area and Field.HOUR in used
    whole = {name: label for name, label in at.items() if name == Field.YEAR}
    return RoomTable(
        source_id=protected.source_id, question=question, rows=rows, columns=columns, cells=cells,
        floor=opened.floor, years=(week_years(week)[0], week_years(week)[-1]),
        total=_year_total(protected, whole[Field.YEAR], opened),
        notes=("week_known", *(("week_deep",) if is_deep else ())),
        is_of_source=False,
        year=None if Field.YEAR in {question.rows, question.columns} else at[Field.YEAR][1],
    )  # fmt: skip


def _week_cell(week: Protected, at: dict[str, Label], opened: Opened) -> Cell:
    place = week_place(week, {name: label for name, label in at.items() if name})
    if place is None or week.shown_up_to[place] < opened.floor:
        return Cell(None)
    return Cell(_rounded(int(week.counts[place]), opened))


def _year_total(protected: Protected, year: Label, opened: Opened) -> Cell:
    at = dict.fromkeys(range(4), ALL) | {TIME: year}
    return _cell(protected, at, (), opened)


def years_of(protected: Protected) -> tuple[int, int] | None:
    """Return the first and the last year that the counts speak of."""
    years = [label[1] for label in protected.labels[TIME] if label[0] == "year" and label[1] > 0]
    return (min(years), max(years)) if years else None


def values_of(protected: Protected, dimension: str) -> tuple[Label, ...]:
    """Return what a dimension can be, in order."""
    if dimension in OF_THE_WEEK:
        return week_values(protected.week, dimension) if protected.week else ()
    return _labels(protected, dimension, Question(dimension))


def code_of(label: Label) -> str:
    """Return the code by which an address names a value: ``612``, ``burglary``, ``0101``."""
    return str(label[-1])


def axis_of(dimension: str) -> int:
    """Return the axis of the cube that a dimension lies on.

    Raises
    ------
    RequestError
        ROOM_NOT_OPENED where there is no such dimension.
    """
    axes = {Field.YEAR: TIME, Field.MONTH: TIME, Field.KIND: KIND, Field.DAYPART: DAYPART}
    if dimension.startswith(AREA_PREFIX):
        return AREA
    try:
        return axes[Field(dimension)]
    except ValueError as error:
        raise RequestError("ROOM_NOT_OPENED") from error


def _check(question: Question, opened: Opened) -> None:
    allowed = set(opened.dimensions())
    used = [question.rows, *([question.columns] if question.columns else ())]
    used += [name for name, _ in question.only]
    axes = [axis_of(name) for name in used]
    if not set(used) <= allowed or len(set(axes)) != len(axes):
        raise RequestError("ROOM_NOT_OPENED")


def _fixed(protected: Protected, question: Question) -> dict[int, Label]:
    """Return for each axis the one label that it stands at, before rows and columns."""
    at: dict[int, Label] = dict.fromkeys(range(4), ALL)
    for name, code in question.only:
        labels = [one for one in values_of(protected, name) if code_of(one) == code]
        if not labels:
            raise RequestError("ROOM_NOT_OPENED")
        at[axis_of(name)] = labels[0]
    return at


def _labels(protected: Protected, dimension: str, question: Question) -> tuple[Label, ...]:
    own = protected.labels[axis_of(dimension)]
    if dimension.startswith(AREA_PREFIX):
        level = dimension.removeprefix(AREA_PREFIX)
        found: Sequence[Label] = [one for one in own if one[0] == "area" and one[1] == level]
        return (*sorted(found, key=lambda one: (one[2] == "", one[2])), ALL)
    if dimension in {Field.YEAR, Field.MONTH}:
        found = [one for one in own if one[0] == dimension and _in_years(one, question)]
        return (*sorted(found), ALL) if dimension == Field.YEAR else tuple(sorted(found))
    if dimension == Field.KIND:
        return (*(one for one in own if one[0] == "kind"), ALL)
    return (*(("part", one) for one in DAYPARTS), ALL)


def _in_years(label: Label, question: Question) -> bool:
    year = label[1] if label[0] == "year" else 1970 + label[1] // 12
    after = question.first_year is None or year >= question.first_year
    return after and (question.last_year is None or year <= question.last_year)


def _cell(
    protected: Protected,
    at: dict[int, Label],
    moved: Sequence[tuple[str, Label]],
    opened: Opened,
) -> Cell:
    place = dict(at)
    for dimension, label in moved:
        if dimension:
            place[axis_of(dimension)] = label
    index = tuple(_position(protected, axis, place[axis]) for axis in range(4))
    if protected.shown_up_to[index] < opened.floor:
        return Cell(None)
    return Cell(_rounded(int(protected.counts[index]), opened))


def _rounded(count: int, opened: Opened) -> int:
    return int(rounded_counts([count], opened.rounding)[0]) if opened.rounding > 1 else count


def _position(protected: Protected, axis: int, label: Label) -> int:
    return protected.labels[axis].index(label)


def question_of(asked: dict[str, Any], opened: Opened) -> Question:
    """Return the question of an address, narrowed to what is opened; the first two by default."""
    allowed = opened.dimensions()
    rows = asked.get("rows") if asked.get("rows") in allowed else (allowed[0] if allowed else "")
    columns = asked.get("columns") or ""
    given = tuple(
        (name, str(asked[f"only_{name}"])) for name in allowed if asked.get(f"only_{name}")
    )
    if is_of_week((str(rows), str(columns), *(name for name, _ in given))):
        only = tuple(one for one in given if one[0] not in {rows, columns})
    else:
        used = {axis_of(one) for one in (rows, columns) if one in allowed}
        only = tuple(one for one in given if axis_of(one[0]) not in used)
    return Question(str(rows), str(columns), only, asked.get("first_year"), asked.get("last_year"))
