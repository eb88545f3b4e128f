"""Reads of the log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from convive.web.audit_log.actions import SEALS_FILE
from convive.web.audit_log.chain import START, Verification, verify
from convive.web.audit_log.models import Event, Seal

_BATCH = 2000


def verify_log() -> Verification:
    """Recompute the whole chain."""
    return verify(Event.objects.order_by("pk").iterator(chunk_size=_BATCH))


def missing_heads(*written_down: str) -> list[str]:
    """Return the heads that were once written down and are no event of the chain any more.

    Heads of the daily seals are looked at as well, those of the database and of the file.
    """
    heads = {*written_down, *Seal.objects.values_list("head", flat=True), *_filed_heads()}
    heads.discard(START)
    found: set[str] = set()
    wanted = sorted(heads)
    for i in range(0, len(wanted), _BATCH // 4):
        some = wanted[i : i + _BATCH // 4]
        found |= set(Event.objects.filter(hash__in=some).values_list("hash", flat=True))
    return [head for head in wanted if head not in found]


def _filed_heads() -> Iterator[str]:
    folder = settings.CONVIVE_WORKSPACE
    file = Path(folder) / SEALS_FILE if folder else None
    if file is None or not file.is_file():
        return
    for line in file.read_text("ascii", "replace").splitlines():
        try:
            yield str(json.loads(line)["head"])
        except (ValueError, KeyError, TypeError):
            yield "unreadable"


def kinds_in_use() -> list[str]:
    """Return the kinds of things that the log speaks of, sorted."""
    kinds = Event.objects.order_by().exclude(object_kind="")
    return sorted(kinds.values_list("object_kind", flat=True).distinct())


def verbs_in_use() -> list[str]:
    """Return the verbs that the log knows, sorted."""
    return sorted(Event.objects.order_by().values_list("verb", flat=True).distinct())


def find_events(asked: Mapping[str, Any]) -> QuerySet[Event]:
    """Return the events that match, the newest first.

    Parameters
    ----------
    asked : mapping
        Cleaned answers of `forms.LogFilter`: verb, account, kind and id of the object, first and last day.
    """
    found = Event.objects.order_by("-pk")
    if asked.get("verb"):
        found = found.filter(verb=asked["verb"])
    if asked.get("account"):
        found = found.filter(actor_id=asked["account"])
    if asked.get("kind"):
        found = found.filter(object_kind=asked["kind"])
    if asked.get("object"):
        found = found.filter(object_id=asked["object"])
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


def last_event(verb: str, thing: tuple[str, Any]) -> Event | None:
    """Return the newest event of a verb about one thing."""
    found = Event.objects.filter(verb=verb, object_kind=thing[0], object_id=str(thing[1]))
    return found.order_by("-pk").first()
