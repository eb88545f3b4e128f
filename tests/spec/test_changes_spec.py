"""What a correction tells of figures that are hidden, in tables small enough to read."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.disclosure import (
    CellRole,
    CellStatus,
    Known,
    suppress,
    suppress_changes,
    telling_rests,
)
from convive.core.errors import MethodError

SHOWN, SMALL, OTHER = CellStatus.SHOWN, CellStatus.SMALL_COUNT, CellStatus.COMPLEMENTARY
FOUR = [(0, [1, 2, 3])]
"""A total and its three parts."""


def known(*counts: int | None) -> Known:
    """Return what was shown before; None: hidden."""
    return Known(
        np.array([-1 if n is None else n for n in counts]),
        np.array([n is not None for n in counts]),
    )


@pytest.mark.parametrize(
    ("now", "before", "rest"),
    [
        ([120, 69, 48, 3], known(100, 50, None, None), [(0, (2, 3))]),  # +20 and +19: one more
        ([120, 71, 46, 3], known(100, 50, None, None), [(0, (2, 3))]),  # +20 and +21: one fewer
        ([120, 65, 52, 3], known(100, 50, None, None), []),  # five more are enough
        ([120, 70, 47, 3], known(100, 50, None, None), []),  # nothing has changed
        ([120, 69, 48, 3], known(None, 50, None, None), []),  # nobody knows the total of then
        ([120, 69, 48, 3], known(100, None, None, None), []),  # nor could subtract the part
        ([120, 69, 48, 3], known(100, 50, 48, 2), [(0, (3,))]),  # 3 is hidden now
    ],
)
def test_a_total_less_a_part_tells_what_changed_in_the_others(
    now: list[int], before: Known, rest: list[tuple[int, tuple[int, ...]]]
) -> None:
    seen = [True, True, before.is_known[2], False]
    assert telling_rests(now, before, margins=FOUR, is_shown=seen) == rest


def test_where_all_parts_are_known_each_is_compared_by_itself() -> None:
    before = known(100, 50, 47, 3)
    assert telling_rests([101, 50, 47, 4], before, margins=FOUR, is_shown=[True] * 4) == []


def test_one_more_among_two_hidden_parts_takes_the_part_that_was_corrected() -> None:
    """3 and 8 hide each other; total and the other part went from 100 to 120, 89 to 108."""
    counts, before = [120, 108, 9, 3], known(100, 89, None, None)
    alone = suppress(counts, margins=FOUR)
    assert alone.status.tolist() == [SHOWN, SHOWN, OTHER, SMALL]
    together = suppress_changes(counts, [before], margins=FOUR)
    assert together.status.tolist() == [SHOWN, OTHER, OTHER, SMALL]


def test_without_earlier_releases_nothing_is_added() -> None:
    counts = [120, 108, 9, 3]
    assert np.array_equal(
        suppress_changes(counts, [], margins=FOUR).status, suppress(counts, margins=FOUR).status
    )


def test_a_rest_that_nobody_names_is_protected_as_well() -> None:
    """Theft 60 with bicycles 40, then 80 with 59: one other theft more."""
    roles = [CellRole.PUBLISHED, CellRole.PUBLISHED, CellRole.DERIVED]
    before = known(60, 40, None)
    found = suppress_changes([80, 59, 21], [before], margins=[(0, [1, 2])], roles=roles)
    assert found.status.tolist() == [SHOWN, OTHER, SHOWN]


def test_what_is_hidden_for_one_change_may_show_another_and_goes_on() -> None:
    """Hiding the second part leaves +20 − 17 = 3 for it and the two small ones: the first too."""
    counts = [120, 60, 45, 12, 3]
    before = known(100, 43, 29, None, None)
    margins = [(0, [1, 2, 3, 4])]
    assert telling_rests(counts, before, margins=margins, is_shown=[1, 1, 1, 0, 0]) == []
    before = known(100, 43, 43, None, None)
    first = telling_rests(counts, before, margins=margins, is_shown=[1, 1, 1, 0, 0])
    assert first == [(0, (3, 4))]
    found = suppress_changes(counts, [before], margins=margins)
    is_shown = found.is_shown
    assert telling_rests(counts, before, margins=margins, is_shown=is_shown) == []


def test_what_readers_have_anyway_cannot_be_protected_and_hides_nothing_else() -> None:
    """Total and part are out already: hiding something else would not help."""
    roles = [CellRole.FIXED, CellRole.FIXED, CellRole.PUBLISHED, CellRole.PUBLISHED]
    before = known(100, 89, None, None)
    found = suppress_changes([120, 108, 9, 3], [before], margins=FOUR, roles=roles)
    assert found.status.tolist() == [SHOWN, SHOWN, OTHER, SMALL]


def test_sums_of_nothing_are_about_nobody() -> None:
    """One and two withdrawn: zeros are shown, and with them that the three are gone."""
    before = known(103, 100, None, None)
    found = suppress_changes([120, 120, 0, 0], [before], margins=FOUR)
    assert found.status.tolist() == [SHOWN] * 4


def test_releases_that_do_not_fit_the_cells_are_refused() -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_MARGIN"):
        telling_rests([1, 2], known(1), margins=[], is_shown=[True, True])
