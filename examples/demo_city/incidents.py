"""Five years of incidents: how many, where, when, and the same target again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray

from .people import People, Security, positions
from .plan import OFFENCES, YEARS, Plan
from .territory import Territory

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
HOURS = np.arange(24)
N_MONTHS = 12 * len(YEARS)
MONTH_STARTS = np.array(
    [f"{YEARS[0] + m // 12}-{m % 12 + 1:02d}-01" for m in range(N_MONTHS + 1)], "datetime64[D]"
)


@dataclass(frozen=True)
class Incidents:
    """One row an incident, sorted by the true moment. Times are minutes since 1970, local."""

    offence: Integers
    area: Integers
    moment: NDArray[np.datetime64]
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    """Not-a-time where the moment is known."""
    xy: Floats
    target: NDArray[np.int64]
    """Running number of the target within its kind; -1 without one."""


def _bump(centre: float, width: float) -> Floats:
    """Return a bump over the hours of a day, round the clock."""
    apart = (HOURS - centre + 12) % 24 - 12
    return np.exp(-((apart / width) ** 2) / 2)


def rhythm(kind: str, *, is_centre: bool) -> Floats:
    """Return the probability of every hour of the week (Monday first), shape (168,)."""
    days = {
        "home": 0.35 + 1.0 * _bump(12, 3.5) + 0.9 * _bump(20, 2.5),
        "shop": 0.02 + 1.0 * _bump(12.5, 2) + 1.2 * _bump(18.5, 2),
        "day": 0.10 + 1.0 * _bump(13, 4) + 0.7 * _bump(19, 2.5),
        "night": 0.15 + 0.8 * _bump(20, 3) + 0.7 * _bump(0, 2.5),
    }
    week = np.tile(days[kind], (7, 1))
    if kind == "night":
        strength = 2.6 if is_centre else 0.9
        late, early = _bump(23.5, 1.8) * (HOURS > 12), _bump(1.5, 1.8) * (HOURS < 8)
        for weekday, share in ((3, 0.5), (4, 1.0), (5, 1.2)):
            week[weekday] += strength * share * late
            week[(weekday + 1) % 7] += strength * share * early
    if kind == "shop":
        week[6] *= 0.35
        week[5] *= 1.25
    return (week / week.sum()).ravel()


def _noise(plan: Plan, rng: np.random.Generator) -> Floats:
    """Return the town-wide noise of each kind and month, shape (n_offences, n_months)."""
    log = np.zeros((len(OFFENCES), N_MONTHS))
    shock = rng.normal(0, plan.noise_month, log.shape)
    log[:, 0] = shock[:, 0]
    for month in range(1, N_MONTHS):
        log[:, month] = plan.noise_memory * log[:, month - 1] + shock[:, month] * np.sqrt(
            1 - plan.noise_memory**2
        )
    return np.exp(log)


def true_factors(territory: Territory, plan: Plan) -> Floats:
    """Return what actions and recording do, shape (n_offences, n_areas, n_months)."""
    factor = np.ones((len(OFFENCES), territory.n_areas, N_MONTHS))
    names = [offence.category for offence in OFFENCES]

    def month(day: date) -> int:
        return 12 * (day.year - YEARS[0]) + day.month - 1

    for action in plan.actions:
        rows = [names.index(category) for category in action.categories]
        block = np.ix_(
            rows, positions(territory, action.areas), range(month(action.starts), N_MONTHS)
        )
        factor[block] *= 1 + action.effect
    if plan.recording_break:
        rows = [names.index(category) for category in plan.recording_break.categories]
        factor[rows, :, month(plan.recording_break.on) :] *= plan.recording_break.ratio
    return factor


def expected_counts(territory: Territory, people: People, security: Security, plan: Plan) -> Floats:
    """Return expected incidents before noise, shape (n_offences, n_areas, n_months)."""
    residents = np.repeat(people.residents, 12, axis=1).astype(float)
    growth = residents.sum(axis=0) / residents[:, 0].sum()
    months = np.arange(N_MONTHS)
    days = np.diff(MONTH_STARTS).astype(float) / 365.25
    expected = np.empty((len(OFFENCES), territory.n_areas, N_MONTHS))
    for k, offence in enumerate(OFFENCES):
        exposed = people.workday if offence.visitors else people.dwellings
        weight = exposed * security.recorded[k]
        total = residents[:, 0].sum() * offence.per_1000 / 1000 * growth * days
        season = 1 + offence.swing * np.cos(2 * np.pi * (months + 1 - offence.peak_month) / 12)
        yearly = offence.yearly if plan.has_trends else 0.0
        expected[k] = (
            weight[:, None] / weight.sum() * (total * season * (1 + yearly) ** (months / 12))
        )
    return expected * true_factors(territory, plan)


def _moments(
    offence: Integers, month: Integers, centre: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.datetime64]:
    """Return a moment in its month for every incident, minutes exact."""
    hour_of_week = np.empty(offence.size, np.int64)
    for kind in sorted({o.rhythm for o in OFFENCES}):
        of_kind = np.isin(offence, [k for k, o in enumerate(OFFENCES) if o.rhythm == kind])
        for is_centre in (False, True):
            rows = np.flatnonzero(of_kind & (centre == is_centre))
            edges = np.cumsum(rhythm(kind, is_centre=is_centre))
            hour_of_week[rows] = np.searchsorted(edges[:-1], rng.uniform(size=rows.size))
    first = MONTH_STARTS[month]
    first_weekday = (first.astype(np.int64) + 3) % 7
    ahead = (hour_of_week // 24 - first_weekday) % 7
    length = (MONTH_STARTS[month + 1] - first).astype(np.int64)
    weeks = (length - ahead + 6) // 7
    day = first + ahead + 7 * np.floor(rng.uniform(size=offence.size) * weeks).astype(np.int64)
    minute = (hour_of_week % 24) * 60 + rng.integers(0, 60, offence.size)
    return day.astype("datetime64[m]") + minute


def _places(territory: Territory, area: Integers, rng: np.random.Generator) -> Floats:
    """Return whole-metre coordinates: half around a few hot spots, half anywhere in the area."""
    xy = np.empty((area.size, 2))
    for k, shape in enumerate(territory.shapes):
        rows = np.flatnonzero(area == k)
        shapely.prepare(shape)
        low, high = np.array(shape.bounds[:2]), np.array(shape.bounds[2:])
        spots = np.array(
            [p for p in rng.uniform(low, high, (60, 2)) if shape.contains(shapely.Point(p))][:5]
        )
        todo = rows
        while todo.size:
            near = spots[np.minimum(rng.geometric(0.4, todo.size) - 1, len(spots) - 1)]
            near = near + rng.normal(0, 90.0, near.shape)
            anywhere = rng.uniform(low, high, near.shape)
            points = np.rint(np.where(rng.uniform(size=(todo.size, 1)) < 0.5, near, anywhere))
            good = shapely.contains_xy(shape, points[:, 0], points[:, 1])
            xy[todo[good]] = points[good]
            todo = todo[~good]
    return xy


def _repeat(
    rows: Integers, days: Integers, share: float, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Return for each row the row whose target it shares, and the target's number in order."""
    origin, number = rows.copy(), np.empty(rows.size, np.int64)
    again, recency = rng.uniform(size=rows.size) < share, rng.geometric(0.06, rows.size)
    fresh = 0
    for k in range(rows.size):
        earlier = k - int(recency[k])
        if again[k] and earlier >= 0 and days[rows[k]] - days[rows[earlier]] < 365:
            origin[k], number[k] = origin[earlier], number[earlier]
        else:
            number[k], fresh = fresh, fresh + 1
    return origin, number


def _targets(
    offence: Integers,
    area: Integers,
    moment: NDArray[np.datetime64],
    xy: Floats,
    rng: np.random.Generator,
) -> Integers:
    """Return target numbers; a repeated target is at the same place (`xy` is changed)."""
    target = np.full(offence.size, -1, np.int64)
    days = moment.astype("datetime64[D]").astype(np.int64)
    for k, kind in enumerate(OFFENCES):
        if not kind.target:
            continue
        for a in range(int(area.max()) + 1):
            rows = np.flatnonzero((offence == k) & (area == a))
            origin, number = _repeat(rows, days, kind.repeat, rng)
            xy[rows] = xy[origin]
            target[rows] = a * 1_000_000 + k * 50_000 + number
    return target


def _ranges(
    offence: Integers, moment: NDArray[np.datetime64], rng: np.random.Generator
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Return earliest and latest possible moments; the true one lies anywhere between."""
    share = np.array([o.has_range for o in OFFENCES])[offence]
    is_range = rng.uniform(size=offence.size) < share
    length = np.exp(rng.normal(np.log(8 * 60), 0.7, offence.size)).clip(20, 6 * 24 * 60)
    before = np.floor(length * rng.uniform(size=offence.size)).astype(np.int64)
    quarter = ((moment - before).astype(np.int64) // 15) * 15
    starts = np.where(is_range, quarter, moment.astype(np.int64)).astype("datetime64[m]")
    starts = np.maximum(starts, MONTH_STARTS[0].astype("datetime64[m]"))
    last = (
        -(-(moment.astype(np.int64) + 1 + np.floor(length).astype(np.int64) - before) // 15)
    ) * 15
    ends = np.where(is_range, last.astype("datetime64[m]"), np.datetime64("NaT", "m"))
    return starts, ends


def build_incidents(
    territory: Territory, people: People, security: Security, plan: Plan, rng: np.random.Generator
) -> Incidents:
    """Return every incident of the five years, recorded practice and actions included."""
    expected = expected_counts(territory, people, security, plan) * _noise(plan, rng)[:, None, :]
    shape = 1 / plan.noise_cv**2
    counts = rng.poisson(expected * rng.gamma(shape, 1 / shape, expected.shape)).ravel()
    cell = np.repeat(np.arange(counts.size), counts)
    offence, area, month = np.unravel_index(cell, expected.shape)
    centre = np.isin(area, positions(territory, plan.visitor_areas))
    moment = _moments(offence, month, centre, rng)
    order = np.lexsort([offence, area, moment])
    offence, area, moment = offence[order], area[order], moment[order]
    xy = _places(territory, area, rng)
    target = _targets(offence, area, moment, xy, rng)
    starts, ends = _ranges(offence, moment, rng)
    return Incidents(offence, area, moment, starts, ends, xy, target)


def repeat_share(incidents: Incidents, category: str, year: int) -> float:
    """Return the share of the year's incidents whose target had one in the 365 days before."""
    k = [offence.category for offence in OFFENCES].index(category)
    rows = np.flatnonzero(incidents.offence == k)
    days = incidents.moment[rows].astype("datetime64[D]").astype(np.int64)
    target = incidents.target[rows]
    order = np.lexsort([days, target])
    days, target = days[order], target[order]
    is_repeat = np.zeros(rows.size, bool)
    is_repeat[1:] = (target[1:] == target[:-1]) & (days[1:] - days[:-1] <= 365)
    of_year = (days >= np.datetime64(f"{year}-01-01").astype(int)) & (
        days < np.datetime64(f"{year + 1}-01-01").astype(int)
    )
    return float(is_repeat[of_year].mean())
