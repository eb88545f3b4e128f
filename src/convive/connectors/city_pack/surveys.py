"""Normalises survey files: respondents with their design, and their answers."""

from __future__ import annotations

from collections.abc import Mapping as Map
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.tables import ANSWERS, RESPONDENTS
from convive.connectors.city_pack.cells import constant, nulls, read_numbers
from convive.connectors.city_pack.dates import DAY, read_moments
from convive.connectors.city_pack.family import (
    Context,
    Reading,
    areas_of,
    has_columns,
    kept_columns,
)
from convive.connectors.city_pack.family_schemas import SurveyMapping
from convive.connectors.city_pack.incidents import note_dates
from convive.connectors.city_pack.problem_log import N_EXAMPLES, SourceLog
from convive.connectors.city_pack.sheet import Sheet, as_mask
from convive.core.model import Severity

NO_WAVE = ""


class SurveysReader:
    """Reads the sheets of one survey."""

    def __init__(self, mapping: SurveyMapping, context: Context, source: SourceLog) -> None:
        self.mapping, self.context, self.source = mapping, context, source
        self.reading = Reading()
        self._seen: set[tuple[str, str]] = set()

    def prepare(self) -> bool:
        """Check the mapping itself; return whether files can be read by it."""
        columns, wave, label = self.mapping.columns, self.mapping.survey, self.context.mapping_label
        keys = []
        if not (columns.wave or wave.wave):
            keys.append("survey.wave, columns.wave")
        if not (columns.wave_date or wave.wave_date):
            keys.append("survey.wave_date, columns.wave_date")
        for key in keys:
            self.source.fail("MAPPING_INCOMPLETE", label, keys=key)
        if self.mapping.source.scope == "reference" and columns.area:
            self.source.fail("REFERENCE_WITH_AREAS", label)
            return False
        return not keys

    def read(self, sheet: Sheet) -> None:
        """Add the respondents and answers of a sheet."""
        if not has_columns(sheet, self._needed(), self.source):
            return
        n = sheet.n_rows
        weights, is_weighted = self._weights(sheet)
        wave, days, is_dated = self._waves(sheet)
        areas = areas_of(sheet, self.mapping.columns, self.context, self.source)
        is_outside = areas.is_unknown & self.mapping.columns.ignore_unknown_areas
        is_used = is_weighted & is_dated & ~is_outside & self._is_new(sheet, wave)
        first = self.reading.rows_read + 1
        base = {
            "source_id": constant(self.source.source_id, n),
            "wave": wave,
            "wave_date": pa.array(days, pa.date32()),
            "respondent": pa.array(np.arange(first, first + n, dtype=np.int64)),
        }
        design = {
            "weight": pa.array(weights),
            "area_level": areas.level,
            "area_id": areas.code,
            "sex": self._sex(sheet),
            "age_group": self._age_groups(sheet),
        }
        for name in ("stratum", "cluster"):
            column = getattr(self.mapping.columns, name)
            design[name] = sheet.texts(column) if column else nulls(n)
        self.reading.add(RESPONDENTS, kept_columns({**base, **design}, is_used))
        for item in sorted(self.mapping.items):
            answers = {"item": constant(item, n), "answer": self._answers(sheet, item)}
            self.reading.add(ANSWERS, kept_columns({**base, **answers}, is_used))
        self.reading.count(sheet, int(is_used.sum()), int(is_outside.sum()))

    def finish(self) -> Reading:
        """Return the reading."""
        return self.reading

    def _needed(self) -> list[str | None]:
        columns = self.mapping.columns
        design = [columns.respondent, columns.weight, columns.stratum, columns.cluster]
        groups = [columns.area, columns.sex, columns.age, columns.age_group]
        items = [item.column for item in self.mapping.items.values()]
        return [*design, *groups, columns.wave, columns.wave_date, *dict.fromkeys(items)]

    def _weights(self, sheet: Sheet) -> tuple[np.ndarray, np.ndarray]:
        """Return weights (1 without a column) and which respondents have a usable one."""
        column = self.mapping.columns.weight
        n = sheet.n_rows
        if column is None:
            self.source.rows("SURVEY_NO_WEIGHTS", sheet.place(), sheet.rows, n)
            return np.ones(n), np.ones(n, dtype=bool)
        numbers = read_numbers(sheet.texts(column), self.mapping.format)
        is_missing = np.isnan(numbers.values) & ~numbers.is_bad
        is_wrong = numbers.is_bad | (np.nan_to_num(numbers.values, nan=1) <= 0)
        place = sheet.place(column)
        self.source.rows("WEIGHT_MISSING", place, sheet.rows[is_missing], n, column=column)
        self.source.rows("WEIGHT_MISSING", place, sheet.rows[is_wrong], n, column=column)
        return numbers.values, ~(is_missing | is_wrong)

    def _waves(self, sheet: Sheet) -> tuple[pa.Array, np.ndarray, np.ndarray]:
        """Return wave, date of the wave, and which respondents have both."""
        columns, given = self.mapping.columns, self.mapping.survey
        n = sheet.n_rows
        wave = sheet.texts(columns.wave) if columns.wave else constant(given.wave, n)
        if columns.wave_date is None:
            days = np.full(n, np.datetime64(given.wave_date), dtype="datetime64[D]")
        else:
            moments = read_moments(
                sheet.texts(columns.wave_date), day_first=self.mapping.format.day_first
            )
            note_dates(sheet, columns.wave_date, moments, self.source)
            days = _middle_of_waves(wave, moments.values, moments.precision)
        is_dated = ~np.isnat(days) & as_mask(wave.is_valid())
        place = sheet.place(columns.wave or columns.wave_date)
        column_name = columns.wave or columns.wave_date
        self.source.rows("VALUE_MISSING", place, sheet.rows[~is_dated], n, column=column_name)
        return pc.fill_null(wave, NO_WAVE), days, is_dated

    def _is_new(self, sheet: Sheet, wave: pa.Array) -> np.ndarray:
        """Return which respondents come for the first time in their wave."""
        column = self.mapping.columns.respondent
        is_new = np.ones(sheet.n_rows, dtype=bool)
        if column is None:
            return is_new
        keys = zip(wave.to_pylist(), sheet.texts(column).to_pylist(), strict=True)
        for position, key in enumerate(keys):
            if key[1] is not None:
                is_new[position] = key not in self._seen
                self._seen.add(key)
        place = sheet.place(column)
        self.source.rows("DUPLICATE_ID", place, sheet.rows[~is_new], sheet.n_rows)
        return is_new

    def _sex(self, sheet: Sheet) -> pa.Array:
        column = self.mapping.columns.sex
        if column is None:
            return nulls(sheet.n_rows)
        known = {_plain(word): word for word in ("female", "male", "other")}
        known.update({_plain(word): sex for word, sex in self.mapping.sex.items()})
        return self._coded(sheet, column, known, "UNKNOWN_ANSWER")

    def _answers(self, sheet: Sheet, item: str) -> pa.Array:
        question = self.mapping.items[item]
        known = {_plain(word): code for word, code in question.answers.items()}
        return self._coded(sheet, question.column, known, "UNKNOWN_ANSWER")

    def _coded(self, sheet: Sheet, column: str, known: Map[str, str], code: str) -> pa.Array:
        """Return codes for words; words that are in no list are counted and stay NULL."""
        encoded = pc.dictionary_encode(sheet.texts(column))
        words = encoded.dictionary.to_pylist()
        missing = {_plain(word) for word in self.mapping.survey.missing}
        codes = [known.get(_plain(word)) for word in words]
        is_strange = [
            found is None and _plain(word) not in missing
            for word, found in zip(words, codes, strict=True)
        ]
        index = np.asarray(pc.fill_null(encoded.indices, len(words)))
        rows = sheet.rows[np.array([*is_strange, False])[index]]
        strange = [word for word, flag in zip(words, is_strange, strict=True) if flag]
        shown = ", ".join(sorted(strange)[:N_EXAMPLES])
        data: dict[str, Any] = {"column": column, "words": shown, "n_words": len(strange)}
        found_any = not words or any(code is not None for code in codes)
        severity = Severity.WARNING if found_any else Severity.ERROR
        place = sheet.place(column)
        self.source.rows(code, place, rows, sheet.n_rows, severity=severity, **data)
        return pa.array([*codes, None], pa.string()).take(pa.array(index))

    def _age_groups(self, sheet: Sheet) -> pa.Array:
        columns = self.mapping.columns
        n = sheet.n_rows
        if columns.age_group:
            return sheet.texts(columns.age_group)
        if columns.age is None:
            return nulls(n)
        numbers = read_numbers(sheet.texts(columns.age), self.mapping.format)
        is_wrong = numbers.is_bad | (np.nan_to_num(numbers.values) < 0)
        is_wrong |= np.nan_to_num(numbers.values) > 120
        place = sheet.place(columns.age)
        self.source.rows("OUT_OF_RANGE", place, sheet.rows[is_wrong], n, column=columns.age)
        starts = sorted(set(self.mapping.age_groups))
        at = np.searchsorted(starts, np.nan_to_num(numbers.values, nan=-1), side="right")
        names = [f"0-{starts[0] - 1}", *group_names(starts)]
        at = np.where(is_wrong | np.isnan(numbers.values), len(names), at)
        return pa.array([*names, None], pa.string()).take(pa.array(at))


def group_names(starts: list[int]) -> list[str]:
    """Return the names of age groups that begin at these ages.

    Examples
    --------
    >>> group_names([16, 25, 65])
    ['16-24', '25-64', '65+']
    """
    closed = [f"{low}-{high - 1}" for low, high in pairwise(starts)]
    return [*closed, f"{starts[-1]}+"]


def _plain(word: str) -> str:
    """Return a word without case and doubled blanks, to compare labels by."""
    return " ".join(word.casefold().split())


def _middle_of_waves(wave: pa.Array, values: np.ndarray, precision: np.ndarray) -> np.ndarray:
    """Return, for every respondent, the median day of the wave's interviews."""
    days = values.astype("datetime64[D]")
    # The middle of a month or year stands for an interview that is dated no closer.
    days = days + np.where(precision > DAY, np.where(precision == DAY + 1, 14, 182), 0)
    done = np.full(len(days), np.datetime64("NaT"), dtype="datetime64[D]")
    encoded = pc.dictionary_encode(wave)
    index = np.asarray(pc.fill_null(encoded.indices, -1))
    for position in range(len(encoded.dictionary)):
        of_wave = index == position
        dated = np.sort(days[of_wave & ~np.isnat(days)])
        if dated.size:
            done[of_wave] = dated[(dated.size - 1) // 2]
    return done
