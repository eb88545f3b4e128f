"""Filled-in forms come in once, whole, and are conflicts when they change."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from convive.core.errors import ConflictError, RequestError
from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions.receive import Envelope, Outcome, receive
from convive.web.fieldwork.models import Campaign, Submission
from factories import fieldwork

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _envelope(**fields):
    return Envelope(
        **{
            "id": uuid.uuid4(),
            "campaign": fields.pop("campaign", None) or fieldwork.campaign(),
            "channel": Submission.Channel.PHONE,
            "answers": {"lighting": "2"},
            **fields,
        }
    )


def test_a_form_is_kept_once_however_often_it_is_sent():
    envelope = _envelope()
    first = receive(envelope, now=NOW)
    again = receive(envelope, now=NOW)
    assert (first.outcome, again.outcome) == (Outcome.NEW, Outcome.ALREADY)
    assert Submission.objects.count() == 1
    assert first.submission.state == Submission.State.COMPLETE
    assert Event.objects.filter(verb="fieldwork.form_received").count() == 1


def test_the_same_id_with_other_answers_is_a_conflict():
    envelope = _envelope()
    receive(envelope, now=NOW)
    other = Envelope(**{**envelope.__dict__, "answers": {"lighting": "3"}})
    with pytest.raises(ConflictError, match="FORM_CONFLICT"):
        receive(other, now=NOW)
    assert Submission.objects.get().answers["lighting"] == "2"


def test_a_closed_campaign_takes_nothing_new_but_knows_what_it_has():
    envelope = _envelope()
    receive(envelope, now=NOW)
    envelope.campaign.state = Campaign.State.CLOSED
    envelope.campaign.save()
    assert receive(envelope, now=NOW).outcome is Outcome.ALREADY
    with pytest.raises(RequestError, match="CAMPAIGN_CLOSED"):
        receive(_envelope(campaign=envelope.campaign), now=NOW)


def test_an_anonymous_form_has_no_time_and_no_link():
    survey = fieldwork.campaign(kind=Campaign.Kind.SURVEY, code="survey-2026")
    link, _ = fieldwork.link(survey, "open_survey")
    receive(_envelope(campaign=survey, link=link, started_at=NOW, ended_at=NOW), now=NOW)
    kept = Submission.objects.get()
    assert kept.link is None
    assert (kept.started_at, kept.ended_at, kept.received_at) == (None, None, None)
