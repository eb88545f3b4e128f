"""The phone page by hand, keyboard and eye; and what happens when something changes meanwhile."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from factories.databases import give_workspace
from factories.walk_phone import begin, finish, kept_on, kinds, photo_of, until, words_on
from factories.walk_server import WalkServer

PlaywrightError = pytest.importorskip("playwright.sync_api").Error
pytestmark = pytest.mark.functional
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LARGE_TARGET = 44


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, workspace_template: Path, django_db_blocker: Any
) -> Iterator[WalkServer]:
    """A served process with a walk and an audit, photos let through."""
    made = WalkServer(tmp_path_factory.mktemp("workspace"))
    give_workspace(workspace_template, made.folder)
    with django_db_blocker.unblock():
        made.prepare()
    made.start()
    yield made
    made.kill()


Opener = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, server: WalkServer) -> Iterator[Opener]:
    """Opens the page of a link on a phone of its own."""
    contexts = []

    def make(link: str = "group", language: str = "en", *, at: str = "", **more: Any) -> Any:
        wanted = {"viewport": {"width": 360, "height": 740}, "locale": "en-GB"} | more
        contexts.append(browser.new_context(**wanted))
        page = contexts[-1].new_page()
        page.goto(f"{server.address}/{language}/walk/{at or server.facts[link]}/")
        page.wait_for_selector("html[data-started]")
        page.wait_for_selector("#ready[data-ready=yes]")
        return page

    yield make
    for context in contexts:
        context.close()


def new_link(server: WalkServer, link: str = "group") -> str:
    """Make another link beside one of the prepared; return its token."""
    return server.added_link(server.facts[link])


def test_a_link_that_is_taken_back_leaves_the_stops_on_the_phone_and_a_new_one_sends_them(
    server: WalkServer, opened: Opener
) -> None:
    token = new_link(server)
    page = opened(at=token)
    page.context.set_offline(True)
    begin(page, 1)
    finish(page)
    server.write(
        "update fieldwork_accesslink set revoked_at = '2026-11-21 20:00:00' where token_hash = ?",
        server.hash_of(token),
    )
    page.context.set_offline(False)
    until(lambda: kinds(page) == ["refused"])
    said = page.locator(".stop").inner_text()
    assert "This address was taken back." in said
    assert "Nothing is lost" in said
    assert kept_on(page) == {"forms": 1, "photos": 1}
    page.reload()
    page.wait_for_selector("html[data-started]")
    assert kept_on(page) == {"forms": 1, "photos": 1}

    page.goto(f"{server.address}/en/walk/{new_link(server)}/")
    until(lambda: kinds(page) == ["sent"])
    assert kept_on(page) == {"forms": 1, "photos": 0}


def test_a_form_begun_with_an_older_version_is_finished_and_sent_with_it(
    server: WalkServer, opened: Opener
) -> None:
    page = opened("versions")
    begin(page, 2)
    page.click("#back")
    server.publish_version_2("versions")
    page.reload()
    until(lambda: takes_version_2(page))
    page.wait_for_selector("html[data-started]")
    until(lambda: kinds(page) == ["draft"])
    page.click("[data-kind=draft] button")
    page.wait_for_selector(".photo-view canvas")
    finish(page)
    begin(page, 3)
    finish(page)
    until(lambda: kinds(page) == ["sent"] * 2)
    rows = server.rows(
        "select v.version from fieldwork_submission s join fieldwork_formversion v"
        " on s.form_id = v.id join fieldwork_campaign c on c.id = s.campaign_id"
        " where c.code = 'versions' order by v.version"
    )
    assert rows == [(1,), (2,)]


def takes_version_2(page: Any) -> bool:
    """Load the newer page where it is offered (it comes by itself while nothing is open)."""
    with contextlib.suppress(PlaywrightError):  # the page is just being loaded anew
        if page.locator("#load").is_visible():
            page.click("#load", timeout=1000)
        text = page.evaluate("document.getElementById('walk-data')?.textContent ?? '{}'")
        return bool(json.loads(text).get("package", {}).get("version") == 2)
    return False


FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (['photos', 'forms'].includes(this.name)) throw new DOMException('', 'QuotaExceededError');
    return put.apply(this, given);
  };
}"""
"""What a browser says when there is no room left."""


def test_a_full_phone_is_told_in_words_and_loses_nothing_that_was_saved(opened: Opener) -> None:
    page = opened("full")
    begin(page, 4)
    page.evaluate(FULL)
    page.set_input_files("#q-photo", photo_of(40))
    page.wait_for_selector("#trouble:not([hidden])")
    assert "memory of this phone is full" in page.inner_text("#trouble")
    page.fill("[name=spot_position-latitude]", "1")
    page.reload()
    page.wait_for_selector(".photo-view canvas")
    assert page.input_value("[name=spot_position-latitude]") == "46.04"
    finish(page)
    until(lambda: kinds(page) == ["sent"])


def test_two_phones_of_one_group_send_their_own_stops(server: WalkServer, opened: Opener) -> None:
    first, second = opened("pair"), opened("pair", "fr")
    for page in (first, second):
        page.context.set_offline(True)
        for stop in (1, 2):
            begin(page, stop)
            finish(page)
        page.context.set_offline(False)
    for page in (first, second):
        until(lambda page=page: kinds(page) == ["sent"] * 2)
    rows = server.rows(
        "select s.language, count(*) from fieldwork_submission s join fieldwork_campaign c"
        " on c.id = s.campaign_id where c.code = 'pair' and s.state = 'complete'"
        " group by s.language order by s.language"
    )
    assert rows == [("en", 2), ("fr", 2)]


def test_two_windows_of_one_phone_send_a_stop_once(server: WalkServer, opened: Opener) -> None:
    page = opened("windows")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("html[data-started]")
    page.context.set_offline(True)
    begin(page, 1)
    finish(page)
    page.context.set_offline(False)
    for one in (page, other):
        until(lambda one=one: kinds(one) == ["sent"])
    assert server.rows(
        "select count(*) from fieldwork_submission s join fieldwork_campaign c"
        " on c.id = s.campaign_id where c.code = 'windows'"
    ) == [(1,)]


def test_the_worker_sends_in_the_background(server: WalkServer, opened: Opener) -> None:
    page = opened("background")
    page.context.set_offline(True)
    begin(page, 1)
    finish(page)
    base = page.evaluate("location.pathname")
    page.goto("about:blank")
    page.context.set_offline(False)
    worker = page.context.service_workers[0]
    # The page that was left may hold the lock a moment longer; the browser, too, asks again later.
    worker.evaluate(
        "async () => { while ((await navigator.locks.query()).held.length)"
        " await new Promise((go) => setTimeout(go, 50)); await sendInBackground(); }"
    )
    page.goto(f"{server.address}{base}")
    page.wait_for_selector("html[data-started]")
    assert kinds(page) == ["sent"]


def test_planned_visits_are_listed_by_place_and_time_of_day_and_marked_when_done(
    server: WalkServer, opened: Opener
) -> None:
    page = opened("rater")
    assert page.locator("#add").is_hidden()
    assert kinds(page) == ["open"] * 4
    page.click(".stop:nth-child(2) button")
    page.wait_for_selector("#form-screen:not([hidden])")
    assert page.inner_text("#form-title") == "P001 Square 1"
    assert page.inner_text("#form-daypart") == "after dark"
    page.fill("[name=spot_position-latitude]", "46.5")
    page.fill("[name=spot_position-longitude]", "11.5")
    finish(page)
    until(lambda: kinds(page) == ["open", "sent", "open", "open"])
    again = opened("rater")
    until(lambda: kinds(again) == ["open", "done", "open", "open"])
    rows = server.rows("select daypart, place_id from fieldwork_submission where place_id not null")
    assert rows == [("night", server.facts["places"][0].replace("-", ""))]


def test_rounds_are_added_taken_away_and_sent_as_the_form_has_them(
    server: WalkServer, opened: Opener
) -> None:
    page = opened("rounds")
    page.click("#add")
    page.wait_for_selector("#form-screen:not([hidden])")
    assert page.locator("#q-stops").is_hidden(), "not before everybody agrees"
    page.fill("[name=route]", "Along the river")
    page.click("[data-item=started_at] button")
    for choice in ("daypart-night", "facilitator-residents", "consent-yes"):
        page.click(f"label[for=q-{choice}]")
    assert page.locator("[data-round]").count() == 1, "one stop at least"
    page.click("[data-add=stops]")
    page.click("[data-add=stops]")
    for number, name in enumerate("abc"):
        fill_round(page, number, f"Idea {name}")
    page.click("[data-remove=stops-1]")
    assert page.locator("[data-round]").count() == 2
    assert page.input_value("[name=stops-1-idea]") == "Idea c"
    until(lambda: "Idea c" in (kept := words_on(page)) and "Idea b" not in kept)
    page.reload()
    page.wait_for_selector("[data-round=stops-1]")
    assert page.input_value("[name=stops-1-idea]") == "Idea c"
    page.click("#finish")
    page.wait_for_selector("#list-screen:not([hidden])")
    until(lambda: kinds(page) == ["sent"])
    ((answers, problems),) = server.rows(
        "select s.answers, s.problems from fieldwork_submission s join fieldwork_campaign c"
        " on c.id = s.campaign_id where c.code = 'rounds'"
    )
    stops = json.loads(answers)["stops"]
    assert [one["idea"] for one in stops] == ["Idea a", "Idea c"]
    assert len({one["stop_photo"] for one in stops}) == 2
    assert json.loads(problems) == []


def fill_round(page: Any, number: int, idea: str) -> None:
    """Answer a round of stops, with a photo."""
    page.fill(f"[name=stops-{number}-stop_position-latitude]", f"46.{number + 1}")
    page.fill(f"[name=stops-{number}-stop_position-longitude]", "11")
    page.click(f"label[for=q-stops-{number}-stop_kind-street]")
    page.fill(f"[name=stops-{number}-idea]", idea)
    page.set_input_files(f"[id=q-stops-{number}-stop_photo]", photo_of(number))
    page.wait_for_selector(f"[data-name=stops-{number}-stop_photo] canvas")


def test_a_photo_is_covered_by_finger_and_by_keyboard_before_it_leaves(opened: Opener) -> None:
    page = opened("cover")
    begin(page, 5)
    page.click("[data-do=cover]")
    canvas = page.locator("canvas.covering")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 3)
    page.mouse.up()
    said = page.locator("[data-item=photo] .photo-told")
    until(lambda: said.inner_text() == "Covered.")
    assert colour_at(page, 0.1, 0.1) == [28, 36, 48]
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    until(lambda: colour_of_kept(page, 0.8, 0.65) == colour_of_kept(page, 0.12, 0.12))
    finish(page)
    until(lambda: kinds(page) == ["sent"])


def colour_at(page: Any, x: float, y: float) -> list[int]:
    """The colour of what is drawn."""
    found: list[int] = page.evaluate(
        """([x, y]) => {
          const canvas = document.querySelector('canvas.covering');
          const at = [Math.round(x * canvas.width), Math.round(y * canvas.height)];
          return [...canvas.getContext('2d').getImageData(...at, 1, 1).data].slice(0, 3);
        }""",
        [x, y],
    )
    return found


def colour_of_kept(page: Any, x: float, y: float) -> list[int]:
    """The colour of what is kept on the phone, in steps of sixteen."""
    found: list[int] = page.evaluate(
        """async ([x, y]) => {
          const { key } = JSON.parse(document.getElementById('walk-data').textContent);
          const done = (asked) => new Promise((end) => (asked.onsuccess = () => end(asked.result)));
          const db = await done(indexedDB.open(`convive-walk-${key}`));
          const [photo] = await done(db.transaction('photos').objectStore('photos').getAll());
          db.close();
          const picture = await createImageBitmap(photo.blob);
          const canvas = new OffscreenCanvas(picture.width, picture.height);
          const pen = canvas.getContext('2d');
          pen.drawImage(picture, 0, 0);
          const at = [Math.round(x * canvas.width), Math.round(y * canvas.height)];
          return [...pen.getImageData(...at, 1, 1).data].slice(0, 3).map((one) => one >> 4);
        }""",
        [x, y],
    )
    return found


def test_a_position_is_found_refused_and_written_by_hand(opened: Opener) -> None:
    page = opened("cover", geolocation={"latitude": 46.0679, "longitude": 11.1211, "accuracy": 8})
    page.click("#add")
    page.wait_for_selector("#form-screen:not([hidden])")
    said = page.locator("[data-item=spot_position] [data-located]")
    page.click("[data-locate]")
    until(lambda: "may not know the position" in said.inner_text())
    page.context.grant_permissions(["geolocation"])
    page.click("[data-locate]")
    until(lambda: "accurate to about 8 m" in said.inner_text())
    assert page.input_value("[name=spot_position-latitude]") == "46.067900"
    page.fill("[name=spot_position-latitude]", "91")
    page.click("#finish")
    page.wait_for_selector("#problems:not([hidden])")
    assert "latitude (from −90 to 90)" in page.inner_text("#problems")


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_is_accessible_narrow_large_and_asks_nobody_else(
    opened: Opener, server: WalkServer, axe: str, language: str
) -> None:
    asked, said = [], []
    page = opened("look", language, bypass_csp=True)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    shots = Shots(page, axe, language)
    shots.look("1-empty")
    begin(page, 1)
    shots.look("2-form")
    page.click("[data-do=cover]")
    shots.look("3-cover")
    page.click("#finish")
    page.wait_for_selector("#problems:not([hidden])")
    until(lambda: page.evaluate("document.activeElement.id") == "problems")
    shots.look("4-problems")
    page.context.set_offline(True)
    finish(page)
    shots.look("5-kept")
    page.context.set_offline(False)
    until(lambda: kinds(page) == ["sent"])
    shots.look("6-sent")
    assert shots.faults == []
    assert {urlsplit(one).netloc for one in asked if one.startswith("http")} <= {
        urlsplit(server.address).netloc
    }
    assert [one for one in said if "ERR_INTERNET_DISCONNECTED" not in one] == []


class Shots:
    """Looks at a screen: axe, width, size of targets; keeps pictures where they are wanted."""

    def __init__(self, page: Any, axe: str, language: str) -> None:
        self.page, self.language = page, language
        self.faults: list[Any] = []
        page.evaluate(axe)

    def look(self, name: str) -> None:
        for width, scheme in ((360, "light"), (320, "dark")):
            self.page.set_viewport_size({"width": width, "height": 740})
            self.page.emulate_media(color_scheme=scheme)
            found = self.page.evaluate(
                "rules => axe.run(document, {runOnly: {type: 'tag', values: rules},"
                " resultTypes: ['violations']})",
                RULES,
            )
            self.faults += [
                (name, width, one["id"], one["nodes"][0]["html"][:200])
                for one in found["violations"]
            ]
            over = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            small = self.page.evaluate(SMALL_TARGETS, LARGE_TARGET)
            self.faults += [(name, width, over, small)] if over > 0 or small else []
            folder = os.environ.get("CONVIVE_SCREENSHOTS")
            if folder:
                path = Path(folder) / f"walk-{name}-{self.language}-{width}-{scheme}.png"
                self.page.screenshot(path=path)
        self.page.set_viewport_size({"width": 360, "height": 740})


SMALL_TARGETS = """least => [...document.querySelectorAll('main button, main a, main .one label')]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim().slice(0, 40),
                 (one.closest('.one') ?? one).getBoundingClientRect().height])
  .filter(([, height]) => height < least)"""


def test_a_stop_is_filled_in_and_finished_by_keyboard_alone(opened: Opener) -> None:
    page = opened("keyboard")
    tab_to(page, "#add")
    page.keyboard.press("Enter")
    page.wait_for_selector("#form-screen:not([hidden])")
    until(lambda: page.evaluate("document.activeElement.id") == "form-title")
    for name in ("latitude", "longitude"):
        tab_to(page, f"[name=spot_position-{name}]")
        page.keyboard.type("11.5")
    tab_to(page, "[data-item=seen_at] button")
    page.keyboard.press("Enter")
    tab_to(page, "[name=daypart]")
    page.keyboard.press("Space")
    tab_to(page, "#finish")
    page.keyboard.press("Enter")
    page.wait_for_selector("#list-screen:not([hidden])")
    until(lambda: kinds(page) == ["sent"])
    said = page.locator("#say")
    until(lambda: said.text_content() == "Stop 1 was sent.")


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(80):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_a_stop_is_deleted_only_after_a_second_thought(opened: Opener) -> None:
    page = opened("keyboard")
    begin(page, 1)
    page.click("#discard")
    page.click("#sure-no")
    assert kept_on(page) == {"forms": 1, "photos": 1}
    page.click("#discard")
    page.click("#sure-yes")
    page.wait_for_selector("#list-screen:not([hidden])")
    assert kept_on(page) == {"forms": 0, "photos": 0}


def test_without_scripts_the_page_leads_to_the_ordinary_form(
    browser: Any, server: WalkServer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.address}/en/walk/{server.facts['group']}/")
    link = page.get_by_role("link", name="Go to the ordinary form")
    assert link.get_attribute("href") == f"/en/fill/{server.facts['group']}/"
    assert page.locator("#walk").is_hidden()
    context.close()


def test_a_finished_stop_can_be_changed_until_it_is_on_its_way(
    server: WalkServer, opened: Opener
) -> None:
    page = opened("change")
    page.context.set_offline(True)
    begin(page, 1)
    finish(page)
    page.click("[data-kind=ready] button")
    page.wait_for_selector(".photo-view canvas")
    page.fill("[name=spot_position-latitude]", "47")
    page.click("#back")
    until(lambda: kinds(page) == ["draft"])  # opened again, it waits to be finished again
    page.click("[data-kind=draft] button")
    page.wait_for_selector(".photo-view canvas")
    page.click("#finish")
    until(lambda: kinds(page) == ["ready"])
    page.context.set_offline(False)
    until(lambda: kinds(page) == ["sent"])
    assert page.locator(".stop button").count() == 0
    rows = server.rows(
        "select s.answers from fieldwork_submission s join fieldwork_campaign c"
        " on c.id = s.campaign_id where c.code = 'change'"
    )
    assert [json.loads(answers)["spot_position"]["latitude"] for (answers,) in rows] == [47]


def test_the_skip_link_leaves_the_stop_open(opened: Opener) -> None:
    page = opened("keyboard")
    begin(page, 1)
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    until(lambda: page.evaluate("document.activeElement.id") == "content")
    assert page.locator("#form-screen").is_visible()


def test_a_choice_can_be_taken_back(opened: Opener) -> None:
    page = opened("keyboard")
    begin(page, 1)
    page.click("label[for=q-daypart-night]")
    page.wait_for_selector("[data-item=lighting]:not([hidden])")
    page.click("[data-item=daypart] .clear")
    page.wait_for_selector("[data-item=lighting]", state="hidden")
    assert page.locator("[name=daypart]:checked").count() == 0
