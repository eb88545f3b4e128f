"""What holds for every index and every set of bands."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.index import Slot, build_index, mean_of_parts, tie_bands
from convive.core.model import Side

points = st.lists(st.integers(40, 160), min_size=1, max_size=25)


@given(points, st.integers(1, 30))
def test_bands_follow_the_values_and_have_no_gaps(numbers: list[int], spread: int) -> None:
    x = np.array(numbers, dtype=float)
    bands = tie_bands(x, np.full(x.size, spread / 2))
    assert set(bands.tolist()) == set(range(1, bands.max() + 1))
    order = np.argsort(-x, kind="stable")
    assert (np.diff(bands[order]) >= 0).all()


@given(points, st.integers(1, 30), st.floats(0.1, 10), st.floats(-50, 50))
def test_bands_do_not_depend_on_the_scale(
    numbers: list[int], spread: int, factor: float, shift: float
) -> None:
    x, se = np.array(numbers, dtype=float), np.full(len(numbers), spread / 2)
    moved = tie_bands(factor * x + shift, factor * se)
    assert np.abs(moved.max() - tie_bands(x, se).max()) == 0


@given(points, st.integers(1, 30))
def test_areas_whose_difference_is_beyond_doubt_never_share_a_band(
    numbers: list[int], spread: int
) -> None:
    x = np.array(numbers, dtype=float)
    se = spread / 10
    bands = tie_bands(x, np.full(x.size, se))
    for i in range(x.size):
        for j in range(i):
            if abs(x[i] - x[j]) > 6 * se * np.sqrt(2):
                assert bands[i] != bands[j]


@given(points)
def test_wider_errors_never_make_more_bands(numbers: list[int]) -> None:
    x = np.array(numbers, dtype=float)
    assert tie_bands(x, np.full(x.size, 9.0)).max() <= tie_bands(x, np.full(x.size, 3.0)).max()


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_permuting_areas_permutes_the_index_and_its_intervals(seed: int, shuffler) -> None:
    rng = np.random.default_rng(seed)
    values, errors = rng.normal(0, 1, (3, 8, 2)), rng.uniform(0.1, 0.4, (3, 8, 2))
    slots = [
        Slot("a", "theft", Side.OBJECTIVE, is_lower_better=True),
        Slot("b", "violence", Side.OBJECTIVE, is_lower_better=True),
        Slot("c", "perception", Side.SUBJECTIVE, is_lower_better=False),
    ]
    order = list(range(8))
    shuffler.shuffle(order)
    one = build_index(values, errors, slots, 0, rng=np.random.default_rng(1))
    other = build_index(values[:, order], errors[:, order], slots, 0, rng=np.random.default_rng(1))
    for name, component in one.components.items():
        assert other.components[name].values == pytest.approx(component.values[order])
        assert other.components[name].low == pytest.approx(component.low[order])
        assert np.array_equal(other.components[name].bands, component.bands[order])


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_an_indicator_outside_a_theme_does_not_touch_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, (2, 6, 1))
    moved = values.copy()
    moved[1] = rng.normal(0, 5, (6, 1))
    slots = [
        Slot("a", "theft", Side.OBJECTIVE, is_lower_better=True),
        Slot("b", "violence", Side.OBJECTIVE, is_lower_better=True),
    ]
    errors = np.full(values.shape, 0.1)
    one = build_index(values, errors, slots, 0, rng=np.random.default_rng(1))
    other = build_index(moved, errors, slots, 0, rng=np.random.default_rng(1))
    same = one.components["theft.objective"].values
    assert np.array_equal(same, other.components["theft.objective"].values)


@given(st.lists(st.floats(1, 199), min_size=1, max_size=8))
def test_the_geometric_mean_never_exceeds_the_arithmetic(parts: list[float]) -> None:
    column = np.array(parts)[:, None]
    geometric = float(mean_of_parts(column, how="geometric")[0])
    arithmetic = float(mean_of_parts(column)[0])
    assert min(parts) - 1e-9 <= geometric <= arithmetic + 1e-9
