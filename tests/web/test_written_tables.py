"""The watch over writes without an event sees them."""

from __future__ import annotations

import pytest
from django.test import Client

from convive.web.roles import Role
from convive.web.workspace.actions import revise
from convive.web.workspace.models import Strategy
from factories.web_objects.accounts import make_account
from factories.written_tables import watched_requests


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_a_change_without_an_event_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    sent = {"title": "Safe", "from_year": "2026", "until_year": "2028", "currency": "EUR"}
    with watched_requests(monkeypatch) as answered:
        client.post("/en/work/strategies/new/", sent)
        assert Strategy.objects.count() == 1
        assert not answered[0].untold
        monkeypatch.setattr(revise, "record", lambda *_, **__: None)
        client.post("/en/work/strategies/new/", sent)
    assert Strategy.objects.count() == 2
    assert answered[1].untold >= {"workspace_strategy", "workspace_revision"}
