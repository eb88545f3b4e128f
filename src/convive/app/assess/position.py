"""What the accuracy of points adds to the uncertainty of an area's figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.prepare import CITY, Prepared
from convive.app.ingest.position import of_records
from convive.core.spatial.position import Displacement, Doubt, relative_doubt, widened

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PositionDoubt:
    """The doubt about the places of one source at one level; arrays of shape (n_areas,)."""

    total: Floats
    """All incidents of the source in the area."""
    found: Displacement

    @property
    def share_away(self) -> Floats:
        """Return the expected share of the area's incidents that belong to another area."""
        nothing = np.zeros(len(self.total))
        away = np.divide(self.found.expected_away, self.total, out=nothing, where=self.total > 0)
        return np.minimum(away, 1.0)

    def of(self, counts: Floats) -> Doubt:
        """Return what the doubt adds to some counts of these areas."""
        return relative_doubt(np.nan_to_num(counts), self.total, self.found)

    def widen(self, counts: Floats, rates: Floats, *, level: float) -> Floats:
        """Return rate, low and high, shape (3, n_areas), with the doubt about places in them."""
        low, high = widened(rates[0], rates[1], rates[2], self.of(counts), level=level)
        return np.stack([rates[0], low, high])


def position_doubt(prepared: Prepared, source_id: str, level: str) -> PositionDoubt | None:
    """Return the doubt about the places of a source; None where it does not tell how good."""
    tally = prepared.incident_sources.get(source_id)
    if tally is None or level == CITY:
        return None
    n_areas = len(prepared.territory.frames[level].ids)
    found = of_records((part.record for part in tally.parts), level, n_areas)
    if found is None:
        return None
    at = tally.cells.places[level]
    is_here = at >= 0
    total = np.bincount(at[is_here], tally.cells.n[is_here], minlength=n_areas)
    return PositionDoubt(total.astype(np.float64), found)


def position_checks(prepared: Prepared) -> Iterator[tuple[str, tuple[int, int], int]]:
    """Yield per source how many of its points may be expected in another area, and cross a border.

    At the level of the analysis; (expected elsewhere, points with an accuracy), circles that cross.
    """
    for source in prepared.incident_sources:
        doubt = position_doubt(prepared, source, prepared.analysis)
        if doubt is not None:
            away, base = round(float(doubt.found.expected_away.sum())), int(doubt.found.n.sum())
            yield source, (away, base), int(doubt.found.crossing.sum())


__all__ = ["PositionDoubt", "position_checks", "position_doubt"]
