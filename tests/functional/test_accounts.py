"""First run, invitation, signing in and out: in a browser, by keyboard, on the real server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from convive.store import FolderBuildStore
from factories.build import shared_build

pytestmark = pytest.mark.functional
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
START = "from convive.cli.main import run; run()"
PASSWORD = "seven lanterns by the quay"


@dataclass
class Running:
    """A site that was started with nothing: its address and that of the welcome."""

    address: str
    welcome: str


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`convive serve` on a new pack, as a town would start it."""
    pack = tmp_path_factory.mktemp("pack")
    (pack / "city.toml").write_text('name = "Ribera"\n')
    FolderBuildStore().save(shared_build(), pack / "build")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", START, "-l", "en", "serve", str(pack), "--port", str(port)]
    clean = {k: v for k, v in os.environ.items() if k not in {"CONVIVE_WORKSPACE", "DATABASE_URL"}}
    process = subprocess.Popen(
        command, env=clean | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    said = process.stdout.readline()
    process.stdout.readline()
    found = re.search(r"http://\S+/welcome/\S+/", said)
    try:
        assert found, said
        yield Running(f"http://localhost:{port}", found[0])
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


@dataclass
class Person:
    """Somebody at a keyboard: never touches the mouse; every page they meet is checked."""

    page: Any
    axe: str

    def meet(self, name: str) -> None:
        """Check the page that is open."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(self.axe)
        for width, scheme in ((1280, "light"), (320, "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            result = self.page.evaluate(
                "rules => axe.run(document, {runOnly: {type: 'tag', values: rules},"
                " resultTypes: ['violations']})",
                RULES,
            )
            faults = [(v["id"], v["nodes"][0]["html"][:200]) for v in result["violations"]]
            over = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert (faults, over) == ([], 0), (name, width, scheme)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        shots = os.environ.get("CONVIVE_SCREENSHOTS")
        if shots:
            self.take_pictures(Path(shots) / name)

    def take_pictures(self, stem: Path) -> None:
        """Keep the page as pictures for somebody to look at."""
        for width, scheme in ((1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=f"{stem}-{width}-{scheme}.png", full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element has the focus."""
        for _ in range(60):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by keyboard")

    def write(self, name: str, text: str) -> None:
        self.tab_to(f"[name={name}]")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def newcomer(browser: Any, axe: str) -> Iterator[Any]:
    """Makes people, each with a browser of their own."""
    contexts = []

    def make() -> Person:
        contexts.append(browser.new_context(bypass_csp=True))
        return Person(contexts[-1].new_page(), axe)

    yield make
    for context in contexts:
        context.close()


def test_from_an_empty_workspace_to_a_colleague_who_signs_out(
    newcomer: Any, running: Running
) -> None:
    ana, ben = newcomer(), newcomer()
    make_first_account(ana, running)
    link = invite_ben(ana)
    accept(ben, link, running)
    sign_out_and_in(ben, running)
    look_after_people(ana, running)


def make_first_account(ana: Person, running: Running) -> None:
    ana.page.goto(running.welcome)
    ana.meet("welcome")
    ana.write("email", "Ana@Example.org")
    ana.write("password", "short")
    ana.press("button.primary")
    ana.meet("welcome-wrong")
    assert ana.page.locator(".problems li").count() == 2
    assert ana.page.locator("#id_name").get_attribute("aria-invalid") == "true"
    ana.write("name", "Ana Coordinator")
    ana.write("password", PASSWORD)
    ana.press("button.primary")
    ana.meet("home")
    assert ana.page.url == f"{running.address}/en/work/"


def invite_ben(ana: Person) -> str:
    ana.press("main a[href='/en/work/people/']")
    ana.meet("people")
    ana.press("a[href='/en/work/people/invite/']")
    ana.meet("invite")
    ana.write("email", "ben@example.org")
    ana.write("name", "Ben Analyst")
    ana.tab_to("[name=roles][value=analyst]")
    ana.page.keyboard.press("Space")
    ana.press("button.primary")
    ana.meet("link")
    return str(ana.page.locator("#link").inner_text())


def accept(ben: Person, link: str, running: Running) -> None:
    ben.page.goto(link)
    ben.meet("invitation")
    ben.write("password", PASSWORD)
    ben.press("button.primary")
    assert ben.page.goto(f"{running.address}/en/work/people/").status == 403
    ben.meet("forbidden")
    assert ben.page.goto(link).status == 404, "the link works once"


def sign_out_and_in(ben: Person, running: Running) -> None:
    ben.page.goto(f"{running.address}/de/work/")
    ben.meet("home-de")
    ben.press("form[action$='sign-out/'] button")
    ben.meet("signed-out")
    ben.page.goto(f"{running.address}/de/work/password/")
    ben.write("email", "ben@example.org")
    ben.write("password", "not the password")
    ben.press("button.primary")
    ben.meet("sign-in-wrong")
    ben.write("password", PASSWORD)
    ben.press("button.primary")
    assert ben.page.url == f"{running.address}/de/work/password/", "back to where Ben wanted to go"
    ben.meet("password")


def look_after_people(ana: Person, running: Running) -> None:
    ana.page.goto(f"{running.address}/en/work/people/")
    ana.press("tbody a[href$='/2/']")
    ana.meet("person")
    ana.page.goto(f"{running.address}/en/work/log/")
    ana.meet("log")
    assert ana.page.locator("tbody tr").count() >= 6


def test_the_content_policy_refuses_nothing_that_a_staff_page_needs(
    browser: Any, running: Running
) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{running.address}/en/work/sign-in/")
    page.wait_for_load_state("load")
    page.close()
    assert said == []
