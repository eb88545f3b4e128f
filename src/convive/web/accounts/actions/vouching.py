"""Saying that an account is in the hands of the person whose it is."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from convive.core.errors import ConflictError
from convive.web.accounts.independence import VOUCHED, may_vouch
from convive.web.accounts.models import Account
from convive.web.audit_log.actions import record


@transaction.atomic
def vouch(account: Account, *, by: Account) -> None:
    """Let an account count as a person of its own before its waiting time is over.

    Raises
    ------
    ConflictError
        VOUCH_NOT_YOURS: nothing is waited for, it is one's own, or one had a part in it.
    """
    if not may_vouch(by, account, timezone.now()):
        raise ConflictError("VOUCH_NOT_YOURS")
    record(VOUCHED, actor=by, thing=("account", account.pk))
