"""Photos of a form that is not sent yet: cleaned at once, kept beside the draft, gone with it."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from django.conf import settings

from convive.core.errors import StorageError
from convive.wiring.fieldwork import photo_cleaner

_NAME = re.compile(r"photo-[0-9a-f]{12}\.jpg")


def keep_draft_photo(draft_id: UUID, name: str, data: bytes) -> None:
    """Clean a photo and keep it until the form is sent.

    Raises
    ------
    RequestError, SourceError
        As `convive.app.fieldwork.photo_ports.PhotoCleaner.clean`: nothing is kept.
    StorageError
        PHOTO_NOT_KEPT: the disk refused.
    """
    clean = photo_cleaner().clean(data)
    folder = _folder(draft_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(clean.data)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(folder / name)
    except OSError as error:
        raise StorageError("PHOTO_NOT_KEPT") from error


def draft_photo(draft_id: UUID, name: str) -> bytes | None:
    """Return a kept photo, None where there is none of this name."""
    if not _NAME.fullmatch(name):
        return None
    path = _folder(draft_id) / name
    return path.read_bytes() if path.is_file() else None


def drop_draft_photos(draft_id: UUID) -> None:
    """Delete what is kept beside a draft."""
    shutil.rmtree(_folder(draft_id), ignore_errors=True)


def _folder(draft_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / "drafts" / str(draft_id)
