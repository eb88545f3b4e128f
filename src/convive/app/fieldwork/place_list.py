"""Reads a list of places that somebody pastes or uploads: every problem at once, with its row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 1_000_000
MOST_PLACES = 5_000
MOST_PROBLEMS = 200
LONGEST_NAME = 200
CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?")
"""Letters without accents, figures, hyphens: a code stands in addresses and file names."""
COLUMNS: Mapping[str, frozenset[str]] = {
    "code": frozenset({"code", "id", "place", "código", "codigo", "codice", "kennung", "lieu"}),
    "name": frozenset({"name", "nom", "nombre", "nome", "naam", "bezeichnung", "title"}),
    "latitude": frozenset({"lat", "latitude", "latitud", "latitudine", "breite", "y"}),
    "longitude": frozenset(
        {"lon", "lng", "long", "longitude", "longitud", "longitudine", "länge", "x"}
    ),
}
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """One place of a list."""

    code: str
    name: str
    longitude: float | None = None
    """Degrees, WGS 84."""
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class ListFault:
    """What is wrong with a row; `code` is the key of its sentence.

    LIST_TOO_LARGE, LIST_NOT_TEXT, LIST_EMPTY, LIST_COLUMNS, LIST_TOO_MANY, LIST_BROKEN,
    LIST_CODE, LIST_NAME, LIST_TWICE, LIST_POSITION, LIST_HALF_POSITION.
    """

    code: str
    row: int = 0
    """As a spreadsheet counts, the heading is row 1; 0: the list as a whole."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlaceList:
    """What a list says, and what is wrong with it."""

    places: tuple[ListedPlace, ...]
    problems: tuple[ListFault, ...] = ()


def parse_places(content: bytes | str) -> PlaceList:
    """Return the places of a delimited list with the columns code, name, lat and lon.

    Parameters
    ----------
    content : bytes or str
        UTF-8 or Windows-1252; comma, semicolon or tab between columns; decimal comma or point.
        May come from anybody.

    Returns
    -------
    PlaceList
        With any problem, nothing of it should be kept: a list half taken is worse than none.
    """
    rows, problem = _rows_or_problem(content)
    if problem is not None:
        return PlaceList((), (problem,))
    at = _columns(rows[0][1])
    missing = sorted({"code", "name"} - set(at))
    if missing:
        return PlaceList((), (ListFault("LIST_COLUMNS", 1, {"missing": missing}),))
    return _read(rows[1:], at)


def _rows_or_problem(
    content: bytes | str,
) -> tuple[list[tuple[int, list[str]]], ListFault | None]:
    """Return the rows of a list, heading first, or why it cannot be read at all."""
    if len(content) > MOST_BYTES:
        return [], ListFault("LIST_TOO_LARGE")
    text = content if isinstance(content, str) else _decoded(content)
    if text is None or "\0" in text:
        return [], ListFault("LIST_NOT_TEXT")
    try:
        rows = list(_rows(text))
    except csv.Error:
        return [], ListFault("LIST_BROKEN")
    if len(rows) < 2:
        return [], ListFault("LIST_EMPTY")
    if len(rows) > MOST_PLACES + 1:
        return [], ListFault("LIST_TOO_MANY", data={"most": MOST_PLACES})
    return rows, None


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield row numbers and cells, empty rows left out."""
    head = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter, strict=True)
    for number, cells in enumerate(reader, start=1):
        if any(cell.strip() for cell in cells):
            yield number, [cell.strip() for cell in cells]


def _columns(head: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(head):
        for name, known in COLUMNS.items():
            if cell.strip().casefold() in known:
                found.setdefault(name, at)
    return found


def _read(rows: Iterable[tuple[int, list[str]]], at: Mapping[str, int]) -> PlaceList:
    places: list[ListedPlace] = []
    problems: list[ListFault] = []
    first_row: dict[str, int] = {}
    for number, cells in rows:
        texts = {name: cells[k] if k < len(cells) else "" for name, k in at.items()}
        place, wrong = _place(texts, number)
        problems += wrong
        earlier = first_row.setdefault(texts["code"].casefold(), number)
        if texts["code"] and earlier != number:
            problems.append(ListFault("LIST_TWICE", number, {"earlier": earlier}))
        if place is not None:
            places.append(place)
    return PlaceList(tuple(places), tuple(problems[:MOST_PROBLEMS]))


def _place(texts: Mapping[str, str], row: int) -> tuple[ListedPlace | None, list[ListFault]]:
    problems = []
    if not CODE.fullmatch(texts["code"]):
        problems.append(ListFault("LIST_CODE", row))
    name = texts["name"]
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        problems.append(ListFault("LIST_NAME", row))
    longitude, latitude, code = read_position(texts.get("longitude", ""), texts.get("latitude", ""))
    if code:
        problems.append(ListFault(code, row))
    if problems:
        return None, problems
    return ListedPlace(texts["code"], name, longitude, latitude), []


def read_position(longitude: str, latitude: str) -> tuple[float | None, float | None, str]:
    """Return longitude, latitude and what is wrong with them (a code, or empty).

    Examples
    --------
    >>> read_position("4,35", "50.85")
    (4.35, 50.85, '')
    >>> read_position("4,35", "")
    (None, None, 'LIST_HALF_POSITION')
    """
    if not longitude and not latitude:
        return None, None, ""
    if not longitude or not latitude:
        return None, None, "LIST_HALF_POSITION"
    found = [_degrees(longitude, 180.0), _degrees(latitude, 90.0)]
    if None in found:
        return None, None, "LIST_POSITION"
    return found[0], found[1], ""


def _degrees(text: str, most: float) -> float | None:
    if not re.fullmatch(r"[+\-\u2212]?\d{1,3}(?:[.,]\d{1,15})?", text):
        return None
    value = float(text.replace(",", ".").replace("\u2212", "-"))
    return value if abs(value) <= most else None
