"""An edition and a correction in the browser: by keyboard, checked by axe, as the public reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.withdrawal import with_corrections
from convive.store import FolderBuildStore
from factories.build import make_build, shared_build
from factories.staff_site import PASSWORD, Person, Running, lay_out, served_pack

pytestmark = pytest.mark.functional
CORRECTIONS = (
    Correction(
        "w1", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, Subject.INDICATOR, "victim_share",
        {"en": "People were asked another question.", "de": "Die Frage war eine andere."},
        {"en": "Nothing can be said about it."}, until=date(2026, 6, 1),
    ),
    Correction(
        "c1", date(2026, 2, 3), CorrectionKind.CORRECTION, Subject.AREA, "neighbourhood/n08",
        {"en": "Two streets were left out of the map."}, {"en": "They belong to this area."},
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory, workspace_template: Path) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    lay_out(folder, workspace_template)
    FolderBuildStore().save(with_corrections(shared_build(), CORRECTIONS), folder / "build")
    return folder


@pytest.fixture(scope="module")
def running(pack: Path) -> Iterator[Running]:
    with served_pack(pack) as found:
        yield found


def test_an_edition_and_corrections_can_be_read_and_written(
    newcomer: Any, running: Running, pack: Path
) -> None:
    ana: Person = newcomer()
    read_what_the_public_reads(ana, running)
    page = ana.page
    page.goto(running.welcome)
    for name, text in (("email", "ana@example.org"), ("name", "Ana"), ("password", PASSWORD)):
        page.fill(f"[name={name}]", text)
    ana.press("main button.primary")
    write_an_edition(ana, running, pack)
    propose_a_correction(ana, running)


def read_what_the_public_reads(person: Person, site: Running) -> None:
    page = person.page
    page.goto(f"{site.address}/en/corrections/")
    expect(page.locator("main")).to_contain_text("People were asked another question.")
    person.meet("corrections")
    page.goto(f"{site.address}/de/indicators/victim_share/")
    person.meet("gone-de")
    page.goto(f"{site.address}/en/areas/neighbourhood/n08/")
    expect(page.locator("aside.corrections")).to_contain_text("Two streets")
    person.meet("area-corrected")


def go_by(page: Any, selector: str) -> None:
    """Click and wait for the page that answers; a click alone may come back earlier."""
    with page.expect_navigation():
        page.click(selector)


def write_an_edition(person: Person, site: Running, pack: Path) -> None:
    page = person.page
    page.goto(f"{site.address}/en/work/editions/")
    person.press("main form button")
    person.meet("editions")
    FolderBuildStore().save(make_build(seed=8), pack / "build")
    go_by(page, "form[action$='look/'] button")
    go_by(page, "main tbody tr:first-child a")
    person.meet("edition-draft")
    page.fill("[name=title_en]", "What is new this year")
    page.fill("[name=text_en]", "Two figures have *changed*.")
    go_by(page, "button[name=submit]")
    expect(page.locator("main")).to_contain_text("2 more people")
    person.meet("edition-review")
    go_by(page, "main a.button")
    expect(page.locator(".editors-word")).to_contain_text("What is new this year")
    person.meet("edition-preview")


def propose_a_correction(person: Person, site: Running) -> None:
    page = person.page
    page.goto(f"{site.address}/en/work/corrections/new/")
    page.select_option("[name=kind]", "withdrawal")
    page.select_option("[name=subject]", "indicator")
    page.fill("[name=name]", "nothing_like_it")
    page.fill("[name=wrong_en]", "Wrong.")
    go_by(page, "main button.primary")
    expect(page.locator("main")).to_contain_text("has nothing of that name")
    person.meet("correction-refused")
    page.fill("[name=name]", "recorded_total_rate")
    go_by(page, "main button.primary")
    person.meet("corrections-staff")
    go_by(page, "main ul.lines a")
    person.meet("correction-page")
