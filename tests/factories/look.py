"""The look of the demo city, as it comes out of the reader of packs."""

from __future__ import annotations

from functools import cache

from examples.demo_city.look import COLOUR, LOGO_TEXT, logo_svg

from convive.connectors.city_pack.logo_svg import read_svg
from convive.core.model import Logo, Look


@cache
def town_look() -> Look:
    """Return a colour and a logo."""
    content, ratio = read_svg(logo_svg().encode())
    return Look(COLOUR, Logo("svg", content, ratio), LOGO_TEXT)
