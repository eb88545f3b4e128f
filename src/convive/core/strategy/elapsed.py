"""How much of a planned time has passed."""

from __future__ import annotations

from datetime import date


def share_of_time(start: date, end: date, day: date) -> float:
    """Return the share of the days from start to end, both counted, that have passed.

    Examples
    --------
    >>> share_of_time(date(2026, 1, 1), date(2026, 1, 10), date(2026, 1, 5))
    0.5
    """
    whole = (end - start).days + 1
    if whole <= 0:
        return 1.0 if day >= end else 0.0
    return min(1.0, max(0.0, ((day - start).days + 1) / whole))
