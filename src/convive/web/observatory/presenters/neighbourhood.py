"""What a resident asks of a neighbourhood, in words: better or worse, when, for whom, unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from convive.app.shown_figures import (
    UNITS_UNSAID,
    present_change,
    words_of,
    written,
)
from convive.catalogue.texts import format_period, say

Row = Mapping[str, Any]
_PARTS = {"night": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}
_WEEKEND = (6, 7)
_COMPARED = ("before", "after")
_TAGS = {"worse": "warn", "likely_worse": "warn", "better": "ok"}


def direction(verdict: str, *, is_lower_better: bool | None) -> str:
    """Return worse, better (each also likely), same or cannot; never a guess at what is better.

    Parameters
    ----------
    is_lower_better : bool or None
        None where the catalogue does not say; then a clear change is neither, and "cannot".
    """
    if verdict == "no_clear_change":
        return "same"
    certainty, _, moved = verdict.rpartition("_")
    if moved not in {"rise", "fall"} or is_lower_better is None:
        return "cannot"
    found = "better" if (moved == "fall") == is_lower_better else "worse"
    return found if certainty == "clear" else f"likely_{found}"


def change_line(
    face: str, indicator_id: str, trend: Row | None, *, is_lower_better: bool | None, language: str
) -> dict[str, Any]:
    """Return what is known of one face's change: direction, figure, interval and what with what."""
    shown = present_change(trend, language)
    is_known = trend is not None and trend["change_percent"] is not None
    verdict = str(trend["verdict"]) if trend is not None and is_known else ""
    code = direction(verdict, is_lower_better=is_lower_better)
    return {
        "face": face, "indicator_id": indicator_id, "direction": code,
        "words": say(f"here.change.{code}", language), "tag": _TAGS.get(code, "na"),
        "change": shown["change"], "interval": shown["interval"],
        "compared": _compared(trend, language) if trend is not None and is_known else "",
    }  # fmt: skip


def _compared(trend: Row, language: str) -> str:
    if any(trend[f"{part}_{end}"] is None for part in _COMPARED for end in ("start", "end")):
        return ""
    before, after = (
        format_period(trend[f"{part}_start"], trend[f"{part}_end"], language) for part in _COMPARED
    )
    return say("here.change.compared", language, before=before, after=after)


def when_it_happens(rows: Iterable[Row], language: str) -> str:
    """Return the week in one sentence: what a reader of the picture sees, spoken.

    Empty unless every hour is shown: from a sum, what is hidden could be worked out.
    """
    cells = {(row["weekday"], row["hour"]): row["expected_count"] for row in rows}
    total = sum(value or 0.0 for value in cells.values())
    if len(cells) != 7 * 24 or None in cells.values() or total <= 0:
        return ""

    def share(wanted: Iterable[float]) -> int:
        return round(100 * sum(wanted) / total)

    parts = {
        name: share(v for (_, hour), v in cells.items() if start <= hour < end)
        for name, (start, end) in _PARTS.items()
    }
    weekend = share(v for (day, _), v in cells.items() if day in _WEEKEND)
    return say("here.when", language, weekend=weekend, **parts)


def group_lines(groups: Mapping[str, Sequence[Row]], language: str) -> list[dict[str, str]]:
    """Return indicator and "women 35%, men 18%; …" wherever two groups are shown."""
    lines = []
    for indicator_id, rows in groups.items():
        dimensions = dict.fromkeys(row["dimension"] for row in rows)
        told = [_told(rows, one, language) for one in dimensions]
        unit = str(rows[0]["unit"]) if rows else ""
        if any(told):
            lines.append({
                "indicator_id": indicator_id, "told": "; ".join(filter(None, told)),
                "unit": "" if unit in UNITS_UNSAID else words_of("unit", unit, language),
            })  # fmt: skip
    return lines


def _told(rows: Sequence[Row], dimension: str, language: str) -> str:
    """Return the groups of one dimension; nothing where fewer than two are shown."""
    told = [
        f"{words_of('group', row['group'], language)} "
        f"{written(row['value'], row['unit'], language, 0)}"
        for row in rows
        if row["dimension"] == dimension and row["status"] == "shown"
    ]
    return ", ".join(told) if len(told) > 1 else ""


def unknown_here(
    *, faces: Sequence[Mapping[str, Any]], hidden: tuple[int, int], changes: Sequence[Row],
    missing: Sequence[Row], language: str,
) -> list[str]:  # fmt: skip
    """Return what is not known about an area, one sentence a gap.

    Parameters
    ----------
    faces : sequence
        As `areas.faces_against_city` gives them.
    hidden : pair
        Figures that are not shown, of how many.
    changes : sequence
        As `change_line` gives them.
    missing : sequence
        Families of evidence that the whole city lacks.
    """
    told = [
        f"{words_of('face', row['face'], language)}: {row['why']}" for row in faces if row["why"]
    ]
    if hidden[0]:
        told.append(say("here.unknown.hidden", language, n=hidden[0], all=hidden[1]))
    unsure = [one["indicator_id"] for one in changes if one["direction"] == "cannot"]
    if unsure:
        names = ", ".join(words_of("indicator", one, language) for one in unsure)
        told.append(say("here.unknown.change", language, names=names))
    if missing:
        names = "; ".join(words_of("missing", row["family"], language) for row in missing)
        told.append(say("here.unknown.city", language, names=names))
    return told or [say("here.unknown.nothing", language)]
