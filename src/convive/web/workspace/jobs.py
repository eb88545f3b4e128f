"""What the workspace does every day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from convive.web.jobs.daily import day_of, every_day
from convive.web.workspace.actions.progress import refresh_all


@every_day("plan.lights")
def refresh_lights(now: datetime) -> dict[str, Any]:
    """Work out how every action stands: time passes also where nobody writes."""
    return {"n": sum(refresh_all(today=day_of(now)).values())}
