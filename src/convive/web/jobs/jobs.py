"""What the workspace itself needs every day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session

from convive.web.jobs.daily import every_day
from convive.web.jobs.models import Run

KEPT = timedelta(days=400)
"""How long one can look up what was run."""


@every_day("jobs.tidy")
def tidy(now: datetime) -> dict[str, Any]:
    """Remove sessions that have ended, and runs of long ago."""
    n_sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    old = Run.objects.filter(state=Run.State.DONE, finished_at__lt=now - KEPT)
    n_runs, _ = old.delete()
    return {"sessions": n_sessions, "runs": n_runs}
