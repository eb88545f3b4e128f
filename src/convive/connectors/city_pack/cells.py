"""From texts to numbers, whole columns at a time; knows decimal commas and thousands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.second_look import Column, Known
from convive.connectors.city_pack.sheet import as_mask

_PLAIN = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_DECIMAL_COMMA = r"^[+-]?\d*,\d+$"
_DECIMAL_POINT = r"^[+-]?\d*\.\d+$"
_GROUPED_COMMA = r"^[+-]?[1-9]\d{0,2}(,\d{3})+$"
_GROUPED_POINT = r"^[+-]?[1-9]\d{0,2}(\.\d{3})+$"
_BOTH_COMMA_LAST = r"^[+-]?\d{1,3}([. ]\d{3})+,\d+$"
_BOTH_POINT_LAST = r"^[+-]?\d{1,3}([, ]\d{3})+\.\d+$"

_FORMS = (
    _BOTH_COMMA_LAST,
    _BOTH_POINT_LAST,
    _GROUPED_COMMA,
    _GROUPED_POINT,
    _DECIMAL_COMMA,
    _DECIMAL_POINT,
)


_SOME = 1_000


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: value (NaN where there is none), and which cells are no numbers."""

    values: np.ndarray
    is_bad: np.ndarray
    is_unsure: bool = False
    """Whether ``1,234`` could be read in two ways and nothing in the column settles it."""


def read_numbers(
    texts: pa.Array,
    fmt: Format,
    *,
    is_whole: bool = False,
    seen: tuple[Known, Column] | None = None,
) -> Numbers:
    """Return a column as numbers.

    Parameters
    ----------
    texts : pa.Array of string
        Cells, NULL where empty.
    fmt : Format
        Decimal and thousands marks where the mapping names them, and signs that mean 0.
    is_whole : bool
        Whether whole numbers are expected: then ``1.234`` alone is a thousand.
    seen : (Known, Column), optional
        What earlier stretches of the column said; not with whole numbers.

    Raises
    ------
    SecondLookError
        Earlier stretches were read by other marks than those of the column now.
    """
    if fmt.none:
        is_none = pc.is_in(texts, value_set=pa.array([one.strip() for one in fmt.none]))
        texts = pc.if_else(is_none, "0", texts)
    values = None if is_whole else _direct(texts, fmt, seen)
    if values is not None:
        is_number = np.isfinite(values)
        values[~is_number] = np.nan
        return Numbers(values, as_mask(texts.is_valid()) & ~is_number)
    plain = pc.replace_substring_regex(texts, "[\\s\u00a0\u202f'’]|%$", "")
    decimal, thousands, is_unsure = _marks(plain, fmt, is_whole=is_whole, seen=seen)
    if thousands:
        plain = pc.replace_substring(plain, thousands, "")
    if decimal == ",":
        plain = pc.replace_substring(plain, ",", ".")
    is_number = as_mask(pc.match_substring_regex(plain, _PLAIN))
    numbers = pc.if_else(pa.array(is_number), plain, pa.scalar(None, pa.string()))
    values = np.array(pc.cast(numbers, pa.float64()).to_numpy(zero_copy_only=False), float)
    is_number &= np.isfinite(values)
    values[~is_number] = np.nan
    return Numbers(values, as_mask(texts.is_valid()) & ~is_number, is_unsure)


def _direct(texts: pa.Array, fmt: Format, seen: tuple[Known, Column] | None) -> np.ndarray | None:
    """Return the numbers where all cells are written with a decimal point and nothing else."""
    if fmt.decimal == "," or fmt.thousands is not None:
        return None
    try:
        values = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None
    if seen is not None and fmt.decimal is None:
        # Mostly one of the first cells has one; otherwise all are looked through.
        has_point = any(
            pc.any(pc.match_substring(some, ".")).as_py() for some in (texts[:_SOME], texts)
        )
        marks = _settled(np.array([0, 0, 0, 0, 0, has_point]), seen)
        if marks[1] is not None:
            return None
    return np.array(values.to_numpy(zero_copy_only=False), float)


def _marks(
    texts: pa.Array, fmt: Format, *, is_whole: bool, seen: tuple[Known, Column] | None
) -> tuple[str, str | None, bool]:
    """Return decimal mark, thousands mark, and whether that is a guess."""
    if fmt.decimal is not None:
        return fmt.decimal, fmt.thousands, False
    if fmt.thousands is not None:
        return ("," if fmt.thousands == "." else "."), fmt.thousands, False
    forms = count_forms(texts)
    if seen is None:
        return _marks_by(forms, is_whole=is_whole)
    return _settled(forms, seen)


def _settled(forms: np.ndarray, seen: tuple[Known, Column]) -> tuple[str, str | None, bool]:
    """Return the marks by all stretches so far."""
    known, column = seen
    # Where no whole numbers are expected, only whether a form is there decides.
    known.marks[column] = np.maximum(known.marks.get(column, 0), forms > 0)
    marks = _marks_by(known.marks[column], is_whole=False)
    known.use_marks(column, marks)
    return marks


def count_forms(texts: pa.Array) -> np.ndarray:
    """Return how many cells have each of `_FORMS`, shape (6,)."""
    return np.array([as_mask(pc.match_substring_regex(texts, form)).sum() for form in _FORMS])


def _marks_by(forms: np.ndarray, *, is_whole: bool) -> tuple[str, str | None, bool]:
    both_comma, both_point, group_comma, group_point, comma, point = map(int, forms)
    if both_comma:
        return ",", ".", False
    if both_point or (group_comma and point):
        return ".", ",", False
    return _likely_marks((comma, group_comma), (point, group_point), is_whole=is_whole)


def _likely_marks(
    commas: tuple[int, int], points: tuple[int, int], *, is_whole: bool
) -> tuple[str, str | None, bool]:
    """Return the marks by how many cells have a comma or point, and how many could be grouped."""
    n_comma, n_group_comma = commas
    n_point, n_group_point = points
    if n_comma > n_group_comma or (n_comma and not is_whole):
        return ",", None, n_comma == n_group_comma
    if n_group_comma:
        return ".", ",", True
    is_grouped = is_whole and n_group_point > 0 and n_point == n_group_point
    return (",", ".", True) if is_grouped else (".", None, False)


def whole(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the values as int64 (0 where there is none) and which are whole numbers."""
    is_whole = np.isfinite(values) & (np.abs(values) < 2**53)
    is_whole &= np.where(is_whole, values, 0.5) == np.floor(np.where(is_whole, values, 0.5))
    return np.where(is_whole, values, 0).astype(np.int64), is_whole


def as_column(values: np.ndarray, type_: pa.DataType, is_null: np.ndarray) -> pa.Array:
    """Return an Arrow column with NULL where the mask says."""
    return pa.array(values, type=type_, mask=is_null)


def constant(value: object, n: int, type_: pa.DataType | None = None) -> pa.Array:
    """Return a column that holds the same value in every row."""
    return pa.repeat(pa.scalar(value, type_ or pa.string()), n)


def encoded(words: list[str | None], at: np.ndarray) -> pa.Array:
    """Return a text column by its words and, for each row, which of them it holds; None: NULL."""
    known = [word for word in words if word is not None]
    place = {word: i for i, word in enumerate(dict.fromkeys(known))}
    codes = np.array([-1 if word is None else place[word] for word in words], dtype=np.int32)[at]
    indices = pa.array(codes, mask=codes < 0) if None in words else pa.array(codes)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(place), pa.string()))


def nulls(n: int, type_: pa.DataType | None = None) -> pa.Array:
    """Return a column of NULL."""
    return pa.nulls(n, type_ or pa.string())
