"""Notices: told once, read, counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from convive.core.errors import RequestError
from convive.web.accounts.models import Organisation
from convive.web.notices.actions import mark_read, notify, notify_organisation
from convive.web.notices.models import Notice
from convive.web.notices.selectors import count_open, open_notices
from factories.web_objects.accounts import make_account

pytestmark = pytest.mark.django_db


def test_the_same_is_told_once() -> None:
    ana = make_account()
    first = notify(ana, "test.due", key="commitment:1:due", title="Lamps", thing=("commitment", 1))
    again = notify(ana, "test.due", key="commitment:1:due", title="Other")
    assert first == again
    assert again.params == {"title": "Lamps"}
    assert (again.thing_kind, again.thing_id) == ("commitment", "1")


def test_open_notices_come_by_the_day_until_which_to_act() -> None:
    ana, ben = make_account(), make_account()
    for key, due in (("late", date(2026, 12, 9)), ("none", None), ("soon", date(2026, 12, 1))):
        notify(ana, "test.due", key=key, due=due)
    notify(ben, "test.due", key="other")
    assert [one.key for one in open_notices(ana)] == ["soon", "late", "none"]
    assert mark_read(ana, [notice.pk for notice in Notice.objects.all()]) == 3
    assert (count_open(ana), count_open(ben)) == (0, 1)
    assert mark_read(ben) == 1


def test_an_organisation_is_told_by_its_active_accounts_each_once(
    django_assert_num_queries: Any,
) -> None:
    police = Organisation.objects.create(code="police", name="Police", sector="police")
    people = [make_account(organisation=police) for _ in range(5)]
    make_account(organisation=police, is_active=False)
    make_account()
    with django_assert_num_queries(3):
        assert notify_organisation(police, "test.due", key="meeting:4", n=2) == 5
    assert notify_organisation(police, "test.due", key="meeting:4", n=3) == 0
    assert [count_open(one) for one in people] == [1] * 5


@pytest.mark.parametrize("address", ["https://example.org", "//example.org", "/\\example.org", "x"])
def test_a_notice_leads_nowhere_else(address: str) -> None:
    with pytest.raises(RequestError):
        notify(make_account(), "test.due", key="a", address=address)
