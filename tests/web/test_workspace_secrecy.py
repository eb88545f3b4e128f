"""What the workspace keeps from whom: other organisations, readers, drafts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from convive.web.notices.models import Notice
from convive.web.roles import Role
from convive.web.workspace.actions.calendar_keys import renew_key
from convive.web.workspace.actions.minutes import add_decision
from convive.web.workspace.actions.reminders import remind
from convive.web.workspace.clock import today
from convive.web.workspace.models import Action, Commitment, Decision, Objective, Strategy
from factories import partnership

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


def client_of(account: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.parametrize("role", [Role.READER, Role.FIELD])
def test_readers_and_field_staff_do_not_act_for_their_organisation(role: Role) -> None:
    police = partnership.organisation()
    body = partnership.body(police)
    person = partnership.partner(police, role)
    meeting = partnership.meeting(body, state="convened")
    made = partnership.commitment(meeting, due=today())
    client = client_of(person)
    for path in (
        f"meetings/of/{meeting.code}/", f"meetings/of/{meeting.code}/papers/pack.pdf",
        f"meetings/of/{meeting.code}/meeting.ics", f"bodies/of/{body.code}/",
        f"commitments/{made.code}/",
    ):  # fmt: skip
        assert client.get(f"/en/work/{path}").status_code == 404, path
    assert client.post(f"/en/work/commitments/{made.code}/done/").status_code == 404
    assert Commitment.objects.get().done_on is None
    for path in ("", "meetings/", "commitments/?show=all"):
        assert meeting.code not in text_of(client, f"/en/work/{path}"), path
    feed = Client(headers={"host": "localhost"}).get(f"/en/calendar/{renew_key(person)}.ics")
    assert b"BEGIN:VEVENT" not in feed.content
    remind(today())
    assert not Notice.objects.filter(account=person).exists()


def test_whoever_owes_something_does_not_learn_what_the_meeting_decided() -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    meeting = partnership.meeting(partnership.body(police), state="convened")
    item = meeting.items.first()
    assert item is not None
    decided = add_decision(item, "Close the square at night", by=None)
    made = partnership.commitment(meeting, owner=school)
    Commitment.objects.filter(pk=made.pk).update(decision=decided)
    path = f"/en/work/commitments/{made.code}/"
    outside = text_of(client_of(partnership.partner(school)), path)
    assert "Repair the lamps" in outside
    assert "Close the square" not in outside
    assert meeting.code not in outside.replace(made.code, "")
    assert "Close the square" in text_of(client_of(partnership.partner(police)), path)


def test_what_is_a_draft_again_is_known_to_editors_alone() -> None:
    police = partnership.organisation()
    plan = partnership.strategy()
    action = Action.objects.get()
    meeting = partnership.meeting(partnership.body(police), state="convened")
    item = meeting.items.first()
    assert item is not None
    decided = add_decision(item, "Do it", actions=[action], by=None)
    Decision.objects.get().objectives.add(Objective.objects.get())
    made = partnership.commitment(meeting, due=today() + timedelta(days=3))
    Commitment.objects.filter(pk=made.pk).update(action=action, decision=decided)
    paths = [
        f"/en/work/decisions/{decided.code}/", f"/en/work/commitments/{made.code}/",
        "/en/work/commitments/", "/en/work/",
    ]  # fmt: skip
    partner = client_of(partnership.partner(police))
    editor = client_of(partnership.partner(police, Role.COORDINATOR))
    for path in paths:
        assert "Action 0" in text_of(partner, path), path
    Strategy.objects.filter(pk=plan.pk).update(state=Strategy.State.DRAFT)
    for path in paths:
        text = text_of(partner, path)
        assert "Action 0" not in text, path
        assert "Calmer nights" not in text, path
        assert "Action 0" in text_of(editor, path), path
