"""A finished picture: small, the same every time, and clean under a strict content policy."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import vl_convert

from convive.reports.charts.layers import Spec
from convive.reports.palette import DARK, LIGHT
from convive.reports.plain_text import plain_values

FONTS = Path(__file__).parent.parent / "fonts"
SVG = "http://www.w3.org/2000/svg"
NUMBER = re.compile(r"-?\d+\.\d{2,}")
DROPPED = frozenset(
    {"class", "role", "aria-roledescription", "aria-hidden", "pointer-events", "version", "style"}
)


@cache
def know_fonts() -> None:
    """Tell the renderer where the documents' typefaces are, once; fallbacks without them."""
    if any(FONTS.glob("*.ttf")):
        vl_convert.register_font_directory(str(FONTS))


def svg(chart: alt.LayerChart | alt.Chart | Spec, *, theme: str = "light") -> str:
    """Return a chart as an SVG picture that can stand in a page or a document.

    Colours, sizes and fonts are presentation attributes: no ``style``, no ``<style>``, no
    script, nothing fetched. The picture is one image for assistive technology, named by the
    chart's description; shapes of a map keep their words as ``<title>``.

    Parameters
    ----------
    chart : altair chart or Vega-Lite dictionary
        From `charts.chart` or `charts.specification`.
    theme : str
        ``light``, ``dark``, or ``css``: every colour becomes ``var(--token)`` of the page.
    """
    know_fonts()
    spec = plain_values(chart if isinstance(chart, dict) else chart.to_dict(validate=False))
    root = ET.fromstring(vl_convert.vegalite_to_svg(spec, show_warnings=False))
    _clean(root)
    root.attrib.pop("class", None)
    root.set("role", "img")
    root.set("aria-label", str(spec.get("description", "")))
    return themed(_written(root), theme)


def _written(root: ET.Element) -> str:
    """Return a picture as text, with SVG as its own namespace.

    The prefixes that `ElementTree` knows belong to the whole process, and writers of spreadsheets
    take the empty one for themselves.
    """
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
    attributes = {"xmlns": SVG, **root.attrib}
    root.attrib.clear()
    root.attrib.update(attributes)
    return ET.tostring(root, encoding="unicode")


def _clean(parent: ET.Element) -> None:
    """Drop what is invisible or only bookkeeping, everywhere below `parent`."""
    for child in list(parent):
        _clean(child)
        _name_shape(child)
        for name in DROPPED & child.attrib.keys():
            del child.attrib[name]
        for name, value in child.attrib.items():
            child.set(name, NUMBER.sub(_short, value))
        if _is_nothing(child):
            parent.remove(child)
    _unwrap(parent)


def _name_shape(element: ET.Element) -> None:
    """Turn the words of an area into a title; drop all other labels."""
    label = element.attrib.pop("aria-label", None)
    if label and element.get("aria-roledescription") == "geoshape" and ": " in label:
        title = ET.Element(f"{{{SVG}}}title")
        title.text = label
        element.insert(0, title)


def _short(match: re.Match[str]) -> str:
    """Return a number with one decimal."""
    text = f"{float(match[0]):.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def _is_nothing(element: ET.Element) -> bool:
    """Tell whether an element draws nothing."""
    tag = element.tag.rpartition("}")[2]
    if tag == "g":
        return len(element) == 0
    if tag == "path":
        is_bare = not element.get("stroke") and not element.get("fill")
        is_empty = element.get("d") in {"", None, "M0,0h0v0h0Z"}
        return element.get("display") == "none" or is_empty or (is_bare and len(element) == 0)
    return tag in {"style", "script"} or element.get("fill") == "transparent"


def _unwrap(parent: ET.Element) -> None:
    """Put the children of groups that say nothing in the place of the group."""
    for group in [child for child in parent if child.tag == f"{{{SVG}}}g"]:
        idle = {"transform"} if group.get("transform") in {"translate(0,0)", None} else set()
        if group.attrib.keys() <= idle:
            at = list(parent).index(group)
            parent.remove(group)
            for offset, child in enumerate(list(group)):
                parent.insert(at + offset, child)


def themed(text: str, theme: str) -> str:
    """Return a picture with the colours of a theme in the place of the light ones."""
    if theme == "light":
        return text
    swap: dict[str, Any] = {
        value: DARK[token] if theme == "dark" else f"var(--{token})"
        for token, value in LIGHT.items()
    }
    return re.sub(r'(?<=")#[0-9a-f]{6}(?=")', lambda m: swap.get(m[0], m[0]), text)
