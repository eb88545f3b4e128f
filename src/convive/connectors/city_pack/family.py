"""What the readers of all families share: context, results, areas and points of rows."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.schema import conform, empty_table
from convive.app.tables import TableSpec
from convive.connectors.city_pack.area_index import AreaIndex, find_areas, note_unknown
from convive.connectors.city_pack.cells import constant, nulls
from convive.connectors.city_pack.mapping_schema import AreaColumns
from convive.connectors.city_pack.open_sheets import columns_shown
from convive.connectors.city_pack.problem_log import SourceLog
from convive.connectors.city_pack.sheet import Sheet, as_mask
from convive.core.model import City


@dataclass(frozen=True)
class Context:
    """The city around a source."""

    city: City
    index: AreaIndex
    mapping_label: str = ""
    today: date | None = None
    """Later days are still to come; None: nothing is taken for the future."""


@dataclass
class Reading:
    """What a source gave so far: tables, and how many rows were read, used and rejected."""

    tables: dict[str, list[pa.Table]] = field(default_factory=dict)
    rows_read: int = 0
    rows_used: int = 0
    rows_rejected: int = 0
    first_future: date | None = None
    """First day still to come that was left out: from then on the rows read otherwise."""

    def add(
        self, spec: TableSpec, columns: Map[str, pa.Array], *, keeps_words: bool = False
    ) -> None:
        """Keep rows of a table; columns that are left out are NULL.

        With `keeps_words` texts that come as dictionaries stay so.
        """
        n = len(next(iter(columns.values())))
        schema = empty_table(spec).schema
        arrays = {
            name: nulls(n, schema.field(name).type)
            if name not in columns
            else columns[name]
            if keeps_words and pa.types.is_dictionary(columns[name].type)
            else columns[name].cast(schema.field(name).type)
            for name in spec.column_names
        }
        table = pa.table(arrays)
        self.tables.setdefault(spec.name, []).append(table)

    def count(self, sheet: Sheet, n_used: int, n_skipped: int = 0) -> None:
        """Count a sheet's rows; `n_skipped` are known not to belong here and are no loss."""
        n_read = sheet.n_rows + len(sheet.bad_rows) - n_skipped
        self.rows_read += n_read
        self.rows_used += n_used
        self.rows_rejected += n_read - n_used

    def table(self, spec: TableSpec) -> pa.Table:
        """Return all rows of a table, sorted by its key."""
        parts = self.tables.get(spec.name)
        return conform(spec, pa.concat_tables(parts)) if parts else empty_table(spec)


def has_columns(sheet: Sheet, names: Sequence[str | None], source: SourceLog) -> bool:
    """Tell whether the columns are there; every missing one is noted."""
    missing = sheet.missing(names)
    for name in missing if sheet.part == 0 else ():
        source.fail("COLUMN_MISSING", sheet.file, column=name, found=columns_shown(sheet))
    return not missing


@dataclass(frozen=True)
class RowAreas:
    """Level and code of every row, and which rows are out."""

    level: pa.Array
    code: pa.Array
    is_unknown: np.ndarray
    is_absent: np.ndarray


def areas_of(sheet: Sheet, columns: AreaColumns, context: Context, source: SourceLog) -> RowAreas:
    """Return the areas of the rows; without an area column every row has none."""
    n = sheet.n_rows
    if columns.area is None:
        return RowAreas(nulls(n), nulls(n), np.zeros(n, bool), np.ones(n, bool))
    found = find_areas(sheet.texts(columns.area), columns, context.index)
    note_unknown(found, sheet, columns, source)
    is_kept_as_it_is = columns.is_shared_out or columns.area_vintage is None
    level = constant(columns.level_key if is_kept_as_it_is else columns.area_level, n)
    areas = RowAreas(level, found.codes, found.is_unknown, found.is_absent)
    if not is_kept_as_it_is:
        areas = _carried(areas, sheet, columns, context, source)
    has_none = pa.array(areas.is_unknown | areas.is_absent)
    return replace(areas, level=pc.if_else(has_none, pa.scalar(None, pa.string()), areas.level))


def _carried(
    areas: RowAreas, sheet: Sheet, columns: AreaColumns, context: Context, source: SourceLog
) -> RowAreas:
    """Return the rows of an older vintage in present areas; rows of a split area have none."""
    carried = context.index.carried.get(columns.level_key, {})
    at = pc.index_in(areas.code, value_set=pa.array(list(carried), pa.string()))
    code = pa.array(list(carried.values()), pa.string()).take(at)
    is_split = as_mask(code.is_null()) & ~areas.is_unknown & ~areas.is_absent
    place = sheet.place(columns.area)
    vintage = columns.area_vintage
    source.rows("AREA_SPLIT", place, sheet.rows[is_split], sheet.n_rows, vintage=vintage)
    return replace(areas, code=code, is_absent=areas.is_absent | is_split)


def city_areas(n: int, code: str) -> RowAreas:
    """Return rows that are about the city as a whole."""
    nowhere = np.zeros(n, dtype=bool)
    return RowAreas(constant("city", n), constant(code, n), nowhere, nowhere)


def needs_area(
    sheet: Sheet, columns: AreaColumns, areas: RowAreas, source: SourceLog
) -> np.ndarray:
    """Return which rows have an area; those without any code are noted."""
    place = sheet.place(columns.area)
    source.rows("NO_AREA", place, sheet.rows[areas.is_absent], sheet.n_rows)
    return np.asarray(~(areas.is_absent | areas.is_unknown))


def kept_columns(columns: Map[str, Any], mask: np.ndarray) -> dict[str, pa.Array]:
    """Return the rows of the mask of every column."""
    if mask.all():
        return dict(columns)
    kept = pa.array(mask)
    n = int(mask.sum())
    return {
        name: nulls(n, column.type) if column.null_count == len(column) else column.filter(kept)
        for name, column in columns.items()
    }


def origin(sheet: Sheet, source: SourceLog) -> dict[str, pa.Array]:
    """Return the columns that say where rows come from."""
    return {
        "source_id": constant(source.source_id, sheet.n_rows),
        "file": constant(sheet.file, sheet.n_rows),
        "row": pa.array(sheet.rows),
    }
