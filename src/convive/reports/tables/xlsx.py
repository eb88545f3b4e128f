"""The whole build as a workbook: one sheet a table, words instead of codes where people read."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from convive.app.ports import Build
from convive.app.spreadsheet_cells import plain_cell
from convive.app.tables import RESULT_TABLES, Kind, TableSpec
from convive.catalogue.texts import localised, say
from convive.core.model import Look
from convive.reports import words
from convive.reports.letterhead import head_format, letterhead
from convive.reports.palette import LIGHT
from convive.reports.rows import Row, select

WITHHELD = frozenset(
    {
        "value", "count", "score", "difference", "change_percent", "effect_percent",
        "expected_count", "n",
    }
)  # fmt: skip
"""Columns where the reason stands in words when the row's figure is not shown."""

_LOGO_HIGH = 64
"""Pixels of the logo on the first sheet."""
MOST_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows; longer tables are cut and the sheet says so."""


def render_xlsx(build: Build, *, language: str) -> bytes:
    """Return the workbook: a sheet that explains, then one sheet a published table.

    Numbers and dates are numbers and dates; a figure that is not shown is its reason in words;
    texts are never formulas or links, whatever they begin with. Geometry is left to the
    GeoPackage.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "remove_timezone": True}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {
                "title": plain_cell(say("report.title", language, city=build.city.name))[:255],
                "author": plain_cell(build.city.name)[:255],
                "created": _built_at(build),
            }
        )
        style = _Styles(book, build.city.look)
        _read_me(build, book, style, language)
        for spec in RESULT_TABLES:
            if spec.is_public and build.tables[spec.name].num_rows:
                _sheet(build, spec, book, style, language)
    return out.getvalue()


class _Styles:
    """The few cell formats of the workbook."""

    def __init__(self, book: Any, look: Look) -> None:
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.head = book.add_format(head_format(look))
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.number = book.add_format({"num_format": "#,##0.0##"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.hidden = book.add_format({"italic": True, "font_color": LIGHT["soft"]})


def _built_at(build: Build) -> datetime:
    """Return the moment of the build, so that the same build gives the same bytes."""
    stamp = build.run.get("built_at")
    moment = datetime.fromisoformat(str(stamp)) if stamp else datetime(1980, 1, 1, tzinfo=UTC)
    return moment.replace(tzinfo=None)


def _read_me(build: Build, book: Any, style: _Styles, language: str) -> None:
    """Write the first sheet: what this is, sources, terms, sheets."""
    sheet = book.add_worksheet(_sheet_name("report.readme.sheet", language))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 4, 38)
    _logo(build, sheet, language)
    lines = [
        (say("report.title", language, city=build.city.name),),
        (say("report.period", language, period=words.city_period(build, language)),),
        (say("report.built", language, day=str(build.run.get("built_at", "")) or None),),
        (say("report.readme.hidden", language),),
        (say("report.readme.empty", language),),
        (_disclosure(build, language),),
        (),
        tuple(
            say(f"report.column.{c}", language) for c in ("source", "owner", "licence", "period")
        ),
        *(_source_line(row, language) for row in select(build, "sources")),
        (),
        tuple(say(f"report.column.{c}", language) for c in ("sheet", "contents")),
        *(
            (
                _sheet_name(f"report.table.{spec.name}", language),
                say(f"table.{spec.name}", language),
            )
            for spec in RESULT_TABLES
            if spec.is_public and build.tables[spec.name].num_rows
        ),
    ]
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(
                number, column, plain_cell(text), style.title if number == 0 else None
            )


def _logo(build: Build, sheet: Worksheet, language: str) -> None:
    """Show the town's logo beside what the first sheet says."""
    head = letterhead(build.city.look, language, build.city.name)
    if picture := head.picture():
        high = int.from_bytes(picture[20:24], "big")  # the IHDR chunk of a PNG
        scale = _LOGO_HIGH / high
        told = {"description": head.alt, "x_scale": scale, "y_scale": scale}
        sheet.insert_image(0, 5, "logo.png", {"image_data": io.BytesIO(picture), **told})


def _disclosure(build: Build, language: str) -> str:
    """Return the rule below which figures are not shown."""
    rule = build.city.disclosure
    told = say(
        "report.disclosure",
        language,
        count=rule.min_count,
        respondents=rule.min_respondents,
        observations=rule.min_observations,
        reason=rule.reason,
    ).strip()
    return f"{told} {words.rounding(build, language)}".strip()


def _source_line(row: Row, language: str) -> tuple[str, ...]:
    """Return one source: title, owner, licence, period."""
    title = localised(row["title"], language) or row["source_id"]
    period = words.period(row["period_start"], row["period_end"], language)
    return title, row["owner"], row["licence"], period


def _sheet_name(key: str, language: str) -> str:
    """Return a name that a workbook takes: 31 characters, none of the forbidden ones."""
    name = say(key, language)
    return "".join(" " if c in "[]:*?/\\" else c for c in name)[:31].strip("'")


def _sheet(build: Build, spec: TableSpec, book: Any, style: _Styles, language: str) -> None:
    """Write one table: header frozen, filter on, a column for the area's name."""
    sheet = book.add_worksheet(_sheet_name(f"report.table.{spec.name}", language))
    columns = [column for column in spec.columns if column.kind is not Kind.BINARY]
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.name, style.head)
        sheet.set_column(
            at, at, 12 if column.kind in {Kind.NUMBER, Kind.INTEGER, Kind.DATE} else 20
        )
    sheet.freeze_panes(1, 0)
    rows = build.tables[spec.name].select([c.name for c in columns]).to_pylist()[:MOST_ROWS]
    sheet.autofilter(0, 0, len(rows), len(columns) - 1)
    written = [(at, c.name, c.kind, c.name in WITHHELD) for at, c in enumerate(columns)]
    reasons: dict[str | None, str] = {}
    for number, row in enumerate(rows, start=1):
        reason = ""
        if row.get("status", "shown") != "shown":
            code = row.get("reason")
            if code not in reasons:
                reasons[code] = words.not_shown(row, language)
            reason = reasons[code]
        for at, name, kind, is_withheld in written:
            value = row[name]
            if value is not None:
                _write(sheet, (number, at), value, kind, style)
            elif reason and is_withheld:
                sheet.write_string(number, at, reason, style.hidden)


def _write(sheet: Worksheet, at: tuple[int, int], value: Any, kind: Kind, style: _Styles) -> None:
    """Write one cell by its type; nothing for NULL."""
    if value is None:
        return
    if kind is Kind.NUMBER:
        sheet.write_number(*at, value, style.number)
    elif kind is Kind.INTEGER:
        sheet.write_number(*at, value, style.whole)
    elif kind is Kind.BOOLEAN:
        sheet.write_boolean(*at, value)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, style.day)
    else:
        sheet.write_string(*at, plain_cell(str(value)))
