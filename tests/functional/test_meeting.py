"""One meeting on a phone, from the click that makes it to its final minutes; every page is checked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from factories.staff_site import PASSWORD, Person, Running

pytestmark = pytest.mark.functional
PHONE = {"width": 360, "height": 780}


def _tap(ana: Person, selector: str) -> None:
    with ana.page.expect_navigation():
        ana.page.locator(selector).first.click()


def _meet(ana: Person, name: str) -> None:
    ana.meet(name)
    ana.page.set_viewport_size(PHONE)


def test_from_one_click_to_final_minutes(newcomer: Any, running: Running) -> None:
    ana = newcomer()
    ana.page.set_viewport_size(PHONE)
    _begin(ana, running)
    _prepare(ana, running)
    _hold(ana)
    _finish(ana, running)


def _begin(ana: Person, running: Running) -> None:
    page = ana.page
    page.goto(running.welcome)
    for name, text in (("email", "ana@example.org"), ("name", "Ana"), ("password", PASSWORD)):
        page.fill(f"[name={name}]", text)
    _tap(ana, "button.primary")
    for name, sector, part in (("Police", "police", "steers"), ("School", "schools", "works"), ("Bars", "nightlife", "absent")):  # fmt: skip
        page.goto(f"{running.address}/en/work/partners/new/")
        page.fill("[name=name]", name)
        page.select_option("[name=sector]", sector)
        page.select_option("[name=part]", part)
        _tap(ana, "form.form button.primary")
        if part == "steers":
            _meet(ana, "partner")
        page.fill("[name=mandate]", "Charged by law")
        _tap(ana, "form.form button.primary")
    _meet(ana, "partners")
    assert page.locator("svg.rings .dot").count() == 3


def _prepare(ana: Person, running: Running) -> None:
    page = ana.page
    page.goto(f"{running.address}/en/work/bodies/new/")
    _meet(ana, "body-new")
    page.fill("[name=name]", "Partners’ board")
    _tap(ana, "form.form button.primary")
    _meet(ana, "body")
    page.goto(f"{running.address}/en/work/")
    _meet(ana, "home-coordinator")
    _tap(ana, "form[action$='/meet/'] button")
    _meet(ana, "meeting-planned")
    assert page.locator("ol.agenda > li").count() == 5, "nothing is due yet of a first meeting"
    _tap(ana, "main a[href$='/agenda/']")
    page.fill("[name=title]", "Night buses")
    _tap(ana, "form.form button.primary")
    _meet(ana, "agenda")
    _tap(ana, "ol.agenda > li:last-child form[action$='/move/'] button")
    _tap(ana, "main .actions a.button")
    _tap(ana, "form[action$='/convene/'] button")
    _meet(ana, "meeting-convened")


def _hold(ana: Person) -> None:
    page = ana.page
    _tap(ana, "main a.primary[href$='/minutes/']")
    _meet(ana, "minutes")
    said = "The night buses run until two."
    box, told = _write_offline(page, said)
    # Nothing leaves the old page: the new one has to bring the text back and to send it.
    page.route("**/*", lambda one: one.abort() if one.request.method == "POST" else one.continue_())
    page.context.set_offline(False)
    page.reload()
    page.unroute("**/*")
    expect(box).to_have_value(said)
    expect(told).to_have_text("Kept.")
    said = "The night buses run until two, at weekends until four."
    _write_offline(page, said)
    # The old page sends it itself: the new one has nothing to bring back, and says so.
    page.context.set_offline(False)
    expect(told).to_have_text("Kept.")
    page.reload()
    expect(box).to_have_value(said)
    expect(told).to_have_text("Kept.")
    first = page.locator(".sheet-item").first
    first.locator("summary", has_text="Add a commitment").click()
    first.locator("[name$='-text'] >> visible=true").fill("Ask the bars to come")
    first.locator("select").select_option(label="Police")
    first.locator("input[type=date]").fill("2030-01-15")
    with page.expect_navigation():
        first.get_by_role("button", name="Keep the commitment").click()
    _meet(ana, "minutes-kept")
    expect(box).to_have_value(said)
    expect(page.locator(".sheet-item").first).to_contain_text("Ask the bars to come")


def _write_offline(page: Any, said: str) -> tuple[Any, Any]:
    """Write at the last item where no network is; return its box and what stands beside it."""
    box = page.locator("textarea[data-item]").last
    told = page.locator(f"[data-kept='{box.get_attribute('data-item')}']")
    page.context.set_offline(True)
    box.fill(said)
    box.blur()
    expect(told).to_contain_text("No connection")
    return box, told


def _finish(ana: Person, running: Running) -> None:
    page = ana.page
    _tap(ana, ".sticky a.button")
    _meet(ana, "meeting-held")
    assert page.locator("form[action$='/finalise/']").count() == 0, "not before its day"
    assert "from the day of the meeting on" in page.inner_text("main")
    _tap(ana, "main a[href$='/edit/']")
    page.fill("[name=day]", datetime.now(UTC).date().isoformat())
    _tap(ana, "form.form button.primary")
    _tap(ana, "form[action$='/finalise/'] button")
    _meet(ana, "meeting-final")
    assert page.locator("main a[href$='/minutes/']").count() == 0
    page.goto(f"{running.address}/en/work/commitments/")
    page.locator("details.report summary").click()
    page.locator("details.report [name=note]").fill("They come in January")
    _meet(ana, "commitments")
    _tap(ana, "details.report button.primary")
    page.goto(f"{running.address}/en/work/commitments/?show=done")
    assert "They come in January" in page.inner_text("main")
    _tap(ana, "main .what a")
    _meet(ana, "commitment")
    page.goto(f"{running.address}/en/work/calendar/")
    _tap(ana, "main button.primary")
    _meet(ana, "calendar")
    page.goto(f"{running.address}/en/work/meetings/")
    _meet(ana, "meetings")
