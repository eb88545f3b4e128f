"""What holds for every panel with its checks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.evaluation import ControlledCounts, before_after_control
from convive.core.model import Verdict

seeds = st.integers(0, 100_000)


def _counts(seed: int, **known: object) -> ControlledCounts:
    rng = np.random.default_rng(seed)
    means = rng.uniform(0.5, 40, (int(rng.integers(2, 14)), 1))
    table = rng.poisson(means, (means.size, 48)).astype(float)
    return ControlledCounts(table[:1], table[1:], int(rng.integers(12, 40)), **known)


@given(seeds)
def test_effect_avoided_and_interval_agree(seed: int) -> None:
    found = before_after_control(_counts(seed))
    if found.effect is None:
        assert found.reason is not None
        return
    assert found.low <= found.effect <= found.high
    assert found.avoided_low <= found.avoided <= found.avoided_high
    assert found.avoided == 0 or (found.avoided > 0) == (found.effect < 0)


@given(seeds, st.integers(0, 47))
def test_a_month_nobody_knows_is_as_good_as_absent(seed: int, month: int) -> None:
    counts = _counts(seed, chosen_months=0)
    table = np.vstack([counts.treated, counts.comparison])
    holed = table.copy()
    holed[0, month] = np.nan
    start = counts.start
    one = before_after_control(ControlledCounts(holed[:1], holed[1:], start, chosen_months=0))
    cut = np.delete(table, month, axis=1)
    other = before_after_control(
        ControlledCounts(cut[:1], cut[1:], start - (month < start), chosen_months=0)
    )
    assert one.effect == pytest.approx(other.effect)
    assert one.verdict is other.verdict


@given(seeds)
def test_a_decisive_failure_always_silences(seed: int) -> None:
    found = before_after_control(_counts(seed, uneven_breaks=(30,)))
    assert found.verdict is Verdict.CANNOT_TELL
