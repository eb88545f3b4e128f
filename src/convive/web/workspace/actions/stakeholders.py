"""Who is in the partnership, with what part; and who should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from convive.catalogue.texts import localised
from convive.core.errors import ConflictError
from convive.core.strategy.framework import Point
from convive.core.strategy.vocabulary import Sector
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import record
from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.models import Stakeholder

_CODE_LENGTH = 36


@transaction.atomic
def add_organisation(name: str, sector: str, fields: Mapping[str, Any], *, by: Any) -> Stakeholder:
    """Make an organisation with its part in the partnership.

    Raises
    ------
    ConflictError
        ORGANISATION_NAME_TAKEN
    """
    if Organisation.objects.filter(name__iexact=name.strip()).exists():
        raise ConflictError("ORGANISATION_NAME_TAKEN", name=name)
    made = Organisation.objects.create(code=_free_code(name), name=name.strip(), sector=sector)
    record("workspace.organisation_made", actor=by, thing=("organisation", made.pk))
    return create(Stakeholder(organisation=made), fields, by=by)


@transaction.atomic
def place_organisation(
    organisation: Organisation, fields: Mapping[str, Any], *, version: int, by: Any
) -> Stakeholder:
    """Say what part an organisation has; the first time, or again."""
    found = Stakeholder.objects.filter(organisation=organisation).first()
    if found is None:
        return create(Stakeholder(organisation=organisation), fields, by=by)
    return revise(found, fields, version=version, by=by)


@transaction.atomic
def add_absent(point: Point, *, language: str, by: Any) -> Stakeholder:
    """Enter whoever a point of the checklist asks for as one who should be there and is not.

    Pressed twice, there is one of them.
    """
    name = localised(point.short, language)[:160]
    known = Stakeholder.objects.filter(organisation__name__iexact=name).first()
    if known is not None:
        return known
    sector = point.sectors[0] if point.sectors else Sector.OTHER
    fields = {"part": Stakeholder.Part.ABSENT, "checklist": [point.id]}
    if Organisation.objects.filter(name__iexact=name).exists():
        organisation = Organisation.objects.get(name__iexact=name)
        return place_organisation(organisation, fields, version=0, by=by)
    return add_organisation(name, sector, fields, by=by)


def _free_code(name: str) -> str:
    """Return a code for addresses that no other organisation has."""
    stem = slugify(name)[:_CODE_LENGTH].strip("-") or "organisation"
    taken = set(Organisation.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)  # fmt: skip
