"""Rows of points with intervals: the form that faces, index, groups and denominators share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convive.reports.charts.layers import Channel, Layer, Spec, along, along_to, pixels, upward
from convive.reports.charts.style import LABEL, NOTE, RANGE, ROW, data
from convive.reports.palette import light
from convive.reports.rows import Row

NORMAL: dict[str, Any] = {"fontWeight": 400}
BOLD: dict[str, Any] = {"fontWeight": 600}


def middle(row: int) -> float:
    """Return the vertical middle of a row, in pixels."""
    return ROW * row + ROW / 2


def _at() -> Channel:
    """Return the y channel in pixels."""
    return upward("y:Q", scale=None, axis=None)


def row_labels(labels: Sequence[str], *, bold: int | None = None) -> list[Layer]:
    """Return the names left of the rows; one may be pointed out."""
    rows = [{"y": middle(i), "t": label, "bold": i == bold} for i, label in enumerate(labels)]
    layers = []
    for is_bold, weight in ((False, NORMAL), (True, BOLD)):
        some = [row for row in rows if row["bold"] is is_bold]
        if some:
            mark = Layer(data(some)).mark(
                "text", align="left", baseline="middle", fontSize=LABEL, **weight
            )
            layers.append(mark.encode(x=pixels(2), y=_at(), text="t:N"))
    return layers


def interval_layers(
    marks: Sequence[Row], scale: Spec, room: float, *, token: str = "accent", shift: float = 0
) -> list[Layer]:
    """Return a line and a dot a row; the reason in words where the figure is not shown.

    Parameters
    ----------
    marks : sequence of rows
        Each {value, low, high} in the scale's unit, or {hidden: words}; one a row, in order.
    scale : Spec
        Horizontal scale with its range in pixels.
    room : float, unit: pixels
        Where the plot begins, for the words of hidden rows.
    """
    shown = [
        m | {"y": middle(i) + shift} for i, m in enumerate(marks) if m.get("value") is not None
    ]
    spans = [m for m in shown if m.get("low") is not None and m.get("high") is not None]
    hidden = [{"y": middle(i), "t": m["hidden"]} for i, m in enumerate(marks) if "hidden" in m]
    x = along("value:Q", scale=scale, axis=None)
    layers = []
    if spans:
        line = Layer(data(spans)).mark("rule", color=light(token), strokeWidth=3, opacity=RANGE)
        layers.append(
            line.encode(along("low:Q", scale=scale, axis=None), along_to("high"), y=_at())
        )
    if shown:
        dot = Layer(data(shown)).mark("circle", color=light(token), size=62, opacity=1)
        layers.append(dot.encode(x, y=_at()))
    if hidden:
        mark = Layer(data(hidden)).mark(
            "text",
            align="left",
            baseline="middle",
            fontSize=NOTE,
            fontStyle="italic",
            color=light("soft"),
        )
        layers.append(mark.encode(x=pixels(room), y=_at(), text="t:N"))
    return layers


def reference_line(
    at: float, text: str, scale: Spec, *, height: float, width: float
) -> list[Layer]:
    """Return a dashed vertical line with its words below."""
    rows = data([{"x": at, "t": text}])
    x = along("x:Q", scale=scale, axis=None)
    rule = Layer(rows).mark("rule", color=light("soft"), strokeDash=[2, 3])
    domain, span = scale["domain"], scale["range"]
    share = (at - domain[0]) / (domain[1] - domain[0])
    spot = span[0] + share * (span[1] - span[0])
    align: dict[str, Any] = {"align": "right" if spot > width * 0.75 else "center"}
    words = Layer(rows).mark("text", baseline="top", fontSize=NOTE, color=light("soft"), **align)
    return [
        rule.encode(x, y=pixels(0), y2=pixels(height)),
        words.encode(x, y=pixels(height + 6), text="t:N"),
    ]
