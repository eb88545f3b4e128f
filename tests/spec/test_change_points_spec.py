"""What changes of level mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.temporal.change_points import change_penalty, change_points

STEPS = [10, 12, 9, 11, 10, 9, 30, 28, 33, 31, 29, 30, 10, 9, 12, 11, 8, 10]


def test_a_level_that_comes_and_goes_is_found_whole() -> None:
    found = change_points(STEPS)
    assert [change.index for change in found.changes] == [6, 12]
    assert found.levels[7] == pytest.approx(np.mean(STEPS[6:12]))
    first = found.changes[0]
    assert first.places.tolist() == [6]
    assert first.low < 20 < first.high
    assert (first.before, first.after) == (np.mean(STEPS[:6]), np.mean(STEPS[6:12]))


def test_a_level_series_has_no_change() -> None:
    found = change_points([20, 22, 19, 21, 18, 20, 23, 21, 20, 19])
    assert found.changes == ()
    assert set(found.levels) == {20.3}


def test_an_unsure_place_has_several_places() -> None:
    found = change_points([10, 12, 9, 11, 10, 13, 14, 18, 17, 19, 18, 20, 19, 18], penalty=4.0)
    assert len(found.changes) == 1
    assert found.changes[0].places.size > 1
    assert found.changes[0].index in found.changes[0].places


def test_nothing_and_then_something() -> None:
    found = change_points([0] * 10 + [6] * 10)
    assert [change.index for change in found.changes] == [10]
    assert found.changes[0].low > 0


def test_a_higher_penalty_finds_fewer() -> None:
    assert change_points(STEPS, penalty=1000.0).changes == ()


@pytest.mark.parametrize(
    ("values", "code"),
    [([1, 2, 3], "CHANGE_TOO_SHORT"), ([-1] * 10, "CHANGE_BAD_SERIES"), ([np.nan] * 10, "CHANGE_BAD_SERIES")],
)  # fmt: skip
def test_what_cannot_be_cut_is_refused(values: list, code: str) -> None:
    with pytest.raises(MethodError, match=code):
        change_points(values)


def test_a_penalty_needs_a_mean() -> None:
    with pytest.raises(MethodError, match="CHANGE_BAD_SERIES"):
        change_penalty(60, 0.0, rng=np.random.default_rng(1))
