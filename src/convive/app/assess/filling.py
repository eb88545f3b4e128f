"""What a month of a series says of itself while it is still filling up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.numerators import Numerator
from convive.app.assess.prepare import Prepared, Row
from convive.catalogue.find import countable
from convive.core.model import IncidentCount
from convive.core.temporal import ReportingDelay

COLUMNS = ("completeness", "expected_final_low", "expected_final_high")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Filling:
    """The months of one indicator that are still filling up."""

    n_closed: int
    completeness: Floats
    """Share on record by period, NaN where it cannot be told; shape (n_periods,)."""
    low: Floats
    high: Floats
    """Range of the final count of the city by period, shape (n_periods,)."""
    taken_down: Floats
    """Incidents of the city with a day of recording; the range is about these."""

    @classmethod
    def of(cls, prepared: Prepared, indicator_id: str) -> Filling:
        """Return what is known of an indicator; its own delays, else those of its source."""
        numerator = prepared.numerators[indicator_id]
        nothing = np.full(len(numerator.starts), np.nan)
        delay = prepared.delays.get(numerator.source_id)
        measure = prepared.indicator(indicator_id).measure
        if not numerator.n_open or delay is None or not isinstance(measure, IncidentCount):
            return cls(numerator.n_closed, nothing, nothing, nothing, nothing)
        names = prepared.incident_sources[numerator.source_id].categories
        chosen = np.isin(names, countable(measure.categories, names))
        own = delay.of(chosen)
        known: ReportingDelay = own if own.reason is None else delay.found
        at = _positions(numerator, delay.first, len(known.completeness))
        columns = (known.completeness, own.expected_low, own.expected_high)
        found = (_at(values, at) for values in (*columns, delay.taken_down(chosen)))
        return cls(numerator.n_closed, *found)

    def columns(self, i: int, count: int, *, is_city: bool) -> Row:
        """Return the columns of table ``series`` about a period; areas have no range."""
        row: Row = {"is_incomplete": i >= self.n_closed, **dict.fromkeys(COLUMNS)}
        if not row["is_incomplete"]:
            return row
        if np.isfinite(self.completeness[i]):
            row["completeness"] = round(float(self.completeness[i]), 3)
        if is_city and np.isfinite(self.low[i]) and np.isfinite(self.high[i]):
            # Incidents without a day of recording stand beside the range, as they are.
            beside = max(count - int(self.taken_down[i]), 0)
            low = max(int(self.low[i]) + beside, count)
            row["expected_final_low"] = low
            row["expected_final_high"] = max(int(self.high[i]) + beside, low)
        return row


def _positions(numerator: Numerator, first: int, n: int) -> NDArray[np.int64]:
    """Return where the periods stand in the months of the delays; -1 outside."""
    at = numerator.starts.astype("datetime64[M]").astype(np.int64) - first
    return np.where((at >= 0) & (at < n), at, -1)


def _at(values: NDArray[np.generic], at: NDArray[np.int64]) -> Floats:
    return np.append(values.astype(np.float64), np.nan)[at]


__all__ = ["COLUMNS", "Filling"]
