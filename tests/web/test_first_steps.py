"""The first steps on the home page: what is next, and gone once the first meeting is planned."""

from __future__ import annotations

from typing import Any

import pytest

from convive.web.roles import Role
from convive.web.workspace.models import BudgetLine, Challenge, Objective, Stakeholder, Target
from convive.web.workspace.presenters.first_steps import first_steps
from factories import partnership
from factories.web_objects.accounts import make_account

pytestmark = pytest.mark.django_db


def steps_of(account: Any) -> dict[str, tuple[bool, str]]:
    found = first_steps(account, "en")
    assert found is not None
    return {step.name: (step.is_done, step.address) for step in found["steps"]}


def next_of(account: Any) -> str:
    found = first_steps(account, "en")
    return "" if found is None else next(step.name for step in found["steps"] if step.is_next)


def test_a_new_town_begins_with_a_partner_and_later_steps_wait_for_earlier_ones() -> None:
    ana = make_account(Role.COORDINATOR)
    assert next_of(ana) == "partner"
    steps = steps_of(ana)
    assert steps["partner"] == (False, "/en/work/partners/new/")
    assert steps["target"] == (False, ""), "there is no challenge to set it for"
    assert steps["meeting"] == (False, "")


def test_each_step_leads_into_the_part_of_the_plan_that_is_there(
    django_assert_num_queries: Any,
) -> None:
    ana = make_account(Role.COORDINATOR)
    made = partnership.strategy(1)
    objective, action = Objective.objects.get(), made.actions.get()
    with django_assert_num_queries(1):
        steps = steps_of(ana)
    assert steps["challenge"][0]
    assert steps["target"][1].endswith(f"/{made.code}/objectives/{objective.code}/targets/")
    assert steps["budget"][1].endswith(f"/{made.code}/actions/{action.code}/edit/budget/")
    objective.delete()
    challenge = Challenge.objects.get()
    assert steps_of(ana)["target"][1].endswith(f"/{challenge.code}/objectives/new/")


def test_the_steps_are_gone_when_all_are_done() -> None:
    ana = make_account(Role.COORDINATOR)
    made = partnership.strategy(1)
    Target.objects.create(
        objective=Objective.objects.get(), indicator_id="rate_all", level="city", area_id="x",
        direction="down", baseline={},
    )  # fmt: skip
    BudgetLine.objects.create(action=made.actions.get(), year=2026, amount=1, payer="municipality")
    Stakeholder.objects.create(organisation=partnership.organisation(), part="works")
    assert next_of(ana) == "body"
    partnership.meeting()
    assert first_steps(ana, "en") is None
