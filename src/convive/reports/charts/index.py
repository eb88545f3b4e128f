"""The safety index of every area with intervals, groups that can be told apart behind the rows."""

from __future__ import annotations

from dataclasses import dataclass

from convive.app.ports import Build
from convive.catalogue.texts import format_number, say
from convive.reports import words
from convive.reports.charts.intervals import interval_layers, reference_line, row_labels
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import Layer, Spec, pixels, scaled, upward, upward_to
from convive.reports.charts.style import ROW, data, finish, gutter, shortened
from convive.reports.palette import light
from convive.reports.rows import Row, area_names, is_shown, select

MOST = 40
"""More areas than this are cut to the two ends of the list; the table has them all."""


@dataclass(frozen=True, slots=True)
class View:
    """The index of all areas in one year, safest first, not shown ones last."""

    selection: Selection
    year: int
    base_year: int
    names: dict[tuple[str, str], str]
    rows: list[Row]

    def name(self, row: Row) -> str:
        """Return the area's name."""
        return self.names.get((row["level"], row["area_id"]), str(row["area_id"]))


def view(build: Build, selection: Selection) -> View:
    """Read the newest year, or the one asked for."""
    asked = selection.on_level(build)
    rows = select(build, "index", level=asked.level, component=asked.component)
    years = [row["year"] for row in rows if is_shown(row)]
    year = asked.year or max(years, default=0)
    rows = [row for row in rows if row["year"] == year]
    if not any(is_shown(row) for row in rows):
        raise nothing("index", selection)
    rows.sort(key=lambda r: (not is_shown(r), -(r["value"] or 0), r["area_id"]))
    return View(asked, year, build.city.base_year, area_names(build), rows)


def _printed(view: View) -> list[Row]:
    """Return the rows that are drawn."""
    if len(view.rows) <= MOST:
        return view.rows
    shown = [row for row in view.rows if is_shown(row)]
    return shown[: MOST // 2] + shown[-(MOST // 2) :] if len(shown) > MOST else shown[:MOST]


def _domain(rows: list[Row]) -> list[float]:
    """Return the ends of the scale, 100 among them."""
    ends = [row[end] for row in rows if is_shown(row) for end in ("low", "high", "value")]
    known = [end for end in ends if end is not None] + [100.0]
    air = 0.04 * (max(known) - min(known)) + 0.5
    return [min(known) - air, max(known) + air]


def _bands(rows: list[Row], width: float) -> Layer:
    """Return the backgrounds: every other group tinted, from edge to edge."""
    tinted = [
        {"y": ROW * i, "y2": ROW * (i + 1)}
        for i, row in enumerate(rows)
        if row["band"] is not None and row["band"] % 2 == 1
    ]
    y = upward("y:Q", scale=None, axis=None)
    mark = Layer(data(tinted)).mark("rect", color=light("accent-2"))
    bands: Layer = mark.encode(y, upward_to("y2"), x=pixels(0), x2=pixels(width))
    return bands


def draw(view: View, description: str) -> Spec:
    """Return the chart."""
    language, rows = view.selection.language, _printed(view)
    width, height = view.selection.width - 12, ROW * len(rows)
    labels = [shortened(view.name(row), 0.34 * width) for row in rows]
    room = gutter(labels, most=0.36 * width)
    scale = scaled(domain=_domain(rows), range=[room, width - 8], nice=False)
    bold = [i for i, row in enumerate(rows) if row["area_id"] == view.selection.highlight]
    marks = [
        {"value": r["value"], "low": r["low"], "high": r["high"]}
        if is_shown(r)
        else {"hidden": words.not_shown(r, language)}
        for r in rows
    ]
    base = say("report.chart.index.base", language, year=view.base_year)
    layers = [
        _bands(rows, width),
        *reference_line(100, base, scale, height=height, width=width),
        *row_labels(labels, bold=bold[0] if bold else None),
        *interval_layers(marks, scale, room),
    ]
    return finish(layers, width=width, height=height + 22, description=description)


def describe(view: View) -> str:
    """Return the chart in words."""
    shown = [row for row in view.rows if is_shown(row)]
    language = view.selection.language
    best, worst = shown[0], shown[-1]
    return say(
        "report.chart.index.alt",
        language,
        year=view.year,
        best=view.name(best),
        best_value=best["value"],
        worst=view.name(worst),
        worst_value=worst["value"],
        groups=len({row["band"] for row in shown}),
        hidden=len(view.rows) - len(shown),
    )


def tabulate(view: View) -> ChartTable:
    """Return every area in words."""
    language = view.selection.language
    rows = []
    for row in view.rows:
        if not is_shown(row):
            rows.append(("–", view.name(row), words.not_shown(row, language), ""))
            continue
        ends = [format_number(row[end], language, 1) for end in ("low", "high")]
        between = say("report.interval", language, low=ends[0], high=ends[1])
        band = str(row["band"]) if row["band"] is not None else "–"
        rows.append((band, view.name(row), format_number(row["value"], language, 1), between))
    header = ("band", "area", "index", "interval90")
    return ChartTable(tuple(say(f"report.column.{h}", language) for h in header), tuple(rows))


KIND = Kind(draw, describe, tabulate, view)
