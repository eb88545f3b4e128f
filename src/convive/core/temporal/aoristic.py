"""Incidents by weekday and hour, spread evenly over the time they can have happened in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError

HOURS_PER_WEEK = 168
NIGHT = (22, 6)
DAYPARTS: Mapping[str, tuple[int, int]] = MappingProxyType({"day": (6, 22), "night": NIGHT})
"""Part of the day → first hour (in) and last hour (out); a part may run over midnight."""

_SECONDS_PER_HOUR = 3600
MONDAY = np.datetime64("1970-01-05", "s")
"""Midnight from which hours of the week are counted."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WeekProfile:
    """Expected incidents per weekday and hour, and what was left out and why."""

    expected_counts: Floats
    """(7, 24): row 0 = Monday; the sum is `n`."""
    n: int
    """Incidents used."""
    n_imprecise: int
    """Left out: only the day, month or year is known."""
    n_too_long: int
    """Left out: the time range says nothing about the hour of the week."""
    n_backward: int
    """Left out: the range ends before it starts."""


def weekday_hour_profile(
    starts: ArrayLike,
    ends: ArrayLike,
    is_precise: ArrayLike,
    *,
    longest_hours: float = 48.0,
    counts: ArrayLike | None = None,
) -> WeekProfile:
    """Return the expected number of incidents in each hour of the week.

    An incident known only to lie between two moments counts in every hour of that range, in
    proportion to the time that the range spends there; all parts of one incident add up to one.
    Do not use it for single incidents, nor read a smooth night-time plateau as fact where most
    ranges are long: the spread is an assumption.

    Parameters
    ----------
    starts : array_like of datetime64, shape (n,)
        Moment, or earliest possible moment, in local time.
    ends : array_like of datetime64, shape (n,)
        Latest possible moment; NaT where the moment itself is known.
    is_precise : array_like of bool, shape (n,)
        Whether the times are good to the hour or better. Others are left out and counted.
    longest_hours : float, unit: hours
        Longer ranges are left out and counted.
    counts : array_like of int, shape (n,), optional
        Incidents behind each entry; by default one.

    Returns
    -------
    WeekProfile
        Expected counts of shape (7, 24), Monday 00:00 first, and how many were left out.

    Raises
    ------
    MethodError
        PROFILE_SHAPE if the arrays differ in length.

    Notes
    -----
    Clock changes are ignored: one hour a year in each direction.

    References
    ----------
    .. [1] Ratcliffe, J. H. (2002). Aoristic signatures and the spatio-temporal analysis of high
       volume crime patterns. Journal of Quantitative Criminology 18(1), 23-43.

    Examples
    --------
    >>> import numpy as np
    >>> starts = np.array(["2024-01-01T22:30"], dtype="datetime64[m]")
    >>> ends = np.array(["2024-01-02T00:30"], dtype="datetime64[m]")
    >>> profile = weekday_hour_profile(starts, ends, [True])
    >>> profile.expected_counts[0, 22:24].tolist(), float(profile.expected_counts[1, 0])
    ([0.25, 0.5], 0.25)
    """
    first, length, use, left_out = _read_ranges(starts, ends, is_precise, longest_hours, counts)
    week = np.zeros(HOURS_PER_WEEK)
    n = np.ones(use.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    _spread(first[use], length[use], n[use], week)
    return WeekProfile(week.reshape(7, 24), int(n[use].sum()), *left_out)


def daypart_weights(
    starts: ArrayLike,
    ends: ArrayLike,
    is_precise: ArrayLike,
    *,
    dayparts: Mapping[str, tuple[int, int]] = DAYPARTS,
    longest_hours: float = 48.0,
) -> Floats:
    """Return, per incident, the share of its possible time in each part of the day.

    Use it to count incidents by day and night per area: sum the weights over the area. Rows of
    incidents that `weekday_hour_profile` leaves out are all zero.

    Parameters
    ----------
    starts, ends, is_precise, longest_hours
        As in `weekday_hour_profile`.
    dayparts : mapping of name to (first hour, last hour)
        Half-open hours; by default day 06-22 and night 22-06.

    Returns
    -------
    ndarray of float, shape (n, n_dayparts)
        In the order of `dayparts`; a row sums to 1 if the parts fill the day.

    Examples
    --------
    >>> import numpy as np
    >>> starts = np.array(["2024-01-01T21:00"], dtype="datetime64[m]")
    >>> ends = np.array(["2024-01-01T23:00"], dtype="datetime64[m]")
    >>> daypart_weights(starts, ends, [True]).tolist()
    [[0.5, 0.5]]
    """
    first, length, use, _ = _read_ranges(starts, ends, is_precise, longest_hours)
    member = np.array([_hours_of(*hours) for hours in dayparts.values()], dtype=np.float64).T
    weights = np.zeros((first.size, len(dayparts)))
    _spread_parts(first, np.where(use, length, -1.0), np.ascontiguousarray(member), weights)
    return weights


def daypart_counts(
    profile: WeekProfile, *, dayparts: Mapping[str, tuple[int, int]] = DAYPARTS
) -> dict[str, float]:
    """Return the expected number of incidents in each part of the day.

    Examples
    --------
    >>> flat = WeekProfile(np.full((7, 24), 1.0), 168, 0, 0, 0)
    >>> daypart_counts(flat)
    {'day': 112.0, 'night': 56.0}
    """
    by_hour = profile.expected_counts.sum(axis=0)
    return {name: float(by_hour[_hours_of(*hours)].sum()) for name, hours in dayparts.items()}


def _hours_of(first: int, last: int) -> NDArray[np.bool_]:
    """Return which of the 24 hours belong to a part of the day."""
    hours = np.arange(24)
    if first < last:
        return (hours >= first) & (hours < last)
    return (hours >= first) | (hours < last)


def _read_ranges(
    starts: ArrayLike,
    ends: ArrayLike,
    is_precise: ArrayLike,
    longest_hours: float,
    counts: ArrayLike | None = None,
) -> tuple[Floats, Floats, NDArray[np.bool_], tuple[int, int, int]]:
    """Return hour of the week, length in hours, which to use, and how many are left out."""
    begin = np.asarray(starts).astype("datetime64[s]")
    end = np.asarray(ends).astype("datetime64[s]")
    precise = np.asarray(is_precise, dtype=bool)
    if not begin.shape == end.shape == precise.shape:
        raise MethodError("PROFILE_SHAPE", starts=begin.shape, ends=end.shape)
    is_known = precise & ~np.isnat(begin)
    seconds = np.where(np.isnat(end) | ~is_known, 0, (end - begin).astype(np.int64))
    length = seconds / _SECONDS_PER_HOUR
    since_monday = np.where(is_known, (begin - MONDAY).astype(np.int64), 0)
    first = (since_monday / _SECONDS_PER_HOUR) % HOURS_PER_WEEK
    is_backward = is_known & (length < 0)
    is_long = is_known & (length > longest_hours)
    use = is_known & ~is_backward & ~is_long
    n = np.ones(begin.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    left_out = (int(n[~is_known].sum()), int(n[is_long].sum()), int(n[is_backward].sum()))
    return first, length, use, left_out


@njit(cache=True)
def _spread(  # pragma: no cover - compiled
    firsts: Floats, lengths: Floats, counts: Floats, week: Floats
) -> None:
    """Add each range to the hours of the week in proportion to the time spent there."""
    for i in range(firsts.size):
        at, left = firsts[i], lengths[i]
        if left <= 0.0:
            week[int(at) % 168] += counts[i]
            continue
        per_hour = counts[i] / left
        while left > 1e-12:
            hour = int(at)
            step = min(hour + 1.0 - at, left)
            week[hour % 168] += step * per_hour
            at = hour + 1.0
            left -= step


@njit(cache=True)
def _spread_parts(  # pragma: no cover - compiled
    firsts: Floats, lengths: Floats, member: Floats, weights: Floats
) -> None:
    """Add each range to the parts of the day; a negative length is left at zero."""
    for i in range(firsts.size):
        at, left = firsts[i], lengths[i]
        if left < 0.0:
            continue
        if left == 0.0:
            weights[i] += member[int(at) % 24]
            continue
        per_hour = 1.0 / left
        while left > 1e-12:
            hour = int(at)
            step = min(hour + 1.0 - at, left)
            weights[i] += step * per_hour * member[hour % 24]
            at = hour + 1.0
            left -= step
