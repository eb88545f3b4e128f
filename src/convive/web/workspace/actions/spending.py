"""Noting money that was spent: kept once, put right by a negative amount."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from convive.web.audit_log.actions import record
from convive.web.workspace.actions.keyed import keep_once
from convive.web.workspace.actions.progress import refresh_action, refresh_strategy
from convive.web.workspace.models import Action, Spending, Strategy

_NAMES = uuid.UUID("6d0a9f5e-5c0b-5a57-9c83-2f4b7c1d9e10")
_SAME = ("action_id", "on", "amount", "note", "written_by_id")


@dataclass(frozen=True)
class Spent:
    """An amount that was spent; negative to put a mistake right."""

    on: date
    amount: Decimal
    note: str = ""


@dataclass(frozen=True)
class Imported:
    """What became of the rows of a file."""

    n_new: int
    n_known: int


@transaction.atomic
def note_spending(action: Action, spent: Spent, *, key: str, today: date, by: Any) -> Spending:
    """Note an amount; sent again with the same key, the kept one is returned.

    Raises
    ------
    ConflictError
        ALREADY_KEPT where the key was used for something else.
    """
    locked = Action.objects.select_for_update().get(pk=action.pk)
    row = Spending(
        action=locked, on=spent.on, amount=spent.amount, note=spent.note, key=key, written_by=by
    )
    kept, is_new = keep_once(row, same=_SAME)
    if is_new:
        record(
            "workspace.spending_noted", actor=by, thing=("spending", kept.pk), action=locked.pk
        )
        refresh_action(locked, today=today)
    return kept


@transaction.atomic
def import_spending(
    strategy: Strategy, rows: Iterable[tuple[Action, Spent]], *, today: date, by: Any
) -> Imported:
    """Note the rows of a file, all or none; rows that an earlier file has brought stay as they are.

    A row's key is made from what it says, and which of several equal rows of the file it is: the
    same file twice, or a longer one later, adds nothing twice.
    """
    Strategy.objects.select_for_update().get(pk=strategy.pk)
    keyed = _keyed(rows)
    known = set()
    keys = list(keyed)
    for start in range(0, len(keys), 500):
        some = Spending.objects.filter(key__in=keys[start : start + 500])
        known |= set(some.values_list("key", flat=True))
    new = [
        Spending(action=action, on=one.on, amount=one.amount, note=one.note, key=key, written_by=by)
        for key, (action, one) in keyed.items()
        if key not in known
    ]
    Spending.objects.bulk_create(new, batch_size=500)
    if new:
        record(
            "workspace.spending_imported", actor=by, thing=("strategy", strategy.pk), n=len(new)
        )
        refresh_strategy(strategy, today=today)
    return Imported(len(new), len(known))


def _keyed(rows: Iterable[tuple[Action, Spent]]) -> dict[str, tuple[Action, Spent]]:
    seen: Counter[str] = Counter()
    found = {}
    for action, one in rows:
        words = f"{action.pk}|{one.on.isoformat()}|{one.amount.normalize():f}|{one.note}"
        seen[words] += 1
        found[str(uuid.uuid5(_NAMES, f"{words}|{seen[words]}"))] = (action, one)
    return found
