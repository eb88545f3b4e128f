"""The same place before and after: what changed per item, beyond how raters differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from convive.app.fieldwork.ratings import RatedStop

LEAST_DOUBLES = 10
"""Stops rated twice that are needed to know how much two raters differ."""


@dataclass(frozen=True, slots=True)
class Noise:
    """How far two ratings of the same stop lie apart."""

    variance: float
    """Of one rating, between raters."""
    df: int


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """Change of one item at one place; the interval is None where raters' noise is not known."""

    item: str
    before: float
    after: float
    n_before: int
    n_after: int
    low: float | None
    high: float | None

    @property
    def change(self) -> float:
        """After minus before; + is better."""
        return self.after - self.before

    @property
    def verdict(self) -> str:
        """Return ``rise`` or ``fall`` where the interval leaves out zero, else ``cannot_tell``."""
        if self.low is None or self.high is None or self.low <= 0 <= self.high:
            return "cannot_tell"
        return "rise" if self.low > 0 else "fall"


def rater_noise(rounds: Sequence[Sequence[RatedStop]], item: str) -> Noise | None:
    """Return how far two raters of the same stop differ; None with fewer than ten such stops.

    Parameters
    ----------
    rounds : sequence of sequences of RatedStop
        The stops of each campaign with the same instrument.
    """
    squares: list[float] = []
    df = 0
    for stops in rounds:
        units: dict[tuple[str, str], dict[str, float]] = {}
        for one in stops:
            if item in one.values and one.rater:
                units.setdefault((one.place, one.daypart), {})[one.rater] = one.values[item]
        for ratings in units.values():
            if len(ratings) >= 2:
                values = np.array(list(ratings.values()))
                squares.append(float(((values - values.mean()) ** 2).sum()))
                df += values.size - 1
    return Noise(sum(squares) / df, df) if df >= LEAST_DOUBLES else None


def change_at_place(
    before: Sequence[RatedStop], after: Sequence[RatedStop], item: str, noise: Noise | None,
    *, level: float = 0.95,
) -> PlaceChange | None:  # fmt: skip
    """Return the change of an item at one place, by day and by night taken apart.

    Parameters
    ----------
    before, after : sequence of RatedStop
        Ratings of this one place in two campaigns.
    noise : Noise or None
        How far raters differ.

    Returns
    -------
    PlaceChange or None
        None where no part of the day was rated both times.

    Notes
    -----
    Parts of the day seen both times count equally. The interval allows for raters who differ;
    that places change from one evening to the next is in it only as far as two raters of the
    same stop came on different days.
    """
    parts = []
    for daypart in sorted({one.daypart for one in before} & {one.daypart for one in after}):
        pair = [
            np.array([s.values[item] for s in some if s.daypart == daypart and item in s.values])
            for some in (before, after)
        ]
        if pair[0].size and pair[1].size:
            parts.append(pair)
    if not parts:
        return None
    first, last = (float(np.mean([pair[k].mean() for pair in parts])) for k in (0, 1))
    n_first, n_last = (sum(pair[k].size for pair in parts) for k in (0, 1))
    half = None
    if noise is not None and noise.variance > 0:
        spread = sum(1.0 / a.size + 1.0 / b.size for a, b in parts) / len(parts) ** 2
        half = float(stdtrit(noise.df, 0.5 + level / 2.0)) * float(np.sqrt(noise.variance * spread))
    change = last - first
    low, high = (None, None) if half is None else (change - half, change + half)
    return PlaceChange(item, first, last, n_first, n_last, low, high)
