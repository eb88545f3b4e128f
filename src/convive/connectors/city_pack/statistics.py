"""Normalises area × period tables: denominators and context."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import STATISTICS
from convive.connectors.city_pack.cells import as_column, constant, read_numbers
from convive.connectors.city_pack.counts import Periods, read_periods
from convive.connectors.city_pack.family import (
    Context,
    Reading,
    RowAreas,
    areas_of,
    has_columns,
    kept_columns,
    needs_area,
)
from convive.connectors.city_pack.family_schemas import StatisticsMapping, StatisticValues
from convive.connectors.city_pack.problem_log import N_EXAMPLES, SourceLog
from convive.connectors.city_pack.sheet import Sheet
from convive.core.model import Place, Severity

NUMBERS_OF_THINGS = (
    "residents",
    "households",
    "dwellings",
    "population",
    "venues",
    "licensed_premises",
    "jobs",
    "vehicles",
)


def is_number_of_things(statistic: str) -> bool:
    """Tell whether a statistic counts people, homes or places: never negative, may be summed."""
    return statistic in NUMBERS_OF_THINGS or statistic.endswith("_population")


class StatisticsReader:
    """Reads the sheets of one source of statistics."""

    def __init__(self, mapping: StatisticsMapping, context: Context, source: SourceLog) -> None:
        self.mapping, self.context, self.source = mapping, context, source
        self.reading = Reading()
        self._origins: list[tuple[pa.Array, str]] = []

    def prepare(self) -> bool:
        """Check the mapping itself; return whether files can be read by it."""
        columns, label = self.mapping.columns, self.context.mapping_label
        if not (self.mapping.values or (columns.statistic and columns.value)):
            self.source.fail("MAPPING_INCOMPLETE", label, keys="values, statistic + value")
            return False
        return True

    def needed(self) -> list[str]:
        """Return every column that the mapping names."""
        columns = self.mapping.columns
        single = [columns.area, columns.year, columns.statistic, columns.value]
        return [*(name for name in single if name), *(one.column for one in self.mapping.values)]

    def read(self, sheet: Sheet) -> None:
        """Add the rows of a sheet."""
        columns = self.mapping.columns
        if not has_columns(sheet, self.needed(), self.source):
            return
        areas = areas_of(sheet, columns, self.context, self.source)
        periods = read_periods(sheet, columns.year, None, columns.constant_year)
        bad = sheet.rows[periods.is_bad]
        year = columns.year
        self.source.rows("BAD_DATE", sheet.place(year), bad, sheet.n_rows, column=year)
        is_used = needs_area(sheet, columns, areas, self.source) & ~periods.is_bad
        base = self._base(sheet, areas, periods)
        is_lost = np.zeros(sheet.n_rows, dtype=bool)
        for value in self.mapping.values:
            is_lost |= self._add_wide(sheet, value, base, is_used)
        if columns.statistic and columns.value:
            is_lost |= self._add_long(sheet, base, is_used)
        n_skipped = int(areas.is_unknown.sum()) if columns.ignore_unknown_areas else 0
        self.reading.count(sheet, int((is_used & ~is_lost).sum()), n_skipped)

    def finish(self) -> Reading:
        """Return the reading; of several values for the same thing the first is used."""
        parts = self.reading.tables.get(STATISTICS.name)
        if parts:
            table = pa.concat_tables(parts)
            key = list(STATISTICS.key)
            numbered = table.append_column("#", pa.array(np.arange(table.num_rows)))
            first = numbered.group_by(key).aggregate([("#", "min")]).column("#_min")
            kept = np.sort(np.asarray(first))
            again = np.setdiff1d(np.arange(table.num_rows), kept)
            self._note_repeated(table.take(pa.array(again)))
            self.reading.tables[STATISTICS.name] = [table.take(pa.array(kept))]
        return self.reading

    def _note_repeated(self, again: pa.Table) -> None:
        if again.num_rows:
            codes = pc.unique(again.column("area_id")).to_pylist()
            data = {"areas": ", ".join(codes[:N_EXAMPLES]), "n": again.num_rows}
            place = Place(self.context.mapping_label)
            self.source.note("DUPLICATE_VALUES", place, Severity.WARNING, **data)

    def _base(self, sheet: Sheet, areas: RowAreas, periods: Periods) -> dict[str, pa.Array]:
        return {
            "source_id": constant(self.source.source_id, sheet.n_rows),
            "area_level": areas.level,
            "area_id": areas.code,
            "period_start": pa.array(periods.start, pa.date32()),
            "period_end": pa.array(periods.end, pa.date32()),
        }

    def _add_wide(
        self, sheet: Sheet, value: StatisticValues, base: dict[str, pa.Array], is_used: np.ndarray
    ) -> np.ndarray:
        floor = 0.0 if is_number_of_things(value.statistic) else None
        minimum = value.minimum if value.minimum is not None else floor
        bounds = (minimum, value.maximum)
        is_whole = is_number_of_things(value.statistic)
        numbers, is_bad = self._numbers(sheet, value.column, bounds, is_whole=is_whole)
        cells = {
            **base,
            "statistic": constant(value.statistic, sheet.n_rows),
            "value": as_column(numbers, pa.float64(), np.isnan(numbers)),
        }
        self.reading.add(STATISTICS, kept_columns(cells, is_used & ~is_bad))
        return is_bad

    def _add_long(self, sheet: Sheet, base: dict[str, pa.Array], is_used: np.ndarray) -> np.ndarray:
        columns = self.mapping.columns
        encoded = pc.dictionary_encode(sheet.texts(columns.statistic or ""))
        words = encoded.dictionary.to_pylist()
        names = [
            self.mapping.statistics.get(w, w if not self.mapping.statistics else None)
            for w in words
        ]
        index = np.asarray(pc.fill_null(encoded.indices, len(words)))
        floor_of = np.array([*(bool(n and is_number_of_things(n)) for n in names), False])[index]
        numbers, is_bad = self._numbers(sheet, columns.value or "", (None, None))
        is_negative = floor_of & (np.nan_to_num(numbers) < 0)
        place = sheet.place(columns.value)
        rows = sheet.rows[is_negative]
        self.source.rows("NEGATIVE_VALUE", place, rows, sheet.n_rows, column=columns.value)
        is_named = np.array([*(n is not None for n in names), False])[index]
        cells = {
            **base,
            "statistic": pa.array([*names, None], pa.string()).take(pa.array(index)),
            "value": as_column(numbers, pa.float64(), np.isnan(numbers)),
        }
        is_bad |= is_negative
        self.reading.add(STATISTICS, kept_columns(cells, is_used & is_named & ~is_bad))
        return is_bad

    def _numbers(
        self,
        sheet: Sheet,
        column: str,
        bounds: tuple[float | None, float | None],
        *,
        is_whole: bool = False,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the values and which are wrong: no numbers, or beyond their bounds."""
        minimum, maximum = bounds
        # People and homes are whole: 4.700 residents are thousands, not a handful.
        numbers = read_numbers(sheet.texts(column), self.mapping.format, is_whole=is_whole)
        place, n = sheet.place(column), sheet.n_rows
        if numbers.is_unsure:
            self.source.note("NUMBER_FORMAT_UNSURE", place, Severity.WARNING, column=column)
        filled = np.nan_to_num(numbers.values)
        is_low = filled < minimum if minimum is not None else np.zeros(n, dtype=bool)
        is_high = filled > maximum if maximum is not None else np.zeros(n, dtype=bool)
        is_low &= ~np.isnan(numbers.values)
        low_code = "NEGATIVE_VALUE" if minimum == 0 else "OUT_OF_RANGE"
        self.source.rows("BAD_NUMBER", place, sheet.rows[numbers.is_bad], n, column=column)
        self.source.rows(low_code, place, sheet.rows[is_low], n, column=column)
        self.source.rows("OUT_OF_RANGE", place, sheet.rows[is_high], n, column=column)
        return numbers.values, numbers.is_bad | is_low | is_high
