"""What fieldwork has done every day: what was kept long enough goes, with proof."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from convive.web.fieldwork.actions import drafts, sweep
from convive.web.jobs.daily import every_day
from convive.web.rights.actions.proofs import keep_proof


@every_day("fieldwork.drafts")
def sweep_drafts(now: datetime) -> dict[str, Any]:
    """Remove forms begun and not sent long ago."""
    today = timezone.localdate(now)
    ids = list(drafts.swept_on(today).values_list("pk", flat=True))
    n = drafts.sweep(today)
    left = drafts.swept_on(today).count()
    keep_proof("drafts", rule=f"days:{drafts.KEPT_FOR.days}", ids=ids, n_left=left, now=now)
    return {"n": n}


@every_day("fieldwork.media")
def sweep_files(now: datetime) -> dict[str, Any]:
    """Remove files that no form knows of."""
    before = _files()
    n = sweep.sweep_media(now=now) + sweep.sweep_draft_folders(now=now)
    gone = before - _files() if n else set()
    left = sweep.sweep_media(now=now) if n else 0
    keep_proof(
        "media", rule=f"days:{sweep.OLDER_THAN.days}", ids=gone, n_left=left, now=now
    )  # fmt: skip
    return {"n": n}


def _files() -> set[str]:
    root = Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None
    if root is None or not root.is_dir():
        return set()
    return {one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file()}
