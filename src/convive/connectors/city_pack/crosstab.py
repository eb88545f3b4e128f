"""Turns tables with periods or areas in their headers into one row a figure."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa

from convive.connectors.city_pack.column_names import column_named
from convive.connectors.city_pack.dates import read_moments
from convive.connectors.city_pack.family_schemas import CountColumns
from convive.connectors.city_pack.sheet import Sheet

COUNT = "#count"
_MONTH_NUMBER = re.compile(r"^\d{1,2}$", re.ASCII)
_YEAR_OVER = re.compile(r"^(\d{4}) / (.+)$", re.ASCII)


def melted(sheet: Sheet, columns: CountColumns) -> Sheet:
    """Return the sheet with ``#count`` and, of each figure, ``#period`` or ``#area``.

    Headers that are years or months in any spelling are periods; where areas stand in the
    headers, every column that the mapping does not name is an area. Without
    ``count_in_headers`` the sheet is returned as it is.
    """
    if columns.count_in_headers is None:
        return sheet
    named = {
        columns.area, columns.label, columns.year, columns.period, columns.category
    }  # fmt: skip
    own = {column_named(name, sheet.names) for name in named if name}
    headers = [name for name in sheet.names if name not in own and name[:1] != "{"]
    if columns.count_in_headers == "period":
        headers = _periods(headers)
    if not headers:
        return sheet
    kept = [i for i, name in enumerate(sheet.names) if name not in headers]
    n, k = sheet.n_rows, len(headers)
    repeated = pa.array(np.tile(np.arange(n), k))
    figures = pa.concat_arrays([sheet.texts(header) for header in headers])
    keys = pa.array(
        np.repeat(np.array([_spoken(h) for h in headers], dtype=object), n), pa.string()
    )
    return replace(
        sheet,
        names=(*(sheet.names[i] for i in kept), f"#{columns.count_in_headers}", COUNT),
        columns=(*(sheet.columns[i].take(repeated) for i in kept), keys, figures),
        rows=np.tile(sheet.rows, k),
    )


def _periods(headers: list[str]) -> list[str]:
    """Return the headers that are years or months."""
    if not headers:
        return []
    moments = read_moments(pa.array([_spoken(header) for header in headers], pa.string()))
    return [h for h, moment in zip(headers, moments.values, strict=True) if not np.isnat(moment)]


def _spoken(header: str) -> str:
    """Return ``Jan 2019`` for the joined header ``2019 / Jan``, ``2019-03`` for ``2019 / 3``."""
    found = _YEAR_OVER.match(header)
    if found is None:
        return header
    year, month = found.groups()
    return f"{year}-{int(month):02d}" if _MONTH_NUMBER.match(month) else f"{month} {year}"
