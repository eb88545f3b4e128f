"""Reads about places."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from convive.web.fieldwork.models import Campaign, Place, Submission


def list_places(*, is_active: bool | None = None) -> QuerySet[Place]:
    """Return places by code, each with `n_campaigns`."""
    found = Place.objects.annotate(n_campaigns=Count("campaigns", distinct=True)).order_by("code")
    return found if is_active is None else found.filter(is_active=is_active)


def find_place(code: str) -> Place | None:
    """Return a place by its code, None where there is none."""
    return Place.objects.filter(code=code).first()


def known_codes(codes: Iterable[str]) -> set[str]:
    """Return those of the codes that are taken, whatever their capitals, in small letters."""
    wanted = {code.casefold() for code in codes}
    return wanted & {code.casefold() for code in Place.objects.values_list("code", flat=True)}


def next_numbers(prefix: str, n: int) -> list[str]:
    """Return the next free codes of a prefix, e.g. ``P014``, ``P015``."""
    taken = {code.casefold() for code in Place.objects.values_list("code", flat=True)}
    found: list[str] = []
    number = 1
    while len(found) < n:
        code = f"{prefix}{number:03d}"
        if code.casefold() not in taken:
            found.append(code)
        number += 1
    return found


def campaigns_at(place: Place) -> list[Campaign]:
    """Return the campaigns that have forms of a place, the oldest first."""
    return list(
        Campaign.objects.filter(submissions__place=place)
        .filter(~Q(submissions__state=Submission.State.EXCLUDED))
        .select_related("form")
        .distinct()
        .order_by("opens_on", "created_at")
    )
