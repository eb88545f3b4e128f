"""What holds for every set of faces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.gap import face_gaps, minimum_effect_p, standardise_face

values = st.lists(st.integers(-50, 50), min_size=6, max_size=20)


@given(values, st.floats(0.1, 20), st.floats(-100, 100))
def test_the_scale_of_the_source_does_not_matter(
    numbers: list[int], factor: float, shift: float
) -> None:
    x = np.array(numbers, dtype=float)
    one = standardise_face(x, np.full(x.size, 3.0))
    other = standardise_face(factor * x + shift, np.full(x.size, 3.0 * factor))
    assert one.reason == other.reason
    if one.reason is None:
        assert other.scores == pytest.approx(one.scores, rel=1e-6, abs=1e-6)
        assert other.p == pytest.approx(one.p, rel=1e-4, abs=1e-6)


@given(values, st.randoms(use_true_random=False))
def test_permuting_areas_permutes_scores(numbers: list[int], shuffler) -> None:
    x = np.array(numbers, dtype=float)
    order = list(range(x.size))
    shuffler.shuffle(order)
    errors = np.linspace(1, 4, x.size)
    one, other = standardise_face(x, errors), standardise_face(x[order], errors[order])
    if one.reason is None:
        assert other.scores == pytest.approx(one.scores[order], rel=1e-6, abs=1e-9)


@given(values)
def test_shrunken_lies_between_the_city_and_the_score(numbers: list[int]) -> None:
    face = standardise_face(numbers, np.linspace(1, 9, len(numbers)))
    if face.reason is None:
        assert (np.abs(face.shrunken) <= np.abs(face.scores)).all()
        assert (face.shrunken * face.scores >= 0).all()


@given(values, values)
def test_gaps_turn_round_with_the_faces(first: list[int], second: list[int]) -> None:
    n = min(len(first), len(second))
    errors = np.full(n, 2.0)
    a, b = standardise_face(first[:n], errors), standardise_face(second[:n], errors)
    there, back = face_gaps({"a": a, "b": b}), face_gaps({"b": b, "a": a})
    assert len(there) == len(back)
    for one, other in zip(there, back, strict=True):
        assert one.difference == pytest.approx(-other.difference)
        assert one.low == pytest.approx(-other.high)
        assert one.p == pytest.approx(other.p)


@given(st.floats(-5, 5), st.floats(0.01, 3), st.floats(0, 1), st.floats(0, 1))
def test_a_wider_margin_is_harder_to_exceed(
    difference: float, error: float, margin: float, more: float
) -> None:
    narrow = float(minimum_effect_p(difference, error, margin))
    wide = float(minimum_effect_p(difference, error, margin + more))
    assert 0.0 <= narrow <= wide + 1e-12 <= 1.0 + 1e-9
