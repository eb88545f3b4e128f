"""Dates whose year, month, day, hour and minute stand in columns of their own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.date_kernel import FIRST_YEAR, LAST_YEAR
from convive.connectors.city_pack.dates import DAY, HOUR, MINUTE, MONTH, YEAR, Moments
from convive.connectors.city_pack.mapping_schema import DateParts, Format
from convive.connectors.city_pack.sheet import Sheet

_LAST_MINUTE = 24 * 60
_FORMAT = Format(decimal=".")


def part_columns(parts: DateParts) -> list[str]:
    """Return the columns that the parts name, the largest part first."""
    given = (parts.year, parts.month, parts.day, parts.hour, parts.minute)
    return [name for name in given if name is not None]


def read_parts(sheet: Sheet, parts: DateParts) -> Moments:
    """Return the moments whose parts stand in columns of their own.

    A cell without a part ends what is known: no month gives a year, no day a month, no hour a
    day, no minute an hour. Without a year there is no date; a part that cannot be (month 13,
    30 February, 25 o'clock, a year of two digits, a word) makes the whole date bad. 24:00 is the
    end of the day.
    """
    year, is_bad = _whole(sheet, parts.year)
    found = {}
    for name in ("month", "day", "hour", "minute"):
        found[name], is_wrong = _whole(sheet, getattr(parts, name))
        is_bad |= is_wrong
    has_year = ~np.isnan(year)
    has_month = has_year & ~np.isnan(found["month"])
    has_day = has_month & ~np.isnan(found["day"])
    has_hour = has_day & ~np.isnan(found["hour"])
    has_minute = has_hour & ~np.isnan(found["minute"])
    is_bad |= _is_out(year, has_year, FIRST_YEAR, LAST_YEAR) | _is_out(
        found["month"], has_month, 1, 12
    )
    month = np.where(has_month & ~is_bad, found["month"], 1).astype(np.int64)
    months = (np.where(has_year & ~is_bad, year, 1970).astype(np.int64) - 1970) * 12 + month - 1
    begins = months.astype("datetime64[M]").astype("datetime64[D]")
    length = ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - begins).astype(int)
    is_bad |= has_day & ((found["day"] < 1) | (found["day"] > length))
    is_bad |= _is_out(found["hour"], has_hour, 0, 24) | _is_out(found["minute"], has_minute, 0, 59)
    minutes = np.where(has_hour, found["hour"] * 60, 0) + np.where(has_minute, found["minute"], 0)
    is_bad |= minutes > _LAST_MINUTE
    days = np.where(has_day & ~is_bad, found["day"] - 1, 0).astype("timedelta64[D]")
    past = np.where(is_bad, 0, minutes).astype("timedelta64[m]")
    values = (begins + days).astype("datetime64[s]") + past
    values[is_bad | ~has_year] = np.datetime64("NaT")
    known = [has_minute, has_hour, has_day, has_month]
    precision = np.select(known, [MINUTE, HOUR, DAY, MONTH], YEAR).astype(np.int8)
    return Moments(values, precision, is_bad)


def _whole(sheet: Sheet, column: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Return whole numbers (NaN: none), and which cells hold something else."""
    if column is None:
        return np.full(sheet.n_rows, np.nan), np.zeros(sheet.n_rows, dtype=bool)
    texts: pa.Array = sheet.texts(column)
    numbers = read_numbers(texts, _FORMAT, is_whole=True)
    is_broken = ~np.isnan(numbers.values) & (numbers.values % 1 != 0)
    return np.where(is_broken, np.nan, numbers.values), numbers.is_bad | is_broken


def _is_out(values: np.ndarray, is_there: np.ndarray, low: int, high: int) -> np.ndarray:
    return np.asarray(is_there & ((values < low) | (values > high)))
