"""A second factor by app and by key, in a browser on a small screen; every page is checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from factories.oidc_issuer import CLIENT, SECRET, running_issuer
from factories.staff_site import PASSWORD, Person, Running, started_site

pytestmark = pytest.mark.functional
PHONE = {"width": 360, "height": 740}
SIGN_IN = "/en/work/sign-in/"


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, workspace_template: Path
) -> Iterator[Running]:
    """A site of a town that has a sign-in of its own besides."""
    with (
        running_issuer() as issuer,
        started_site(
            tmp_path_factory.mktemp("pack"), workspace_template, CONVIVE_OIDC_ISSUER=issuer,
            CONVIVE_OIDC_CLIENT_ID=CLIENT, CONVIVE_OIDC_SECRET=SECRET,
        ) as found,
    ):  # fmt: skip
        yield found


@pytest.fixture(scope="module")
def ana(browser: Any, axe: str, running: Running) -> Iterator[Person]:
    """The first coordinator, on a phone, signed in."""
    context = browser.new_context(bypass_csp=True, viewport=PHONE)
    found = Person(context.new_page(), axe)
    found.page.goto(running.welcome)
    for name, text in (("email", "ana@example.org"), ("name", "Ana"), ("password", PASSWORD)):
        found.page.fill(f"[name={name}]", text)
    assert found.page.input_value("[name=town]") == "Ribera"
    send(found)
    yield found
    context.close()


def send(person: Person, button: str = "button.primary") -> None:
    with person.page.expect_navigation():
        person.page.click(button)


def sign_out(person: Person) -> None:
    send(person, "form[action$='sign-out/'] button")


def give_password(person: Person, running: Running) -> None:
    person.page.goto(running.address + SIGN_IN)
    person.page.fill("[name=email]", "ana@example.org")
    person.page.fill("[name=password]", PASSWORD)
    send(person)


def code_of(secret: str, page: Any, ahead: int = 0) -> str:
    now = int(page.evaluate("Date.now() / 1000"))
    return format_hotp_value(hotp_value(secret.replace(" ", ""), now // 30 + ahead))


def test_an_app_on_a_phone(ana: Person, running: Running) -> None:
    page = ana.page
    page.goto(f"{running.address}/en/work/account/")
    ana.meet("own")
    page.goto(f"{running.address}/en/work/account/second-factor/")
    ana.meet("second-factor")
    secret, recovery = set_app_up(ana, running)
    sign_out(ana)
    give_password(ana, running)
    ana.meet("second-step")
    page.set_viewport_size(PHONE)
    page.fill("[name=code]", code_of(secret, page, 1))
    send(ana)
    assert page.url == f"{running.address}/en/work/"
    sign_out(ana)
    give_password(ana, running)
    page.fill("[name=code]", recovery)
    send(ana)
    expect(page.locator(".notice")).to_contain_text("9 are left")


def set_app_up(ana: Person, running: Running) -> tuple[str, str]:
    """Set an app up, with a slip; return its secret and a recovery code."""
    page = ana.page
    page.set_viewport_size(PHONE)
    page.goto(f"{running.address}/en/work/account/second-factor/app/")
    ana.meet("factor-app")
    secret = page.locator("#app-secret").inner_text()
    page.fill("[name=code]", "12")
    page.fill("[name=current]", PASSWORD)
    send(ana)
    ana.meet("factor-app-wrong")
    assert page.locator("#app-secret").inner_text() == secret, "the same after a slip"
    page.fill("[name=code]", code_of(secret, page))
    page.fill("[name=current]", PASSWORD)
    send(ana)
    ana.meet("recovery-codes")
    page.emulate_media(media="print")
    expect(page.locator("#codes")).to_be_visible()
    expect(page.locator("header.top")).to_be_hidden()
    page.emulate_media(media="screen")
    return secret, page.locator("#codes li").first.inner_text()


def test_a_key_that_the_browser_asks_for(ana: Person, running: Running) -> None:
    page = ana.page
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": False,
        "hasUserVerification": False, "isUserVerified": False,
    }})  # fmt: skip
    page.goto(f"{running.address}/en/work/account/second-factor/key/")
    ana.meet("factor-key")
    page.fill("[name=name]", "Office key")
    page.fill("[name=current]", PASSWORD)
    send(ana)
    expect(page.locator("tbody")).to_contain_text("Office key")
    ana.meet("second-factor-both")
    sign_out(ana)
    give_password(ana, running)
    expect(page.locator(".key-button")).to_be_visible()
    ana.meet("second-step-key")
    send(ana, ".key-button")
    assert page.url == f"{running.address}/en/work/"
    page.goto(f"{running.address}/en/work/log/")
    expect(page.locator("tbody tr", has_text="second_factor: webauthn")).to_have_count(1)


def test_pages_of_the_coordinator(ana: Person, running: Running) -> None:
    page = ana.page
    page.goto(f"{running.address}/en/work/organisations/add/")
    page.fill("[name=name]", "Association of the quay")
    page.select_option("[name=sector]", "associations")
    ana.meet("organisation-add")
    send(ana)
    for name, path in (
        ("organisations", "organisations/"), ("organisation", "organisations/1/"),
        ("people", "people/"), ("person", "people/1/"), ("invite", "people/invite/"),
        ("policy", "people/signing-in/"), ("remove", "account/second-factor/remove/?factor=1"),
        ("new-codes", "account/second-factor/codes/"),
    ):  # fmt: skip
        page.goto(f"{running.address}/en/work/{path}")
        ana.meet(name)


def test_the_town_s_own_sign_in_with_the_content_policy_in_force(
    browser: Any, running: Running, ana: Person
) -> None:
    """The other tests leave the policy aside for the checker; here it is in force."""
    ana.page.context.clear_cookies()
    ana.page.goto(running.address + SIGN_IN)
    ana.meet("sign-in-town")
    ana.page.goto(f"{running.address}{SIGN_IN}town/return/?state=x")
    ana.meet("town-refused")
    context = browser.new_context()
    page, said = context.new_page(), []
    page.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{running.address}{SIGN_IN}?next=/en/work/people/")
    with page.expect_navigation(url="**/sign-in/second-step/"):
        page.click("a.primary")
    expect(page.locator("[name=code]")).to_be_visible()
    context.close()
    assert said == []
