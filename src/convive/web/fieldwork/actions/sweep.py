"""Removes files that no form knows of: what a server left that was stopped between two steps."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from convive.web.audit_log.actions import record
from convive.web.fieldwork.models import Attachment, WebDraft

OLDER_THAN = timedelta(days=1)
"""A younger file may belong to a request that is still under way."""
_FOLDER = "photos"
_DRAFTS = "drafts"


def sweep_media(*, now: datetime, older_than: timedelta = OLDER_THAN) -> int:
    """Remove photos, and halves of photos, that belong to no form; return how many."""
    root = Path(settings.MEDIA_ROOT or "")
    if not settings.MEDIA_ROOT or not (root / _FOLDER).is_dir():
        return 0
    before = (now - older_than).timestamp()
    n = sum(_sweep_folder(root, folder, before) for folder in _folders(root / _FOLDER))
    if n:
        with transaction.atomic():
            record("fieldwork.media_swept", label="sweep", thing=("media", _FOLDER), n=n)
    return n


def sweep_draft_folders(*, now: datetime, older_than: timedelta = OLDER_THAN) -> int:
    """Remove photos kept beside drafts that are gone, as at the closing of a campaign.

    Returns
    -------
    int
        Folders removed.
    """
    root = Path(settings.MEDIA_ROOT or "") / _DRAFTS
    if not settings.MEDIA_ROOT or not root.is_dir():
        return 0
    before = (now - older_than).timestamp()
    old = [one for one in _folders(root) if one.lstat().st_mtime < before]
    gone = [one for one in old if not WebDraft.objects.filter(pk=one.name).exists()]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    if gone:
        with transaction.atomic():
            record("fieldwork.media_swept", label="sweep", thing=("media", _DRAFTS), n=len(gone))
    return len(gone)


def _folders(root: Path) -> Iterator[Path]:
    """Yield the folders that are named like forms; nothing else here is ours."""
    for folder in sorted(root.iterdir()):
        with contextlib.suppress(ValueError):
            if str(UUID(folder.name)) == folder.name and folder.is_dir():
                yield folder


def _sweep_folder(root: Path, folder: Path, before: float) -> int:
    old = [one for one in folder.iterdir() if one.is_file() and one.lstat().st_mtime < before]
    if old:
        start = f"{_FOLDER}/{folder.name}/"
        known = set(
            Attachment.objects.filter(file__startswith=start).values_list("file", flat=True)
        )
        old = [one for one in old if one.relative_to(root).as_posix() not in known]
    for one in old:
        one.unlink(missing_ok=True)
    if folder.lstat().st_mtime < before or old:
        with contextlib.suppress(OSError):  # not empty
            folder.rmdir()
    return len(old)
