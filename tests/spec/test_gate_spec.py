"""Dominance, rounding and differences between releases, in cases to read."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.disclosure import (
    Contributions,
    Figures,
    contributions,
    dominated,
    rounded_counts,
    rounding_limits,
    suppress_cube,
    telling_figures,
)
from convive.core.errors import MethodError


def given(total: float, largest: float, second: float) -> Contributions:
    return Contributions(*(np.array([float(one)]) for one in (total, largest, second)))


def test_a_hotel_that_gives_nine_of_ten_thefts_is_the_figure() -> None:
    assert dominated(given(40, 36, 1), one=0.8).tolist() == [True]
    assert dominated(given(40, 32, 1), one=0.8).tolist() == [False]  # just the share is allowed


def test_two_places_together_may_be_a_rule_of_their_own() -> None:
    assert dominated(given(40, 20, 16), two=0.85).tolist() == [True]
    assert dominated(given(40, 20, 16), one=0.85).tolist() == [False]


def test_the_second_largest_must_not_estimate_the_largest_to_ten_percent() -> None:
    """Total 100, largest 60, second 36: who gives 36 knows that the largest is at most 64."""
    assert dominated(given(100, 60, 36), percent=10).tolist() == [True]
    assert dominated(given(100, 60, 34), percent=10).tolist() == [False]


def test_without_a_rule_and_without_anything_nothing_is_dominated() -> None:
    assert not dominated(given(40, 40, 0)).any()
    assert not dominated(given(0, 0, 0), one=0.5, two=0.5, percent=50).any()


def test_what_one_place_gives_in_several_rows_is_added_up() -> None:
    found = contributions([3, 4, 5], [0, 0, 0], [1, 1, 2], n_cells=2)
    assert (found.largest[0], found.second[0], found.total[0]) == (7, 5, 12)
    assert found.total[1] == 0


@pytest.mark.parametrize("rule", [{"one": 0}, {"one": 1.2}, {"two": -1}, {"percent": -1}])
def test_a_share_that_is_none_is_refused(rule: dict[str, float]) -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_SHARE"):
        dominated(given(4, 2, 1), **rule)


@pytest.mark.parametrize("row", [(4, 3, 2), (4, 1, 2)])
def test_contributions_that_do_not_fit_are_refused(row: tuple[float, float, float]) -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_CONTRIBUTION"):
        dominated(given(*row), one=0.8)
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_CONTRIBUTION"):
        contributions([-1], [0], [0], n_cells=1)
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_CONTRIBUTION"):
        contributions([1], [1], [0], n_cells=1)


@pytest.mark.parametrize(
    ("count", "base", "shown"),
    [
        (0, 5, 0),
        (1, 5, 5),
        (7, 5, 5),
        (8, 5, 10),
        (5, 10, 10),
        (14, 10, 10),
        (15, 10, 20),
        (9, 1, 9),
    ],
)
def test_counts_become_multiples_and_nothing_becomes_nothing(
    count: int, base: int, shown: int
) -> None:
    assert rounded_counts([count], base).tolist() == [shown]


def test_what_a_rounded_count_can_stand_for() -> None:
    low, high = rounding_limits([0, 10, 20], 10)
    assert (low.tolist(), high.tolist()) == ([0, 1, 15], [0, 14, 24])


def test_a_base_that_is_none_is_refused() -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_ROUNDING"):
        rounded_counts([4], 0)
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_ROUNDING"):
        rounding_limits([4], 0)
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_COUNT"):
        rounding_limits([4], 5)


SETS = ([[True, True], [False, True]], [[True, True], [False, True]])
"""In two respects: the first set lies in the second."""


def figures(count: int, *form: int, common: bool = False, derived: bool = False) -> Figures:
    return Figures(np.array([count]), np.array([form]), np.array([common]), np.array([derived]))


@pytest.mark.parametrize(
    ("new", "old", "tells"),
    [
        (figures(43, 1, 1), figures(40, 0, 0), True),  # a street and a month more
        (figures(45, 1, 1), figures(40, 0, 0), False),  # five are enough
        (figures(43, 0, 1), figures(40, 1, 0), False),  # neither contains the other
        (figures(40, 0, 0), figures(43, 1, 1), True),  # it shrank
        (figures(43, 0, 0), figures(40, 0, 0), True),  # corrected
        (figures(40, 1, 1), figures(40, 0, 0), False),  # nobody is in between
        (figures(43, 1, 1, common=True), figures(40, 0, 0), False),  # both were out before
        (figures(43, 1, 0, common=True), figures(40, 0, 0), True),  # in one respect: always
        (figures(43, 1, 0, derived=True), figures(40, 0, 0, common=True), False),
    ],
)
def test_a_difference_tells_where_one_figure_contains_the_other(
    new: Figures, old: Figures, tells: bool
) -> None:
    assert telling_figures(new, old, inside=SETS).tolist() == [tells]


def test_forms_that_do_not_fit_are_refused() -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_MARGIN"):
        telling_figures(figures(4, 2, 0), figures(4, 0, 0), inside=SETS)


def test_a_cube_by_day_and_night_has_its_totals_behind() -> None:
    core = np.full((2, 2, 3, 2), 40)
    core[0, 0, 0] = (2, 38)
    core[1, 1, 1] = (9, 31)
    found = suppress_cube(core)
    assert found.counts.shape == found.status.shape == (3, 3, 4, 3)
    assert found.counts[0, 0, 0].tolist() == [2, 38, 40]
    assert found.counts[-1, -1, -1].tolist() == [core[..., 0].sum(), core[..., 1].sum(), core.sum()]
    assert found.status[0, 0, 0, 0]
    # Two places × two months × two kinds × day and night: no total over places is hidden.
    assert np.count_nonzero(found.status) <= 16
    assert not found.status[-1].any()


def test_groups_of_kinds_are_parted_by_day_and_night_as_well() -> None:
    core = np.full((3, 1, 4, 2), 30)
    found = suppress_cube(core, hierarchies=((), (), ([0, 0, 1, 1],)))
    assert found.counts.shape == (4, 2, 7, 3)
    assert found.counts[0, 0, 4:].tolist() == [[60, 60, 120], [60, 60, 120], [120, 120, 240]]
    assert not found.status.any()
