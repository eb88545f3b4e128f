"""Keeps photos: cleaned before they touch the disk, the originals never."""

from __future__ import annotations

import hashlib
import os
import tempfile
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction

from convive.core.errors import ConflictError, StorageError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.models import Attachment, Submission
from convive.wiring.fieldwork import photo_cleaner


def keep_photo(submission: Submission, name: str, data: bytes) -> Attachment:
    """Clean a photo that a form names and keep it; the same photo again changes nothing.

    Raises
    ------
    ConflictError
        PHOTO_CONFLICT: another photo came under this name before.
    RequestError, SourceError
        As `convive.app.fieldwork.photo_ports.PhotoCleaner.clean`: nothing is kept.
    StorageError
        PHOTO_NOT_KEPT: the disk refused.
    """
    digest = hashlib.sha256(data).hexdigest()
    attachment = Attachment.objects.get(submission=submission, name=name)
    if attachment.file:
        return _same(attachment, digest)
    clean = photo_cleaner().clean(data)
    path = _write(submission, clean.data)
    with transaction.atomic():
        attachment = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if not attachment.file:
            attachment.file = path
            attachment.sent_digest = digest
            attachment.size = len(clean.data)
            attachment.n_faces, attachment.n_plates = clean.n_faces, clean.n_plates
            attachment.save()
            _tell(submission, clean.n_faces, clean.n_plates)
            return attachment
    # Another request was first: what this one wrote is not needed.
    (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
    return _same(attachment, digest)


def _tell(submission: Submission, n_faces: int, n_plates: int) -> None:
    """Tell the log of a photo that came; not of an anonymous form, as its time would be told."""
    if not submission.campaign.is_anonymous:
        record(
            "fieldwork.photo_received", label=submission.channel, thing=("form", submission.pk),
            n_faces=n_faces, n_plates=n_plates,
        )  # fmt: skip


def _same(attachment: Attachment, digest: str) -> Attachment:
    if attachment.sent_digest != digest:
        raise ConflictError("PHOTO_CONFLICT", name=attachment.name)
    return attachment


def _write(submission: Submission, data: bytes) -> str:
    """Write a file whole or not at all; return its path below the media folder."""
    root = Path(settings.MEDIA_ROOT)
    relative = Path("photos") / str(submission.pk) / f"{uuid.uuid4().hex}.jpg"
    target = root / relative
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(data)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(target)
    except OSError as error:
        raise StorageError("PHOTO_NOT_KEPT") from error
    return relative.as_posix()
