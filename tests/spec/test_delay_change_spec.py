"""What a changed delay of recording means."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.temporal import delay_change

USUAL = [80, 15, 5]


def test_records_that_arrive_as_ever_are_no_change() -> None:
    found = delay_change([USUAL] * 24)
    assert found.p > 0.99
    assert found.before == found.after == pytest.approx(0.8)


def test_slower_records_are_a_change_and_both_shares_are_told() -> None:
    recorded_in = np.add.outer(np.arange(30), np.arange(3))
    found = delay_change(np.where(recorded_in > 23, [[50, 35, 15]], [USUAL] * 30))
    assert found.p < 0.001
    assert found.before == pytest.approx(0.8)
    assert found.after < 0.6


def test_cells_that_are_still_to_come_do_not_matter() -> None:
    months = np.array([USUAL] * 24)
    future = np.add.outer(np.arange(24), np.arange(3)) > 23
    assert delay_change(np.where(future, 999, months)) == delay_change(months)


@pytest.mark.parametrize(
    ("triangle", "reason"),
    [([USUAL] * 6, "DELAY_TOO_SHORT"), ([[80]] * 24, "DELAY_TOO_SHORT"), ([[1, 0, 0]] * 24, "DELAY_TOO_FEW")],
)  # fmt: skip
def test_too_little_tells_nothing(triangle: list[list[int]], reason: str) -> None:
    found = delay_change(triangle)
    assert (found.reason, found.p) == (reason, None)


def test_a_broken_triangle_is_refused() -> None:
    with pytest.raises(MethodError, match="DELAY_BAD_TRIANGLE"):
        delay_change([[-1, 2]] * 24)
