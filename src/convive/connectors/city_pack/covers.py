"""The stretch of time that a source covers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from convive.app.ports import IncidentPart
from convive.core.model import Period

_TIMES = {
    "counts": ("period_start", "period_end"),
    "respondents": ("wave_date", "wave_date"),
    "statistics": ("period_start", "period_end"),
    "observations": ("day", "day"),
    "notes": ("day", "day"),
}


def cover_of(
    tables: Mapping[str, list[pa.Table]], parts: tuple[IncidentPart, ...]
) -> tuple[date | None, date | None]:
    """Return the first day that a source covers and the first day after; None where it has none."""
    if parts:
        return _cover_of_parts(parts)
    for name, (first, last) in _TIMES.items():
        given = tables.get(name)
        if not given:
            continue
        table = pa.concat_tables(given)
        start = pc.min(table.column(first)).as_py()
        end = pc.max(table.column(last)).as_py()
        if start is None:
            return None, None
        if last == "period_end":
            return start, end
        return _day(start), _day(end) + timedelta(days=1)
    return None, None


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _cover_of_parts(parts: tuple[IncidentPart, ...]) -> tuple[date | None, date | None]:
    """Return the cover of incidents from what was found when they were kept."""
    records = [part.record for part in parts if part.record["first_day"] is not None]
    if not records:
        return None, None
    first = min(record["first_day"] for record in records)
    last = max(record["last_day"] for record in records)
    ends = [set(record["last_precisions"]) for record in records if record["last_day"] == last]
    after = _first_day_after(date.fromisoformat(last), set().union(*ends))
    return date.fromisoformat(first), after


def _first_day_after(last: date, precision: set[str]) -> date:
    """Return the first day after the last moment: a month later where only months are given."""
    if "year" in precision:
        return date(last.year + 1, 1, 1)
    if "month" in precision:
        return Period.of_month(last.year, last.month).end
    return last + timedelta(days=1)
