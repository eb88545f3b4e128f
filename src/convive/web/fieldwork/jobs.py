"""What fieldwork needs every day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convive.web.fieldwork.actions import drafts, sweep
from convive.web.jobs.daily import day_of, every_day


@every_day("fieldwork.sweep")
def sweep_fieldwork(now: datetime) -> dict[str, Any]:
    """Remove what was kept long enough: old drafts, files that no form knows of."""
    n_drafts = drafts.sweep(day_of(now))
    files = sweep.sweep_media(now=now) + sweep.sweep_draft_folders(now=now)
    return {"drafts": n_drafts, "files": files}
