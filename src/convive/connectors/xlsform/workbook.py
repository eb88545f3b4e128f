"""Writes an instrument as an XLSForm workbook that reads back as the same instrument."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from convive.app.spreadsheet_cells import plain_cell
from convive.connectors.xlsform.about_rows import (
    about_rows,
    reference_rows,
    score_rows,
    step_rows,
)
from convive.connectors.xlsform.columns import (
    ABOUT,
    CHOICES,
    REFERENCES,
    SCORES,
    SETTINGS,
    STEPS,
    SURVEY,
    heading,
    in_order,
    language_heading,
)
from convive.connectors.xlsform.form_rows import (
    Lists,
    Row,
    languages_in,
    survey_rows,
    texts_of,
)
from convive.core.errors import RequestError
from convive.core.instruments.model import Instrument
from convive.core.model.city import Text

MAX_CELL = 32_767
"""Characters that a cell of a workbook takes."""
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 — the format has no zone; the same bytes every time
_SURVEY_ORDER = [
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "default",
    "appearance",
    "repeat_count",
    "parameters",
]
_WIDE = {"label": 48, "hint": 32, "text": 60, "constraint_message": 28, "relevant": 28, "cite": 60}


def main_language(text: Text) -> str:
    """Return the language that a form starts in: English where there is some."""
    return "en" if "en" in text or not text else next(iter(text))


def settings_row(instrument: Instrument, version: str, language: str) -> Row:
    """Return the one row of the sheet `settings`."""
    title = instrument.title.get(language) or next(iter(instrument.title.values()), instrument.id)
    return {
        "form_title": title,
        "form_id": instrument.id,
        "version": version,
        "default_language": language_heading(language),
        "clean_text_values": "no",
    }


def write_xlsform(instrument: Instrument) -> bytes:
    """Return an instrument as a workbook (.xlsx) for Kobo, ODK or a person with a spreadsheet.

    Raises
    ------
    RequestError
        XLSFORM_TEXT_TOO_LONG: a text is longer than a cell takes.
    """
    lists = Lists()
    survey = survey_rows(instrument, lists)
    choices = list(lists.rows())
    languages = languages_in(texts_of(instrument), instrument.languages)
    labels = [heading("label", language) for language in languages]
    language = main_language(instrument.title)
    sheets: list[tuple[str, list[Row], Sequence[str]]] = [
        (SURVEY, survey, ["type", "name", *labels]),
        (CHOICES, choices, ["list_name", "name", *labels]),
        (SETTINGS, [settings_row(instrument, str(instrument.version), language)], []),
        (ABOUT, list(about_rows(instrument)), ["key", "content"]),
        (SCORES, list(score_rows(instrument)), ["score", "method"]),
        (STEPS, list(step_rows(instrument)), ["score", "what", "code"]),
        (REFERENCES, list(reference_rows(instrument)), ["cite", "url"]),
    ]
    into = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(into, options) as book:
        book.set_properties({"created": _MADE})
        look = {
            "head": book.add_format({"bold": True, "bottom": 1, "num_format": "@"}),
            "cell": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        }
        for name, rows, always in sheets:
            _write_sheet(book.add_worksheet(name), rows, always, look)
    return into.getvalue()


def headers_of(rows: Iterable[Row], always: Sequence[str]) -> list[str]:
    """Return the headers of a sheet in the usual order."""
    found = [*always, *(header for row in rows for header in row)]
    order = _SURVEY_ORDER if "type" in always else list(dict.fromkeys(_bases(found)))
    return in_order(found, order)


def _bases(headers: Iterable[str]) -> Iterable[str]:
    return (header.partition("::")[0] for header in headers)


def _write_sheet(sheet: Any, rows: list[Row], always: Sequence[str], look: dict[str, Any]) -> None:
    """Write every cell as a text: a code "0" or "=" is neither number nor formula."""
    headers = headers_of(rows, always)
    sheet.freeze_panes(1, 2)
    for column, header in enumerate(headers):
        width = _WIDE.get(header.partition("::")[0], 16)
        sheet.set_column(column, column, width, look["cell"])
        sheet.write_string(0, column, header, look["head"])
    for number, row in enumerate(rows, start=1):
        for column, header in enumerate(headers):
            value = row.get(header, "")
            if len(value) > MAX_CELL:
                raise RequestError("XLSFORM_TEXT_TOO_LONG", sheet=sheet.name, column=header)
            if value:
                sheet.write_string(number, column, plain_cell(value), look["cell"])
