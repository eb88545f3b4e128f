"""Near repeat: tables counted by hand, with limits and directions where errors would show."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.spatial.near_repeat import NearRepeatBands, near_repeat

BANDS = NearRepeatBands((0, 100, 200), (0, 7, 14, 21))


def _observed(places: list[list[float]], days: list[float], bands: NearRepeatBands = BANDS):  # type: ignore[no-untyped-def]
    return near_repeat(places, days, bands, rng=np.random.default_rng(1))


def test_rows_are_distances_and_columns_are_times() -> None:
    """Five incidents, ten pairs: a swapped table would look different.

    A (0 m, day 0), B (0 m, day 8), C (50 m, day 1), D (150 m, day 20), E (2000 m, day 1).
    A-B 0 m 8 d; A-C 50 m 1 d; A-D 150 m 20 d; B-C 50 m 7 d; B-D 150 m 12 d; C-D 100 m 19 d.
    """
    found = _observed([[0, 0], [0, 0], [50, 0], [150, 0], [2000, 0]], [0, 8, 1, 20, 1])
    assert found.observed.tolist() == [[0, 1, 0], [1, 1, 0], [0, 1, 2]]
    assert found.n_pairs == 10
    # In space 1, 2 and 3 pairs; in time: up to 6 days A-C, A-E, C-E, 7 to 13 days A-B, B-C, B-D,
    # B-E, 14 to 20 days A-D, C-D, D-E.
    assert found.expected.round(2).tolist() == [
        [0.3, 0.4, 0.3],
        [0.6, 0.8, 0.6],
        [0.9, 1.2, 0.9],
    ]
    assert found.share_same_place == pytest.approx(0.4)


def test_a_band_holds_its_lower_limit_and_not_its_upper_one() -> None:
    places = [[0, 0], [100, 0], [1000, 0], [1200, 0]]
    found = _observed(places, [0, 7, 0, 21])
    assert found.observed.sum() == 1, "200 m and 21 days lie beyond"
    assert found.observed[2, 1] == 1, "100 m belongs to 100-200, day 7 to 7-13"


def test_without_a_band_of_its_own_the_same_place_is_in_the_first() -> None:
    bands = NearRepeatBands((0, 100), (0, 7), same_place=False)
    assert _observed([[0, 0], [0, 0], [99, 0]], [0, 0, 0], bands).observed.tolist() == [[3]]


def test_few_incidents_are_counted_and_not_tested() -> None:
    found = _observed([[0, 0], [0, 0]], [0, 1])
    assert found.reason == "NEAR_REPEAT_TOO_FEW"
    assert np.isnan(found.p).all()
    assert not found.is_raised.any()


def _series(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """300 incidents of which every second is followed by one 30 m away, two days later."""
    places, days = rng.uniform(0, 5000, (150, 2)), rng.integers(0, 360, 150)
    return np.vstack([places, places + np.array([30, 0])]), np.concatenate([days, days + 2])


def test_series_are_found_where_they_are_and_only_there() -> None:
    found = near_repeat(
        *_series(np.random.default_rng(4)),
        NearRepeatBands((0, 200, 400, 600), (0, 14, 28), same_place=False),
        rng=np.random.default_rng(5),
    )
    assert found.is_raised.tolist() == [[True, False], [False, False], [False, False]]
    assert found.ratio[0, 0] > 5
    assert found.low[0, 0] < found.ratio[0, 0] < found.high[0, 0]


def test_cells_with_few_expected_pairs_are_not_told() -> None:
    found = near_repeat(*_series(np.random.default_rng(4)), BANDS, rng=np.random.default_rng(5))
    assert np.isnan(found.ratio[found.expected < 5]).all()
    assert np.isfinite(found.ratio[found.expected >= 5]).all()


def test_one_sided_is_said_and_halves_p() -> None:
    events = _series(np.random.default_rng(4))
    bands = NearRepeatBands((0, 200), (0, 14), same_place=False)
    both, upper, lower = (
        near_repeat(*events, bands, rng=np.random.default_rng(5), alternative=side).p[0, 0]  # type: ignore[arg-type]
        for side in ("two-sided", "greater", "less")
    )
    assert (both, upper, lower) == (0.002, 0.001, 1.0)


def test_what_has_no_place_or_no_time_is_left_out() -> None:
    found = _observed([[0, 0], [np.nan, 0], [0, 0]], [0, 0, np.nan])
    assert (found.n, found.n_left_out) == (1, 2)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(MethodError, match="NEAR_REPEAT_TIME"):
        _observed([[0, 0], [0, 0]], [0, 1.5])
    with pytest.raises(MethodError, match="NEAR_REPEAT_SHAPE"):
        _observed([[0, 0]], [0, 1])
    for wrong in (
        NearRepeatBands((10, 20), (0, 7)),
        NearRepeatBands((0, 20, 20), (0, 7)),
        NearRepeatBands((0, 20), (0, 7.5)),  # type: ignore[arg-type]
    ):
        with pytest.raises(MethodError, match="NEAR_REPEAT_BANDS"):
            _observed([[0, 0]], [0], wrong)
