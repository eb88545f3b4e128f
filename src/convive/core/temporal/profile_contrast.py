"""What a profile of the week says about day and night, how surely, and whether it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv

from convive.core.errors import MethodError
from convive.core.significance import poisson_share_p, two_shares_p
from convive.core.temporal.aoristic import (
    DAYPARTS,
    WeekProfile,
    daypart_counts,
    daypart_weights,
)

Floats = NDArray[np.float64]
Interval = tuple[float, float]

_MIN_EVENTS = 10
TOO_FEW = "PROFILE_TOO_FEW"


@dataclass(frozen=True, slots=True)
class DaypartContrast:
    """A part of the day against the rest of it; None where there are too few incidents."""

    reason: str | None
    n: int
    share: float | None
    share_interval: Interval | None
    rate_ratio: float | None
    """Incidents per hour in the part over those per hour in the rest of the day."""
    rate_interval: Interval | None
    p: float | None
    """Of "an hour is like an hour"."""


@dataclass(frozen=True, slots=True)
class DaypartChange:
    """The share of a part of the day in two periods; None where there are too few incidents."""

    reason: str | None
    n: tuple[int, int]
    difference: float | None
    """Share after minus share before, 0.1 = ten points."""
    interval: Interval | None
    p: float | None


def hour_intervals(
    profile: WeekProfile, *, dispersion: float = 1.0, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the limits (7, 24) of the expected incidents of each hour of the week.

    Poisson limits of what was counted, continued between whole numbers. They do not know
    whether time ranges are spread rightly: see `spread_sensitivity`.

    Parameters
    ----------
    profile : WeekProfile
        As from `weekday_hour_profile`.
    dispersion : float
        Variance over that of independent incidents, 1 or more (series come in runs).
    level : float
        Coverage of each interval.
    """
    spread = _at_least_one(dispersion)
    counts = profile.expected_counts / spread
    tail = (1.0 - level) / 2.0
    low = np.where(counts > 0, gammaincinv(np.maximum(counts, 1e-9), tail), 0.0)
    high = gammaincinv(counts + 1.0, 1.0 - tail)
    return np.asarray(spread * low), np.asarray(spread * high)


def daypart_contrast(
    profile: WeekProfile,
    part: str = "night",
    *,
    dayparts: Mapping[str, tuple[int, int]] = DAYPARTS,
    dispersion: float = 1.0,
    level: float = 0.95,
) -> DaypartContrast:
    """Return the share of a part of the day and whether its hours are busier than the others.

    Do not use it where most incidents are known only to within half a day or more: the spread
    itself then makes day and night alike. Fewer people are about at night: a rate per hour is no
    risk per person.

    Parameters
    ----------
    profile : WeekProfile
        As from `weekday_hour_profile`.
    part : str
        Key of `dayparts`.
    dayparts : mapping of name to (first hour, last hour)
        As in `daypart_counts`.
    dispersion : float
        As in `hour_intervals`.
    level : float
        Coverage of the intervals.

    Raises
    ------
    MethodError
        PROFILE_UNKNOWN_PART, PROFILE_DISPERSION.

    Examples
    --------
    >>> import numpy as np
    >>> flat = WeekProfile(np.full((7, 24), 10.0), 1680, 0, 0, 0)
    >>> found = daypart_contrast(flat)
    >>> round(found.rate_ratio, 6), round(found.p, 1)
    (1.0, 1.0)
    """
    spread = _at_least_one(dispersion)
    inside, hours = _count(profile, part, dayparts)
    if profile.n < _MIN_EVENTS:
        return DaypartContrast(TOO_FEW, profile.n, *(None,) * 5)
    low, high = _share_limits(inside / spread, profile.n / spread, level)
    fair = hours / 24.0
    odds = (1.0 - fair) / fair
    share = inside / profile.n

    def ratio(at: float) -> float:
        return at / (1.0 - at) * odds if at < 1.0 else float("inf")

    p = float(poisson_share_p(inside / spread, profile.n / spread, fair))
    return DaypartContrast(
        None, profile.n, share, (low, high), ratio(share), (ratio(low), ratio(high)), p
    )


def daypart_change(
    before: WeekProfile,
    after: WeekProfile,
    part: str = "night",
    *,
    dayparts: Mapping[str, tuple[int, int]] = DAYPARTS,
    dispersion: float = 1.0,
    level: float = 0.95,
) -> DaypartChange:
    """Return how the share of a part of the day changed between two periods.

    Do not use it where the way of recording times changed in between: longer time ranges alone
    move incidents from night to day.

    Parameters
    ----------
    before, after : WeekProfile
        Profiles of the two periods, whole weeks each.
    part, dayparts, dispersion, level
        As in `daypart_contrast`.

    Raises
    ------
    MethodError
        PROFILE_UNKNOWN_PART, PROFILE_DISPERSION.

    Notes
    -----
    Mid-P test of two shares; Newcombe's interval from the limits of each share.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Interval estimation for the difference between independent
       proportions: comparison of eleven methods. Statistics in Medicine 17(8), 873-890.
    """
    spread = _at_least_one(dispersion)
    cases = np.array([_count(one, part, dayparts)[0] for one in (before, after)])
    sizes = np.array([before.n, after.n], dtype=np.float64)
    n = (before.n, after.n)
    if min(n) < _MIN_EVENTS:
        return DaypartChange(TOO_FEW, n, None, None, None)
    share = cases / sizes
    limits = [
        _share_limits(k / spread, m / spread, level) for k, m in zip(cases, sizes, strict=True)
    ]
    difference = float(share[1] - share[0])
    down = float(np.hypot(share[1] - limits[1][0], limits[0][1] - share[0]))
    up = float(np.hypot(limits[1][1] - share[1], share[0] - limits[0][0]))
    p = float(two_shares_p(cases[:, None] / spread, sizes[:, None] / spread)[0])
    return DaypartChange(None, n, difference, (difference - down, difference + up), p)


def spread_sensitivity(
    starts: ArrayLike, ends: ArrayLike, is_precise: ArrayLike, part: str = "night"
) -> dict[str, float]:
    """Return the share of a part of the day under four ways to place a time range.

    ``spread`` is evenly over the range (the one that is used), the others put the incident at
    the start, the middle or the end. Where they lie far apart the data cannot tell day from
    night; say so beside the figure.

    Parameters
    ----------
    starts, ends, is_precise
        As in `weekday_hour_profile`.
    part : str
        Key of `DAYPARTS`.

    Raises
    ------
    MethodError
        PROFILE_SHAPE, PROFILE_UNKNOWN_PART.

    Examples
    --------
    >>> import numpy as np
    >>> starts = np.array(["2024-01-01T20:00"], dtype="datetime64[m]")
    >>> ends = np.array(["2024-01-02T08:00"], dtype="datetime64[m]")
    >>> shares = spread_sensitivity(starts, ends, [True])
    >>> {way: round(share, 2) for way, share in shares.items()}
    {'spread': 0.67, 'start': 0.0, 'middle': 1.0, 'end': 0.0}
    """
    if part not in DAYPARTS:
        raise MethodError("PROFILE_UNKNOWN_PART", part=part)
    column = list(DAYPARTS).index(part)
    weights = daypart_weights(starts, ends, is_precise)
    used = weights.sum(axis=1) > 0
    begin = np.asarray(starts).astype("datetime64[s]")[used]
    end = np.asarray(ends).astype("datetime64[s]")[used]
    end = np.where(np.isnat(end), begin, end)
    exact = np.ones(begin.size, dtype=bool)
    never = np.full(begin.size, np.datetime64("NaT"), dtype="datetime64[s]")
    places = {"start": begin, "middle": begin + (end - begin) // 2, "end": end}
    shares = {"spread": weights[used, column]}
    shares |= {
        way: daypart_weights(moment, never, exact)[:, column] for way, moment in places.items()
    }
    return {
        way: float(share.mean()) if share.size else float("nan") for way, share in shares.items()
    }


def _at_least_one(dispersion: float) -> float:
    if not dispersion >= 1.0:
        raise MethodError("PROFILE_DISPERSION", dispersion=dispersion)
    return float(dispersion)


def _count(
    profile: WeekProfile, part: str, dayparts: Mapping[str, tuple[int, int]]
) -> tuple[float, float]:
    """Return the expected incidents in a part of the day and its hours."""
    if part not in dayparts:
        raise MethodError("PROFILE_UNKNOWN_PART", part=part)
    first, last = dayparts[part]
    return daypart_counts(profile, dayparts=dayparts)[part], float((last - first) % 24 or 24)


def _share_limits(cases: float, size: float, level: float) -> Interval:
    """Return the limits of a share of numbers that need not be whole (Jeffreys)."""
    rest, tail = max(size - cases, 0.0), (1.0 - level) / 2.0
    low = float(betaincinv(cases + 0.5, rest + 0.5, tail)) if cases > 0 else 0.0
    high = float(betaincinv(cases + 0.5, rest + 0.5, 1.0 - tail)) if rest > 1e-9 else 1.0
    return low, high
