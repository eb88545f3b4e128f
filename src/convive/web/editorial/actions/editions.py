"""Editions: offered, written, submitted, looked at by two, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from convive.app.corrections import CorrectionKind, Subject
from convive.core.errors import ConflictError
from convive.web.audit_log.actions import record
from convive.web.editorial.actions import telling
from convive.web.editorial.actions.publishing import locked_rule, publish_state
from convive.web.editorial.actions.second_person import refuse_one_person
from convive.web.editorial.clock import town_day
from convive.web.editorial.kept_builds import keep_build, newest_build
from convive.web.editorial.models import (
    Approval,
    CorrectionRecord,
    Edition,
    ReviewRule,
    StoodCorrection,
)
from convive.web.editorial.models.editions import NEEDED
from convive.web.shared_files import digest_of

OPEN = (Edition.State.DRAFT, Edition.State.REVIEW)
_SUBMITTED = "editorial.edition_submitted"
Words = Mapping[str, Mapping[str, str]]


def rule_now() -> ReviewRule:
    """Return whether audits wait for two people."""
    return ReviewRule.objects.filter(pk=1).first() or ReviewRule(pk=1)


def seen_digest(edition: Edition) -> str:
    """Return what an approval is bound to: audit, words and day."""
    day = edition.visible_from.isoformat() if edition.visible_from else ""
    return digest_of([edition.digest, edition.words, day])


def offer_newest(now: datetime, *, by: Any = None) -> Edition | None:
    """Offer the newest audit as a draft where audits are reviewed; None where there is nothing new.

    Raises
    ------
    StorageError
        EDITION_NOT_KEPT.
    """
    if not rule_now().is_reviewed:
        return None
    found = newest_build(settings.CONVIVE_BUILD)
    if found is None or Edition.objects.filter(key=found.key).exists():
        return None
    keep_build(found)
    with transaction.atomic():
        locked_rule()
        if Edition.objects.filter(key=found.key).exists():
            return None
        edition = Edition.objects.create(
            key=found.key, digest=found.digest, built_at=found.built_at, offered_at=now
        )
        record(
            "editorial.edition_offered", actor=by, label="" if by else "worker",
            thing=("edition", edition.pk), key=found.key,
        )  # fmt: skip
    return edition


@transaction.atomic
def write_edition(
    edition: Edition, words: Words, visible_from: datetime, *, revision: int, by: Any
) -> None:
    """Keep the words and the day; approvals until now were of something else, and end.

    Raises
    ------
    ConflictError
        EDITION_CHANGED where somebody else was first, EDITION_CLOSED.
    """
    kept = _locked(edition, revision)
    if kept.state not in OPEN:
        raise ConflictError("EDITION_CLOSED")
    kept.words, kept.visible_from = {k: dict(v) for k, v in words.items() if v}, visible_from
    kept.state, kept.submitted_by = Edition.State.DRAFT, None
    _save(kept)
    kept.approvals.all().delete()
    telling.stop_asking(kept)
    record("editorial.edition_written", actor=by, thing=("edition", kept.pk))


@transaction.atomic
def submit_edition(edition: Edition, *, revision: int, by: Any) -> None:
    """Ask two others to look at it.

    Raises
    ------
    ConflictError
        EDITION_CHANGED, EDITION_CLOSED, EDITION_NO_DAY.
    """
    kept = _locked(edition, revision)
    if kept.state != Edition.State.DRAFT:
        raise ConflictError("EDITION_CLOSED")
    if kept.visible_from is None:
        raise ConflictError("EDITION_NO_DAY")
    kept.state, kept.submitted_by, kept.submitted_at = Edition.State.REVIEW, by, timezone.now()
    kept.answer = ""
    _save(kept)
    record(_SUBMITTED, actor=by, thing=("edition", kept.pk), seen=seen_digest(kept))
    telling.stop_telling_it_came_back(kept)
    telling.ask_to_look(kept)


@transaction.atomic
def approve_edition(edition: Edition, seen: str, *, by: Any) -> bool:
    """Keep that somebody agrees; return whether that was the last look that was needed.

    Raises
    ------
    ConflictError
        EDITION_CLOSED, EDITION_CHANGED where something else was seen, EDITION_SECOND_PERSON and
        what `refuse_one_person` raises.
    StorageError
        EDITIONS_NOT_WRITTEN; then nothing has changed.
    """
    locked_rule()
    kept = _locked(edition, None)
    if kept.state != Edition.State.REVIEW:
        raise ConflictError("EDITION_CLOSED")
    if seen != seen_digest(kept):
        raise ConflictError("EDITION_CHANGED")
    refuse_one_person(kept.submitted_by_id, by, verb=_SUBMITTED, thing=("edition", kept.pk))
    for one in kept.approvals.all():
        refuse_one_person(
            one.account_id, by, verb="editorial.edition_approved", thing=("edition", kept.pk)
        )
    Approval.objects.create(edition=kept, account=by, seen=seen, at=timezone.now())
    n = kept.approvals.filter(seen=seen).count()
    record("editorial.edition_approved", actor=by, thing=("edition", kept.pk), seen=seen, n=n)
    telling.has_looked(kept, by)
    if n < NEEDED or kept.visible_from is None:
        return False
    # Never before it was approved: what is listed as shown from a moment was shown from then on.
    kept.visible_from = max(kept.visible_from, timezone.now())
    kept.state = Edition.State.APPROVED
    _save(kept)
    record("editorial.edition_released", actor=by, thing=("edition", kept.pk), key=kept.key)
    telling.tell_released(kept)
    publish_state()
    return True


@transaction.atomic
def return_edition(edition: Edition, answer: str, *, by: Any) -> None:
    """Give an edition back with a word; whoever wrote it goes on.

    Raises
    ------
    ConflictError
        EDITION_CLOSED.
    """
    kept = _locked(edition, None)
    if kept.state != Edition.State.REVIEW:
        raise ConflictError("EDITION_CLOSED")
    author = kept.submitted_by
    kept.state, kept.answer, kept.submitted_by = Edition.State.DRAFT, answer, None
    _save(kept)
    kept.approvals.all().delete()
    telling.tell_returned(kept, author)
    record("editorial.edition_returned", actor=by, thing=("edition", kept.pk))


@transaction.atomic
def withdraw_edition(edition: Edition, why: Mapping[str, str], *, by: Any) -> None:
    """Take an edition back at once, with a reason that the public reads.

    One person is enough to hide something; two are needed to show it. Before its day it becomes a
    draft again, and the public reads nothing.

    Raises
    ------
    ConflictError
        EDITION_CLOSED where it was never published.
    StorageError
        EDITIONS_NOT_WRITTEN; then nothing has changed.
    """
    locked_rule()
    kept = _locked(edition, None)
    if kept.state != Edition.State.APPROVED:
        raise ConflictError("EDITION_CLOSED")
    now = timezone.now()
    if kept.visible_from is not None and kept.visible_from <= now:
        kept.state = Edition.State.WITHDRAWN
        _save(kept)
        row = CorrectionRecord.objects.create(code=f"audit-{kept.key}")
        StoodCorrection.objects.create(
            record=row, at=now, confirmed_by=by,
            content={
                "id": row.code, "on": town_day(now).isoformat(),
                "kind": CorrectionKind.WITHDRAWAL.value, "subject": Subject.AUDIT.value,
                "name": kept.key, "wrong": dict(why), "right": {}, "since": kept.key,
                "until": None,
            },
        )  # fmt: skip
    else:
        # Nobody has seen it: it is a draft again, for another day or after a correction.
        author = kept.submitted_by
        kept.state, kept.visible_from = Edition.State.DRAFT, None
        kept.submitted_by, kept.submitted_at = None, None
        kept.answer = next(iter(why.values()), "")
        _save(kept)
        kept.approvals.all().delete()
        telling.tell_returned(kept, author)
    record("editorial.edition_withdrawn", actor=by, thing=("edition", kept.pk), key=kept.key)
    publish_state()


@transaction.atomic
def begin_review(*, by: Any) -> None:
    """Have audits wait for two people from now on; what is shown stays, and is told to be older.

    The audit that is shown becomes the first edition without anybody's look, exactly as it is
    shown: without words, which nobody has approved for today. Words that were written for it are
    kept aside for the editors.

    Raises
    ------
    StorageError
        EDITION_NOT_KEPT, EDITIONS_NOT_WRITTEN; then nothing has changed.
    """
    rule = locked_rule()
    if rule.is_reviewed:
        return
    found, now = newest_build(settings.CONVIVE_BUILD), timezone.now()
    if found is not None:
        keep_build(found)
        edition, _ = Edition.objects.get_or_create(
            key=found.key,
            defaults={"digest": found.digest, "built_at": found.built_at, "offered_at": now},
        )
        # What has yet to appear is shown already, without review: it goes on being shown.
        is_ahead = edition.visible_from is None or edition.visible_from > now
        if edition.state in OPEN or is_ahead:
            _as_before_review(edition, now)
    rule.is_reviewed, rule.end_asked_by = True, None
    rule.save()
    for waiting in Edition.objects.filter(state=Edition.State.REVIEW):
        telling.ask_to_look(waiting)  # what was taken back when the review ended
    record("editorial.review_begun", actor=by, thing=("review_rule", 1))
    publish_state()


def _as_before_review(edition: Edition, now: datetime) -> None:
    """Make an edition of what is shown already; nothing that nobody has looked at joins it."""
    edition.state, edition.visible_from = Edition.State.APPROVED, now
    edition.is_before_review = True
    edition.words_aside, edition.words = edition.words or edition.words_aside, {}
    edition.submitted_by, edition.submitted_at, edition.answer = None, None, ""
    edition.approvals.all().delete()
    _save(edition)
    telling.take_back_all(edition)


@transaction.atomic
def ask_to_end_review(*, by: Any) -> None:
    """Ask that audits appear at once again; somebody else confirms it."""
    rule = locked_rule()
    if rule.is_reviewed and rule.end_asked_by_id is None:
        rule.end_asked_by = by
        rule.save()
        record("editorial.review_end_asked", actor=by, thing=("review_rule", 1))


@transaction.atomic
def end_review(*, by: Any) -> None:
    """Have audits appear at once.

    Raises
    ------
    ConflictError
        EDITION_NOT_ASKED, EDITION_SECOND_PERSON and what `refuse_one_person` raises.
    StorageError
        EDITIONS_NOT_WRITTEN; then nothing has changed.
    """
    rule = locked_rule()
    if not rule.is_reviewed or rule.end_asked_by_id is None:
        raise ConflictError("EDITION_NOT_ASKED")
    refuse_one_person(
        rule.end_asked_by_id, by, verb="editorial.review_end_asked", thing=("review_rule", 1)
    )
    rule.is_reviewed, rule.end_asked_by = False, None
    rule.save()
    for waiting in Edition.objects.filter(state=Edition.State.REVIEW):
        telling.stop_asking(waiting)  # audits appear at once: nobody's look is needed
    record("editorial.review_ended", actor=by, thing=("review_rule", 1))
    publish_state()


def _locked(edition: Edition, revision: int | None) -> Edition:
    kept = Edition.objects.select_for_update().get(pk=edition.pk)
    if revision is not None and kept.revision != revision:
        raise ConflictError("EDITION_CHANGED")
    return kept


def _save(edition: Edition) -> None:
    edition.revision += 1
    edition.save()


__all__ = [
    "approve_edition", "ask_to_end_review", "begin_review", "end_review",
    "offer_newest", "return_edition", "rule_now", "seen_digest", "submit_edition",
    "withdraw_edition", "write_edition",
]  # fmt: skip
