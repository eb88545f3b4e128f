"""Who belongs to an organisation that was switched off, or has moved, or has lost a role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from convive.core.strategy.vocabulary import Delivery
from convive.web.accounts.actions import change_account
from convive.web.accounts.actions.organisations import (
    OrganisationWords,
    change_organisation,
    move_account,
)
from convive.web.accounts.models import Account, Organisation
from convive.web.audit_log.models import Event
from convive.web.notices.models import Notice
from convive.web.rights import jobs as rights_jobs
from convive.web.roles import Role
from convive.web.workspace.actions.area_leads import make_lead
from convive.web.workspace.actions.bodies import set_seats
from convive.web.workspace.actions.calendar_keys import renew_key
from convive.web.workspace.actions.diary import Told, write_entry
from convive.web.workspace.actions.meetings import convene
from convive.web.workspace.actions.minutes import add_decision
from convive.web.workspace.actions.places import Seen, make_place, note_seen
from convive.web.workspace.actions.reminders import remind
from convive.web.workspace.clock import today
from convive.web.workspace.models import Action, Commitment
from factories import partnership
from factories.web_objects import delivery, rights
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
MARKS = ("Zebra meeting", "Zebra board", "Zebra minutes", "Zebra decision", "Zebra promise", "Zebra diary",
         "Zebra risk", "Zebra seen", "Zebra need", "Zebra agreement")  # fmt: skip


def client_of(account: Account) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def whole_town(police: Organisation) -> list[str]:
    """Everything that one organisation takes part in; returns the addresses of its pages."""
    plan = partnership.strategy()
    action = Action.objects.get()
    action.risks.create(text="Zebra risk", likelihood=2, impact=2)
    told = Told(police, today(), Delivery.AS_PLANNED, note="Zebra diary")
    entry = write_entry(action, told, key=delivery.new_key(), today=today(), by=None)
    place = make_place(plan, {"name": "Mill", "level": delivery.AREA[0], "area_id": delivery.AREA[1],
                              "actions": [action]}, by=None)  # fmt: skip
    note_seen(place, Seen("before", today(), "Zebra seen"), key=delivery.new_key(), by=None)
    money = {"organisation": police, "year": 2026, "amount": 1000, "reason": "Zebra need"}
    make_lead(plan, delivery.AREA, money, by=None)
    body = partnership.body(police, name="Zebra board")
    meeting = partnership.meeting(body)
    type(meeting).objects.update(title="Zebra meeting")
    meeting = convene(meeting.__class__.objects.get(), by=None)
    item = meeting.items.first()
    assert item is not None
    type(item).objects.filter(pk=item.pk).update(minutes="Zebra minutes")
    decided = add_decision(item, "Zebra decision", actions=[action], by=None)
    made = partnership.commitment(meeting, owner=police, due=today())
    Commitment.objects.update(text="Zebra promise", action=action, decision=decided)
    agreed = rights.agreement(police, title="Zebra agreement", valid_until=today() + timedelta(7))
    of_plan, of_action = (
        f"strategies/{plan.code}/",
        f"strategies/{plan.code}/actions/{action.code}/",
    )
    return [
        "", "meetings/", f"meetings/of/{meeting.code}/", f"meetings/of/{meeting.code}/meeting.ics",
        f"meetings/of/{meeting.code}/papers/pack.docx", f"meetings/of/{meeting.code}/minutes/",
        "bodies/", f"bodies/of/{body.code}/", "commitments/?show=all", f"commitments/{made.code}/",
        f"decisions/{decided.code}/", "diary/", "diary/entries/", "diary/entries/diary.csv",
        f"diary/entry/{entry.pk}/", f"diary/entry/{entry.pk}/correct/",
        f"diary/of/{plan.code}/{action.code}/", f"diary/of/{plan.code}/{action.code}/newest/",
        "strategies/", of_plan, f"{of_plan}actions/", f"{of_plan}print/", f"{of_plan}lights/",
        f"{of_plan}lights/changes/", f"{of_plan}places/", f"{of_plan}places/{place.code}/",
        f"{of_plan}areas/", f"{of_plan}balance/", f"{of_plan}money/", of_action,
        f"{of_action}spending/", f"revisions/action/{action.pk}/",
        f"revisions/meeting/{meeting.pk}/", "agreements/", f"agreements/{agreed.code}/1/",
        f"agreements/{agreed.code}/1.json", "evidence/",
    ]  # fmt: skip


def seen_by(account: Account, paths: list[str]) -> dict[str, tuple[int, list[str]]]:
    """Status and marks of each page."""
    client, found = client_of(account), {}
    for path in paths:
        answer = client.get(f"/en/work/{path}")
        whole = b"".join(answer) if answer.streaming else answer.content
        text = whole.decode("utf-8", "replace")
        size = [str(len(whole) // 40_000)] if whole.startswith(b"PK") else []
        found[path] = answer.status_code, [one for one in MARKS if one in text] + size
    return found


@pytest.mark.parametrize("role", [Role.PARTNER, Role.ELECTED, Role.DATA_PROTECTION, Role.FIELD])
def test_members_of_a_switched_off_organisation_see_what_a_stranger_sees(role: Role) -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    paths = whole_town(police)
    member, stranger = partnership.partner(police, role), partnership.partner(school, role)
    before, outside = seen_by(member, paths), seen_by(stranger, paths)
    if role == Role.PARTNER:
        known = {mark for _, marks in before.values() for mark in marks}
        assert set(MARKS) <= known, "as long as it takes part, all of it is seen"
        different = [path for path in paths if before[path] != outside[path]]
        assert len(different) > 15
    said = OrganisationWords(police.name, police.sector, is_active=False)
    change_organisation(police, said, by=make_account(Role.COORDINATOR))
    assert seen_by(Account.objects.get(pk=member.pk), paths) == outside


def test_who_loses_a_seat_loses_the_notices_about_its_meetings_and_nobody_else_does() -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    body, other = partnership.body(police, school), partnership.body(police, name="Other board")
    gone, stays = partnership.partner(police), partnership.partner(school)
    boss = make_account(Role.COORDINATOR, organisation=police)
    left = convene(partnership.meeting(body), by=None)
    convene(partnership.meeting(other), by=None)
    remind_of = partnership.commitment(left, owner=police, due=today())
    remind(today())
    set_seats(body, {school.pk: "member"}, by=None)

    def told(account: Account) -> list[tuple[str, str]]:
        rows = Notice.objects.filter(account=account).order_by("thing_kind", "pk")
        return [(one.thing_kind, one.thing_id) for one in rows]

    (other_meeting,) = other.meetings.values_list("pk", flat=True)
    promise = ("commitment", str(remind_of.pk))
    assert told(gone) == [promise, ("meeting", str(other_meeting))]
    assert told(stays) == [("meeting", str(left.pk))]
    assert len(told(boss)) == 3, "an editor sees every meeting"


def test_members_of_a_switched_off_organisation_write_nothing() -> None:
    police = partnership.organisation()
    whole_town(police)
    action, promised = Action.objects.select_related("strategy").get(), Commitment.objects.get()
    member = partnership.partner(police)
    Organisation.objects.filter(pk=police.pk).update(is_active=False)
    client, where = client_of(member), f"{action.strategy.code}/{action.code}"
    n_entries = action.diary.count()
    sent = {"key": delivery.new_key(), "delivery": "as_planned", "on": today().isoformat()}
    assert client.post(f"/en/work/diary/of/{where}/send/", sent).status_code in {403, 404}
    assert client.post(f"/en/work/commitments/{promised.code}/done/").status_code == 404
    assert action.diary.count() == n_entries
    assert Commitment.objects.get().done_on is None


def told_everything(police: Organisation, account: Account) -> str:
    """Let somebody be told of everything, and have a calendar; returns its address."""
    remind(today())
    remind(today() + timedelta(days=15))
    at = datetime.combine(today(), datetime.min.time(), UTC) + timedelta(hours=12)
    rights_jobs.watch_agreements(at)
    found = set(Notice.objects.filter(account=account).values_list("thing_kind", flat=True))
    assert found == {"meeting", "commitment", "commitments", "agreement"}
    path = f"/en/calendar/{renew_key(account)}.ics?tasks=1"
    feed = Client(headers={"host": "localhost"}).get(path).content.decode()
    assert "Zebra meeting" in feed
    assert police.name
    return path


def _moves(police: Organisation, account: Account, by: Account) -> None:
    assert police.pk
    move_account(account, partnership.organisation("school", "schools"), by=by)


def _loses_its_role(police: Organisation, account: Account, by: Account) -> None:
    assert police.pk
    change_account(account, roles=[Role.READER], is_active=True, by=by)


def _is_switched_off(police: Organisation, account: Account, by: Account) -> None:
    assert account.pk
    said = OrganisationWords(police.name, police.sector, is_active=False)
    change_organisation(police, said, by=by)


@pytest.mark.parametrize("happens", [_moves, _loses_its_role, _is_switched_off])
def test_notices_reminders_and_the_calendar_end_with_the_standing(happens: Any) -> None:
    police, by = partnership.organisation(), make_account(Role.COORDINATOR)
    member, stays = partnership.partner(police), partnership.partner(police)
    whole_town(police)
    feed = told_everything(police, member)
    n_stays = Notice.objects.filter(account=stays).count()
    happens(police, member, by)
    assert not Notice.objects.filter(account=member).exists()
    listed = client_of(Account.objects.get(pk=member.pk)).get("/en/work/notices/?show=all")
    assert not [mark for mark in MARKS if mark in listed.content.decode()]
    assert Client(headers={"host": "localhost"}).get(feed).status_code == 404
    remind(today() + timedelta(days=16))
    assert not Notice.objects.filter(account=member).exists()
    if happens is not _is_switched_off:
        assert Notice.objects.filter(account=stays).count() >= n_stays
    assert Event.objects.filter(verb="workspace.calendar_key_ended", actor_id=None).count() == 1


def test_what_one_may_still_know_of_is_not_taken_back() -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    member = partnership.partner(police)
    body = partnership.body(police, school)
    convene(partnership.meeting(body), by=None)
    move_account(member, school, by=make_account(Role.COORDINATOR))
    assert Notice.objects.filter(account=member, thing_kind="meeting").count() == 1
