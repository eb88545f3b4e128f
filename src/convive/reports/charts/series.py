"""Counts month by month (or year by year) against what earlier times would lead one to expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from convive.app.ports import Build
from convive.catalogue.texts import format_month, format_number, localised, say
from convive.reports import words
from convive.reports.charts.kinds import ChartTable, Kind, Selection, nothing
from convive.reports.charts.layers import (
    Channel,
    Layer,
    Spec,
    along,
    along_to,
    pixels,
    scaled,
    upward,
    upward_to,
)
from convive.reports.charts.style import EDGE, NOTE, RANGE, data, finish, text_width, worded_axis
from convive.reports.palette import light
from convive.reports.rows import Row, area_names, is_shown, select
from convive.reports.ticks import decimals_of, ticks

HEIGHT = 178
FEWEST = 3
"""Shown periods below which there is no course to draw."""


@dataclass(frozen=True, slots=True)
class View:
    """A series with the breaks in recording that fall into it."""

    selection: Selection
    place: str
    rows: list[Row]
    breaks: list[Row]

    @property
    def is_monthly(self) -> bool:
        """Whether the rows are months; else they are years."""
        return bool(self.rows) and self.rows[0]["period_kind"] == "month"

    def position(self, day: date) -> float:
        """Return how many periods a day lies after the first one."""
        start: date = self.rows[0]["period_start"]
        if self.is_monthly:
            return (day.year - start.year) * 12 + day.month - start.month
        return day.year - start.year + (day.month - 1) / 12


def view(build: Build, selection: Selection) -> View:
    """Read the series: months where there are any, else years."""
    asked = selection.in_city(build)
    where = {"indicator_id": asked.indicator, "level": asked.level, "area_id": asked.area_id}
    rows = select(build, "series", **where)
    months = [row for row in rows if row["period_kind"] == "month"]
    rows = sorted(months or rows, key=lambda row: row["period_start"])
    if sum(is_shown(row) for row in rows) < FEWEST:
        raise nothing("series", selection)
    breaks = [
        row
        for row in select(build, "breaks", indicator_id=asked.indicator)
        if row["is_used"] and rows[0]["period_start"] < row["starts_on"] < rows[-1]["period_end"]
    ]
    place = area_names(build).get((asked.level, asked.area_id), asked.area_id)
    return View(asked, place, rows, breaks)


def _runs(view: View) -> Iterator[list[Row]]:
    """Yield stretches of shown rows without a gap and without a break."""
    run: list[Row] = []
    for row in view.rows:
        if run and (not is_shown(row) or row["segment"] != run[-1]["segment"]):
            yield run
            run = []
        if is_shown(row):
            run.append(row)
    if run:
        yield run


def _point(view: View, row: Row, **more: Any) -> Row:
    """Return one month as the chart's data has it."""
    return {
        "x": view.position(row["period_start"]),
        "count": row["count"],
        "month": row["period_start"].isoformat(),
    } | more


def lines_of(view: View, *, open_ones: bool) -> list[Row]:
    """Return the points of the closed months, or of the months still filling up.

    The dashed stretch starts at the last closed month, so that the line goes on.
    """
    points = []
    for number, run in enumerate(_runs(view)):
        for i, row in enumerate(run):
            follows = i + 1 < len(run) and run[i + 1]["is_incomplete"]
            if row["is_incomplete"] is open_ones or (open_ones and follows):
                points.append(_point(view, row, run=number))
    return points


def finals_of(view: View) -> list[Row]:
    """Return what the open months will come to, as ranges."""
    return [
        _point(view, row, low=row["expected_final_low"], high=row["expected_final_high"])
        for row in view.rows
        if is_shown(row) and row["expected_final_high"] is not None
    ]


def band_of(view: View) -> list[Row]:
    """Return the expected band, one stretch a segment."""
    return [
        _point(view, row, run=row["segment"], low=row["expected_low"], high=row["expected_high"])
        for row in view.rows
        if is_shown(row) and row["expected_low"] is not None and row["expected_high"] is not None
    ]


def top_of(view: View) -> float:
    """Return the upper end of the scale."""
    shown = [row for row in view.rows if is_shown(row)]
    highs = [row["count"] for row in shown] + [row["expected_high"] or 0 for row in shown]
    highs += [row["expected_final_high"] or 0 for row in shown]
    return max(float(max(highs)) * 1.06, 4.0)


def hidden_of(view: View) -> list[Row]:
    """Return the months that are not shown, as stretches over the whole height."""
    spots = [view.position(r["period_start"]) for r in view.rows if not is_shown(r)]
    return [{"x": spot - 0.5, "x2": spot + 0.5} for spot in spots]


def break_notes(view: View, width: float) -> list[Row]:
    """Return where breaks stand and what their words are."""
    language, last = view.selection.language, max(len(view.rows) - 1, 1)
    notes = []
    for level, row in enumerate(view.breaks):
        reason = localised(row["reason"], language) if row["reason"] else ""
        key = "report.chart.break_declared" if row["is_declared"] else "report.chart.break_found"
        text = reason or say(key, language)
        spot = view.position(row["starts_on"]) - 0.5
        room = (last - spot) / last * width - 8
        is_left = text_width(text, NOTE) > room
        notes.append({"x": spot, "text": text, "left": is_left, "dy": 16 * (level % 2)})
    return notes


def _marks(view: View, x: Channel, upright: dict[str, Any], width: float) -> list[Layer]:
    """Return the layers, from the back to the front."""
    accent, soft = light("accent"), light("soft")
    y = upward("count:Q", **upright)
    closed, still_open = lines_of(view, open_ones=False), lines_of(view, open_ones=True)
    notes = break_notes(view, width)
    layers = [
        Layer(data(band_of(view)))
        .mark(
            "area", color=light("accent-2"), stroke=soft, strokeWidth=EDGE, interpolate="monotone"
        )
        .encode(x, upward("low:Q", **upright), upward_to("high"), detail="run:N"),
        Layer(data(hidden_of(view))).mark("rect", color=light("few")).encode(x, along_to("x2")),
        Layer(data(closed)).mark("line", color=accent, strokeWidth=2).encode(x, y, detail="run:N"),
        Layer(data(still_open))
        .mark("line", color=accent, strokeWidth=2, strokeDash=[4, 4])
        .encode(x, y, detail="run:N"),
        Layer(data(finals_of(view)))
        .mark("rule", color=accent, strokeWidth=3, opacity=RANGE)
        .encode(x, upward("low:Q", **upright), upward_to("high")),
        Layer(data([_point(view, row) for row in view.rows if _is_open(row)]))
        .mark("point", stroke=accent, fill=light("card"), strokeWidth=1.6, opacity=1, size=34)
        .encode(x, y),
        Layer(data(notes)).mark("rule", color=soft, strokeDash=[3, 3]).encode(x),
    ]
    sides: tuple[dict[str, Any], ...] = ({"align": "left", "dx": 6}, {"align": "right", "dx": -6})
    for is_left, side in enumerate(sides):
        layers += [
            Layer(data([note]))
            .mark("text", dy=note["dy"], **side, baseline="top", fontSize=NOTE, color=soft)
            .encode(x, y=pixels(0), text="text:N")
            for note in notes
            if note["left"] == bool(is_left)
        ]
    return layers


def _is_open(row: Row) -> bool:
    return is_shown(row) and bool(row["is_incomplete"])


def open_note_of(view: View, width: float) -> list[Layer]:
    """Return the words about months still filling up."""
    count = sum(1 for row in view.rows if row["is_incomplete"])
    if not count:
        return []
    text = say("report.chart.incomplete", view.selection.language, n=count)
    if finals_of(view):
        text += "; " + say("report.chart.final_range", view.selection.language)
    mark = Layer(data([{"text": text}])).mark(
        "text", align="right", baseline="bottom", fontSize=NOTE, color=light("soft")
    )
    return [mark.encode(x=pixels(width), y=pixels(HEIGHT - 4), text="text:N")]


def years_of(view: View) -> dict[float, str]:
    """Return where the years' names stand: in the middle of each, some left out if many."""
    first, last = view.rows[0]["period_start"].year, view.rows[-1]["period_start"].year
    every = -(-(last - first + 1) // 12)
    found = {}
    for year in range(first, last + 1, every):
        months = [
            view.position(r["period_start"]) for r in view.rows if r["period_start"].year == year
        ]
        if months and (len(months) > 3 or not view.is_monthly):
            found[sum(months) / len(months)] = str(year)
    return found


def steps_of(view: View, top: float) -> dict[float, str]:
    """Return where the counts' names stand."""
    steps = [tick for tick in ticks(0, top) if tick >= 0]
    places = decimals_of(steps)
    return {tick: format_number(tick, view.selection.language, places) for tick in steps}


def draw(view: View, description: str) -> Spec:
    """Return the chart."""
    width = view.selection.width - 50
    top = top_of(view)
    y = {"scale": scaled(domain=[0, top], nice=False), "axis": worded_axis(steps_of(view, top))}
    last = max(len(view.rows) - 1, 1)
    scale = scaled(
        domain=[-0.5, last + 0.5] if view.breaks or hidden_of(view) else [0, last], nice=False
    )
    x = along("x:Q", scale=scale, axis=worded_axis(years_of(view), grid=False, labelFlush=False))
    layers = _marks(view, x, y, width) + open_note_of(view, width)
    return finish(layers, width=width, height=HEIGHT, description=description)


def describe(view: View) -> str:
    """Return the chart in words."""
    language = view.selection.language
    closed = [r for r in view.rows if is_shown(r) and not r["is_incomplete"]]
    counts = [row["count"] for row in closed] or [0]
    outside = sum(1 for row in closed if _is_outside(row))
    parts = [
        say(
            "report.chart.series.alt",
            language,
            indicator=words.indicator_label(view.selection.indicator, language),
            area=view.place,
            period=words.period(
                view.rows[0]["period_start"], view.rows[-1]["period_end"], language
            ),
            low=min(counts),
            high=max(counts),
            outside=outside,
            hidden=sum(1 for row in view.rows if not is_shown(row)),
        )
    ]
    parts += [
        say("report.chart.series.alt_break", language, day=b["starts_on"]) for b in view.breaks
    ]
    parts += [
        say("report.chart.series.alt_open", language, month=row["period_start"], count=row["count"])
        + _foreseen(row, language)
        for row in view.rows
        if _is_open(row)
    ]
    return " ".join(parts)


def _foreseen(row: Row, language: str) -> str:
    """Return how complete an open month is and what it will come to; empty if unknown."""
    told = ""
    if row["completeness"] is not None:
        share = int(100 * row["completeness"])
        told += " " + say("report.chart.on_record", language, share=share)
    if row["expected_final_high"] is not None:
        low, high = row["expected_final_low"], row["expected_final_high"]
        told += " " + say("report.chart.will_come_to", language, low=low, high=high)
    return told


def _is_outside(row: Row) -> bool:
    """Tell whether a count lies outside its expected band."""
    if row["expected_low"] is None or row["expected_high"] is None:
        return False
    return not row["expected_low"] <= row["count"] <= row["expected_high"]


def tabulate(view: View) -> ChartTable:
    """Return the rows in words."""
    language = view.selection.language
    header = ("period", "count", "expected", "note")
    rows = []
    for row in view.rows:
        start = row["period_start"]
        name = format_month(start, language) if view.is_monthly else str(start.year)
        if not is_shown(row):
            rows.append((name, words.not_shown(row, language), "", ""))
            continue
        band = words.interval(row["expected_low"], row["expected_high"], "number", language)
        note = ""
        if row["is_incomplete"]:
            foreseen = _foreseen(row, language)
            note = say("report.still_filling", language) + (f".{foreseen}" if foreseen else "")
        note = words.noted(note, row, language).removeprefix(". ")
        rows.append((name, format_number(row["count"], language), band, note))
    return ChartTable(tuple(say(f"report.column.{h}", language) for h in header), tuple(rows))


KIND = Kind(draw, describe, tabulate, view)
