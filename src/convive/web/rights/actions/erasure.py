"""An account whose person asks to be forgotten: name and address go, what was done stays."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web.accounts.actions.sessions import end_sessions
from convive.web.accounts.models import Account
from convive.web.audit_log.actions import record
from convive.web.rights.actions.proofs import keep_proof
from convive.web.rights.models import Proof
from convive.web.roles import Role

NOWHERE = "invalid"
"""A top-level domain that never leads anywhere (RFC 2606)."""


@transaction.atomic
def erase_account(account: Account, *, by: Account, now: datetime) -> Proof | None:
    """Take name, address, password and everything that belongs to an account alone away.

    Roles, links, notices, letters, second factors, the tie to the town's own sign-in, open
    sessions, the address of a calendar: every row that would be deleted with the account.

    Raises
    ------
    ConflictError
        ERASURE_OWN: one's own account; LAST_COORDINATOR; ERASED_ALREADY.
    """
    list(Account.objects.select_for_update().order_by("pk").values_list("pk"))
    kept = Account.objects.get(pk=account.pk)
    if kept.pk == by.pk:
        raise ConflictError("ERASURE_OWN")
    if is_erased(kept):
        raise ConflictError("ERASED_ALREADY")
    others = Account.objects.filter(is_active=True, held_roles__role=Role.COORDINATOR)
    if Role.COORDINATOR in kept.roles and not others.exclude(pk=kept.pk).exists():
        raise ConflictError("LAST_COORDINATOR")
    address = kept.email
    kept.email, kept.is_active = f"former-{kept.pk}@{NOWHERE}", False
    kept.name = say("rights.former_member", kept.language)
    kept.organisation = None
    kept.last_login = None
    kept.set_unusable_password()
    kept.save()
    end_sessions(kept)
    for rows in _own_rows(kept):
        rows.delete()
    record("rights.account_erased", actor=by, thing=("account", kept.pk))
    left = Account.objects.filter(email=address).count()
    left += sum(rows.count() for rows in _own_rows(kept))
    return keep_proof("account", rule="erasure:request", ids=[kept.pk], n_left=left, now=now)


def _own_rows(account: Account) -> list[models.QuerySet[models.Model]]:
    """Return the rows of every table that would be deleted with an account."""
    return [
        one.related_model._base_manager.filter(**{one.field.name: account})
        for one in Account._meta.related_objects
        if one.on_delete is models.CASCADE and isinstance(one.related_model, type)
    ]


def is_erased(account: Account) -> bool:
    """Tell whether an account is only a number any more."""
    return account.email == f"former-{account.pk}@{NOWHERE}"
