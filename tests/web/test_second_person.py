"""One person with two accounts is not two people: who confirms an agreement, and from when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.app.evidence_room.terms import State
from convive.catalogue.texts import format_date
from convive.core.errors import ConflictError
from convive.web.accounts.actions import change_account, invite, renew_link
from convive.web.accounts.actions.second_factor import reset_second_factor
from convive.web.accounts.actions.vouching import vouch
from convive.web.accounts.models import Account
from convive.web.audit_log.models import Event
from convive.web.jobs.worker import Worker
from convive.web.notices.actions import choose_mail, mark_read
from convive.web.notices.models import Mail, Notice
from convive.web.rights.actions import agreements
from convive.web.rights.models import Agreement
from convive.web.roles import Role
from factories.mail_server import mail_server
from factories.web_objects import rights
from factories.web_objects.accounts import make_account, with_app

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
WEEK = timedelta(days=7, minutes=1)


class Clock:
    """The clock of the site."""

    now = NOON

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: made.now)
    return made


def client_of(account: Account) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def proposed(by: Account) -> Agreement:
    found = rights.organisation()
    draft = rights.agreement(found, gives=found, state="draft", confirmed_at=None)
    return agreements.propose(draft, by=by)


def invited(by: Account | str, *roles: Role) -> Account:
    number = Account.objects.count()
    made, _ = invite(f"new{number}@example.org", name="", language="en", by=by,
                     roles=roles or (Role.COORDINATOR,))  # fmt: skip
    return made


def code_of(agreement: Agreement, by: Account) -> str:
    """What comes of a confirmation: nothing where it counts."""
    try:
        agreements.confirm(agreement, by=by)
    except ConflictError as error:
        return error.code
    return ""


@pytest.mark.parametrize("means", ["link", "factor"])
@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_whose_sign_in_was_renewed_does_not_confirm_for_whoever_renewed_it(
    means: str, language: str, clock: Clock
) -> None:
    ana, ben = make_account(Role.COORDINATOR), make_account(Role.DATA_PROTECTION)
    with_app(ben)
    before = proposed(ana)
    renew_link(ben, by=ana) if means == "link" else reset_second_factor(ben, by=ana)
    path = reverse("agreement", args=(language, before.code, 1))
    page = client_of(ben).get(path).content.decode()
    assert 'value="confirm"' not in page
    sent = {"step": "confirm", "revision": "1"}
    said = client_of(ben).post(f"{path}step/", sent, follow=True).content.decode()
    assert "7" in said
    assert "error.AGREEMENT" not in said
    before.refresh_from_db()
    assert before.state == State.PROPOSED
    clock.pass_by(WEEK)
    assert 'value="confirm"' in client_of(ben).get(path).content.decode()
    assert code_of(before, ben) == ""


def test_it_counts_at_once_for_what_somebody_else_has_proposed() -> None:
    ana, ben, eva = (make_account(Role.COORDINATOR) for _ in range(3))
    renew_link(ben, by=ana)
    assert code_of(proposed(eva), ben) == ""


def test_a_new_account_does_not_confirm_for_whoever_invited_it(clock: Clock) -> None:
    ana = make_account(Role.COORDINATOR)
    other = invited(ana)
    assert code_of(proposed(ana), other) == "AGREEMENT_NOT_TWO"
    clock.pass_by(WEEK)
    assert code_of(proposed(ana), other) == ""


def test_nor_does_one_that_waited_as_a_reader_and_was_then_given_the_role(clock: Clock) -> None:
    ana = make_account(Role.COORDINATOR)
    other = invited(ana, Role.READER)
    clock.pass_by(WEEK)
    change_account(other, roles=[Role.DATA_PROTECTION], is_active=True, by=ana)
    assert code_of(proposed(ana), other) == "AGREEMENT_NOT_TWO"


def test_a_chain_of_new_accounts_is_one_person(clock: Clock) -> None:
    ana = make_account(Role.COORDINATOR)
    second = invited(ana)
    clock.pass_by(timedelta(days=6))
    third = invited(second)
    clock.pass_by(timedelta(days=6))
    assert code_of(proposed(ana), third) == "AGREEMENT_NOT_TWO"
    first, twin = invited(ana), invited(ana)
    assert code_of(proposed(first), twin) == "AGREEMENT_NOT_TWO"


def test_who_was_taken_over_meanwhile_counts_with_what_came_of_it(clock: Clock) -> None:
    ana, ben, eva = (make_account(Role.COORDINATOR) for _ in range(3))
    renew_link(eva, by=ben)
    clock.pass_by(timedelta(hours=1))
    renew_link(ben, by=ana)
    clock.pass_by(timedelta(hours=1))
    before = proposed(ana)
    assert code_of(before, eva) == "", "nobody could act for Ben when he renewed it"
    renew_link(eva, by=ben)
    assert code_of(proposed(ana), eva) == "AGREEMENT_NOT_TWO"


def test_two_who_renew_each_others_links_again_and_again_are_looked_at_once_an_event() -> None:
    ana, ben, eva = (make_account(Role.COORDINATOR) for _ in range(3))
    for _ in range(25):
        renew_link(ana, by=ben)
        renew_link(ben, by=ana)
    assert code_of(proposed(eva), ben) == ""
    assert code_of(proposed(ana), ben) == "AGREEMENT_NOT_TWO"


def test_what_was_proposed_by_ones_own_new_account_cannot_be_confirmed_later(clock: Clock) -> None:
    ana = make_account(Role.COORDINATOR)
    other = invited(ana)
    before = proposed(other)
    clock.pass_by(WEEK)
    assert code_of(before, ana) == "AGREEMENT_PROPOSED_AS_ONE"
    again = agreements.propose(agreements.send_back(before, by=ana), by=other)
    assert code_of(again, ana) == ""


def test_resetting_after_the_proposal_does_not_spoil_it() -> None:
    ana, ben = make_account(Role.COORDINATOR), make_account(Role.COORDINATOR)
    before = proposed(ben)
    renew_link(ben, by=ana)
    assert code_of(before, ana) == ""


def test_an_account_of_the_installation_counts_at_once() -> None:
    ana, officer = make_account(Role.COORDINATOR), invited("command line", Role.DATA_PROTECTION)
    renew_link(officer, by="command line")
    assert code_of(proposed(ana), officer) == ""


def test_another_coordinator_or_the_officer_can_vouch(clock: Clock) -> None:
    ana, officer = make_account(Role.COORDINATOR), make_account(Role.DATA_PROTECTION)
    other = invited(ana)
    friend = invited(ana)
    for nobody in (ana, other, friend, make_account(Role.ANALYST)):
        with pytest.raises(ConflictError, match="VOUCH_NOT_YOURS"):
            vouch(other, by=nobody)
    path = f"/en/work/people/{other.pk}/vouch/"
    assert path not in client_of(ana).get("/en/work/people/").content.decode()
    listed = client_of(officer).get("/en/work/people/").content.decode()
    assert path in listed
    assert format_date(date(2026, 11, 28), "en") in listed
    client_of(ana).post(path)
    assert code_of(proposed(ana), other) == "AGREEMENT_NOT_TWO"
    client_of(officer).post(path)
    event = Event.objects.get(verb="accounts.vouched")
    assert (event.actor_id, event.object_id) == (officer.pk, str(other.pk))
    assert code_of(proposed(ana), other) == ""
    clock.pass_by(timedelta(hours=1))
    renew_link(other, by=ana)
    assert code_of(proposed(ana), other) == "AGREEMENT_NOT_TWO", "vouched for what was before"


def test_the_officer_reads_in_the_log_whose_sign_in_was_renewed() -> None:
    ana, ben = make_account(Role.COORDINATOR, name="Ana"), make_account(Role.COORDINATOR)
    renew_link(ben, by=ana)
    path = f"/en/work/log/?kind=account&object={ben.pk}"
    page = client_of(make_account(Role.DATA_PROTECTION)).get(path).content.decode()
    assert "Made a new link" in page
    assert "Ana" in page


@pytest.mark.usefixtures("each_database")
@pytest.mark.django_db(transaction=True)
def test_the_letter_about_it_cannot_be_read_away_or_switched_off(settings: Any) -> None:
    ana = make_account(Role.COORDINATOR)
    ben = make_account(Role.DATA_PROTECTION, email="ben@town.example", language="fr")
    choose_mail(ben, wants_digest=False)
    with mail_server(settings) as server:
        renew_link(ben, by=ana)
        mark_read(ben)
        worker = Worker(lambda: NOON)
        worker.enter_day = lambda: None  # type: ignore[method-assign]
        worker.empty()
    assert [to for _, to, _ in server.taken] == ["ben@town.example"]
    (letter,) = server.letters()
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "nouveau lien" in text
    assert Mail.objects.get().state == "sent"
    assert Notice.objects.get().code == "link_renewed"
