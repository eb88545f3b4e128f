"""Writes about organisations, and about for whom an account acts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from convive.core.errors import ConflictError
from convive.core.strategy.vocabulary import Sector
from convive.web.accounts.actions.sessions import end_sessions
from convive.web.accounts.models import Account, Organisation
from convive.web.accounts.signals import standing_changed
from convive.web.audit_log.actions import record

_LONGEST_CODE = 40
_ROOM_FOR_NUMBER = 4


@dataclass(frozen=True)
class OrganisationWords:
    """What coordinators say of an organisation."""

    name: str
    sector: str
    is_town: bool = False
    is_active: bool = True


@transaction.atomic
def add_organisation(said: OrganisationWords, *, by: Account) -> Organisation:
    """Add an organisation; its code is made from its name and stays.

    Raises
    ------
    ConflictError
        ORGANISATION_EXISTS.
    """
    organisation = Organisation(code=_free_code(said.name))
    _save(organisation, said)
    record(
        "accounts.organisation_added", actor=by, thing=("organisation", organisation.pk),
        sector=organisation.sector,
    )  # fmt: skip
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation, said: OrganisationWords, *, by: Account
) -> None:
    """Change what is said of an organisation, or switch it off.

    Raises
    ------
    ConflictError
        ORGANISATION_EXISTS, ORGANISATION_IS_TOWN where the town would be switched off or nobody
        would be the town any more.
    """
    present = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if (present.is_town or said.is_town) and not said.is_active:
        raise ConflictError("ORGANISATION_IS_TOWN")
    if present.is_town and not said.is_town:
        raise ConflictError("ORGANISATION_IS_TOWN")
    was_active = present.is_active
    _save(present, said)
    if was_active and not said.is_active:
        for account in present.accounts.order_by("pk"):
            standing_changed.send(sender=Account, account=account)
    record(
        "accounts.organisation_changed", actor=by, thing=("organisation", present.pk),
        sector=present.sector, is_town=present.is_town, is_active=present.is_active,
    )  # fmt: skip


@transaction.atomic
def move_account(
    account: Account, organisation: Organisation | None, *, by: Account | None, label: str = ""
) -> None:
    """Let an account act for another organisation; its sessions end, as what it may see changes."""
    present = Account.objects.select_for_update().get(pk=account.pk)
    wanted = organisation.pk if organisation else None
    if present.organisation_id == wanted:
        return
    before = present.organisation.code if present.organisation else ""
    Account.objects.filter(pk=account.pk).update(organisation=organisation)
    account.organisation = organisation
    end_sessions(account)
    record(
        "accounts.organisation_set", actor=by, label=label, thing=("account", account.pk),
        before=before, after=organisation.code if organisation else "",
    )  # fmt: skip
    standing_changed.send(sender=Account, account=account)


def make_town(name: str) -> Organisation:
    """Return the organisation of the town, made where there is none yet."""
    town = Organisation.objects.filter(is_town=True).first()
    if town is None:
        town = Organisation(code=_free_code(name))
        _save(town, OrganisationWords(name, Sector.MUNICIPALITY.value, is_town=True))
    return town


def _save(organisation: Organisation, said: OrganisationWords) -> None:
    if said.is_town and not organisation.is_town:
        Organisation.objects.filter(is_town=True).update(is_town=False)
    organisation.name = said.name.strip()
    organisation.sector = said.sector
    organisation.is_town = said.is_town
    organisation.is_active = said.is_active
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError as error:
        raise ConflictError("ORGANISATION_EXISTS") from error


def _free_code(name: str) -> str:
    """Return a code made from a name, with a number where another has it."""
    stem = slugify(name)[: _LONGEST_CODE - _ROOM_FOR_NUMBER].strip("-") or "organisation"
    taken = set(Organisation.objects.filter(code__startswith=stem).values_list("code", flat=True))
    codes = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(code for code in codes if code not in taken)
