"""From a finding to an action with money, on a screen and on a phone; every page checked by axe."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from factories.staff_site import PASSWORD, Person, Running

pytestmark = pytest.mark.functional


@pytest.fixture
def ana(newcomer: Any, running: Running) -> Person:
    """The first coordinator; made once, signed in each time."""
    person: Person = newcomer()
    page = person.page
    if page.goto(running.welcome).status == 200:
        for name, text in (("email", "ana@example.org"), ("name", "Ana"), ("password", PASSWORD)):
            page.fill(f"[name={name}]", text)
    else:
        page.goto(f"{running.address}/en/work/sign-in/")
        page.fill("[name=email]", "ana@example.org")
        page.fill("[name=password]", PASSWORD)
    click(person, "button.primary")
    return person


def click(ana: Person, selector: str) -> None:
    with ana.page.expect_navigation():
        ana.page.locator(selector).first.click()


def fill(ana: Person, **fields: str) -> None:
    for name, text in fields.items():
        ana.page.fill(f"[name='{name}']", text)


def choose(ana: Person, **fields: str) -> None:
    for name, value in fields.items():
        ana.page.select_option(f"[name='{name}']", value)


@pytest.mark.parametrize("width", [1280, 360])
def test_from_a_finding_to_an_action_with_a_budget(
    ana: Person,
    running: Running,
    width: int,
) -> None:
    ana.page.set_viewport_size({"width": width, "height": 900})
    strategy = make_strategy(ana, running, width)
    challenge = take_up_a_finding(ana, strategy, width)
    objective = aim_at_something(ana, challenge, width)
    action = plan_an_action(ana, objective, width)
    fill_in_the_money(ana, action, width)
    write_at_once(ana, action, width)
    if width == 1280:
        look_at_everything(ana, strategy, action)


def see(ana: Person, name: str, width: int) -> None:
    """Check the page with axe, once."""
    if width == 1280:
        ana.meet(f"strategy-{name}")
    ana.page.set_viewport_size({"width": width, "height": 900})


def make_strategy(ana: Person, running: Running, width: int) -> str:
    ana.page.goto(f"{running.address}/en/work/strategies/")
    see(ana, "list", width)
    click(ana, "a.button.primary")
    fill(ana, title=f"Safe and together {width}", from_year="2030", until_year="2026")
    click(ana, "button.primary")
    expect(ana.page.locator(".problems")).to_contain_text("before the first")
    see(ana, "new-wrong", width)
    fill(ana, from_year="2026", until_year="2029")
    click(ana, "button.primary")
    see(ana, "empty", width)
    return str(ana.page.url)


def take_up_a_finding(ana: Person, strategy: str, width: int) -> str:
    ana.page.goto(f"{strategy}findings/")
    see(ana, "findings", width)
    click(ana, ".waiting form button")
    see(ana, "challenge", width)
    assert "/challenges/" in ana.page.url
    expect(ana.page.locator(".thread")).to_contain_text("Finding")
    made = str(ana.page.url)
    ana.page.goto(f"{strategy}findings/?standing=waiting")
    click(ana, ".waiting .actions a")
    ana.page.locator("button", has_text="Set it aside").last.click()
    expect(ana.page.locator(".problems")).to_be_visible()
    see(ana, "finding-wrong", width)
    fill(ana, reason="Followed by the region.")
    with ana.page.expect_navigation():
        ana.page.locator("button", has_text="Set it aside").last.click()
    expect(ana.page.locator("ol.findings")).to_contain_text("Followed by the region.")
    return made


def aim_at_something(ana: Person, challenge: str, width: int) -> str:
    ana.page.goto(challenge)
    click(ana, "a.button.primary")
    fill(ana, title="A quarter fewer burglaries")
    click(ana, "button.primary")
    choose(ana, **{
        "targets-0-indicator_id": "burglary_rate", "targets-0-area": "city/ribera",
        "targets-0-direction": "down",
    })  # fmt: skip
    expect(ana.page.locator("#said-0")).to_contain_text("could be chance")
    fill(ana, **{"targets-0-value": "2.8", "targets-0-due": "2028-12-31"})
    expect(ana.page.locator("#said-0")).to_contain_text("could not tell this target from chance")
    fill(ana, **{"targets-0-value": "2.1"})
    click(ana, "button[name=look]")
    expect(ana.page.locator("#said-0")).to_contain_text("far enough")
    see(ana, "targets", width)
    click(ana, "#save")
    expect(ana.page.locator("#targets")).to_contain_text("Burglar")
    see(ana, "objective", width)
    return str(ana.page.url)


def plan_an_action(ana: Person, objective: str, width: int) -> str:
    ana.page.goto(objective)
    click(ana, "a.button.primary")
    see(ana, "action-new", width)
    fill(ana, title="Light the passages of Molino")
    choose(ana, kind="situational", pillar="prevention", level="primary")
    click(ana, "form.form button.primary")
    return str(ana.page.url)


def fill_in_the_money(ana: Person, action: str, width: int) -> None:
    click(ana, "#budget a")
    fill(ana, **{"budget-0-year": "2026", "budget-0-amount": "twelve", "budget-0-note": "Poles"})
    click(ana, "#save")
    expect(ana.page.locator(".problems li")).to_have_count(2)
    see(ana, "budget-wrong", width)
    fill(ana, **{"budget-0-amount": "12 000,50"})
    choose(ana, **{"budget-0-payer": "municipality"})
    click(ana, "button[name=add_row]")
    fill(ana, **{"budget-1-year": "2027", "budget-1-amount": "800"})
    choose(ana, **{"budget-1-payer": "region"})
    see(ana, "budget", width)
    click(ana, "#save")
    expect(ana.page.locator("#budget")).to_contain_text("12,800.50")
    ana.page.goto(f"{action}edit/whom/")
    see(ana, "whom", width)
    ana.page.check("[name=gender_lens][value=responsive]")
    ana.page.check("[name=groups][value=women]")
    click(ana, "form.form button.primary")
    expect(ana.page.locator(".problems")).to_contain_text("in a sentence")
    fill(ana, gender_note="Women told the walk that they avoid the underpass.")
    click(ana, "form.form button.primary")
    expect(ana.page.locator("#whom")).to_contain_text("avoid the underpass")


def write_at_once(ana: Person, action: str, width: int) -> None:
    """Two windows on the same form: the second is shown both texts and keeps both."""
    first = ana.page
    first.goto(f"{action}edit/basics/")
    second = first.context.new_page()
    second.goto(f"{action}edit/basics/")
    second.fill("[name=about]", "Lamps on every pole of the passages, until midnight.")
    with second.expect_navigation():
        second.click("form.form button.primary")
    second.close()
    fill(ana, about="Lamps on every pole, all night.", title="Light the passages")
    click(ana, "form.form button.primary")
    expect(first.locator(".clash ins").first).to_be_visible()
    expect(first.locator("[name=about]")).to_have_value("Lamps on every pole, all night.")
    see(ana, "clash", width)
    first.check("[name=choose_about][value=both]")
    click(ana, "form.form button.primary")
    expect(first.locator("#basics")).to_contain_text("until midnight.")
    expect(first.locator("#basics")).to_contain_text("all night.")
    expect(first.locator("h1")).to_have_text("Light the passages")


def look_at_everything(ana: Person, strategy: str, action: str) -> None:
    for section in ("where", "evidence", "logic"):
        ana.page.goto(f"{action}edit/{section}/")
        see(ana, f"section-{section}", 1280)
    ana.page.goto(f"{action}state/")
    choose(ana, state="running")
    fill(ana, note="The council has voted for it.")
    click(ana, "form.form button.primary")
    see(ana, "action", 1280)
    click(ana, "a[href*='/revisions/']")
    see(ana, "revisions", 1280)
    pages = {"plan": "", "orphans": "orphans/", "coverage": "coverage/",
             "framework": "coverage/manifesto_2025/"}  # fmt: skip
    for name, path in pages.items():
        assert ana.page.goto(f"{strategy}{path}").status == 200
        see(ana, name, 1280)
    click(ana, ".points h3 a")
    see(ana, "point", 1280)
    ana.page.goto(action.replace("/en/", "/de/"))
    see(ana, "action-de", 1280)
