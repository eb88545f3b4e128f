"""A link that got into wrong hands cannot fill the database; nothing honest is stopped."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from convive.web.fieldwork.allowance import FORM_STEPS, PHONE_SENDINGS, Allowance
from convive.web.fieldwork.models import Campaign, Submission
from factories import fieldwork

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def test_a_web_form_is_taken_so_many_times_and_then_asks_to_wait(client, monkeypatch):
    monkeypatch.setattr("convive.web.fieldwork.views.fill.FORM_STEPS", Allowance(2, 1000))
    survey = fieldwork.campaign(kind=Campaign.Kind.SURVEY, sampling="open_link", code="wave-1")
    _, token = fieldwork.link(survey, "open_survey")
    answers = [client.post(f"/en/fill/{token}/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "wait ten minutes" in answers[-1].content.decode()


def test_a_phone_is_told_to_try_again_later(client, monkeypatch):
    monkeypatch.setattr(
        "convive.web.fieldwork.views.walk_sending.PHONE_SENDINGS", Allowance(1, 1000)
    )
    campaign = fieldwork.campaign()
    _, token = fieldwork.link(campaign, rater=fieldwork.rater(campaign))
    for wanted in (404, 429):  # a form that is none counts, too
        address = f"/en/walk/{token}/forms/none/"
        answer = client.post(address, b"{}", content_type="application/json")
        assert answer.status_code == wanted
    assert json.loads(answer.content)["again"] is True
    assert Submission.objects.count() == 0


def test_a_long_walk_stays_far_below_the_limits():
    stops, photos, tries = 40, 3, 5
    assert stops * (1 + photos) * tries * 2 < PHONE_SENDINGS.limit
    assert FORM_STEPS.limit >= 8 * 2_000
