"""Recording of events, inside the transaction of what they tell."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.http import HttpRequest
from django.utils import timezone

from convive.web.audit_log.chain import START, canonical, hash_of
from convive.web.audit_log.models import Event, Seal

CHAIN_LOCK = 0x436F6E76
"""Key of the PostgreSQL lock under which the chain grows ("Conv")."""


def record(
    verb: str, *, actor: Any = None, label: str = "", thing: tuple[str, Any] = ("", ""),
    **details: Any,
) -> Event:  # fmt: skip
    """Add an event to the log, in the caller's transaction: both are kept, or neither.

    Parameters
    ----------
    verb : str
        Code ``<app>.<done>`` with the text ``log.verb.<code>``.
    actor : Account, optional
        Who acted.
    label : str
        What acted where it was no account, e.g. ``link``.
    thing : tuple
        Kind and id of what was acted on.
    **details
        Codes, numbers and ids; nothing personal and no free text.

    Raises
    ------
    TransactionManagementError
        Outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded in a transaction.")
    _lock_chain()
    last = Event.objects.order_by("-pk").values_list("hash", flat=True).first()
    event = Event(
        at=timezone.now(),
        actor_id=getattr(actor, "pk", None),
        actor_label=label,
        verb=verb,
        object_kind=thing[0],
        object_id=str(thing[1]),
        details=canonical(details),
        previous_hash=last or START,
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event


READING_LASTS = timedelta(hours=1)
SEALS_FILE = "seals.jsonl"


def record_reading(request: HttpRequest, verb: str) -> None:
    """Note that a list was read: once an hour of a session, in a transaction of its own.

    To be called when the page has its rows: nothing else waits for the chain while it is drawn.
    """
    now = timezone.now()
    key = f"read:{verb}"
    until = request.session.get(key, 0)
    if now.timestamp() < until:
        return
    with transaction.atomic():
        record(verb, actor=request.user)
    request.session[key] = (now + READING_LASTS).timestamp()


@transaction.atomic
def seal(now: datetime) -> Seal:
    """Write the head of the chain down, in the database and in a file beside it.

    Whoever cuts the end of the chain off has to find and change both.
    """
    _lock_chain()
    last = Event.objects.order_by("-pk").values_list("hash", flat=True).first()
    kept = Seal.objects.create(at=now, n=Event.objects.count(), head=last or START)
    folder = settings.CONVIVE_WORKSPACE
    if folder:
        line = json.dumps({"at": now.isoformat(timespec="seconds"), "n": kept.n, "head": kept.head})
        file = Path(folder) / SEALS_FILE
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as target:
            target.write(line + "\n")
    return kept


def _lock_chain() -> None:
    """Let one transaction at a time add to the chain, until it ends.

    SQLite needs nothing: its transactions begin IMMEDIATE, so only one writes. PostgreSQL reads
    the last event after the lock, in READ COMMITTED, and so sees what the one before has added.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
