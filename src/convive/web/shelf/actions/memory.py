"""An action of the plan becomes an experience: written by one person, checked by another."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError, DatasetError
from convive.core.shelf.entry import Entry
from convive.core.shelf.memory import TOLD_STATES, versioned
from convive.core.shelf.own_practice import practice_id
from convive.core.strategy.vocabulary import ActionState
from convive.web.audit_log.actions import record
from convive.web.shelf.models import OwnEntry, OwnVersion, ShelfChange
from convive.web.shelf.selectors.memory import counts_of, differs_by_few, drafted, with_status
from convive.web.workspace.models import Action, ToldCount
from convive.wiring.shelf_parts import entry_as_json, entry_of_json, problems_of


@transaction.atomic
def keep_action(action: Action, *, today: date, by: Any) -> OwnEntry:
    """Begin an experience of an action; pressed twice, it is the same one.

    Where the plan was entered anew, what was told of its action before goes on with the new one.

    Raises
    ------
    ConflictError
        SHELF_NOT_BEGUN for an idea and for what is only planned.
    """
    name = practice_id(action.strategy.code, action.code)
    known = OwnEntry.objects.select_for_update().filter(name=name).first()
    if known is not None and known.action_id is None:
        known.action = action
        known.save()
        record("shelf.experience_begun", actor=by, thing=("own_entry", known.pk))
    if known is not None:
        return known
    if ActionState(action.state) not in TOLD_STATES:
        raise ConflictError("SHELF_NOT_BEGUN", action=action.title)
    made = OwnEntry.objects.create(
        name=name, action=action, written_by=by,
        draft=entry_as_json(drafted(action, {}, today=today)), counts=counts_of(action),
    )  # fmt: skip
    record("shelf.experience_begun", actor=by, thing=("own_entry", made.pk))
    return made


@transaction.atomic
def write_entry(
    own: OwnEntry, said: Mapping[str, Any], *, number: int, today: date, by: Any
) -> OwnEntry:
    """Keep what somebody wrote as the draft; what stands on the shelf stays until it is checked.

    Parameters
    ----------
    said : mapping
        Field of the form → what was written.
    number : int
        The writing that the person saw.

    Raises
    ------
    ConflictError
        SHELF_MOVED_ON where somebody else wrote meanwhile; SHELF_ACTION_GONE.
    DatasetError
        SHELF_NOT_WRITTEN with everything that other towns would refuse.
    """
    kept = _locked(own, number)
    if kept.action is None:
        raise ConflictError("SHELF_ACTION_GONE")
    entry = drafted(kept.action, said, today=today)
    problems = problems_of(entry, today=today)
    if problems:
        raise DatasetError("SHELF_NOT_WRITTEN", problems)
    kept.said, kept.draft = dict(said), entry_as_json(entry)
    kept.counts = counts_of(kept.action)
    kept.written_by, kept.number = by, kept.number + 1
    kept.save()
    record("shelf.experience_written", actor=by, thing=("own_entry", kept.pk))
    return kept


@transaction.atomic
def check_entry(own: OwnEntry, *, number: int, today: date, by: Any) -> OwnEntry:
    """Put a draft on the shelf, with a version of its own; whoever wrote it does not check it.

    Raises
    ------
    ConflictError
        SHELF_MOVED_ON, SHELF_NOTHING_TO_CHECK, SHELF_SECOND_PERSON, SHELF_COUNTS_MOVED_ON.
    """
    kept = _locked(own, number)
    if kept.draft is None:
        raise ConflictError("SHELF_NOTHING_TO_CHECK")
    if by is not None and kept.written_by_id == by.pk:
        raise ConflictError("SHELF_SECOND_PERSON")
    if kept.action is not None and differs_by_few(kept.action.code, kept.counts):
        raise ConflictError("SHELF_COUNTS_MOVED_ON")
    entry = with_status(entry_of_json(kept.draft), "checked", today)
    entry = versioned(entry, _last(kept))
    kept.content, kept.draft, kept.is_withdrawn = entry_as_json(entry), None, False
    kept.number += 1
    kept.save()
    version = entry.practice.version
    if not kept.versions.filter(version=version).exists():
        OwnVersion.objects.create(
            entry=kept, version=version, content=kept.content,
            written_by=kept.written_by, checked_by=by,
        )  # fmt: skip
    _remember(kept, today)
    shelf_changed()
    record("shelf.experience_checked", actor=by, thing=("own_entry", kept.pk), version=version)
    return kept


@transaction.atomic
def withdraw_entry(own: OwnEntry, *, by: Any) -> OwnEntry:
    """Take an entry off the shelf; its versions stay, and the next bundle tells other towns."""
    kept = OwnEntry.objects.select_for_update().get(pk=own.pk)
    if not kept.is_withdrawn:
        kept.is_withdrawn, kept.is_published = True, False
        kept.number += 1
        kept.save()
        shelf_changed()
        record("shelf.experience_withdrawn", actor=by, thing=("own_entry", kept.pk))
    return kept


def shelf_changed() -> None:
    """Have every process build the shelf anew; in the transaction of what has changed."""
    mark = secrets.token_hex(16)
    if not ShelfChange.objects.filter(pk=1).update(mark=mark):
        ShelfChange.objects.create(pk=1, mark=mark)


def _remember(own: OwnEntry, today: date) -> None:
    """Keep the numbers of people that are told from now on: no later one may differ by a few."""
    if own.action is None:
        return
    ToldCount.objects.bulk_create(
        (
            ToldCount(action=own.action.code, group=group, n=n, on=today)
            for group, n in own.counts.items()
        ),
        ignore_conflicts=True,
    )


def _last(own: OwnEntry) -> Entry | None:
    newest = own.versions.first()
    return entry_of_json(newest.content) if newest else None


def _locked(own: OwnEntry, number: int) -> OwnEntry:
    kept = OwnEntry.objects.select_for_update().get(pk=own.pk)
    if kept.number != number:
        raise ConflictError("SHELF_MOVED_ON")
    return kept
