"""The list of one's own sessions, and ending all others."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from convive.web.accounts.devices import browser_of, system_of
from convive.web.accounts.models import OpenSession
from convive.web.audit_log.models import Event
from convive.web.roles import Role
from factories.web_objects.accounts import PASSWORD, make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"
OWN = "/en/work/account/"


@pytest.fixture
def two(settings: Any) -> tuple[Client, Client]:
    """Ana at the desk and on the phone."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make_account(Role.READER, email="ana@example.org", password=PASSWORD)
    desk = Client(headers={"host": "localhost"})
    phone = Client(headers={"host": "localhost", "User-Agent": PHONE})
    for one in (desk, phone):
        one.post("/en/work/sign-in/", {"email": "ana@example.org", "password": PASSWORD})
    return desk, phone


def test_one_sees_where_one_is_signed_in(two: tuple[Client, Client]) -> None:
    page = two[0].get(OWN).content.decode()
    assert "Firefox, Android" in page
    assert page.count("this session") == 1
    assert page.count("elsewhere") == 1
    assert "127.0.0.1" not in page


def test_all_others_end_and_this_one_stays(two: tuple[Client, Client]) -> None:
    desk, phone = two
    page = desk.post(f"{OWN}end-others/", follow=True)
    assert b"One other session is ended." in page.content
    assert phone.get(OWN).status_code == 302
    assert desk.get(OWN).content.count(b'<tr><th scope="row">') == 1
    assert Event.objects.get(verb="accounts.sessions_ended").facts == {"n": 1}


def test_signing_out_strikes_the_session_off(two: tuple[Client, Client]) -> None:
    two[1].post("/en/work/sign-out/")
    assert OpenSession.objects.count() == 1


def test_a_new_password_ends_the_others_on_the_list_too(two: tuple[Client, Client]) -> None:
    said = {"current": PASSWORD, "password": "eight candles on the hill"}
    two[0].post("/en/work/password/", said)
    assert OpenSession.objects.count() == 1
    assert two[0].get(OWN).content.count(b"this session") == 1


def test_somebody_else_sees_and_ends_none_of_them(two: tuple[Client, Client]) -> None:
    other = Client(headers={"host": "localhost"})
    other.force_login(make_account(Role.COORDINATOR))
    other.post(f"{OWN}end-others/")
    assert two[0].get(OWN).status_code == 200
    assert two[1].get(OWN).status_code == 200


@pytest.mark.parametrize(
    ("said", "browser", "system"),
    [
        (PHONE, "firefox", "android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "edge", "windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", "safari", "ios"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36", "chrome", "linux"),
        ("<script>", "unknown", "unknown"), ("", "unknown", "unknown"),
    ],
)  # fmt: skip
def test_a_browser_is_a_word(said: str, browser: str, system: str) -> None:
    assert (browser_of(said), system_of(said)) == (browser, system)
