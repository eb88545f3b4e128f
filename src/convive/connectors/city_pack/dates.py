"""From texts to moments, whole columns at a time; several spellings in one column are fine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.connectors.city_pack.sheet import as_mask

MINUTE, HOUR, DAY, MONTH, YEAR = range(5)
PRECISIONS = np.array(["minute", "hour", "day", "month", "year"], dtype=object)
FIRST_YEAR, LAST_YEAR = 1900, 2100
_CLOCK = (
    r"(?:[T ]+(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::\d{2}(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_FORMS = {
    "iso": r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK + "$",
    "pair": r"^(?P<first>\d{1,2})(?P<mark>[-/.])\s?(?P<second>\d{1,2})[-/.]\s?(?P<year>\d{4})"
    + _CLOCK
    + "$",
    "pair_short": r"^(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})[-/.](?P<year>\d{2})"
    + _CLOCK
    + "$",
    "compact": r"^(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})$",
    "year_month": r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})$",
    "month_year": r"^(?P<month>\d{1,2})[-/.](?P<year>\d{4})$",
    "year_only": r"^(?P<year>(?:19|20)\d{2})$",
    "serial": r"^(?P<serial>[2-7]\d{4}(?:\.\d+)?)$",
}
_TIME = (
    r"^(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::\d{2}(?:\.\d+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?$"
)
_Read = tuple[np.ndarray, np.ndarray, np.ndarray]
_SERIAL_ORIGIN = np.datetime64("1899-12-30", "s")


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


def read_moments(texts: pa.Array, *, day_first: bool | None = None) -> Moments:
    """Return a column as moments.

    Every distinct text is read once. Whether 03/04/2024 is in March or April is settled by
    `day_first`, else by the other cells of the column; a point (03.04.2024) means day first.
    """
    encoded = pc.dictionary_encode(texts)
    words = encoded.dictionary
    index = np.asarray(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False))
    n_words = len(words)
    parsed = _Parsed(
        np.full(n_words + 1, np.datetime64("NaT", "s")), np.full(n_words + 1, DAY, np.int8)
    )
    unsure = np.zeros(n_words + 1, dtype=bool)
    for form, pattern in _FORMS.items():
        is_form = as_mask(pc.match_substring_regex(words, pattern))
        is_form &= np.isnat(parsed.values[:-1])
        where = np.flatnonzero(is_form)
        if where.size:
            read = _read_form(words.take(pa.array(where)), form, day_first=day_first)
            parsed.values[where], parsed.precision[where], unsure[where] = read
    is_bad = np.isnat(parsed.values[index]) & (index >= 0)
    return Moments(
        parsed.values[index],
        parsed.precision[index],
        is_bad,
        n_unsure=int((unsure[index] & is_bad).sum()),
    )


@dataclass(frozen=True)
class _Parsed:
    values: np.ndarray
    precision: np.ndarray


def _fields(words: pa.Array, pattern: str) -> dict[str, np.ndarray]:
    """Return the named parts of every word; numbers as int64 with -1 for absent."""
    parts = pc.extract_regex(words, pattern=pattern)
    fields: dict[str, np.ndarray] = {}
    for field in parts.type:
        column = parts.field(field.name)
        if field.name in ("mark", "half", "serial"):
            fields[field.name] = column.to_numpy(zero_copy_only=False)
        else:
            digits = pc.if_else(pc.equal(column, ""), "-1", column)
            fields[field.name] = np.asarray(pc.cast(digits, pa.int64()))
    return fields


def _read_form(words: pa.Array, form: str, *, day_first: bool | None) -> _Read:
    """Return values, precision, and which words could be meant in two ways."""
    if form in ("pair", "pair_short"):
        return _read_pair(words, form, day_first=day_first)
    if form == "serial":
        return _read_serial(words)
    return _read_calendar(words, form)


def _read_calendar(words: pa.Array, form: str) -> _Read:
    fields = _fields(words, _FORMS[form])
    none = np.full(len(words), -1)
    month, day = fields.get("month", none), fields.get("day", none)
    precision = np.full(len(words), DAY)
    precision[day < 0], precision[month < 0] = MONTH, YEAR
    values = _dates(fields["year"], np.where(month < 0, 1, month), np.where(day < 0, 1, day))
    return *_with_clock(values, precision, fields), np.zeros(len(words), dtype=bool)


def _read_pair(words: pa.Array, form: str, *, day_first: bool | None) -> _Read:
    fields = _fields(words, _FORMS[form])
    first, second, year = fields["first"], fields["second"], fields["year"]
    if form == "pair_short":
        year = np.where(year < 70, 2000 + year, 1900 + year)
    has_point = fields["mark"] == "."
    settled = _order(first[~has_point], second[~has_point], day_first=day_first)
    is_day_first = has_point | (settled is not False)
    is_unsure = ~has_point & (settled is None) & (first != second)
    is_unsure &= (first <= 12) & (second <= 12)
    day, month = np.where(is_day_first, first, second), np.where(is_day_first, second, first)
    if day_first is None:
        # A column that mixes both orders: a part above 12 can only be the day.
        swap = ~has_point & (month > 12) & (day <= 12)
        day, month = np.where(swap, month, day), np.where(swap, day, month)
    values = _dates(year, month, day)
    values[is_unsure] = np.datetime64("NaT")
    return *_with_clock(values, np.full(len(words), DAY), fields), is_unsure


def _order(first: np.ndarray, second: np.ndarray, *, day_first: bool | None) -> bool | None:
    """Return whether the day comes first; None where no cell settles it, or cells disagree."""
    if day_first is not None:
        return day_first
    says_day, says_month = bool((first > 12).any()), bool((second > 12).any())
    return None if says_day == says_month else says_day


def _read_serial(words: pa.Array) -> _Read:
    days = np.asarray(pc.cast(words, pa.float64()))
    minutes = np.round(days * 1_440).astype(np.int64)
    values = _SERIAL_ORIGIN + (minutes * 60).astype("timedelta64[s]")
    return values, np.where(days == np.floor(days), DAY, MINUTE), np.zeros(len(words), dtype=bool)


def _dates(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return days as datetime64[s]; NaT where there is no such day."""
    is_right = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    months = (np.where(is_right, (year - 1970) * 12 + month - 1, 0)).astype("datetime64[M]")
    n_days = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(int)
    is_right &= (day >= 1) & (day <= n_days)
    days = months.astype("datetime64[D]") + np.where(is_right, day - 1, 0).astype("timedelta64[D]")
    values: np.ndarray = days.astype("datetime64[s]")
    values[~is_right] = np.datetime64("NaT")
    return values


def _with_clock(
    values: np.ndarray, precision: np.ndarray, fields: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return dates with the time of day where there is one, and the precision."""
    if "hour" not in fields:
        return values, precision
    seconds, clock_precision = _clock(fields)
    has_clock = fields["hour"] >= 0
    values = values + np.where(has_clock, seconds, 0).astype("timedelta64[s]")
    values[has_clock & (seconds < 0)] = np.datetime64("NaT")
    return values, np.where(has_clock, clock_precision, precision)


def _clock(fields: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return seconds since midnight (-1 where impossible) and the precision."""
    hour, minute = fields["hour"].copy(), fields["minute"]
    half = np.array([str(text or "")[:1].lower() for text in fields["half"]])
    hour[(half == "p") & (hour < 12)] += 12
    hour[(half == "a") & (hour == 12)] = 0
    seconds = hour * 3600 + np.maximum(minute, 0) * 60
    is_wrong = (hour > 24) | (minute > 59) | (seconds > 86_400)
    return np.where(is_wrong, -1, seconds), np.where(minute < 0, HOUR, MINUTE)


def add_times(days: Moments, texts: pa.Array) -> tuple[Moments, np.ndarray]:
    """Return days with the hour or time of a second column, and which times are wrong."""
    texts = pc.replace_substring_regex(texts, r"^.*\d{4}-\d{2}-\d{2}[ T]", "")
    is_time = as_mask(pc.match_substring_regex(texts, _TIME))
    words = pc.if_else(pa.array(is_time), texts, "0")
    fields = _fields(words, _TIME)
    seconds, precision = _clock(fields)
    is_good = is_time & (seconds >= 0) & (days.precision == DAY)
    values = days.values + np.where(is_good, seconds, 0).astype("timedelta64[s]")
    is_wrong = as_mask(texts.is_valid()) & ~is_good & ~np.isnat(days.values)
    return (
        Moments(values, np.where(is_good, precision, days.precision), days.is_bad, days.n_unsure),
        is_wrong,
    )


def hours_of(texts: pa.Array) -> np.ndarray:
    """Return the hour of day of a column of times, -1 where there is none."""
    texts = pc.replace_substring_regex(texts, r"^.*\d{4}-\d{2}-\d{2}[ T]", "")
    is_time = as_mask(pc.match_substring_regex(texts, _TIME))
    words = pc.if_else(pa.array(is_time), texts, "0")
    seconds, _ = _clock(_fields(words, _TIME))
    return np.where(is_time & (seconds >= 0), seconds // 3600 % 24, -1)
