"""Areas in words and marks: list, four faces against the city, months, indicators."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from convive.app.shown_figures import (
    Figure,
    count_text,
    interval_text,
    present_figure,
    why_not_shown,
    words_of,
    written,
)
from convive.catalogue.comparability import comparability_note
from convive.catalogue.texts import format_month, format_period, localised, say
from convive.core.collation import collation_key
from convive.web.observatory.presenters.findings import sentence
from convive.web.observatory.presenters.marks import axis_over, interval_mark

Row = Mapping[str, Any]
LONG_LIST = 60
"""More areas than this are shown by parent."""
MOST_OFFERED = 300
"""More names than this are not offered while one types: they would weigh more than the page."""


def plain(text: str) -> str:
    """Return a text for searching: lower case, without accents."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in split if not unicodedata.combining(sign)).casefold()


def parent_key(area: Row) -> str:
    """Return ``level/code`` of an area's parent."""
    return f"{area['parent_level']}/{area['parent_id']}"


def grouped(
    areas: Sequence[dict[str, Any]], parents: Sequence[Mapping[str, str]], *, is_long: bool
) -> list[dict[str, Any]]:
    """Return a long list by parent, to be opened one by one; a short one in one piece."""
    if not is_long or len(parents) < 2:
        return [{"name": "", "areas": list(areas)}]
    known = {parent["key"] for parent in parents}
    groups = [
        {"name": parent["name"], "areas": [one for one in areas if one["key"] == parent["key"]]}
        for parent in parents
    ]
    rest = {"name": "", "areas": [one for one in areas if one["key"] not in known]}
    return [group for group in (*groups, rest) if group["areas"]]


def matching(areas: Sequence[dict[str, Any]], query: str, within: str) -> list[dict[str, Any]]:
    """Return the areas whose name or code holds the query, within a parent (``level/code``)."""
    wanted = plain(query)
    return [
        area
        for area in areas
        if (not wanted or wanted in plain(str(area["name"])) or wanted in plain(area["area_id"]))
        and (not within or parent_key(area) == within)
    ]


def only_match(found: Sequence[dict[str, Any]], query: str) -> dict[str, Any] | None:
    """Return the area that a reader must mean: the one found, or the one called exactly so."""
    exact = [area for area in found if plain(str(area["name"])) == plain(query)]
    for candidates in (found, exact):
        if query and len(candidates) == 1:
            return candidates[0]
    return None


def names_to_offer(areas: Sequence[Row]) -> list[str]:
    """Return the names that a browser offers while one types; none where there are too many."""
    return [str(area["name"]) for area in areas] if len(areas) <= MOST_OFFERED else []


def parents_of(areas: Sequence[Row], known: Mapping[tuple[str, str], Row]) -> list[dict[str, str]]:
    """Return the parents of the areas by name, the city itself left out."""
    keys = {(area["parent_level"], area["parent_id"]) for area in areas if area["parent_id"]}
    found = [
        {"key": f"{level}/{code}", "name": str(known[level, code]["name"])}
        for level, code in keys
        if level != "city" and (level, code) in known
    ]
    return sorted(found, key=lambda parent: collation_key(parent["name"]))


def listed_area(area: Row, findings: Sequence[Row], language: str) -> dict[str, Any]:
    """Return an area of the list with the first thing said of it."""
    return {
        "level": area["level"],
        "area_id": area["area_id"],
        "name": area["name"],
        "residents": count_text(area["residents"], language),
        "said": sentence(findings[0], language, "short") if findings else "",
        "certainty": str(findings[0]["certainty"]) if findings else "",
        "n_findings": len(findings),
    }


def area_headline(
    area: Row, findings: Sequence[Mapping[str, Any]], faces: Mapping[str, Row], language: str
) -> str:
    """Return the sentence at the top: its first finding, else how it stands against the city."""
    if findings:
        return str(findings[0]["short"] or findings[0]["sentence"])
    verdicts = {str(row["verdict"]) for row in faces.values()} - {"cannot_tell"}
    if not verdicts:
        return say("web.area.cannot_tell", language, area=area["name"])
    if verdicts == {"like_the_city"}:
        return say("web.area.like_the_city", language, area=area["name"])
    return say("web.area.no_finding", language, area=area["name"])


def faces_against_city(
    order: Sequence[str], faces: Mapping[str, Row], language: str
) -> dict[str, Any]:
    """Return the four faces on one scale, 0 = the city, worse to the right."""
    axis = axis_over(list(faces.values()), include=(-2.0, 2.0), width=240)
    rows = []
    for face in order:
        row = faces.get(face)
        rows.append({
            "face": face,
            "indicator_id": row["indicator_id"] if row else "",
            "mark": interval_mark(row, axis) if row else None,
            "verdict": str(row["verdict"]) if row else "",
            "score": written(row["score"], "", language, 1) if row else "",
            "interval": interval_text(row["low"], row["high"], "", language, 1) if row else "",
            "n": count_text(row["n"], language) if row else "",
            "why": why_not_shown(row, language),
        })  # fmt: skip
    return {"rows": rows, "zero": axis.x(0.0), "has_any": any(row["mark"] for row in rows)}


def series_words(
    rows: Sequence[Row], breaks: Sequence[Row], indicator_id: str, language: str
) -> dict[str, Any]:
    """Return the months as rows of a table, with breaks and open months in words."""
    incomplete = [row for row in rows if row["is_incomplete"]]
    return {
        "indicator_id": indicator_id,
        "n_incomplete": len(incomplete),
        "notes": sorted({note for row in rows if (note := comparability_note(row, language))}),
        "breaks": [_break_words(row, language) for row in breaks],
        "rows": [
            {
                "month": _period_name(row, language),
                "count": count_text(row["count"], language) or why_not_shown(row, language),
                "expected": interval_text(
                    row["expected_low"], row["expected_high"], "", language, 0
                ),
                "is_incomplete": row["is_incomplete"],
                "foreseen": _foreseen(row, language),
                "note": comparability_note(row, language),
            }
            for row in rows
        ],
    }


def _foreseen(row: Row, language: str) -> str:
    """Return how complete an open month is and what it will come to; empty if unknown."""
    told = []
    if row["completeness"] is not None:
        told.append(say("web.on_record", language, share=int(100 * row["completeness"])))
    if row["expected_final_high"] is not None:
        low, high = row["expected_final_low"], row["expected_final_high"]
        told.append(say("web.will_come_to", language, low=low, high=high))
    return " ".join(told)


def _period_name(row: Row, language: str) -> str:
    if row["period_kind"] == "year":
        return format_period(row["period_start"], row["period_end"], language)
    return format_month(row["period_start"], language)


def _break_words(row: Row, language: str) -> dict[str, str]:
    return {
        "month": format_month(row["starts_on"], language),
        "reason": localised(row["reason"], language),
        "key": "web.break.declared" if row["is_declared"] else "web.break.found",
    }


def week_days(grid: Sequence[Sequence[Mapping[str, Any]]], language: str) -> list[dict[str, Any]]:
    """Return the week's grid with the names of the days."""
    return [
        {
            "name": say(f"web.weekday.{position}", language),
            "cells": [
                {"step": cell["step"], "text": written(cell["value"], "", language, 1)}
                for cell in cells
            ],
        }
        for position, cells in enumerate(grid, start=1)
    ]


def indicator_row(indicator_id: str, own: Row, city: Figure, language: str) -> dict[str, Any]:
    """Return one indicator of an area beside the city's figure."""
    return {
        "indicator_id": indicator_id,
        "label": words_of("indicator", indicator_id, language),
        "face": own["face"],
        "figure": present_figure(own, language),
        "city": city,
    }


def index_lines(rows: Sequence[Row], language: str) -> list[dict[str, Any]]:
    """Return overall, objective and subjective index of an area, in this order."""
    order = {"overall": 0, "objective": 1, "subjective": 2}
    chosen = sorted(
        (row for row in rows if row["component"] in order), key=lambda row: order[row["component"]]
    )
    return [
        {
            "component": row["component"],
            "year": row["year"],
            "value": written(row["value"], "", language, 0),
            "interval": interval_text(row["low"], row["high"], "", language, 0),
            "band": row["band"],
            "why": why_not_shown(row, language),
        }
        for row in chosen
    ]
