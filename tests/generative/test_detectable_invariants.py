"""What holds for every plan and history."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.evaluation import (
    Design,
    DetectPlan,
    History,
    cheaper_ways,
    detectable_effect,
    simulated_effect,
)

seeds = st.integers(0, 100_000)
designs = st.sampled_from(
    [
        Design.BEFORE_AFTER_CONTROL,
        Design.INTERRUPTED_SERIES,
        Design.STAGGERED,
        Design.MATCHED_AREAS,
        Design.SYNTHETIC_CONTROL,
    ]
)


def _history(seed: int, **known: object) -> History:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 40))
    counts = rng.poisson(rng.uniform(0.2, 60, (n, 1)), (n, int(rng.integers(10, 60))))
    return History(counts.astype(float), [0], **known)


@settings(max_examples=60)
@given(seeds, designs, st.integers(3, 40))
def test_an_answer_or_a_reason_never_both(seed: int, design: Design, after: int) -> None:
    found = detectable_effect(DetectPlan(design, after), _history(seed))
    assert (found.percent is None) == (found.reason is not None)
    assert (found.percent is None) == (found.avoided_per_year is None)
    if found.percent is not None:
        assert -100 < found.percent < 0
        assert found.avoided_per_year > 0
        assert found.is_enough == (found.percent >= -10)
    assert len(cheaper_ways(found)) == (0 if found.is_enough else 3)


@settings(max_examples=40)
@given(seeds, designs)
def test_asking_for_more_certainty_finds_less(seed: int, design: Design) -> None:
    plan, history = DetectPlan(design, 18), _history(seed)
    usual = detectable_effect(plan, history).percent
    surer = detectable_effect(replace(plan, power=0.95), history).percent
    stricter = detectable_effect(replace(plan, alpha=0.01), history).percent
    if usual is not None:
        assert surer is None or surer < usual
        assert stricter is None or stricter < usual


@settings(max_examples=30)
@given(seeds)
def test_a_month_nobody_knows_is_as_good_as_absent(seed: int) -> None:
    plan, history = DetectPlan(Design.BEFORE_AFTER_CONTROL, 12), _history(seed)
    holed = np.array(history.counts)
    holed[-1, 3] = np.nan
    one = detectable_effect(plan, replace(history, counts=holed))
    other = detectable_effect(plan, replace(history, counts=np.delete(holed, 3, axis=1)))
    assert one == other


@settings(max_examples=10)
@given(seeds)
def test_trials_are_repeatable(seed: int) -> None:
    plan, history = DetectPlan(Design.BEFORE_AFTER_CONTROL, 12), _history(seed)
    one, two = (simulated_effect(plan, history, np.random.default_rng(1), runs=20) for _ in "ab")
    assert one == two
    if one.percent is not None:
        assert -100 < one.percent < 0
        assert one.power == pytest.approx(0.8)
