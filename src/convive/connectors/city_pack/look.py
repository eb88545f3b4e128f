"""Reads a town's own look: a colour that can be read, and a logo that is only a picture."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import PurePosixPath
from typing import Any

from PIL import Image

from convive.app.look import LIGHT_GROUNDS, is_readable, nearest_readable
from convive.connectors.city_pack.city_schema import LookTable, localise
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.logo_svg import read_svg
from convive.connectors.city_pack.problem_log import ProblemLog, RefusedError
from convive.core.colours import least_contrast
from convive.core.model import Logo, Look

CITY_FILE = "city.toml"
MOST_BYTES = 512 * 1024
MOST_SIDE, LEAST_SIDE = 4_000, 16
KEPT_SIDE = 1_200
"""Pixels of the longer side that are kept: enough for paper at the size of a head."""
WIDEST, TALLEST = 8.0, 1 / 3
"""Width over height that still finds room in the head of a page."""
_PNG = b"\x89PNG\r\n\x1a\n"
_DAMAGED = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, MemoryError, IndexError,
    TypeError, KeyError, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def read_look(folder: PackFolder, table: LookTable | None, language: str, log: ProblemLog) -> Look:
    """Return the look; Convive's own without ``[look]``, or after noting what is wrong with it."""
    if table is None:
        return Look()
    colour = table.colour.lower()
    if colour and not is_readable(colour):
        ratio = round(least_contrast(colour, LIGHT_GROUNDS), 1)
        told = {"key": "look.colour", "value": colour, "ratio": ratio}
        log.fail("LOOK_COLOUR_PALE", CITY_FILE, **told, nearest=nearest_readable(colour))
    if not table.logo:
        return Look(colour)
    return Look(colour, _logo(folder, table.logo, log), localise(table.logo_text, language))


def _logo(folder: PackFolder, name: str, log: ProblemLog) -> Logo | None:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        log.fail("FILE_OUTSIDE_PACK", CITY_FILE, label=name)
        return None
    path = folder.root / parts
    try:
        return _drawing(folder.read(path))
    except RefusedError as refused:
        told: dict[str, Any] = {"key": "look.logo", **refused.data}
        log.fail(refused.code, folder.label(path), **told)
        return None


def _drawing(data: bytes) -> Logo:
    """Return the logo of a file, if it finds room in the head of a page."""
    logo = _looked_through(data)
    if not TALLEST <= logo.ratio <= WIDEST:
        raise RefusedError("LOGO_SHAPE")
    return logo


def _looked_through(data: bytes) -> Logo:
    if len(data) > MOST_BYTES:
        raise RefusedError("LOGO_TOO_LARGE", kilobytes=MOST_BYTES // 1024)
    if data.startswith(_PNG):
        return _pixels(data)
    if b"<svg" not in data:
        raise RefusedError("LOGO_KIND")
    content, ratio = read_svg(data)
    return Logo("svg", content, ratio)


def _pixels(data: bytes) -> Logo:
    """Return a PNG written anew from its pixels: nothing else of the file is kept."""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            wide, high = picture.size
            if max(wide, high) > MOST_SIDE or min(wide, high) < LEAST_SIDE:
                raise RefusedError("LOGO_SHAPE")
            drawn = picture.convert("RGBA")
    except _DAMAGED:
        raise RefusedError("LOGO_UNREADABLE") from None
    drawn.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    into = io.BytesIO()
    drawn.save(into, "PNG", optimize=True)
    return Logo("png", into.getvalue(), wide / high)
