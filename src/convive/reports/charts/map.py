"""A map in five classes: hatched where the class could be the next one, own fill for too few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapely import box

from convive.app.ports import Build
from convive.catalogue.texts import say
from convive.reports import words
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import Layer, Spec, along, along_to, upward, upward_to
from convive.reports.charts.style import EDGE, NOTE, data, finish, text_width
from convive.reports.classes import Classified, KeyEntry, classify, in_words, key_entries, value_of
from convive.reports.outlines import Shapes, feature, hatching, label_spot, on_paper, shapes_of
from convive.reports.palette import PALE, SEQUENCE, light
from convive.reports.rows import area_names

MOST_LABELS = 60
"""Maps with more areas than this carry no names: they would not fit."""


@dataclass(frozen=True, slots=True)
class View:
    """Figures in classes, outlines in pixels."""

    selection: Selection
    level_name: str
    names: dict[str, str]
    found: Classified
    shapes: Shapes
    height: float


def view(build: Build, selection: Selection) -> View:
    """Read figures and outlines."""
    asked = selection.on_level(build)
    found = classify(
        build,
        asked.indicator,
        level=asked.level,
        period_start=asked.period_start,
        denominator=asked.denominator,
    )
    shapes = shapes_of(build, asked.level)
    if not shapes:
        raise nothing("map", selection)
    placed, height = on_paper(shapes, asked.width - 12, 0.55 * asked.width)
    names = {
        area: name for (level, area), name in area_names(build).items() if level == asked.level
    }
    level_name = words.level_name(build.city, asked.level, asked.language)
    return View(asked, level_name, names, found, placed, height)


def _shape_layer(features: list[dict[str, Any]], **style: Any) -> Layer:
    """Return shapes that stand in pixels already."""
    source: Spec = {
        "values": {"type": "FeatureCollection", "features": features},
        "format": {"property": "features", "type": "json"},
    }
    chart = Layer(source).mark("geoshape", clip=False, **style)
    return chart.in_pixels()


def _areas(view: View) -> list[Layer]:
    """Return the areas, one layer a shade."""
    thin = 1.4 if len(view.shapes) <= 300 else 0.4
    layers = []
    for token in (*SEQUENCE, "few"):
        some = [
            feature(view.shapes[area], {"id": area, "name": view.names.get(area, area),
                                        "about": f"{view.names.get(area, area)}: {in_words(view.found, area, view.selection.language)}"})
            for area in view.shapes
            if view.found.token(area) == token
        ]  # fmt: skip
        if some:
            # Pale areas have an edge that is seen, dark ones are parted by paper.
            edge, width = ("ink", thin * EDGE / 2) if token in PALE else ("paper", thin)
            layer = _shape_layer(some, fill=light(token), stroke=light(edge), strokeWidth=width)
            layers.append(layer.encode(description="properties.about:N"))
    return layers


def _hatches(view: View) -> list[Layer]:
    """Return the hatching: light lines on dark shades, dark lines on light ones."""
    by_colour: dict[str, list[dict[str, Any]]] = {}
    for area in sorted(view.found.unsure & view.shapes.keys()):
        lines = hatching(view.shapes[area])
        if not lines.is_empty:
            colour = "q4" if view.found.token(area) in PALE else "paper"
            by_colour.setdefault(colour, []).append(feature(lines, {}))
    widths = {"q4": 0.8, "paper": 1.6}
    return [
        _shape_layer(some, filled=False, stroke=light(colour), strokeWidth=widths[colour])
        for colour, some in sorted(by_colour.items())
    ]


def _names(view: View) -> list[Layer]:
    """Return the names of areas where they fit inside."""
    if len(view.shapes) > MOST_LABELS:
        return []
    size, rows = 12.0, []
    for area, shape in view.shapes.items():
        name = view.names.get(area, area)
        spot = label_spot(shape, text_width(name, size) + 4)
        if spot:
            rows.append({"x": spot[0], "y": spot[1], "t": name})
    x, y = along("x:Q", scale=None, axis=None), upward("y:Q", scale=None, axis=None)
    style: dict[str, Any] = {"fontSize": size, "baseline": "middle", "fontWeight": 600}
    paper = light("paper")
    halo = Layer(data(rows)).mark(
        "text", stroke=paper, strokeWidth=4, strokeJoin="round", color=paper, **style
    )
    text = Layer(data(rows)).mark("text", **style)
    return [layer.encode(x, y, text="t:N") for layer in (halo, text)] if rows else []


def _outline(view: View) -> list[Layer]:
    """Return the area that is pointed out."""
    shape = view.shapes.get(view.selection.highlight or "")
    if shape is None:
        return []
    return [_shape_layer([feature(shape, {})], filled=False, stroke=light("gold"), strokeWidth=3)]


def _key(entries: list[KeyEntry], width: float, top: float) -> tuple[list[Layer], float]:
    """Return the key below the map, wrapped to its width, and its height."""
    x, y, layers = 2.0, top + 22, []
    place = {"x": along("x:Q", scale=None, axis=None), "y": upward("y:Q", scale=None, axis=None)}
    texts = []
    for entry in entries:
        needed = 26 + text_width(entry.words, NOTE) + 18
        if x + needed > width and x > 2:
            x, y = 2.0, y + 22
        swatch = Layer(data([{"x": x, "x2": x + 18, "y": y - 6, "y2": y + 6}])).mark(
            "rect", color=light(entry.token), stroke=light("soft"), strokeWidth=EDGE
        )
        layers.append(swatch.encode(place["x"], along_to("x2"), place["y"], upward_to("y2")))
        if entry.is_hatched:
            layers.append(_hatched_swatch(x, y))
        texts.append({"x": x + 25, "y": y, "t": entry.words})
        x += needed
    mark = Layer(data(texts)).mark(
        "text", align="left", baseline="middle", fontSize=NOTE, color=light("soft")
    )
    layers.append(mark.encode(place["x"], place["y"], text="t:N"))
    return layers, y + 10


def _hatched_swatch(x: float, y: float) -> Layer:
    """Return the little hatching of the key."""
    lines = hatching(box(x, y - 6, x + 18, y + 6))
    return _shape_layer([feature(lines, {})], filled=False, stroke=light("paper"), strokeWidth=2)


def draw(view: View, description: str) -> Spec:
    """Return the map."""
    width = view.selection.width - 12
    layers = _areas(view) + _hatches(view) + _outline(view) + _names(view)
    height = view.height
    if view.selection.has_key:
        entries = key_entries(view.found, view.selection.language)
        key, height = _key(entries, width, view.height)
        layers += key
    return finish(layers, width=width, height=height, description=description)


def _ranked(view: View) -> list[str]:
    """Return the shown areas, highest first."""
    areas = [area for area in view.found.classes if area in view.names]
    return sorted(areas, key=lambda area: (-(value_of(view.found.rows[area]) or 0.0), area))


def _said(view: View, area: str) -> str:
    """Return an area's value with its unit; a percentage carries it already."""
    row, language = view.found.rows[area], view.selection.language
    value = words.figure(value_of(row) or 0.0, view.found.unit, language)
    return value if row["unit"] == "percent" else f"{value} {words.unit_words(row, language)}"


def describe(view: View) -> str:
    """Return the map in words: the highest, the lowest, how many are not shown."""
    language, ranked = view.selection.language, _ranked(view)
    top, bottom = ranked[0], ranked[-1]
    return say(
        "report.chart.map.alt",
        language,
        level=view.level_name,
        indicator=words.indicator_label(view.found.indicator, language),
        period=words.period(view.found.period_start, view.found.period_end, language),
        high=view.names[top],
        high_value=_said(view, top),
        low=view.names[bottom],
        low_value=_said(view, bottom),
        hidden=len(view.found.rows) - len(view.found.classes),
    )


def tabulate(view: View) -> ChartTable:
    """Return every area with its figure, highest first, not shown ones last."""
    language = view.selection.language
    rows = []
    for area in _ranked(view):
        row = view.found.rows[area]
        value = words.figure(value_of(row) or 0.0, view.found.unit, language)
        between = words.interval(
            value_of(row, "_low"), value_of(row, "_high"), view.found.unit, language
        )
        n = words.number(row["n"], "number", language) if row["n"] is not None else "–"
        rows.append((view.names[area], words.noted(value, row, language), between, n))
    for area, row in view.found.rows.items():
        if area not in view.found.classes:
            rows.append((view.names.get(area, area), words.not_shown(row, language), "", ""))
    header = ("area", "value", "interval", "n")
    return ChartTable(tuple(say(f"report.column.{h}", language) for h in header), tuple(rows))


KIND = Kind(draw, describe, tabulate, view)
