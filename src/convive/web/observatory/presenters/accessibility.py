"""The accessibility statement: what the checks found, and criterion by criterion."""

from __future__ import annotations

from datetime import date
from typing import Any

from convive.catalogue.accessibility_criteria import Criterion, criteria, looked_at, outcome_of
from convive.catalogue.texts import format_date, say

Found = dict[str, Any]


def present_results(found: Found, language: str) -> Found:
    """Return the results as `tools/accessibility.py` has written them, ready for the page."""
    counts = {one["check"]: one for one in found["checks"]}
    day = format_date(date.fromisoformat(found["checked_on"]), language)
    rows = [_row(one, outcome_of(one, counts), language) for one in criteria()]
    return found | {"day": day, "criteria": rows}


def _row(criterion: Criterion, outcome: str, language: str) -> Found:
    key = f"access.gap.{criterion.gap}" if outcome == "gap" else f"access.result.{outcome}"
    return {
        "id": criterion.id,
        "level": criterion.level,
        "clause": criterion.clause,
        "name": say(f"criterion.{criterion.id}", language),
        "result": say(key, language, day=format_date(looked_at(), language)),
        "is_met": outcome not in {"failed", "not_run", "gap"},
    }
