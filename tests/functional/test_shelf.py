"""From a finding to what was tried elsewhere, and from there into the plan; checked by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from factories.staff_site import Person, Running
from functional.test_strategy import ana, click, fill  # noqa: F401 - a fixture among them

pytestmark = pytest.mark.functional


def test_from_a_finding_to_an_action_that_was_tried_elsewhere(
    ana: Person,  # noqa: F811
    running: Running,
) -> None:
    strategy = make_strategy(ana, running)
    ask_the_shelf(ana, strategy)
    name_what_there_is(ana)
    read_an_entry(ana)
    see_what_it_would_become(ana)
    adopt_it(ana)
    adopt_it_twice(ana)
    go_the_short_way(ana, strategy)


def test_found_by_keyboard_and_read(ana: Person, running: Running) -> None:  # noqa: F811
    page = ana.page
    page.goto(f"{running.address}/en/work/shelf/")
    ana.write("q", "sexual harassment in bars")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".hits")).to_contain_text("Found because of")
    ana.meet("shelf-found")
    page.check("#f-form-card")
    click(ana, "button[form=ask]")
    expect(page.locator(".chips")).to_contain_text("Method card")
    ana.meet("shelf-narrowed")
    click(ana, ".hits h3 a")
    ana.meet("shelf-card")
    page.goto(f"{running.address}/de/work/shelf/cards/")
    ana.meet("shelf-cards-de")
    page.goto(f"{running.address}/en/work/shelf/?q=zzzzqqqq")
    ana.meet("shelf-nothing")
    page.goto(f"{running.address}/de/work/shelf/entries/convive/group_violence_intervention/")
    ana.meet("shelf-entry-de")
    page.goto(f"{running.address}/en/work/shelf/?q=behaviour+barometer")
    expect(page.locator(".hits .warn").first).to_be_visible()
    ana.meet("shelf-persons")


def make_strategy(person: Person, site: Running) -> str:
    person.page.goto(f"{site.address}/en/work/strategies/new/")
    fill(person, title="Tried elsewhere", from_year="2026", until_year="2029")
    click(person, "button.primary")
    return str(person.page.url)


def ask_the_shelf(person: Person, strategy: str) -> None:
    person.page.goto(f"{strategy}findings/")
    click(person, ".findings h2 a[href*='group_difference']")
    person.press("a[href*='work/shelf/fit/']")
    person.meet("shelf-fit")


def name_what_there_is(person: Person) -> None:
    page = person.page
    page.click("details.filters summary")
    fill(person, budget="20 000")
    click(person, "details.filters button")
    expect(page.locator("[name=budget]")).to_have_value("20 000")
    person.meet("shelf-fit-profile")
    click(person, ".tabs a[href*='with_care']")
    expect(page.locator(".candidate").first).to_be_visible()
    person.meet("shelf-fit-band")


def read_an_entry(person: Person) -> None:
    click(person, ".candidate:has(form) h3 a")
    expect(person.page.locator("main")).to_contain_text("Results as reported")
    person.meet("shelf-entry")


def see_what_it_would_become(person: Person) -> None:
    person.press("a.button.primary")
    expect(person.page.locator("main")).to_contain_text("What it would become")
    person.meet("shelf-adopt")


def adopt_it(person: Person) -> None:
    page = person.page
    title = page.locator("h1").inner_text()
    click(person, "button.primary")
    expect(page.locator(".notices")).to_contain_text("as an idea")
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("#targets tbody tr")).to_have_count(1)
    expect(page.locator(".of-shelf a")).to_have_text(title)
    person.meet("shelf-action")
    click(person, ".of-shelf a")


def adopt_it_twice(person: Person) -> None:
    page = person.page
    click(person, "a.button.primary")
    page.select_option("[name=objective]", index=1)
    click(person, "button.primary")
    expect(page.locator(".problems")).to_contain_text("Nothing was added")
    person.meet("shelf-adopt-again")
    page.check("[name=again]")
    click(person, "button.primary")
    expect(page.locator(".notices")).to_contain_text("as an idea")


def go_the_short_way(person: Person, strategy: str) -> None:
    """One click from a candidate; the objective is there by now."""
    person.page.goto(strategy)
    click(person, "main a[href*='/objectives/']")
    click(person, "a[href*='work/shelf/fit/']")
    click(person, ".candidate form button")
    expect(person.page.locator(".notices")).to_contain_text("as an idea")
