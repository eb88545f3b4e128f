"""From indicators to themes, from themes to halves, from halves to the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.model import Side

OVERALL = "overall"
MIN_SHARE = 0.5

Floats = NDArray[np.float64]
How = Literal["arithmetic", "geometric"]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an indicator sits in the index."""

    indicator_id: str
    theme: str
    side: Side
    is_lower_better: bool

    @property
    def component(self) -> str:
        """Return the theme's name, e.g. theft.objective."""
        return f"{self.theme}.{self.side.value}"


def mean_of_parts(
    parts: ArrayLike, *, how: How = "arithmetic", min_share: float = MIN_SHARE
) -> Floats:
    """Return the mean over the first axis, with a rule for missing parts.

    Parameters
    ----------
    parts : array_like of float, shape (n_parts, ...)
        Points; NaN where a part is missing.
    how : {"arithmetic", "geometric"}
        With the geometric mean a good part makes up less for a bad one.
    min_share : float, in (0, 1]
        The result is NaN where fewer than this share of the parts is there.

    Returns
    -------
    ndarray of float, shape (...)
        The mean of what is there; parts are never filled in.

    Examples
    --------
    >>> mean_of_parts([[90.0, 80.0], [110.0, np.nan]]).tolist()
    [100.0, 80.0]
    >>> round(float(mean_of_parts([[90.0], [40.0]], how="geometric")[0]), 6)
    60.0
    """
    values = np.asarray(parts, dtype=np.float64)
    known = np.isfinite(values)
    n = known.sum(axis=0)
    is_enough = (n > 0) & (n >= min_share * values.shape[0])
    if how == "geometric":
        logs = np.log(np.where(known, np.maximum(values, 1e-9), 1.0))
        mean = np.exp(logs.sum(axis=0) / np.maximum(n, 1))
    elif how == "arithmetic":
        mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(n, 1)
    else:
        raise MethodError("INDEX_AGGREGATION", how=how)
    return np.where(is_enough, mean, np.nan)


def aggregate(
    scores: ArrayLike, slots: Sequence[Slot], *, how: How = "arithmetic"
) -> dict[str, Floats]:
    """Return every component of the index from indicator scores.

    A theme is the mean of its indicators, a half the mean of its themes, the index the mean of
    the two halves; nothing else is weighted. A city with one half only has no overall index.

    Parameters
    ----------
    scores : array_like of float, shape (n_indicators, ...)
        Points of each indicator, in the order of `slots`.
    slots : sequence of Slot
        Theme and side of each.
    how : {"arithmetic", "geometric"}
        Mean within themes and halves and of the halves.

    Returns
    -------
    dict of component to ndarray, shape (...)
        ``theme.side`` for each theme, ``objective``, ``subjective`` and ``overall``; only those
        that have an indicator.

    References
    ----------
    .. [1] Gemeente Rotterdam, Wijkprofiel: theme = mean of indicators, halves count equally.

    Examples
    --------
    >>> slots = [Slot("a", "theft", Side.OBJECTIVE, True), Slot("b", "theft", Side.SUBJECTIVE, True)]
    >>> {k: v.tolist() for k, v in aggregate([[90.0], [110.0]], slots).items()}["overall"]
    [100.0]
    """
    points = np.asarray(scores, dtype=np.float64)
    if points.shape[0] != len(slots):
        raise MethodError("INDEX_SHAPE", scores=points.shape, slots=len(slots))
    components: dict[str, Floats] = {}
    halves: dict[Side, list[Floats]] = {}
    for name in sorted({slot.component for slot in slots}):
        rows = [row for row, slot in enumerate(slots) if slot.component == name]
        components[name] = mean_of_parts(points[rows], how=how)
        halves.setdefault(slots[rows[0]].side, []).append(components[name])
    for side, themes in halves.items():
        components[side.value] = mean_of_parts(np.stack(themes), how=how)
    if len(halves) == 2:
        both = np.stack([components[side.value] for side in Side])
        components[OVERALL] = mean_of_parts(both, how=how, min_share=1.0)
    return components
