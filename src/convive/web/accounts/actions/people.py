"""Writes about accounts and their links; each is one transaction with its event in the log."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from convive.core.errors import ConflictError, NotFoundError
from convive.web.accounts.actions.organisations import make_town
from convive.web.accounts.actions.sessions import end_sessions
from convive.web.accounts.models import (
    Account,
    HeldRole,
    Invitation,
    Organisation,
    plain_email,
    token_hash,
)
from convive.web.accounts.selectors import NEED_SECOND_FACTOR, lacks_factor
from convive.web.accounts.signals import sign_in_renewed, standing_changed
from convive.web.audit_log.actions import record
from convive.web.roles import Role

LINK_DAYS = 7


@transaction.atomic
def invite(
    email: str, *, name: str, language: str, roles: Iterable[Role],
    organisation: Organisation | None = None, by: Account | str = "",
) -> tuple[Account, str]:  # fmt: skip
    """Make an account without a password, and return it with the token of its link.

    Parameters
    ----------
    by : Account or str
        Who invites, or what does so where it is no account.

    Raises
    ------
    ConflictError
        ACCOUNT_EXISTS.
    """
    account = Account(
        email=plain_email(email), name=name.strip(), language=language, organisation=organisation
    )
    account.set_unusable_password()
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise ConflictError("ACCOUNT_EXISTS") from error
    set_roles(account, roles)
    codes = sorted(account.roles)
    actor, label = (None, by) if isinstance(by, str) else (by, "")
    record(
        "accounts.invited", actor=actor, label=label, thing=("account", account.pk), roles=codes,
        organisation=organisation.code if organisation else "",
    )  # fmt: skip
    return account, _new_link(account)


@transaction.atomic
def renew_link(account: Account, *, by: Account | str) -> str:
    """Make a new link by which an account sets its password, and tell it; earlier links end.

    One from the command line opens also where passwords are switched off: whoever looks after the
    installation must get in when the town's own sign-in fails.
    """
    actor, label = (None, by) if isinstance(by, str) else (by, "")
    event = record("accounts.link_renewed", actor=actor, label=label, thing=("account", account.pk))
    sign_in_renewed.send(sender=Account, account=account, event=event)
    return _new_link(account, is_emergency=isinstance(by, str))


@transaction.atomic
def change_account(
    account: Account, *, roles: Iterable[Role], is_active: bool, by: Account
) -> Account:
    """Change what an account may do, or switch it off.

    Raises
    ------
    ConflictError
        LAST_COORDINATOR where nobody would be left who can invite.
    """
    # All rows in one order: two coordinators who switch each other off at once must not both win.
    list(Account.objects.select_for_update().order_by("pk").values_list("pk"))
    before = sorted(held.role for held in account.held_roles.all())
    was_active = Account.objects.values_list("is_active", flat=True).get(pk=account.pk)
    account.is_active = is_active
    account.save(update_fields=["is_active"])
    if not is_active:
        end_sessions(account)
    set_roles(account, roles)
    if not coordinators().exists():
        raise ConflictError("LAST_COORDINATOR")
    after = sorted(account.roles)
    thing = ("account", account.pk)
    if before != after:
        record("accounts.roles_changed", actor=by, thing=thing, before=before, after=after)
    if was_active != is_active:
        verb = "accounts.switched_on" if is_active else "accounts.switched_off"
        record(verb, actor=by, thing=thing)
    return account


@transaction.atomic
def change_password(account: Account, password: str, *, session_key: str = "") -> None:
    """Set a new password, wished for by the account itself; ends its other sessions."""
    account.set_password(password)
    account.save(update_fields=["password"])
    account.invitations.filter(used_at=None).delete()
    end_sessions(account, but=session_key)
    record("accounts.password_changed", actor=account, thing=("account", account.pk))


@transaction.atomic
def accept_invitation(token: str, password: str) -> Account:
    """Use a link up: set the password of its account.

    Raises
    ------
    NotFoundError
        LINK_NOT_VALID where it was used meanwhile, has ended or never was.
    """
    invitation = _use_up(token)
    account = invitation.account
    if account is None or not account.is_active:
        raise NotFoundError("LINK_NOT_VALID")
    account.set_password(password)
    account.save(update_fields=["password"])
    end_sessions(account)
    record("accounts.invitation_accepted", actor=account, thing=("account", account.pk))
    return account


@transaction.atomic
def make_welcome() -> str | None:
    """Return the token for the first coordinator; None where there is an account already."""
    if Account.objects.exists():
        return None
    Invitation.objects.filter(account=None).delete()
    return _new_link(None)


@transaction.atomic
def accept_welcome(
    token: str, *, email: str, name: str, language: str, password: str, town: str = ""
) -> Account:
    """Make the first coordinator's account, and the organisation of the town.

    Raises
    ------
    NotFoundError
        LINK_NOT_VALID.
    """
    _use_up(token)
    if Account.objects.exists():
        raise NotFoundError("LINK_NOT_VALID")
    account = Account(email=plain_email(email), name=name.strip(), language=language)
    account.organisation = make_town(town) if town.strip() else None
    account.set_password(password)
    account.save(force_insert=True)
    set_roles(account, [Role.COORDINATOR])
    record("accounts.welcomed", actor=account, label="link", thing=("account", account.pk))
    return account


def _use_up(token: str) -> Invitation:
    """Mark a link as used; of two who do so at once only one succeeds."""
    now = timezone.now()
    waiting = Invitation.objects.filter(
        token_hash=token_hash(token), used_at=None, expires_at__gt=now
    )
    if waiting.update(used_at=now) != 1:
        raise NotFoundError("LINK_NOT_VALID")
    return Invitation.objects.select_related("account").get(token_hash=token_hash(token))


def _new_link(account: Account | None, *, is_emergency: bool = False) -> str:
    token = secrets.token_urlsafe(32)
    if account is not None:
        account.invitations.filter(used_at=None).delete()
    Invitation.objects.create(
        account=account,
        token_hash=token_hash(token),
        expires_at=timezone.now() + timedelta(days=LINK_DAYS),
        is_emergency=is_emergency,
    )
    return token


def set_roles(account: Account, roles: Iterable[Role]) -> None:
    """Let an account hold these roles and no others; without an event.

    Where the new ones ask for a second factor and there is none, its sessions end: they began
    without one.
    """
    wanted = {Role(role) for role in roles}
    had = {held.role for held in account.held_roles.all()}
    account.held_roles.exclude(role__in=wanted).delete()
    for role in sorted(wanted):
        HeldRole.objects.get_or_create(account=account, role=role)
    account.__dict__.pop("roles", None)
    if had - wanted:
        standing_changed.send(sender=Account, account=account)
    if not had & NEED_SECOND_FACTOR and lacks_factor(account):
        end_sessions(account)


def coordinators() -> models.QuerySet[Account]:
    """Return the accounts that may invite."""
    return Account.objects.filter(is_active=True, held_roles__role=Role.COORDINATOR)
