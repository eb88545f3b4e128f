"""A wave in a browser, by keyboard: list, draw, open, an answer, and what the officer sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factories.staff_site import PASSWORD, Running
from functional.test_accounts import make_first_account

pytestmark = pytest.mark.functional
WAVES = "/en/work/fieldwork/waves/"


def test_from_a_list_to_an_answer_that_nobody_can_link(
    newcomer: Any, running: Running, tmp_path: Path
) -> None:
    ana, guest = newcomer(), newcomer()
    make_first_account(ana, running)
    make_wave(ana, running)
    draw_and_open(ana, tmp_path)
    address = take_list(ana, tmp_path)
    answer(guest, address)
    look_at_proof(ana, running)


def make_wave(ana: Any, running: Running) -> None:
    ana.page.goto(f"{running.address}{WAVES}")
    ana.meet("waves")
    ana.press(f"a[href='{WAVES}new/']")
    ana.write("title", "Safety survey")
    ana.write("code", "s26")
    ana.tab_to("[name=instrument]")
    ana.page.select_option("[name=instrument]", "core_survey")
    ana.meet("wave-new")
    ana.press("button.primary")


def draw_and_open(ana: Any, folder: Path) -> None:
    frame = folder / "frame.csv"
    rows = [f"p{k}@example.org,north,N{k % 2}" for k in range(60)]
    frame.write_text("\n".join(["contact,stratum,area", *rows]))
    ana.press("a.button[href$='/frame/']")
    ana.page.set_input_files("[name=file]", str(frame))
    ana.press("button.primary")
    ana.write("n", "40")
    ana.press("button[value=look]")
    ana.meet("wave-plan")
    assert "You will not be able to tell" in ana.page.inner_text("main")
    ana.press("button[value=draw]")
    ana.press("form[action$='/open/'] button")
    ana.meet("wave-open")


def take_list(ana: Any, folder: Path) -> str:
    ana.press("a.button[href$='/send/']")
    ana.press("button[value=invitation]")
    ana.meet("wave-send")
    with ana.page.expect_download() as found:
        ana.page.click("form[action$='/list/'] button:not([formaction])")
    kept = folder / "list.csv"
    found.value.save_as(kept)
    return kept.read_text("utf-8-sig").splitlines()[1].split(",")[2]


def answer(guest: Any, address: str) -> None:
    guest.page.goto(address)
    guest.meet("wave-introduction")
    guest.press("main a[href$='/why-nobody-can-see/']")
    guest.meet("wave-why")
    guest.page.goto(address)
    guest.press("button[value=start]")
    for _ in range(12):
        if "/thank-you/" in guest.page.url:
            break
        guest.press("main button.primary")
    assert "/thank-you/" in guest.page.url
    assert guest.page.context.cookies() == []
    guest.page.goto(address)
    assert guest.page.locator("button[value=start]").count() == 0, "the invitation works once"


def look_at_proof(ana: Any, running: Running) -> None:
    ana.page.goto(f"{running.address}{WAVES}s26/")
    assert "1 of 40" in ana.page.inner_text("main")
    ana.page.goto(f"{running.address}{WAVES}s26/unlinkable/")
    ana.meet("wave-unlinkable")
    assert ana.page.locator(".tag.warn").count() == 0
    assert PASSWORD not in ana.page.content()
