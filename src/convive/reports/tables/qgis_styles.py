"""How QGIS draws the layers of the GeoPackage: the classes, colours and words of our own maps."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from convive.app.ports import Build
from convive.catalogue.texts import say
from convive.core.errors import NotFoundError
from convive.reports.classes import Classified, classify, key_entries
from convive.reports.palette import LIGHT

_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_LINE = "0.26"
"""Millimetres."""


def qgis_style(build: Build, indicator: str, level: str, language: str) -> str | None:
    """Return the style (QML) of an indicator's map on a level; None where it has no figure.

    The same breaks, colours and key as on the pages. Areas whose figure is not shown have a
    colour and a rule of their own, and a dashed border; areas whose interval reaches another
    class are hatched.
    """
    try:
        found = classify(build, indicator, level=level)
    except NotFoundError:
        return None
    root = Element("qgis", version="3.34", styleCategories="Symbology")
    renderer = SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0",
                          enableorderby="0", forceraster="0")  # fmt: skip
    rules = SubElement(renderer, "rules", key="{convive}")
    symbols = SubElement(renderer, "symbols")
    entries = key_entries(found, language)
    n = len(found.breaks) + 1
    for number in range(n):
        told = entries[number].words if number < len(entries) else ""
        _rule(rules, symbols, told, _within(f'"{indicator}_value"', found, number))
        _fill(symbols[-1], LIGHT[found.shade(number)])
    _rule(rules, symbols, say("report.key.unsure", language), _reaches_other(indicator, found))
    _hatch(symbols[-1], LIGHT["soft"])
    _rule(rules, symbols, say("report.key.few", language), f'"{indicator}_value" IS NULL')
    _fill(symbols[-1], LIGHT["few"], outline=LIGHT["soft"], pen="dash")
    return _DOCTYPE + tostring(root, encoding="unicode")


def _within(value: str, found: Classified, number: int) -> str:
    """Return the expression of one class; a break itself belongs to the class above."""
    breaks = found.breaks
    parts = [f"{value} IS NOT NULL"]
    if number > 0:
        parts.append(f"{value} >= {breaks[number - 1]!r}")
    if number < len(breaks):
        parts.append(f"{value} < {breaks[number]!r}")
    return " AND ".join(parts)


def _reaches_other(indicator: str, found: Classified) -> str:
    """Return the expression of areas whose interval reaches another class."""
    value, low, high = (f'"{indicator}_{name}"' for name in ("value", "low", "high"))
    crossed = [
        f"({value} >= {at!r} AND {low} < {at!r}) OR ({value} < {at!r} AND {high} >= {at!r})"
        for at in found.breaks
    ]
    return " OR ".join(crossed) or "FALSE"


def _rule(rules: Element, symbols: Element, label: str, expression: str) -> None:
    number = str(len(symbols))
    SubElement(rules, "rule", key=f"{{rule-{number}}}", symbol=number, label=label,
               filter=expression)  # fmt: skip
    SubElement(symbols, "symbol", type="fill", name=number, alpha="1", clip_to_extent="1",
               force_rhr="0")  # fmt: skip


def _fill(symbol: Element, colour: str, *, outline: str = "", pen: str = "solid") -> None:
    options = {
        "color": _rgba(colour), "style": "solid", "outline_color": _rgba(outline or LIGHT["card"]),
        "outline_style": pen, "outline_width": _LINE, "outline_width_unit": "MM", "joinstyle": "round",
    }  # fmt: skip
    _layer(symbol, "SimpleFill", options)


def _hatch(symbol: Element, colour: str) -> None:
    options = {
        "angle": "45", "color": _rgba(colour), "distance": "2", "distance_unit": "MM",
        "line_width": _LINE, "line_width_unit": "MM",
    }  # fmt: skip
    layer = _layer(symbol, "LinePatternFill", options)
    inner = SubElement(layer, "symbol", type="line", name=f"@{symbol.get('name')}@0", alpha="1",
                       clip_to_extent="1", force_rhr="0")  # fmt: skip
    _layer(inner, "SimpleLine", {
        "line_color": _rgba(colour), "line_style": "solid", "line_width": _LINE,
        "line_width_unit": "MM",
    })  # fmt: skip


def _layer(symbol: Element, kind: str, options: dict[str, str]) -> Element:
    layer = SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    given = SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        SubElement(given, "Option", type="QString", name=name, value=value)
    return layer


def _rgba(colour: str) -> str:
    """Return a hexadecimal colour as QGIS writes it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},255"
