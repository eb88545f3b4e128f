"""Who asks to be forgotten is a number afterwards, and that is proven."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from convive.web.accounts.models import Account, Invitation, OpenSession
from convive.web.audit_log.models import Event
from convive.web.notices.actions import choose_mail, notify
from convive.web.notices.models import MailChoice, Notice
from convive.web.rights.actions.erasure import is_erased
from convive.web.rights.actions.proofs import holds
from convive.web.rights.models import Proof
from convive.web.roles import Role
from convive.web.workspace.actions.calendar_keys import renew_key
from convive.web.workspace.models import CalendarKey
from factories.web_objects.accounts import make_account, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def officer() -> Account:
    """The data protection officer."""
    return make_account(Role.DATA_PROTECTION)


def erase(account: Account, *, by: Account, **data: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(by)
    client.post(f"/en/work/retention/people/{account.pk}/", {"is_sure": "on"} | data)
    return client


def test_name_address_and_what_belongs_to_them_go(officer: Account) -> None:
    person = make_account(Role.READER, email="jane@example.org", name="Jane", password="x" * 20)
    notify(person, "agreement_over", key="k", title="A", day="today")
    client = erase(person, by=officer)
    kept = Account.objects.get(pk=person.pk)
    assert is_erased(kept)
    assert (kept.is_active, kept.has_usable_password(), kept.roles) == (False, False, frozenset())
    assert str(kept) == "Former member"
    assert not Notice.objects.filter(account=kept).exists()
    assert "jane" not in client.get("/en/work/retention/people/").content.decode().lower()
    proof = Proof.objects.get()
    assert (proof.kind, proof.n, proof.n_left) == ("account", 1, 0)
    assert holds(proof)
    assert Event.objects.get(verb="rights.removed").facts["digest"] == proof.digest
    assert Event.objects.get(verb="rights.removed").hash == proof.event_hash


def test_nothing_is_left_that_belonged_to_the_person_alone(officer: Account) -> None:
    person = make_account(Role.PARTNER, email="jane@example.org", last_login=timezone.now())
    with_app(person)
    SocialAccount.objects.create(user=person, provider="https://id.example.org", uid="jane-7")
    secret = renew_key(person)
    choose_mail(person, wants_digest=False)
    own = Client(headers={"host": "localhost"})
    own.force_login(person)
    erase(person, by=officer)
    for table in (Authenticator, SocialAccount):
        assert not table.objects.filter(user=person).exists(), table
    for table in (CalendarKey, MailChoice, OpenSession, Invitation):
        assert not table.objects.filter(account=person).exists(), table
    kept = Account.objects.get(pk=person.pk)
    assert kept.last_login is None
    Account.objects.filter(pk=kept.pk).update(is_active=True)
    assert own.get("/en/work/").status_code == 302, "its sessions have ended"
    assert own.get(f"/en/calendar/{secret}.ics").status_code == 404
    assert Proof.objects.get().n_left == 0


def test_a_changed_proof_does_not_hold(officer: Account) -> None:
    erase(make_account(Role.READER), by=officer)
    Proof.objects.update(n=2)
    assert not holds(Proof.objects.get())
    client = Client(headers={"host": "localhost"})
    client.force_login(officer)
    assert "changed" in client.get("/en/work/retention/").content.decode()


def test_the_last_coordinator_and_oneself_stay(officer: Account) -> None:
    coordinator = make_account(Role.COORDINATOR)
    for one in (coordinator, officer):
        erase(one, by=officer)
        assert not is_erased(Account.objects.get(pk=one.pk))


def test_nothing_goes_without_the_tick(officer: Account) -> None:
    person = make_account(Role.READER)
    erase(person, by=officer, is_sure="")
    assert not is_erased(Account.objects.get(pk=person.pk))
