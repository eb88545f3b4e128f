"""Writes about second factors: set up, removed, taken away by a coordinator."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from convive.core.errors import ConflictError, NotFoundError
from convive.web.accounts import selectors
from convive.web.accounts.actions.sessions import end_sessions
from convive.web.accounts.models import Account
from convive.web.accounts.second_factor import codes, keys
from convive.web.accounts.signals import sign_in_renewed
from convive.web.audit_log.actions import record


@transaction.atomic
def add_app(account: Account, secret: str, *, counter: int) -> list[str]:
    """Set up an authenticator app; return recovery codes where these are the first.

    Parameters
    ----------
    counter : int
        Of the code that was typed to show that the app works; it is used up by that.

    Raises
    ------
    ConflictError
        SECOND_FACTOR_THERE where the account has an app already.
    """
    _lock(account)
    if selectors.factors_of(account).filter(type=codes.TOTP_KIND).exists():
        raise ConflictError("SECOND_FACTOR_THERE")
    factor = codes.TOTP.activate(account, secret).instance
    factor.data["last_counter"] = counter
    factor.save(update_fields=["data"])
    return _added(account, factor)


@transaction.atomic
def add_key(account: Account, name: str, said: dict[str, Any]) -> list[str]:
    """Set up a security key or passkey; return recovery codes where these are the first."""
    _lock(account)
    return _added(account, keys.add(account, name, said))


@transaction.atomic
def renew_recovery_codes(account: Account) -> list[str]:
    """Make new recovery codes; the earlier ones end.

    Raises
    ------
    NotFoundError
        SECOND_FACTOR_NONE where there is no second factor that they could stand in for.
    """
    _lock(account)
    if not selectors.has_factor(account):
        raise NotFoundError("SECOND_FACTOR_NONE")
    found = codes.new_recovery_codes(account)
    record("accounts.recovery_codes_made", actor=account, thing=("account", account.pk))
    return found


@transaction.atomic
def remove_factor(account: Account, factor_id: int) -> None:
    """Remove a second factor of the own account; with the last one the recovery codes go.

    Raises
    ------
    NotFoundError
        SECOND_FACTOR_NONE.
    ConflictError
        SECOND_FACTOR_NEEDED where it is the last one and the workspace asks for one.
    """
    _lock(account)
    factor = selectors.factors_of(account).filter(pk=factor_id).first()
    if factor is None:
        raise NotFoundError("SECOND_FACTOR_NONE")
    is_last = selectors.factors_of(account).count() == 1
    if is_last and selectors.must_have_factor(account):
        raise ConflictError("SECOND_FACTOR_NEEDED")
    kind = factor.type
    factor.delete()
    if is_last:
        Authenticator.objects.filter(user_id=account.pk).delete()
    thing = ("account", account.pk)
    record("accounts.second_factor_removed", actor=account, thing=thing, kind=kind)


@transaction.atomic
def reset_second_factor(account: Account, *, by: Account | str) -> None:
    """Take the second factor of somebody away who has lost it; ends their sessions, tells them.

    Raises
    ------
    ConflictError
        SECOND_FACTOR_OWN: one's own is removed with the password, on one's own page.
    """
    if not isinstance(by, str) and by.pk == account.pk:
        raise ConflictError("SECOND_FACTOR_OWN")
    _lock(account)
    number, _ = Authenticator.objects.filter(user_id=account.pk).delete()
    end_sessions(account)
    actor, label = (None, by) if isinstance(by, str) else (by, "")
    thing = ("account", account.pk)
    event = record("accounts.second_factor_reset", actor=actor, label=label, thing=thing, n=number)
    sign_in_renewed.send(sender=Account, account=account, event=event)


def _added(account: Account, factor: Authenticator) -> list[str]:
    thing = ("account", account.pk)
    record("accounts.second_factor_added", actor=account, thing=thing, kind=factor.type)
    if codes.recovery_codes_left(account):
        return []
    return codes.new_recovery_codes(account)


def _lock(account: Account) -> None:
    """Let one at a time change the factors of an account."""
    Account.objects.select_for_update().get(pk=account.pk)
