"""The pages in a browser: nobody else is asked, axe finds nothing, nothing overflows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from factories.addresses import READ_PAGES

pytestmark = pytest.mark.functional
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(1280, "light", "en"), (360, "dark", "de"), (1280, "dark", "de"), (360, "light", "en")]
EVERY_PAGE = pytest.mark.parametrize("name", [*sorted(READ_PAGES), "nope"])


def address_of(name: str, language: str = "en") -> str:
    """Return the path of a kind of page in a language; an unknown kind does not exist."""
    return READ_PAGES.get(name, f"/en/{name}/").replace("/en/", f"/{language}/")


@EVERY_PAGE
def test_axe_finds_nothing_in_any_look(browser: Any, address: str, axe: str, name: str) -> None:
    found = []
    for width, scheme, language in LOOKS:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
        )
        page = context.new_page()
        page.goto(address + address_of(name, language))
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        page.evaluate(axe)
        result = page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        found += [
            (width, scheme, one["id"], one["nodes"][0]["html"][:200])
            for one in result["violations"]
        ]
        context.close()
    assert found == []


@EVERY_PAGE
def test_a_page_fits_320_pixels_and_asks_nobody_else(browser: Any, address: str, name: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 700})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(address + address_of(name))
    page.wait_for_load_state("networkidle")
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    page.close()
    hosts = {urlsplit(url).netloc for url in asked}
    assert hosts == {urlsplit(address).netloc}
    assert wide <= 0
    assert [text for text in said if "404" not in text] == [], "the policy refused nothing"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.close()


def test_an_area_of_the_map_opens_by_keyboard(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/")
    page.locator("svg.map a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/areas/neighbourhood/**")
    page.close()


def test_filters_work_without_javascript(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/en/findings/")
    page.select_option("#face", "felt")
    page.click("form.filters button")
    assert "face=felt" in page.url
    assert page.locator("#results li").count() > 0
    context.close()


def test_filters_update_in_place_with_javascript(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/findings/")
    before = page.locator("#results li").count()
    page.select_option("#face", "felt")
    page.wait_for_url("**face=felt**")
    page.wait_for_function(f"document.querySelectorAll('#results li').length < {before}")
    page.close()


def test_the_drawn_map_becomes_one_that_moves_and_comes_back(browser: Any, address: str) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}/en/")
    button = page.locator("[data-map] > .button")
    if button.count() == 0:
        pytest.skip("This browser has no WebGL: the drawn map stays, as it should.")
    button.click()
    page.wait_for_selector(".map-live[data-ready=yes]", timeout=30_000)
    assert not page.locator("svg.map").is_visible()
    button.click()
    assert page.locator("svg.map").is_visible()
    assert errors == []
    page.close()
