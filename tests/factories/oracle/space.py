"""A lattice town for the numbers of R: values, counts, kinds, neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

SIDE = 9
N_CELLS = SIDE * SIDE


def links() -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of adjoining cells, rows and columns and one diagonal, from 0."""
    cell = np.arange(N_CELLS).reshape(SIDE, SIDE)
    first = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel(), cell[:-1, :-1].ravel()])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel(), cell[1:, 1:].ravel()])
    return first, second


def town() -> dict[str, np.ndarray]:
    """Return values, events, person-years, kinds and marks of the cells."""
    rng = np.random.default_rng(20260701)
    east, north = np.divmod(np.arange(N_CELLS), SIDE)
    hill = np.exp(-((east - 2.5) ** 2 + (north - 5.0) ** 2) / 6.0)
    value = np.round(10.0 + 8.0 * hill + rng.gamma(2.0, 1.5, N_CELLS), 3)
    person_years = np.round(np.exp(rng.normal(7.5, 0.8, N_CELLS)), 1)
    events = rng.poisson(person_years * 0.004 * (1.0 + 2.0 * hill) * rng.gamma(8, 1 / 8, N_CELLS))
    kind = np.where(hill + rng.normal(0, 0.25, N_CELLS) > 0.35, 2, rng.integers(0, 2, N_CELLS))
    return {
        "value": value,
        "events": events,
        "person_years": person_years,
        "kind": kind,
        "marked": (kind == 2).astype(int),
    }


def groups() -> dict[str, np.ndarray]:
    """Return events and person-years of five areas by four age groups, one row each."""
    rng = np.random.default_rng(7)
    person_years = np.round(rng.uniform(300, 4000, (5, 4)), 0)
    events = rng.poisson(person_years * [0.002, 0.01, 0.006, 0.001])
    events[4] = 0
    area, group = np.divmod(np.arange(20), 4)
    return {
        "area": area,
        "group": group,
        "events": events.ravel(),
        "person_years": person_years.ravel(),
    }


STANDARD = np.array([2500.0, 3000.0, 3500.0, 1000.0])
REFERENCE = np.array([0.0025, 0.009, 0.005, 0.0012])


def inputs() -> dict[str, dict[str, Any]]:
    """Return the tables that tools/oracle/space.R reads."""
    first, second = links()
    return {
        "links": {"first": first + 1, "second": second + 1},
        "town": town(),
        "groups": groups(),
        "standard": {"standard": STANDARD, "reference": REFERENCE},
    }
