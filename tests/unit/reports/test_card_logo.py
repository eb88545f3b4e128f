"""A card for sharing carries the logo of the town."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from PIL import Image

from convive.app.sharing import Card
from convive.core.model import Logo
from convive.reports.sharing import render_card

RED = b'<rect width="600" height="60" fill="#aa0000"/>'
WIDE = Logo(
    "svg",
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 60" width="600" height="60">'
    + RED
    + b"</svg>",
    10.0,
)
CARD = Card(
    language="en", town="Ribera", sub="Safety observatory", title="Burglary has fallen.",
    source="Records. Audit of 15 January 2026.",
)  # fmt: skip


def red_columns(card: Card) -> int:
    """Return over how many pixels from left to right something red stands."""
    with Image.open(io.BytesIO(render_card(card))) as found:
        pixels = np.asarray(found.convert("RGB")).astype(int)
    is_red = (pixels[..., 0] > 140) & (pixels[..., 1:].max(axis=-1) < 60)
    return int(is_red.any(axis=0).sum())


def test_the_logo_stands_in_the_place_of_our_mark_and_never_pushes_the_name_aside() -> None:
    assert red_columns(CARD) == 0
    assert 200 <= red_columns(replace(CARD, logo=WIDE)) <= 224
