"""Pages of long plans: what the database adds up is what the plan itself says; few questions asked."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.catalogue import find
from convive.core.strategy.balance import SPLITS, balance_of, splits_by_year
from convive.core.strategy.coverage import coverage, offer_of
from convive.core.strategy.gender_budget import gender_budget_of
from convive.core.strategy.ledger import ledger_of
from convive.core.strategy.orphans import orphans_of, threads_of
from convive.core.strategy.vocabulary import Delivery
from convive.web.roles import Role
from convive.web.workspace.actions.diary import Told, correct_entry, write_entry
from convive.web.workspace.actions.plan_import import preview_of, take_over
from convive.web.workspace.models import (
    Action,
    ActionArea,
    BudgetLine,
    DiaryEntry,
    DiarySum,
    Strategy,
)
from convive.web.workspace.presenters.coverage_page import MOST_CHOICES, choices_for
from convive.web.workspace.selectors.ledger import told_ledger
from convive.web.workspace.selectors.loose_ends import threads_in
from convive.web.workspace.selectors.offer import offer_in
from convive.web.workspace.selectors.plan import plan_of
from convive.web.workspace.selectors.titles import all_names_of
from convive.web.workspace.selectors.tree import MANY, SHOWN_OPENED
from factories.plans import full_plan
from factories.town_plan import town_plan
from factories.web_objects.accounts import make_account
from factories.web_objects.strategy import make_action, make_objective, make_organisation

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
TODAY = date(2026, 11, 1)
PLANS = {"full": full_plan, "town": town_plan}


def taken(name: str) -> Strategy:
    plan = PLANS[name]()
    return take_over(plan, None, digest=preview_of(plan, None).digest, today=TODAY, by=None)


@pytest.fixture
def editor() -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    return client


# --- the same as the plan says ------------------------------------------------------------------------
@pytest.mark.parametrize("name", PLANS)
def test_the_money_is_that_of_the_plan(name: str) -> None:
    strategy = taken(name)
    read = told_ledger(strategy, make_account(Role.ELECTED)).ledger
    plain = ledger_of(plan_of(strategy))
    assert balance_of(read) == balance_of(plain)
    assert gender_budget_of(read) == gender_budget_of(plain)
    for by in SPLITS:
        assert splits_by_year(read, by) == splits_by_year(plain, by)


def test_who_sees_an_outline_is_told_no_sum_of_what_was_spent_or_done() -> None:
    told = told_ledger(taken("town"), make_account(Role.PARTNER))
    balance = balance_of(told.ledger)
    assert (told.is_outline, balance.spent, told.ledger.reached.n_entries) == (True, 0, 0)
    assert balance.planned > 0


@pytest.mark.parametrize("name", PLANS)
def test_frameworks_are_met_as_the_plan_meets_them(name: str) -> None:
    strategy = taken(name)
    plain, read = offer_of(plan_of(strategy)), offer_in(strategy)
    for framework in find.frameworks():
        assert coverage(read, framework) == coverage(plain, framework)


@pytest.mark.parametrize("name", PLANS)
def test_what_hangs_loose_is_what_the_plan_says(name: str) -> None:
    strategy = taken(name)
    make_action(make_objective(Strategy.objects.get().challenges.first(), "bare"), "bare")
    rules = {"today": TODAY, "published": ["f1", "f9"], "led_areas": [("district", "d2")]}
    read = orphans_of(threads_in(strategy, today=TODAY), **rules)
    plain = orphans_of(threads_of(plan_of(strategy)), **rules)
    assert {one.code for one in read} >= {"action_without_lead", "finding_without_action"}
    as_rows = [Counter((one.code, one.ref, str(one.params)) for one in some) for some in (read, plain)]  # fmt: skip
    assert as_rows[0] == as_rows[1]


def test_sums_of_a_diary_follow_what_is_written_and_corrected() -> None:
    action, youth = make_action(), make_organisation("youth")
    by = make_account(Role.COORDINATOR)

    def told(**reached: int) -> Told:
        return Told(youth, TODAY, Delivery.AS_PLANNED, reached=reached)

    first = write_entry(action, told(women=3, men=1), key="k1", today=TODAY, by=by)
    write_entry(action, told(women=2), key="k2", today=TODAY, by=by)
    write_entry(action, told(), key="k3", today=TODAY, by=by)
    found = DiarySum.objects.get()
    assert (found.n_entries, found.n_counted, found.reached) == (3, 2, {"women": 5, "men": 1})
    correct_entry(first, told(women=1), key="k4", today=TODAY, by=by)
    found = DiarySum.objects.get()
    assert (found.n_entries, found.n_counted, found.reached) == (3, 2, {"women": 3})
    assert DiaryEntry.objects.count() == 4


# --- long ones ----------------------------------------------------------------------------------------
def make_long(n: int) -> Strategy:
    """Actions under two objectives, each with a budget line and an area."""
    objective = make_objective()
    strategy = objective.challenge.strategy
    other = make_objective(objective.challenge, "p")
    lead = make_organisation()
    actions = Action.objects.bulk_create(
        Action(strategy=strategy, objective=(objective, other)[i % 2], code=f"x{i}", lead=lead,
               title=f"Lamp {i} of Ribera", kind="social", pillar="cohesion", level="primary",
               groups=["women"], position=i, state="running")
        for i in range(n)
    )  # fmt: skip
    BudgetLine.objects.bulk_create(
        BudgetLine(action=one, year=2026, amount=10, payer="state") for one in actions
    )
    ActionArea.objects.bulk_create(
        ActionArea(action=one, level="neighbourhood", area_id="n08", name="Molino") for one in actions
    )  # fmt: skip
    return strategy


MOST_QUESTIONS = {
    "strategy": 11, "strategy-actions": 9, "plan-frameworks": 14, "plan-framework": 15,
    "plan-orphans": 17, "plan-balance": 10, "plan-money": 11, "plan-lights": 23,
    "strategies": 5,
}  # fmt: skip


def test_lists_of_long_plans_ask_few_questions(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    make_long(3 * MANY)
    for name, most in MOST_QUESTIONS.items():
        codes = {"plan-framework": ("s", "manifesto_2025"), "strategies": ()}.get(name, ("s",))
        address = reverse(name, args=("en", *codes))
        with django_assert_max_num_queries(most):
            page = editor.get(address)
        assert page.status_code == 200, name
        assert len(page.content) < 150_000, name


def test_a_long_plan_shows_the_actions_of_the_objective_that_one_opens(editor: Client) -> None:
    make_long(MANY + 2)
    address = reverse("strategy", args=("en", "s"))
    closed = editor.get(address + "?pillar=cohesion").content.decode()
    assert "of Ribera" not in closed
    link = "?pillar=cohesion&amp;open=p#o-p"
    assert f'href="{link}"' in closed
    opened = editor.get(address + link.replace("&amp;", "&").partition("#")[0]).content.decode()
    assert 'id="o-p"' in opened
    assert opened.count("of Ribera</a>") == SHOWN_OPENED
    assert "Lamp 1 of Ribera" in opened
    assert "Lamp 2 of Ribera" not in opened
    assert "?objective=p" in opened, "the rest is a click away"


def test_deep_pages_of_the_diary_are_in_order(editor: Client) -> None:
    action, youth = make_action(), make_organisation("youth")
    DiaryEntry.objects.bulk_create(
        DiaryEntry(action=action, organisation=youth, on=TODAY, delivery="as_planned", key=f"k{n}")
        for n in range(120)
    )  # fmt: skip
    address = reverse("diary-entries", args=("en",))
    found = [one.key for n in (1, 2, 3) for one in editor.get(address, {"page": n}).context["page"]]
    assert found == [f"k{n}" for n in reversed(range(120))]


def test_long_plans_are_searched_not_listed(editor: Client) -> None:
    strategy = make_long(500)
    names = all_names_of(strategy)
    listed, more = choices_for(names, (), "")
    assert (len(listed), more) == (MOST_CHOICES, 503 - MOST_CHOICES)
    assert [one["code"] for one in choices_for(names, (), "of LAMP 499")[0]] == ["x499"]
    assert choices_for(names, ["action:x499"], "lamp 499 of") == ([], 0)
    point = find.framework("manifesto_2025").points[0]
    address = reverse("plan-point", args=("en", "s", "manifesto_2025", point.id))
    page = editor.get(address, {"q": "lamp 477"}).content.decode()
    assert "Lamp 477 of Ribera" in page
    assert "Lamp 78 of Ribera" not in page
