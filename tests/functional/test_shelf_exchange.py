"""A bundle of another town is read, reviewed and accepted in a browser; checked by axe."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from convive.connectors.shelf_bundles import write_bundle
from convive.core.shelf.bundle import fingerprint_of
from factories.shelf import KEY, bundle, entry
from factories.staff_site import Person, Running
from functional.test_strategy import ana, click, fill  # noqa: F401 - a fixture among them

pytestmark = pytest.mark.functional


def test_a_bundle_becomes_proposals_and_an_entry(
    ana: Person,  # noqa: F811
    running: Running,
    tmp_path: Path,
) -> None:
    page, shelf = ana.page, f"{running.address}/en/work/shelf"
    follow_harbour(ana, shelf)
    file = tmp_path / "bundle.json"
    file.write_bytes(write_bundle(bundle(entry()), KEY))
    page.goto(f"{shelf}/exchange/import/")
    page.set_input_files("[name=file]", file)
    click(ana, "button.primary")
    ana.meet("exchange-town-proposals")
    click(ana, "main ul.lines a")
    ana.meet("exchange-proposal")
    click(ana, "form.form button.primary")
    expect(page.locator(".notices")).to_contain_text("on the shelf")
    ana.meet("exchange-entry")
    click(ana, "a[href$='/ask/']")
    ana.meet("exchange-ask")
    page.goto(f"{shelf}/exchange/import/")
    page.set_input_files("[name=file]", file)
    click(ana, "button.primary")
    expect(page.locator("[role=alert]").first).to_contain_text("as new or newer")
    ana.meet("exchange-refused")


def follow_harbour(person: Person, shelf: str) -> None:
    """Follow the town that signs by the key of these tests."""
    page = person.page
    page.goto(f"{shelf}/memory/")
    person.meet("memory-empty")
    page.goto(f"{shelf}/exchange/")
    person.meet("exchange-empty")
    page.goto(f"{shelf}/exchange/towns/new/")
    fill(person, name="Harbour", fingerprint=fingerprint_of(KEY.key))
    page.check("[name=is_compared]")
    person.meet("exchange-town-new")
    click(person, "button.primary")
    person.meet("exchange-town")


def test_an_entry_is_judged_by_a_form_of_its_scheme(ana: Person, running: Running) -> None:  # noqa: F811
    ana.page.goto(
        f"{running.address}/en/work/shelf/entries/convive/a_vos_cotes/grade/?scheme=emmie"
    )
    ana.meet("exchange-grade")
    ana.page.goto(f"{running.address}/de/work/shelf/exchange/")
    ana.meet("exchange-de")
