"""Somebody who lives here, on an old phone: is it getting worse, and what is being done?"""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest

pytestmark = pytest.mark.functional
PHONE = {"width": 360, "height": 740}
MAIN_PAGES = {
    "front": "/en/",
    "areas": "/en/areas/",
    "area": "/en/areas/neighbourhood/n08/",
    "findings": "/en/findings/",
    "indicator": "/en/indicators/recorded_total_rate/",
    "plan": "/en/plan/",
}
LIGHT_PAGES = MAIN_PAGES | {
    "finding": "/en/findings/trend_fall:ribera/",
    "frame": "/en/embed/indicator/recorded_total_rate/",
}
MOST_BYTES = 150_000
"""Of a first view on a slow line: page, styles, scripts, fonts, everything."""


@pytest.fixture
def phone(browser: Any) -> Any:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


def answers(page: Any) -> None:
    """Check that both questions are answered on the page that is open."""
    assert page.locator("#changed-h").is_visible()
    assert page.locator(".changes li").count() == 4
    assert page.locator("#done-h").is_visible()


def test_by_name_it_is_one_press_without_javascript(phone: Any, address: str) -> None:
    phone.goto(f"{address}/en/")
    phone.fill("#where", "molino")
    phone.click(".find button")
    phone.wait_for_url("**/areas/neighbourhood/n08/")
    answers(phone)


def test_by_the_list_it_is_two_presses_without_javascript(phone: Any, address: str) -> None:
    phone.goto(f"{address}/en/")
    phone.click(".find a")
    phone.wait_for_url("**/areas/")
    phone.click("#results a:has-text('Molino')")
    phone.wait_for_url("**/areas/neighbourhood/n08/")
    answers(phone)


def test_by_the_map_it_is_one_press_without_javascript(phone: Any, address: str) -> None:
    phone.goto(f"{address}/en/")
    phone.locator("svg.map a[href$='/n08/']").click()
    phone.wait_for_url("**/areas/neighbourhood/n08/")
    answers(phone)


@pytest.mark.parametrize("name", sorted(LIGHT_PAGES))
def test_a_first_view_is_light_and_brings_no_map_code_but_with_a_map(
    browser: Any, address: str, name: str
) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    sizes: list[float] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + LIGHT_PAGES[name])
    page.wait_for_load_state("networkidle")
    has_map = page.locator("[data-map]").count() > 0
    context.close()
    assert 10_000 < sum(sizes) < MOST_BYTES, name
    assert not any("maplibre" in url for url in asked)
    assert any("map.js" in url for url in asked) == has_map


@pytest.mark.parametrize("area", ["neighbourhood/n08", "neighbourhood/n12", "district/d1"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_area_prints_on_one_page(browser: Any, address: str, area: str, language: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/{language}/areas/{area}/")
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    page.close()
    text = sheets[0].extract_text()
    assert len(sheets) == 1
    assert {"en": "What we do not know here", "de": "Was wir hier nicht wissen"}[language] in text
    assert "All areas by name" not in text


def test_the_other_language_keeps_a_filter_that_was_set_in_place(
    browser: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/findings/")
    page.select_option("#face", "felt")
    page.wait_for_url("**face=felt**")
    page.click(".lang summary")
    page.click(".lang a[lang=fr]")
    page.wait_for_url("**/fr/findings/**")
    assert "face=felt" in page.url
    assert page.locator("#face").input_value() == "felt"
    page.close()


@pytest.mark.parametrize("name", sorted(MAIN_PAGES))
@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_from_right_to_left_is_mirrored_and_nothing_sticks_out(
    browser: Any, address: str, name: str, width: int
) -> None:
    """320 px are also what a window of 1280 px leaves at 400 % zoom."""
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address + MAIN_PAGES[name])
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    over = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          const scrolls = (e) => e.closest('.scroll, svg, .hidden, .skip, [hidden]');
          return [...document.body.querySelectorAll('*')].filter((e) => {
            const box = e.getBoundingClientRect();
            return box.width && !scrolls(e) && (box.left < -1 || box.right > width + 1);
          }).map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    brand = page.locator(".brand").bounding_box()
    page.close()
    assert over == []
    assert brand
    assert brand["x"] + brand["width"] > width * 0.85, "the name of the site stands at the right"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_numbers_of_the_week_are_there_to_read_by_keyboard_and_touch(
    browser: Any, address: str, axe: str, scheme: str
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(address + MAIN_PAGES["area"])
    page.locator(".scroll:has(.week)").focus()
    cells = page.locator(".week .cell")
    assert cells.first.evaluate("cell => getComputedStyle(cell).opacity") == "1"
    page.evaluate(axe)
    found = page.evaluate("axe.run('.week', {runOnly: ['color-contrast']}).then(r => r.violations)")
    context.close()
    assert [node["html"] for one in found for node in one["nodes"]] == []


def test_a_scale_keeps_its_ends_where_the_line_has_them(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address + MAIN_PAGES["area"])
    page.evaluate("document.documentElement.dir = 'rtl'")
    better, worse = (page.locator(".ends span").nth(place).bounding_box() for place in (0, 1))
    page.close()
    assert better["x"] < worse["x"], "marks further to the right are worse, in every language"


@pytest.mark.parametrize("name", ["front", "area", "areas"])
def test_words_half_as_long_again_fit_a_phone(browser: Any, address: str, name: str) -> None:
    """A language that nobody has translated into yet: every word grows by half, with accents."""
    page = browser.new_page()
    page.set_viewport_size(PHONE)
    page.goto(address + MAIN_PAGES[name])
    over = page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const node = walk.currentNode;
            if (node.parentElement.closest('svg')) continue;
            node.data = node.data.replace(/\\p{L}{2,}/gu,
              (word) => word + 'ïûñ'.repeat(9).slice(0, Math.ceil(word.length / 2)));
          }
          const root = document.documentElement;
          return root.scrollWidth - root.clientWidth;
        }"""
    )
    page.close()
    assert over <= 0
