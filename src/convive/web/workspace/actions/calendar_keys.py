"""Secret addresses of calendars: made, renewed, ended; of the secret only a hash is kept."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction

from convive.web.accounts.models import token_hash
from convive.web.audit_log.actions import record
from convive.web.workspace.models import CalendarKey

_BYTES = 24


@transaction.atomic
def renew_key(account: Any) -> str:
    """Make a secret for an account's calendar; the one before ends. It is told only now."""
    secret = secrets.token_urlsafe(_BYTES)
    CalendarKey.objects.filter(account=account).delete()
    made = CalendarKey.objects.create(account=account, token_hash=token_hash(secret))
    record("workspace.calendar_key_made", actor=account, thing=("calendar_key", made.pk))
    return secret


@transaction.atomic
def end_key(account: Any, *, label: str = "") -> None:
    """End the address of an account's calendar; `label` says what did so where it was not its owner."""
    found = CalendarKey.objects.filter(account=account).first()
    if found is not None:
        record(
            "workspace.calendar_key_ended", actor=None if label else account, label=label,
            thing=("calendar_key", found.pk),
        )  # fmt: skip
        found.delete()
