"""Reads for calendars."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from convive.web.accounts.models import Account, token_hash
from convive.web.workspace.models import CalendarKey, Commitment, Meeting
from convive.web.workspace.secrecy import meetings_of, organisation_of

_PAST = timedelta(days=200)
"""What lies further back is in nobody's way."""


def key_of(account: Any) -> CalendarKey | None:
    """Return when an account's address was made, None where it has none."""
    return CalendarKey.objects.filter(account=account).first()


def account_of(token: str) -> Account | None:
    """Return whose calendar a secret opens; None where it was renewed, or the account is off."""
    found = (
        CalendarKey.objects.select_related("account")
        .filter(token_hash=token_hash(token), account__is_active=True)
        .first()
    )
    return found.account if found is not None and found.account.roles else None


def meetings_for(account: Account, now: datetime) -> list[Meeting]:
    """Return the meetings of an account's calendar, also those that were cancelled."""
    known = meetings_of(account).values("pk")
    found = Meeting.objects.filter(pk__in=known, ends_at__gte=now - _PAST)
    return list(found.order_by("starts_at", "pk"))


def commitments_for(account: Account, now: datetime) -> list[Commitment]:
    """Return the commitments of an account's organisation; cancelled ones so that they vanish."""
    own = organisation_of(account)
    if own is None:
        return []
    found = Commitment.objects.filter(owner=own, due__gte=(now - _PAST).date())
    return list(found.select_related("meeting").order_by("due", "pk"))
