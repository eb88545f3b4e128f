"""The four faces of one area, with intervals, against the city."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from convive.app.ports import Build
from convive.catalogue.texts import format_number, say
from convive.core.model import FACES
from convive.reports import words
from convive.reports.charts.intervals import interval_layers, row_labels
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import Layer, Spec, along, along_to, pixels, scaled
from convive.reports.charts.style import EDGE, NOTE, ROW, data, finish, gutter
from convive.reports.palette import light
from convive.reports.rows import Row, area_names, is_shown, select

NEAR = 0.25
"""Half width of the grey band, in standard deviations between areas."""


@dataclass(frozen=True, slots=True)
class View:
    """The faces of an area in their order."""

    selection: Selection
    place: str
    rows: list[Row]


def view(build: Build, selection: Selection) -> View:
    """Read the faces of the area."""
    asked = selection.on_level(build)
    found = {r["face"]: r for r in select(build, "faces", level=asked.level, area_id=asked.area_id)}
    if not found:
        raise nothing("faces", selection)
    place = area_names(build).get((asked.level, asked.area_id), asked.area_id)
    return View(asked, place, [found[face] for face in FACES if face in found])


def _reach(rows: list[Row]) -> float:
    """Return how far the scale reaches on both sides."""
    ends = [abs(row[end]) for row in rows if is_shown(row) for end in ("low", "high", "score")
            if row[end] is not None]  # fmt: skip
    return 1.05 * float(max([*ends, 1.5]))


def draw(view: View, description: str) -> Spec:
    """Return the chart: one row a face, the city's band behind, worse to the right."""
    language = view.selection.language
    labels = [say(f"face.{row['face']}", language) for row in view.rows]
    room, height = gutter(labels), ROW * len(view.rows)
    width = view.selection.width - 12
    scale = scaled(domain=[-(r := _reach(view.rows)), r], range=[room, width], nice=False)
    band = Layer(data([{"x": -NEAR, "x2": NEAR}])).mark(
        "rect", color=light("grey-2"), stroke=light("soft"), strokeWidth=EDGE
    )
    layers = [
        band.encode(along("x:Q", scale=scale, axis=None), along_to("x2"),
                    y=pixels(0), y2=pixels(height)),
        *row_labels(labels),
        *interval_layers([_mark(row, language) for row in view.rows], scale, room),
        *_ends(language, scale, width, height),
    ]  # fmt: skip
    return finish(layers, width=width, height=height + 22, description=description)


def _mark(row: Row, language: str) -> Row:
    """Return a face as interval charts take it."""
    if not is_shown(row):
        return {"hidden": words.not_shown(row, language)}
    return {"value": row["score"], "low": row["low"], "high": row["high"]}


def _ends(language: str, scale: Spec, width: float, height: float) -> list[Layer]:
    """Return the words below: like the city, and which side is worse."""
    soft: dict[str, Any] = {"fontSize": NOTE, "color": light("soft"), "baseline": "top"}
    middle = Layer(data([{"x": 0, "t": say("report.chart.like_the_city", language)}]))
    worse = Layer(data([{"t": say("report.chart.worse", language) + " →"}]))
    return [
        middle.mark("text", **soft).encode(
            along("x:Q", scale=scale, axis=None), y=pixels(height + 6), text="t:N"
        ),
        worse.mark("text", align="right", **soft).encode(
            x=pixels(width), y=pixels(height + 6), text="t:N"
        ),
    ]


def describe(view: View) -> str:
    """Return the chart in words: each face with its verdict."""
    language = view.selection.language
    parts = []
    for row in view.rows:
        said = (
            say(f"verdict.{row['verdict']}", language)
            if is_shown(row)
            else words.not_shown(row, language)
        )
        parts.append(f"{say('face.' + row['face'], language)}: {said}")
    return say("report.chart.faces.alt", language, area=view.place, faces="; ".join(parts))


def tabulate(view: View) -> ChartTable:
    """Return the rows in words."""
    language = view.selection.language
    rows = []
    for row in view.rows:
        cells = [say(f"face.{row['face']}", language)]
        cells.append(words.indicator_label(row["indicator_id"], language))
        if is_shown(row):
            score = format_number(row["score"], language, 1)
            ends = [format_number(row[end], language, 1) for end in ("low", "high")]
            between = say("report.interval", language, low=ends[0], high=ends[1])
            cells += [score, between, say(f"verdict.{row['verdict']}", language)]
        else:
            cells += [words.not_shown(row, language), "", ""]
        rows.append(tuple(cells))
    header = ("face", "indicator", "score", "interval", "verdict")
    return ChartTable(tuple(say(f"report.column.{h}", language) for h in header), tuple(rows))


KIND = Kind(draw, describe, tabulate, view)
