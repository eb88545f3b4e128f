"""Compiled sums over the non-empty cells of sampled units by domain: no sorting, no wide table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Cells(NamedTuple):
    """Sums of the units met in each domain: those of domain d are start[d] … start[d + 1] - 1."""

    start: IntArray
    unit: IntArray
    total: FloatArray


class Strata(NamedTuple):
    """What a stage's variance needs to know of strata."""

    of_unit: IntArray
    n_units: IntArray
    factor: FloatArray
    """(1 - sampling fraction) × weight of the earlier stages."""


@njit(cache=True, nogil=True)
def _by_domain(  # pragma: no cover - compiled
    domain: IntArray, n_domains: int
) -> tuple[IntArray, IntArray]:
    """Return where the respondents of each domain end, and their rows domain by domain."""
    end = np.zeros(n_domains + 1, dtype=np.int64)
    for i in range(domain.size):
        if domain[i] >= 0:
            end[domain[i] + 1] += 1
    for d in range(n_domains):
        end[d + 1] += end[d]
    row = np.empty(end[n_domains], dtype=np.int64)
    for i in range(domain.size):
        if domain[i] >= 0:
            row[end[domain[i]]] = i
            end[domain[i]] += 1
    return end, row


@njit(cache=True, nogil=True)
def _cells(  # pragma: no cover - compiled
    domain: IntArray, unit: IntArray, values: FloatArray, n_domains: int, n_units: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return start, unit and sum of each cell; the order of respondents decides that of units."""
    end, row = _by_domain(domain, n_domains)
    start = np.zeros(n_domains + 1, dtype=np.int64)
    met = np.empty(row.size, dtype=np.int64)
    total = np.empty(row.size)
    slot = np.full(n_units, -1, dtype=np.int64)
    n_cells = 0
    for d in range(n_domains):
        for j in range(end[d - 1] if d else 0, end[d]):
            u = unit[row[j]]
            if slot[u] < start[d]:  # a slot of an earlier domain: the unit is new in this one
                slot[u] = n_cells
                met[n_cells] = u
                total[n_cells] = values[row[j]]
                n_cells += 1
            else:
                total[slot[u]] += values[row[j]]
        start[d + 1] = n_cells
    return start, met[:n_cells], total[:n_cells]


def cells_of(
    domain: IntArray, unit: IntArray, values: FloatArray, *, n_domains: int, n_units: int
) -> Cells:
    """Return the sums of `values` over units and domains, for the pairs that occur."""
    return Cells(*_cells(domain, unit, values, n_domains, n_units))


@njit(cache=True, nogil=True)
def _spread(  # pragma: no cover - compiled
    cells: tuple[IntArray, IntArray, FloatArray],
    strata: tuple[IntArray, IntArray, FloatArray],
    lonely: float,
    variance: FloatArray,
) -> None:
    """Fill `variance` by domain; `lonely` is the sum of the factors of strata with one unit."""
    start, unit, total = cells
    of_unit, n_of, factor = strata
    slot = np.full(n_of.size, -1, dtype=np.int64)
    stratum = np.empty(unit.size, dtype=np.int64)
    sums = np.empty(unit.size)
    squares = np.empty(unit.size)
    for d in range(variance.size):
        first, n_met = start[d], start[d]
        grand = total[first : start[d + 1]].sum() / of_unit.size
        left, found = lonely, 0.0
        for k in range(first, start[d + 1]):
            h = of_unit[unit[k]]
            if n_of[h] == 1:
                if lonely > 0:
                    found += factor[h] * (total[k] - grand) ** 2
                    left -= factor[h]
            elif slot[h] < first:
                slot[h] = n_met
                stratum[n_met], sums[n_met], squares[n_met] = h, total[k], total[k] ** 2
                n_met += 1
            else:
                sums[slot[h]] += total[k]
                squares[slot[h]] += total[k] ** 2
        for k in range(first, n_met):
            n = n_of[stratum[k]]
            within = max(squares[k] - sums[k] ** 2 / n, 0.0)
            found += factor[stratum[k]] * n / (n - 1.0) * within
        variance[d] = found + (max(left, 0.0) * grand**2 if lonely > 0 else 0.0)


def spread_between_units(cells: Cells, strata: Strata, *, is_first: bool) -> FloatArray:
    """Return one stage's part of the variance of the sum in each domain.

    Units without respondents in a domain count with a sum of 0. Strata with a single unit are
    centred at the mean of all units at the first stage and add nothing at later ones.
    """
    variance = np.zeros(cells.start.size - 1)
    lonely = float(strata.factor[strata.n_units == 1].sum()) if is_first else 0.0
    _spread(cells, strata, lonely, variance)
    return variance
