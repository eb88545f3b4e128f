"""What fieldwork needs every day: what was kept long enough goes, with proof."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from convive.web.fieldwork.actions import drafts, sweep
from convive.web.jobs.daily import day_of, every_day
from convive.web.rights.actions.proofs import keep_proof


@every_day("fieldwork.sweep")
def sweep_fieldwork(now: datetime) -> dict[str, Any]:
    """Remove what was kept long enough: old drafts, files that no form knows of."""
    return {"drafts": _sweep_drafts(now), "files": _sweep_files(now)}


def _sweep_drafts(now: datetime) -> int:
    today = day_of(now)
    ids = list(drafts.swept_on(today).values_list("pk", flat=True))
    n = drafts.sweep(today)
    left = drafts.swept_on(today).count()
    keep_proof("drafts", rule=f"days:{drafts.KEPT_FOR.days}", ids=ids, n_left=left, now=now)
    return n


def _sweep_files(now: datetime) -> int:
    before = _files()
    n = sweep.sweep_media(now=now) + sweep.sweep_draft_folders(now=now)
    if n:
        left = sweep.sweep_media(now=now) + sweep.sweep_draft_folders(now=now)
        rule = f"days:{sweep.OLDER_THAN.days}"
        keep_proof("media", rule=rule, ids=before - _files(), n_left=left, now=now)
    return n


def _files() -> set[str]:
    root = Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None
    if root is None or not root.is_dir():
        return set()
    return {one.relative_to(root).as_posix() for one in root.rglob("*") if one.is_file()}
