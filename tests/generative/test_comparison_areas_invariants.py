"""What holds for every choice of comparison areas."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convive.core.evaluation import AreaFacts, Speaks, comparison_areas

seeds = st.integers(0, 100_000)


@given(seeds)
def test_proposed_are_exactly_those_nothing_speaks_against(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    counts = rng.poisson(rng.uniform(0.5, 40, (n, 1)), (n, 36)).astype(float)
    marks = rng.random((3, n)) < 0.2
    facts = AreaFacts(rng.random((n, n)) < 0.2, marks[0], marks[1], {"people": rng.random(n)})
    found = comparison_areas(counts, [0], facts)
    if found.reason in {"comparison_too_short", "comparison_too_few"}:
        return
    assert [one.area for one in found.candidates] == list(range(1, n))
    for one in found.candidates:
        assert (one.area in found.proposed) == all(r.speaks is not Speaks.AGAINST for r in one.reasons)  # fmt: skip
        assert not (one.is_ruled_out and one.is_proposed)
        assert len(one.reasons) >= 5
    assert (found.reason is None) == bool(found.proposed)


@given(seeds, st.integers(2, 6))
def test_an_area_that_copies_the_treated_one_is_never_turned_away(seed: int, times: int) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.uniform(2, 40), 36).astype(float) + 1
    found = comparison_areas(np.tile(counts, (times, 1)), [0])
    assert found.proposed == tuple(range(1, times))
    assert abs(found.pretrend_percent or 0.0) < 1e-6
