"""Columns of what the names of files and sheets tell, such as ``{area}``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from convive.connectors.city_pack.cells import constant
from convive.connectors.city_pack.sheet import Sheet


def with_captured(sheet: Sheet, captured: Mapping[str, str]) -> Sheet:
    """Return the sheet with a column ``{area}`` … for everything that names tell.

    Year and month together also make a column ``{month} {year}``, which a date can be read from.
    """
    if not captured:
        return sheet
    texts = {f"{{{name}}}": text.strip() for name, text in captured.items()}
    if "year" in captured and "month" in captured:
        texts["{month} {year}"] = _month(captured["year"], captured["month"])
    new = {name: text for name, text in texts.items() if name not in sheet.names}
    year = captured.get("year")
    return replace(
        sheet,
        names=(*sheet.names, *new),
        columns=(*sheet.columns, *(constant(text, sheet.n_rows) for text in new.values())),
        found=(*sheet.found, *new) if sheet.found else (),
        year=int(year) if year else sheet.year,
    )


def _month(year: str, month: str) -> str:
    return f"{year}-{int(month):02d}" if month.isdigit() else f"{month} {year}"
