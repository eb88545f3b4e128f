"""One page an area where there are few; else those with findings, and a table of all."""

from __future__ import annotations

from typing import Any

from convive.app.ports import Build
from convive.catalogue.texts import format_number, say
from convive.core.model import FACES
from convive.reports import words
from convive.reports.pdf.overview import city_figure, verdict_of
from convive.reports.pdf.pictures import Pictures
from convive.reports.rows import Row, area_names, is_shown, select
from convive.reports.tables.geopackage import headlines

Content = dict[str, Any]
MOST_PAGES = 60
MOST_TABLE_ROWS = 2_000
MOST_IN_HALVES = 2
"""Columns of a table that stands twice side by side on a page."""


def areas(
    build: Build, pictures: Pictures, findings: list[Content], language: str
) -> list[Content | None]:
    """Return the section of areas: pages, or pages and a table."""
    level = build.city.analysis_level.id
    rows = sorted(
        select(build, "areas", level=level), key=lambda row: (row["name"], row["area_id"])
    )
    title = say("report.section.areas", language)
    if not rows or level == "city":
        return []
    said = {place for place in (found["place"] for found in findings) if place[0] == level}
    if len(rows) <= MOST_PAGES:
        pages = [_page(build, pictures, row, findings, language) for row in rows]
        return [{"title": title, "pages": pages, "breaks": True}]
    chosen = [row for row in rows if (level, row["area_id"]) in said][:MOST_PAGES]
    pages = [_page(build, pictures, row, findings, language) for row in chosen]
    intro = say("report.areas_cut", language, n=len(rows))
    return [
        {
            "title": title,
            "intro": intro,
            "table": _table(build, rows, language),
            "pages": pages,
            "breaks": True,
        }
    ]


def _page(
    build: Build, pictures: Pictures, area: Row, findings: list[Content], language: str
) -> Content:
    """Return one area: where it is, its findings, four faces, its series."""
    place = (area["level"], area["area_id"])
    named = {"level": place[0], "area_id": place[1]}
    note = say("report.faces_note", language)
    figures = [
        pictures.draw("faces", title=say("report.section.faces", language), note=note, **named)
    ]
    for indicator in headlines(build)[:1]:
        title = words.indicator_label(indicator, language)
        figures.append(pictures.draw("series", indicator=indicator, title=title, **named))
        figures.append(
            pictures.draw(
                "clock", indicator=indicator, title=say("report.section.when", language), **named
            )
        )
    return {
        "title": area["name"],
        "sub": _sub(build, area, language),
        "findings": [f for f in findings if f["place"] == place],
        "none": say("report.no_area_finding", language),
        "figures": [figure for figure in figures if figure],
        "table": _figures_table(build, place, language),
    }


def _sub(build: Build, area: Row, language: str) -> str:
    """Return parent and residents of an area."""
    parent = area_names(build).get((area["parent_level"] or "", area["parent_id"] or ""))
    parts = [parent] if parent else []
    if area["residents"] is not None:
        parts.append(say("report.residents_line", language, n=area["residents"]))
    return " · ".join(parts)


def _figures_table(build: Build, place: tuple[str, str], language: str) -> Content | None:
    """Return the headline figures of an area: value, interval, n, verdict on the change."""
    rows = []
    for indicator in headlines(build):
        row = city_figure(build, indicator, *place)
        if row is None:
            continue
        label = words.indicator_label(indicator, language)
        verdict = verdict_of(build, indicator, *place, language)["verdict"]
        if not is_shown(row) or row["value"] is None:
            rows.append([label, words.not_shown(row, language), "", "", verdict])
            continue
        unit = "" if row["unit"] == "percent" else f" {words.unit_words(row, language)}"
        rows.append(
            [
                label,
                words.noted(
                    words.figure(row["value"], row["unit"], language) + unit, row, language
                ),
                words.interval(row["low"], row["high"], row["unit"], language),
                format_number(row["n"], language) if row["n"] is not None else "–",
                verdict,
            ]
        )
    columns = ("indicator", "value", "interval", "n", "change")
    if not rows:
        return None
    return {
        "columns": [say(f"report.column.{name}", language) for name in columns],
        "rows": rows,
        "widths": [2.2, 2.0, 1.5, 0.6, 1.4],
    }


def _table(build: Build, areas: list[Row], language: str) -> Content:
    """Return all areas with their faces' verdicts, side by side where the table is narrow."""
    level = build.city.analysis_level.id
    found = {(r["area_id"], r["face"]): r for r in select(build, "faces", level=level)}
    known = [face for face in FACES if any(key[1] == face for key in found)]
    rows = []
    for area in areas[:MOST_TABLE_ROWS]:
        cells = [area["name"]]
        for face in known:
            row = found.get((area["area_id"], face))
            code = row["verdict"] if row else "cannot_tell"
            cells.append(words.lookup(f"verdict.{code}", language, code))
        rows.append(cells)
    header = [
        say("report.column.area", language),
        *(say(f"face.{face}", language) for face in known),
    ]
    return {
        "columns": header,
        "rows": rows,
        "widths": [1.6, *([1.2] * len(known))],
        "halves": len(header) <= MOST_IN_HALVES,
    }
