"""A small line beside a figure: where it comes from over time, break and newest value marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from convive.app.ports import Build
from convive.catalogue.texts import say
from convive.reports import words
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import Layer, Spec, along, scaled, upward
from convive.reports.charts.style import data, finish
from convive.reports.palette import light
from convive.reports.rows import Row, area_names, is_shown, select

WIDTH, HEIGHT = 150, 34


@dataclass(frozen=True, slots=True)
class View:
    """Values in order of time, with the unit they are in."""

    selection: Selection
    place: str
    unit: str
    points: list[Row]
    """{x, value, segment, label}; x counts periods, a hidden period leaves a hole."""


def view(build: Build, selection: Selection) -> View:
    """Read closed months of the series, or the estimates of all periods."""
    asked = selection.in_city(build)
    where = {"indicator_id": asked.indicator, "level": asked.level, "area_id": asked.area_id}
    rows = [r for r in select(build, "series", **where) if not r["is_incomplete"]]
    rows = [r for r in rows if r["period_kind"] == "month"] or rows
    unit, name = "number", "count"
    if not any(is_shown(row) for row in rows):
        rows = select(build, "estimates", dimension="all", **where)
        rows = [r for r in rows if r["denominator_id"] == rows[0]["denominator_id"]]
        unit, name = (rows[0]["unit"] if rows else ""), "value"
    rows.sort(key=lambda row: row["period_start"])
    points = [
        {
            "x": i,
            "value": row[name],
            "segment": row.get("segment", 0),
            "label": words.period(row["period_start"], row["period_end"], selection.language),
        }
        for i, row in enumerate(rows)
        if is_shown(row)
    ]
    if len(points) < 2:
        raise nothing("spark", selection)
    place = area_names(build).get((asked.level, asked.area_id), asked.area_id)
    return View(asked, place, unit, points)


def draw(view: View, description: str) -> Spec:
    """Return the line, a dot at its end, a dashed rule at each break."""
    points, values = view.points, [p["value"] for p in view.points]
    air = 0.08 * (max(values) - min(values)) or 1
    span = [points[0]["x"], points[-1]["x"]]
    x = along("x:Q", axis=None, scale=scaled(domain=span, range=[3, WIDTH - 5], nice=False))
    domain = [min(values) - air, max(values) + air]
    y = upward("value:Q", axis=None, scale=scaled(domain=domain, zero=False, nice=False))
    jumps = [{"x": b["x"] - 0.5} for a, b in pairwise(points) if a["segment"] != b["segment"]]
    accent = light("accent")
    layers = [
        Layer(data(jumps)).mark("rule", color=light("soft"), strokeDash=[3, 3]).encode(x),
        Layer(data(points))
        .mark("line", color=accent, strokeWidth=1.8)
        .encode(x, y, detail="segment:N"),
        Layer(data(points[-1:])).mark("circle", color=accent, size=24, opacity=1).encode(x, y),
    ]
    return finish(layers, width=WIDTH, height=HEIGHT, description=description)


def describe(view: View) -> str:
    """Return the line in words: first and last value."""
    language = view.selection.language
    start, end = view.points[0], view.points[-1]
    return say(
        "report.chart.spark.alt",
        language,
        indicator=words.indicator_label(view.selection.indicator, language),
        area=view.place,
        start=start["label"],
        start_value=words.figure(start["value"], view.unit, language),
        end=end["label"],
        end_value=words.figure(end["value"], view.unit, language),
    )


def tabulate(view: View) -> ChartTable:
    """Return the points in words."""
    language = view.selection.language
    rows = tuple((p["label"], words.figure(p["value"], view.unit, language)) for p in view.points)
    return ChartTable(tuple(say(f"report.column.{h}", language) for h in ("period", "value")), rows)


KIND = Kind(draw, describe, tabulate, view)
