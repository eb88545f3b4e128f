"""When it happens: hour by weekday as a grid of five shades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from babel.dates import get_day_names

from convive.app.ports import Build
from convive.catalogue.texts import format_number, locale_of, say
from convive.reports import words
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import Layer, Spec, along, along_to, pixels, upward, upward_to
from convive.reports.charts.style import NOTE, data, finish, gutter
from convive.reports.palette import SEQUENCE, light
from convive.reports.rows import Row, area_names, is_shown, select

CELL = 19
"""Height of a cell, in pixels."""


@dataclass(frozen=True, slots=True)
class View:
    """168 hours of the week."""

    selection: Selection
    place: str
    rows: list[Row]


def view(build: Build, selection: Selection) -> View:
    """Read the profile."""
    asked = selection.in_city(build)
    where = {"indicator_id": asked.indicator, "level": asked.level, "area_id": asked.area_id}
    rows = select(build, "profiles", **where)
    if not any(is_shown(row) for row in rows):
        raise nothing("clock", selection)
    place = area_names(build).get((asked.level, asked.area_id), asked.area_id)
    return View(asked, place, rows)


def weekdays(
    language: str, width: Literal["abbreviated", "wide"] = "abbreviated"
) -> dict[int, str]:
    """Return 1 … 7 → the day's name, Monday first."""
    names = get_day_names(width, context="stand-alone", locale=locale_of(language))
    return {day + 1: names[day] for day in range(7)}


def _shade(value: float, top: float) -> str:
    """Return the token of a cell: five equal steps from nothing to the busiest hour."""
    return SEQUENCE[min(int(5 * value / top), 4)] if top > 0 else SEQUENCE[0]


def _cells(view: View, room: float, cell: float) -> list[Layer]:
    """Return the coloured cells, one layer a shade; not-shown cells in their own tint."""
    top = max((r["expected_count"] for r in view.rows if is_shown(r)), default=0)
    by_token: dict[str, list[Row]] = {}
    for row in view.rows:
        token = _shade(row["expected_count"], top) if is_shown(row) else "few"
        x, y = room + cell * row["hour"], CELL * (row["weekday"] - 1)
        by_token.setdefault(token, []).append(
            {"x": x, "x2": x + cell - 1, "y": y, "y2": y + CELL - 1}
        )
    x = along("x:Q", scale=None, axis=None)
    y = upward("y:Q", scale=None, axis=None)
    return [
        Layer(data(by_token[token]))
        .mark("rect", color=light(token))
        .encode(x, along_to("x2"), y, upward_to("y2"))
        for token in (*SEQUENCE, "few")
        if token in by_token
    ]


def _labels(view: View, room: float, cell: float) -> list[Layer]:
    """Return names of days, hours below, and the key to the shades."""
    language = view.selection.language
    soft: dict[str, Any] = {"fontSize": NOTE, "color": light("soft")}
    days = [{"y": CELL * (d - 1) + CELL / 2, "t": t} for d, t in weekdays(language).items()]
    hours = [{"x": room + cell * (h + 0.5), "t": str(h)} for h in range(0, 24, 3)]
    y = upward("y:Q", scale=None, axis=None)
    x = along("x:Q", scale=None, axis=None)
    return [
        Layer(data(days))
        .mark("text", align="right", baseline="middle", **soft)
        .encode(y, x=pixels(room - 7), text="t:N"),
        Layer(data(hours))
        .mark("text", baseline="top", **soft)
        .encode(x, y=pixels(7 * CELL + 5), text="t:N"),
    ]


def _key(view: View, room: float, width: float) -> list[Layer]:
    """Return five little squares between the words for few and many."""
    language, y0 = view.selection.language, 7 * CELL + 32
    few, many = say("report.chart.fewer", language), say("report.chart.more", language)
    start = room + gutter([few], most=width) - 6
    squares = [
        (token, {"x": start + 20 * i, "x2": start + 20 * i + 18})
        for i, token in enumerate(SEQUENCE)
    ]
    x = along("x:Q", scale=None, axis=None)
    layers = [
        Layer(data([square]))
        .mark("rect", color=light(token))
        .encode(x, along_to("x2"), y=pixels(y0 - 6), y2=pixels(y0 + 6))
        for token, square in squares
    ]
    texts = [{"x": room, "t": few}, {"x": start + 106, "t": many}]
    mark = Layer(data(texts)).mark(
        "text", align="left", baseline="middle", fontSize=NOTE, color=light("soft")
    )
    return [*layers, mark.encode(x, y=pixels(y0), text="t:N")]


def draw(view: View, description: str) -> Spec:
    """Return the chart."""
    width = view.selection.width - 12
    room = gutter(list(weekdays(view.selection.language).values()), most=80)
    cell = (width - room) / 24
    layers = _cells(view, room, cell) + _labels(view, room, cell) + _key(view, room, width)
    return finish(layers, width=width, height=7 * CELL + 42, description=description)


def describe(view: View) -> str:
    """Return the chart in words: the busiest hour and the quietest."""
    language = view.selection.language
    shown = [row for row in view.rows if is_shown(row)]
    busiest = max(shown, key=lambda row: row["expected_count"])
    quietest = min(shown, key=lambda row: row["expected_count"])
    days = weekdays(language, "wide")
    return say(
        "report.chart.clock.alt",
        language,
        indicator=words.indicator_label(view.selection.indicator, language),
        area=view.place,
        day=days[busiest["weekday"]],
        hour=busiest["hour"],
        quiet_day=days[quietest["weekday"]],
        quiet_hour=quietest["hour"],
    )


def tabulate(view: View) -> ChartTable:
    """Return a row an hour and a column a day."""
    language = view.selection.language
    found = {(row["hour"], row["weekday"]): row for row in view.rows}
    rows = []
    for hour in range(24):
        cells = [str(hour)]
        for day in range(1, 8):
            row = found.get((hour, day))
            if row is None or not is_shown(row):
                cells.append(words.not_shown(row or {}, language))
            else:
                cells.append(format_number(row["expected_count"], language, 1))
        rows.append(tuple(cells))
    header = (say("report.column.hour", language), *weekdays(language).values())
    return ChartTable(header, tuple(rows))


KIND = Kind(draw, describe, tabulate, view)
