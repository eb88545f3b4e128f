"""Rows of points with intervals: the form that faces, index, groups and denominators share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from convive.reports.charts.style import LABEL, NOTE, ROW, data
from convive.reports.palette import light
from convive.reports.rows import Row

NORMAL: dict[str, Any] = {"fontWeight": 400}
BOLD: dict[str, Any] = {"fontWeight": 600}


def middle(row: int) -> float:
    """Return the vertical middle of a row, in pixels."""
    return ROW * row + ROW / 2


def _at() -> alt.Y:
    """Return the y channel in pixels."""
    return alt.Y("y:Q", scale=None, axis=None)


def row_labels(labels: Sequence[str], *, bold: int | None = None) -> list[alt.Chart]:
    """Return the names left of the rows; one may be pointed out."""
    rows = [{"y": middle(i), "t": label, "bold": i == bold} for i, label in enumerate(labels)]
    layers = []
    for is_bold, weight in ((False, NORMAL), (True, BOLD)):
        some = [row for row in rows if row["bold"] is is_bold]
        if some:
            mark = alt.Chart(data(some)).mark_text(
                align="left", baseline="middle", fontSize=LABEL, **weight
            )
            layers.append(mark.encode(x=alt.value(2), y=_at(), text="t:N"))
    return layers


def interval_layers(
    marks: Sequence[Row], scale: alt.Scale, room: float, *, token: str = "accent", shift: float = 0
) -> list[alt.Chart]:
    """Return a line and a dot a row; the reason in words where the figure is not shown.

    Parameters
    ----------
    marks : sequence of rows
        Each {value, low, high} in the scale's unit, or {hidden: words}; one a row, in order.
    scale : alt.Scale
        Horizontal scale with its range in pixels.
    room : float, unit: pixels
        Where the plot begins, for the words of hidden rows.
    """
    shown = [
        m | {"y": middle(i) + shift} for i, m in enumerate(marks) if m.get("value") is not None
    ]
    spans = [m for m in shown if m.get("low") is not None and m.get("high") is not None]
    hidden = [{"y": middle(i), "t": m["hidden"]} for i, m in enumerate(marks) if "hidden" in m]
    x = alt.X("value:Q", scale=scale, axis=None)
    layers = []
    if spans:
        line = alt.Chart(data(spans)).mark_rule(color=light(token), strokeWidth=3, opacity=0.45)
        layers.append(line.encode(alt.X("low:Q", scale=scale, axis=None), alt.X2("high"), y=_at()))
    if shown:
        dot = alt.Chart(data(shown)).mark_circle(color=light(token), size=62, opacity=1)
        layers.append(dot.encode(x, y=_at()))
    if hidden:
        mark = alt.Chart(data(hidden)).mark_text(
            align="left", baseline="middle", fontSize=NOTE, fontStyle="italic", color=light("soft")
        )
        layers.append(mark.encode(x=alt.value(room), y=_at(), text="t:N"))
    return layers


def reference_line(
    at: float, text: str, scale: alt.Scale, *, height: float, width: float
) -> list[alt.Chart]:
    """Return a dashed vertical line with its words below."""
    rows = data([{"x": at, "t": text}])
    x = alt.X("x:Q", scale=scale, axis=None)
    rule = alt.Chart(rows).mark_rule(color=light("soft"), strokeDash=[2, 3])
    domain, span = scale["domain"], scale["range"]
    share = (at - domain[0]) / (domain[1] - domain[0])
    spot = span[0] + share * (span[1] - span[0])
    align: dict[str, Any] = {"align": "right" if spot > width * 0.75 else "center"}
    words = alt.Chart(rows).mark_text(baseline="top", fontSize=NOTE, color=light("soft"), **align)
    return [
        rule.encode(x, y=alt.value(0), y2=alt.value(height)),
        words.encode(x, y=alt.value(height + 6), text="t:N"),
    ]
