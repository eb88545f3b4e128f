"""The log of failures names pages, never the key in an address."""

from __future__ import annotations

import logging
from io import StringIO
from typing import Any

import pytest
from django.test import Client

TOKEN = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.mark.django_db
def test_a_failure_behind_a_link_is_logged_without_the_link(monkeypatch: Any) -> None:
    def broken(_token: str) -> None:
        raise RuntimeError

    monkeypatch.setattr("convive.web.fieldwork.views.token_pages.find_holder", broken)
    said = StringIO()
    handler = next(
        one for one in logging.getLogger("django.request").handlers
        if type(one) is logging.StreamHandler
    )  # fmt: skip
    monkeypatch.setattr(handler, "stream", said)
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    assert client.get(f"/en/fill/{TOKEN}/").status_code == 500
    assert "RuntimeError" in said.getvalue()
    assert "/<language:language>/fill/<str:token>/" in said.getvalue()
    assert TOKEN not in said.getvalue()
