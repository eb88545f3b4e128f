"""Reads which cells of an OpenDocument sheet are merged; runs in the guarded process."""

from __future__ import annotations

import zipfile
from pathlib import Path

from defusedxml.ElementTree import iterparse

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_MANY = 2_000
Range = tuple[tuple[int, int], tuple[int, int]]


def merged_in_ods(path: Path, sheet: str, n_rows: int) -> list[Range]:
    """Return the merged cells that start in the first `n_rows` rows, counted from 0."""
    found: list[Range] = []
    row = -1
    is_here = False
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
        for event, element in iterparse(content, events=("start", "end")):
            if element.tag == f"{_TABLE}table" and event == "start":
                is_here = element.get(f"{_TABLE}name") == sheet
            elif element.tag == f"{_TABLE}table-row" and event == "end":
                if is_here:
                    found += _spans(element, row + 1)
                    row += _number(element, "number-rows-repeated")
                element.clear()
                if row >= n_rows:
                    break
    return found


def _spans(row: object, at: int) -> list[Range]:
    found: list[Range] = []
    column = 0
    for cell in row:  # type: ignore[attr-defined]
        if cell.tag not in _CELLS:
            continue
        right = column + _number(cell, "number-columns-spanned") - 1
        bottom = at + _number(cell, "number-rows-spanned") - 1
        if right > column or bottom > at:
            found.append(((at, column), (bottom, right)))
        column += _number(cell, "number-columns-repeated")
    return found


def _number(element: object, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")  # type: ignore[attr-defined]
    return min(int(text), _MANY) if text.isdigit() and int(text) > 0 else 1
