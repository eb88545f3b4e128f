"""Normalises files of incidents that are already counted per area and period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import COUNTS, UNASSIGNED
from convive.connectors.city_pack.area_index import like_any, pad_codes
from convive.connectors.city_pack.categories import (
    CategoryMap,
    check_categories,
    map_words,
    open_categories,
)
from convive.connectors.city_pack.cells import as_column, constant, read_numbers, whole
from convive.connectors.city_pack.crosstab import melted
from convive.connectors.city_pack.dates import MONTH, YEAR, read_moments
from convive.connectors.city_pack.family import (
    Context,
    Reading,
    RowAreas,
    areas_of,
    city_areas,
    has_columns,
    kept_columns,
    needs_area,
    origin,
)
from convive.connectors.city_pack.family_schemas import CountsMapping
from convive.connectors.city_pack.problem_log import SourceLog
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.typed_tables import join_by_sheet
from convive.core.model import Severity

_YEAR_WITH_FRACTION = r"^\s*((?:19|20)\d{2})\.0+\s*$"
"""1970.0: programs that know no gaps in whole numbers write years so."""


@dataclass(frozen=True)
class Periods:
    """First day and first day after of every row; NaT where there is none."""

    start: np.ndarray
    end: np.ndarray
    is_bad: np.ndarray


def read_periods(
    sheet: Sheet, year: str | None, period: str | None, constant_year: int | None
) -> Periods:
    """Return the periods of a sheet: from a column, else constant, else from its name."""
    column = period or year
    n = sheet.n_rows
    if column is None:
        found = constant_year if constant_year is not None else sheet.year
        start = np.datetime64("NaT") if found is None else np.datetime64(f"{found:04d}-01-01")
        starts = np.full(n, start, dtype="datetime64[D]")
        return Periods(starts, _after(starts, np.full(n, YEAR)), np.zeros(n, bool))
    texts = sheet.texts(column)
    if period is None:
        texts = pc.replace_substring_regex(texts, _YEAR_WITH_FRACTION, r"\1")
    moments = read_moments(texts)
    precision = np.full(n, YEAR) if period is None else np.maximum(moments.precision, MONTH)
    unit = "datetime64[Y]" if period is None else "datetime64[M]"
    starts = moments.values.astype(unit).astype("datetime64[D]")
    return Periods(starts, _after(starts, precision), np.isnat(starts))


def _after(starts: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """Return the first day after every period of a month or a year."""
    months = starts.astype("datetime64[M]") + np.where(precision == MONTH, 1, 12)
    return months.astype("datetime64[D]")


class CountsReader:
    """Reads the sheets of one source of counts."""

    def __init__(self, mapping: CountsMapping, context: Context, source: SourceLog) -> None:
        self.mapping, self.context, self.source = mapping, context, source
        self.reading = Reading()
        self.categories = CategoryMap(mapping.categories)

    def prepare(self) -> bool:
        """Check the mapping itself; return whether files can be read by it."""
        columns, label = self.mapping.columns, self.context.mapping_label
        self.categories = open_categories(self.mapping.categories, self.source, label)
        check_categories(self.mapping.values.values(), self.source, label)
        is_long = bool(columns.category and columns.count)
        if not (is_long or self.mapping.values):
            self.source.fail("MAPPING_INCOMPLETE", label, keys="values, category + count")
            return False
        return True

    @property
    def rates_sheet(self) -> str | None:
        """Pattern of the sheets with published rates."""
        rates = self.mapping.published_rates
        return rates.sheet if rates else None

    def read_all(self, sheets: list[Sheet], rates: list[Sheet]) -> None:
        """Add the rows of count sheets, joined with the sheets of rates for the same year."""
        if self.rates_sheet is not None and not rates:
            wanted = self.rates_sheet
            self.source.fail("SHEET_MISSING", self.context.mapping_label, wanted=wanted, found="")
        by_year = {(rate.path, rate.year): rate for rate in join_by_sheet(rates)}
        for sheet in join_by_sheet(sheets):
            self.read(sheet, by_year.get((sheet.path, sheet.year)))

    def read(self, sheet: Sheet, rates: Sheet | None = None) -> None:
        """Add the rows of a sheet."""
        columns = self.mapping.columns
        sheet = melted(sheet, columns)
        headers = list(self.mapping.values)
        needed = [columns.area, columns.year, columns.period, columns.category, columns.count]
        if not has_columns(sheet, [*needed, columns.published_rate, *headers], self.source):
            return
        sheet, total, loose = self._parted(sheet, headers or [columns.count or ""])
        areas = areas_of(sheet, columns, self.context, self.source)
        is_used, is_lost = self._add(
            sheet, rates, areas, needs_area(sheet, columns, areas, self.source)
        )
        # The city's own figure: as published, or the areas and what could not be assigned.
        for rows, code in ((total, self.context.city.id), (loose, UNASSIGNED)):
            if rows.n_rows:
                whole_city = city_areas(rows.n_rows, code)
                self._add(rows, None, whole_city, np.ones(rows.n_rows, dtype=bool))
        n_skipped = int(areas.is_unknown.sum()) if columns.ignore_unknown_areas else 0
        self.reading.count(sheet, int((is_used & ~is_lost).sum()), n_skipped)

    def _add(
        self, sheet: Sheet, rates: Sheet | None, areas: RowAreas, has_area: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Add the rows of a sheet; return which are used and which of them are lost after all."""
        columns = self.mapping.columns
        periods = read_periods(sheet, columns.year, columns.period, columns.constant_year)
        self._note_periods(sheet, periods)
        is_used = has_area & ~np.isnat(periods.start)
        base = origin(sheet, self.source)
        base.update(
            sheet=constant(sheet.sheet, sheet.n_rows),
            area_level=areas.level,
            area_id=areas.code,
            period_start=pa.array(periods.start, pa.date32()),
            period_end=pa.array(periods.end, pa.date32()),
        )
        is_lost = np.zeros(sheet.n_rows, dtype=bool)
        if columns.category and columns.count:
            is_lost |= self._add_long(sheet, base, is_used)
        for header, category in self.mapping.values.items():
            is_lost |= self._add_wide(sheet, rates, base, is_used, (header, category))
        return is_used, is_lost

    def _note_periods(self, sheet: Sheet, periods: Periods) -> None:
        columns = self.mapping.columns
        column = columns.period or columns.year
        if column is None and sheet.n_rows and np.isnat(periods.start).all():
            keys = "year, period, constant_year, {year}"
            self.source.fail("MAPPING_INCOMPLETE", sheet.file, keys=keys)
            return
        rows = sheet.rows[periods.is_bad]
        self.source.rows("BAD_DATE", sheet.place(column), rows, sheet.n_rows, column=column)

    def _add_wide(
        self,
        sheet: Sheet,
        rates: Sheet | None,
        base: dict[str, pa.Array],
        is_used: np.ndarray,
        value: tuple[str, str],
    ) -> np.ndarray:
        header, category = value
        counts, is_null, is_bad = self._whole_counts(sheet, header)
        n = sheet.n_rows
        cells = {
            **base,
            "category_source": constant(header, n),
            "category": constant(category or None, n),
            "count": as_column(counts, pa.int64(), is_null),
        }
        if rates is not None and rates.has(header) and rates.has(self.mapping.columns.area):
            cells["published_rate"] = self._joined(sheet, rates, header)
            per = self.mapping.published_rates.per if self.mapping.published_rates else 0
            is_there = cells["published_rate"].is_valid()
            cells["published_per"] = pc.if_else(is_there, per, pa.scalar(None, pa.int64()))
        self.reading.add(COUNTS, kept_columns(cells, is_used))
        return is_bad

    def _add_long(self, sheet: Sheet, base: dict[str, pa.Array], is_used: np.ndarray) -> np.ndarray:
        columns = self.mapping.columns
        counts, is_null, is_bad = self._whole_counts(sheet, columns.count or "")
        words = sheet.texts(columns.category or "")
        cells = {
            **base,
            "category_source": pc.fill_null(words, ""),
            "category": map_words(
                words, self.categories, sheet, columns.category or "", self.source
            ),
            "count": as_column(counts, pa.int64(), is_null),
        }
        if columns.published_rate:
            rate = read_numbers(sheet.texts(columns.published_rate), self.mapping.format)
            cells["published_rate"] = as_column(rate.values, pa.float64(), np.isnan(rate.values))
            per = np.full(sheet.n_rows, columns.published_per)
            cells["published_per"] = as_column(per, pa.int64(), np.isnan(rate.values))
        self.reading.add(COUNTS, kept_columns(cells, is_used))
        return is_bad

    def _whole_counts(self, sheet: Sheet, column: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return counts, which are not known (NULL), and which of these are wrong.

        A cell like "<5" must not go: what a table does not list of an area counts as none.
        """
        numbers = read_numbers(sheet.texts(column), self.mapping.format, is_whole=True)
        place, n = sheet.place(column), sheet.n_rows
        if numbers.is_unsure:
            self.source.note("NUMBER_FORMAT_UNSURE", place, Severity.WARNING, column=column)
        counts, is_whole = whole(numbers.values)
        is_negative = is_whole & (counts < 0)
        is_part = ~np.isnan(numbers.values) & ~is_whole
        self.source.rows("BAD_NUMBER", place, sheet.rows[numbers.is_bad], n, column=column)
        self.source.rows("NEGATIVE_VALUE", place, sheet.rows[is_negative], n, column=column)
        self.source.rows("BAD_NUMBER", place, sheet.rows[is_part], n, column=column)
        is_bad = numbers.is_bad | is_negative | is_part
        return counts, ~is_whole | is_bad, is_bad

    def _joined(self, sheet: Sheet, rates: Sheet, header: str) -> pa.Array:
        """Return the published rates of the sheet's areas."""
        columns = self.mapping.columns
        keys = pad_codes(rates.texts(columns.area), columns.area_pad)
        numbers = read_numbers(rates.texts(header), self.mapping.format)
        at = pc.index_in(pad_codes(sheet.texts(columns.area), columns.area_pad), value_set=keys)
        values = as_column(numbers.values, pa.float64(), np.isnan(numbers.values))
        return values.take(at)

    def _parted(self, sheet: Sheet, headers: list[str]) -> tuple[Sheet, Sheet, Sheet]:
        """Return the areas, the city's total and what no area is given for; check their sum."""
        columns = self.mapping.columns
        codes = pad_codes(sheet.texts(columns.area), columns.area_pad)
        is_sub = like_any(codes, columns.drop_areas)
        is_total = like_any(codes, [columns.total_area] if columns.total_area else [])
        is_loose = like_any(codes, columns.unassigned_areas) & ~is_sub & ~is_total
        is_part = ~(is_sub | is_total | is_loose)
        place = sheet.place(columns.area)
        numbers = {h: self._plain_numbers(sheet, h) for h in headers}
        if is_loose.any():
            first = numbers[headers[0]]
            rows = sheet.rows[is_loose]
            data: dict[str, Any] = {
                "incidents": int(np.nansum(first[is_loose])),
                "column": headers[0],
            }
            note = Severity.NOTE
            self.source.rows("UNASSIGNED_AREA", place, rows, sheet.n_rows, severity=note, **data)
        if is_total.sum() == 1:
            self._check_total(sheet, numbers, is_total, is_part | is_loose)
        return sheet.where(is_part), sheet.where(is_total), sheet.where(is_loose)

    def _plain_numbers(self, sheet: Sheet, header: str) -> np.ndarray:
        return read_numbers(sheet.texts(header), self.mapping.format, is_whole=True).values

    def _check_total(
        self,
        sheet: Sheet,
        numbers: dict[str, np.ndarray],
        is_total: np.ndarray,
        is_part: np.ndarray,
    ) -> None:
        """Note columns in which the parts do not add up to the total row."""
        for header, values in numbers.items():
            total, parts = values[is_total][0], np.nansum(values[is_part])
            if not np.isnan(total) and total != parts:
                data: dict[str, Any] = {"column": header, "total": int(total), "parts": int(parts)}
                place = sheet.place(header)
                rows = sheet.rows[is_total]
                self.source.rows("TOTAL_DIFFERS", place, rows, 1, **data)
