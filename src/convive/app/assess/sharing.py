"""What of a figure rests on sharing out older areas, and what that allows to say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convive.app.territory import CITY, NOWHERE, Territory
from convive.core.model import Comparability
from convive.core.spatial.reallocation import COMPARABLE, reallocated_parts

Floats = NDArray[np.float64]
REASON = "shared_out"
"""Why a figure takes no part in comparisons: ``reason.shared_out``."""


@dataclass(frozen=True)
class Quantity:
    """Numbers of things with what rests on sharing out; arrays of one shape."""

    value: Floats
    assumed: Floats
    """Part of the value that came from split older areas."""
    reach: Floats
    """What these older areas hold in all: the most that may lie here of it."""

    @classmethod
    def certain(cls, value: Floats) -> Quantity:
        """Return numbers that rest on no assumption."""
        return cls(value, np.zeros_like(value), np.zeros_like(value))

    @property
    def low(self) -> Floats:
        """Return the lowest possible value under any sharing."""
        return np.asarray(np.maximum(self.value - self.assumed, 0.0))

    @property
    def high(self) -> Floats:
        """Return the highest possible value under any sharing."""
        return self.low + self.reach

    @property
    def is_held_back(self) -> NDArray[np.bool_]:
        """Tell where more than 5 % rests on the assumption."""
        return np.asarray(self.value - self.assumed < COMPARABLE * self.value - 1e-9)

    def scaled(self, factor: Floats | float) -> Quantity:
        """Return the numbers times a factor (weights of harm, a table of periods to sum)."""
        return Quantity(self.value * factor, self.assumed * factor, self.reach * factor)


@dataclass(frozen=True)
class Parts:
    """Figures that came from split older areas, at one level; arrays of shape (n_parts,)."""

    level: str
    older: NDArray[np.int64]
    place: NDArray[np.int64]
    cell: NDArray[np.int64]
    """Which of the layers (category and period) the part counts in."""
    value: Floats

    def at(self, to: str, territory: Territory, n_cells: int) -> tuple[Floats, Floats] | None:
        """Return `assumed` and `reach` per cell and area of a level, shape (n_cells, n_areas).

        None where no way leads to the level.
        """
        up = territory.way_up(self.level, to)
        if up is None:
            return None
        n = len(territory.frames[to].ids)
        # Parts outside every area of the level count as lying in one more.
        area = np.where(up == NOWHERE, n, up)[self.place]
        old, new = self.older * n_cells + self.cell, self.cell * (n + 1) + area
        found = reallocated_parts(old, new, self.value, n_new=n_cells * (n + 1))
        shaped = (
            np.asarray(column).reshape(n_cells, n + 1)[:, :n]
            for column in (found.value - found.low, found.high - found.low)
        )
        assumed, reach = shaped
        return assumed, reach


def parts_of(level: str, rows: Iterable[tuple[str, int, int, float]]) -> Parts | None:
    """Return rows of (older area, place, cell, value) as arrays; None where there are none."""
    given = list(rows)
    if not given:
        return None
    names, places, cells, values = zip(*given, strict=True)
    order = {name: i for i, name in enumerate(sorted(set(names)))}
    return Parts(
        level,
        np.array([order[name] for name in names], dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array(cells, dtype=np.int64),
        np.array(values, dtype=np.float64),
    )


def base_level(given: Iterable[str], to: str, territory: Territory) -> str | None:
    """Return the level that `to` is made from: itself where it is given, else one below."""
    known = list(given)
    if to in known:
        return to
    below = (one for one in known if one != CITY and territory.way_up(one, to) is not None)
    return next(below, None)


def comparability(quantities: Sequence[Quantity], at: int) -> str | None:
    """Return the code of what an area's figure rests on; None where nothing is assumed."""
    if any(bool(one.is_held_back[at]) for one in quantities):
        return Comparability.NOT_COMPARABLE.value
    if any(one.assumed[at] > 0 or one.reach[at] > 0 for one in quantities):
        return Comparability.SHARED_OUT.value
    return None


def sharing_columns(
    counts: Quantity, base: Quantity, at: int, *, per: float, is_public: bool
) -> dict[str, Any]:
    """Return the columns of a rate about its comparability.

    The bounds tell how many of the incidents of older areas lie where; of sources that are not
    public they would let readers work back to small counts, and are left out.
    """
    code = comparability((counts, base), at)
    found: dict[str, Any] = {"comparability": code, "bound_low": None, "bound_high": None}
    may_tell = is_public or counts.reach[at] == 0
    if code is not None and may_tell and base.low[at] > 0:
        found["bound_low"] = float(per * counts.low[at] / base.high[at])
        found["bound_high"] = float(per * counts.high[at] / base.low[at])
    return found


def is_comparable(row: Mapping[str, Any]) -> bool:
    """Tell whether a figure may take part in comparisons."""
    return row.get("comparability") != Comparability.NOT_COMPARABLE


__all__ = [
    "REASON",
    "Parts",
    "Quantity",
    "base_level",
    "comparability",
    "is_comparable",
    "parts_of",
    "sharing_columns",
]
