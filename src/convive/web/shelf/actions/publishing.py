"""Publishing: chosen by editors, switched on by a coordinator, confirmed by somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from convive.app.shelf.exchange import Published, publish
from convive.core.errors import ConflictError
from convive.core.shelf.bundle import Answer, Question
from convive.core.shelf.publishing import Mail
from convive.web.accounts.independence import WAITING, hands_on, waits_until
from convive.web.audit_log.actions import record
from convive.web.audit_log.selectors import last_event
from convive.web.fieldwork.pack import own_pack
from convive.web.roles import EDITORS, Role
from convive.web.shelf.models import Letter, OwnEntry, Publishing
from convive.web.shelf.public_shelf import bundle_name, remove_public, write_public
from convive.web.shelf.selectors.exchange import publishable, with_contact
from convive.web.staff.city import languages_now
from convive.web.staff.page import site_name
from convive.wiring.shelf_exchange import BundleFiles, feed_file, shelf_keys

MOST_LETTERS = 200
"""Of each kind in one bundle; the newest."""
CONFIRMERS = frozenset({*EDITORS, Role.DATA_PROTECTION})


def publishing_now() -> Publishing:
    """Return whether this town publishes."""
    return Publishing.objects.first() or Publishing(pk=1)


@transaction.atomic
def choose_entries(chosen: Iterable[OwnEntry], contact: str, *, by: Any) -> None:
    """Keep which entries other towns may read, and which office answers them."""
    wanted = {one.pk for one in chosen}
    for own in OwnEntry.objects.select_for_update():
        is_chosen = own.pk in wanted and own.content is not None and not own.is_withdrawn
        if own.is_published != is_chosen:
            OwnEntry.objects.filter(pk=own.pk).update(is_published=is_chosen)
    state = _locked()
    state.contact = contact
    state.save()
    record("shelf.entries_chosen", actor=by, thing=("publishing", 1), n=len(wanted))


@transaction.atomic
def ask_to_publish(*, by: Any) -> None:
    """Switch publishing on, as far as one person can: somebody else confirms it."""
    state = _locked()
    if state.is_asked or state.is_on:
        return
    state.is_asked, state.asked_by = True, by
    state.save()
    record("shelf.publishing_asked", actor=by, thing=("publishing", 1))


@transaction.atomic
def confirm_publishing(*, by: Any) -> Published:
    """Confirm that this town publishes, and publish.

    Raises
    ------
    ConflictError
        SHELF_NOT_ASKED, SHELF_SECOND_PERSON; AGREEMENT_NOT_TWO or AGREEMENT_PROPOSED_AS_ONE where
        the two accounts could be one person.
    """
    state = _locked()
    if not state.is_asked:
        raise ConflictError("SHELF_NOT_ASKED")
    _refuse_one_person(state, by)
    state.is_asked, state.is_on, state.confirmed_at = False, True, timezone.now()
    state.save()
    record("shelf.publishing_confirmed", actor=by, thing=("publishing", 1))
    return publish_now(now=timezone.now(), by=by)


def _refuse_one_person(state: Publishing, by: Any) -> None:
    if state.asked_by_id is None or state.asked_by_id == by.pk:
        raise ConflictError("SHELF_SECOND_PERSON")
    asked, now = last_event("shelf.publishing_asked", ("publishing", 1)), timezone.now()
    at, before = (asked.at, asked.pk) if asked else (now, None)
    if hands_on(by.pk, now).isdisjoint(hands_on(state.asked_by_id, at, before)):
        return
    until = waits_until(by.pk, now)
    if until is None:
        raise ConflictError("AGREEMENT_PROPOSED_AS_ONE", days=WAITING.days)
    raise ConflictError("AGREEMENT_NOT_TWO", day=timezone.localdate(until), days=WAITING.days)


@transaction.atomic
def stop_publishing(*, by: Any) -> None:
    """Publish no more; the feed is gone at once.

    Raises
    ------
    StorageError
        SHELF_NOT_UNPUBLISHED; then nothing was changed.
    """
    state = _locked()
    if state.is_on or state.is_asked:
        state.is_on = state.is_asked = False
        state.save()
        record("shelf.publishing_stopped", actor=by, thing=("publishing", 1))
    remove_public()


@transaction.atomic
def publish_now(*, now: datetime, by: Any = None) -> Published:
    """Sign the next bundle and show it with its feed; without news it is the newest once more.

    Raises
    ------
    ConflictError
        SHELF_NOT_PUBLISHING.
    DatasetError
        SHELF_NOT_WRITTEN with everything that others would refuse.
    NotFoundError
        HANDOVER_NO_PACK.
    StorageError
        SHELF_KEY_UNREADABLE, SHELF_KEY_NOT_WRITTEN, SHELF_NOT_PUBLISHED.
    """
    state = _locked()
    if not state.is_on:
        raise ConflictError("SHELF_NOT_PUBLISHING")
    made = signed_bundle(state, now=now)
    sequence = made.bundle.sequence
    if state.sequence != sequence:
        state.sequence, state.published_at = sequence, now
        state.save()
        record(
            "shelf.published", actor=by, label="" if by else "worker", thing=("publishing", 1),
            sequence=sequence, n=len(made.bundle.entries),
        )  # fmt: skip
    language = next(iter(languages_now()), "en")
    # Last, so that what could not be written is not told as published.
    write_public(
        sequence, made.content, feed_file(made.bundle, bundle_name(sequence), language=language)
    )
    return made


@transaction.atomic
def bundle_by_hand(*, now: datetime, by: Any) -> Published:
    """Return the newest bundle as a file to hand on; it counts as published."""
    state = _locked()
    made = signed_bundle(state, now=now)
    state.sequence, state.published_at = made.bundle.sequence, now
    state.save()
    record(
        "shelf.bundle_taken", actor=by, thing=("publishing", 1), sequence=made.bundle.sequence
    )  # fmt: skip
    return made


def signed_bundle(state: Publishing, *, now: datetime) -> Published:
    """Return the next bundle of the chosen entries with the letters that stand."""
    entries = [with_contact(one, state.contact) for one in publishable()]
    return publish(
        entries, site_name() or own_pack().name, keys=shelf_keys(own_pack()), files=BundleFiles(),
        now=now, mail=_mail(),
    )  # fmt: skip


def _mail() -> Mail:
    letters = list(Letter.objects.select_related("town").filter(town__is_followed=True))
    questions = [
        Question(one.code, one.about, one.text, one.language, one.on, one.contact)
        for one in letters if one.is_asked_here and not one.answer
    ]  # fmt: skip
    answers = [
        Answer(
            one.code, one.town.fingerprint, one.answer, one.answer_language,
            one.answered_on or one.on, one.answer_contact,
        )
        for one in letters if not one.is_asked_here and one.answer
    ]  # fmt: skip
    return Mail(tuple(questions[:MOST_LETTERS]), tuple(answers[:MOST_LETTERS]))


def _locked() -> Publishing:
    """Let one person at a time publish."""
    Publishing.objects.get_or_create(pk=1)
    return Publishing.objects.select_for_update().get(pk=1)
