"""Who asks to be forgotten is a number afterwards, and that is proven."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from convive.web.accounts.models import Account
from convive.web.audit_log.models import Event
from convive.web.notices.actions import notify
from convive.web.notices.models import Notice
from convive.web.rights.actions.erasure import is_erased
from convive.web.rights.actions.proofs import holds
from convive.web.rights.models import Proof
from convive.web.roles import Role
from factories.web_objects.accounts import make_account

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
