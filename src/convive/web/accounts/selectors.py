"""Reads about accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from convive.core.collation import collation_key
from convive.web.accounts.models import (
    Account,
    Invitation,
    OpenSession,
    Organisation,
    SignInPolicy,
    token_hash,
)
from convive.web.roles import EDITORS, Role

NEED_SECOND_FACTOR = EDITORS | {Role.DATA_PROTECTION}
"""Roles that the policy can ask for a second factor."""


def list_accounts() -> list[Account]:
    """Return every account with its roles and organisation, by name."""
    found = (
        Account.objects.select_related("organisation")
        .prefetch_related("held_roles")
        .annotate(has_factor=Exists(_factors().filter(user_id=OuterRef("pk"))))
    )
    return sorted(found, key=lambda one: (collation_key(one.name), one.email))


def find_account(account_id: int) -> Account | None:
    """Return an account, None where there is none."""
    return Account.objects.select_related("organisation").filter(pk=account_id).first()


def find_account_by_email(email: str) -> Account | None:
    """Return the account of an e-mail address, None where there is none."""
    return Account.objects.filter(email=email).first()


def has_account(email: str) -> bool:
    """Tell whether an e-mail address has an account already."""
    return Account.objects.filter(email=email).exists()


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation of a link that can still be used, None otherwise.

    Where passwords are switched off, only a link of the command line can.
    """
    found = (
        Invitation.objects.select_related("account")
        .filter(token_hash=token_hash(token), used_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if found and found.account and not found.is_emergency and not passwords_open():
        return None
    return found


def list_organisations() -> list[Organisation]:
    """Return every organisation, by name."""
    return sorted(Organisation.objects.order_by("pk"), key=lambda one: collation_key(one.name))


def find_organisation(organisation_id: int) -> Organisation | None:
    """Return an organisation, None where there is none."""
    return Organisation.objects.filter(pk=organisation_id).first()


def organisation_of_code(code: str) -> Organisation | None:
    """Return the organisation with a code, None where there is none in use."""
    return Organisation.objects.filter(code=code, is_active=True).first()


def organisations_to_choose(present: Organisation | None = None) -> QuerySet[Organisation]:
    """Return the organisations that an account may act for: those in use, and the present one."""
    own = Q(pk=present.pk) if present else Q()
    return Organisation.objects.filter(Q(is_active=True) | own).order_by("name")


def names_and_organisations() -> list[tuple[int, str, str]]:
    """Return id, name and organisation of who may sign in: all that partners may know of people."""
    found = Account.objects.filter(is_active=True).select_related("organisation")
    return [
        (one.pk, str(one), one.organisation.name if one.organisation else "")
        for one in sorted(found.order_by("pk"), key=lambda one: collation_key(str(one)))
    ]


def policy() -> SignInPolicy:
    """Return what the workspace asks of whoever signs in."""
    return SignInPolicy.objects.filter(pk=1).first() or SignInPolicy(pk=1)


def passwords_open() -> bool:
    """Tell whether passwords open the workspace: always where there is nothing else to sign in by."""
    return settings.CONVIVE_TOWN_SIGN_IN is None or not policy().is_password_off


def factors_of(account: Account) -> QuerySet[Authenticator]:
    """Return the second factors of an account; recovery codes are none of their own."""
    return _factors().filter(user_id=account.pk).order_by("created_at", "pk")


def has_factor(account: Account) -> bool:
    """Tell whether an account has a second factor."""
    return factors_of(account).exists()


def must_have_factor(account: Account) -> bool:
    """Tell whether the policy asks this account for a second factor."""
    return bool(account.roles & NEED_SECOND_FACTOR) and policy().needs_second_factor


def lacks_factor(account: Account) -> bool:
    """Tell whether an account must have a second factor and has none."""
    return must_have_factor(account) and not has_factor(account)


def accounts_that_lack_a_factor() -> list[Account]:
    """Return who may sign in, holds a role that can be asked for a second factor, and has none."""
    found = Account.objects.filter(is_active=True, held_roles__role__in=NEED_SECOND_FACTOR)
    own = _factors().filter(user_id=OuterRef("pk"))
    return list(found.filter(~Exists(own)).distinct().order_by("pk"))


def opens_by_password_alone(account: Account) -> bool:
    """Tell whether the password is enough: for apps that can ask for nothing else."""
    return passwords_open() and not has_factor(account) and not must_have_factor(account)


def oldest_session() -> datetime:
    """Return when the oldest session that can still be open began."""
    return timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)


def sessions_of(account: Account) -> QuerySet[OpenSession]:
    """Return the sessions of an account that may still be open, the newest first."""
    return OpenSession.objects.filter(account=account, begun_at__gte=oldest_session())


def _factors() -> QuerySet[Authenticator]:
    found: QuerySet[Authenticator] = Authenticator.objects.exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    return found
