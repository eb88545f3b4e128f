"""What holds for every series."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.temporal import (
    daypart_weights,
    detect_break,
    monthly_trend,
    share_trend,
    verdict_of_change,
    weekday_hour_profile,
    yearly_trend,
)

series = st.lists(st.integers(0, 60), min_size=24, max_size=72)
years = st.lists(st.integers(5, 500), min_size=4, max_size=12)


@given(series, st.lists(st.integers(1, 71), max_size=3))
def test_a_trend_is_either_whole_or_has_a_reason(counts: list[int], breaks: list[int]) -> None:
    result = monthly_trend(counts, breaks=breaks)
    if result.reason is None:
        assert -100.0 <= result.low <= result.change_percent <= result.high
        assert 0.0 <= result.p <= 1.0
        assert np.isfinite(result.expected).all()
        assert (result.expected_low <= result.expected_high).all()
        assert result.dispersion >= 1.0
    else:
        assert result.change_percent is result.low is result.high is result.p is None


@given(series)
def test_the_interval_excludes_nothing_exactly_where_p_is_small(counts: list[int]) -> None:
    result = monthly_trend(counts)
    if result.reason is None and abs(result.p - 0.05) > 1e-6:
        assert (result.low > 0.0 or result.high < 0.0) == (result.p < 0.05)


@given(series, st.integers(2, 9))
def test_scaling_the_exposure_changes_nothing(counts: list[int], factor: int) -> None:
    one = monthly_trend(counts, exposure=np.full(len(counts), 1000.0))
    other = monthly_trend(counts, exposure=np.full(len(counts), 1000.0 * factor))
    assert one.reason == other.reason
    if one.reason is None:
        assert one.change_percent == pytest.approx(other.change_percent, rel=1e-6, abs=1e-6)
        assert one.p == pytest.approx(other.p, rel=1e-3, abs=1e-6)


@given(series)
def test_more_of_the_same_narrows_the_interval(counts: list[int]) -> None:
    one = monthly_trend([count + 5 for count in counts])
    many = monthly_trend([100 * (count + 5) for count in counts])
    if one.reason is None:
        assert many.change_percent == pytest.approx(one.change_percent, rel=1e-6, abs=1e-6)
        assert many.dispersion >= one.dispersion * (1 - 1e-9)


@given(years)
def test_yearly_trends_backwards_are_the_inverse(counts: list[int]) -> None:
    forward, backward = yearly_trend(counts), yearly_trend(counts[::-1])
    if forward.reason is None:
        product = (1 + forward.whole.amount / 100) * (1 + backward.whole.amount / 100)
        assert product == pytest.approx(1.0, rel=1e-4)
        assert forward.whole.p == pytest.approx(backward.whole.p, rel=1e-3, abs=1e-9)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0.001, 0.1))
def test_a_share_change_turns_round_with_the_waves(a: float, b: float, error: float) -> None:
    there = share_trend([a, b], [error, error]).whole
    back = share_trend([b, a], [error, error]).whole
    assert there.amount == pytest.approx(-back.amount)
    assert there.low == pytest.approx(-back.high)
    assert there.p == pytest.approx(back.p)


@given(st.floats(-80, 200), st.floats(0.1, 60), st.floats(0, 1), st.floats(0, 1), st.floats(5, 30))
def test_a_verdict_mirrors_with_its_sign(
    change: float, reach: float, p: float, q: float, narrow: float
) -> None:
    verdict = verdict_of_change(change, (change - reach, change + reach), p, q, narrow=narrow)
    mirrored = verdict_of_change(-change, (-change - reach, -change + reach), p, q, narrow=narrow)
    swap = {"rise": "fall", "fall": "rise"}
    head, _, tail = verdict.value.rpartition("_")
    if change != 0.0:
        assert mirrored.value == (f"{head}_{swap[tail]}" if tail in swap else verdict.value)


@given(st.integers(0, 2**32 - 1))
def test_a_search_is_repeatable_and_looks_only_where_it_may(seed: int) -> None:
    counts = np.random.default_rng(seed).poisson(50, 48)
    known = [20]
    first, again = (
        detect_break(counts, rng=np.random.default_rng(1), known_breaks=known, n_replicates=49)
        for _ in range(2)
    )
    assert first == again
    assert 6 <= first.index <= 42
    assert abs(first.index - 20) >= 6
    assert first.low <= first.ratio <= first.high
    assert 0.02 <= first.p <= 1.0


ranges = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(-100, 4_000), st.booleans(), st.booleans()),
    min_size=1,
    max_size=30,
)


@given(ranges)
def test_every_incident_is_spread_once_or_counted_as_left_out(rows: list[tuple]) -> None:
    minutes, lengths, has_end, precise = (np.array(column) for column in zip(*rows, strict=True))
    starts = np.datetime64("2024-01-01T00:00", "m") + minutes
    ends = np.where(has_end, starts + lengths, np.datetime64("NaT"))
    profile = weekday_hour_profile(starts, ends, precise)
    assert profile.expected_counts.sum() == pytest.approx(profile.n)
    left_out = profile.n_imprecise + profile.n_too_long + profile.n_backward
    assert profile.n + left_out == len(rows)
    weights = daypart_weights(starts, ends, precise)
    assert weights.sum() == pytest.approx(profile.n)
    by_hour = profile.expected_counts.sum(axis=0)
    assert weights[:, 0].sum() == pytest.approx(by_hour[6:22].sum())
