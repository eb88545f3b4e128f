"""Colours as people see them: contrast after WCAG 2.2, lighter and darker shades in OKLCH.

Colours are texts ``#rrggbb``. A shade keeps hue and chroma and changes only how light it is; where
the screen has no such colour, the chroma gives way and never the lightness, because that is what
contrast is made of.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

READABLE = 4.5
"""Least contrast of running text (WCAG 2.2, 1.4.3)."""
_STEP = 0.005


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    a, b = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((a + 0.05) / (b + 0.05), 4)


def least_contrast(colour: str, grounds: Iterable[str]) -> float:
    """Return the contrast of a colour on the ground where it is read worst."""
    return min(contrast(colour, ground) for ground in grounds)


def lightness(colour: str) -> float:
    """Return how light a colour is in OKLCH, 0 to 1."""
    return _to_oklch(colour)[0]


def shade(colour: str, light: float, *, chroma: float | None = None) -> str:
    """Return the colour of the same hue that is as light as told, 0 to 1.

    Parameters
    ----------
    chroma : float, optional
        At most as colourful; by default as the colour itself.

    Examples
    --------
    >>> shade("#0b5564", 1.0)
    '#ffffff'
    """
    _, own, hue = _to_oklch(colour)
    most = own if chroma is None else min(own, chroma)
    light = min(max(light, 0.0), 1.0)
    for part in range(100, -1, -1):
        found = _from_oklch(light, most * part / 100, hue)
        if all(-1e-4 <= value <= 1 + 1e-4 for value in found):
            return _written(found)
    return _written(_from_oklch(light, 0.0, hue))


def darker_until_readable(colour: str, grounds: Iterable[str]) -> str:
    """Return the nearest shade of a colour, itself or darker, that is readable on all grounds."""
    return _until_readable(colour, tuple(grounds), lightness(colour), -_STEP)


def lighter_until_readable(colour: str, grounds: Iterable[str], *, least: float = 0.0) -> str:
    """Return the nearest shade, at least as light as `least`, that is readable on all grounds."""
    return _until_readable(colour, tuple(grounds), max(lightness(colour), least), _STEP)


def _until_readable(colour: str, grounds: tuple[str, ...], light: float, step: float) -> str:
    found = colour if light == lightness(colour) else shade(colour, light)
    while least_contrast(found, grounds) < READABLE and 0 < light < 1:
        light += step
        found = shade(colour, light)
    return found


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> tuple[float, float, float]:
    """Return the amounts of light of a colour, each 0 to 1."""
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def _written(light: tuple[float, float, float]) -> str:
    """Return amounts of light as a colour."""
    clipped = [min(max(value, 0.0), 1.0) for value in light]
    values = [v * 12.92 if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in clipped]
    return "#" + "".join(f"{round(255 * value):02x}" for value in values)


def _to_oklch(colour: str) -> tuple[float, float, float]:
    """Return lightness, chroma and hue (radians); Björn Ottosson, "A perceptual color space"."""
    r, g, b = _linear(colour)
    l_ = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    m_ = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    s_ = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    light = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_
    a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_
    bb = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_
    return light, math.hypot(a, bb), math.atan2(bb, a)


def _from_oklch(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Return amounts of light; outside of 0 to 1 where no screen shows the colour."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    l_ = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
