"""Marks, edges and the ring of the focus are seen: 3 : 1 in both themes (WCAG 2.2, 1.4.11).

The shades of a map between its lightest and its darkest cannot all be told from one another by
3 : 1; each area has its value in its name and in the list beside, and its edge is what is seen.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from convive.app.look import CONVIVE, Accents, accents, nearest_readable
from convive.core.colours import contrast, least_contrast, shade
from convive.core.model import Look
from convive.reports.charts.style import RANGE
from convive.reports.palette import DARK, LIGHT, PALE, SEQUENCE

SEEN = 3.0
SHEET = Path(str(finders.find("observatory/site.css"))).read_text(encoding="utf-8")
TOKENS = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6})")
OPEN, NIGHT, *_ = re.findall(r":root \{(.*?)\}", SHEET, re.S)
THEMES = {"light": dict(TOKENS.findall(OPEN)), "dark": dict(TOKENS.findall(NIGHT))}
GROUNDS = ("paper", "card")
HUES = [shade(start, light) for start in
        ("#d00000", "#c06000", "#a0a000", "#208020", "#008080", "#2040d0", "#8000a0", "#606060")
        for light in (0.35, 0.6)]  # fmt: skip


def towns() -> list[Accents]:
    """Return the colours that follow from towns' own, of every hue, dark and as light as may be."""
    return [CONVIVE, *(accents(Look(colour=nearest_readable(colour))) for colour in HUES)]


def themes_with(own: Accents) -> list[dict[str, str]]:
    """Return both themes with the colours of a town."""
    light, dark = THEMES["light"], THEMES["dark"]
    return [
        light | {"accent": own.light, "accent-2": own.light_tint},
        dark | {"accent": own.dark, "accent-2": own.dark_tint},
    ]


def mixed(mark: str, ground: str, share: float) -> str:
    """Return the colour of a mark that lets its ground through."""
    pairs = zip(bytes.fromhex(mark[1:]), bytes.fromhex(ground[1:]), strict=True)
    return "#" + bytes(round(share * one + (1 - share) * other) for one, other in pairs).hex()


def test_sheet_and_charts_have_the_same_colours() -> None:
    for theme, tokens in (("light", LIGHT), ("dark", DARK)):
        own = {name: colour for name, colour in tokens.items() if not name.startswith("accent")}
        assert own.items() <= THEMES[theme].items()


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_fields_and_the_ring_of_the_focus_are_seen(theme: str) -> None:
    colours = THEMES[theme]
    grounds = [colours[name] for name in (*GROUNDS, "gold-2", "grey-2", "leaf-2")]
    assert least_contrast(colours["edge"], grounds[:2]) >= SEEN
    assert least_contrast(colours["gold"], grounds) >= SEEN


def test_with_any_colour_of_a_town_what_is_chosen_open_or_done_is_seen() -> None:
    """The bar of progress, the page that is open, the answer that is chosen, the ring on a button."""
    for own in towns():
        for colours in themes_with(own):
            grounds = [colours[name] for name in (*GROUNDS, "accent-2", "line")]
            assert least_contrast(colours["accent"], grounds) >= SEEN
            assert contrast(colours["paper"], colours["accent"]) >= SEEN
            assert contrast(colours["gold"], colours["accent-2"]) >= SEEN


def test_the_ring_of_the_focus_is_seen_where_it_lies_on_the_colour_of_the_town() -> None:
    """It lies inside the parts of a bar, of which one is filled; elsewhere it stands around."""
    assert ".seg a[aria-current]:focus-visible { outline-color: var(--paper); }" in SHEET
    assert re.search(r"\.map\.map a:focus-visible path \{ fill: var\(--card\);", SHEET)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_of_charts_are_seen(theme: dict[str, str]) -> None:
    """Points, lines, ranges that let the ground through, and the edges of pale bands."""
    grounds = [theme[name] for name in (*GROUNDS, "accent-2", "grey-2")]
    for mark in ("accent", "gold", "soft", "ink"):
        assert least_contrast(theme[mark], grounds) >= SEEN
    for ground in grounds:
        assert contrast(mixed(theme["accent"], ground, RANGE), ground) >= SEEN
        assert contrast(mixed(theme["gold"], ground, RANGE), ground) >= SEEN
    assert f"stroke-opacity: {RANGE:g}".replace("0.", ".") in SHEET


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_areas_of_a_map_have_an_edge_and_a_hatch_that_are_seen(theme: dict[str, str]) -> None:
    for token in (*SEQUENCE, "few"):
        edge, hatch = ("ink", "q4") if token in PALE else ("paper", "paper")
        assert contrast(theme[edge], theme[token]) >= SEEN
        assert contrast(theme[hatch], theme[token]) >= SEEN
