"""On-site observations by twelve raters, and interview notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .people import Security, positions
from .plan import Plan
from .territory import Territory

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

PARAMETERS = {
    "lighting": "iluminacion", "openness": "apertura", "visibility": "visibilidad",
    "people": "gente", "security": "vigilancia", "walk_path": "acera", "transport": "transporte",
    "gender_use": "diversidad", "feeling": "sensacion",
}  # fmt: skip
"""Parameter → column of the field sheet."""
LEVELS = np.array([1.9, 1.8, 1.7, 1.6, 1.2, 1.8, 1.7, 1.5, 1.6])
NIGHT = np.array([1.4, 0.2, 1.2, 1.6, 0.6, 0.1, 1.2, 1.5, 1.4])
"""How much of the night's shift each parameter takes."""
N_RATERS, N_STOPS, N_DOUBLE = 12, 600, 78
RATERS = tuple(f"O{k:02d}" for k in range(1, N_RATERS + 1))
N_NOTES = 120
THEMES = {
    "burglary": "robos en casas", "theft": "hurtos", "violence": "peleas y agresiones",
    "vandalism": "pintadas y daños", "nuisance": "ruido y suciedad",
    "perception": "miedo en la calle", "other": "otros",
}  # fmt: skip
FACES = {"recorded": "datos", "experienced": "vivido", "felt": "sentido", "observed": "visto"}
DIRECTIONS = {"worse": "peor", "better": "mejor", "neutral": "igual"}
REMARKS = (
    "Persona de contacto de la asociación vecinal", "Comerciante", "Director de instituto",
    "Trabajadora social", "Conductora de autobús", "Vecino", "Vecina", "Educador de calle",
)  # fmt: skip


@dataclass(frozen=True)
class Observations:
    """One row a stop; ratings 0 (poor) to 3 (good), shape (n_stops, 9), -1 where not rated."""

    place: Integers
    area: Integers
    rater: Integers
    night: NDArray[np.bool_]
    day: NDArray[np.datetime64]
    xy: Floats
    ratings: Integers


@dataclass(frozen=True)
class Notes:
    """One row a note, coded; words are invented and name nobody."""

    area: Integers
    day: NDArray[np.datetime64]
    theme: NDArray[Any]
    face: NDArray[Any]
    direction: NDArray[Any]
    remark: NDArray[Any]


def _point_inside(shape: shapely.Geometry, rng: np.random.Generator) -> Floats:
    """Return whole-metre coordinates inside the shape."""
    low, high = shape.bounds[:2], shape.bounds[2:]
    while True:
        point = np.rint(rng.uniform(low, high))
        if shapely.contains_xy(shape, *point):
            return point


def build_observations(
    territory: Territory, security: Security, plan: Plan, *, scale: float, rng: np.random.Generator
) -> Observations:
    """Return the stops of spring 2025: each place by one rater, some by two, day or night."""
    n_stops = max(round(N_STOPS * scale), 160)
    n_double = round(n_stops * N_DOUBLE / N_STOPS)
    n_places = n_stops - n_double
    area = np.sort(np.arange(n_places) % territory.n_areas)
    xy = np.array([_point_inside(territory.shapes[k], rng) for k in area])
    quality = rng.normal(0, plan.place_spread, n_places)
    doubled = np.sort(rng.choice(n_places, n_double, replace=False))
    first = rng.permutation(np.arange(n_places) % N_RATERS)
    second = (first[doubled] + rng.integers(1, N_RATERS, n_double)) % N_RATERS
    place = np.concatenate([np.arange(n_places), doubled])
    rater = np.concatenate([first, second])
    night = (rng.uniform(size=n_places) < 0.45)[place]
    shift = np.zeros(N_RATERS)
    for codes, sign in ((plan.lenient_raters, 1), (plan.harsh_raters, -1)):
        shift[[RATERS.index(code) for code in codes]] = sign * plan.rater_shift
    level = (security.observed[area] + quality)[place] + shift[rater]
    latent = level[:, None] + LEVELS + plan.night_shift * night[:, None] * NIGHT
    ratings = np.rint(latent + rng.normal(0, 0.45, latent.shape)).clip(0, 3).astype(np.int64)
    ratings[rng.uniform(size=ratings.shape) < 0.01] = -1
    day = np.datetime64("2025-03-03") + rng.integers(0, 90, place.size)
    order = np.lexsort([place, day])
    return Observations(
        place[order],
        area[place][order],
        rater[order],
        night[order],
        day[order],
        xy[place][order],
        ratings[order],
    )


def build_notes(
    territory: Territory, security: Security, plan: Plan, *, scale: float, rng: np.random.Generator
) -> Notes:
    """Return interview notes: worse areas are spoken of more, fear most where it is planted."""
    n = max(round(N_NOTES * scale), 30)
    pull = np.exp(0.0 if plan.is_null else 0.5 * security.felt)
    pull = pull * np.ones(territory.n_areas)
    area = np.sort(rng.choice(territory.n_areas, n, p=pull / pull.sum()))
    theme = rng.choice(list(THEMES), n, p=[0.12, 0.16, 0.12, 0.15, 0.25, 0.15, 0.05]).astype(object)
    face = rng.choice(list(FACES), n, p=[0.1, 0.35, 0.4, 0.15]).astype(object)
    direction = rng.choice(list(DIRECTIONS), n, p=[0.5, 0.2, 0.3]).astype(object)
    afraid = np.isin(area, positions(territory, plan.fearful_areas))
    theme[afraid], face[afraid], direction[afraid] = "perception", "felt", "worse"
    hidden = np.isin(area, positions(territory, plan.silent_areas))
    face[hidden], direction[hidden] = "experienced", "worse"
    day = np.datetime64("2025-01-13") + rng.integers(0, 300, n)
    return Notes(area, day, theme, face, direction, rng.choice(REMARKS, n).astype(object))
