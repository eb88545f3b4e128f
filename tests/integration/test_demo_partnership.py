"""The invented town's year of work: whole, from its findings, the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest

from convive.core.strategy.vocabulary import ActionKind, Pillar, PreventionLevel
from convive.web.observatory import current
from demo_city.partnership.days import Days, told
from demo_city.partnership.enter import enter_year
from factories.build import shared_build

pytestmark = pytest.mark.django_db
DAYS = Days(date(2026, 1, 1), date(2026, 11, 20))


@pytest.fixture(scope="module")
def year(
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Any]:
    """The year, entered on an audit that knows none of the town's areas; taken out afterwards."""
    from django.db import transaction
    from django.test import override_settings

    from convive.web.workspace.models import Strategy

    folder = str(tmp_path_factory.mktemp("year"))
    current.hold(shared_build())
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=folder, CONVIVE_WORKSPACE=folder),
        transaction.atomic(),
    ):
        enter_year(DAYS, np.random.default_rng([1, 11]))
        yield Strategy.objects.get(state="adopted")
        transaction.set_rollback(True)
    current.release()


def test_the_first_coordinator_is_still_welcome(year: Any) -> None:
    from convive.web.accounts.actions import make_welcome

    assert year
    assert make_welcome() is not None


def test_the_plan_has_everything_that_a_plan_can_have(year: Any) -> None:
    from convive.web.workspace.models import Strategy

    actions = list(year.actions.all())
    assert (year.challenges.count(), len(actions)) == (5, 30)
    assert {one.kind for one in actions} == {one.value for one in ActionKind}
    assert {one.pillar for one in actions} == {one.value for one in Pillar}
    assert {one.level for one in actions} == {one.value for one in PreventionLevel}
    assert len({one.progress for one in actions}) >= 4
    assert {one.year for action in actions for one in action.budget.all()} == {2026, 2027, 2028}
    assert Strategy.objects.filter(state="closed").count() == 1


def test_meetings_left_decisions_and_promises_some_of_them_late(year: Any) -> None:
    from convive.web.workspace.models import Commitment, Meeting

    states = list(Meeting.objects.order_by("starts_at").values_list("state", flat=True))
    assert states == ["minuted"] * 9 + ["convened"] * 2
    late = Commitment.objects.filter(done_on=None, due__lt=DAYS.today)
    assert late.count() == 4
    assert all(one.decision is not None for one in Commitment.objects.all())
    assert year.meetings.count() == 11


def test_agreements_are_in_force_and_over(year: Any) -> None:
    from convive.web.rights.models import Agreement

    assert year
    states = dict(Agreement.objects.values_list("code", "state"))
    assert states == {"crime": "active", "surveys": "active", "youth-trial": "ended"}
    crime = Agreement.objects.get(code="crime")
    assert {"town", "police"} <= {_name_of(one) for one in crime.uses.all()}


def _name_of(organisation: Any) -> str:
    rows = told("partners")["organisations"].items()
    return next(code for code, row in rows if row["name"] == organisation.name)


def test_the_plan_is_public(year: Any) -> None:
    from convive.web.workspace.published_plan import published

    found = published()
    assert found is not None
    assert found["code"] == year.code


@pytest.mark.usefixtures("year")
def test_another_entry_says_the_same() -> None:
    from django.db import transaction

    from convive.web.workspace.models import DiaryEntry

    def said() -> list[Any]:
        rows = DiaryEntry.objects.order_by("key")
        return list(rows.values_list("key", "on", "delivery", "amount", "reached", "obstacle"))

    first = said()
    assert len(first) > 200
    with transaction.atomic():
        _empty()
        enter_year(DAYS, np.random.default_rng([1, 11]))
        assert said() == first
        transaction.set_rollback(True)


def _empty() -> None:
    from convive.web.accounts.models import Organisation
    from convive.web.rights.models import Agreement
    from convive.web.workspace import models

    for model in (
        models.Commitment,
        models.Decision,
        models.Meeting,
        models.Body,
        models.DiaryEntry,
    ):
        model.objects.all().delete()
    models.AreaLead.objects.all().delete()
    models.Strategy.objects.all().delete()
    Agreement.objects.all().delete()
    Organisation.objects.all().delete()


def test_days_are_counted_from_the_month_after_the_evidence() -> None:
    assert DAYS.on("1-20") == date(2026, 1, 20)
    assert DAYS.on("14-31") == date(2027, 2, 28)
    assert DAYS.months(date(2026, 9, 1), date(2030, 1, 1)) == [
        date(2026, 9, 20), date(2026, 10, 20), date(2026, 11, 20),
    ]  # fmt: skip
