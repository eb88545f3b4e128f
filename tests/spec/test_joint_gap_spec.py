"""All faces at once: where they agree, where one of them stands out."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.gap import FaceScores, standardise_face
from convive.core.joint_gap import distance_to_agreement, joint_gaps


def face(scores: list[float], error: float = 0.2) -> FaceScores:
    values = np.array(scores)
    errors = np.full(values.size, error)
    return FaceScores(None, values, errors, values - 2 * errors, values + 2 * errors,
                      np.ones(values.size), values, 1.0, 0.0, 0.0)  # fmt: skip


def test_the_face_that_stands_out_is_named() -> None:
    faces = {
        "recorded": face([0.0, 0.1, 1.0]),
        "experienced": face([0.1, 0.0, np.nan]),
        "felt": face([2.0, 0.2, 1.1]),
        "observed": face([0.0, -0.1, np.nan]),
    }
    found = joint_gaps(faces)
    assert found.odd_one[0] == "felt"
    assert found.q[0] < 0.001
    assert found.p[1] == 1.0
    assert found.n_faces.tolist() == [4, 4, 2]
    assert found.odd_one[2] is None


def test_without_a_margin_two_faces_are_the_plain_test_of_a_difference() -> None:
    found = joint_gaps({"a": face([0.0]), "b": face([0.2 * np.sqrt(2) * 1.959964])}, margin=0.0)
    assert found.p[0] == pytest.approx(0.05, abs=1e-6)


def test_the_distance_by_hand() -> None:
    # Middle 1: each is 1 away, 0.75 beyond half the margin, 1.5 errors of 0.5: 2 × 2.25.
    assert distance_to_agreement(np.array([0.0, 2.0]), np.array([0.5, 0.5]), 0.5) == pytest.approx(
        4.5
    )


def test_one_face_is_no_comparison() -> None:
    alike = standardise_face([0.0, 0.1, 0.0, 0.1, 0.0], [1.0] * 5)
    with pytest.raises(MethodError, match="JOINT_GAP_FACES"):
        joint_gaps({"recorded": face([0.0]), "felt": alike})
    with pytest.raises(MethodError, match="FACE_SHAPE"):
        joint_gaps({"recorded": face([0.0]), "felt": face([0.0, 1.0])})
