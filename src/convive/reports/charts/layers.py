"""Layers of a chart as Vega-Lite dictionaries: Altair copies and checks far too much for a report.

Only what our charts use. ``chart`` of the package makes an Altair chart of the finished
specification for whoever wants to go on from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Spec = dict[str, Any]
TYPES = {"Q": "quantitative", "N": "nominal"}


class Channel:
    """One channel of the encoding: its name and what it reads."""

    __slots__ = ("name", "spec")

    def __init__(self, name: str, field: str, **options: Any) -> None:
        self.name = name
        self.spec = _field(field) | options


def _field(text: str) -> Spec:
    """Return ``"x:Q"`` as Vega-Lite has it; the second end of a span has no type of its own."""
    field, _, kind = text.partition(":")
    return {"field": field, "type": TYPES[kind]} if kind else {"field": field}


def along(field: str, **options: Any) -> Channel:
    """Return the channel from left to right."""
    return Channel("x", field, **options)


def along_to(field: str) -> Channel:
    """Return the other end from left to right."""
    return Channel("x2", field)


def upward(field: str, **options: Any) -> Channel:
    """Return the channel from top to bottom, or upwards on a scale."""
    return Channel("y", field, **options)


def upward_to(field: str) -> Channel:
    """Return the other end from top to bottom."""
    return Channel("y2", field)


def pixels(at: float) -> Spec:
    """Return a fixed place in pixels."""
    return {"value": at}


def scaled(**options: Any) -> Spec:
    """Return a scale."""
    return options


class Layer:
    """Rows, how they are marked, and which channel reads which column."""

    __slots__ = ("spec",)

    def __init__(self, rows: Sequence[Mapping[str, Any]] | Spec) -> None:
        is_data = isinstance(rows, dict)
        self.spec: Spec = {
            "data": rows if is_data else {"values": list(rows)},
        }

    def mark(self, kind: str, **style: Any) -> Layer:
        """Set how rows are marked."""
        self.spec["mark"] = {"type": kind, **style}
        return self

    def encode(self, *channels: Channel, **named: str | Spec | Channel) -> Layer:
        """Return the layer with its channels."""
        encoding = {channel.name: channel.spec for channel in channels}
        for name, given in named.items():
            if isinstance(given, Channel):
                encoding[name] = given.spec
            else:
                encoding[name] = _field(given) if isinstance(given, str) else given
        self.spec["encoding"] = encoding
        return self

    def in_pixels(self) -> Layer:
        """Say that outlines stand in pixels already."""
        self.spec["projection"] = {"type": "identity", "scale": 1, "translate": [0, 0]}
        return self
