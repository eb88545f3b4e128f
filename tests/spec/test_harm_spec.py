"""Harm-weighted rates: cases that can be worked out by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.harm import MIN_EVENTS, covered_share, harm_rate
from convive.core.rates import crude_rate


def test_the_rate_is_the_weighted_sum_over_the_person_years() -> None:
    found = harm_rate([[10, 4, 0], [20, 0, 1]], [1.0, 5.0, 100.0], [1000.0, 2000.0], per=1000)
    assert found.rate.tolist() == [30.0, 60.0]
    assert found.n.tolist() == [14.0, 21.0]


def test_the_share_of_one_event_of_the_gravest_kind_present_is_told() -> None:
    found = harm_rate([[10, 4, 0], [20, 0, 1]], [1.0, 5.0, 100.0], [1000.0, 2000.0])
    assert found.largest_share == pytest.approx([5 / 30, 100 / 120])


@pytest.mark.parametrize("method", ["fay_feuer", "mid_p", "dobson"])
def test_with_one_weight_for_all_it_is_the_ordinary_rate_times_the_weight(method: str) -> None:
    plain = crude_rate([42], [900.0])
    found = harm_rate([[30, 12]], [7.0, 7.0], [900.0], method=method)
    assert found.rate == pytest.approx(7 * plain.rate)
    if method == "mid_p":  # shorter than the exact interval, and inside it
        assert found.low > 7 * plain.low
        assert found.high < 7 * plain.high
    else:
        assert found.low == pytest.approx(7 * plain.low)
        assert found.high == pytest.approx(7 * plain.high)


def test_a_kind_of_weight_nought_counts_for_nothing_and_is_no_event() -> None:
    with_it = harm_rate([[12, 500]], [3.0, 0.0], [100.0])
    without = harm_rate([[12]], [3.0], [100.0])
    assert (with_it.rate, with_it.low, with_it.high) == (without.rate, without.low, without.high)
    assert with_it.n.tolist() == [12.0]


def test_a_grave_kind_of_which_nothing_happened_still_widens_the_upper_end() -> None:
    light = harm_rate([[30]], [1.0], [100.0])
    grave = harm_rate([[30, 0]], [1.0, 500.0], [100.0])
    assert grave.rate == light.rate
    assert grave.low == light.low
    assert grave.high > 5 * light.high


def test_too_few_events_give_no_figure() -> None:
    harm_rate([[MIN_EVENTS]], [1.0], [10.0])
    with pytest.raises(MethodError) as caught:
        harm_rate([[MIN_EVENTS - 1]], [1.0], [10.0])
    assert caught.value.code == "HARM_TOO_FEW"


def test_too_little_of_the_recorded_events_weighted_gives_no_figure() -> None:
    assert covered_share(80, 100) == 0.8
    for weighted, everything in ((79, 100), (0, 0)):
        with pytest.raises(MethodError) as caught:
            covered_share(weighted, everything)
        assert caught.value.code == "HARM_UNCOVERED"


@pytest.mark.parametrize(
    ("counts", "weights", "years", "code"),
    [
        ([[20, 3]], [1.0], [10.0], "HARM_SHAPE"),
        ([20, 3], [1.0, 1.0], [10.0], "HARM_SHAPE"),
        ([[20, 3]], [1.0, -1.0], [10.0], "HARM_WEIGHTS"),
        ([[20, 3]], [1.0, np.nan], [10.0], "HARM_WEIGHTS"),
        ([[20, 3]], [0.0, 0.0], [10.0], "HARM_WEIGHTS"),
        ([[20, -3]], [1.0, 1.0], [10.0], "RATES_NEGATIVE_COUNT"),
        ([[20, np.nan]], [1.0, 1.0], [10.0], "RATES_NEGATIVE_COUNT"),
        ([[20, 3]], [1.0, 1.0], [0.0], "RATES_NO_DENOMINATOR"),
    ],
)
def test_what_makes_no_sense_is_refused(
    counts: object, weights: object, years: object, code: str
) -> None:
    with pytest.raises(MethodError) as caught:
        harm_rate(counts, weights, years)
    assert caught.value.code == code
