"""A register of hot spots: which places came on, stayed, cooled down and went, period by period.

One significant month is noise as often as not. A place comes on the register when it stands out
again, and goes when it has stopped for good: what keeps the list short and steady.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import gammaincinv, ndtr

from convive.core.errors import MethodError
from convive.core.significance import benjamini_hochberg

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class HotSpotStatus(StrEnum):
    """Where a hot spot stands in a period."""

    NEW = "new"
    PERSISTING = "persisting"
    COOLING = "cooling"
    """On the register, and no area of it stands out in this period."""
    GONE = "gone"
    CANNOT_TELL = "cannot_tell"
    """On the register, and no area of it was tested in this period."""


@dataclass(frozen=True, slots=True)
class RegisterRules:
    """When a place comes on the register and when it goes."""

    entry_q: float = 0.05
    entry_periods: int = 2
    """Periods with q ≤ `entry_q` among the last `window`, for a place to come on."""
    window: int = 3
    stay_q: float = 0.2
    """At least `entry_q`: leaving takes more than just missing the entry."""
    stay_periods: int = 1
    """Periods with q ≤ `stay_q` among the last `window`, for it to stay."""
    overlap: float = 0.5
    """Shared areas, as a share of the smaller zone, from which two zones are the same spot."""


@dataclass(frozen=True, slots=True)
class HotSpotRecord:
    """A hot spot in one period."""

    period: int
    status: HotSpotStatus
    areas: tuple[int, ...]
    """Areas of the zone; of the last zone where it is gone."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A hot spot with its history."""

    number: int
    history: tuple[HotSpotRecord, ...]
    """From the period it came on to now, or to the one it was gone."""
    merged_into: int | None
    """Number of the spot that took its areas in, where it went that way."""

    @property
    def entered(self) -> int:
        """Period it came on the register."""
        return self.history[0].period

    @property
    def latest(self) -> HotSpotRecord:
        """Where it stands now, or how it went."""
        return self.history[-1]

    @property
    def periods_on(self) -> int:
        """Periods on the register."""
        return sum(record.status is not HotSpotStatus.GONE for record in self.history)


@dataclass(frozen=True, slots=True)
class HotSpotRegister:
    """All hot spots, those that are gone too."""

    spots: tuple[HotSpot, ...]
    """In the order of their numbers, which count from 1."""
    number: IntArray
    """(n_areas, n_periods): number of the spot that the area belongs to, 0 for none."""

    @property
    def current(self) -> tuple[HotSpot, ...]:
        """Spots on the register in the last period."""
        return tuple(s for s in self.spots if s.latest.status is not HotSpotStatus.GONE)


def register_hot_spots(
    q: ArrayLike, neighbours: ArrayLike, rules: RegisterRules | None = None
) -> HotSpotRegister:
    """Return the register of hot spots from successive periods.

    Takes any source of significance (local statistics, scan, density against a simulation).
    Do not use it on periods that overlap (rolling twelve months): the same incidents would
    confirm themselves. Do not read the length of a stay as an effect of what was done there.

    Parameters
    ----------
    q : array_like of float, shape (n_areas, n_periods)
        Adjusted significance of each area in each period, for being high; 1 for areas outside
        any cluster, NaN where the area was not tested.
    neighbours : array_like of int, shape (n_pairs, 2)
        Areas that touch; those on the register together make one zone.
    rules : RegisterRules, optional

    Raises
    ------
    MethodError
        HOT_SPOT_SHAPE; SIGNIFICANCE_NOT_A_PROBABILITY; HOT_SPOT_RULES for rules that contradict
        one another.

    Examples
    --------
    >>> q = [[0.01, 0.5, 0.02, 0.03, 0.9, 0.9, 0.9]]
    >>> spot = register_hot_spots(q, np.empty((0, 2))).spots[0]
    >>> [(record.period, record.status.value) for record in spot.history]
    [(2, 'new'), (3, 'persisting'), (4, 'cooling'), (5, 'cooling'), (6, 'gone')]
    """
    chosen = checked_rules(RegisterRules() if rules is None else rules)
    values = _checked_q(q)
    pairs = np.asarray(neighbours, dtype=np.int64).reshape(-1, 2)
    if pairs.size and (pairs.min() < 0 or pairs.max() >= len(values)):
        raise MethodError("HOT_SPOT_SHAPE", shape=values.shape)
    is_on = on_register(values, chosen)
    book = _Book(values, chosen)
    for period in range(values.shape[1]):
        book.turn(period, _zones(is_on[:, period], pairs))
    return book.closed()


def checked_rules(rules: RegisterRules) -> RegisterRules:
    """Return the rules, or raise HOT_SPOT_RULES."""
    is_right = (
        0 < rules.entry_q <= rules.stay_q < 1
        and 1 <= rules.entry_periods <= rules.window
        and 1 <= rules.stay_periods <= rules.entry_periods
        and 0 < rules.overlap <= 1
    )
    if not is_right:
        raise MethodError("HOT_SPOT_RULES")
    return rules


def _checked_q(q: ArrayLike) -> FloatArray:
    values = np.asarray(q, dtype=np.float64)
    if values.ndim != 2 or values.size == 0:
        raise MethodError("HOT_SPOT_SHAPE", shape=values.shape)
    if (values < 0).any() or (values > 1).any():
        raise MethodError("SIGNIFICANCE_NOT_A_PROBABILITY")
    return values


def on_register(q: FloatArray, rules: RegisterRules) -> BoolArray:
    """Tell which areas are on the register in which period, shape (n_areas, n_periods).

    An area that was not tested neither comes on nor goes: it goes only when it could not stay
    even if every missing test had spoken for it.
    """
    hot, stays = q <= rules.entry_q, (q <= rules.stay_q) | np.isnan(q)
    is_on = np.zeros(q.shape, dtype=bool)
    for period in range(q.shape[1]):
        recent = slice(max(0, period - rules.window + 1), period + 1)
        comes = hot[:, recent].sum(axis=1) >= rules.entry_periods
        may_stay = stays[:, recent].sum(axis=1) >= rules.stay_periods
        was_on = is_on[:, period - 1] if period else np.zeros(len(q), dtype=bool)
        is_on[:, period] = (comes & hot[:, period]) | (was_on & may_stay)
    return is_on


def _zones(is_on: BoolArray, pairs: IntArray) -> list[frozenset[int]]:
    """Return the areas on the register as connected zones, by their first area."""
    n = len(is_on)
    both = pairs[is_on[pairs[:, 0]] & is_on[pairs[:, 1]]]
    links = coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n))
    _, label = connected_components(links, directed=False)
    zones: dict[int, set[int]] = {}
    for area in np.flatnonzero(is_on):
        zones.setdefault(int(label[area]), set()).add(int(area))
    return [frozenset(zone) for zone in zones.values()]


class _Book:
    """Write the register period by period."""

    def __init__(self, q: FloatArray, rules: RegisterRules) -> None:
        self.q = q
        self.rules = rules
        self.records: list[list[HotSpotRecord]] = []
        self.merged: list[int | None] = []
        self.open: dict[int, frozenset[int]] = {}
        self.number = np.zeros(q.shape, dtype=np.int64)

    def turn(self, period: int, zones: list[frozenset[int]]) -> None:
        """Write down one period."""
        known = self._matched(zones)
        now: dict[int, frozenset[int]] = {}
        for at, zone in enumerate(zones):
            spot = known.get(at)
            if spot is None:
                self.records.append([])
                self.merged.append(None)
                spot = len(self.records)
            now[spot] = zone
            status = self._status(spot, zone, period)
            self.records[spot - 1].append(HotSpotRecord(period, status, tuple(sorted(zone))))
            self.number[list(zone), period] = spot
        for spot, zone in self.open.items():
            if spot not in now:
                last = HotSpotRecord(period, HotSpotStatus.GONE, tuple(sorted(zone)))
                self.records[spot - 1].append(last)
                self.merged[spot - 1] = self._taken_in_by(zone, now)
        self.open = now

    def _matched(self, zones: list[frozenset[int]]) -> dict[int, int]:
        """Return the spot that each zone continues: most shared areas first, the older one first."""
        candidates = []
        for at, zone in enumerate(zones):
            for spot, before in self.open.items():
                shared = len(zone & before)
                if shared and shared >= self.rules.overlap * min(len(zone), len(before)):
                    candidates.append((-shared, spot, at))
        known: dict[int, int] = {}
        for _, spot, at in sorted(candidates):
            if at not in known and spot not in known.values():
                known[at] = spot
        return known

    def _status(self, spot: int, zone: frozenset[int], period: int) -> HotSpotStatus:
        if not self.records[spot - 1]:
            return HotSpotStatus.NEW
        q = self.q[list(zone), period]
        if np.isnan(q).all():
            return HotSpotStatus.CANNOT_TELL
        is_hot = (q <= self.rules.entry_q).any()
        return HotSpotStatus.PERSISTING if is_hot else HotSpotStatus.COOLING

    def _taken_in_by(self, zone: frozenset[int], now: dict[int, frozenset[int]]) -> int | None:
        shared = {spot: len(zone & areas) for spot, areas in now.items()}
        largest = max(shared, key=lambda spot: (shared[spot], -spot), default=None)
        is_taken = largest is not None and shared[largest] >= self.rules.overlap * len(zone)
        return largest if is_taken else None

    def closed(self) -> HotSpotRegister:
        """Return the register."""
        spots = tuple(
            HotSpot(at + 1, tuple(records), self.merged[at])
            for at, records in enumerate(self.records)
        )
        return HotSpotRegister(spots, self.number)


@dataclass(frozen=True, slots=True)
class FalseEntries:
    """Places that come on the register in a year although nothing changed."""

    per_year: float
    low: float
    high: float
    """95 % interval of the simulated mean."""


def false_entries(
    rules: RegisterRules,
    *,
    n_areas: int,
    periods_per_year: int,
    rng: np.random.Generator,
    carry_over: float = 0.0,
    is_adjusted: bool = True,
) -> FalseEntries:
    """Return how many areas come on the register in a year although none is hot.

    A hundred towns over five years, every test with an even p-value. `carry_over` is the
    correlation of successive periods, 0 where they share nothing; places that really are busy, or
    tests that are too eager, let more on than this. Without adjustment the p-values themselves
    are taken for q.

    Parameters
    ----------
    rules : RegisterRules
    n_areas, periods_per_year : int
    rng : numpy.random.Generator
    carry_over : float, in [0, 1)
    is_adjusted : bool
        Whether each period is adjusted for the number of areas (Benjamini-Hochberg).

    Raises
    ------
    MethodError
        HOT_SPOT_RULES.
    """
    checked_rules(rules)
    if n_areas < 1 or periods_per_year < 1 or not 0 <= carry_over < 1:
        raise MethodError("HOT_SPOT_RULES")
    n_towns, n_years = 100, 5
    n_entries = 0
    for _ in range(n_towns):
        z = rng.standard_normal((n_areas, n_years * periods_per_year))
        for period in range(1, z.shape[1]):
            fresh = np.sqrt(1.0 - carry_over**2) * z[:, period]
            z[:, period] = carry_over * z[:, period - 1] + fresh
        q = ndtr(z)
        if is_adjusted:
            q = np.column_stack([benjamini_hochberg(column) for column in q.T])
        is_on = on_register(q, rules)
        n_entries += int((is_on[:, 1:] & ~is_on[:, :-1]).sum() + is_on[:, 0].sum())
    years = n_towns * n_years
    low = gammaincinv(n_entries, 0.025) if n_entries else 0.0
    high = gammaincinv(n_entries + 1, 0.975)
    return FalseEntries(n_entries / years, float(low) / years, float(high) / years)


__all__ = [
    "FalseEntries",
    "HotSpot",
    "HotSpotRecord",
    "HotSpotRegister",
    "HotSpotStatus",
    "RegisterRules",
    "checked_rules",
    "false_entries",
    "on_register",
    "register_hot_spots",
]
