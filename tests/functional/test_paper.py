"""Typing sheets in, by keyboard alone, on the real server; real key presses are counted."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from factories.databases import written_into
from factories.staff_site import PASSWORD, lay_out, served_pack

pytestmark = pytest.mark.functional
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CAMPAIGNS = (
    ("survey", "core_survey", "survey"), ("walk", "exploratory_walk", "walk"),
    ("twice", "street_observation", "audit"),
)  # fmt: skip
COUNT = """
window.presses = Number(sessionStorage.getItem('presses') || 0);
addEventListener('keydown', e => {
  if (['Control', 'Shift', 'Alt', 'Meta'].includes(e.key)) return;
  sessionStorage.setItem('presses', String(window.presses += 1));
}, true);
"""


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, workspace_template: Path, django_db_blocker: Any
) -> Iterator[str]:
    """The site on a workspace with three campaigns and two people."""
    pack = tmp_path_factory.mktemp("pack")
    workspace = lay_out(pack, workspace_template)
    with django_db_blocker.unblock(), written_into(workspace):
        seed()
    with served_pack(pack) as site:
        yield site.address


def seed() -> None:
    """Make three campaigns, one of which is typed in twice, and two people."""
    from convive.web.fieldwork.instruments import freeze
    from convive.web.fieldwork.models import Campaign, Place
    from factories.web_objects.accounts import make_account

    for name in ("ana", "ben"):
        make_account("coordinator", email=f"{name}@example.org", password=PASSWORD, name=name)
    for code, instrument, kind in CAMPAIGNS:
        share = 1.0 if code == "twice" else 0.0
        Campaign.objects.create(
            code=code, title=f"The {code}", kind=kind, form=freeze(instrument), state="open",
            languages=["en"], plan={"paper": {"double_share": share, "seed": 1}},
        )  # fmt: skip
    Place.objects.create(code="A", name="Corner A")
    Campaign.objects.get(code="walk").raters.create(label="A")


class Typist:
    """Somebody at a keyboard."""

    def __init__(self, page: Any, axe: str, address: str, name: str) -> None:
        self.page, self.axe, self.address = page, axe, address
        page.goto(f"{address}/en/work/sign-in/")
        page.fill("[name=email]", f"{name}@example.org")
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}/en/work/fieldwork/paper/{path}")
        self.page.wait_for_load_state("load")

    def presses(self) -> int:
        return int(self.page.evaluate("window.presses"))

    def type(self, keys: str) -> None:
        for key in keys:
            self.page.keyboard.press({"\n": "Enter", " ": "Space"}.get(key, key))

    def focused(self) -> str:
        return str(
            self.page.evaluate("document.activeElement.name || document.activeElement.value")
        )

    def save(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Control+Enter")

    def meet(self, name: str) -> None:
        """Look for faults on the page at a desk in light, on a phone in the dark; keep pictures."""
        self.page.evaluate(self.axe)
        for width, scheme in ((1280, "light"), (360, "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            result = self.page.evaluate(
                "r => axe.run(document, {runOnly: {type: 'tag', values: r},"
                " resultTypes: ['violations']})", RULES,
            )  # fmt: skip
            faults = [(v["id"], v["nodes"][0]["html"][:200]) for v in result["violations"]]
            over = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            shots = os.environ.get("CONVIVE_SCREENSHOTS")
            if shots:
                self.page.screenshot(
                    path=f"{Path(shots)}/{name}-{width}-{scheme}.png", full_page=True
                )
            assert (faults, over) == ([], 0), (name, width, scheme)
        self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def typist(browser: Any, axe: str, running: str) -> Iterator[Any]:
    """Makes people, each with a browser of their own; every key press is counted."""
    contexts = []

    def make(name: str, *, script: bool = True) -> Typist:
        contexts.append(browser.new_context(bypass_csp=True, java_script_enabled=script))
        page = contexts[-1].new_page()
        page.add_init_script(COUNT)
        return Typist(page, axe, running, name)

    yield make
    for context in contexts:
        context.close()


def answer_line(who: Typist) -> tuple[int, int]:
    """Answer the line with the focus; return closed items answered, and presses for them."""
    line = who.page.evaluate_handle("document.activeElement.closest('.sheet-line')").as_element()
    kind = line.get_attribute("data-type")
    name, before = who.focused(), who.presses()
    if kind == "choice":
        who.type(line.query_selector("[data-key]").get_attribute("data-key"))
    elif kind == "choices":
        who.type(line.query_selector("[data-key]").get_attribute("data-key") + "\n")
    else:
        said = {"integer": "3", "date": "211126", "datetime": "211126 2130", "time": "2130",
                "position": "50.85 4.35"}.get(kind, "a")  # fmt: skip
        who.type(said + "\n")
    assert who.focused() != name
    is_closed = kind in ("choice", "choices")
    return int(is_closed), who.presses() - before if is_closed else 0


def test_the_core_survey_takes_one_press_an_answer(typist: Any, capsys: Any) -> None:
    who = typist("ana")
    who.open("of/survey/enter/?number=1")
    who.meet("enter-survey")
    who.open("of/survey/enter/?number=1")
    start = who.presses()
    n = presses = 0
    while who.focused() != "save":
        one, spent = answer_line(who)
        n, presses = n + one, presses + spent
    who.save()
    total = who.presses() if "number=2" in who.page.url else 0
    with capsys.disabled():
        sys.stdout.write(
            f"\ncore survey: {n} closed items, {presses} presses, {total - start} with saving\n"
        )
    assert "number=2" in who.page.url
    assert n >= 17
    assert presses / n <= 1.2


def test_a_walk_sheet_of_twelve_stops(typist: Any, capsys: Any) -> None:
    who = typist("ana")
    who.open("of/walk/enter/?number=1")
    start, rounds, n, presses, rest = who.presses(), 1, 0, 0, 0
    while who.focused() != "save":
        if who.page.evaluate("document.activeElement.name") == "add":
            section = who.page.evaluate("document.activeElement.value")
            if section == "stops" and rounds < 12:
                rounds += 1
                presses += 1  # the price of one more round is part of its items
                who.page.keyboard.press("Enter")
            else:
                who.page.keyboard.press("ArrowDown")
            continue
        one, spent = answer_line(who)
        n, presses, rest = n + one, presses + spent, rest + 1 - one
    total = who.presses() - start
    with capsys.disabled():
        sys.stdout.write(f"\nwalk, 12 stops: {n} closed items, {presses} presses for them ({presses / n:.2f});"
              f" {rest} open items; {total} presses in all\n")  # fmt: skip
    assert who.page.locator("[data-round^='stops-']").count() == 12
    assert n > 12 * 15
    assert presses / n <= 1.2
    who.save()
    assert "number=2" in who.page.url, who.page.locator(".problems").inner_text()


def test_rules_errors_undo_and_first_letters(typist: Any) -> None:
    who = typist("ana")
    who.open("of/survey/enter/?number=40")
    first = who.focused()
    who.type("x")
    assert who.focused() == first, "a wrong code does not move on"
    assert "does not exist" in who.page.locator(".sheet-line.wrong .error").inner_text()
    who.type("2")
    second = who.focused()
    assert second != first
    who.page.keyboard.press("Control+z")
    assert who.focused() == first
    assert who.page.locator(f"[name={first}]").input_value() == ""
    hidden = who.page.locator(".sheet-line[hidden]")
    assert hidden.count() > 0, "what is not asked is not shown"
    count = hidden.count()
    who.page.locator("[name=victim_12m]").focus()
    who.type("y")  # the first letter of one label only
    assert who.page.locator("[name=victim_12m]").input_value() == "1"
    assert hidden.count() < count, "skip rules apply at once"


def test_two_people_and_what_differs(typist: Any) -> None:
    ana, ben = typist("ana"), typist("ben")
    for who, keys in ((ana, "1"), (ben, "2")):
        who.open("of/twice/enter/?number=7")
        assert who.page.locator("[name=lighting]").input_value() == "", "nobody sees the other"
        who.page.locator("[name=lighting]").focus()
        who.type(keys)
        who.save()
        if who.page.locator("#as-is").count():
            who.page.locator("#as-is").focus()
            who.type(" ")
            who.save()
    ana.open("of/twice/enter/?number=7")
    assert "already" in ana.page.locator(".error").inner_text()
    ana.open("of/twice/")
    ana.meet("campaign")
    ana.open("of/twice/sheet/7/")
    ana.meet("differences")
    ana.page.locator("#lighting-second").focus()
    ana.type(" ")
    ana.page.locator("button.primary").focus()
    with ana.page.expect_navigation():
        ana.type("\n")
    assert ana.page.locator(".notices").count(), ana.page.locator("main").inner_text()
    assert re.search(r"Sheet 7 .*counts", ana.page.locator(".notices").inner_text())
    ana.open("")
    ana.meet("home")


def test_without_script_it_is_an_ordinary_form(typist: Any) -> None:
    who = typist("ben", script=False)
    who.open("of/survey/enter/?number=60")
    for box in who.page.locator(".sheet-line input").all()[:5]:
        box.fill("1")
    with who.page.expect_navigation():
        who.page.locator("[data-save]").click()
    if who.page.locator("#as-is").count():
        who.page.check("#as-is")
        with who.page.expect_navigation():
            who.page.locator("[data-save]").click()
    assert "number=61" in who.page.url
