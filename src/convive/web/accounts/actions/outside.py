"""Writes about people who come in by the town's own sign-in."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from convive.core.errors import RequestError
from convive.web.accounts.actions.organisations import move_account
from convive.web.accounts.actions.people import coordinators, set_roles
from convive.web.accounts.models import Account
from convive.web.accounts.oidc.token import Identity
from convive.web.accounts.oidc.town import TownSignIn
from convive.web.accounts.selectors import find_account_by_email, organisation_of_code
from convive.web.audit_log.actions import record
from convive.web.roles import Role

LABEL = "town sign-in"


@transaction.atomic
def recognise(identity: Identity, town: TownSignIn, *, language: str) -> Account:
    """Return the account of somebody whom the issuer vouches for.

    The first time the verified e-mail address must be that of an account; from then on the
    issuer's own name for the person counts, so that an address handed on to somebody else opens
    nothing.

    Raises
    ------
    RequestError
        OIDC_EMAIL where the address is missing or not verified, OIDC_UNKNOWN where nobody invited
        them, OIDC_OTHER where the account belongs to another person of the issuer, OIDC_OFF where
        it is switched off.
    """
    bound = (
        SocialAccount.objects.select_related("user")
        .filter(provider=town.issuer, uid=identity.subject)
        .first()
    )
    account = bound.user if bound else _bind(identity, town, language)
    if not account.is_active:
        raise RequestError("OIDC_OFF")
    _apply_claims(account, identity, town)
    return Account.objects.get(pk=account.pk)


def _bind(identity: Identity, town: TownSignIn, language: str) -> Account:
    """Tie the issuer's person to an account; nothing else that the issuer says is kept."""
    if not identity.email or not identity.is_email_verified:
        raise RequestError("OIDC_EMAIL")
    account = find_account_by_email(identity.email)
    if account is None:
        if not town.creates_accounts:
            raise RequestError("OIDC_UNKNOWN")
        account = _create(identity, language)
    if SocialAccount.objects.filter(provider=town.issuer, user_id=account.pk).exists():
        raise RequestError("OIDC_OTHER")
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=account, provider=town.issuer, uid=identity.subject)
    except IntegrityError as error:
        raise RequestError("OIDC_OTHER") from error
    record("accounts.town_sign_in_tied", label=LABEL, thing=("account", account.pk))
    return account


def _create(identity: Identity, language: str) -> Account:
    account = Account(email=identity.email, name=identity.name, language=language)
    account.set_unusable_password()
    try:
        validate_email(account.email)
        with transaction.atomic():
            account.save(force_insert=True)
    except (ValidationError, IntegrityError) as error:
        raise RequestError("OIDC_UNKNOWN") from error
    set_roles(account, [Role.READER])
    record("accounts.made_by_town_sign_in", label=LABEL, thing=("account", account.pk))
    return account


def _apply_claims(account: Account, identity: Identity, town: TownSignIn) -> None:
    """Give the account the roles and the organisation that the town's claims stand for."""
    if town.roles.claim:
        wanted = {Role(code) for code in town.roles.codes_in(identity.claims)}
        _apply_roles(account, wanted)
    for code in town.organisations.codes_in(identity.claims)[:1]:
        organisation = organisation_of_code(code)
        if organisation is not None:
            move_account(account, organisation, by=None, label=LABEL)


def _apply_roles(account: Account, wanted: set[Role]) -> None:
    list(Account.objects.select_for_update().order_by("pk").values_list("pk"))
    before = sorted(held.role for held in account.held_roles.all())
    after = sorted(wanted)
    others = coordinators().exclude(pk=account.pk)
    if before == after or (Role.COORDINATOR not in wanted and not others.exists()):
        return  # somebody must stay coordinator, whatever the issuer says
    set_roles(account, wanted)
    thing = ("account", account.pk)
    record("accounts.roles_changed", label=LABEL, thing=thing, before=before, after=after)
