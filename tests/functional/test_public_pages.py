"""Every kind of public page at once: validators, both themes, zoom, spacing, other directions.

Each page is rendered once, in one of the seven languages, the three most read ones in all of
them; the whole matrix is `tools/accessibility.py --all`. What is looked at here needs no server.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
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


@pytest.fixture(scope="module")
def screen(browser: Any) -> Iterator[Any]:
    """Opens one page after the other in one window."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()

    def opened(pages: Iterable[PublicPage], width: int) -> Iterator[tuple[str, Any]]:
        addresses = show_in(context, pages)
        for (name, language), address in addresses.items():
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
            yield f"{name} ({language})", page
        context.unroute_all()

    yield opened
    context.close()


def test_every_page_is_there_in_some_language_and_the_most_read_in_all(shown: Shown) -> None:
    pages = shown.pages
    assert {page.name for page in pages} >= shown.names
    for name in IN_EVERY_LANGUAGE:
        assert {page.language for page in pages if page.name == name} == set(languages())
    lost = {"nope", "public-plan-action", "fill-revoked", "bad-request", "broken", "no-audit"}
    assert {page.name for page in pages if page.status >= 400} == lost


def test_the_markup_of_every_page_is_valid(shown: Shown) -> None:
    assert markup_faults(shown.pages) == []


def test_two_checkers_find_nothing_in_either_theme(screen: Any, shown: Shown, axe: str) -> None:
    faults = [
        (name, *fault) for name, page in screen(shown.pages, 1280) for fault in faults_of(page, axe)
    ]
    assert faults == []


def test_at_400_percent_and_with_wide_spacing_nothing_sticks_out_or_is_cut(
    screen: Any, shown: Shown
) -> None:
    """320 px are what a window of 1280 px leaves at 400 %; the spacing is that of WCAG 1.4.12."""
    faults = []
    for name, page in screen(shown.pages, 320):
        faults += [(name, "400 %", one) for one in page.evaluate(OVERFLOWING)]
        page.add_style_tag(content=SPACED)
        for look in (OVERFLOWING, CLIPPED):
            faults += [(name, "spacing", one) for one in page.evaluate(look)]
    assert faults == []


def test_nothing_moves_for_those_who_asked_for_calm(screen: Any, shown: Shown) -> None:
    moving = []
    for name, page in screen([one for one in shown.pages if one.language == "de"], 1280):
        page.emulate_media(reduced_motion="reduce")
        moving += [(name, one) for one in page.evaluate(LEAVES_MOTION)]
        page.emulate_media(reduced_motion="no-preference")
    assert moving == []


def test_what_has_the_focus_can_be_seen(screen: Any, shown: Shown) -> None:
    hidden = []
    for name, page in screen([one for one in shown.pages if one.name in LINES], 320):
        hidden += [(name, one) for one in page.evaluate(HIDDEN_FOCUS)]
    assert hidden == []


def test_every_picture_is_named_or_stands_beside_its_words(screen: Any, shown: Shown) -> None:
    nameless = [
        (name, one)
        for name, page in screen(shown.pages, 1280)
        for one in page.evaluate(NAMELESS_PICTURES)
    ]
    assert nameless == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_language_40_percent_longer_fits(screen: Any, shown: Shown, width: int) -> None:
    over = [
        (name, one)
        for name, page in screen(shown.accented, width)
        for one in page.evaluate(OVERFLOWING)
    ]
    assert over == []


def test_every_word_that_is_not_data_was_translated(screen: Any, shown: Shown) -> None:
    known, left = words_of_data(), []
    for name, page in screen(shown.accented, 1280):
        text = re.sub(r"https?://\S+", "", page.evaluate(EVERY_WORD))  # addresses are data
        while text != (text := re.sub(f"{OPENS}[^{OPENS}{CLOSES}]*{CLOSES}", "", text)):
            continue
        left += [
            (name, one) for one in re.findall(r"[^\W\d_]{3,}", text) if one.casefold() not in known
        ]
    assert left == []


@pytest.mark.parametrize("width", WIDTHS)
def test_from_right_to_left_pages_are_mirrored_and_nothing_sticks_out(
    screen: Any, shown: Shown, width: int
) -> None:
    faults = []
    for name, page in screen(shown.arabic, width):
        faults += [(name, one) for one in page.evaluate(OVERFLOWING)]
        if page.evaluate("getComputedStyle(document.querySelector('main')).direction") != "rtl":
            faults.append((name, "not from right to left"))
        brand = page.locator(".brand").bounding_box()
        if brand and brand["x"] + brand["width"] < width * 0.8:
            faults.append((name, "the name of the site does not stand at the right"))
    assert faults == []


def test_from_right_to_left_signs_stay_with_their_number_and_charts_keep_their_axes(
    shown: Shown, screen: Any
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
