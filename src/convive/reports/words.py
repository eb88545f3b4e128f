"""Figures, places and reasons in the reader's words; every sentence is in the catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any

from convive.app.ports import Build
from convive.catalogue.comparability import comparability_note
from convive.catalogue.texts import (
    format_number,
    format_period,
    has_text,
    localised,
    say,
)
from convive.core.model import City

Row = dict[str, Any]
DECIMALS = {"number": 0, "euro": 0, "residents": 0, "percent": 0, "per_100k": 0}
"""Decimals of a unit; anything else has one."""
SHORTEST_YEAR = 360
"""Days; a rate over fewer than these is not a rate a year and says so."""


def lookup(key: str, language: str, fallback: str) -> str:
    """Return a text, or the fallback where the catalogue has none in any language."""
    return say(key, language) if has_text(key) else fallback


def indicator_label(indicator: str, language: str) -> str:
    """Return the label of an indicator; its id where the catalogue does not know it."""
    return lookup(f"indicator.{indicator}", language, indicator)


def level_name(city: City, level: str, language: str) -> str:
    """Return the name of a level in the pack's words; the city's own name for ``city``."""
    for found in city.levels:
        if found.id == level:
            return localised(found.name, language)
    return city.name


def number(value: float, unit: str, language: str) -> str:
    """Return a value with the unit's number of decimals, more where it is small."""
    decimals = DECIMALS.get(unit, 1)
    if decimals == 0 and unit == "percent" and abs(value) < 10:
        decimals = 1
    return format_number(value, language, decimals)


def figure(value: float, unit: str, language: str) -> str:
    """Return a value as it stands in a sentence: ``41.2``, ``14 %``."""
    if unit == "percent":
        key = "report.percent1" if abs(value) < 10 else "report.percent0"
        return say(key, language, x=value)
    return number(value, unit, language)


def noted(text: str, row: Row, language: str) -> str:
    """Return a figure in words with what to keep in mind of it, if there is anything."""
    note = comparability_note(row, language)
    return f"{text}. {note}" if note else text


def interval(low: float | None, high: float | None, unit: str, language: str) -> str:
    """Return ``40.3 to 42.1``; empty without an interval."""
    if low is None or high is None:
        return ""
    if unit == "percent":
        ends = format_number(low, language, 1), say("report.percent1", language, x=high)
    else:
        ends = number(low, unit, language), number(high, unit, language)
    return say("report.interval", language, low=ends[0], high=ends[1])


def unit_words(row: Row, language: str) -> str:
    """Return the unit in words; of a rate over less than a year, with the time it counts."""
    unit = lookup(f"unit.{row['unit']}", language, row["unit"])
    start, end = row.get("period_start"), row.get("period_end")
    if not str(row["unit"]).startswith("per_") or not start or not end:
        return unit
    if (end - start).days >= SHORTEST_YEAR:
        return unit
    return say("report.unit_in_period", language, unit=unit, period=period(start, end, language))


def denominator_words(city: City, denominator: str | None, language: str) -> str:
    """Return what a rate is divided by, in the pack's words."""
    if denominator is None:
        return ""
    for found in city.denominators:
        if found.id == denominator:
            return localised(found.name, language)
    return lookup(f"denominator.{denominator}", language, denominator.replace("_", " "))


def not_shown(row: Row, language: str) -> str:
    """Return why a figure is not shown: never a zero, never an empty cell."""
    reason = row.get("reason") or ""
    if reason and has_text(f"reason.{reason}"):
        return say("report.not_shown_because", language, reason=say(f"reason.{reason}", language))
    return say("report.not_shown", language)


def change(row: Row, language: str) -> str:
    """Return a change with its sign: ``−9 %``, ``+3.0 points``."""
    key = "report.change_points" if row["change_unit"] == "points" else "report.change_percent"
    return say(key, language, x=row["change_percent"])


def change_interval(row: Row, language: str) -> str:
    """Return the interval of a change, ends in order."""
    pair = [change(row | {"change_percent": row[end]}, language) for end in ("low", "high")]
    return say("report.interval", language, low=pair[0], high=pair[1])


def period(start: date | None, end: date | None, language: str) -> str:
    """Return a half-open period in words; empty where it has none."""
    return format_period(start, end, language) if start and end else ""


def city_period(build: Build, language: str) -> str:
    """Return the period that the city's own sources cover, first day to last."""
    table = build.tables["sources"].select(["scope", "period_start", "period_end"]).to_pylist()
    own = [row for row in table if row["scope"] == "city" and row["period_start"]]
    if not own:
        return ""
    start = min(row["period_start"] for row in own)
    ends = [row["period_end"] for row in own if row["period_end"]]
    return period(start, max(ends), language) if ends else ""


def rounding(build: Build, language: str) -> str:
    """Return that counts are rounded, and to what; empty where they are not."""
    base = build.city.disclosure.rounding
    return say("gate.rounded", language, base=base) if base > 1 else ""
