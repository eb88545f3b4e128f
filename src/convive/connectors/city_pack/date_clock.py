"""Compiled reading of the time of day, straight from the bytes of a text column."""

from __future__ import annotations

import numpy as np
from numba import njit

MINUTE, HOUR, DAY, MONTH, YEAR = range(5)
"""How precise a moment is."""


@njit(cache=True, nogil=True)
def is_digit(c: int) -> bool:
    """Tell whether a byte is a digit."""
    return 48 <= c <= 57


@njit(cache=True, nogil=True)
def is_blank(c: int) -> bool:
    """Tell whether a byte is a blank, a tab or a line end."""
    return c == 32 or 9 <= c <= 13


@njit(cache=True, nogil=True)
def read_number(data: np.ndarray, at: int, end: int) -> tuple[int, int]:
    """Return the number at a place (its first nine digits) and how many digits it has."""
    value, n = 0, 0
    while at + n < end and is_digit(data[at + n]):
        if n < 9:
            value = value * 10 + (data[at + n] - 48)
        n += 1
    return value, n


@njit(cache=True, nogil=True)
def _skip_blanks(data: np.ndarray, at: int, end: int) -> int:
    while at < end and is_blank(data[at]):
        at += 1
    return at


@njit(cache=True, nogil=True)
def _two(data: np.ndarray, at: int) -> int:
    """Return the number of two digits at a place, -1 where they are none."""
    tens, ones = data[at] - 48, data[at + 1] - 48
    if tens < 0 or tens > 9 or ones < 0 or ones > 9:
        return -1
    number: int = tens * 10 + ones
    return number


@njit(cache=True, nogil=True)
def _pair_of_digits(data: np.ndarray, at: int, end: int, mark: int) -> bool:
    """Tell whether a mark and two digits stand at a place."""
    return at + 2 < end and data[at] == mark and _two(data, at + 1) >= 0


@njit(cache=True, nogil=True)
def _skip_seconds(data: np.ndarray, at: int, end: int) -> int:
    """Return the place after seconds with their fraction, if there are any."""
    if not _pair_of_digits(data, at, end, 58):
        return at
    at += 3
    if at + 1 < end and data[at] in (44, 46) and is_digit(data[at + 1]):
        at += 1
        while at < end and is_digit(data[at]):
            at += 1
    return at


@njit(cache=True, nogil=True)
def _half(data: np.ndarray, at: int, end: int) -> tuple[int, int]:
    """Return 0 for none, 1 for AM, 2 for PM, and the place after it."""
    first = _skip_blanks(data, at, end)
    if first >= end or data[first] | 32 not in (97, 112):
        return 0, first
    half = 1 if data[first] | 32 == 97 else 2
    first += 1
    if first < end and data[first] == 46:
        first += 1
    if first >= end or data[first] | 32 != 109:
        return 0, -1
    first += 1
    if first < end and data[first] == 46:
        first += 1
    return half, first


@njit(cache=True, nogil=True)
def _zone_end(data: np.ndarray, at: int, end: int) -> int:
    """Return the place after a time zone, if there is one; the moment stays local time."""
    if at < end and data[at] == 90:
        return at + 1
    if at >= end or data[at] not in (43, 45):
        return at
    _, n = read_number(data, at + 1, end)
    if n == 4:
        return at + 5
    return at + 6 if n == 2 and _pair_of_digits(data, at + 3, end, 58) else at


@njit(cache=True, nogil=True)
def _minutes(data: np.ndarray, at: int, end: int) -> tuple[int, int]:
    """Return the minutes after an hour (-1: none) and the place after them and the seconds."""
    minute = -1
    if at < end and data[at] == 104:
        at += 1
        value, n = read_number(data, at, end)
        if n == 2:
            minute, at = value, at + 2
        return minute, at
    if _pair_of_digits(data, at, end, 58):
        after = _skip_seconds(data, at, end)
        if after > at + 3:
            # 14:30.5 has seconds after an hour without minutes.
            return -1, after
        minute = (data[at + 1] - 48) * 10 + data[at + 2] - 48
        at += 3
    return minute, _skip_seconds(data, at, end)


@njit(cache=True, nogil=True)
def usual_clock(data: np.ndarray, at: int, end: int) -> int:
    """Return seconds since midnight of `` 02:30``, `` 02:30:00`` or `` 02:30:00 PM``, else -1."""
    length = end - at
    if length not in (6, 9, 12) or data[at] not in (32, 84) or data[at + 3] != 58:
        return -1
    hour, minute = _two(data, at + 1), _two(data, at + 4)
    if length > 6 and (data[at + 6] != 58 or _two(data, at + 7) < 0):
        return -1
    if length == 12:
        half = data[at + 10]
        if data[at + 9] != 32 or half not in (65, 80) or data[at + 11] != 77:
            return -1
        if half == 80 and 0 <= hour < 12:
            hour += 12
        elif half == 65 and hour == 12:
            hour = 0
    if hour < 0 or hour > 23 or minute < 0 or minute > 59:
        return -1
    return hour * 3600 + minute * 60


@njit(cache=True, nogil=True)
def read_clock(data: np.ndarray, at: int, end: int) -> tuple[int, int, bool]:
    """Return seconds since midnight (-1: impossible), precision, and whether it is a clock."""
    usual = usual_clock(data, at, end)
    if usual >= 0:
        return usual, MINUTE, True
    start = at
    while at < end and data[at] in (32, 84):
        at += 1
    hour, n = read_number(data, at, end)
    if at == start or n == 0 or n > 2:
        return 0, DAY, False
    minute, at = _minutes(data, at + n, end)
    half, at = _half(data, at, end)
    if at < 0 or _zone_end(data, _skip_blanks(data, at, end), end) != end:
        return 0, DAY, False
    if half == 2 and hour < 12:
        hour += 12
    elif half == 1 and hour == 12:
        hour = 0
    seconds = hour * 3600 + max(minute, 0) * 60
    if hour > 24 or minute > 59 or seconds > 86_400:
        seconds = -1
    return seconds, HOUR if minute < 0 else MINUTE, True
