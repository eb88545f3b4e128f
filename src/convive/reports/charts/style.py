"""What all charts share: type, colours, axes with ready-made words, widths of texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from convive.reports.charts.layers import Layer, Spec
from convive.reports.palette import SANS, light

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 640
LABEL, NOTE = 14, 12.5
RANGE = 0.8
"""Opacity of the line from the lower to the upper end: seen at 3 : 1 on every ground of a page."""
EDGE = 0.7
"""Width in pixels of the line around a pale band or area, which alone would not be seen."""
ROW = 27
"""Height of one row of an interval chart, in pixels."""


def data(rows: Sequence[Mapping[str, Any]]) -> Spec:
    """Return rows as data of the chart itself."""
    return {"values": [dict(row) for row in rows]}


def worded_axis(ticks: Mapping[float, str], **options: Any) -> Spec:
    """Return an axis whose labels are ready-made words (numbers as the language writes them)."""
    values, labels = list(ticks), list(ticks.values())
    pick = f"{json.dumps(labels)}[indexof({json.dumps(values)}, datum.value)]"
    fixed: dict[str, Any] = {"title": None, "domain": False, "ticks": False, "values": values}
    return fixed | {"labelExpr": pick} | options


def finish(layers: Sequence[Layer], *, width: float, height: float, description: str) -> Spec:
    """Return the layers as one chart in the look of Convive, with its text alternative."""
    return {
        "$schema": SCHEMA,
        "layer": [layer.spec for layer in layers],
        "width": width,
        "height": height,
        "description": description,
        "background": "transparent",
        "padding": {"left": 2, "right": 6, "top": 4, "bottom": 2},
        "config": {
            "view": {"stroke": None, "continuousWidth": 300, "continuousHeight": 300},
            "axis": {
                "labelFont": SANS,
                "labelFontSize": NOTE,
                "labelColor": light("soft"),
                "gridColor": light("line"),
                "labelPadding": 7,
            },
            "text": {"font": SANS, "fontSize": LABEL, "color": light("ink")},
            "legend": {"disable": True},
        },
    }


def text_width(text: str, size: float = LABEL) -> float:
    """Return roughly how wide a text is, in pixels, so that labels are given room."""
    narrow = sum(text.count(c) for c in "iljtfrI.,:;' |()1")
    wide = sum(text.count(c) for c in "mwMWABCDGHNOQRUV")
    return size * (0.555 * len(text) - 0.24 * narrow + 0.2 * wide)


def gutter(labels: Sequence[str], *, most: float = 210) -> float:
    """Return the room that the longest label needs left of the plot."""
    return min(max((text_width(label) for label in labels), default=0) + 14, most)


def shortened(text: str, room: float, size: float = LABEL) -> str:
    """Return the text, cut with an ellipsis where it does not fit."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"
