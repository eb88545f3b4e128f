"""The colours that follow from a town's own, for light pages, dark pages and paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from convive.catalogue.texts import localised
from convive.core.colours import (
    READABLE,
    contrast,
    darker_until_readable,
    least_contrast,
    lighter_until_readable,
    shade,
)
from convive.core.model import Look

LIGHT_GROUNDS = ("#fbfaf6", "#ffffff")
"""Page and card of light pages; paper is as white as the card."""
DARK_GROUNDS = ("#14181e", "#1b2129")
"""Page and card of dark pages."""
_TINT_LIGHT, _TINT_DARK, _LEAST_DARK = 0.955, 0.30, 0.72
_TINT_CHROMA = (0.018, 0.03)


@dataclass(frozen=True, slots=True)
class Accents:
    """One colour as it stands on each ground; every pair of text and ground has 4.5 : 1.

    Attributes
    ----------
    light : str
        On light pages and paper, also as a ground under white.
    light_tint : str
        Pale ground under ink or `light`.
    dark, dark_tint : str
        The same on dark pages.
    """

    light: str
    light_tint: str
    dark: str
    dark_tint: str


CONVIVE = Accents("#0b5564", "#e6f0f0", "#7cc4cd", "#1f3338")
"""The colours of a town that names none."""


def accents(look: Look) -> Accents:
    """Return the colours that go with a look."""
    return _derived(look.colour) if look.colour else CONVIVE


@lru_cache(maxsize=32)
def _derived(colour: str) -> Accents:
    tint, light = shade(colour, _TINT_LIGHT, chroma=_TINT_CHROMA[0]), _TINT_LIGHT
    while contrast(colour, tint) < READABLE and light < 1:
        light += 0.005
        tint = shade(colour, light, chroma=_TINT_CHROMA[0])
    night = shade(colour, _TINT_DARK, chroma=_TINT_CHROMA[1])
    dark = lighter_until_readable(colour, (*DARK_GROUNDS, night), least=_LEAST_DARK)
    return Accents(colour, tint, dark, night)


def is_readable(colour: str) -> bool:
    """Tell whether a colour can be read on every light ground."""
    return least_contrast(colour, LIGHT_GROUNDS) >= READABLE


def nearest_readable(colour: str) -> str:
    """Return the nearest shade of a colour that can be read on every light ground."""
    return darker_until_readable(colour, LIGHT_GROUNDS)


def told_logo(look: Look, city: str, language: str) -> str:
    """Return what the logo shows, in words; the town's name where the pack says nothing."""
    return localised(look.logo_text, language) or city
