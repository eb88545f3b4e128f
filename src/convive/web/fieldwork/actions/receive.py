"""Takes in filled-in forms: the one way, for every channel.

Sending twice is sending once. A form whose photos have not all come waits for them, and is whole
when the last one arrives, in whatever order and over however many requests they come.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction

from convive.core.errors import ConflictError, ConviveError, RequestError
from convive.core.instruments.filling import Filled, fill
from convive.core.instruments.model import Instrument
from convive.web.accounts.models import Account
from convive.web.audit_log.actions import record
from convive.web.fieldwork.actions.photos import keep_photo
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import (
    AccessLink,
    Attachment,
    Campaign,
    FormVersion,
    Place,
    Rater,
    Submission,
)
from convive.web.fieldwork.photo_names import photo_names


class Outcome(StrEnum):
    """What became of a form that was sent."""

    NEW = "new"
    ALREADY = "already"


@dataclass(frozen=True)
class Envelope:
    """A filled-in form on its way in, from whichever channel."""

    id: UUID
    campaign: Campaign
    channel: str
    answers: Mapping[str, Any]
    link: AccessLink | None = None
    rater: Rater | None = None
    place: Place | None = None
    daypart: str = ""
    language: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    photos: Mapping[str, bytes] = field(default_factory=dict)
    """Name as in the answers → bytes as sent."""
    stratum: str = ""
    area_id: str = ""
    form: FormVersion | None = None
    """An earlier version of the campaign's instrument; None: the campaign's own."""
    aside: Mapping[str, str] = field(default_factory=dict)
    """Path → text that was sent and that is no answer to any item."""
    actor: Account | None = None
    """Whose account it came through; never of an anonymous campaign."""

    @property
    def version(self) -> FormVersion:
        """The version that was filled in."""
        return self.form or self.campaign.form


@dataclass(frozen=True)
class Receipt:
    """What the sender is told."""

    outcome: Outcome
    submission: Submission
    missing: tuple[str, ...]
    """Photos that the form names and that have not come yet."""


def receive(envelope: Envelope, *, now: datetime) -> Receipt:
    """Keep a form and its photos; what was kept before is left as it is.

    Raises
    ------
    ConflictError
        FORM_CONFLICT: this id was sent before with other answers.
    RequestError
        CAMPAIGN_CLOSED: a new form for a campaign that takes none; PHOTO_NOT_NAMED: a photo that
        no answer names.
    RequestError, SourceError
        As `convive.app.fieldwork.photo_ports.PhotoCleaner.clean`.
    """
    instrument = instrument_of(envelope.version)
    filled = fill(instrument, envelope.answers, today=now.date())
    names = photo_names(instrument, filled.answers)
    unknown = sorted(set(envelope.photos) - set(names))
    if unknown:
        raise RequestError("PHOTO_NOT_NAMED", names=", ".join(unknown))
    with transaction.atomic():
        submission, outcome = _keep_form(envelope, instrument, filled, now)
        for name in names:
            Attachment.objects.get_or_create(submission=submission, name=name)
    # Cleaning takes long and the disk is slow: not inside the transaction of the form.
    _keep_photos(submission, envelope.photos)
    return Receipt(outcome, submission, _settle(submission))


def receive_photo(submission: Submission, name: str, data: bytes) -> Receipt:
    """Keep one photo of a form that came before; the form is whole when the last one is kept.

    Raises
    ------
    RequestError
        PHOTO_NOT_NAMED: no answer of the form names it.
    ConflictError, RequestError, SourceError, StorageError
        As `convive.web.fieldwork.actions.photos.keep_photo`.
    """
    if not submission.attachments.filter(name=name).exists():
        raise RequestError("PHOTO_NOT_NAMED", names=name)
    keep_photo(submission, name, data)
    return Receipt(Outcome.ALREADY, submission, _settle(submission))


def _keep_photos(submission: Submission, photos: Mapping[str, bytes]) -> None:
    """Keep every photo that can be kept; then say what was wrong with the first that cannot."""
    refused: ConviveError | None = None
    for name, data in photos.items():
        try:
            keep_photo(submission, name, data)
        except ConviveError as error:
            refused = refused or error
    if refused is not None:
        raise refused


def digest_of(answers: Mapping[str, Any]) -> str:
    """Return the SHA-256 of answers, whatever the order of their keys."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _keep_form(
    envelope: Envelope, instrument: Instrument, filled: Filled, now: datetime
) -> tuple[Submission, Outcome]:
    digest = digest_of({**envelope.answers, **envelope.aside})
    known = Submission.objects.select_for_update().filter(pk=envelope.id).first()
    if known is not None:
        return _same(known, envelope, digest), Outcome.ALREADY
    if not envelope.campaign.takes_forms:
        raise RequestError("CAMPAIGN_CLOSED", campaign=envelope.campaign.code)
    submission, is_new = Submission.objects.get_or_create(
        pk=envelope.id,
        defaults=_fields(envelope, filled, digest, now)
        | {"state": _first_state(instrument, filled)},
    )
    if not is_new:
        return _same(submission, envelope, digest), Outcome.ALREADY
    if not envelope.campaign.is_anonymous:
        # The time of an event beside the id of an answer would be the time of the answer.
        record(
            "fieldwork.form_received",
            actor=envelope.actor,
            label=envelope.channel,
            thing=("form", submission.pk),
            instrument=instrument.id,
            campaign=envelope.campaign.code,
        )
    return submission, Outcome.NEW


def _same(known: Submission, envelope: Envelope, digest: str) -> Submission:
    if known.content_digest != digest or known.campaign_id != envelope.campaign.id:
        raise ConflictError("FORM_CONFLICT")
    return known


def _fields(envelope: Envelope, filled: Filled, digest: str, now: datetime) -> dict[str, Any]:
    common = {
        "campaign": envelope.campaign,
        "form": envelope.version,
        "channel": envelope.channel,
        "place": envelope.place,
        "daypart": envelope.daypart,
        "language": envelope.language,
        "answers": filled.answers,
        "problems": _problems(envelope, filled),
        "aside": dict(envelope.aside),
        "content_digest": digest,
        "filled_on": (envelope.ended_at or now).date(),
        "stratum": envelope.stratum,
        "area_id": envelope.area_id,
    }
    if envelope.campaign.is_anonymous:
        # A time of day, or the link, would lead from the answers to whoever gave them.
        return common
    return common | {
        "link": envelope.link,
        "rater": envelope.rater,
        "started_at": envelope.started_at,
        "ended_at": envelope.ended_at,
        "received_at": now,
    }


def _first_state(instrument: Instrument, filled: Filled) -> Submission.State:
    """Return how a form begins: one that names no photo is whole with the event that tells of it."""
    has_photos = bool(photo_names(instrument, filled.answers))
    return Submission.State.WAITING if has_photos else Submission.State.COMPLETE


def _problems(envelope: Envelope, filled: Filled) -> list[dict[str, Any]]:
    found = [{"code": one.code, "path": list(one.path)} for one in filled.problems]
    return found + [{"code": "ANSWER_ASIDE", "path": [path]} for path in envelope.aside]


def _settle(submission: Submission) -> tuple[str, ...]:
    """Make a form whole if nothing is missing; return what is."""
    missing = tuple(
        submission.attachments.filter(file="").order_by("name").values_list("name", flat=True)
    )
    if not missing:
        _complete(submission)
        submission.refresh_from_db(fields=["state"])
    return missing


@transaction.atomic
def _complete(submission: Submission) -> None:
    waiting = Submission.objects.filter(pk=submission.pk, state=Submission.State.WAITING)
    is_new = waiting.update(state=Submission.State.COMPLETE) == 1
    if is_new and not submission.campaign.is_anonymous:
        thing = ("form", submission.pk)
        record("fieldwork.form_completed", label=submission.channel, thing=thing)
