"""Sets cards and pictures with Typst: templates are ours, all that is said reaches them as data."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import typst
from PIL import Image

from convive.app.sharing import Card, CardMap, Picture
from convive.reports.charts.svg import FONTS
from convive.reports.palette import LIGHT, PALE
from convive.reports.plain_text import plain_values

PIXELS_PER_INCH = 144.0
"""Two pixels a point: a page of 600 × 315 pt has 1200 × 630 px."""
Format = Literal["png", "svg"]
_HERE = Path(__file__).parent
_DRAWING = "drawing.svg"
_TONES = {"ok": ("leaf-2", "leaf"), "warn": ("gold-2", "gold"), "na": ("grey-2", "ink")}
_EDGE = 1.2
_COLOURS = 160
"""Of a PNG: enough for smooth letters, and a third of the bytes of all there could be."""


def render_card(card: Card) -> bytes:
    """Return a card as a PNG of 1200 × 630 px; the same card gives the same bytes."""
    colours = _colours(card)
    content = asdict(card) | {
        "colours": colours,
        "tone": _TONES.get(card.tone, _TONES["na"]),
        "picture": _DRAWING if card.picture else "",
        "key": card.picture.key if card.picture else "",
        "logo": {"file": f"logo.{card.logo.kind}", "ratio": card.logo.ratio} if card.logo else None,
    }
    files = {f"logo.{card.logo.kind}": card.logo.content} if card.logo else {}
    drawing = _drawn(card.picture, colours) if card.picture else ""
    return _set("card.typ", content, drawing, "png", files=files)


def render_picture(picture: Picture, kind: Format) -> bytes:
    """Return a chart with its title, what it says and its source as a PNG or an SVG."""
    content = asdict(picture) | {"colours": dict(LIGHT), "svg": "", "picture": _DRAWING}
    return _set("picture.typ", content, picture.svg, kind)


def _set(
    template: str, content: Mapping[str, Any], drawing: str, kind: Format,
    *, files: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copyfile(_HERE / template, root / template)
        (root / "data.json").write_text(json.dumps(plain_values(content)), "utf-8")
        (root / _DRAWING).write_text(drawing, "utf-8")
        for name, held in files.items():
            (root / name).write_bytes(held)
        made: Any = typst.compile(
            root / template,
            root=root,
            format=kind,
            ppi=PIXELS_PER_INCH,
            font_paths=[FONTS] if FONTS.is_dir() else [],
            ignore_system_fonts=any(FONTS.glob("*.ttf")),
            timestamp=0,
        )
    return _lighter(made) if kind == "png" else bytes(made)


def _lighter(png: bytes) -> bytes:
    """Return the same picture with fewer colours."""
    with Image.open(io.BytesIO(png)) as found:
        plain = found.convert("RGB")
    small = plain.quantize(
        _COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )  # fmt: skip
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _colours(card: Card) -> dict[str, str]:
    """Return the colours of a card: the palette's, with the town's accent where it has one."""
    return {**LIGHT, **({"accent": card.accent} if card.accent else {})}


def _drawn(found: CardMap, colours: Mapping[str, str]) -> str:
    """Return the areas as an SVG; hatched where the class is not sure."""
    hatched = sorted({one.token for one in found.shapes if one.is_unsure})
    patterns = "".join(
        f'<pattern id="h-{token}" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="7" height="7" fill="{colours[token]}"/>'
        f'<line x1="0" y1="0" x2="0" y2="7" stroke="{colours["q4" if token in PALE else "card"]}" '
        f'stroke-width="{1.5 if token in PALE else 3}"/></pattern>'
        for token in hatched
    )
    shapes = "".join(
        f'<path d="{one.path}" fill="{_fill(one.token, colours, is_unsure=one.is_unsure)}" '
        f'stroke="{colours["ink" if one.token in PALE else "card"]}" '
        f'stroke-width="{_EDGE / 2 if one.token in PALE else _EDGE}"/>'
        for one in found.shapes
    )
    frame = f"0 0 {found.width:g} {found.height:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{frame}">'
    return f"{head}<defs>{patterns}</defs>{shapes}</svg>"


def _fill(token: str, colours: Mapping[str, str], *, is_unsure: bool) -> str:
    return f"url(#h-{token})" if is_unsure else colours[token]
