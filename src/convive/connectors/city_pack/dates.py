"""From texts to moments, whole columns at a time; several spellings in one column are fine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.connectors.city_pack.buffers import cells_of
from convive.connectors.city_pack.date_clock import DAY, HOUR, MINUTE, MONTH, YEAR
from convive.connectors.city_pack.date_kernel import (
    DAY_FIRST,
    EMPTY,
    FIXED_DAY_FIRST,
    FIXED_MONTH_FIRST,
    MONTH_FIRST,
    READ,
    UNKNOWN_ORDER,
    UNREAD,
    UNSURE,
    read_cells,
)
from convive.connectors.city_pack.month_names import without_names
from convive.connectors.city_pack.second_look import Column, Known
from convive.connectors.city_pack.sheet import as_mask

PRECISIONS = np.array(["minute", "hour", "day", "month", "year"], dtype=object)
_TIME = (
    r"^(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2})|h)?(?::\d{2}(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?$"
)
N_FIRST_GUESS = 1_000
"""Cells, from all over a column, that give the first guess at the order of day and month."""
Seen = tuple[Known, Column]
"""What the stretches of a file say, and which column is read."""
_NO_ORDER = np.full(2, UNKNOWN_ORDER)


@dataclass(frozen=True)
class Moments:
    """A column of moments: local time, what it is good for, and which cells are no dates."""

    values: np.ndarray
    """datetime64[s], NaT where there is none."""
    precision: np.ndarray
    """Index into `PRECISIONS`, int8."""
    is_bad: np.ndarray
    n_unsure: int = 0
    """How many cells like 03/04/2024 nothing settles; they are bad then."""


def read_moments(
    texts: pa.Array, *, day_first: bool | None = None, seen: Seen | None = None
) -> Moments:
    """Return a column, or a stretch of it where `seen` knows those before, as moments.

    Whether 03/04/2024 is in March or April is settled by `day_first`, else by the other cells
    of the column; a point (03.04.2024) means day first. The zone of a time is left out: moments
    are local.

    Raises
    ------
    SecondLookError
        The stretch settles the order, or unsettles it, that earlier ones were read by.
    """
    if seen is not None and day_first is None:
        return _read_stretch(texts, seen)
    if day_first is None:
        # Cells from all over the column mostly tell the order; if not, it is read once more.
        step = max(1, len(texts) // N_FIRST_GUESS)
        some = texts.take(pa.array(np.arange(0, len(texts), step)))
        orders = _orders(_read(some, _NO_ORDER)[3])
    else:
        orders = np.full(2, FIXED_DAY_FIRST if day_first else FIXED_MONTH_FIRST)
    seconds, precision, state, facts = _read(texts, orders)
    if day_first is None and (facts[:, 2] & (_orders(facts) != orders)).any():
        orders = _orders(facts)
        seconds, precision, state, _ = _read(texts, orders)
    return _moments(texts, orders, (seconds, precision, state))


def _read_stretch(texts: pa.Array, seen: Seen) -> Moments:
    """Read a stretch by what all stretches up to it say."""
    known, column = seen
    before = known.pairs.get(column, np.zeros((2, 3), dtype=bool))
    orders = _orders(before)
    seconds, precision, state, facts = _read(texts, orders)
    is_open = facts[:, 2]
    both = before | facts
    known.pairs[column] = both
    now = _orders(both)
    known.use_orders(column, now, is_open)
    if (is_open & (now != orders)).any():
        seconds, precision, state, _ = _read(texts, now)
    return _moments(texts, now, (seconds, precision, state))


def _moments(
    texts: pa.Array, orders: np.ndarray, read: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> Moments:
    seconds, precision, state = read
    if (state == UNREAD).any():
        _read_names(texts, orders, read)
    is_bad = (state != READ) & (state != EMPTY)
    n_unsure = int((state == UNSURE).sum())
    return Moments(seconds.view("datetime64[s]"), precision, is_bad, n_unsure)


_Cells = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _read(texts: pa.Array, orders: np.ndarray) -> _Cells:
    cells = cells_of(texts)
    found: _Cells = read_cells(cells.data, cells.offsets, cells.is_there, orders)
    return found


def _orders(facts: np.ndarray) -> np.ndarray:
    """Return the order for years of four and of two digits; unknown where cells disagree."""
    says_day, says_month = facts[:, 0], facts[:, 1]
    settled = np.where(says_day, DAY_FIRST, MONTH_FIRST)
    return np.where(says_day == says_month, UNKNOWN_ORDER, settled)


def _read_names(
    texts: pa.Array, orders: np.ndarray, into: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> None:
    """Read the cells with names of months; every distinct one once."""
    where = np.flatnonzero(into[2] == UNREAD)
    encoded = pc.dictionary_encode(texts.take(pa.array(where)))
    words = without_names(encoded.dictionary)
    index = np.asarray(encoded.indices)
    found = _read(words, orders)
    is_read = (found[2] != EMPTY)[index]
    for target, values in zip(into, found[:3], strict=True):
        target[where[is_read]] = values[index[is_read]]


def _time_fields(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return seconds since midnight (-1: no time) and precision of a column, every word once."""
    encoded = pc.dictionary_encode(texts)
    words = pc.replace_substring_regex(encoded.dictionary, r"^.*\d{4}-\d{2}-\d{2}[ T]", "")
    is_time = as_mask(pc.match_substring_regex(words, _TIME))
    parts = pc.extract_regex(pc.if_else(pa.array(is_time), words, "0"), pattern=_TIME)
    hour, minute = (_whole(parts.field(name)) for name in ("hour", "minute"))
    half = np.array([str(text or "")[:1].lower() for text in parts.field("half").to_pylist()])
    hour[(half == "p") & (hour < 12)] += 12
    hour[(half == "a") & (hour == 12)] = 0
    seconds = hour * 3600 + np.maximum(minute, 0) * 60
    is_wrong = (hour > 24) | (minute > 59) | (seconds > 86_400) | ~is_time
    found = np.append(np.where(is_wrong, -1, seconds), -1)
    precision = np.append(np.where(minute < 0, HOUR, MINUTE), DAY)
    index = np.asarray(pc.fill_null(encoded.indices, len(words)))
    return found[index], precision[index], index < len(words)


def _whole(digits: pa.Array) -> np.ndarray:
    """Return numbers as int64, -1 for none."""
    filled = pc.if_else(pc.equal(digits, ""), "-1", digits)
    return np.array(pc.cast(filled, pa.int64()))


def add_times(days: Moments, texts: pa.Array) -> tuple[Moments, np.ndarray]:
    """Return days with the hour or time of a second column, and which times are wrong."""
    seconds, precision, is_there = _time_fields(texts)
    is_good = (seconds >= 0) & (days.precision == DAY)
    values = days.values + np.where(is_good, seconds, 0).astype("timedelta64[s]")
    is_wrong = is_there & ~is_good & ~np.isnat(days.values)
    precision = np.where(is_good, precision, days.precision).astype(np.int8)
    return Moments(values, precision, days.is_bad, days.n_unsure), is_wrong


def hours_of(texts: pa.Array) -> np.ndarray:
    """Return the hour of day of a column of times, -1 where there is none."""
    seconds, _, _ = _time_fields(texts)
    return np.where(seconds >= 0, seconds // 3600 % 24, -1)


__all__ = [
    "DAY",
    "HOUR",
    "MINUTE",
    "MONTH",
    "PRECISIONS",
    "YEAR",
    "Moments",
    "add_times",
    "hours_of",
    "read_moments",
]
