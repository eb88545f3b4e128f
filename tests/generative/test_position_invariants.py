"""What must hold of every set of circles."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.spatial.position import (
    N_SAMPLES,
    Displacement,
    Doubt,
    displacement,
    relative_doubt,
    widened,
)


@st.composite
def _located(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    n_areas = draw(st.integers(1, 5))
    n = draw(st.integers(0, 30))
    place = st.integers(-1, n_areas - 1)
    own = draw(st.lists(place, min_size=n, max_size=n))
    rows = st.lists(place, min_size=N_SAMPLES, max_size=N_SAMPLES)
    samples = draw(st.lists(rows, min_size=n, max_size=n))
    return np.array(own, int), np.array(samples, int).reshape(n, N_SAMPLES), n_areas


def _columns(found: Displacement) -> list[list[int]]:
    return [getattr(found, name).tolist() for name in Displacement.__slots__]


@settings(max_examples=100, deadline=None)
@given(_located())
def test_nothing_is_lost_and_the_naive_sums_agree(
    given_: tuple[np.ndarray, np.ndarray, int],
) -> None:
    own, samples, n_areas = given_
    found = displacement(own, samples, n_areas)
    share = np.array([(samples == j).mean(axis=1) for j in range(n_areas)]).reshape(n_areas, -1)
    was = np.array([own == j for j in range(n_areas)]).reshape(n_areas, -1)
    assert np.allclose(found.net, (share - was).sum(axis=1))
    assert np.allclose(found.variance, (share * (1 - share)).sum(axis=1))
    assert (found.crossing <= found.n).all()
    assert (found.expected_away <= found.n).all()


@settings(max_examples=60, deadline=None)
@given(_located(), st.integers(0, 30))
def test_stretches_of_a_file_add_up_exactly(
    given_: tuple[np.ndarray, np.ndarray, int], cut: int
) -> None:
    own, samples, n_areas = given_
    parts = displacement(own[:cut], samples[:cut], n_areas) + displacement(
        own[cut:], samples[cut:], n_areas
    )
    assert _columns(parts) == _columns(displacement(own, samples, n_areas))


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.1, 1e4),
    st.floats(0.0, 0.9),
    st.floats(0.0, 5.0),
    st.floats(0.0, 2.0),
    st.floats(0.0, 1.0),
)
def test_an_interval_never_gets_narrower(
    value: float, down: float, up: float, extra: float, shift: float
) -> None:
    given_low, given_high = value * (1 - down), value * (1 + up)
    low, high = widened(
        [value], [given_low], [given_high], Doubt(np.array([extra]), np.array([shift]))
    )
    assert low[0] <= given_low * (1 + 1e-9)
    assert high[0] >= given_high * (1 - 1e-9)


@settings(max_examples=40, deadline=None)
@given(_located(), st.floats(0.1, 1.0))
def test_a_smaller_part_has_the_larger_relative_doubt(
    given_: tuple[np.ndarray, np.ndarray, int], part: float
) -> None:
    own, samples, n_areas = given_
    found = displacement(own, samples, n_areas)
    total = found.n.astype(float)
    whole = relative_doubt(total, total, found)
    assert (relative_doubt(part * total, total, found).square >= whole.square - 1e-12).all()
