"""Normalises files of incidents, one row an incident."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import INCIDENTS
from convive.connectors.city_pack.categories import (
    CategoryMap,
    check_categories,
    map_words,
    open_categories,
)
from convive.connectors.city_pack.cells import as_column, constant, encoded, nulls, read_numbers
from convive.connectors.city_pack.date_parts import part_columns, read_parts
from convive.connectors.city_pack.dates import (
    DAY,
    MONTH,
    PRECISIONS,
    YEAR,
    Moments,
    add_times,
    read_moments,
)
from convive.connectors.city_pack.family import (
    Context,
    Reading,
    RowAreas,
    areas_of,
    has_columns,
    kept_columns,
)
from convive.connectors.city_pack.family_schemas import (
    MAX_ACCURACY_M,
    IncidentColumns,
    IncidentsMapping,
)
from convive.connectors.city_pack.mapping_schema import DateParts, Format
from convive.connectors.city_pack.points import Points, point_names, read_points
from convive.connectors.city_pack.problem_log import Gravity, SourceLog, Totals
from convive.connectors.city_pack.second_look import Known, column_of
from convive.connectors.city_pack.sheet import Sheet

Times = str | list[str] | DateParts
"""A column, [date column, time column], or columns of parts."""


class IncidentsReader:
    """Reads the sheets of one source of incidents."""

    def __init__(self, mapping: IncidentsMapping, context: Context, source: SourceLog) -> None:
        self.mapping, self.context, self.source = mapping, context, source
        self.reading = Reading()
        self.categories = CategoryMap(mapping.categories)
        self.known = Known()

    def prepare(self) -> bool:
        """Check the mapping itself; return whether files can be read by it."""
        columns, label = self.mapping.columns, self.context.mapping_label
        self.categories = open_categories(self.mapping.categories, self.source, label)
        check_categories([columns.constant_category, *columns.gravest], self.source, label)
        needs = {
            "id": columns.id or not columns.gravest,
            "starts, month": columns.starts or columns.month,
            "category, constant_category": columns.category or columns.constant_category,
            "longitude + latitude, x + y, area": point_names(columns) or columns.area,
        }
        for keys, given in needs.items():
            if not given:
                self.source.fail("MAPPING_INCOMPLETE", label, keys=keys)
        return all(needs.values())

    def read(self, sheet: Sheet) -> None:
        """Add the rows of a sheet or of the next stretch of one.

        Raises
        ------
        SecondLookError
            What earlier stretches gave is to be thrown away and the file read again.
        RefusedError
            As `read_points`.
        """
        columns = self.mapping.columns
        if not has_columns(sheet, needed_columns(columns), self.source):
            return
        fmt = self.mapping.format
        days = Days(self.context, self.reading)
        by = fmt, self.known
        starts = _read_starts(sheet, columns, by, self.source)
        starts = days.without_future(starts, sheet, _first_column(columns), self.source)
        points = read_points(sheet, columns, fmt, (self.context, self.known), self.source)
        areas = areas_of(sheet, columns, self.context, self.source)
        is_outside = areas.is_unknown & columns.ignore_unknown_areas
        is_used = ~(np.isnat(starts.values) | points.is_rejected | is_outside)
        _note_without_place(sheet, points, areas, columns, self.source)
        here = np.zeros(sheet.n_rows, dtype=np.int32)
        cells = {
            "source_id": encoded([self.source.source_id], here),
            "file": encoded([sheet.file], here),
            "row": pa.array(sheet.rows),
        }
        cells.update(_when(sheet, columns, by, starts, (days, self.source)))
        cells["recorded"] = _recorded(sheet, columns, by, starts, (days, self.source))
        cells.update(_where(points, areas))
        cells["accuracy_m"] = _accuracy(sheet, columns, by, points, self.source)
        cells.update(_what(sheet, columns, self.categories, self.source))
        self.reading.add(INCIDENTS, kept_columns(cells, is_used), keeps_words=True)
        self.reading.count(sheet, int(is_used.sum()), int(is_outside.sum()))

    def finish(self) -> Reading:
        """Return the reading."""
        return self.reading


def needed_columns(columns: IncidentColumns) -> list[str | None]:
    """Return every column that the mapping names."""
    given = [columns.starts, columns.ends, columns.recorded]
    times = [name for one in given if one is not None for name in time_columns(one)]
    points = point_names(columns) or ()
    single = [columns.id, columns.month, columns.category, columns.area, columns.target]
    return [*times, *points, *single, columns.accuracy]


def time_columns(given: Times) -> list[str]:
    """Return the columns of which moments are put together."""
    if isinstance(given, DateParts):
        return part_columns(given)
    return [given] if isinstance(given, str) else list(given)


def _first_column(columns: IncidentColumns) -> str:
    return time_columns(columns.starts or columns.month or "")[0]


def read_time(sheet: Sheet, pair: Times, by: tuple[Format, Known], source: SourceLog) -> Moments:
    """Return a column of moments, or those put together of several columns."""
    if isinstance(pair, DateParts):
        moments = read_parts(sheet, pair)
        names = ", ".join(part_columns(pair))
        rows = sheet.rows[moments.is_bad]
        source.rows("BAD_DATE", sheet.place(pair.year), rows, sheet.n_rows, column=names)
        return moments
    date_column = pair if isinstance(pair, str) else pair[0]
    fmt, known = by
    seen = known, column_of(sheet, date_column)
    moments = read_moments(sheet.texts(date_column), day_first=fmt.day_first, seen=seen)
    note_dates(sheet, date_column, moments, source)
    if isinstance(pair, str):
        return moments
    moments, is_wrong = add_times(moments, sheet.texts(pair[1]))
    place = sheet.place(pair[1])
    source.rows("BAD_TIME", place, sheet.rows[is_wrong], sheet.n_rows, column=pair[1])
    return moments


def note_dates(sheet: Sheet, column: str, moments: Moments, source: SourceLog) -> None:
    """Note cells that are no dates, or of which nobody can say what is day and what month."""
    place = sheet.place(column)
    rows = sheet.rows[moments.is_bad]
    if moments.n_unsure:
        source.rows(
            "DATE_ORDER_UNSURE",
            place,
            rows,
            sheet.n_rows,
            totals=Totals(Gravity(moments.n_unsure, sheet.n_rows), adding=("n",)),
            column=column,
            n=moments.n_unsure,
        )
        return
    source.rows("BAD_DATE", place, rows, sheet.n_rows, column=column)


def _read_starts(
    sheet: Sheet, columns: IncidentColumns, by: tuple[Format, Known], source: SourceLog
) -> Moments:
    pair = columns.starts or columns.month or ""
    moments = read_time(sheet, pair, by, source)
    is_absent = np.isnat(moments.values) & ~moments.is_bad
    column = _first_column(columns)
    source.rows(
        "VALUE_MISSING", sheet.place(column), sheet.rows[is_absent], sheet.n_rows, column=column
    )
    if columns.starts is None:
        months = moments.values.astype("datetime64[M]").astype("datetime64[s]")
        precision = np.maximum(moments.precision, MONTH)
        return Moments(months, precision, moments.is_bad, moments.n_unsure)
    return moments


@dataclass(frozen=True)
class Days:
    """What is still to come when a file is read."""

    context: Context
    reading: Reading

    def without_future(
        self, moments: Moments, sheet: Sheet, column: str, source: SourceLog
    ) -> Moments:
        """Return moments without those after today, which are noted."""
        today = self.context.today
        if today is None:
            return moments
        is_future = moments.values.astype("datetime64[D]") > np.datetime64(today)
        if not is_future.any():
            source.rows("FUTURE_DATE", sheet.place(column), (), sheet.n_rows, column=column)
            return moments
        first = moments.values[is_future].min().astype("datetime64[D]").item()
        known = self.reading.first_future
        self.reading.first_future = first if known is None else min(first, known)
        rows = sheet.rows[is_future]
        source.rows("FUTURE_DATE", sheet.place(column), rows, sheet.n_rows, column=column)
        values = np.where(is_future, np.datetime64("NaT"), moments.values)
        return replace(moments, values=values)


def _recorded(
    sheet: Sheet,
    columns: IncidentColumns,
    by: tuple[Format, Known],
    starts: Moments,
    noting: tuple[Days, SourceLog],
) -> pa.Array:
    """Return the day on which each incident was taken down; none where it cannot be."""
    if columns.recorded is None:
        return nulls(sheet.n_rows, pa.date32())
    days, source = noting
    column = time_columns(columns.recorded)[0]
    moments = read_time(sheet, columns.recorded, by, source)
    moments = days.without_future(moments, sheet, column, source)
    found = moments.values.astype("datetime64[D]")
    # A year alone tells no day; a month stands for its first day, and is compared as a month.
    found[moments.precision == YEAR] = np.datetime64("NaT")
    begun = starts.values.astype("datetime64[D]")
    is_month = moments.precision == MONTH
    is_before = np.where(
        is_month, found.astype("datetime64[M]") < begun.astype("datetime64[M]"), found < begun
    )
    place = sheet.place(column)
    rows = sheet.rows[is_before]
    source.rows("RECORDED_BEFORE_START", place, rows, sheet.n_rows, column=column)
    found[is_before] = np.datetime64("NaT")
    return pa.array(found, pa.date32())


def _accuracy(
    sheet: Sheet,
    columns: IncidentColumns,
    by: tuple[Format, Known],
    points: Points,
    source: SourceLog,
) -> pa.Array:
    """Return the radius in metres within which each point is meant; without a point, none."""
    n = sheet.n_rows
    values = np.full(n, np.nan)
    if columns.accuracy is not None:
        place, name = sheet.place(columns.accuracy), columns.accuracy
        numbers = read_numbers(sheet.texts(name), by[0], seen=(by[1], column_of(sheet, name)))
        source.rows("BAD_NUMBER", place, sheet.rows[numbers.is_bad], n, column=name)
        is_out = (numbers.values < 0) | (numbers.values > MAX_ACCURACY_M)
        source.rows("OUT_OF_RANGE", place, sheet.rows[is_out], n, column=name)
        values = np.where(is_out, np.nan, numbers.values)
    elif columns.accuracy_m is not None:
        values = np.full(n, columns.accuracy_m)
    return as_column(values, pa.float64(), np.isnan(values) | points.is_absent)


def _when(
    sheet: Sheet,
    columns: IncidentColumns,
    by: tuple[Format, Known],
    starts: Moments,
    noting: tuple[Days, SourceLog],
) -> dict[str, pa.Array]:
    days, source = noting
    values = starts.values
    n = len(values)
    precision = encoded(list(PRECISIONS), starts.precision)
    cells = {"starts": _timestamps(values), "precision": precision}
    if columns.ends is None:
        cells["ends"] = nulls(n, pa.timestamp("us"))
        return cells
    column = time_columns(columns.ends)[0]
    ends = read_time(sheet, columns.ends, by, source)
    ends = days.without_future(ends, sheet, column, source)
    last = ends.values + np.where(ends.precision == DAY, 86_399, 0).astype("timedelta64[s]")
    is_backward = last < values
    source.rows("RANGE_BACKWARD", sheet.place(column), sheet.rows[is_backward], n)
    last[is_backward] = np.datetime64("NaT")
    cells["ends"] = _timestamps(last)
    return cells


def _timestamps(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype("datetime64[us]"), pa.timestamp("us"))


def _where(points: Points, areas: RowAreas) -> dict[str, pa.Array]:
    is_absent = points.is_absent
    return {
        "longitude": as_column(points.longitude, pa.float64(), is_absent),
        "latitude": as_column(points.latitude, pa.float64(), is_absent),
        "area_level": areas.level,
        "area_id": areas.code,
    }


def _note_without_place(
    sheet: Sheet, points: Points, areas: RowAreas, columns: IncidentColumns, source: SourceLog
) -> None:
    has_area = ~(areas.is_absent | areas.is_unknown)
    is_lost = points.is_absent & ~points.is_rejected
    names = point_names(columns)
    if names is not None:
        without = is_lost & ~areas.is_unknown if columns.ignore_unknown_areas else is_lost
        place = sheet.place(names[0])
        source.rows("NO_COORDINATES", place, sheet.rows[without], sheet.n_rows)
        return
    nowhere = is_lost & ~has_area & areas.is_absent
    source.rows("NO_AREA", sheet.place(columns.area), sheet.rows[nowhere], sheet.n_rows)


def _what(
    sheet: Sheet, columns: IncidentColumns, categories: CategoryMap, source: SourceLog
) -> dict[str, pa.Array]:
    n = sheet.n_rows
    cells = {
        "incident_id": sheet.texts(columns.id) if columns.id else nulls(n),
        "target_id": sheet.texts(columns.target) if columns.target else nulls(n),
    }
    if columns.category is None:
        cells["category"] = constant(columns.constant_category, n)
        cells["category_source"] = constant(columns.constant_category, n)
        return cells
    words = pc.dictionary_encode(sheet.texts(columns.category))
    cells["category"] = map_words(words, categories, sheet, columns.category, source)
    said = words.dictionary.to_pylist()
    at = pc.fill_null(words.indices, len(said)).to_numpy(zero_copy_only=False)
    cells["category_source"] = encoded([*said, ""], at)
    return cells
