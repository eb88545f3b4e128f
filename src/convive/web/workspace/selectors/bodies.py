"""Reads about bodies, their members and the organisations of the partnership."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from convive.core.collation import collation_key
from convive.web.accounts.models import Account, Organisation
from convive.web.workspace.models import Body, Member, Stakeholder, Strategy
from convive.web.workspace.secrecy import ACTING, bodies_of


def list_bodies(account: Any) -> list[Body]:
    """Return the bodies that an account may know of, with the number of members."""
    known = bodies_of(account).values("pk")
    found = Body.objects.filter(pk__in=known).annotate(n_members=Count("members"))
    return sorted(found, key=lambda one: (not one.is_active, collation_key(one.name)))


def members_of(body: Body) -> list[Member]:
    """Return the members of a body with their organisations, by name."""
    found = body.members.select_related("organisation__stakeholder")
    return sorted(found, key=lambda one: collation_key(one.organisation.name))


def find_body(account: Any, code: str) -> Body | None:
    """Return a body that an account may know of."""
    return bodies_of(account).filter(code=code).distinct().first()


def accounts_of_body(body: Body) -> QuerySet[Account]:
    """Return who acts for a member of a body and may sign in."""
    return (
        Account.objects.filter(
            organisation__seats__body=body,
            organisation__is_active=True,
            is_active=True,
            held_roles__role__in=ACTING,
        )
        .distinct()
        .order_by("pk")
    )


def steering_strategy() -> Strategy | None:
    """Return the strategy that meetings are about: the newest adopted one.

    Not a draft: who sits in a body may not know of it yet.
    """
    return Strategy.objects.filter(state=Strategy.State.ADOPTED).first()


def active_organisations() -> QuerySet[Organisation]:
    """Return the organisations that may be given something to do."""
    return Organisation.objects.filter(is_active=True)


def organisations_by_name() -> list[Organisation]:
    """Return the organisations that may be given something to do, as people sort names."""
    return sorted(active_organisations(), key=lambda one: collation_key(one.name))


def proposed_seats(organisations: Iterable[Organisation]) -> dict[int, str]:
    """Return the seats that a new body begins with: the town chairs, who is absent has none."""
    absent = Stakeholder.objects.filter(part=Stakeholder.Part.ABSENT)
    away = set(absent.values_list("organisation_id", flat=True))
    return {
        one.pk: Member.Seat.CHAIR if one.is_town else Member.Seat.MEMBER
        for one in organisations
        if one.pk not in away
    }


def list_stakeholders() -> QuerySet[Organisation]:
    """Return the organisations, each with its part where it has one."""
    return active_organisations().select_related("stakeholder").order_by("name")


def find_organisation(code: str) -> Organisation | None:
    """Return an organisation."""
    return Organisation.objects.filter(code=code).first()


def stakeholder_of(organisation: Organisation) -> Stakeholder | None:
    """Return the part of an organisation, None where nobody has said it yet."""
    return Stakeholder.objects.filter(organisation=organisation).first()
