"""Compiled reading of dates, straight from the bytes of a text column.

One pass reads every spelling that begins with a digit and has no month name; `dates` says
which. Cells come as bytes with offsets, as Arrow keeps them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from convive.connectors.city_pack.date_clock import (
    DAY,
    MINUTE,
    MONTH,
    YEAR,
    is_blank,
    is_digit,
    read_clock,
    read_number,
    usual_clock,
)

FIRST_YEAR, LAST_YEAR = 1900, 2100
NO_TIME = np.iinfo(np.int64).min
"""What NumPy takes for "not a time"."""

READ, EMPTY, IMPOSSIBLE, UNSURE, UNREAD = range(5)
"""State of a cell: read, NULL, no such day, open which is the day, no known spelling."""

UNKNOWN_ORDER, MONTH_FIRST, DAY_FIRST, FIXED_MONTH_FIRST, FIXED_DAY_FIRST = range(5)
"""Order of day and month; fixed: said by the mapping, so that no cell may swap it."""

_SERIAL_DAYS = 25_569
"""Days from 1899-12-30, where spreadsheets count from, to 1970-01-01."""
_DAY_BYTES = 10
"""Of 2024-05-31 and 05/31/2024."""


@njit(cache=True, nogil=True)
def _is_mark(c: int) -> bool:
    return c in (45, 46, 47)


@njit(cache=True, nogil=True)
def _days(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01, or `NO_TIME` where there is no such day."""
    if year < FIRST_YEAR or year > LAST_YEAR or month < 1 or month > 12 or day < 1:
        return NO_TIME
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    longest = 31
    if month == 2:
        longest = 29 if is_leap else 28
    elif month in (4, 6, 9, 11):
        longest = 30
    if day > longest:
        return NO_TIME
    # Years from March on (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    shifted = year - (month <= 2)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@njit(cache=True, nogil=True)
def _moment(days: int, at: int, span: tuple[int, int], data: np.ndarray) -> tuple[int, int, int]:
    """Return state, seconds and precision of a day and the clock behind it."""
    end = span[1]
    seconds, precision, is_clock = 0, DAY, True
    if at < end:
        seconds, precision, is_clock = read_clock(data, at, end)
    if not is_clock:
        return UNREAD, NO_TIME, DAY
    if days == NO_TIME or seconds < 0:
        return IMPOSSIBLE, NO_TIME, precision
    return READ, days * 86_400 + seconds, precision


@njit(cache=True, nogil=True)
def _plain(days: int, precision: int) -> tuple[int, int, int]:
    """Return state, seconds and precision of a period without a clock."""
    if days == NO_TIME:
        return IMPOSSIBLE, NO_TIME, precision
    return READ, days * 86_400, precision


@njit(cache=True, nogil=True)
def _digits_only(value: int, n: int) -> tuple[int, int, int]:
    """Return state, seconds and precision of 20240531, 2024 and spreadsheets' 45443."""
    if n == 8 and value // 1_000_000 in (19, 20):
        days = _days(value // 10_000, value // 100 % 100, value % 100)
        return _plain(days, DAY)
    if n == 4 and value // 100 in (19, 20):
        return _plain(_days(value, 1, 1), YEAR)
    if n == 5 and 20_000 <= value < 80_000:
        return READ, (value - _SERIAL_DAYS) * 86_400, DAY
    return UNREAD, NO_TIME, DAY


@njit(cache=True, nogil=True)
def _serial(data: np.ndarray, whole: int, at: int, end: int) -> tuple[int, int, int]:
    """Return state, seconds and precision of a spreadsheet's day with a fraction."""
    part, scale, place = 0.0, 0.1, at + 1
    while place < end and is_digit(data[place]):
        part += (data[place] - 48) * scale
        scale /= 10
        place += 1
    if place != end or place == at + 1 or whole < 20_000 or whole >= 80_000:
        return UNREAD, NO_TIME, DAY
    minutes = round((whole + part) * 1_440)
    return READ, (minutes - _SERIAL_DAYS * 1_440) * 60, DAY if part == 0 else MINUTE


@njit(cache=True, nogil=True)
def _year_first(
    data: np.ndarray, span: tuple[int, int], at: int, year: int
) -> tuple[int, int, int]:
    """Return state, seconds and precision of 2024-05-31, with or without a clock, and 2024-05."""
    end = span[1]
    month, n = read_number(data, at + 1, end)
    if n == 0 or n > 2:
        return UNREAD, NO_TIME, DAY
    at += 1 + n
    if at == end:
        return _plain(_days(year, month, 1), MONTH)
    if not _is_mark(data[at]):
        return UNREAD, NO_TIME, DAY
    day, n = read_number(data, at + 1, end)
    if n == 0 or n > 2:
        return UNREAD, NO_TIME, DAY
    return _moment(_days(year, month, day), at + 1 + n, span, data)


@njit(cache=True, nogil=True)
def _note(first: int, second: int, form: int, facts: np.ndarray) -> None:
    """Note what a pair says about the order of day and month."""
    facts[form, 0] |= first > 12
    facts[form, 1] |= second > 12
    facts[form, 2] |= first != second and first <= 12 and second <= 12


@njit(cache=True, nogil=True)
def _day_of_pair(first: int, second: int, order: int) -> tuple[int, int]:
    """Return day and month of a pair; day 0 where that is open."""
    if order == FIXED_DAY_FIRST or (first > 12 and second <= 12 and order < FIXED_MONTH_FIRST):
        return first, second
    if order == FIXED_MONTH_FIRST or (second > 12 and first <= 12):
        return second, first
    if order == UNKNOWN_ORDER and first != second and first <= 12 and second <= 12:
        return 0, 0
    return (second, first) if order == MONTH_FIRST else (first, second)


@njit(cache=True, nogil=True)
def _year_of_pair(data: np.ndarray, at: int, end: int, n_blanks: int) -> tuple[int, int]:
    """Return the year behind a pair and the place after it (-1: none is there)."""
    if at < end and is_blank(data[at]):
        n_blanks += 1
        at += 1
    year, n = read_number(data, at, end)
    if n == 2 and n_blanks == 0:
        return year, at + 2
    return (year, at + 4) if n == 4 else (0, -1)


@njit(cache=True, nogil=True)
def _pair_first(
    data: np.ndarray, span: tuple[int, int], at: int, orders: np.ndarray, facts: np.ndarray
) -> tuple[int, int, int]:
    """Return state, seconds and precision of 31/05/2024, 31.5.24, 05/2024 and their like."""
    first, _ = read_number(data, span[0], at)
    end, mark = span[1], data[at]
    at += 1
    n_blanks = 1 if at < end and is_blank(data[at]) else 0
    at += n_blanks
    second, n = read_number(data, at, end)
    at += n
    if at == end and n == 4 and n_blanks == 0:
        return _plain(_days(second, first, 1), MONTH)
    if n == 0 or n > 2 or at >= end or not _is_mark(data[at]):
        return UNREAD, NO_TIME, DAY
    start = at + 1
    year, at = _year_of_pair(data, start, end, n_blanks)
    if at < 0:
        return UNREAD, NO_TIME, DAY
    form = 1 if at - start == 2 else 0
    if form:
        year += 2000 if year < 70 else 1900
    order = FIXED_DAY_FIRST
    if mark != 46:
        order = orders[form]
    day, month = _day_of_pair(first, second, order)
    state, seconds, precision = _moment(_days(year, month, day), at, span, data)
    if state != UNREAD and mark != 46:
        _note(first, second, form, facts)
        if day == 0 and month == 0 and order == UNKNOWN_ORDER and first + second > 0:
            state = UNSURE
    return state, seconds, precision


@njit(cache=True, nogil=True)
def _cell(
    data: np.ndarray, span: tuple[int, int], orders: np.ndarray, facts: np.ndarray
) -> tuple[int, int, int]:
    """Return state, seconds and precision of one cell."""
    start, end = span
    value, n = read_number(data, start, end)
    at = start + n
    if at == end:
        return _digits_only(value, n)
    if n == 0 or not _is_mark(data[at]):
        return UNREAD, NO_TIME, DAY
    if n == 4:
        return _year_first(data, span, at, value)
    if n <= 2:
        return _pair_first(data, span, at, orders, facts)
    if n == 5 and data[at] == 46:
        return _serial(data, value, at, end)
    return UNREAD, NO_TIME, DAY


@njit(cache=True, nogil=True)
def _is_same(data: np.ndarray, one: int, other: int) -> bool:
    """Tell whether the same bytes of a day stand at two places."""
    for i in range(_DAY_BYTES):  # noqa: SIM110 - compiled
        if data[one + i] != data[other + i]:
            return False
    return True


@njit(cache=True, nogil=True)
def read_cells(
    data: np.ndarray, offsets: np.ndarray, is_there: np.ndarray, orders: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return seconds since 1970, precision and state of every cell, and what the pairs say.

    Parameters
    ----------
    data : ndarray of uint8
        Bytes of all cells.
    offsets : ndarray of int32, shape (n + 1,)
        Where the cells begin in `data`.
    is_there : ndarray of bool, shape (n,) or (0,)
        Which cells are not NULL; empty where all are.
    orders : ndarray of int64, shape (2,)
        Order of day and month with years of four and of two digits.

    Returns
    -------
    seconds : ndarray of int64, shape (n,)
    precision : ndarray of int8, shape (n,)
    state : ndarray of uint8, shape (n,)
    facts : ndarray of bool, shape (2, 3)
        Per form: a first part above 12, a second part above 12, a cell that is open.
    """
    n = len(offsets) - 1
    seconds = np.full(n, NO_TIME)
    precision = np.full(n, DAY, dtype=np.int8)
    state = np.full(n, EMPTY, dtype=np.uint8)
    facts = np.zeros((2, 3), dtype=np.bool_)
    at, day = 0, NO_TIME
    for i in range(n):
        if len(is_there) == 0 or is_there[i]:
            start, end = offsets[i], offsets[i + 1]
            clock = usual_clock(data, start + _DAY_BYTES, end)
            if clock >= 0 and day != NO_TIME and _is_same(data, start, at):
                # Most files are in the order of time: the day of the cell before.
                state[i], seconds[i], precision[i] = READ, day + clock, MINUTE
                continue
            found, moment, good_for = _cell(data, (start, end), orders, facts)
            state[i], seconds[i], precision[i] = found, moment, good_for
            is_whole = found == READ and clock >= 0 and (moment - clock) % 86_400 == 0
            at, day = start, moment - clock if is_whole else NO_TIME
    return seconds, precision, state, facts
