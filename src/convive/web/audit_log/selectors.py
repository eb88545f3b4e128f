"""Reads of the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from convive.web.audit_log.chain import Verification, verify
from convive.web.audit_log.models import Event

_BATCH = 2000


def verify_log() -> Verification:
    """Recompute the whole chain."""
    return verify(Event.objects.order_by("pk").iterator(chunk_size=_BATCH))


def verbs_in_use() -> list[str]:
    """Return the verbs that the log knows, sorted."""
    return sorted(Event.objects.order_by().values_list("verb", flat=True).distinct())


def find_events(asked: Mapping[str, Any]) -> QuerySet[Event]:
    """Return the events that match, the newest first.

    Parameters
    ----------
    asked : mapping
        Cleaned answers of `forms.LogFilter`: verb, account, first and last day.
    """
    found = Event.objects.order_by("-pk")
    if asked.get("verb"):
        found = found.filter(verb=asked["verb"])
    if asked.get("account"):
        found = found.filter(actor_id=asked["account"])
    if asked.get("first_day"):
        found = found.filter(at__gte=datetime.combine(asked["first_day"], time.min, UTC))
    if asked.get("last_day"):
        after = asked["last_day"] + timedelta(days=1)
        found = found.filter(at__lt=datetime.combine(after, time.min, UTC))
    return found


def names_of(actor_ids: set[int]) -> dict[int, str]:
    """Return account → how it is called; accounts that are gone are missing."""
    accounts = get_user_model().objects.filter(pk__in=actor_ids)
    return {account.pk: str(account) for account in accounts}
