"""A town's logo and colours on paper: what templates, word processors and workbooks need of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import vl_convert

from convive.app.look import Accents, accents, told_logo
from convive.core.model import Logo, Look
from convive.reports.palette import LIGHT

_PIXELS_HIGH = 320
"""Of a logo where only pixels are taken: sharp at two centimetres."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The look of one document.

    Attributes
    ----------
    alt : str
        What the logo shows, in the language of the document.
    """

    look: Look
    alt: str

    @property
    def colours(self) -> Accents:
        """Return the colours."""
        return accents(self.look)

    def fields(self) -> dict[str, Any]:
        """Return what a template reads."""
        logo = self.look.logo
        shown = logo and {"file": f"logo.{logo.kind}", "alt": self.alt, "ratio": logo.ratio}
        own = bool(self.look.colour)
        return {"accent": self.colours.light, "own_colour": own, "logo": shown}

    def files(self) -> dict[str, bytes]:
        """Return the files that stand beside a template."""
        logo = self.look.logo
        return {f"logo.{logo.kind}": logo.content} if logo else {}

    def picture(self) -> bytes | None:
        """Return the logo as PNG; None where there is none."""
        return _pixels(self.look.logo) if self.look.logo else None


def letterhead(look: Look, language: str, city: str) -> Letterhead:
    """Return the letterhead of a document."""
    return Letterhead(look, told_logo(look, city, language))


def head_format(look: Look) -> dict[str, Any]:
    """Return how a workbook shows the head of a table: white on the town's colour, if it has one."""
    if look.colour:
        return {"bold": True, "bottom": 1, "bg_color": look.colour, "font_color": "#ffffff"}
    tint = accents(look).light_tint
    return {"bold": True, "bottom": 1, "bg_color": tint, "font_color": LIGHT["ink"]}


@lru_cache(maxsize=8)
def _pixels(logo: Logo) -> bytes:
    if logo.kind == "png":
        return logo.content
    text = logo.content.decode()
    high = float(text.partition(' height="')[2].partition('"')[0])
    made: bytes = vl_convert.svg_to_png(text, scale=_PIXELS_HIGH / high)
    return made
