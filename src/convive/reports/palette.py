"""The colours of Convive as tokens: one place for pages and paper; a town's own come from `accents`.

Charts are drawn with the light values; every token has a value of its own, so that a finished
picture can be turned dark, or into CSS variables, by swapping the values (see `charts.svg`).
"""

from __future__ import annotations

from types import MappingProxyType

from convive.app.look import CONVIVE, DARK_GROUNDS, LIGHT_GROUNDS

LIGHT = MappingProxyType(
    {
        "paper": LIGHT_GROUNDS[0],
        "card": LIGHT_GROUNDS[1],
        "ink": "#1c2430",
        "soft": "#5b6472",
        "line": "#dcd8cc",
        "accent": CONVIVE.light,
        "accent-2": CONVIVE.light_tint,
        "gold": "#8a5a00",
        "gold-2": "#fbf0d9",
        "leaf": "#2c6140",
        "leaf-2": "#e6f1e8",
        "grey-2": "#eceef0",
        "q0": "#e4eeee",
        "q1": "#b9d6d6",
        "q2": "#85b5b8",
        "q3": "#458a92",
        "q4": "#0b5563",
        "few": "#f0eee8",
    }
)
"""Token → colour in light pages and on paper; no colour stands for two tokens."""

DARK = MappingProxyType(
    {
        "paper": DARK_GROUNDS[0],
        "card": DARK_GROUNDS[1],
        "ink": "#eceae3",
        "soft": "#a9b1bc",
        "line": "#343c47",
        "accent": CONVIVE.dark,
        "accent-2": CONVIVE.dark_tint,
        "gold": "#f0c46a",
        "gold-2": "#3a2e12",
        "leaf": "#8fcea3",
        "leaf-2": "#1d3325",
        "grey-2": "#2a313b",
        "q0": "#1f3035",
        "q1": "#28505a",
        "q2": "#357885",
        "q3": "#5aa6b1",
        "q4": "#a9dfe4",
        "few": "#232a33",
    }
)
"""Token → colour in dark pages."""

SEQUENCE = ("q0", "q1", "q2", "q3", "q4")
"""Tokens of the five classes of a map, lowest first."""

PALE = frozenset({"q0", "q1", "q2", "few"})
"""Tokens of areas that are nearer to the page than to ink: their edges and hatches are dark."""

SANS = "Public Sans, Inter, DejaVu Sans, sans-serif"

TONES = MappingProxyType(
    {
        "clear_fall": "ok",
        "worked": "ok",
        "clearly_below": "ok",
        "clear_rise": "warn",
        "likely_rise": "warn",
        "clearly_above": "warn",
        "harmful": "warn",
    }
)
"""Verdict → tone of its tag (ok, warn; anything else is plain). Words always stand beside it."""


def light(token: str) -> str:
    """Return the colour of a token as charts are drawn with it."""
    return LIGHT[token]


__all__ = [
    "DARK",
    "LIGHT",
    "PALE",
    "SANS",
    "SEQUENCE",
    "TONES",
    "light",
]
