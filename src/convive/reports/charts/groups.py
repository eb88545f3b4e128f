"""One indicator by sex, age group or part of the day, with intervals; the whole as dashed line."""

from __future__ import annotations

from dataclasses import dataclass

from convive.app.ports import Build
from convive.catalogue.texts import say
from convive.reports import words
from convive.reports.charts.intervals import interval_layers, reference_line, row_labels
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import Layer, Spec, along, pixels, scaled
from convive.reports.charts.style import ROW, data, finish, gutter
from convive.reports.palette import light
from convive.reports.rows import Row, area_names, is_shown, newest, select
from convive.reports.ticks import ticks


@dataclass(frozen=True, slots=True)
class View:
    """The groups of the newest period, and everybody together where that is known."""

    selection: Selection
    place: str
    rows: list[Row]
    whole: Row | None


def view(build: Build, selection: Selection) -> View:
    """Read the groups."""
    asked = selection.in_city(build)
    where = {"indicator_id": asked.indicator, "level": asked.level, "area_id": asked.area_id}
    rows = newest(select(build, "estimates", dimension=asked.dimension, **where))
    if not any(is_shown(row) for row in rows):
        raise nothing("groups", selection)
    everybody = [
        row
        for row in select(build, "estimates", dimension="all", **where)
        if row["period_start"] == rows[0]["period_start"]
        and row["denominator_id"] == rows[0]["denominator_id"]
        and is_shown(row)
        and asked.dimension != "daypart"  # parts of the day add up to the whole
    ]
    place = area_names(build).get((asked.level, asked.area_id), asked.area_id)
    return View(asked, place, rows, everybody[0] if everybody else None)


def group_label(row: Row, language: str) -> str:
    """Return the name of a group; age groups stand as the pack writes them."""
    return words.lookup(f"group.{row['group']}", language, row["group"])


def _domain(rows: list[Row]) -> list[float]:
    """Return the ends of the scale; zero is its left end where it is near."""
    ends = [r[e] for r in rows if is_shown(r) for e in ("low", "high", "value") if r[e] is not None]
    low, high = min(ends), max(ends)
    air = 0.06 * (high - low) or 1.0
    return [0.0 if 0 <= low < 0.5 * high else low - air, high + air]


def _grid(domain: list[float], unit: str, language: str, scale: Spec, height: float) -> list[Layer]:
    """Return thin vertical lines with their numbers."""
    rows = [{"x": t, "t": words.figure(t, unit, language)} for t in ticks(domain[0], domain[1])]
    x = along("x:Q", scale=scale, axis=None)
    line = Layer(data(rows)).mark("rule", color=light("line"))
    text = Layer(data(rows)).mark("text", baseline="top", fontSize=12.5, color=light("soft"))
    return [
        line.encode(x, y=pixels(0), y2=pixels(height)),
        text.encode(x, y=pixels(height + 6), text="t:N"),
    ]


def draw(view: View, description: str) -> Spec:
    """Return the chart."""
    language, unit = view.selection.language, view.rows[0]["unit"]
    labels = [group_label(row, language) for row in view.rows]
    width, height = view.selection.width - 12, ROW * len(view.rows)
    room = gutter(labels)
    domain = _domain([*view.rows, *([view.whole] if view.whole else [])])
    scale = scaled(domain=domain, range=[room, width - 20], nice=False)
    marks = [
        {"value": r["value"], "low": r["low"], "high": r["high"]}
        if is_shown(r)
        else {"hidden": words.not_shown(r, language)}
        for r in view.rows
    ]
    layers = [*_grid(domain, unit, language, scale, height), *row_labels(labels)]
    if view.whole:
        layers += reference_line(view.whole["value"], "", scale, height=height, width=width)[:1]
    layers += interval_layers(marks, scale, room)
    return finish(layers, width=width, height=height + 24, description=description)


def describe(view: View) -> str:
    """Return the chart in words: every group with value and interval."""
    language = view.selection.language
    parts = []
    for row in view.rows:
        name = group_label(row, language)
        if is_shown(row):
            between = words.interval(row["low"], row["high"], row["unit"], language)
            parts.append(f"{name}: {words.figure(row['value'], row['unit'], language)} ({between})")
        else:
            parts.append(f"{name}: {words.not_shown(row, language)}")
    indicator = words.indicator_label(view.selection.indicator, language)
    return say("report.chart.groups.alt", language, indicator=indicator, area=view.place,
               groups="; ".join(parts))  # fmt: skip


def tabulate(view: View) -> ChartTable:
    """Return the groups in words."""
    language = view.selection.language
    rows = []
    for row in view.rows:
        if is_shown(row):
            value = words.figure(row["value"], row["unit"], language)
            between = words.interval(row["low"], row["high"], row["unit"], language)
            n = words.number(row["n"], "number", language) if row["n"] is not None else "–"
        else:
            value, between, n = words.not_shown(row, language), "", ""
        rows.append((group_label(row, language), value, between, n))
    header = ("group", "value", "interval", "n")
    return ChartTable(tuple(say(f"report.column.{h}", language) for h in header), tuple(rows))


KIND = Kind(draw, describe, tabulate, view)
