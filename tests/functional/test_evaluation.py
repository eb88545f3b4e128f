"""An evaluation on the demo town: planned, laid down, answered, changed, confirmed, in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from convive.core.evaluation.ethics import QUESTIONS
from demo_city.plan import ACTIONS
from factories.databases import give_workspace
from factories.shared import own_copy
from factories.staff_site import Person, Running, served_pack_with_worker
from functional.test_strategy import ana, choose, click, fill  # noqa: F401 - fixture
from functional.test_thread import adopt_a_strategy

pytestmark = pytest.mark.functional

VISITS = ACTIONS[0]
"""What truly brought burglaries down by 30 % in three areas."""
PATIENCE = 240_000


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, demo_city_pack: Path, workspace_template: Path
) -> Iterator[Running]:
    """The invented town with its counts, as its town hall would serve it."""
    pack = own_copy(demo_city_pack, tmp_path_factory.mktemp("demo"))
    give_workspace(workspace_template, pack / "workspace")
    with served_pack_with_worker(pack) as found:
        yield found


def test_from_a_plan_to_what_came_of_it(ana: Person, running: Running) -> None:  # noqa: F811
    strategy = adopt_a_strategy(ana, f"{running.address}/en/work")
    action = make_action(ana, strategy)
    write_the_plan(ana, action)
    lay_it_down(ana, action)
    answer_it(ana, action)
    confirm_a_line(ana, action)
    ana.page.goto(f"{strategy}years/")
    ana.meet("evaluation-year")
    ana.page.goto(action)
    expect(ana.page.locator(".thread")).to_contain_text("It worked")


def make_action(ana: Person, strategy: str) -> str:  # noqa: F811
    """Make a challenge, an objective and an action, which runs in the three areas."""
    page = ana.page
    page.goto(f"{strategy}challenges/new/")
    fill(ana, title="Burglaries")
    choose(ana, topic="burglary")
    click(ana, "form.form button.primary")
    click(ana, "a.button.primary")
    fill(ana, title="A quarter fewer burglaries")
    click(ana, "form.form button.primary")
    page.goto(str(page.url).removesuffix("targets/"))
    click(ana, "a.button.primary")
    fill(ana, title="Home security visits")
    choose(ana, kind="situational", pillar="prevention", level="primary")
    click(ana, "form.form button.primary")
    return str(page.url)


def write_the_plan(ana: Person, action: str) -> None:  # noqa: F811
    """Begin on the page of the action; the page tells at once what can be told."""
    page = ana.page
    page.goto(action)
    click(ana, ".of-evaluation a.button")
    ana.meet("evaluation-empty")
    click(ana, "a.button.primary")
    for name, codes in (("treated", VISITS.areas), ("comparison", VISITS.comparison_areas)):
        for one in codes:
            page.check(f"[name={name}][value='{one}']")
    fill(ana, starts_on=VISITS.starts.isoformat(), months_before="48", months_after="18")
    choose(ana, outcome="burglary_rate", chosen="other")
    proposed = page.locator("[name=harms]:checked, [name=more]:checked")
    while proposed.count():
        proposed.first.uncheck()
    page.check("[name=harms][value=violence_rate]")
    page.uncheck("[name=watch_next_door]")
    click(ana, "button[name=look]")
    expect(page.locator(".outlook")).to_contain_text("Before and after, with areas to compare")
    expect(page.locator(".outlook .said-first")).to_contain_text("%")
    ana.meet("evaluation-write")
    click(ana, "button[name=keep]")


def lay_it_down(ana: Person, action: str) -> None:  # noqa: F811
    """Answer the questions of ethics and lay the plan down; that it is late is told."""
    page = ana.page
    click(ana, "a[href$='/evaluation/ethics/']")
    for one in QUESTIONS:
        page.check(f"[name={one.code}][value={'no' if one.asks_back else 'yes'}]")
    ana.meet("evaluation-ethics")
    click(ana, "form.form button.primary")
    click(ana, "form[action$='/lay-down/'] button")
    expect(page.locator("main")).to_contain_text("only after the action had started")
    ana.meet("evaluation-laid-down")
    assert str(page.url) == f"{action}evaluation/"


def answer_it(ana: Person, action: str) -> None:  # noqa: F811
    """Ask for the answer and come back until a worker has it."""
    page = ana.page
    page.goto(f"{action}evaluation/answer/")
    click(ana, "form[action$='/work-out/'] button")
    for _ in range(PATIENCE // 2000):
        if page.locator(".verdict").count():
            break
        page.wait_for_timeout(2000)
        page.reload()
    expect(page.locator(".verdict h2")).to_have_text("It worked")
    expect(page.locator(".verdict")).to_contain_text("fewer (between")
    ana.meet("evaluation-answer")


def confirm_a_line(ana: Person, action: str) -> None:  # noqa: F811
    """Confirm what the system proposes; who did stands beside it."""
    page = ana.page
    page.goto(f"{action}evaluation/checks/")
    line: Any = page.locator("#practice_quality_check-b2")
    expect(line).to_contain_text("Proposed")
    page.locator("details.check-part:not([open])", has=line).locator("summary").click()
    with page.expect_navigation():
        line.locator("button").click()
    expect(page.locator("#practice_quality_check-b2")).to_contain_text("confirmed by Ana")
    expect(line).to_be_visible()
    ana.meet("evaluation-checks")
