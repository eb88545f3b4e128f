"""Every kind of public page at once: validators, both themes, zoom, spacing, other directions.

Each page is rendered once, in one of the seven languages, the three most read ones in all of
them; the whole matrix is `tools/accessibility.py --all`. What is looked at here needs no server.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from convive.catalogue.texts import languages
from convive.web.observatory import current
from factories.build import shared_build
from factories.made_up_languages import CLOSES, OPENS, accented, every_text, in_arabic
from factories.page_checks import (
    CLIPPED,
    EVERY_WORD,
    HIDDEN_FOCUS,
    LEAVES_MOTION,
    NAMELESS_PICTURES,
    OVERFLOWING,
    SPACED,
    faults_of,
    markup_faults,
)
from factories.public_pages import PublicPage, rendered, show_in, town_on_show
from factories.words_of_data import words_of_data

pytestmark = [pytest.mark.functional, pytest.mark.django_db]
IN_EVERY_LANGUAGE = ("front", "area", "plan")
EVERY_LANGUAGE = bool(os.environ.get("CONVIVE_EVERY_LANGUAGE"))
WIDTHS = [1280, 320] if EVERY_LANGUAGE else [320]
LINES = ("fill-audit", "findings", "front", "plan")


@dataclass(frozen=True)
class Shown:
    """Everything that the town has on show, rendered before any browser is opened."""

    names: frozenset[str]
    pages: list[PublicPage]
    """Each page in one language, in turn; those most read in all."""
    accented: list[PublicPage]
    arabic: list[PublicPage]


@pytest.fixture(scope="module")
def shown(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: Any,
) -> Shown:
    with django_db_blocker.unblock(), town_on_show(tmp_path_factory.mktemp("shown")) as town:
        pages = [
            page
            for place, language in enumerate(languages())
            for page in rendered(in_turn(town, place), [language])
        ]
        # What a site has drawn it keeps: each made-up language is told by a fresh one.
        current.hold(shared_build())
        with every_text(accented):
            longer = list(rendered(town, ["en"]))
        current.hold(shared_build())
        with every_text(in_arabic, direction="rtl"):
            mirrored = list(rendered(town, ["en"]))
        return Shown(frozenset(town), pages, longer, mirrored)


def in_turn(town: dict[str, str], place: int) -> dict[str, str]:
    """Return the pages that are told in the language of this place."""
    return {
        name: path
        for at, (name, path) in enumerate(sorted(town.items()))
        if at % len(languages()) == place or name in IN_EVERY_LANGUAGE or EVERY_LANGUAGE
    }


Screen = Callable[[Sequence[PublicPage], int], Iterator[tuple[PublicPage, Any]]]


@pytest.fixture(scope="module")
def screen(browser: Any) -> Iterator[Screen]:
    """Opens one page after the other in one window."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()

    def opened(pages: Sequence[PublicPage], width: int) -> Iterator[tuple[PublicPage, Any]]:
        addresses = show_in(context, pages)
        page.set_viewport_size({"width": width, "height": 900})
        for one in pages:
            page.goto(addresses[one.name, one.language])
            page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
            yield one, page
        context.unroute_all()

    yield opened
    context.close()


Seen = dict[str, list[tuple[str, ...]]]
"""What was looked for → what was found: the name of the page, and where in it.

A page is opened once for all that is looked for in it at one width: to open it is dear.
"""


@pytest.fixture(scope="module")
def at_a_desk(screen: Screen, shown: Shown, axe: str) -> Seen:
    """Look for what two checkers find, for pictures without words, what moves and sticks out."""
    seen: Seen = {"faults": [], "nameless": [], "moving": [], "out": []}
    for one, page in screen(shown.pages, 1280):
        seen["out"] += [(one.label, near) for near in page.evaluate(OVERFLOWING)]
        seen["nameless"] += [(one.label, near) for near in page.evaluate(NAMELESS_PICTURES)]
        if one.language == "de":
            page.emulate_media(reduced_motion="reduce")
            seen["moving"] += [(one.label, near) for near in page.evaluate(LEAVES_MOTION)]
            page.emulate_media(reduced_motion="no-preference")
        seen["faults"] += [(one.label, *fault) for fault in faults_of(page, axe)]
    return seen


@pytest.fixture(scope="module")
def at_400_percent(screen: Screen, shown: Shown) -> Seen:
    """Look for a focus that is hidden, for what sticks out, and for what wide spacing cuts."""
    seen: Seen = {"out": [], "hidden": []}
    for one, page in screen(shown.pages, 320):
        seen["out"] += [(one.label, "400 %", near) for near in page.evaluate(OVERFLOWING)]
        if one.name in LINES:
            seen["hidden"] += [(one.label, near) for near in page.evaluate(HIDDEN_FOCUS)]
        page.add_style_tag(content=SPACED)
        for look in (OVERFLOWING, CLIPPED):
            seen["out"] += [(one.label, "spacing", near) for near in page.evaluate(look)]
    return seen


@pytest.fixture(scope="module")
def longer(screen: Screen, shown: Shown) -> Seen:
    """Look for what sticks out in a longer language, and read every word."""
    seen: Seen = {f"out at {width}": [] for width in WIDTHS} | {"words": []}
    for width in WIDTHS:
        for one, page in screen(shown.accented, width):
            seen[f"out at {width}"] += [(one.label, near) for near in page.evaluate(OVERFLOWING)]
            if width == WIDTHS[0]:
                seen["words"].append((one.label, page.evaluate(EVERY_WORD)))
    return seen


def test_every_page_is_there_in_some_language_and_the_most_read_in_all(shown: Shown) -> None:
    pages = shown.pages
    assert {page.name for page in pages} >= shown.names
    for name in IN_EVERY_LANGUAGE:
        assert {page.language for page in pages if page.name == name} == set(languages())
    lost = {"nope", "public-plan-action", "fill-revoked", "bad-request", "broken", "no-audit"}
    assert {page.name for page in pages if page.status >= 400} == lost


def test_the_markup_of_every_page_is_valid(shown: Shown) -> None:
    assert markup_faults(shown.pages) == []


def test_two_checkers_find_nothing_in_either_theme(at_a_desk: Seen) -> None:
    assert at_a_desk["faults"] == []


def test_at_a_desk_nothing_sticks_out(at_a_desk: Seen) -> None:
    assert at_a_desk["out"] == []


def test_at_400_percent_and_with_wide_spacing_nothing_sticks_out_or_is_cut(
    at_400_percent: Seen,
) -> None:
    """320 px are what a window of 1280 px leaves at 400 %; the spacing is that of WCAG 1.4.12."""
    assert at_400_percent["out"] == []


def test_nothing_moves_for_those_who_asked_for_calm(at_a_desk: Seen) -> None:
    assert at_a_desk["moving"] == []


def test_what_has_the_focus_can_be_seen(at_400_percent: Seen) -> None:
    assert at_400_percent["hidden"] == []


def test_every_picture_is_named_or_stands_beside_its_words(at_a_desk: Seen) -> None:
    assert at_a_desk["nameless"] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_language_40_percent_longer_fits(longer: Seen, width: int) -> None:
    assert longer[f"out at {width}"] == []


def test_every_word_that_is_not_data_was_translated(longer: Seen) -> None:
    known, left = words_of_data(), []
    for name, said in longer["words"]:
        text = re.sub(r"https?://\S+", "", said)  # addresses are data
        while text != (text := re.sub(f"{OPENS}[^{OPENS}{CLOSES}]*{CLOSES}", "", text)):
            continue
        left += [
            (name, one) for one in re.findall(r"[^\W\d_]{3,}", text) if one.casefold() not in known
        ]
    assert left == []


@pytest.mark.parametrize("width", WIDTHS)
def test_from_right_to_left_pages_are_mirrored_and_nothing_sticks_out(
    screen: Screen, shown: Shown, width: int
) -> None:
    faults = []
    for one, page in screen(shown.arabic, width):
        name = one.label
        faults += [(name, near) for near in page.evaluate(OVERFLOWING)]
        if page.evaluate("getComputedStyle(document.querySelector('main')).direction") != "rtl":
            faults.append((name, "not from right to left"))
        brand = page.locator(".brand").bounding_box()
        if brand and brand["x"] + brand["width"] < width * 0.8:
            faults.append((name, "the name of the site does not stand at the right"))
    assert faults == []


def test_from_right_to_left_signs_stay_with_their_number_and_charts_keep_their_axes(
    shown: Shown, screen: Screen
) -> None:
    bare = re.compile("(?<!\N{LEFT-TO-RIGHT ISOLATE})[−+]\\d")
    areas = [page for page in shown.arabic if page.name in {"area", "front"}]
    for page in areas:
        words = re.sub(r"<svg.*?</svg>|<script.*?</script>", "", page.html, flags=re.S)
        assert "\N{LEFT-TO-RIGHT ISOLATE}−" in words
        assert bare.findall(words) == []
    for _, opened in screen(areas, 1280):
        found = opened.evaluate(
            "[...document.querySelectorAll('svg')].map(e => getComputedStyle(e).direction)"
        )
        assert set(found) == {"ltr"}
