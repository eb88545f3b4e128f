"""Forms begun on the web: kept at each step, sent once, gone after fourteen days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from convive.core.errors import RequestError
from convive.core.instruments.answer_values import WRONG_TYPE
from convive.core.instruments.filling import AnswerProblem, fill
from convive.web.fieldwork.actions.draft_photos import (
    draft_photo,
    drop_draft_photos,
    keep_draft_photo,
)
from convive.web.fieldwork.actions.receive import Envelope, Receipt, receive
from convive.web.fieldwork.field_names import Path
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import AccessLink, Campaign, Place, Submission, WebDraft
from convive.web.fieldwork.photo_names import photo_names
from convive.web.fieldwork.steps import begun

KEPT_FOR = timedelta(days=14)


def begin(
    campaign: Campaign,
    draft_id: UUID,
    *,
    token_hash: str = "",
    place: Place | None = None,
    daypart: str = "",
    now: datetime,
) -> WebDraft:
    """Begin a form; beginning the same one again gives the one that is there."""
    draft, _ = WebDraft.objects.get_or_create(
        pk=draft_id,
        defaults={
            "campaign": campaign,
            "token_hash": token_hash,
            "place": place,
            "daypart": daypart,
            "begun_at": now,
            "answers": begun(instrument_of(campaign.form).content),
        },
    )
    return draft


def keep(draft: WebDraft, answers: Mapping[str, Any], language: str) -> None:
    """Keep what was filled in so far; a draft that was sent meanwhile does not come back."""
    WebDraft.objects.filter(pk=draft.pk).update(
        answers=answers,
        language=language,
        changed_on=timezone.localdate(),
    )
    draft.answers, draft.language = dict(answers), language


def keep_photos(
    draft_id: UUID, answers: dict[str, Any], photos: Mapping[str, UploadedFile[Any]]
) -> tuple[AnswerProblem, ...]:
    """Clean and keep new photos; those that cannot be read leave the answers, and are told."""
    problems = []
    for name, upload in photos.items():
        try:
            keep_draft_photo(draft_id, name, upload.read())
        except RequestError:
            problems.append(AnswerProblem(WRONG_TYPE, _take_out(answers, name)))
    return tuple(problems)


def send(
    draft: WebDraft, *, channel: str = Submission.Channel.WEB, link: AccessLink | None = None,
    now: datetime,
) -> Receipt:  # fmt: skip
    """Hand a finished draft in, with its photos; then it is gone.

    Raises
    ------
    ConflictError, RequestError, SourceError
        As `receive`.
    """
    instrument = instrument_of(draft.campaign.form)
    answers = dict(fill(instrument, draft.answers, today=now.date()).answers)
    photos = {name: draft_photo(draft.pk, name) for name in photo_names(instrument, answers)}
    for name in [name for name, data in photos.items() if data is None]:
        _take_out(answers, name)
    receipt = receive(
        Envelope(
            id=draft.pk,
            campaign=draft.campaign,
            channel=channel,
            answers=answers,
            link=link,
            rater=link.rater if link else None,
            place=draft.place,
            daypart=draft.daypart,
            language=draft.language,
            started_at=draft.begun_at,
            ended_at=now,
            photos={name: data for name, data in photos.items() if data is not None},
        ),
        now=now,
    )
    forget(draft)
    return receipt


def forget(draft: WebDraft) -> None:
    """Delete a draft and what is kept beside it."""
    with transaction.atomic():
        WebDraft.objects.filter(pk=draft.pk).delete()
    drop_draft_photos(draft.pk)


def sweep(today: date) -> int:
    """Delete drafts that nobody touched for fourteen days; return how many.

    Those of accounts stay: nobody was told that they go, and their assessment would be lost.
    """
    found = list(swept_on(today))
    for draft in found:
        forget(draft)
    return len(found)


def swept_on(today: date) -> QuerySet[WebDraft]:
    """Return the drafts that `sweep` removes on a day."""
    return WebDraft.objects.filter(changed_on__lt=today - KEPT_FOR).exclude(token_hash="")


def _take_out(answers: dict[str, Any], name: str) -> Path:
    """Take a photo's name out of answers; return where it stood."""
    path = next(_places(answers, name, ()), ())
    holder: Any = answers
    for part in path[:-1]:
        holder = holder[part]
    if path:
        del holder[path[-1]]
    return path


def _places(answers: Mapping[str, Any], name: str, path: Path) -> Iterator[Path]:
    for key, value in answers.items():
        if value == name:
            yield (*path, key)
        rounds = value if isinstance(value, list) else ()
        for index, one in enumerate(rounds):
            if isinstance(one, Mapping):
                yield from _places(one, name, (*path, key, index))
