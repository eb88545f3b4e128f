"""Organisations, and for whom an account acts."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from convive.core.errors import ConflictError
from convive.web.accounts import selectors
from convive.web.accounts.actions import accept_welcome, make_welcome
from convive.web.accounts.actions.organisations import (
    OrganisationWords,
    add_organisation,
    change_organisation,
    move_account,
)
from convive.web.accounts.models import Account, Organisation
from convive.web.audit_log.models import Event
from convive.web.roles import Role
from factories.web_objects.accounts import PASSWORD, make_account, make_organisation

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
PAGES = "/en/work/organisations/"


@pytest.fixture
def coordinator(client: Client) -> Account:
    account = make_account(Role.COORDINATOR, name="Ana")
    client.force_login(account)
    return account


@pytest.mark.usefixtures("coordinator")
def test_a_coordinator_adds_lists_changes_and_switches_off(client: Client) -> None:
    said = {"name": "Polícia Municipal", "sector": "municipal_police"}
    assert client.post(f"{PAGES}add/", said).status_code == 302
    made = Organisation.objects.get()
    assert (made.code, made.is_town, made.is_active) == ("policia-municipal", False, True)
    page = client.get(PAGES).content.decode()
    assert "Polícia Municipal" in page
    assert "Municipal police" in page
    again = client.post(f"{PAGES}add/", said)
    assert b"There is an organisation with this name already." in again.content
    client.post(f"{PAGES}{made.pk}/", {"name": "Guarda", "sector": "police"})
    made.refresh_from_db()
    assert (made.name, made.code, made.is_active) == ("Guarda", "policia-municipal", False)
    verbs = Event.objects.filter(object_kind="organisation").values_list("verb", flat=True)
    assert list(verbs) == ["accounts.organisation_added", "accounts.organisation_changed"]


def test_exactly_one_organisation_is_the_town(coordinator: Account) -> None:
    town = add_organisation(
        OrganisationWords("Ribera", "municipality", is_town=True), by=coordinator
    )
    other = add_organisation(OrganisationWords("Monte", "municipality"), by=coordinator)
    for said in (OrganisationWords("Ribera", "municipality"),
                 OrganisationWords("Ribera", "municipality", is_town=True, is_active=False)):  # fmt: skip
        with pytest.raises(ConflictError, match="ORGANISATION_IS_TOWN"):
            change_organisation(town, said, by=coordinator)
    change_organisation(
        other, OrganisationWords("Monte", "municipality", is_town=True), by=coordinator
    )
    assert list(Organisation.objects.filter(is_town=True)) == [other]


def test_codes_stay_apart_where_names_look_alike(coordinator: Account) -> None:
    names = ("School no. 1", "School no 1", "Школа", "学校")
    codes = [
        add_organisation(OrganisationWords(name, "schools"), by=coordinator).code for name in names
    ]
    assert codes == ["school-no-1", "school-no-1-2", "organisation", "organisation-2"]


@pytest.mark.usefixtures("coordinator")
def test_an_invitation_and_the_page_of_a_person_set_the_organisation(client: Client) -> None:
    police, school = make_organisation("Police"), make_organisation("School", is_active=False)
    page = client.get("/en/work/people/invite/").content.decode()
    assert f'<option value="{police.pk}"' in page
    assert f'<option value="{school.pk}"' not in page, "what is switched off is not offered"
    client.post("/en/work/people/invite/", {
        "email": "ben@example.org", "name": "Ben", "language": "en", "roles": ["partner"],
        "organisation": police.pk,
    })  # fmt: skip
    ben = Account.objects.get(email="ben@example.org")
    assert ben.organisation == police
    assert "Police" in client.get("/en/work/people/").content.decode()
    client.post(
        f"/en/work/people/{ben.pk}/", {"roles": ["partner"], "is_active": "on", "organisation": ""}
    )
    ben.refresh_from_db()
    assert ben.organisation is None
    event = Event.objects.get(verb="accounts.organisation_set")
    assert event.facts == {"before": "police", "after": ""}


def test_who_acts_for_another_organisation_is_signed_out_everywhere(coordinator: Account) -> None:
    ben, other = make_account(Role.PARTNER), Client(headers={"host": "localhost"})
    other.force_login(ben)
    move_account(ben, None, by=coordinator)
    assert other.get("/en/work/").status_code == 200, "nothing has changed"
    move_account(ben, make_organisation(), by=coordinator)
    assert other.get("/en/work/").status_code == 302


@pytest.mark.usefixtures("coordinator")
def test_moving_and_roles_are_one_deed(client: Client, coordinator: Account) -> None:
    police = make_organisation()
    said = {"roles": [], "is_active": "on", "organisation": police.pk}
    page = client.post(f"/en/work/people/{coordinator.pk}/", said)
    assert b"Somebody must stay coordinator" in page.content
    coordinator.refresh_from_db()
    assert coordinator.organisation is None


@pytest.mark.usefixtures("coordinator")
def test_who_moves_the_own_account_is_led_to_sign_in(client: Client, coordinator: Account) -> None:
    said = {"roles": ["coordinator"], "is_active": "on", "organisation": make_organisation().pk}
    assert client.post(f"/en/work/people/{coordinator.pk}/", said).status_code == 302
    assert "/sign-in/" in client.get("/en/work/people/").headers["Location"]


def test_the_first_coordinator_names_the_town(client: Client) -> None:
    address = f"/en/work/welcome/{make_welcome()}/"
    assert 'name="town" value="Ribera"' in client.get(address).content.decode(), "as the pack says"
    client.post(address, {
        "email": "ana@example.org", "name": "Ana", "language": "en", "password": PASSWORD,
        "town": "Villa Ribera",
    })  # fmt: skip
    town = Organisation.objects.get()
    assert (town.name, town.is_town, town.sector) == ("Villa Ribera", True, "municipality")
    assert Account.objects.get().organisation == town


def test_a_town_that_is_there_is_not_made_again() -> None:
    town = make_organisation("Ribera", is_town=True)
    account = accept_welcome(
        str(make_welcome()), email="a@example.org", name="Ana", language="en", password=PASSWORD,
        town="Another",
    )  # fmt: skip
    assert account.organisation == town


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.DATA_PROTECTION, 200), (Role.PARTNER, 403), (Role.ANALYST, 403), (Role.READER, 403)],
)
def test_the_list_of_people_is_for_coordinators_and_the_officer(
    client: Client, role: Role, status: int
) -> None:
    other = make_account(Role.PARTNER, name="Ben")
    client.force_login(make_account(role))
    response = client.get("/en/work/people/")
    assert response.status_code == status
    assert f"/people/{other.pk}/".encode() not in response.content
    assert client.get(f"/en/work/people/{other.pk}/").status_code == 403


def test_partners_may_be_offered_names_and_organisations_only() -> None:
    make_account(Role.PARTNER, name="Ben", organisation=make_organisation("School"))
    make_account(Role.PARTNER, name="Gone", is_active=False)
    assert [one[1:] for one in selectors.names_and_organisations()] == [("Ben", "School")]


def test_long_lists_ask_few_questions(client: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        make_account(Role.PARTNER, organisation=make_organisation(f"Partner {number}"))
    client.force_login(make_account(Role.COORDINATOR))
    for address in ("/en/work/people/", PAGES):
        with django_assert_max_num_queries(12):
            page = client.get(address)
        assert b"Page 1 of 2" in page.content
