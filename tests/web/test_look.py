"""The town's logo and colours on pages: served to everybody, loaded only where there are some."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from convive.app.look import CONVIVE, accents
from convive.app.ports import Build
from convive.core.model import Logo, Look
from convive.web.observatory import current
from factories.build import shared_build
from factories.look import town_look
from factories.web_objects.accounts import make_account

LOOK = town_look()
OWN = f"?v={LOOK.digest}"


def shown_with(look: Look) -> None:
    build = shared_build()
    current.hold(Build(replace(build.city, look=look), build.tables, build.run))


@pytest.fixture
def own_look() -> Iterator[None]:
    shown_with(LOOK)
    yield
    current.release()


@pytest.mark.usefixtures("own_look")
def test_a_page_loads_the_colours_and_shows_the_logo_with_its_words(client: Client) -> None:
    page = client.get("/fr/").content.decode()
    assert f'<link rel="stylesheet" href="/look.css{OWN}">' in page
    assert f'src="/look/logo.svg{OWN}" alt="Blason de Marvenza' in page
    assert page.index("site.css") < page.index("/look.css")


@pytest.mark.django_db
@pytest.mark.usefixtures("own_look")
def test_the_workspace_and_the_way_in_have_it_too(client: Client) -> None:
    assert "/look/logo.svg" in client.get("/en/work/sign-in/").content.decode()
    client.force_login(make_account())
    page = client.get("/en/work/").content.decode()
    assert "/look.css" in page
    assert "/look/logo.svg" in page


@pytest.mark.usefixtures("site")
def test_nothing_is_loaded_where_there_is_no_look(client: Client) -> None:
    page = client.get("/en/").content.decode()
    assert "/look" not in page
    assert 'class="logo' not in page


@pytest.mark.usefixtures("own_look")
def test_the_colours_are_those_of_the_town_on_light_and_dark_pages(client: Client) -> None:
    answer = client.get(f"/look.css{OWN}")
    own = accents(LOOK)
    light, dark = answer.content.decode().split("@media (prefers-color-scheme: dark)")
    dark, charts = dark.split("svg", maxsplit=1)
    assert f"--accent: {own.light};" in light
    assert f"--accent: {own.dark};" in dark
    assert f"--accent: {CONVIVE.light};" in charts
    assert f"--accent: {CONVIVE.dark};" in charts
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.usefixtures("own_look")
def test_the_logo_can_load_and_run_nothing(client: Client) -> None:
    answer = client.get(f"/look/logo.svg{OWN}")
    assert LOOK.logo is not None
    assert answer.content == LOOK.logo.content
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.usefixtures("own_look")
@pytest.mark.parametrize("address", ["/look.css", "/look/logo.svg"])
def test_what_is_known_is_not_sent_again(client: Client, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("kind", "status"), [("png", 200), ("svg", 404), ("html", 404)])
def test_only_the_logo_that_there_is_is_served(client: Client, kind: str, status: int) -> None:
    shown_with(Look(logo=Logo("png", b"\x89PNG\r\n\x1a\n", 2.0)))
    try:
        assert client.get(f"/look/logo.{kind}").status_code == status
    finally:
        current.release()


def test_without_an_audit_it_is_our_own(client: Client, settings: object) -> None:
    settings.CONVIVE_BUILD = ""  # type: ignore[attr-defined]
    current.release()
    assert client.get("/look.css").status_code == 200
    assert client.get("/look/logo.svg").content.startswith(b"<svg")
