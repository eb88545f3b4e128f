"""A whole survey and a whole audit in a browser, by keyboard; with and without JavaScript."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from convive.web.config.workspace import DATABASE_FILE
from factories.databases import written_into
from factories.seed_forms import seed
from factories.staff_site import lay_out, served_pack

pytestmark = pytest.mark.functional
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FORMS = (
    "select c.code, s.state, s.answers from fieldwork_submission s"
    " join fieldwork_campaign c on c.id = s.campaign_id order by s.rowid"
)


@dataclass
class Running:
    """A site with fieldwork in its workspace."""

    address: str
    tokens: dict[str, str]
    workspace: Path

    def kept(self) -> dict[str, Any]:
        """What the workspace holds now."""
        with closing(sqlite3.connect(self.workspace / DATABASE_FILE, timeout=30)) as database:
            forms = database.execute(FORMS).fetchall()
            photos = database.execute("select file from fieldwork_attachment").fetchall()
        return {
            "forms": [[code, state, json.loads(answers)] for code, state, answers in forms],
            "photos": [file for (file,) in photos],
        }


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, workspace_template: Path, django_db_blocker: Any
) -> Iterator[Running]:
    """`convive serve` with a survey, an audit and a walk."""
    pack = tmp_path_factory.mktemp("pack")
    workspace = lay_out(pack, workspace_template)
    with django_db_blocker.unblock(), written_into(workspace):
        tokens = seed()
    with served_pack(pack) as site:
        yield Running(site.address, tokens, workspace)


class Person:
    """Somebody at a keyboard: never touches the mouse; every page they meet is checked."""

    def __init__(self, page: Any, axe: str, width: int) -> None:
        self.page, self.axe, self.width = page, axe, width
        self.said: list[str] = []
        page.on("pageerror", lambda error: self.said.append(str(error)))
        # Focus that the script has set already is no fault: the page asks for it, too, without one.
        page.on(
            "console",
            lambda said: "Autofocus" in said.text or self.said.append(said.text),
        )

    def meet(self, name: str) -> None:
        """Check the page that is open: at a desk in light, on a phone in the dark."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(self.axe)
        scheme = "light" if self.width > 1000 else "dark"
        self.page.emulate_media(color_scheme=scheme)
        result = self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules},"
            " resultTypes: ['violations']})",
            RULES,
        )
        faults = [(v["id"], v["nodes"][0]["html"][:200]) for v in result["violations"]]
        assert faults == [], (name, scheme)
        for width in {self.width, 320 if self.width < 1000 else self.width}:
            self.page.set_viewport_size({"width": width, "height": 900})
            over = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over == 0, (name, width)
        self.page.set_viewport_size({"width": self.width, "height": 900})
        self.take_pictures(name)

    def take_pictures(self, name: str) -> None:
        """Keep the page as pictures for somebody to look at."""
        shots = os.environ.get("CONVIVE_SCREENSHOTS")
        for scheme in ("light", "dark") if shots else ():
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=f"{shots}/{name}-{scheme}.png", full_page=True)

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element has the focus."""
        for _ in range(150):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by keyboard")

    def choose(self, name: str, place: int) -> None:
        """Choose the nth of a group of radio buttons, with Space and the arrow keys."""
        self.tab_to(f"[name='{name}']")
        self.page.keyboard.press("Space")
        for _ in range(place):
            self.page.keyboard.press("ArrowDown")

    def write(self, name: str, text: str) -> None:
        self.tab_to(f"[name='{name}']")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture(params=[1280, 360])
def width(request: pytest.FixtureRequest) -> int:
    """A desk and a phone."""
    return int(request.param)


@pytest.fixture
def person(browser: Any, axe: str, width: int) -> Iterator[Person]:
    """Somebody with a browser of their own, at a place on the map."""
    context = browser.new_context(
        bypass_csp=True, viewport={"width": width, "height": 900},
        permissions=["geolocation"], geolocation={"latitude": 50.8467, "longitude": 4.3525},
    )  # fmt: skip
    yield Person(context.new_page(), axe, width)
    context.close()


SEND = "#send[value=send]"
NEXT = "#send"


def test_a_whole_survey_by_keyboard(person: Person, running: Running) -> None:
    page = person.page
    before = len(running.kept()["forms"])
    page.goto(f"{running.address}/en/fill/{running.tokens['survey']}/")
    person.meet(f"survey-introduction-{person.width}")
    person.press("main button")
    person.choose("feel_safe_dark", 2)
    person.meet(f"survey-first-{person.width}")
    person.press(NEXT)
    hidden = page.locator("[data-item=reported_police]")
    assert hidden.is_hidden()
    person.choose("victim_12m", 0)
    assert hidden.is_visible(), "the answer opens the question at once"
    person.choose("reported_police", 1)
    person.meet(f"survey-second-{person.width}")
    person.press(NEXT)
    assert "What worries you" in page.locator("h2").first.inner_text()
    person.press("button[value=back]:not([aria-hidden])")
    assert page.locator("#q-reported_police-no").is_checked()
    person.press(NEXT)
    while page.locator(SEND).count() == 0:
        person.press(NEXT)
    person.press(SEND)
    assert page.url == f"{running.address}/en/thank-you/"
    person.meet(f"survey-thanks-{person.width}")
    kept = running.kept()["forms"]
    assert len(kept) == before + 1
    assert kept[-1] in [one for one in kept if one[2] == {
        "feel_safe_dark": "bit_unsafe", "victim_12m": "yes", "reported_police": "no"}]  # fmt: skip
    assert person.said == []
    assert page.context.cookies() == []


def _photo(folder: Path) -> Path:
    data = io.BytesIO()
    Image.effect_noise((640, 480), 40).convert("RGB").save(data, "JPEG")
    path = folder / "corner.jpg"
    path.write_bytes(data.getvalue())
    return path


def test_a_whole_walk_by_keyboard_with_stops_and_a_photo(  # noqa: PLR0915 - one walk
    person: Person, running: Running, tmp_path: Path
) -> None:
    page, here = person.page, f"walk-{person.width}"
    page.goto(f"{running.address}/en/fill/{running.tokens['walk']}/")
    person.meet(f"{here}-start")
    person.press("main button.primary")
    person.press(NEXT)
    person.meet(f"{here}-wrong")
    page.wait_for_function("document.activeElement.matches('.problems')")
    person.write("route", "Along the river")
    page.evaluate("document.querySelector('[name=started_at]').value = '2026-11-21T20:00'")
    person.choose("daypart", 1)
    person.choose("facilitator", 0)
    person.choose("consent", 0)
    person.press(NEXT)
    assert "Who walks" in page.locator("h2").first.inner_text()
    person.write("women_adult", "4")
    person.press(NEXT)
    person.tab_to("[data-locate]")
    person.page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('[data-located]').textContent !== ''")
    assert page.locator("[name='stops-0-stop_position-latitude']").input_value() == "50.8467"
    person.choose("stops-0-stop_kind", 0)
    page.locator("[name='stops-0-stop_photo']").set_input_files(_photo(tmp_path))
    person.choose("stops-0-general_feeling", 1)
    person.choose("stops-0-light_level", 1)
    person.write("stops-0-broken_lamps", "2")
    person.meet(f"{here}-stop")
    person.press("[data-add=stops]")
    page.wait_for_function("document.activeElement.closest('[data-round=stops-1]') !== null")
    person.tab_to("#q-stops-1 [data-locate]")
    person.page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#q-stops-1 [data-located]').textContent !== ''")
    person.choose("stops-1-stop_kind", 2)
    person.meet(f"{here}-second-stop")
    person.press(NEXT)
    assert "Most urgent action" in page.locator("h2").first.inner_text()
    person.press(NEXT)
    person.meet(f"{here}-end")
    person.press(SEND)
    assert "/sent/" in page.url
    person.meet(f"{here}-sent")
    kept = running.kept()
    walk = [one for one in kept["forms"] if one[0] == "walk"][-1]
    assert walk[1] == "complete"
    stops = walk[2]["stops"]
    assert [stop["stop_kind"] for stop in stops] == ["street", "passage"]
    assert stops[0]["broken_lamps"] == 2
    assert stops[0]["stop_position"]["latitude"] == 50.8467
    assert walk[2]["women_adult"] == 4
    assert all(kept["photos"])
    assert person.said == []


def go_on(page: Any) -> None:
    """Send the step and wait for the page that answers; a click alone may come back earlier."""
    with page.expect_navigation():
        page.locator(NEXT).click()


def test_the_survey_without_javascript(browser: Any, running: Running) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    before = len(running.kept()["forms"])
    page.goto(f"{running.address}/fr/fill/{running.tokens['survey']}/")
    with page.expect_navigation():
        page.get_by_role("button", name="Commencer").click()
    page.locator("[for=q-feel_safe_dark-very_safe]").click()
    go_on(page)
    page.locator("[for=q-victim_12m-yes]").click()
    go_on(page)
    assert page.locator(".notice").is_visible(), "a further question is shown before going on"
    page.locator("[for=q-reported_police-yes]").click()
    for _ in range(8):
        go_on(page)
        if "/fill/" not in page.url:
            break
    assert page.url == f"{running.address}/fr/thank-you/"
    assert len(running.kept()["forms"]) == before + 1
    context.close()


@pytest.mark.parametrize("name", ["closed", "revoked", "audit"])
def test_doors(person: Person, running: Running, name: str) -> None:
    person.page.goto(f"{running.address}/de/fill/{running.tokens[name]}/")
    person.page.wait_for_load_state("load")
    person.said.clear()  # the browser itself notes a 410
    person.meet(f"door-{name}-{person.width}")


def test_the_shelf_and_an_assessment(person: Person, running: Running) -> None:
    page, here = person.page, running.address
    for name in ("", "nightlife_venue_label/"):
        page.goto(f"{here}/fr/instruments/{name}")
        person.meet(f"shelf-{person.width}-{name.rstrip('/') or 'list'}")
    page.goto(f"{here}/en/work/fieldwork/assessments/new/street_observation/")
    person.write("email", "ana@example.org")
    person.write("password", "seven lanterns by the quay")
    person.press("button.primary")
    person.meet(f"assessment-begin-{person.width}")
    person.write("subject", f"Station square {person.width}")
    person.press("button.primary")
    person.meet(f"assessment-form-{person.width}")
    for box in page.locator("fieldset[data-type=choice]").all():
        if box.is_visible():
            person.choose(str(box.get_attribute("data-name")), 1)
    person.press(SEND)
    assert page.url.endswith("/result/")
    page.locator("main details").first.evaluate("one => { one.open = true; }")
    person.meet(f"assessment-result-{person.width}")
    page.goto(f"{here}/en/work/fieldwork/assessments/")
    person.meet(f"assessment-list-{person.width}")
