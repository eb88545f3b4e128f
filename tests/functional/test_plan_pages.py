"""A plan from a file to the public page, its balance and its comparison; checked by axe."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from convive.wiring.plans import write_plan
from factories.staff_site import Person, Running
from factories.town_plan import town_plan
from functional.test_strategy import ana, click  # noqa: F401 - fixtures

pytestmark = pytest.mark.functional
MOST_BYTES = 150_000


def read_in(person: Person, address: str, file: Path, into: str = "") -> None:
    """Choose a file and send it."""
    person.page.goto(f"{address}/en/work/plans/import/?into={into}")
    person.page.set_input_files("[name=file]", str(file))
    click(person, "form.form button.primary")


def test_from_a_file_to_the_public_page(
    ana: Person,  # noqa: F811
    newcomer: Any,
    running: Running,
    tmp_path: Path,
) -> None:
    code = take_over(ana, running, tmp_path)
    look_at_the_balance(ana, running, code)
    compare(ana, running, code, tmp_path)
    publish(ana, running, code)
    read_as_a_resident(newcomer(), running)
    withdraw(ana, newcomer(), running, code)


def take_over(person: Person, site: Running, folder: Path) -> str:
    broken = folder / "broken.xlsx"
    plan = town_plan()
    first = replace(plan.challenges[0], title="x" * 300)
    broken.write_bytes(write_plan(replace(plan, challenges=(first, *plan.challenges[1:])), "xlsx"))
    read_in(person, site.address, broken)
    expect(person.page.locator(".file-problems")).to_contain_text("200")
    person.meet("import-problems")
    good = folder / "plan.xlsx"
    good.write_bytes(write_plan(plan, "xlsx", "en"))
    read_in(person, site.address, good)
    expect(person.page.locator("main")).to_contain_text("Foot patrols by the market")
    person.meet("import-preview")
    click(person, "form.form button.primary")
    expect(person.page.locator(".notices")).to_contain_text("taken over")
    read_in(person, site.address, good, plan.code)
    expect(person.page.locator("main")).to_contain_text("here already")
    person.meet("import-again")
    person.page.goto(f"{site.address}/en/work/strategies/{plan.code}/share/")
    person.meet("share")
    return plan.code


def look_at_the_balance(person: Person, site: Running, code: str) -> None:
    person.page.goto(f"{site.address}/en/work/strategies/{code}/balance/")
    expect(person.page.locator("h1")).to_contain_text("sanction")
    person.meet("balance")
    person.page.select_option("[name=by]", "kind")
    click(person, ".pick button")
    expect(person.page.locator("#years-h")).to_contain_text("kind")
    person.page.goto(f"{site.address}/de/work/strategies/{code}/balance/print/")
    person.meet("balance-print")
    person.page.goto(f"{site.address}/en/work/strategies/{code}/brief/")
    person.meet("brief")


def compare(person: Person, site: Running, code: str, folder: Path) -> None:
    other = folder / "other.json"
    plan = town_plan()
    elsewhere = replace(
        plan,
        city="Harbour",
        currency="CHF",
        challenges=plan.challenges[1:],
        meetings=(),
        answers=(),
    )
    other.write_bytes(write_plan(elsewhere, "json"))
    person.page.goto(f"{site.address}/en/work/plans/compare/?a={code}")
    person.meet("compare-choose")
    person.page.set_input_files("[name=file]", str(other))
    click(person, "form[enctype] button")
    expect(person.page.locator("main")).to_contain_text("neither converted nor compared")
    person.meet("comparison")


def publish(person: Person, site: Running, code: str) -> None:
    person.page.goto(f"{site.address}/en/work/strategies/{code}/publish/")
    expect(person.page.locator(".proof")).to_contain_text("Foot patrols by the market")
    person.meet("publish")
    click(person, "button.primary")
    expect(person.page.locator(".notices")).to_contain_text("Residents see the plan now")


def read_as_a_resident(resident: Person, site: Running) -> None:
    page, sizes = resident.page, []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(f"{site.address}/en/plan/", wait_until="load")
    assert sum(sizes) < 3 * MOST_BYTES, sizes
    main = page.locator("main")
    expect(main).to_contain_text("The station after dark")
    expect(page.locator(".main-nav [aria-current]")).to_have_text("The plan")
    for inside in ("secret idea", "stays inside", "No offers"):
        assert inside not in main.inner_text()
    resident.meet("public-plan")
    click(resident, "a[href*='/plan/lights/']")
    expect(page.locator("main")).to_contain_text("fewer than 5")
    resident.meet("public-action")
    page.goto(f"{site.address}/de/plan/?challenge=station")
    resident.meet("public-challenge-de")


def withdraw(person: Person, resident: Person, site: Running, code: str) -> None:
    person.page.goto(f"{site.address}/en/work/strategies/{code}/publish/")
    click(person, "form[action*='/withdraw/'] button")
    resident.page.goto(f"{site.address}/en/plan/")
    expect(resident.page.locator("h1")).to_have_text("No plan is published yet")
    resident.meet("public-none")
