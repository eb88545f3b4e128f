"""Writing the diary: an entry is kept once and never changed; another one puts it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError
from convive.core.strategy.vocabulary import Delivery, Obstacle
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import record
from convive.web.workspace.actions.diary_sums import count_entries
from convive.web.workspace.actions.keyed import keep_once
from convive.web.workspace.actions.progress import refresh_action
from convive.web.workspace.models import Action, DiaryEntry

_SAME = ("action_id", "organisation_id", "on", "delivery", "amount", "reached", "obstacle", "note",
         "corrects_id", "written_by_id")  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What somebody says was done."""

    organisation: Organisation
    on: date
    delivery: Delivery
    amount: float | None = None
    reached: Mapping[str, int] = field(default_factory=dict)
    """Group → people; without groups that nobody counted."""
    obstacle: Obstacle | None = None
    note: str = ""


@transaction.atomic
def write_entry(action: Action, told: Told, *, key: str, today: date, by: Any) -> DiaryEntry:
    """Keep an entry; sent again with the same key, the kept one is returned.

    Raises
    ------
    ConflictError
        ALREADY_KEPT where the key was used for other words.
    """
    return _keep(_locked(action.pk), told, key, None, today, by)


@transaction.atomic
def correct_entry(entry: DiaryEntry, told: Told, *, key: str, today: date, by: Any) -> DiaryEntry:
    """Keep an entry that counts instead of another one, which stays to be read.

    Raises
    ------
    ConflictError
        DIARY_CORRECTED where somebody else was quicker; ALREADY_KEPT.
    """
    action = _locked(entry.action_id)
    others = DiaryEntry.objects.filter(corrects=entry).exclude(key=key)
    if others.exists():
        raise ConflictError("DIARY_CORRECTED")
    return _keep(action, told, key, entry, today, by)


def _locked(number: int) -> Action:
    """Let one entry of an action be written at a time, so that its light sees all of them."""
    return Action.objects.select_for_update().get(pk=number)


def _keep(
    action: Action, told: Told, key: str, corrects: DiaryEntry | None, today: date, by: Any
) -> DiaryEntry:
    row = DiaryEntry(
        action=action, organisation=told.organisation, on=told.on, delivery=told.delivery.value,
        amount=told.amount, reached=dict(told.reached), note=told.note, key=key,
        obstacle=told.obstacle.value if told.obstacle else "", corrects=corrects, written_by=by,
    )  # fmt: skip
    kept, is_new = keep_once(row, same=_SAME)
    if is_new:
        verb = "workspace.diary_corrected" if corrects else "workspace.diary_written"
        record(verb, actor=by, thing=("diary_entry", kept.pk), action=action.pk)
        count_entries([action.pk])
        refresh_action(action, today=today)
    return kept
