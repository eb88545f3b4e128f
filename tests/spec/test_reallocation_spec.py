"""Boundary vintages: what of the old areas lies in which new one, in cases drawn on paper."""

import numpy as np
import pytest
import shapely

from convive.core.errors import MethodError
from convive.core.spatial.reallocation import (
    reallocate,
    reallocate_by_ground,
    reallocate_by_weights,
    reallocated_parts,
    whole_counts,
)

OLD = [shapely.box(0, 0, 2, 2), shapely.box(2, 0, 4, 2), shapely.box(4, 0, 6, 2)]
NEW = [shapely.box(0, 0, 4, 2), shapely.box(4, 0, 5, 2), shapely.box(5, 0, 6, 2)]


def test_two_areas_that_merge_lose_nothing_and_nothing_is_assumed() -> None:
    found = reallocate([10, 20, 0], reallocate_by_ground(OLD, NEW))
    assert found.value.tolist() == [30, 0, 0]
    assert found.certain[0] == 1.0
    assert found.is_comparable[0]


def test_an_area_that_was_split_is_shared_out_and_says_that_this_is_assumed() -> None:
    found = reallocate([0, 0, 40], reallocate_by_ground(OLD, NEW))
    assert found.value.tolist() == [0, 20, 20]
    assert found.low[1:].tolist() == [0, 0]
    assert found.high[1:].tolist() == [40, 40]
    assert not found.is_comparable[1:].any()


def test_residents_share_out_better_than_square_metres() -> None:
    """Of the third old area, nine in ten residents live in the west."""
    parts = reallocate_by_weights([2, 2], [1, 2], [90, 10], n_old=3, n_new=3)
    assert reallocate([0, 0, 40], parts).value.tolist() == [0, 36, 4]


def test_a_border_drawn_a_little_differently_is_no_change() -> None:
    redrawn = [shapely.box(0, 0, 2.01, 2), shapely.box(2.01, 0, 4, 2), shapely.box(4, 0, 6, 2)]
    parts = reallocate_by_ground(OLD, redrawn)
    assert parts.is_whole.all()
    assert parts.unchanged.tolist() == [0, 1, 2]


def test_merged_areas_are_not_the_same_as_before() -> None:
    parts = reallocate_by_ground(OLD, NEW)
    assert parts.unchanged.tolist() == [-1, -1, -1]


def test_ground_that_lies_nowhere_is_told() -> None:
    parts = reallocate_by_ground([shapely.box(0, 0, 4, 1)], [shapely.box(0, 0, 3, 1)])
    assert parts.lost.tolist() == [0.25]
    assert reallocate([8], parts).value.tolist() == [8.0], "what is there is shared out"


def test_a_withheld_figure_withholds_every_area_it_reaches_into() -> None:
    found = reallocate([5, 5, np.nan], reallocate_by_ground(OLD, NEW))
    assert found.value[0] == 10
    assert np.isnan(found.value[1:]).all()


def test_whole_counts_keep_the_sum() -> None:
    parts = reallocate_by_ground(
        [shapely.box(0, 0, 3, 1)], [shapely.box(i, 0, i + 1, 1) for i in range(3)]
    )
    assert whole_counts([10], parts).tolist() == [4, 3, 3]


def test_what_cannot_be_shared_out_is_refused() -> None:
    with pytest.raises(MethodError, match="REALLOCATION_NO_AREA"):
        reallocate_by_ground([shapely.Polygon()], NEW)
    with pytest.raises(MethodError, match="REALLOCATION_SHAPE"):
        reallocate([1], reallocate_by_ground(OLD, NEW))
    with pytest.raises(MethodError, match="REALLOCATION_BAD_WEIGHT"):
        reallocate_by_weights([0], [0], [-1], n_old=1, n_new=1)


def test_an_area_above_that_holds_all_parts_is_certain() -> None:
    """40 of an old area went 10 and 30 into two areas; 7 of one of these were always its own."""
    old, value = [0, 0, -1], [10, 30, 7]
    below = reallocated_parts(old, [0, 1, 1], value, n_new=2)
    assert (below.value.tolist(), below.low.tolist(), below.high.tolist()) == (
        [10, 37],
        [0, 7],
        [40, 47],
    )
    above = reallocated_parts(old, [0, 0, 0], value, n_new=1)
    assert above.low.tolist() == above.value.tolist() == above.high.tolist() == [47]
    assert above.is_comparable.all()


def test_a_withheld_part_withholds_what_it_reaches() -> None:
    found = reallocated_parts([0, 0, -1], [0, 1, 2], [np.nan, 3, 5], n_new=3)
    assert np.isnan(found.value[0])
    assert np.isnan(found.high[:2]).all()
    assert found.value[2] == 5
