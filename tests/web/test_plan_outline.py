"""The kept outline of a plan: as new as the last write, and quick to ask however long the plan is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.catalogue import find
from convive.web.accounts.models import Organisation
from convive.web.roles import Role
from convive.web.workspace.actions.revise import revise
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.coverage_page import MOST_CHOICES, choices_for
from convive.web.workspace.selectors.outline import outline_of
from factories.web_objects.accounts import make_account
from factories.web_objects.strategy import make_action, make_organisation

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


def test_it_is_kept_until_somebody_writes(django_assert_num_queries: Any) -> None:
    action = make_action()
    first = outline_of(action.strategy)
    with django_assert_num_queries(2):
        assert outline_of(action.strategy) is first
    revise(action, {"title": "Light the square"}, version=action.version, by=None)
    ((_, _, shown),) = outline_of(action.strategy).plan.actions()
    assert shown.title == "Light the square"


def test_another_sector_is_noticed() -> None:
    action = make_action()
    make_organisation("police", sector="other")
    assert outline_of(action.strategy)
    Organisation.objects.filter(code="police").update(sector="police")
    sectors = {one.code: one.sector for one in outline_of(action.strategy).plan.organisations}
    assert sectors["police"] == "police"


def test_long_plans_are_searched_not_listed() -> None:
    action = make_action()
    Action.objects.bulk_create(
        Action(strategy=action.strategy, objective=action.objective, code=f"x{i}",
               title=f"Lamp {i} of Ribera", kind="social", pillar="cohesion", level="primary")
        for i in range(500)
    )  # fmt: skip
    revise(action, {"title": "Light the square"}, version=action.version, by=None)
    outline = outline_of(action.strategy)
    listed, more = choices_for(outline, (), "")
    assert (len(listed), more) == (MOST_CHOICES, 503 - MOST_CHOICES)
    assert [one["code"] for one in choices_for(outline, (), "of LAMP 499")[0]] == ["x499"]
    assert choices_for(outline, ["action:x499"], "lamp 499 of") == ([], 0)
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    point = find.framework("manifesto_2025").points[0]
    address = reverse("plan-point", args=("en", "s", "manifesto_2025", point.id))
    page = client.get(address, {"q": "lamp 477"}).content.decode()
    assert "Lamp 477 of Ribera" in page
    assert "Lamp 78 of Ribera" not in page
