"""QR codes as SVG, to stand in a page or on a sheet."""

from __future__ import annotations

import segno

_MODULE_PIXELS = 4
_QUIET_MODULES = 4
"""Margin that the standard asks for; white also where the page is dark."""


def draw_qr(text: str, *, title: str) -> str:
    """Return a QR code as an ``<svg>`` element with its name for screen readers.

    Parameters
    ----------
    text : str
        What it holds; up to about 2,000 signs.
    title : str
        What it is, in words.

    Raises
    ------
    ValueError
        The text is too long for any QR code.
    """
    code = segno.make(text, micro=False, error="l")
    drawn = code.svg_inline(
        scale=_MODULE_PIXELS, border=_QUIET_MODULES, dark="#000", light="#fff",
        svgclass="qr", lineclass=None, title=title,
    )  # fmt: skip
    return drawn.replace("<svg ", '<svg role="img" ', 1)
