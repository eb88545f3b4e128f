"""The pages in a browser: nobody else is asked, axe finds nothing, nothing overflows."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pytest
from playwright.sync_api import expect

from factories.addresses import PAGES, READ_PAGES
from factories.build import shared_build

pytestmark = pytest.mark.functional
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(1280, "light", "en"), (360, "dark", "de"), (1280, "dark", "de"), (360, "light", "en")]
"""Both widths and both schemes; the words are those of English or German."""
FINDINGS = {
    f"finding-{code}": f"/en/findings/{finding_id}/"
    for finding_id, code in zip(
        *shared_build().tables["findings"].select(["finding_id", "code"]).to_pydict().values(),
        strict=True,
    )
    if f"/en/findings/{finding_id}/" not in READ_PAGES.values()
}
ADDRESSES = READ_PAGES | FINDINGS | {"method": PAGES["method"], "nope": "/en/nope/"}
EVERY_PAGE = pytest.mark.parametrize("name", sorted(ADDRESSES))


def address_of(name: str, language: str = "en") -> str:
    """Return the path of a kind of page in a language."""
    return ADDRESSES[name].replace("/en/", f"/{language}/")


def looks_of(name: str) -> list[tuple[int, str, str]]:
    """Return two looks, so that both widths and both schemes are seen; for the front all four.

    At a desk `test_public_pages` has two checkers look at all pages but those of the findings.
    """
    if name == "front":
        return LOOKS
    return LOOKS[:2] if name in FINDINGS else LOOKS[1:2]


@EVERY_PAGE
def test_a_page_is_accessible_narrow_and_nobody_else_is_asked(
    browser: Any, address: str, axe: str, name: str
) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    found, wide, last = [], [], ""
    for width, scheme, language in looks_of(name):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if language != last:
            page.goto(address + address_of(name, language))
            page.evaluate(axe)
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        last = language
        result = page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules},"
            " resultTypes: ['violations']})",
            RULES,
        )
        found += [
            (width, scheme, one["id"], one["nodes"][0]["html"][:200])
            for one in result["violations"]
        ]
        for narrow in {width, 320} if width < 400 else {width}:
            page.set_viewport_size({"width": narrow, "height": 900})
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            wide += [(narrow, over)] if over > 0 else []
    context.close()
    assert found == []
    assert wide == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


@pytest.mark.parametrize("name", ["front", "area", "findings", "finding", "indicator"])
def test_the_content_policy_refuses_nothing_that_a_page_needs(
    browser: Any, address: str, name: str
) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address + address_of(name))
    page.wait_for_load_state("load")
    page.close()
    assert said == []


def test_the_enlarged_map_tells_the_area_in_the_middle_by_keyboard(
    browser: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/")
    button = page.locator("[data-map] > .button")
    if button.count() == 0:
        pytest.skip("This browser has no WebGL: the drawn map stays, as it should.")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".map-live[data-ready=yes]", timeout=30_000)
    page.locator(".map-live canvas").focus()
    page.keyboard.press("+")
    # No function of a string: the pages' content security policy refuses it, as it should.
    page.wait_for_selector(".map-detail a", state="attached", timeout=30_000)
    target = page.locator(".map-detail a").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url("**/areas/**")
    assert target
    assert page.url.endswith(target)
    page.close()


def test_an_area_prints_on_one_or_two_pages(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(address + address_of("area"))
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    page.close()
    assert len(sheets) in {1, 2}
    assert "Skip to the content" not in sheets[0].extract_text()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
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
    page.wait_for_url("**face=felt**")
    assert page.locator("#results li").count() > 0
    context.close()


def test_filters_update_in_place_with_javascript(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/findings/")
    before = page.locator("#results li").count()
    page.select_option("#face", "felt")
    page.wait_for_url("**face=felt**")
    page.wait_for_selector(f"#results li:nth-of-type({before})", state="detached")
    page.close()


@pytest.mark.parametrize("path", ["/en/findings/", "/en/areas/"])
def test_what_filters_in_place_is_fetched_by_whoever_filters(
    browser: Any, address: str, path: str
) -> None:
    page = browser.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{address}{path}", wait_until="networkidle")
    assert not any("htmx" in url for url in fetched)
    page.locator("form.filters :is(select, input)").first.focus()
    page.wait_for_function("typeof htmx === 'object'")
    assert sum("htmx" in url for url in fetched) == 1
    page.close()


def test_what_is_typed_before_the_filter_is_there_is_not_lost(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.route("**/htmx.min.js*", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.goto(f"{address}/en/areas/")
    page.locator("#q").fill("molino")
    page.wait_for_url("**q=molino**")
    assert page.locator("#results li").count() == 1
    # Read again, and back to all of them: what filters has not been fetched by then.
    page.reload(wait_until="networkidle")
    page.go_back()
    page.wait_for_selector("#results li:nth-of-type(2)", timeout=5_000)
    page.close()


def test_below_the_first_screen_all_can_be_reached_and_printed(browser: Any, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto(f"{address}/en/areas/neighbourhood/n08/")
    skipped = page.locator(".one-sheet > .last")
    style = "one => getComputedStyle(one).contentVisibility"
    assert skipped.evaluate(style) == "auto"
    assert page.evaluate("window.find('Before you compare')")
    page.emulate_media(media="print")
    assert skipped.evaluate(style) == "visible"
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
    expect(page.locator("svg.map")).to_be_hidden()
    button.click()
    expect(page.locator("svg.map")).to_be_visible()
    assert errors == []
    page.close()


def test_by_keyboard_from_the_front_to_ones_neighbourhood_and_its_table(
    browser: Any, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/")

    def tab_to(selector: str) -> None:
        for _ in range(90):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"{selector} is not reached by keyboard")

    tab_to("#where")
    page.keyboard.type("molino")
    page.keyboard.press("Enter")
    page.wait_for_url("**/areas/neighbourhood/n08/")
    tab_to("details.twin > summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.twin[open] table").first).to_be_visible()
    tab_to(".figures a[href*='/indicators/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/indicators/**")
    tab_to("details.twin > summary")
    page.keyboard.press("Space")
    table = page.locator("details.twin[open] table").first
    mapped = page.locator("svg.map a").count()
    assert table.locator("tbody tr").count() >= mapped > 0, "a line for every area of the map"
    page.close()


def test_a_filter_in_place_keeps_the_focus(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/findings/")
    before = page.locator("#results li").count()
    page.locator("#face").focus()
    page.select_option("#face", "felt")
    page.wait_for_url("**face=felt**")
    page.wait_for_selector(f"#results li:nth-of-type({before})", state="detached")
    expect(page.locator("#face")).to_be_focused()
    page.close()


def test_the_other_language_keeps_query_and_place(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/en/?show=felt#map-section")
    page.locator(".lang summary").focus()
    page.keyboard.press("Enter")
    page.locator(".lang a[lang=nl]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/nl/**")
    assert page.url.endswith("/nl/?show=felt#map-section")
    page.locator(".lang summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator(".lang summary")).to_be_focused()
    expect(page.locator(".lang ul")).to_be_hidden()
    page.close()
