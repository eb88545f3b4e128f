"""The register of hot spots, told by the stories of single places."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.hot_spots import (
    HotSpotStatus,
    RegisterRules,
    false_entries,
    register_hot_spots,
)

HOT, WARM, COLD, UNTESTED = 0.01, 0.15, 0.9, np.nan
ALONE = np.empty((0, 2), dtype=int)
STREET = np.array([[i, i + 1] for i in range(9)])


def _story(*q: float) -> list[tuple[int, str]]:
    spots = register_hot_spots([q], ALONE).spots
    return [(r.period, r.status.value) for spot in spots for r in spot.history]


def test_one_bad_month_does_not_make_a_hot_spot() -> None:
    assert _story(COLD, HOT, COLD, COLD, HOT, COLD) == []


def test_two_of_three_months_make_one() -> None:
    assert _story(COLD, HOT, COLD, HOT) == [(3, "new")]


def test_it_cools_before_it_goes() -> None:
    assert _story(HOT, HOT, WARM, COLD, COLD, COLD) == [
        (1, "new"), (2, "cooling"), (3, "cooling"), (4, "cooling"), (5, "gone"),
    ]  # fmt: skip


def test_staying_takes_less_than_entering() -> None:
    assert _story(*[WARM] * 6) == []
    assert _story(HOT, HOT, *[WARM] * 4)[-1] == (5, "cooling")


def test_what_was_not_tested_neither_comes_nor_goes() -> None:
    assert _story(HOT, UNTESTED, UNTESTED) == []
    assert _story(HOT, HOT, *[UNTESTED] * 5)[1:] == [(t, "cannot_tell") for t in range(2, 7)]


def test_a_spot_that_comes_back_much_later_is_a_new_one() -> None:
    q = [HOT, HOT, *[COLD] * 4, HOT, HOT]
    spots = register_hot_spots([q], ALONE).spots
    assert [spot.number for spot in spots] == [1, 2]
    assert [spot.entered for spot in spots] == [1, 7]


def _areas(*zones: tuple[int, ...]) -> np.ndarray:
    q = np.full((10, len(zones)), COLD)
    for period, zone in enumerate(zones):
        q[list(zone), period] = HOT
    return q


AT_ONCE = RegisterRules(entry_periods=1, window=1)


def test_a_zone_that_shifts_along_the_street_stays_the_same_spot() -> None:
    q = _areas((0, 1, 2), (1, 2, 3), (2, 3, 4))
    spot = register_hot_spots(q, STREET, AT_ONCE).spots[0]
    assert [r.areas for r in spot.history] == [(0, 1, 2), (1, 2, 3), (2, 3, 4)]
    assert spot.periods_on == 3
    assert spot.latest.status is HotSpotStatus.PERSISTING


def test_two_spots_that_grow_together_keep_the_number_of_the_larger_part() -> None:
    q = _areas((0, 5, 6), (0, 1, 2, 3, 4, 5, 6))
    register = register_hot_spots(q, STREET, AT_ONCE)
    first, second = register.spots
    assert first.merged_into == 2
    assert first.latest.status is HotSpotStatus.GONE
    assert second.merged_into is None
    assert register.current == (second,)
    assert set(register.number[:7, 1].tolist()) == {2}


def test_a_spot_that_splits_leaves_its_number_to_the_larger_part() -> None:
    register = register_hot_spots(_areas((0, 1, 2, 3, 4), (0, 1, 4)), STREET, AT_ONCE)
    assert register.spots[0].latest.areas == (0, 1)
    assert register.spots[1].latest.status is HotSpotStatus.NEW


def test_places_that_do_not_touch_are_two_spots() -> None:
    assert len(register_hot_spots(_areas((0, 1, 5)), STREET, AT_ONCE).spots) == 2


def test_false_entries_are_few_with_adjustment_and_many_without() -> None:
    def run(**how: object) -> float:
        rng = np.random.default_rng(1)
        found = false_entries(
            RegisterRules(),
            n_areas=50,
            periods_per_year=12,
            rng=rng,
            **how,  # type: ignore[arg-type]
        )
        assert found.low <= found.per_year <= found.high
        return found.per_year

    alone, carried = run(is_adjusted=False), run(is_adjusted=False, carry_over=0.8)
    assert run() < 0.05
    assert alone > 1
    assert carried > 1.5 * alone


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(MethodError, match="HOT_SPOT_SHAPE"):
        register_hot_spots([0.1, 0.2], ALONE)
    with pytest.raises(MethodError, match="HOT_SPOT_SHAPE"):
        register_hot_spots([[0.1]], [[0, 1]])
    with pytest.raises(MethodError, match="SIGNIFICANCE_NOT_A_PROBABILITY"):
        register_hot_spots([[1.1]], ALONE)
    for wrong in (
        RegisterRules(stay_q=0.01),
        RegisterRules(entry_periods=4),
        RegisterRules(stay_periods=3),
        RegisterRules(overlap=0),
    ):
        with pytest.raises(MethodError, match="HOT_SPOT_RULES"):
            register_hot_spots([[0.1]], ALONE, wrong)
