"""Names that people read in lists stand as people sort them, not by code point."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from convive.web.accounts import selectors
from convive.web.accounts.models import Organisation
from convive.web.roles import Role
from convive.web.workspace.forms.meetings import CommitmentForm
from convive.web.workspace.models import Body
from convive.web.workspace.selectors.bodies import list_bodies, members_of, organisations_by_name
from convive.web.workspace.selectors.meetings import attendance_of
from factories import partnership
from factories.web_objects.accounts import make_account, make_organisation

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
SORTED = ["Ateliers", "Évreux habitat", "Sector 2", "Sector 10", "zonal police"]


@pytest.fixture
def partners() -> list[Organisation]:
    mixed = [SORTED[at] for at in (4, 3, 1, 0, 2)]
    return [make_organisation(name, code=f"o{at}") for at, name in enumerate(mixed)]


@pytest.mark.usefixtures("partners")
def test_organisations_and_people_are_listed_by_name(client: Client) -> None:
    for name in ("Zoe", "élodie", "Ada"):
        make_account(Role.PARTNER, name=name, email=f"{name[-3:]}@example.org")
    client.force_login(make_account(Role.COORDINATOR, name="Bo"))
    assert [one.name for one in selectors.list_organisations()] == SORTED
    assert [one.name for one in selectors.list_accounts()] == ["Ada", "Bo", "élodie", "Zoe"]
    page = client.get("/en/work/organisations/").content.decode()
    assert re.findall("|".join(SORTED), page.partition("<main")[2]) == SORTED


def test_bodies_members_and_who_was_there_are_listed_by_name(partners: list[Organisation]) -> None:
    account = make_account(Role.COORDINATOR)
    body = partnership.body(*partners)
    Body.objects.create(code="a", name="élan")
    Body.objects.create(code="b", name="Zut")
    assert [one.name for one in list_bodies(account)] == sorted(
        (body.name, "élan", "Zut"), key=lambda name: name.casefold().replace("é", "e")
    )
    assert [one.organisation.name for one in members_of(body)] == SORTED
    assert [one.organisation.name for one in attendance_of(partnership.meeting(of=body))] == SORTED


def test_in_a_form_names_are_chosen_in_order(partners: list[Organisation]) -> None:
    meeting = partnership.meeting(of=partnership.body(*partners))
    field: Any = CommitmentForm(language="en", meeting=meeting).fields["owner"]
    assert [label for value, label in field.choices if value] == SORTED
    assert [one.name for one in organisations_by_name()] == SORTED
