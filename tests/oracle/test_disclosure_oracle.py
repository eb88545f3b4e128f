"""Suppressed tables attacked by linear programming and by trying every filling."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from convive.core.disclosure import (
    CellStatus,
    CubeSuppression,
    Margins,
    feasible_ranges,
    suppress,
    suppress_cube,
)
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


def _told(count: int, status: int, min_count: int) -> tuple[float, float | None]:
    """Return what is known of a hidden cell; of a cover even that it is one."""
    if status == CellStatus.SMALL_COUNT:
        return 1, min_count - 1
    return (min_count if count >= min_count else 1), None


def _attack(
    counts: np.ndarray, status: np.ndarray, margins: Margins, min_count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the exact range of every hidden cell for a reader who knows rule and reasons."""
    hidden, matrix, right = _system(counts, status, margins)
    bounds = [_told(counts[cell], status[cell], min_count) for cell in hidden]
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
        small = (counts > 0) & (counts < min_count)
        assert np.all((ranges[:, 1] - ranges[:, 0])[small[hidden]] >= 1 - 1e-6)
        assert np.all(status[small] != 0)
        assert np.all(status[counts == 0] == 0)
        low, high = feasible_ranges(counts, status, margins=margins, min_count=min_count)
        np.testing.assert_allclose(low[hidden], ranges[:, 0], atol=1e-6)
        np.testing.assert_allclose(high[hidden], ranges[:, 1], atol=1e-6)


@pytest.mark.calibration
@pytest.mark.parametrize("shape", [(4, 5), (8, 8), (3, 4, 3), (3, 3, 2, 2), (12, 4)])
@pytest.mark.parametrize("mean", [2, 5, 15, 60])
def test_no_small_cell_is_pinned_in_many_tables(shape: tuple, mean: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        counts, margins = table_with_margins(rng.poisson(mean * rng.gamma(1.0, 1.0, shape)))
        status = suppress(counts, margins=margins).status
        hidden, ranges = _attack(counts, status, margins, 5)
        small = (counts > 0) & (counts < 5)
        assert np.all((ranges[:, 1] - ranges[:, 0])[small[hidden]] >= 1 - 1e-6)


@pytest.mark.calibration
@pytest.mark.parametrize("mean", [0.3, 1, 3, 10, 40])
def test_no_small_cell_of_many_cubes_is_pinned_in_whole_numbers(mean: float) -> None:
    rng = np.random.default_rng(int(mean * 10))
    for _ in range(10):
        shape = tuple(rng.integers(1, 6, 3))
        result = suppress_cube(rng.poisson(mean * rng.gamma(0.7, 1.5, shape)))
        _assert_protected(result, 5)


@pytest.mark.parametrize("mean", [0.3, 3, 12])
@pytest.mark.parametrize("min_count", [3, 6])
def test_no_small_cell_of_a_cube_is_pinned_in_whole_numbers(mean: float, min_count: int) -> None:
    rng = np.random.default_rng(min_count)
    for shape in [(3, 4, 3), (1, 5, 2), (4, 1, 1)]:
        core = rng.poisson(mean * rng.gamma(0.7, 1.5, shape))
        _assert_protected(suppress_cube(core, min_count=min_count), min_count)


def _assert_protected(result: CubeSuppression, min_count: int) -> None:
    counts, margins = table_with_margins(result.counts[:-1, :-1, :-1])
    assert np.array_equal(counts, result.counts.ravel())
    small = (counts > 0) & (counts < min_count)
    status = result.status.ravel()
    assert np.all(status[small] != 0)
    low, high = feasible_ranges(counts, status, margins=margins, min_count=min_count, is_whole=True)
    assert np.all((high - low)[small] >= 1 - 1e-6)


def test_no_small_cell_of_a_cube_with_sub_totals_is_pinned() -> None:
    """The margins are written out by hand here: districts, years and groups as further parts."""
    rng = np.random.default_rng(8)
    core = rng.poisson(4 * rng.gamma(0.7, 1.5, (5, 4, 3)))
    groups = ([0, 0, 1, 1, 1], [0, 0, 1, 1], [0, 1, 1])
    result = suppress_cube(core, hierarchies=tuple([group] for group in groups))
    counts, status = result.counts.ravel(), result.status.ravel()
    cells = np.arange(counts.size).reshape(result.counts.shape)
    margins = []
    for axis, group in enumerate(groups):
        lines = np.moveaxis(cells, axis, 0).reshape(cells.shape[axis], -1).T
        n = len(group)
        for line in lines:
            margins += [(line[n + g], line[:n][np.array(group) == g]) for g in (0, 1)]
            margins.append((line[n + 2], line[n : n + 2]))
    low, high = feasible_ranges(counts, status, margins=margins)
    small = (counts > 0) & (counts < 5)
    assert small.any()
    assert np.all((high - low)[small] >= 1 - 1e-6)
    assert (status == 0).mean() > 0.3


def test_every_small_cell_has_two_whole_fillings() -> None:
    """Brute force: all fillings in whole numbers are tried, at least two values are possible."""
    rng = np.random.default_rng(5)
    tried = 0
    for _ in range(60):
        counts, margins = table_with_margins(rng.poisson(6, (2, 2)))
        status = suppress(counts, margins=margins, min_count=4).status
        hidden, matrix, right = _system(counts, status, margins)
        if not 0 < hidden.size <= 5:
            continue
        tried += 1
        choices = []
        for cell in hidden:
            low, high = _told(counts[cell], status[cell], 4)
            choices.append(range(int(low), 20 if high is None else int(high) + 1))
        fillings = np.array(list(itertools.product(*choices)))
        fits = fillings[np.all(np.isclose(fillings @ matrix.T, right), axis=1)]
        small = counts[hidden] < 4
        assert all(np.unique(column).size >= 2 for column in fits.T[small])
    assert tried > 5


def test_fewest_cells_are_hidden_in_the_table_of_the_handbook() -> None:
    """Region by kind, one sensitive cell: three more is the least, as in any 2-way table.

    Hundepool and others (2012), chapter 4: a sensitive cell inside a two-way table needs a
    rectangle, three secondary suppressions; found here by trying all sets up to three.
    """
    core = np.array([[20, 50, 10], [8, 19, 22], [17, 32, 3]])
    counts, margins = table_with_margins(core)
    status = suppress(counts, margins=margins).status
    assert np.count_nonzero(status) == 4
    small = int(np.flatnonzero((counts > 0) & (counts < 5))[0])
    others = [cell for cell in range(counts.size) if cell != small]
    for n in range(3):
        for chosen in itertools.combinations(others, n):
            tried = np.zeros(counts.size, dtype=np.int8)
            tried[small], tried[list(chosen)] = CellStatus.SMALL_COUNT, CellStatus.COMPLEMENTARY
            low, high = feasible_ranges(counts, tried, margins=margins)
            assert high[small] - low[small] < 1


def test_the_attack_itself_finds_what_is_not_covered() -> None:
    """The oracle must be able to fail: without complementary cells it recovers the small one."""
    counts, margins = table_with_margins(np.array([[3, 30], [40, 50]]))
    status = np.where((counts > 0) & (counts < 5), CellStatus.SMALL_COUNT, 0)
    _, ranges = _attack(counts, status, margins, 5)
    assert ranges.tolist() == [[3, 3]]
