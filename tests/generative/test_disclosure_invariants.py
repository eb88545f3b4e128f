"""Properties of suppression whatever the table."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convive.core.disclosure import (
    CellRole,
    CellStatus,
    feasible_ranges,
    prepare_cube,
    suppress,
    suppress_cube,
)
from factories.margin_tables import table_with_margins

tables = npst.arrays(
    np.int64, npst.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.integers(0, 40)
)


@given(tables, st.integers(3, 11))
def test_small_counts_are_hidden_and_nothing_is_hidden_without_need(
    core: np.ndarray, minimum: int
) -> None:
    counts, margins = table_with_margins(core)
    status = suppress(counts, margins=margins, min_count=minimum).status
    small = (counts > 0) & (counts < minimum)
    assert np.all(status[small] != CellStatus.SHOWN)
    assert np.all(small[status == CellStatus.SMALL_COUNT])
    if not small.any():
        assert not status.any()
    assert not status[counts == 0].any()


@given(tables, st.integers(3, 11))
def test_no_small_cell_follows_from_the_sums(core: np.ndarray, minimum: int) -> None:
    counts, margins = table_with_margins(core)
    status = suppress(counts, margins=margins, min_count=minimum).status
    small = (counts > 0) & (counts < minimum)
    matrix = np.zeros((margins.total.size, counts.size))
    matrix[margins.equation, margins.part] = 1
    matrix[np.arange(margins.total.size), margins.total] = -1
    unknown = matrix[:, status != 0]
    rank = np.linalg.matrix_rank(unknown) if unknown.size else 0
    for j in np.flatnonzero(small[status != 0]):  # determined: leaving it out lowers the rank
        assert np.linalg.matrix_rank(np.delete(unknown, j, axis=1)) == rank


cubes = npst.arrays(
    np.int64,
    st.tuples(*[st.integers(1, 4)] * 3),
    elements=st.integers(0, 9),
)


@given(cubes, st.integers(3, 6))
def test_a_cube_is_safe_and_keeps_what_it_can(core: np.ndarray, minimum: int) -> None:
    result = suppress_cube(core, min_count=minimum)
    counts, margins = table_with_margins(core)
    status = result.status.ravel()
    small = (counts > 0) & (counts < minimum)
    assert np.all(status[small] != 0)
    assert not status[counts == 0].any()
    assert small.any() or not status.any()
    low, high = feasible_ranges(counts, status, margins=margins, min_count=minimum)
    assert np.all((high - low)[small] >= 1 - 1e-6)
    assert np.array_equal(result.status, suppress_cube(core, min_count=minimum).status)


@given(tables)
def test_same_table_same_answer(core: np.ndarray) -> None:
    counts, margins = table_with_margins(core)
    first, second = (suppress(counts, margins=margins).status for _ in range(2))
    assert np.array_equal(first, second)


parted = npst.arrays(
    np.int64,
    st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), st.integers(2, 3)),
    elements=st.integers(0, 12),
)


@given(parted, st.integers(3, 6))
def test_a_cube_by_part_of_the_day_is_safe(core: np.ndarray, minimum: int) -> None:
    result = suppress_cube(core, min_count=minimum)
    counts, margins = table_with_margins(core)
    assert np.array_equal(result.counts.ravel(), counts)
    status = result.status.ravel()
    small = (counts > 0) & (counts < minimum)
    assert np.all(status[small] != 0)
    assert not status[counts == 0].any()
    low, high = feasible_ranges(counts, status, margins=margins, min_count=minimum)
    assert np.all((high - low)[small] >= 1 - 1e-6)


@given(cubes, st.integers(3, 6))
def test_a_prepared_cube_gives_the_same_at_every_floor(core: np.ndarray, minimum: int) -> None:
    prepared = prepare_cube(core)
    for floor in (minimum, 2 * minimum):
        once, again = (suppress_cube(one, min_count=floor) for one in (core, prepared))
        assert np.array_equal(once.status, again.status)
        roles = np.zeros(prepared.counts.shape, np.int8)
        roles[-1] = CellRole.FIXED
        whole = suppress_cube(prepared, min_count=floor, roles=roles)
        some = suppress_cube(prepared, min_count=floor, roles=roles, enough=1)
        assert min(whole.n_open, 1) == min(some.n_open, 1)
        firm = suppress_cube(prepared, min_count=floor, roles=roles, is_firm=True)
        assert not firm.status[-1].any()
