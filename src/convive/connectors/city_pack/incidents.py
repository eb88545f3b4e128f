"""Normalises files of incidents, one row an incident."""

from __future__ import annotations

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
from convive.connectors.city_pack.cells import as_column, constant, nulls
from convive.connectors.city_pack.dates import (
    DAY,
    MONTH,
    PRECISIONS,
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
    origin,
)
from convive.connectors.city_pack.mapping_schema import Format, IncidentColumns, IncidentsMapping
from convive.connectors.city_pack.points import Points, point_names, read_points
from convive.connectors.city_pack.problem_log import Gravity, SourceLog, Totals
from convive.connectors.city_pack.second_look import Known, column_of
from convive.connectors.city_pack.sheet import Sheet


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
        check_categories([columns.constant_category], self.source, label)
        needs = {
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
        starts = _read_starts(sheet, columns, (fmt, self.known), self.source)
        points = read_points(sheet, columns, fmt, (self.context, self.known), self.source)
        areas = areas_of(sheet, columns, self.context, self.source)
        is_outside = areas.is_unknown & columns.ignore_unknown_areas
        is_used = ~(np.isnat(starts.values) | points.is_rejected | is_outside)
        _note_without_place(sheet, points, areas, columns, self.source)
        cells = origin(sheet, self.source)
        cells.update(_when(sheet, columns, (fmt, self.known), starts, self.source))
        cells.update(_where(points, areas))
        cells.update(_what(sheet, columns, self.categories, self.source))
        self.reading.add(INCIDENTS, kept_columns(cells, is_used))
        self.reading.count(sheet, int(is_used.sum()), int(is_outside.sum()))

    def finish(self) -> Reading:
        """Return the reading."""
        return self.reading


def needed_columns(columns: IncidentColumns) -> list[str | None]:
    """Return every column that the mapping names."""
    pairs = [columns.starts, columns.ends]
    times = [name for pair in pairs if pair for name in ([pair] if isinstance(pair, str) else pair)]
    points = point_names(columns) or ()
    single = [columns.id, columns.month, columns.category, columns.area, columns.target]
    return [*times, *points, *single]


def read_time(
    sheet: Sheet, pair: str | list[str], by: tuple[Format, Known], source: SourceLog
) -> Moments:
    """Return a column of moments, or a date column and a time column put together."""
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
    column = pair if isinstance(pair, str) else pair[0]
    source.rows(
        "VALUE_MISSING", sheet.place(column), sheet.rows[is_absent], sheet.n_rows, column=column
    )
    if columns.starts is None:
        months = moments.values.astype("datetime64[M]").astype("datetime64[s]")
        precision = np.maximum(moments.precision, MONTH)
        return Moments(months, precision, moments.is_bad, moments.n_unsure)
    return moments


def _when(
    sheet: Sheet,
    columns: IncidentColumns,
    by: tuple[Format, Known],
    starts: Moments,
    source: SourceLog,
) -> dict[str, pa.Array]:
    values = starts.values
    n = len(values)
    precision = pa.array(PRECISIONS.astype(str)).take(pa.array(starts.precision))
    cells = {"starts": _timestamps(values), "precision": precision}
    if columns.ends is None:
        cells["ends"] = nulls(n, pa.timestamp("us"))
        return cells
    ends = read_time(sheet, columns.ends, by, source)
    last = ends.values + np.where(ends.precision == DAY, 86_399, 0).astype("timedelta64[s]")
    is_backward = last < values
    source.rows("RANGE_BACKWARD", sheet.place(str(columns.ends)), sheet.rows[is_backward], n)
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
    words = sheet.texts(columns.category)
    cells["category"] = map_words(words, categories, sheet, columns.category, source)
    cells["category_source"] = pc.fill_null(words, "")
    return cells
