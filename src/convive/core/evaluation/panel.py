"""The counts of one indicator as an evaluation needs them: areas × months, with what is odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class CountPanel:
    """Monthly counts of one indicator in all areas of a level.

    Attributes
    ----------
    areas : tuple of str
        Codes, in the order of the rows.
    months : tuple of date
        First days, gapless, in the order of the columns; only months that are complete.
    counts : array of float, shape (n_areas, n_months)
        NaN is a count that nobody has.
    breaks : tuple of int
        Columns from which incidents are recorded otherwise.
    held_back : array of bool, shape (n_areas, n_months)
        Counts that rest too much on sharing out older areas to be compared.
    residents : array of float, shape (n_areas,), or None
    neighbours : tuple of tuple of int
        Rows of the areas that share a border, for each row.
    by_daypart : mapping of "day" and "night" to arrays like counts
        Empty where times are not known.
    """

    indicator_id: str
    source_id: str
    level: str
    areas: tuple[str, ...]
    months: tuple[date, ...]
    counts: Floats
    breaks: tuple[int, ...] = ()
    held_back: Booleans | None = None
    residents: Floats | None = None
    neighbours: tuple[tuple[int, ...], ...] = ()
    by_daypart: Mapping[str, Floats] = field(default_factory=dict)

    def rows(self, areas: Sequence[str]) -> list[int]:
        """Return the rows of areas, in their order; areas that are not there are left out."""
        place = {code: number for number, code in enumerate(self.areas)}
        return [place[code] for code in areas if code in place]

    def column(self, day: date) -> int:
        """Return the first month that begins on or after a day; n_months where none does."""
        return sum(1 for month in self.months if month < day)
