"""A NUL in an address or a form is no failure: PostgreSQL keeps it in no text."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from convive.catalogue import find
from convive.web.roles import Role
from convive.web.workspace.models import AgendaItem
from factories import partnership
from factories.web_objects.accounts import make_account

pytestmark = pytest.mark.usefixtures("site", "each_database")


@pytest.fixture
def client() -> Client:
    found = Client(headers={"host": "localhost"})
    found.force_login(make_account(*Role))
    return found


def test_in_addresses(client: Client) -> None:
    partnership.strategy()
    assert client.get("/en/work/commitments/?by=%00").status_code == 200
    for path in ("work/strategies/s1/findings/a%00/", "work/evidence/source/a%00/",
                 "work/invitation/a%00/", "calendar/a%00.ics"):  # fmt: skip
        assert client.get(f"/en/{path}").status_code == 404, path


def test_in_forms(client: Client) -> None:
    partnership.strategy()
    meeting = partnership.meeting(state="convened")
    item = meeting.items.first()
    assert item is not None
    framework = find.frameworks()[0]
    point = framework.topics[0].points[0]
    sent: dict[str, dict[str, Any]] = {
        f"meetings/of/{meeting.code}/minutes/save/": {"item": item.pk, "text": "a\0b", "base": ""},
        f"strategies/s1/coverage/{framework.id}/{point.id}/": {"ref": "action:\0"},
        "jobs/now/": {"key": "\0k", "name": "plan.lights"},
    }
    for path, data in sent.items():
        assert client.post(f"/en/work/{path}", data).status_code in {200, 302}, path
    assert AgendaItem.objects.get(pk=item.pk).minutes == "ab"
