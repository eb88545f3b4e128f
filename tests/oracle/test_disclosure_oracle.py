"""Suppressed tables attacked by linear programming and by trying every filling."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from convive.core.disclosure import CellStatus, Margins, feasible_ranges, suppress
from factories.margin_tables import table_with_margins


def _system(
    counts: np.ndarray, status: np.ndarray, margins: Margins
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return hidden cells, and the equations that the shown ones leave for them."""
    hidden = np.flatnonzero(status)
    matrix = np.zeros((margins.total.size, counts.size))
    matrix[margins.equation, margins.part] = 1.0
    matrix[np.arange(margins.total.size), margins.total] = -1.0
    shown = status == 0
    return hidden, matrix[:, hidden], -matrix[:, shown] @ counts[shown]


def _attack(
    counts: np.ndarray, status: np.ndarray, margins: Margins, min_count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact range of every hidden cell for a reader who knows rule and reasons."""
    hidden, matrix, right = _system(counts, status, margins)
    bounds = [
        (1, min_count - 1) if status[cell] == CellStatus.SMALL_COUNT else (min_count, None)
        for cell in hidden
    ]
    ranges = []
    for unit in np.eye(hidden.size):
        low = linprog(unit, A_eq=matrix, b_eq=right, bounds=bounds)
        high = linprog(-unit, A_eq=matrix, b_eq=right, bounds=bounds)
        ranges.append((low.fun, np.inf if high.status == 3 else -high.fun))
    return hidden, np.array(ranges).reshape(-1, 2)


@pytest.mark.parametrize(
    ("shape", "mean", "tables"),
    [((4, 5), 4, 4), ((5, 5), 9, 3), ((3, 3, 2), 5, 3), ((5, 4), 25, 4), ((2, 2, 2, 2), 8, 1)],
)
@pytest.mark.parametrize("min_count", [3, 5, 10])
def test_no_hidden_cell_is_pinned(shape: tuple, mean: float, tables: int, min_count: int) -> None:
    rng = np.random.default_rng(sum(shape) + min_count)
    for _ in range(tables):
        core = rng.poisson(mean * rng.gamma(1.0, 1.0, shape))
        counts, margins = table_with_margins(core)
        status = suppress(counts, margins=margins, min_count=min_count).status
        hidden, ranges = _attack(counts, status, margins, min_count)
        # Where all but the zeros is hidden already, nothing is left to hide.
        is_all_hidden = not np.any((status == 0) & (counts > 0))
        assert is_all_hidden or np.all(ranges[:, 1] - ranges[:, 0] >= 1 - 1e-6)
        small = (counts > 0) & (counts < min_count)
        assert np.array_equal(status == CellStatus.SMALL_COUNT, small)
        assert np.all(status[counts == 0] == 0)
        low, high = feasible_ranges(counts, status, margins=margins, min_count=min_count)
        assert np.all(low[hidden] <= ranges[:, 0] + 1e-6)  # sum by sum knows no more than all
        assert np.all(high[hidden] >= ranges[:, 1] - 1e-6)


@pytest.mark.calibration
@pytest.mark.parametrize("shape", [(4, 5), (8, 8), (3, 4, 3), (3, 3, 2, 2), (12, 4)])
@pytest.mark.parametrize("mean", [2, 5, 15, 60])
def test_no_hidden_cell_is_pinned_in_many_tables(shape: tuple, mean: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        counts, margins = table_with_margins(rng.poisson(mean * rng.gamma(1.0, 1.0, shape)))
        status = suppress(counts, margins=margins).status
        _, ranges = _attack(counts, status, margins, 5)
        is_all_hidden = not np.any((status == 0) & (counts > 0))
        assert is_all_hidden or np.all(ranges[:, 1] - ranges[:, 0] >= 1 - 1e-6)


def test_every_hidden_cell_has_two_whole_fillings() -> None:
    """Brute force over whole numbers: for each hidden cell two values are possible."""
    rng = np.random.default_rng(5)
    tried = 0
    for _ in range(40):
        counts, margins = table_with_margins(rng.poisson(6, (2, 2)))
        status = suppress(counts, margins=margins, min_count=4).status
        hidden, matrix, right = _system(counts, status, margins)
        if not 0 < hidden.size <= 5:
            continue
        tried += 1
        choices = [
            range(1, 4) if status[cell] == CellStatus.SMALL_COUNT else range(4, 20)
            for cell in hidden
        ]
        fillings = np.array(list(itertools.product(*choices)))
        fits = fillings[np.all(np.isclose(fillings @ matrix.T, right), axis=1)]
        assert all(np.unique(column).size >= 2 for column in fits.T)
    assert tried > 5


def test_the_attack_itself_finds_what_is_not_covered() -> None:
    """The oracle must be able to fail: without complementary cells it recovers the small one."""
    counts, margins = table_with_margins(np.array([[3, 30], [40, 50]]))
    status = np.where((counts > 0) & (counts < 5), CellStatus.SMALL_COUNT, 0)
    _, ranges = _attack(counts, status, margins, 5)
    assert ranges.tolist() == [[3, 3]]
