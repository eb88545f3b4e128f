"""Normalises on-site observations: stops with ratings of items."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import OBSERVATIONS
from convive.connectors.city_pack.cells import as_column, constant, read_numbers
from convive.connectors.city_pack.dates import hours_of, read_moments
from convive.connectors.city_pack.family import (
    Context,
    Reading,
    RowAreas,
    areas_of,
    has_columns,
    kept_columns,
)
from convive.connectors.city_pack.family_schemas import ObservationsMapping
from convive.connectors.city_pack.incidents import note_dates
from convive.connectors.city_pack.points import Points, point_names, read_points
from convive.connectors.city_pack.problem_log import SourceLog
from convive.connectors.city_pack.second_look import Known
from convive.connectors.city_pack.sheet import Sheet, as_mask

LOWEST, HIGHEST = 0.0, 3.0


class ObservationsReader:
    """Reads the sheets of one source of observations."""

    def __init__(self, mapping: ObservationsMapping, context: Context, source: SourceLog) -> None:
        self.mapping, self.context, self.source = mapping, context, source
        self.reading = Reading()
        self._raters: dict[str, str] = {}
        self._stops: set[str] = set()

    def prepare(self) -> bool:
        """Check the mapping itself; return whether files can be read by it."""
        columns, label = self.mapping.columns, self.context.mapping_label
        has_time = bool(columns.daypart or columns.time)
        has_place = bool(point_names(columns) or columns.area)
        if not has_time:
            self.source.fail("MAPPING_INCOMPLETE", label, keys="daypart, time")
        if not has_place:
            keys = "longitude + latitude, x + y, area"
            self.source.fail("MAPPING_INCOMPLETE", label, keys=keys)
        return has_time and has_place

    def read(self, sheet: Sheet) -> None:
        """Add the ratings of a sheet."""
        columns = self.mapping.columns
        points = point_names(columns) or ()
        single = [columns.stop, columns.place, columns.rater, columns.date, columns.area]
        needed = [*single, columns.daypart, columns.time, *points, *self.mapping.items.values()]
        if not has_columns(sheet, needed, self.source):
            return
        days = read_moments(sheet.texts(columns.date), day_first=self.mapping.format.day_first)
        note_dates(sheet, columns.date, days, self.source)
        fmt = self.mapping.format
        where = read_points(sheet, columns, fmt, (self.context, Known()), self.source)
        areas = areas_of(sheet, columns, self.context, self.source)
        dayparts = self._dayparts(sheet)
        is_used = ~np.isnat(days.values) & ~where.is_rejected & as_mask(dayparts.is_valid())
        is_used &= self._has_names(sheet) & self._is_new(sheet)
        base = self._base(sheet, where, areas)
        base["day"] = pa.array(days.values.astype("datetime64[D]"), pa.date32())
        base["daypart"] = dayparts
        for item, column in sorted(self.mapping.items.items()):
            ratings = self._ratings(sheet, column)
            cells = {**base, "item": constant(item, sheet.n_rows), "rating": ratings}
            self.reading.add(OBSERVATIONS, kept_columns(cells, is_used))
        self.reading.count(sheet, int(is_used.sum()))

    def finish(self) -> Reading:
        """Return the reading."""
        return self.reading

    def _base(self, sheet: Sheet, where: Points, areas: RowAreas) -> dict[str, pa.Array]:
        columns = self.mapping.columns
        names = sheet.texts(columns.rater).to_pylist()
        raters = [self._pseudonym(name) for name in names]
        return {
            "source_id": constant(self.source.source_id, sheet.n_rows),
            "stop_id": pa.array(self._stop_ids(sheet), pa.string()),
            "place_id": sheet.texts(columns.place),
            "rater": pa.array(raters, pa.string()),
            "longitude": as_column(where.longitude, pa.float64(), where.is_absent),
            "latitude": as_column(where.latitude, pa.float64(), where.is_absent),
            "area_level": areas.level,
            "area_id": areas.code,
        }

    def _pseudonym(self, name: str | None) -> str | None:
        if name is None:
            return None
        return self._raters.setdefault(name, f"R{len(self._raters) + 1:02d}")

    def _stop_ids(self, sheet: Sheet) -> list[str | None]:
        if self.mapping.columns.stop:
            return list(sheet.texts(self.mapping.columns.stop).to_pylist())
        return [f"{sheet.file}#{row}" for row in sheet.rows.tolist()]

    def _has_names(self, sheet: Sheet) -> np.ndarray:
        """Return which stops have place, rater and id."""
        columns = self.mapping.columns
        is_named = np.ones(sheet.n_rows, dtype=bool)
        for name in (columns.place, columns.rater, columns.stop):
            if name:
                has_value = as_mask(sheet.texts(name).is_valid())
                rows = sheet.rows[~has_value]
                place = sheet.place(name)
                self.source.rows("VALUE_MISSING", place, rows, sheet.n_rows, column=name)
                is_named &= has_value
        return is_named

    def _is_new(self, sheet: Sheet) -> np.ndarray:
        is_new = np.ones(sheet.n_rows, dtype=bool)
        for position, stop in enumerate(self._stop_ids(sheet)):
            is_new[position] = stop is None or stop not in self._stops
            if stop is not None:
                self._stops.add(stop)
        place = sheet.place(self.mapping.columns.stop)
        self.source.rows("DUPLICATE_ID", place, sheet.rows[~is_new], sheet.n_rows)
        return is_new

    def _dayparts(self, sheet: Sheet) -> pa.Array:
        columns, parts = self.mapping.columns, self.mapping.dayparts
        column = columns.daypart or columns.time or ""
        texts = sheet.texts(column)
        if columns.daypart:
            known = {word.casefold(): "day" for word in [*parts.day, "day"]}
            known.update({word.casefold(): "night" for word in [*parts.night, "night"]})
            found = [known.get(text.casefold()) if text else None for text in texts.to_pylist()]
        else:
            hours = hours_of(texts)
            late, early = parts.night_from, parts.night_to
            is_night = (hours >= late) | (hours < early)
            if late < early:
                is_night = (hours >= late) & (hours < early)
            names = np.where(is_night, "night", "day").tolist()
            found = [n if h >= 0 else None for n, h in zip(names, hours, strict=True)]
        result = pa.array(found, pa.string())
        rows = sheet.rows[as_mask(pc.is_null(result))]
        self.source.rows("WORD_UNKNOWN", sheet.place(column), rows, sheet.n_rows, column=column)
        return result

    def _ratings(self, sheet: Sheet, column: str) -> pa.Array:
        numbers = read_numbers(sheet.texts(column), self.mapping.format)
        place, n = sheet.place(column), sheet.n_rows
        filled = np.nan_to_num(numbers.values)
        is_out = (filled < LOWEST) | (filled > HIGHEST)
        self.source.rows("BAD_NUMBER", place, sheet.rows[numbers.is_bad], n, column=column)
        self.source.rows("OUT_OF_RANGE", place, sheet.rows[is_out], n, column=column)
        return as_column(numbers.values, pa.float64(), np.isnan(numbers.values) | is_out)
