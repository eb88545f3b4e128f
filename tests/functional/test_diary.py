"""The diary on a phone: two taps, a lost signal, a colleague on the same phone; checked by axe."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from convive.store import FolderBuildStore
from factories.build import shared_build
from factories.databases import give_workspace
from factories.delivery_town import COORDINATOR, PARTNER, PASSWORD
from factories.staff_site import AT_EASE, START, Person

pytestmark = pytest.mark.functional


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, workspace_template: Path) -> Iterator[str]:
    """A town at work, served as a town would do it."""
    pack = tmp_path_factory.mktemp("town")
    (pack / "city.toml").write_text('name = "Ribera"\n')
    FolderBuildStore().save(shared_build(), pack / "build")
    give_workspace(workspace_template, pack / "workspace")
    clean = {k: v for k, v in os.environ.items() if k not in {"CONVIVE_WORKSPACE", "DATABASE_URL"}}
    clean["PYTHONPATH"] = os.pathsep.join(sys.path)
    subprocess.run([sys.executable, "-m", "factories.delivery_town", str(pack)], env=clean, check=True)  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", START, "-l", "en", "serve", str(pack), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--no-worker"], env=clean | AT_EASE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        assert process.stdout
        assert process.stdout.readline()
        yield f"http://localhost:{port}/en/work"
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def sign_in(person: Person, town: str, email: str) -> Any:
    page = person.page
    page.set_viewport_size({"width": 360, "height": 740})
    for _ in range(100):
        try:
            page.goto(f"{town}/sign-in/")
            break
        except PlaywrightError:  # the server is not up yet
            page.wait_for_timeout(100)
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.locator("button.primary").click()
    return page


def opened(page: Any, town: str) -> None:
    page.goto(f"{town}/diary/")
    page.locator("html[data-diary=ready]").wait_for()


def card(page: Any, title: str) -> Any:
    return page.locator(".diary-card", has_text=title)


def test_two_taps_write_an_entry_also_without_a_signal(newcomer: Any, town: str) -> None:
    person = newcomer()
    page = sign_in(person, town, PARTNER)
    opened(page, town)
    person.meet("diary")
    page.set_viewport_size({"width": 360, "height": 740})

    light = card(page, "Light the passages")
    light.get_by_role("button", name="Done as planned").click()
    expect(light.locator(".send button")).to_be_in_viewport()
    person.meet("diary-opened")
    page.set_viewport_size({"width": 360, "height": 740})
    light.locator(".send button").click()
    expect(light.locator(".told-now")).to_contain_text("Kept: As planned")
    expect(light.locator(".silence")).to_have_count(0)

    page.context.set_offline(True)
    walks = card(page, "Evening walks")
    walks.get_by_role("button", name="Less").click()
    walks.get_by_role("button", name="one more").dblclick()
    walks.locator("summary").click()
    walks.locator("[name=note]").fill("Kept without a network")
    walks.locator(".send button").click()
    expect(walks.locator(".told-now")).to_contain_text("No network")
    expect(page.locator("#on-phone li")).to_have_count(1)
    person.meet("diary-offline")

    page.context.set_offline(False)
    opened(page, town)
    expect(page.locator("#on-phone")).to_be_hidden()
    page.goto(f"{town}/diary/entries/?text=walks")
    expect(page.locator("tbody tr", has_text="Kept without a network")).to_have_count(1)
    expect(page.locator("tbody tr", has_text="Kept without a network")).to_contain_text("2 hours")


def test_what_waits_is_not_sent_in_a_colleague_s_name(newcomer: Any, town: str) -> None:
    person = newcomer()
    page = sign_in(person, town, PARTNER)
    opened(page, town)
    page.route("**/send/", lambda route: route.abort())
    calm = card(page, "Quiet nights")
    calm.get_by_role("button", name="More", exact=True).click()
    calm.locator(".send button").click()
    expect(calm.locator(".told-now")).to_contain_text("No network")
    page.unroute("**/send/")
    page.context.clear_cookies()
    sign_in(person, town, COORDINATOR)
    opened(page, town)
    expect(page.locator("#on-phone")).to_be_hidden()
    page.goto(f"{town}/diary/entries/?delivery=more")
    expect(page.locator("tbody tr")).to_have_count(0)
    page.context.clear_cookies()
    sign_in(person, town, PARTNER)
    opened(page, town)
    page.goto(f"{town}/diary/entries/?delivery=more")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_without_scripts_the_buttons_lead_to_the_same_form(browser: Any, town: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = sign_in(Person(context.new_page(), ""), town, PARTNER)
    page.goto(f"{town}/diary/")
    with page.expect_navigation():
        card(page, "Quiet nights").get_by_role("button", name="Not done").click()
    assert page.locator("[name=delivery][value=not_done]").is_checked()
    with page.expect_navigation():
        page.locator(".send button").click()
    expect(page.locator(".notice")).to_contain_text("Thank you")
    context.close()


@pytest.mark.parametrize("part", [
    "lights/", "lights/changes/?since=2020-01-01", "money/", "places/mill-square/", "areas/",
    "actions/walks/", "actions/walks/spending/",
])  # fmt: skip
def test_pages_of_delivery_are_for_everybody(newcomer: Any, town: str, part: str) -> None:
    person = newcomer()
    page = sign_in(person, town, COORDINATOR)
    assert page.goto(f"{town}/strategies/s/{part}").status == 200
    person.meet(re.sub(r"\W+", "-", part))
