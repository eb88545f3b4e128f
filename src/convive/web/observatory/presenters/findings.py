"""Findings as sentences, with how sure they are and what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from convive.app.shown_figures import tag_of_certainty, words_of
from convive.catalogue.texts import format_date, format_number, has_text, say

Row = Mapping[str, Any]
SMALLEST_Q = 0.001
"""A smaller share of false alarms is not told: no method is right to that digit."""
NULL = "–"


def sentence(row: Row, language: str, form: str = "") -> str:
    """Return the finding's sentence: full, `short` or `detail`; empty where that form is absent."""
    key = f"finding.{row['code']}"
    params = row["params"] or {}
    if form and has_text(f"{key}.{form}"):
        return say(f"{key}.{form}", language, **params)
    return "" if form == "detail" else say(key, language, **params)


def present_finding(row: Row, language: str) -> dict[str, Any]:
    """Return a finding as a page shows it."""
    return {
        "finding_id": row["finding_id"],
        "rank": row["rank"],
        "level": row["level"],
        "area_id": row["area_id"],
        "sentence": sentence(row, language),
        "short": sentence(row, language, "short"),
        "detail": sentence(row, language, "detail"),
        "certainty": str(row["certainty"]),
        "certainty_words": words_of("certainty", row["certainty"], language),
        "tag": tag_of_certainty(str(row["certainty"])),
        "caveats": [words_of("caveat", code, language) for code in row["caveats"] or ()],
        "faces": list(row["faces"] or ()),
        "indicator_ids": list(row["indicator_ids"] or ()),
        "is_gap": is_gap(row),
        "evidence": row["evidence"] or [],
        "q": None if row["q"] is None else max(row["q"], SMALLEST_Q),
    }


def is_gap(row: Row) -> bool:
    """Tell whether a finding says that two faces of one place disagree, or a rate misleads."""
    return len(set(row["faces"] or ())) > 1 or str(row["code"]).startswith(("gap", "denominator"))


def filtered(rows: Iterable[Row], face: str, certainty: str, area: str) -> list[Row]:
    """Return the findings of a face, a certainty, an area (``level/code``); "" means any."""
    return [
        row
        for row in rows
        if (not face or face in (row["faces"] or ()))
        and (not certainty or row["certainty"] == certainty)
        and (not area or f"{row['level']}/{row['area_id']}" == area)
    ]


def cell_text(value: Any, language: str) -> str:
    """Return one cell of published rows as a reader can read it; a dash for NULL."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return say("web.yes" if value else "web.no", language)
    if isinstance(value, float):
        return format_number(value, language, _decimals(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return format_date(value, language) if isinstance(value, date) else str(value)


def _decimals(value: float) -> int:
    size = abs(value)
    if size >= 1000:
        return 0
    return 2 if size >= 0.01 or size == 0 else 5
