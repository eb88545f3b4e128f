"""What holds for every forecast, season and share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.temporal.aoristic import WeekProfile
from convive.core.temporal.forecast import forecast
from convive.core.temporal.profile_contrast import daypart_change, daypart_contrast
from convive.core.temporal.relative import relative_trends
from convive.core.temporal.season_profile import season_profile

series = st.lists(st.integers(0, 60), min_size=36, max_size=72)
seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=25)
@given(series, st.integers(1, 12))
def test_a_forecast_lies_within_its_limits(counts: list[int], ahead: int) -> None:
    found = forecast(counts, ahead=ahead)
    if found.reason is None:
        assert found.expected.shape == (ahead,)
        assert (found.low <= found.high).all()
        assert (found.low >= 0).all()
        assert (found.high >= np.floor(found.expected)).all()


@settings(max_examples=25)
@given(seeds)
def test_the_order_of_areas_does_not_matter(seed: int) -> None:
    counts = np.random.default_rng(seed).poisson(20, (4, 30))
    one, other = relative_trends(counts), relative_trends(counts[::-1])
    assert one.p_any == pytest.approx(other.p_any)
    assert one.q == pytest.approx(other.q[::-1])


@settings(max_examples=25)
@given(seeds, st.integers(2, 9))
def test_a_season_is_a_ratio(seed: int, factor: int) -> None:
    counts = np.random.default_rng(seed).poisson(20, 48)
    found = season_profile(counts)
    assert np.prod(found.factors) == pytest.approx(1.0, rel=1e-6)
    assert 0.0 <= found.p <= 1.0
    per = season_profile(counts, exposure=np.full(48, float(factor)))
    assert per.factors == pytest.approx(found.factors, rel=1e-5)


@given(seeds)
def test_a_part_and_the_rest_mirror_each_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    week, then = (rng.poisson(1.0, (7, 24)).astype(float) for _ in range(2))
    one, two = (WeekProfile(w, int(w.sum()), 0, 0, 0) for w in (week, then))
    night, day = daypart_contrast(one, "night"), daypart_contrast(one, "day")
    assert night.share + day.share == pytest.approx(1.0)
    assert night.p == pytest.approx(day.p)
    assert night.share_interval[0] == pytest.approx(1 - day.share_interval[1])
    there, back = daypart_change(one, two), daypart_change(two, one)
    assert there.difference == pytest.approx(-back.difference)
    assert there.interval[0] == pytest.approx(-back.interval[1])
    assert there.p == pytest.approx(back.p)
