"""What suppression hides, in tables small enough to read."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.disclosure import (
    CellRole,
    CellStatus,
    Margins,
    feasible_ranges,
    round_for_publication,
    suppress,
    suppress_cube,
    withhold_small_base,
)
from convive.core.errors import MethodError

SHOWN, SMALL, OTHER = CellStatus.SHOWN, CellStatus.SMALL_COUNT, CellStatus.COMPLEMENTARY


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # parts, then their total; minimum 5
        ([12, 8, 20], [SHOWN, SHOWN, SHOWN, SHOWN]),  # nothing small
        ([3, 8, 20], [SMALL, OTHER, SHOWN, SHOWN]),  # the next-smallest goes with it
        ([3, 0, 20], [SMALL, SHOWN, OTHER, SHOWN]),  # 0 is about nobody and protects nobody
        ([3, 2, 20], [SMALL, SMALL, SHOWN, SHOWN]),  # two small ones hide each other
        ([3, 0, 0], [SMALL, SHOWN, SHOWN, SMALL]),  # nothing left but the total, small itself
        ([1, 1, 20], [SMALL, SMALL, OTHER, SHOWN]),  # 1 + 1 = 2 gives both away
        ([4, 4], [OTHER, SMALL, SHOWN]),  # 8 of two small ones must be 4 + 4: one is not called so
        ([1, 5, 6], [SMALL, SHOWN, OTHER, SHOWN]),  # 1 + 5 = 6 would give both away, 1 + 6 not
        ([0, 0, 0], [SHOWN, SHOWN, SHOWN, SHOWN]),
    ],
)
def test_one_total(parts: list[int], expected: list[int]) -> None:
    total = len(parts)
    result = suppress([*parts, sum(parts)], margins=[(total, range(total))], min_count=5)
    assert result.status.tolist() == expected


def test_without_margins_only_small_counts_go() -> None:
    result = suppress([0, 1, 4, 5, 900], min_count=5)
    assert result.status.tolist() == [SHOWN, SMALL, SMALL, SHOWN, SHOWN]
    assert result.is_shown.tolist() == [True, False, False, True, True]


def test_hierarchy_protects_the_part_of_a_part() -> None:
    """City 100 = north 40 + south 60; north = 3 + 37: 37 must go, north may stay."""
    counts = [100, 40, 60, 3, 37]
    result = suppress(counts, margins=[(0, [1, 2]), (1, [3, 4])])
    assert result.status.tolist() == [SHOWN, SHOWN, SHOWN, SMALL, OTHER]


def test_small_total_needs_cover_in_the_sum_above() -> None:
    """North = 3 of one place: its total is small too, and 103 - 100 would give it."""
    counts = [103, 3, 100, 3, 0]
    result = suppress(counts, margins=[(0, [1, 2]), (1, [3, 4])])
    assert result.status.tolist() == [SHOWN, SMALL, OTHER, SMALL, SHOWN]


def test_four_incidents_in_four_places_are_not_given_away_by_the_word_small() -> None:
    """1 + 1 + 1 + 1 = 4 with 4 called small leaves no other filling: it is not called so."""
    result = suppress([1, 1, 1, 1, 4], margins=[(4, range(4))])
    assert result.status.tolist() == [SMALL, SMALL, SMALL, SMALL, OTHER]


def test_figures_that_are_out_already_are_no_cover() -> None:
    """8 was published before, so 20 goes instead; 3 that was published is beyond protection."""
    roles = [CellRole.PUBLISHED, CellRole.FIXED, CellRole.PUBLISHED, CellRole.PUBLISHED]
    result = suppress([3, 8, 20, 31], margins=[(3, [0, 1, 2])], roles=roles)
    assert result.status.tolist() == [SMALL, SHOWN, OTHER, SHOWN]
    late = suppress([3, 8, 20, 31], margins=[(3, [0, 1, 2])], roles=[1, 1, 0, 0])
    assert late.status.tolist() == [SHOWN] * 4


def test_a_small_difference_of_two_figures_is_protected() -> None:
    """Theft 43 with bicycles 40: three others would follow; 40 goes, or 43."""
    roles = [CellRole.PUBLISHED, CellRole.PUBLISHED, CellRole.DERIVED]
    result = suppress([43, 40, 3], margins=[(0, [1, 2])], roles=roles)
    assert result.status.tolist() == [SHOWN, OTHER, SHOWN]


def test_a_figure_that_must_go_takes_a_cover_with_it() -> None:
    roles = [CellRole.PUBLISHED, CellRole.SENSITIVE, CellRole.PUBLISHED, CellRole.PUBLISHED]
    result = suppress([30, 60, 70, 160], margins=[(3, [0, 1, 2])], roles=roles)
    assert result.status.tolist() == [OTHER, OTHER, SHOWN, SHOWN]


def test_where_no_exchange_is_left_all_that_is_linked_is_hidden() -> None:
    """Total and other part are out: nothing helps, so nothing more is let out either."""
    roles = [0, 1, 1, 0, 0]
    margins = [(2, [0, 1]), (4, [0, 3])]
    result = suppress([3, 20, 23, 50, 53], margins=margins, roles=roles)
    assert result.status.tolist() == [SMALL, SHOWN, SHOWN, OTHER, OTHER]


def test_cube_hides_a_box_and_its_margins_stay() -> None:
    core = np.full((3, 3, 3), 50)
    core[0, 0, 0] = 2
    core[1, 1, 1] = 9
    result = suppress_cube(core)
    assert result.counts.shape == result.status.shape == (4, 4, 4)
    assert result.counts[3, 3, 3] == core.sum()
    assert result.status[0, 0, 0] == SMALL
    assert result.status[1, 1, 1] == OTHER  # the box with the smallest figure in it
    assert result.n_hidden == 8
    assert not result.status[3].any()


def test_cube_with_districts_years_and_groups_of_categories() -> None:
    """Places 0 and 1 are one district: the box stays within it, and sub-totals are shown."""
    core = np.full((4, 4, 4), 50)
    core[0, 0, 0] = 2
    halves = [0, 0, 1, 1]
    result = suppress_cube(core, hierarchies=([halves], [halves], [halves]))
    assert result.counts.shape == (7, 7, 7)
    assert result.counts[4:6, 6, 6].tolist() == [core[:2].sum(), core[2:].sum()]
    hidden = np.argwhere(result.status)
    assert len(hidden) == 8
    assert hidden.max() == 1


@pytest.mark.parametrize("counts", [[1, 2], [[[-1]]], np.zeros((0, 2, 2))])
def test_what_is_no_cube_is_refused(counts: list) -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_COUNT"):
        suppress_cube(counts)


def test_groups_that_do_not_fit_a_cube_are_refused() -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_MARGIN"):
        suppress_cube(np.ones((2, 2, 2), dtype=int), hierarchies=([[0, 0, 1]], (), ()))


def test_table_with_one_small_cell_loses_a_rectangle() -> None:
    """Month × category: hiding one cell takes one more in its row, its column, and the corner."""
    table = np.array([[3, 30, 40], [50, 60, 70], [80, 90, 95]])
    full = np.vstack([np.column_stack([table, table.sum(1)]), [*table.sum(0), table.sum()]])
    hidden = suppress(full.ravel(), margins=_crossed(full.shape)).status.reshape(full.shape) != 0
    assert hidden[0, 0]
    assert hidden.sum() == 4
    assert sorted(hidden.sum(axis=0).tolist()) == [0, 0, 2, 2]


def test_cell_that_only_several_sums_together_give_away_is_covered() -> None:
    """Two squares of hidden cells with a bridge: rows 0 + 1 less columns 0 + 1 give the bridge."""
    table = np.full((4, 4), 50)
    for cell in [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3)]:
        table[cell] = 2
    full = np.vstack([np.column_stack([table, table.sum(1)]), [*table.sum(0), table.sum()]])
    hidden = suppress(full.ravel(), margins=_crossed(full.shape)).status.reshape(full.shape) != 0
    block_row, block_column = hidden[:2].sum(), hidden[:, :2].sum()
    assert hidden[1, 2]
    assert block_row > 5 or block_column > 4  # more than the small ones: the bridge is on a ring


def test_day_and_night_of_an_area() -> None:
    """Day 9, night 2, all 11: night would follow from the other two, so both go."""
    result = suppress([9, 2, 11], margins=Margins.from_parents([2, 2, -1]))
    assert result.status.tolist() == [OTHER, SMALL, SHOWN]


def test_part_that_is_not_published_is_taken_as_known() -> None:
    """Total 30 of parts 3 and 20: seven have no area. Who knows them could still subtract."""
    result = suppress([3, 20, 30], margins=[(2, [0, 1])])
    assert result.status.tolist() == [SMALL, OTHER, SHOWN]


def test_margins_from_parents_are_those_written_out() -> None:
    written = Margins.of([(2, [0, 1]), (5, [3, 4]), (5, [2])])
    parents = Margins.from_parents([[2, 2, -1, 5, 5, -1], [-1, -1, 5, -1, -1, -1]])
    assert written.total.tolist() == parents.total.tolist()
    assert written.part.tolist() == parents.part.tolist()
    assert written.equation.tolist() == parents.equation.tolist()


def test_range_says_what_can_still_be_known() -> None:
    counts, margins = [3, 8, 20, 31], [(3, [0, 1, 2])]
    low, high = feasible_ranges(counts, suppress(counts, margins=margins).status, margins=margins)
    assert low.tolist() == [1, 7, 20, 31]
    assert high.tolist() == [4, 10, 20, 31]


def test_ranges_in_whole_numbers_lie_within_the_others() -> None:
    counts, margins = [2, 2, 2, 5], [(3, [0, 1, 2])]
    status = [SMALL, SMALL, SMALL, OTHER]
    fractions = feasible_ranges(counts, status, margins=margins)
    whole = feasible_ranges(counts, status, margins=margins, is_whole=True)
    assert np.all(whole[0] >= fractions[0])
    assert np.all(whole[1] <= fractions[1])
    assert whole[1].tolist() == [4, 4, 4, 11]  # their sum is 1 more than the total, and known to be


@pytest.mark.parametrize("counts", [[-1], [np.nan], [1.5], [[1, 2]]])
def test_what_is_no_count_is_refused(counts: list) -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_COUNT"):
        suppress(counts)


@pytest.mark.parametrize("margin", [(5, [0, 1]), (1, [0, -3])])
def test_margin_of_cells_that_are_not_there_is_refused(margin: tuple) -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_MARGIN"):
        suppress([1, 2], margins=[margin])


def test_small_bases_are_withheld() -> None:
    assert withhold_small_base([0, 29, 30], 30).tolist() == [True, True, False]


def test_rounding_leaves_the_digits_that_the_base_supports() -> None:
    assert round_for_publication([0.123456, 0.123456, 0.0], [50, 5000, 10]).tolist() == [
        0.12,
        0.123,
        0.0,
    ]


def _crossed(shape: tuple[int, int]) -> Margins:
    cells = np.arange(shape[0] * shape[1]).reshape(shape)
    across, down = np.full(shape, -1), np.full(shape, -1)
    across[:, :-1] = cells[:, -1:]
    down[:-1] = cells[-1:]
    return Margins.from_parents(np.stack([across.ravel(), down.ravel()]))
