"""What the workspace does once a day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convive.web.jobs.daily import day_of, every_day
from convive.web.workspace.actions.progress import refresh_all
from convive.web.workspace.actions.reminders import remind


@every_day("plan.lights")
def refresh_lights(now: datetime) -> dict[str, Any]:
    """Work out how every action stands: time passes also where nobody writes."""
    return {"n": sum(refresh_all(today=day_of(now)).values())}


@every_day("workspace.reminders")
def remind_of_commitments(now: datetime) -> dict[str, Any]:
    """Remind of commitments that come due, are due, or are overdue."""
    return remind(day_of(now))
