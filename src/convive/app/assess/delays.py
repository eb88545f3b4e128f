"""How complete the latest months of a source are: from the day of each incident and its record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from convive.app.ingest.tallies import Delays, SourceTally, TallyBook
from convive.core.temporal import ReportingDelay, reporting_delay

LONGEST = 12
"""Months after which nothing more is waited for; what is found out later is not foreseen."""
FEWEST_AFTER = 6
"""Months in which the longest delay must have been seen (``DELAY_TOO_SHORT``)."""
LEAST_KNOWN = 0.5
"""Share of incidents with a day of recording, below which these days speak for no source."""
SLACK_DAYS = 3
"""A month is recorded in full if records reach its last days: many offices rest at weekends."""

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class SourceDelay:
    """How complete the months of one source are; months count from 1970-01."""

    delays: Delays
    """Incidents in the city with a known month and day of recording."""
    first: int
    last: int
    as_of: int
    """Last month that was recorded to its end."""
    found: ReportingDelay

    @property
    def open_from(self) -> int:
        """Return the first month that is incomplete; the month after the last if none is."""
        closed = np.flatnonzero(~self.found.is_incomplete)
        return self.first + (int(closed[-1]) + 1 if len(closed) else 0)

    def of(self, categories: NDArray[np.bool_]) -> ReportingDelay:
        """Return how complete the months of some categories are.

        Parameters
        ----------
        categories : ndarray of bool, shape (n_categories,)
            Which categories of the source's tally are meant.
        """
        return self._learnt(categories[self.delays.category])

    def taken_down(self, categories: NDArray[np.bool_]) -> Longs:
        """Return incidents with a day of recording by month, shape (n_months,)."""
        own = categories[self.delays.category]
        at = self.delays.month[own] - self.first
        n = self.last - self.first + 1
        return np.bincount(at, self.delays.n[own], minlength=n).astype(np.int64)

    def _learnt(self, chosen: NDArray[np.bool_]) -> ReportingDelay:
        triangle = _triangle(self.delays, chosen, (self.first, self.last, self.as_of))
        return reporting_delay(triangle, as_of=self.as_of - self.first)


def source_delay(tallies: TallyBook, tally: SourceTally) -> SourceDelay | None:
    """Return how complete the months of a source are; None where it says no day of recording."""
    known = sum(int(part.record["n_recorded"]) for part in tally.parts)
    if not known or known < LEAST_KNOWN * tally.n:
        return None
    delays = tallies.delays(tally.source_id)
    if not len(delays.n):
        return None
    recorded = delays.month + delays.delay_months
    newest = int(recorded.max())
    last = max(newest, int(delays.month.max()))
    first = int(delays.month.min())
    as_of = newest if _is_whole(newest, tallies.last_recorded(tally.source_id)) else newest - 1
    triangle = _triangle(delays, np.ones(len(delays.n), dtype=bool), (first, last, as_of))
    return SourceDelay(delays, first, last, as_of, reporting_delay(triangle, as_of=as_of - first))


def _is_whole(month: int, day: date | None) -> bool:
    """Tell whether records reach the end of their newest month; unknown days do not."""
    if day is None:
        return False
    ends = np.datetime64(month + 1, "M").astype("datetime64[D]").item()
    return bool(day >= ends - timedelta(days=1 + SLACK_DAYS))


def _triangle(delays: Delays, chosen: NDArray[np.bool_], span: tuple[int, int, int]) -> Longs:
    """Return incidents by month and months until the record, one empty delay at the end.

    The empty one shows that nothing more comes. A record before the incident came with it.
    """
    first, last, as_of = span
    late = np.maximum(delays.delay_months, 0)
    longest = int(late.max()) + 1
    longest = max(min(longest, LONGEST, as_of - first + 1 - FEWEST_AFTER), 1)
    kept = chosen & (late <= longest)
    shape = (last - first + 1, longest + 1)
    at = np.ravel_multi_index((delays.month[kept] - first, late[kept]), shape)
    counts = np.bincount(at, delays.n[kept], minlength=shape[0] * shape[1])
    return counts.astype(np.int64).reshape(shape)


__all__ = ["SourceDelay", "source_delay"]
