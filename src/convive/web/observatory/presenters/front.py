"""The front page's statements, cards and bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from convive.app.shown_figures import (
    interval_text,
    present_figure,
    tag_of_verdict,
    why_not_shown,
    words_of,
    written,
)
from convive.catalogue.texts import format_month, format_period, has_text, localised, say
from convive.core.collation import collation_key
from convive.core.diagnosis import front_statements
from convive.web.observatory.presenters.marks import axis_over, interval_mark, sparkline

Row = Mapping[str, Any]
LONG_INDEX = 60
"""More areas than this are folded away by group."""
MISSING_FAMILY = {
    "recorded": ("incidents", "population"),
    "experienced": ("survey", "local_survey", "survey_sample", "area_codes"),
    "felt": ("survey", "local_survey", "survey_sample", "area_codes"),
    "observed": ("observations",),
}


def headline(
    findings: Sequence[Row],
    language: str,
    *,
    trends: Sequence[Row] = (),
    series: Sequence[Row] = (),
) -> str:
    """Return at most three sentences, the same as the report's; `trends`, `series` of the city."""
    told = front_statements(findings, trends=trends, series=series)
    sentences = [say(key, language, **params) for key, params in told]
    return " ".join(sentences) or say("web.front.nothing_clear", language)


def missing_face(face: str, missing: Sequence[Row], language: str) -> dict[str, Any]:
    """Return the card of a face that the city has no data about, with the reason."""
    families = {row["family"]: row for row in missing}
    for family in MISSING_FAMILY[face]:
        row = families.get(family)
        if row and has_text(f"missing.{family}"):
            reason = say(f"missing.{family}", language, **(row["params"] or {}))
            return {"face": face, "is_missing": True, "reason": reason, "has_map": False}
    return {"face": face, "is_missing": True, "has_map": False,
            "reason": say("web.no_figure", language)}  # fmt: skip


def face_card(
    face: str, indicator_id: str, newest: Row | None, history: Sequence[Row],
    series: Sequence[Row], language: str,
) -> dict[str, Any]:  # fmt: skip
    """Return a face with its newest city-wide figure and the line of its past."""
    return {
        "face": face,
        "is_missing": False,
        "indicator_id": indicator_id,
        "label": words_of("indicator", indicator_id, language),
        "figure": present_figure(newest, language),
        "spark": spark_of(history, series),
        "span": span_of(history, series, language),
        "is_first": newest is not None
        and newest.get("value") is not None
        and len(history) < 2
        and len(series) < 2,
    }


def spark_of(history: Sequence[Row], series: Sequence[Row]) -> Any:
    """Return the sparkline: complete months where there are, else the periods of the figure."""
    months = [row for row in series if not row["is_incomplete"]]
    if len(months) > 3:
        jumps = [i for i in range(1, len(months))
                 if months[i]["segment"] != months[i - 1]["segment"]]  # fmt: skip
        counts = [row["count"] for row in months]
        return sparkline(counts, break_at=jumps[0] if jumps else None)
    return sparkline([row["value"] for row in history])


def span_of(history: Sequence[Row], series: Sequence[Row], language: str) -> str:
    """Return the years that the sparkline runs over: "2015–2024"; empty where it is not drawn."""
    months = [row for row in series if not row["is_incomplete"]]
    rows = months if len(months) > 3 else [row for row in history if row["value"] is not None]
    if len(rows) < 2:
        return ""
    last = date.fromordinal(rows[-1]["period_end"].toordinal() - 1)
    first = date(rows[0]["period_start"].year, 1, 1)
    return format_period(first, date(last.year + 1, 1, 1), language)


def tried(effects: Sequence[Row], findings: Sequence[Row], language: str) -> list[dict[str, Any]]:
    """Return what was tried, oldest first, with verdict, effect, and its finding if it has one."""
    told = {
        (str(row["params"].get("intervention")), row["params"].get("indicator")): row["finding_id"]
        for row in findings
        if str(row["code"]).startswith("intervention")
    }
    return [
        {
            "title": localised(row["title"], language),
            "finding_id": told.get((str(row["title"]), row["indicator_id"]), ""),
            "indicator_id": row["indicator_id"],
            "since": say("web.since", language, when=format_month(row["starts"], language)),
            "n_areas": len(row["areas"]),
            "verdict": words_of("verdict", row["verdict"], language),
            "tag": tag_of_verdict(row["verdict"]),
            "effect": _effect_text(row, language),
            "interval": interval_text(row["low"], row["high"], "", language, 1),
            "why": why_not_shown(row, language),
        }
        for row in sorted(effects, key=lambda row: (row["starts"], row["intervention_id"]))
    ]


def _effect_text(row: Row, language: str) -> str:
    effect = row["effect_percent"]
    return "" if effect is None else say("web.change.percent", language, x=effect)


def group_words(groups: Sequence[Row], language: str) -> str:
    """Return "women 31 %, men 15 %" of the newest figures by sex; empty without both."""
    told = [
        f"{words_of('group', row['group'], language)} {written(row['value'], row['unit'], language, 0)}"
        for row in groups
        if row["dimension"] == "sex" and row["status"] == "shown"
    ]
    return ", ".join(told) if len(told) > 1 else ""


def index_bands(
    rows: Sequence[Row], names: Mapping[str, str], language: str
) -> dict[str, Any] | None:
    """Return the index as groups that can be told apart, alphabetical inside each."""
    shown = [row for row in rows if row["value"] is not None and row["band"] is not None]
    if not shown:
        return None
    axis = axis_over(shown, include=(100.0,))
    bands = sorted({row["band"] for row in shown})
    return {
        "year": shown[0]["year"],
        "base_x": axis.x(100.0),
        "n_bands": len(bands),
        "is_long": len(shown) > LONG_INDEX,
        "bands": [
            {"number": place, "rows": _band_rows(shown, band, names, axis, language)}
            for place, band in enumerate(bands, start=1)
        ],
        "hidden": [
            {"name": names.get(row["area_id"], row["area_id"]), "why": why_not_shown(row, language)}
            for row in rows
            if row["value"] is None
        ],
    }


def _band_rows(
    rows: Sequence[Row], band: int, names: Mapping[str, str], axis: Any, language: str
) -> list[dict[str, Any]]:
    found = [
        {
            "level": row["level"], "area_id": row["area_id"],
            "name": names.get(row["area_id"], row["area_id"]),
            "value": written(row["value"], "", language, 0),
            "interval": interval_text(row["low"], row["high"], "", language, 0),
            "mark": interval_mark(row, axis),
        }
        for row in rows
        if row["band"] == band
    ]  # fmt: skip
    return sorted(found, key=lambda row: collation_key(str(row["name"])))
