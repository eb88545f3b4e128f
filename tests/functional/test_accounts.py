"""First run, invitation, signing in and out: in a browser, by keyboard, on the real server."""

from __future__ import annotations

from typing import Any

import pytest

from factories.staff_site import PASSWORD, Person, Running

pytestmark = pytest.mark.functional


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
