"""Reads the SVG of a town's logo: shapes and colours are written anew, anything else is refused.

Nothing of the file survives but elements, attributes and values that stand on a list, so that
browser, typesetter and word processor draw the same, and none of them fetches or runs anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from convive.connectors.city_pack.problem_log import RefusedError

SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SPACE = f"{{{SVG}}}"
MOST_ELEMENTS, DEEPEST = 4_000, 40

ELEMENTS = frozenset(
    [
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "defs",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
    ]
)
LEFT_OUT = frozenset(["title", "desc", "metadata", "style"])
"""Says something about the drawing and draws nothing; rules of `style` are applied first."""
ATTRIBUTES = frozenset(
    [
        "id",
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "fx",
        "fy",
        "points",
        "width",
        "height",
        "transform",
        "offset",
        "gradientUnits",
        "gradientTransform",
        "spreadMethod",
        "clipPathUnits",
    ]
)
PAINT = frozenset(
    [
        "fill",
        "fill-opacity",
        "fill-rule",
        "stroke",
        "stroke-width",
        "stroke-opacity",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-dasharray",
        "stroke-dashoffset",
        "opacity",
        "stop-color",
        "stop-opacity",
        "clip-path",
        "clip-rule",
        "color",
        "display",
        "visibility",
    ]
)
_PLAIN = re.compile(r"[A-Za-z0-9_\s.,()#%+-]*")
_WITHIN = re.compile(r"url\(\s*['\"]?(#[\w.-]+)['\"]?\s*\)(\s+none)?", re.ASCII)
_SELECTOR = re.compile(r"(\.|#)?[A-Za-z_][\w-]*", re.ASCII)
_NUMBER = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})\s*(px|pt|mm|cm|in)?\s*")

Styles = Mapping[str, Mapping[str, str]]


@dataclass
class _Writer:
    """What is written of a drawing, and how much."""

    styles: Styles
    parts: list[str] = field(default_factory=list)
    n: int = 0
    within_clip: int = 0


def read_svg(data: bytes) -> tuple[bytes, float]:
    """Return the drawing written anew, and its width over its height.

    Raises
    ------
    RefusedError
        LOGO_UNREADABLE; LOGO_UNSAFE that names what may not stand in it; LOGO_SHAPE.
    """
    root = _root(data)
    box = _box(root)
    writer = _Writer(_styles(root))
    for child in root:
        _write(child, writer, 1)
    if not writer.n:
        raise RefusedError("LOGO_UNREADABLE")
    shown = " ".join(f"{value:g}" for value in box)
    own = _attributes(root, writer.styles, PAINT)
    head = f'<svg xmlns="{SVG}" viewBox="{shown}" width="{box[2]:g}" height="{box[3]:g}"{own}>'
    return f"{head}{''.join(writer.parts)}</svg>\n".encode(), box[2] / box[3]


def _root(data: bytes) -> Element:
    try:
        root: Element = fromstring(data)
    except DefusedXmlException:
        raise RefusedError("LOGO_UNSAFE", what="<!ENTITY>") from None
    except (ParseError, ValueError, LookupError, RecursionError):
        raise RefusedError("LOGO_UNREADABLE") from None
    if root.tag != f"{_SPACE}svg":
        raise RefusedError("LOGO_UNREADABLE")
    return root


def _box(root: Element) -> tuple[float, float, float, float]:
    """Return what part of the plane is shown."""
    try:
        values = [float(one) for one in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    except ValueError:
        values = []
    if len(values) != 4:
        sides = [_NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
        values = [0.0, 0.0, *(float(found[1]) if found else 0.0 for found in sides)]
    x, y, wide, high = values
    if not (0 < wide < 1e6 and 0 < high < 1e6 and abs(x) < 1e6 and abs(y) < 1e6):
        raise RefusedError("LOGO_SHAPE")
    return x, y, wide, high


def _write(element: Element, writer: _Writer, depth: int) -> None:
    """Write an element that is known; those of other vocabularies are notes of a drawing tool."""
    tag = str(element.tag)
    if not tag.startswith(_SPACE) or tag.removeprefix(_SPACE) in LEFT_OUT:
        return
    name = tag.removeprefix(_SPACE)
    if name not in ELEMENTS:
        raise RefusedError("LOGO_UNSAFE", what=f"<{name[:40]}>")
    writer.n += 1
    if writer.n > MOST_ELEMENTS or depth > DEEPEST:
        raise RefusedError("LOGO_SHAPE")
    known = ATTRIBUTES | PAINT
    if writer.within_clip or name == "clipPath":
        # Clips of clips of clips: a page of text that takes years to draw.
        known -= {"clip-path"}
    own = _attributes(element, writer.styles, known)
    link = element.get(_LINK) or element.get("href")
    if link is not None:
        if not re.fullmatch(r"#[\w.-]+", link, re.ASCII):
            raise RefusedError("LOGO_UNSAFE", what=f"href={link[:40]}")
        own += f" href={quoteattr(link)} xlink:href={quoteattr(link)}"
        own += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    writer.parts.append(f"<{name}{own}>")
    writer.within_clip += name == "clipPath"
    for child in element:
        _write(child, writer, depth + 1)
    writer.within_clip -= name == "clipPath"
    writer.parts.append(f"</{name}>")


def _attributes(element: Element, styles: Styles, known: frozenset[str]) -> str:
    """Return what is known of an element's attributes, rules of its classes among them."""
    for name in element.attrib:
        if name.lower().startswith("on"):
            raise RefusedError("LOGO_UNSAFE", what=name[:40])
    found = {name: value for name, value in element.attrib.items() if name in known}
    for selector in _selectors(element):
        found |= styles.get(selector, {})
    found |= _declarations(element.get("style", ""))
    return "".join(f" {name}={quoteattr(_checked(name, found[name]))}" for name in sorted(found))


def _selectors(element: Element) -> Iterator[str]:
    """Yield what rules may call an element, the strongest last."""
    yield str(element.tag).removeprefix(_SPACE)
    yield from (f".{one}" for one in element.get("class", "").split())
    if element.get("id"):
        yield f"#{element.get('id')}"


def _checked(name: str, value: str) -> str:
    """Return a value that can neither fetch nor run anything."""
    if _WITHIN.fullmatch(value.strip()):
        return value.strip()
    if not _PLAIN.fullmatch(value) or "url(" in value.lower():
        raise RefusedError("LOGO_UNSAFE", what=f"{name}={value[:40]}")
    return value


def _styles(root: Element) -> dict[str, dict[str, str]]:
    """Return the rules of style sheets in the file, by selector."""
    found: dict[str, dict[str, str]] = {}
    for sheet in root.iter(f"{_SPACE}style"):
        for selectors, body in _rules(_without_remarks("".join(sheet.itertext()))):
            for one in (part.strip() for part in selectors.split(",")):
                if not _SELECTOR.fullmatch(one):
                    raise RefusedError("LOGO_UNSAFE", what=one[:40])
                found.setdefault(one, {}).update(_declarations(body))
    return found


def _without_remarks(text: str) -> str:
    """Return a style sheet without what its author noted; in one pass, whatever it is made of."""
    first, *others = text.split("/*")
    kept = first + "".join(one.partition("*/")[2] for one in others)
    return kept.replace("<!--", "").replace("-->", "")


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations of each rule; what is none is refused."""
    *rules, rest = text.split("}")
    for rule in rules:
        selectors, _, body = rule.partition("{")
        if "{" not in rule or "{" in body:
            raise RefusedError("LOGO_UNSAFE", what=rule.strip()[:40] or "}")
        yield selectors, body
    if rest.strip():
        raise RefusedError("LOGO_UNSAFE", what=rest.strip()[:40])


def _declarations(text: str) -> dict[str, str]:
    """Return those declarations of a style that paint; how a text is set paints nothing."""
    pairs = (part.partition(":") for part in text.split(";"))
    found = {name.strip().lower(): value.strip() for name, _, value in pairs if value}
    return {name: _checked(name, value) for name, value in found.items() if name in PAINT}
