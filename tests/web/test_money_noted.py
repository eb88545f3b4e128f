"""Where nobody noted money, pages say so: 0 is told only where somebody noted it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.evaluation.costs import worth_of
from convive.core.evaluation.estimate import Design, Estimate, Seen, Verdict
from convive.core.strategy.model import Spending as PlainSpending
from convive.web.evaluation.presenters.answer_page import present_worth
from convive.web.observatory import current
from convive.web.opendata.cards import card_of
from convive.web.roles import Role
from convive.web.workspace import published_plan
from convive.web.workspace.actions.plan_import import preview_of, take_over
from convive.web.workspace.actions.publish import proof_of, publish_plan
from convive.web.workspace.actions.spending import Spent, note_spending
from convive.web.workspace.clock import today
from factories.plans import action as plain_action
from factories.plans import plan as small_plan
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import make_running, new_key
from factories.web_objects.strategy import make_objective

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
LANGUAGES = ["en", "fr", "es", "it", "de", "pt", "nl"]
ZERO = "0\N{NO-BREAK SPACE}EUR"
AREA = [{"level": "neighbourhood", "area_id": "n08", "name": "Molino"}]
NOTHING = "nothing was noted"


def budget(amount: int) -> list[dict[str, Any]]:
    return [{"year": today().year, "amount": Decimal(amount), "payer": "municipality", "note": ""}]


def spend(action: Any, amount: str) -> None:
    note_spending(action, Spent(today(), Decimal(amount)), key=new_key(), today=today(), by=None)


def page(path: str, language: str = "en") -> str:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    return str(client.get(reverse("strategy", args=(language, "s")) + path).content.decode())


# --- the workspace -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["money/", "actions/a/spending/", "actions/a/"])
def test_money_that_nobody_noted_is_not_told_as_nothing(path: str, language: str) -> None:
    make_running(budget=budget(1205))
    shown = page(path, language)
    assert ZERO not in shown
    assert say("evaluation_page.year.nothing_noted", language) in shown
    assert "205" in shown


def test_a_year_without_a_plan_has_no_amount_left() -> None:
    spend(make_running(), "75")
    shown = page("actions/a/spending/")
    assert f"Planned: {NOTHING}; spent: 75\N{NO-BREAK SPACE}EUR; left: –." in shown
    assert "spent without a plan" in shown
    assert ZERO not in page("money/")


def test_an_amount_that_was_put_right_is_a_zero_that_somebody_noted() -> None:
    running = make_running(budget=budget(1205))
    for amount in ("75", "-75"):
        spend(running, amount)
    assert f"spent: {ZERO}; left: 1,205\N{NO-BREAK SPACE}EUR" in page("actions/a/spending/")
    assert "0% spent" in page("money/")


def test_only_where_more_was_spent_than_planned_finds_what_nobody_planned() -> None:
    objective = make_objective()
    spend(make_running("bare", objective), "75")
    make_running("planned", objective, budget=budget(1205))
    shown = page("money/?over=on")
    assert "actions/bare/spending/" in shown
    assert "actions/planned/spending/" not in shown


def test_a_sheet_leaves_cells_empty_that_nobody_noted() -> None:
    make_running(budget=budget(1205))
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    answer: Any = client.get("/en/work/strategies/s/money/sheet.csv")
    row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1]
    assert row.endswith(",1205,,,EUR"), row


def test_an_area_tells_the_money_that_was_noted_for_it() -> None:
    spend(make_running(areas=AREA), "75")
    shown = page(f"areas/?year={today().year}")
    assert f"Planned: {NOTHING}; spent: 75\N{NO-BREAK SPACE}EUR; left: –." in shown
    assert ZERO not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tree_of_a_plan_tells_no_amount_that_nobody_noted(language: str) -> None:
    objective = make_objective()
    make_running("a", objective)
    shown = page("", language)
    assert ZERO not in shown
    assert shown.count(say("plan.no_money", language)) == 6  # plan, pillars, challenge, objective
    make_running("b", objective, budget=budget(1205))
    assert page("", language).count(say("plan.no_money", language)) == 2  # the other two pillars


# --- evaluations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("spent", "told"), [(0, ""), (75, "75\N{NO-BREAK SPACE}EUR")])
def test_an_effect_without_spending_has_a_reason_and_no_amount(spent: int, told: str) -> None:
    seen = Seen(200, 150, 3, 9, 24, 12)
    found = Estimate(
        Design.BEFORE_AFTER_CONTROL, None, -25.0, -40.0, -10.0, 0.95, 0.01, 50.0, 20.0, 80.0, seen,
        (), Verdict.WORKED,
    )  # fmt: skip
    shown = present_worth(worth_of(Decimal(spent), "EUR", found), "en")
    assert shown is not None
    assert shown["spent"] == told
    assert bool(shown["reason"]) == (not told)


# --- the public page -----------------------------------------------------------------------------


@pytest.fixture
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.CONVIVE_WORKSPACE = str(tmp_path)


def published(**money: Any) -> dict[str, Any]:
    one = plain_action("lights", **({"budget": (), "spending": ()} | money))
    plan = small_plan(one, state="adopted")
    digest = preview_of(plan, None).digest
    strategy = take_over(plan, None, digest=digest, today=today(), by=None)
    publish_plan(strategy, digest=proof_of(strategy, today()).digest, today=today(), by=None)
    return published_plan.published() or {}


def public(path: str = "", language: str = "en") -> str:
    client = Client(headers={"host": "localhost"})
    return str(client.get(f"/{language}/plan/{path}").content.decode())


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("path", ["", "lights/"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_residents_are_told_that_nothing_was_noted(path: str, language: str) -> None:
    published()
    shown = public(path, language)
    assert ZERO not in shown
    assert say("evaluation_page.year.nothing_noted", language) in shown


@pytest.mark.usefixtures("_folder")
def test_residents_are_told_a_zero_that_somebody_noted() -> None:
    published(spending=(PlainSpending(date(2026, 3, 1), Decimal(0), "a gift"),))
    assert f"One action; planned: {NOTHING}; spent: {ZERO}" in public()


@pytest.mark.usefixtures("_folder")
def test_a_snapshot_of_before_opens_with_the_zeros_that_it_has() -> None:
    old = {name: value for name, value in published().items() if name != "digest"}
    (action,) = old["challenges"][0]["objectives"][0]["actions"]
    for part in (old, *old["pillars"], action):
        assert part["planned"] is None
        part.update(planned="0", spent="0")
    published_plan.write_published(old)
    assert f"One action; planned: {ZERO}; spent: {ZERO}" in public()
    assert ZERO in public("lights/")


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_a_plan_has_no_figure_that_nobody_noted(language: str) -> None:
    published()
    card = card_of(current.current_site(), "plan", "", language)
    assert card is not None
    nothing = say("evaluation_page.year.nothing_noted", language)
    assert [(one.value, one.why) for one in card.columns] == [("", nothing)] * 3
