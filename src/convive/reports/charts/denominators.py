"""What a rate is divided by matters: each area against the city under each denominator."""

from __future__ import annotations

from dataclasses import dataclass

from convive.app.ports import Build
from convive.catalogue.texts import format_number, say
from convive.core.model import City, Comparability
from convive.reports import words
from convive.reports.charts.intervals import interval_layers, reference_line, row_labels
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import Layer, Spec, along, pixels, scaled
from convive.reports.charts.style import NOTE, ROW, data, finish, gutter, shortened, text_width
from convive.reports.palette import light
from convive.reports.rows import Row, area_names, is_shown, newest, select

MOST = 15
"""Areas drawn: those where the choice changes most."""
COLOURS = ("accent", "gold")


@dataclass(frozen=True, slots=True)
class View:
    """Per area: how many times the city's rate, under each of two denominators."""

    selection: Selection
    city: City
    denominators: tuple[str, ...]
    names: list[str]
    ratios: list[list[Row]]
    """One list an area, one {value, low, high} a denominator."""


def view(build: Build, selection: Selection) -> View:
    """Read the newest rates of areas and city under every denominator."""
    asked = selection.on_level(build)
    where = {"indicator_id": asked.indicator, "dimension": "all"}
    whole = [
        row
        for row in newest(select(build, "estimates", level="city", **where))
        if is_shown(row) and row["value"] and row["denominator_id"]
    ]
    rates = {row["denominator_id"]: row["value"] for row in whole}
    rows = newest(select(build, "estimates", level=asked.level, **where))
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        is_compared = is_shown(row) and row.get("comparability") != Comparability.NOT_COMPARABLE
        if is_compared and row["denominator_id"] in rates:
            found.setdefault(row["area_id"], {})[row["denominator_id"]] = row
    both = tuple(sorted(rates, key=_order))[:2]
    complete = {area: by for area, by in found.items() if all(d in by for d in both)}
    if len(both) < 2 or not complete:
        raise nothing("denominators", selection)
    names = area_names(build)
    times = {
        area: [_times(by[denominator], rates[denominator]) for denominator in both]
        for area, by in complete.items()
    }
    order = sorted(
        times, key=lambda area: (-abs(times[area][0]["value"] - times[area][1]["value"]), area)
    )
    chosen = order[:MOST]
    labels = [names.get((asked.level, area), area) for area in chosen]
    return View(asked, build.city, both, labels, [times[area] for area in chosen])


def _order(denominator: str) -> tuple[int, str]:
    """Return people first: those who live there, those who are there, then things."""
    people = ("residents", "workday_population")
    return (people.index(denominator) if denominator in people else len(people), denominator)


def _times(row: Row, rate: float) -> Row:
    """Return the rate as a multiple of the city's rate."""
    return {end: None if row[end] is None else row[end] / rate for end in ("value", "low", "high")}


def draw(view: View, description: str) -> Spec:
    """Return the chart: two intervals a row, the city as a dashed line at one."""
    language, width = view.selection.language, view.selection.width - 12
    labels = [shortened(name, 0.34 * width) for name in view.names]
    room, height = gutter(labels, most=0.36 * width), ROW * len(labels)
    ends = [
        r[e]
        for area in view.ratios
        for r in area
        for e in ("value", "low", "high")
        if r[e] is not None
    ]
    scale = scaled(domain=[0, max([*ends, 1.2]) * 1.05], range=[room, width - 8], nice=False)
    text = say("report.chart.as_the_city", language)
    layers = [*reference_line(1, text, scale, height=height, width=width), *row_labels(labels)]
    for i, token in enumerate(COLOURS):
        marks = [area[i] for area in view.ratios]
        layers += interval_layers(marks, scale, room, token=token, shift=(-5, 5)[i])
    layers += _key(view, height + 38)
    return finish(layers, width=width, height=height + 48, description=description)


def _key(view: View, y: float) -> list[Layer]:
    """Return a dot and the name of each denominator, below."""
    x, layers = 6.0, []
    for token, denominator in zip(COLOURS, view.denominators, strict=True):
        name = words.denominator_words(view.city, denominator, view.selection.language)
        row = data([{"x": x, "t": name}])
        place = along("x:Q", scale=None, axis=None)
        layers.append(
            Layer(row)
            .mark("circle", color=light(token), size=62, opacity=1)
            .encode(place, y=pixels(y))
        )
        mark = Layer(row).mark(
            "text", align="left", dx=9, baseline="middle", fontSize=NOTE, color=light("soft")
        )
        layers.append(mark.encode(place, y=pixels(y), text="t:N"))
        x += text_width(name, NOTE) + 40
    return layers


def describe(view: View) -> str:
    """Return the chart in words: the area where the choice changes most."""
    language = view.selection.language
    first = view.ratios[0]
    return say(
        "report.chart.denominators.alt",
        language,
        indicator=words.indicator_label(view.selection.indicator, language),
        first=words.denominator_words(view.city, view.denominators[0], language),
        second=words.denominator_words(view.city, view.denominators[1], language),
        area=view.names[0],
        x=first[0]["value"],
        y=first[1]["value"],
    )


def tabulate(view: View) -> ChartTable:
    """Return every drawn area in words."""
    language = view.selection.language
    named = [words.denominator_words(view.city, d, language) for d in view.denominators]
    rows = [
        (name, *(format_number(ratio["value"], language, 2) for ratio in ratios))
        for name, ratios in zip(view.names, view.ratios, strict=True)
    ]
    return ChartTable((say("report.column.area", language), *named), tuple(rows))


KIND = Kind(draw, describe, tabulate, view)
