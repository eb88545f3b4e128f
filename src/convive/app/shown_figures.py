"""Figures in words, on pages and on paper: value, unit, interval, n, period, or why not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from convive.catalogue.comparability import comparability_note
from convive.catalogue.texts import (
    format_month,
    format_number,
    format_period,
    has_text,
    localised,
    say,
)

Row = Mapping[str, Any]
PERCENT_UNITS = frozenset({"percent", "share"})
WHOLE_MONTHS = frozenset({"wave", "all"})
"""Kinds of period that are told in months: survey waves and rounds of observation."""
_PERIODS = {"year": 0, "wave": 1, "all": 2, "month": 3}
"""Kinds of period; figures are told by the first that there is."""
UNITS_UNSAID = PERCENT_UNITS | {"number"}
"""Units that stand with the value, or go without saying."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as a reader sees it; `value` is empty where it is not shown."""

    value: str
    unit: str
    interval: str
    n: str
    period: str
    denominator: str
    why_not: str
    smoothed: str = ""
    smoothed_interval: str = ""
    note: str = ""
    """What to keep in mind of it: that part of it was shared out from older areas."""

    @property
    def is_shown(self) -> bool:
        """Whether there is a value."""
        return bool(self.value)


def words_of(prefix: str, code: Any, language: str) -> str:
    """Return the text ``<prefix>.<code>``, or the code itself where there is none."""
    key = f"{prefix}.{code}"
    return say(key, language) if has_text(key) else str(code).replace("_", " ")


def decimals_for(low: float | None, high: float | None) -> int:
    """Return how many decimals the width of an interval leaves meaningful (0, 1 or 2)."""
    if low is None or high is None:
        return 1
    width = abs(high - low)
    if width >= 10:
        return 0
    return 1 if width >= 0.1 else 2


def written(value: float | None, unit: str, language: str, decimals: int = 1) -> str:
    """Return a value with its percent sign if it has one; empty for None."""
    if value is None:
        return ""
    if unit in PERCENT_UNITS:
        return say(f"web.value.percent{min(decimals, 2)}", language, x=value)
    return format_number(value, language, decimals)


def interval_text(
    low: float | None, high: float | None, unit: str, language: str, decimals: int = 1
) -> str:
    """Return "40.3 to 42.1"; empty where an end is missing."""
    if low is None or high is None:
        return ""
    first = format_number(low, language, decimals)
    last = written(high, unit, language, decimals)
    return say("web.interval", language, low=first, high=last)


def why_not_shown(row: Row | None, language: str) -> str:
    """Return why a figure is not shown, in words; empty where it is."""
    if row is None:
        return say("web.no_figure", language)
    if row.get("status") == "shown":
        return ""
    reason = words_of("reason", row.get("reason") or row.get("status"), language)
    return say("web.not_shown", language, reason=reason)


def present_figure(row: Row | None, language: str) -> Figure:
    """Return an estimate as a reader sees it."""
    why = why_not_shown(row, language)
    if row is None or row.get("value") is None:
        period = period_text(row, language) if row else ""
        return Figure("", "", "", "", period, "", why or say("web.no_figure", language))
    unit = str(row["unit"])
    decimals = decimals_for(row["low"], row["high"])
    if row["low"] is None and float(row["value"]).is_integer():
        decimals = 0
    smoothed_decimals = decimals_for(row.get("smoothed_low"), row.get("smoothed_high"))
    return Figure(
        value=written(row["value"], unit, language, decimals),
        unit="" if unit in UNITS_UNSAID else words_of("unit", unit, language),
        interval=interval_text(row["low"], row["high"], unit, language, decimals),
        n=count_text(row.get("n"), language),
        period=period_text(row, language),
        denominator=denominator_text(row, language),
        why_not="",
        smoothed=written(row.get("smoothed"), unit, language, smoothed_decimals),
        smoothed_interval=interval_text(
            row.get("smoothed_low"), row.get("smoothed_high"), unit, language, smoothed_decimals
        ),
        note=comparability_note(row, language),
    )


def count_text(n: float | None, language: str) -> str:
    """Return a count with thousands separated; empty for None."""
    return "" if n is None else format_number(n, language, 0)


def period_text(row: Row, language: str) -> str:
    """Return the period of a row in words."""
    start, end = row.get("period_start"), row.get("period_end")
    if not start or not end:
        return ""
    if row.get("period_kind") in WHOLE_MONTHS:
        start, end = whole_months(start, end)
    return format_period(start, end, language)


def of_leading_periods(rows: Sequence[Row]) -> list[Any]:
    """Return the rows of the kind of period by which figures are told: years before months."""
    kinds = [row["period_kind"] for row in rows]
    leading = min(kinds, key=lambda kind: _PERIODS.get(kind, len(_PERIODS)), default=None)
    return [row for row in rows if row["period_kind"] == leading]


def newest_figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Return area → its row of the newest leading period that any of the rows has."""
    leading = of_leading_periods(rows)
    newest = max((row["period_start"] for row in leading), default=None)
    return {row["area_id"]: row for row in leading if row["period_start"] == newest}


def whole_months(start: date, end: date) -> tuple[date, date]:
    """Return the months that a span of days lies in: fieldwork is not dated to the day."""
    last = date.fromordinal(max(end.toordinal() - 1, start.toordinal()))
    after = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return start.replace(day=1), after


def since_text(row: Row, language: str) -> str:
    """Return "since 2021", or with the month where the first period is not a calendar year."""
    start, end = row.get("before_start"), row.get("before_end")
    if not start or not end:
        return ""
    is_year = (start.month, start.day, end.month, end.day) == (1, 1, 1, 1)
    when = str(start.year) if is_year else format_month(start, language)
    return say("web.since", language, when=when)


def denominator_text(row: Row, language: str) -> str:
    """Return what a rate is divided by, with its value."""
    if not row.get("denominator_id"):
        return ""
    name = denominator_name(row, language)
    if row.get("denominator") is None:
        return name
    return f"{name}: {format_number(row['denominator'], language, 0)}"


def denominator_name(row: Row, language: str) -> str:
    """Return what a rate is divided by as the pack calls it, else as the catalogue does."""
    given = row.get("denominator_name")
    if given:
        return localised(given, language)
    return words_of("denominator", row["denominator_id"], language)


def present_change(row: Row | None, language: str) -> dict[str, str]:
    """Return a trend in words: verdict, class of its tag, change with interval."""
    if row is None:
        return {"verdict": "", "tag": "na", "change": "", "interval": "", "since": "",
                "why_not": ""}  # fmt: skip
    verdict = str(row["verdict"])
    unit = "percent" if row["change_unit"] == "percent" else "points"
    found = {
        "verdict": words_of("verdict", verdict, language),
        "tag": tag_of_verdict(verdict),
        "change": "",
        "interval": "",
        "since": since_text(row, language),
        "why_not": why_not_shown(row, language),
    }
    if row.get("change_percent") is not None:
        found["change"] = say(f"web.change.{unit}", language, x=row["change_percent"])
        found["interval"] = interval_text(row["low"], row["high"], "", language, 1)
    return found


def tag_of_verdict(verdict: str) -> str:
    """Return the style of a verdict's tag: clear and good, look here, or neither."""
    if verdict in {"clear_fall", "clearly_below", "worked"}:
        return "ok"
    return "warn" if verdict in {"clear_rise", "likely_rise", "clearly_above", "harmful"} else "na"


def tag_of_certainty(certainty: str) -> str:
    """Return the style of a certainty's tag."""
    return {"strong": "ok", "likely": "warn"}.get(certainty, "na")
