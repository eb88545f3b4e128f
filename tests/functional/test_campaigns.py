"""A coordinator makes a campaign from nothing to open links with QR codes, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from factories.staff_site import PASSWORD, Person, Running

pytestmark = pytest.mark.functional


def _choose(ana: Person, name: str, value: str) -> None:
    """Choose from a list by typing, as one does without a mouse."""
    ana.tab_to(f"select[name={name}]")
    for _ in range(40):
        if (
            ana.page.evaluate("s => document.querySelector(s).value", f"select[name={name}]")
            == value
        ):
            return
        ana.page.keyboard.press("ArrowDown")
    raise AssertionError(value)


def test_from_nothing_to_an_open_campaign(newcomer: Any, running: Running) -> None:
    ana = newcomer()
    ana.page.goto(running.welcome)
    ana.write("email", "ana@example.org")
    ana.write("name", "Ana")
    ana.write("password", PASSWORD)
    ana.press("button.primary")
    _draw_places(ana)
    _make_campaign(ana, running)
    _plan(ana, running)
    _open(ana, running)
    _the_map_opens_and_closes(ana)


def _draw_places(ana: Person) -> None:
    ana.press("a[href='/en/work/fieldwork/']")
    ana.meet("campaigns-none")
    ana.press("main a[href='/en/work/fieldwork/places/']")
    ana.press("a[href$='/places/draw/']")
    ana.meet("places-draw")
    ana.write("n_per_area", "1")
    ana.write("seed", "7")
    ana.press("form.form button.primary")
    assert "12 places are added." in ana.page.inner_text(".notices")
    ana.meet("places")
    assert ana.page.locator("svg.places a").count() == 12


def _make_campaign(ana: Person, running: Running) -> None:
    ana.page.goto(f"{running.address}/en/work/fieldwork/campaigns/new/")
    ana.meet("campaign-new")
    _choose(ana, "instrument", "street_observation")
    ana.write("title", "Spring audit")
    ana.press("form.form button.primary")
    ana.meet("campaign-draft")


def _plan(ana: Person, running: Running) -> None:
    ana.press("main a[href$='/spring-audit/places/']")
    ana.meet("campaign-places")
    boxes = ana.page.locator("[name=place]").count()
    for k in range(boxes):
        ana.tab_to(f"[name=place][value='P{k + 1:03d}']")
        ana.page.keyboard.press("Space")
    ana.press("form.choose button.primary")
    ana.press("main a[href$='/spring-audit/raters/']")
    ana.write("n", "3")
    ana.press("form.form button.primary")
    ana.meet("campaign-raters")
    ana.page.goto(f"{running.address}/en/work/fieldwork/campaigns/spring-audit/plan/")
    ana.meet("campaign-plan")
    assert "28 visits for 24 stops" in ana.page.inner_text(".lead")
    ana.press("form.actions button.primary")


def _open(ana: Person, running: Running) -> None:
    ana.press("form button.primary")
    assert "is open. Hand out the links." in ana.page.inner_text(".notices")
    ana.press("main button.primary")
    ana.meet("campaign-links")
    assert ana.page.locator(".qr-box svg").count() == 3
    assert "/en/walk/" in ana.page.locator(".secret").first.inner_text()
    ana.press("main a[href$='/links/cards/']")
    ana.meet("campaign-cards")
    ana.page.goto(f"{running.address}/en/work/fieldwork/campaigns/spring-audit/")
    ana.meet("campaign-open")
    assert "0 of 28 planned visits are done." in ana.page.inner_text(".lead")


def _the_map_opens_and_closes(ana: Person) -> None:
    button = ana.page.locator("[data-place-map] > button")
    if not button.count():
        return  # no WebGL in this browser: the drawn map and the table are what there is
    ana.tab_to("[data-place-map] > button")
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_selector(".map-live[data-ready=yes]", timeout=20_000)
    button.press("Enter")
    ana.page.wait_for_selector(".map-live", state="detached")
    expect(ana.page.locator("svg.places")).to_be_visible()
