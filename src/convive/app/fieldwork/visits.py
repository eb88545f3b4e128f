"""Who visits which place, by day or by night: some places twice, every route short."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.double_rating import NOBODY, SENSIBLE_SHARES, plan_double_rating, stops_for_kappa
from convive.core.errors import RequestError

USUAL_SHARES = (0.2, 0.3, 0.3, 0.2)
"""Expected shares of four ratings where no earlier campaign tells."""
EXPECTED_KAPPA = 0.6
DAY, NIGHT, ANY = "day", "night", "any"
_EARTH_M = 6_371_000.0
_TINY = 0.001

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to be visited."""

    place: str
    area: str = ""
    longitude: float | None = None
    """Degrees, WGS 84."""
    latitude: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit that somebody should make."""

    place: str
    daypart: str
    rater: str
    is_double: bool
    order: int
    """On the rater's route of this part of the day, from 1."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one rater by day or by night."""

    rater: str
    daypart: str
    n: int
    metres: float | None
    """As the crow flies from place to place; None where a position is not known."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """What places rated twice will tell about agreement."""

    n_double: int
    share: float
    half_width: float
    """Of the 95 % interval of kappa, at an expected kappa of 0.6."""
    n_for_tenth: int
    """Places rated twice for ± 0.1."""

    @property
    def percent(self) -> float:
        """Return the share of the stops that are rated twice, in percent."""
        return 100.0 * self.share

    @property
    def is_sensible(self) -> bool:
        """Whether the share lies between 10 and 20 %."""
        return SENSIBLE_SHARES[0] - 0.005 <= self.share <= SENSIBLE_SHARES[1] + 0.005


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """All visits of a campaign."""

    visits: tuple[Visit, ...]
    routes: tuple[Route, ...]
    n_stops: int
    """Places × parts of the day."""
    reliability: Reliability | None
    """None without second ratings: raters cannot be compared."""


def plan_visits(
    spots: Sequence[Spot],
    raters: Sequence[str],
    *,
    dayparts: Sequence[str] = (DAY, NIGHT),
    share: float = 0.15,
    rng: np.random.Generator,
) -> VisitPlan:
    """Return who visits which place when.

    Every place is visited once in each part of the day, a share of these stops by a second
    rater. Loads are balanced, by day and by night and in every area as far as possible; who
    gets which place is a matter of chance; any two raters can be compared through stops rated
    twice. Each rater's stops are put in an order that keeps the way short.

    Parameters
    ----------
    spots : sequence of Spot
        Each place once.
    raters : sequence of str
        Labels.
    dayparts : sequence of {"day", "night", "any"}
        In which parts of the day each place is visited.
    share : float, in [0, 1]
        Share of the stops that are rated twice; 0: none, raters are not compared.
    rng : numpy.random.Generator
        Randomness; the same seed gives the same plan.

    Raises
    ------
    RequestError
        VISITS_NO_PLACES; VISITS_NO_RATERS; VISITS_ONE_RATER where one person alone should rate
        twice; VISITS_UNCONNECTED where there are fewer stops rated twice than raters, so that
        some could not be compared (`data`: n_double, raters, least_share in percent, and
        most_raters).

    Examples
    --------
    >>> spots = [Spot(f"P{k:02d}", str(k % 4)) for k in range(40)]
    >>> plan = plan_visits(spots, ["R1", "R2", "R3"], rng=np.random.default_rng(1))
    >>> plan.n_stops, plan.reliability.n_double, len(plan.visits)
    (80, 12, 92)
    """
    _refuse(len(spots), len(raters), len(dayparts), share)
    stops = [(spot, part) for part in dayparts for spot in spots]
    first, second = _who(stops, len(raters), share, rng)
    pairs = [(stop, int(who), False) for stop, who in zip(stops, first, strict=True)]
    pairs += [
        (stop, int(who), True) for stop, who in zip(stops, second, strict=True) if who != NOBODY
    ]
    visits: list[Visit] = []
    routes: list[Route] = []
    for rater in range(len(raters)):
        for part in dayparts:
            own = [(spot, twice) for (spot, at), who, twice in pairs if (at, who) == (part, rater)]
            made, route = _route(own, raters[rater], part)
            visits += made
            routes += [route] if route.n else []
    n_double = int(np.sum(second != NOBODY))
    told = reliability(n_double, len(stops)) if n_double >= 2 else None
    return VisitPlan(tuple(visits), tuple(routes), len(stops), told)


def reliability(
    n_double: int, n_stops: int, *, shares: Sequence[float] = USUAL_SHARES
) -> Reliability:
    """Return the interval of kappa that a number of stops rated twice will give.

    Parameters
    ----------
    n_double, n_stops : int
        Stops rated twice, and all.
    shares : sequence of float
        Expected shares of the ratings, e.g. of last year.
    """
    many = stops_for_kappa(_TINY, shares, max(n_stops, 1), kappa=EXPECTED_KAPPA).n_needed
    tenth = stops_for_kappa(0.1, shares, max(n_stops, 1), kappa=EXPECTED_KAPPA).n_needed
    half = _TINY * math.sqrt(many / max(n_double, 1))
    return Reliability(n_double, n_double / max(n_stops, 1), min(half, 1.0), tenth)


def _refuse(n_places: int, n_raters: int, n_dayparts: int, share: float) -> None:
    """Raise where no plan is possible, with what would make one possible."""
    n_stops = n_places * n_dayparts
    if not n_stops:
        raise RequestError("VISITS_NO_PLACES")
    if not n_raters:
        raise RequestError("VISITS_NO_RATERS")
    if share <= 0:
        return
    if n_raters < 2:
        raise RequestError("VISITS_ONE_RATER")
    n_double = math.ceil(min(share, 1.0) * n_stops)
    if n_double < n_raters:
        least = math.ceil(100.0 * n_raters / n_stops)
        raise RequestError(
            "VISITS_UNCONNECTED", n_double=n_double, raters=n_raters, n_stops=n_stops,
            least_share=min(least, 100), most_raters=n_double,
        )  # fmt: skip


def _who(
    stops: Sequence[tuple[Spot, str]], n_raters: int, share: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and second rater of each stop; -1 where there is no second one."""
    areas = [spot.area for spot, _ in stops]
    night = [part == NIGHT for _, part in stops]
    if share > 0:
        plan = plan_double_rating(areas, night, n_raters, share=min(share, 1.0), rng=rng)
        return plan.first, plan.second
    at = np.unique(areas, return_inverse=True)[1]
    order = np.lexsort((rng.random(len(stops)), at, np.array(night)))
    first = np.empty(len(stops), dtype=np.int64)
    first[order] = rng.permutation(n_raters)[np.arange(len(stops)) % n_raters]
    return first, np.full(len(stops), NOBODY, dtype=np.int64)


def _route(own: Sequence[tuple[Spot, bool]], rater: str, daypart: str) -> tuple[list[Visit], Route]:
    """Return the visits of one rater in one part of the day, in a short order."""
    spots = [spot for spot, _ in own]
    order = short_order(spots)
    visits = [
        Visit(spots[at].place, daypart, rater, own[at][1], place + 1)
        for place, at in enumerate(order)
    ]
    return visits, Route(rater, daypart, len(own), way_length(spots, order))


def short_order(spots: Sequence[Spot]) -> list[int]:
    """Return an order of places that makes a short way; never longer than the one given.

    Nearest neighbour from the place that lies furthest out, then crossings are undone (2-opt).
    Places without a position come last, in the order given.
    """
    known = [at for at, spot in enumerate(spots) if _is_placed(spot)]
    rest = [at for at in range(len(spots)) if at not in set(known)]
    if len(known) < 3:
        return known + rest
    apart = _distances([spots[at] for at in known])
    given = list(range(len(known)))
    found = _uncrossed(_nearest(apart), apart)
    best = min((found, given), key=lambda way: _length(way, apart))
    return [known[at] for at in best] + rest


def way_length(spots: Sequence[Spot], order: Iterable[int]) -> float | None:
    """Return the metres of a way as the crow flies; None where a position is not known."""
    if not all(_is_placed(spot) for spot in spots):
        return None
    return _length(list(order), _distances(spots)) if spots else 0.0


def _is_placed(spot: Spot) -> bool:
    return spot.longitude is not None and spot.latitude is not None


def _distances(spots: Sequence[Spot]) -> Floats:
    """Return metres between places, shape (n, n)."""
    degrees = np.array([(spot.longitude, spot.latitude) for spot in spots], dtype=np.float64)
    east, north = np.radians(degrees).T
    half = (
        np.sin(np.subtract.outer(north, north) / 2) ** 2
        + np.cos(north)[:, None] * np.cos(north) * np.sin(np.subtract.outer(east, east) / 2) ** 2
    )
    return np.asarray(2 * _EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def _length(way: Sequence[int], apart: Floats) -> float:
    return float(apart[list(way[:-1]), list(way[1:])].sum()) if len(way) > 1 else 0.0


def _nearest(apart: Floats) -> list[int]:
    """Return the way that always goes on to the nearest place not yet visited."""
    way = [int(apart.sum(axis=1).argmax())]
    left = np.ones(len(apart), dtype=bool)
    left[way[0]] = False
    while left.any():
        ahead = np.where(left, apart[way[-1]], np.inf)
        way.append(int(ahead.argmin()))
        left[way[-1]] = False
    return way


def _uncrossed(way: list[int], apart: Floats) -> list[int]:
    """Turn stretches of an open way round as long as that makes it shorter."""
    n = len(way)
    for _ in range(n):
        is_better = False
        for i in range(n - 1):
            for j in range(i + 1, n):
                if _gain(way, i, j, apart) > 1e-9:
                    way[i : j + 1] = way[i : j + 1][::-1]
                    is_better = True
        if not is_better:
            break
    return way


def _gain(way: Sequence[int], i: int, j: int, apart: Floats) -> float:
    """Return the metres that turning the stretch from i to j round saves."""
    saved = 0.0
    if i > 0:
        saved += apart[way[i - 1], way[i]] - apart[way[i - 1], way[j]]
    if j < len(way) - 1:
        saved += apart[way[j], way[j + 1]] - apart[way[i], way[j + 1]]
    return float(saved)
