"""The diary on a phone: two taps, a lost signal, a colleague on the same phone; checked by axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from factories.databases import written_into
from factories.delivery_town import COORDINATOR, PARTNER, PASSWORD, fill
from factories.staff_site import Person, lay_out, served_pack

pytestmark = pytest.mark.functional


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory, workspace_template: Path, django_db_blocker: Any
) -> Iterator[str]:
    """A town at work, served as a town would do it."""
    pack = tmp_path_factory.mktemp("town")
    workspace = lay_out(pack, workspace_template)
    with django_db_blocker.unblock(), written_into(workspace):
        fill()
    with served_pack(pack) as site:
        yield f"{site.address}/en/work"


def sign_in(person: Person, town: str, email: str) -> Any:
    page = person.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{town}/sign-in/")
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
