"""Finds where a table begins and ends in a sheet: title rows, headers in several rows, footnotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convive.connectors.city_pack.column_names import normalise_header
from convive.connectors.city_pack.delimited import header_position
from convive.connectors.city_pack.problem_log import RefusedError

MAX_HEADER_ROWS = 3
JOINER = " / "
MIN_WORDS_OF_A_NOTE = 4
_NOTE_MARK = re.compile(r"^(\*|\d\)|[¹²³©†])|:(\s|$)")
Record = Sequence[str | None]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]
"""((first row, first column), (last row, last column)) of merged cells, from 0."""


@dataclass(frozen=True)
class Header:
    """The header of a table: its first row, how many rows it has, and one name a column."""

    first: int
    n_rows: int
    names: tuple[str, ...]


def find_header(
    records: Sequence[Record],
    merged: Merged | None,
    header_row: int | None = None,
    header_rows: int | None = None,
) -> Header:
    """Return the header of a table from its first rows.

    `merged` is None where the file does not tell merged cells. `header_row` counts from 1.
    Without `header_rows`, rows above or below belong to the header if merged cells explain
    their gaps: a year over its months, an area over its categories.

    Raises
    ------
    RefusedError
        FILE_EMPTY.

    Examples
    --------
    >>> rows = [["Area", "2019", None], [None, "Jan", "Feb"], ["Nord", "3", "4"]]
    >>> find_header(rows, [((0, 1), (0, 2)), ((0, 0), (1, 0))]).names
    ('Area', '2019 / Jan', '2019 / Feb')
    """
    if header_row is None:
        first = header_position([[bool(cell) for cell in record] for record in records])
        last = first
        if header_rows is None:
            first, last = _widened(records, merged or (), first)
        else:
            first = _first_of(records, first, header_rows)
            last = first + header_rows - 1
    else:
        first = header_row - 1
        last = first + (header_rows or 1) - 1
    if last >= len(records):
        raise RefusedError("FILE_EMPTY", row=last + 1)
    rows: Sequence[Record] = records[first : last + 1]
    if len(rows) > 1:
        rows = _filled(rows, merged, first)
    return Header(first, len(rows), _joined(rows))


def _widened(records: Sequence[Record], merged: Merged, at: int) -> tuple[int, int]:
    """Return first and last row of the header around its widest row."""
    first = last = at
    while first > 0 and at - first + 1 < MAX_HEADER_ROWS and _groups(records, merged, first - 1):
        first -= 1
    while last + 1 < len(records) and last - first + 1 < MAX_HEADER_ROWS:
        if not _groups(records, merged, last) or not _names_parts(records, merged, last):
            break
        last += 1
    return first, last


def _groups(records: Sequence[Record], merged: Merged, row: int) -> bool:
    """Tell whether merged cells of a row stand over several names of the row below."""
    if row + 1 >= len(records):
        return False
    filled = [i for i, cell in enumerate(records[row]) if cell]
    below = [i for i, cell in enumerate(records[row + 1]) if cell]
    spans = [(a[1], b[1]) for a, b in merged if a[0] <= row <= b[0] and b[1] > a[1]]
    covered = [i for i in below for first, last in spans if first <= i <= last]
    # One text over the whole width is a title, not a group.
    is_title = len(filled) == 1 and len(covered) == len(below)
    return bool(filled) and len(covered) > 1 and not is_title


def _names_parts(records: Sequence[Record], merged: Merged, row: int) -> bool:
    """Tell whether the row below names only parts of merged cells: otherwise it holds data."""
    wide = [(a[1], b[1]) for a, b in merged if a[0] <= row <= b[0] and b[1] > a[1]]
    return not any(
        cell and below and not any(first <= i <= last for first, last in wide)
        for i, (cell, below) in enumerate(zip(records[row], records[row + 1], strict=False))
    )


def _first_of(records: Sequence[Record], widest: int, n_rows: int) -> int:
    """Return the first of `n_rows` header rows: the widest is the last unless it has no gap."""
    first = widest
    while first > 0 and widest - first + 1 < n_rows and sum(map(bool, records[first - 1])) > 1:
        first -= 1
    return first


def _filled(rows: Sequence[Record], merged: Merged | None, first: int) -> list[list[str]]:
    """Return header rows of one width with the text of a merged cell in every cell of it."""
    width = max(len(row) for row in rows)
    cells = [[cell or "" for cell in row] + [""] * (width - len(row)) for row in rows]
    within = [(a, b) for a, b in merged or () if first <= a[0] < first + len(cells)]
    if not within:  # centred over the columns instead of merged, or the file does not tell
        for row in cells[:-1]:
            for i in range(1, width):
                row[i] = row[i] or row[i - 1]
        return cells
    for (top, left), (bottom, right) in within:
        if left >= width:
            continue
        text = cells[top - first][left]
        for row in cells[top - first : bottom - first + 1]:
            row[left : right + 1] = [text] * (min(right, width - 1) - left + 1)
    return cells


def _joined(rows: Sequence[Record]) -> tuple[str, ...]:
    width = max((len(row) for row in rows), default=0)
    names = []
    for i in range(width):
        texts = [normalise_header(row[i] or "") for row in rows if i < len(row)]
        names.append(JOINER.join(dict.fromkeys(text for text in texts if text)))
    return tuple(names)


def footnotes(tail: Sequence[Record], n_columns: int) -> int:
    """Return how many of the last rows are no part of the table: blank rows and footnotes.

    A footnote fills only the first cell of a row, below a blank row or with the marks of a
    sentence: an area without figures fills only its first cell too.

    Examples
    --------
    >>> footnotes([["Nord", "4"], [None, None], ["Quelle: Polizei", None]], 2)
    2
    """
    if n_columns < 2:
        return 0
    rows = [[i for i, cell in enumerate(record) if cell] for record in tail]
    start = len(tail)
    while start > 0 and rows[start - 1] in ([], [0]):
        start -= 1
    for position in range(start, len(tail)):
        text = tail[position][0] if rows[position] else None
        is_below_blank = position > start and not rows[position - 1]
        if text is None or is_below_blank or _is_sentence(text):
            return len(tail) - position
    return 0


def _is_sentence(text: str) -> bool:
    return bool(_NOTE_MARK.search(text)) or len(text.split()) >= MIN_WORDS_OF_A_NOTE
