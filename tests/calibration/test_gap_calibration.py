"""False gaps, and coverage of the scores."""

import numpy as np
import pytest

from convive.core.gap import face_gaps, standardise_face

pytestmark = pytest.mark.calibration


def test_alike_areas_get_a_scale_in_one_city_of_twenty_at_most() -> None:
    rng = np.random.default_rng(1)
    errors = rng.uniform(0.2, 2.0, 40)
    scaled = [standardise_face(rng.normal(0, errors), errors).reason is None for _ in range(2000)]
    assert 0.03 <= np.mean(scaled) <= 0.065


@pytest.mark.parametrize("n_areas", [20, 40, 150])
def test_faces_that_agree_show_hardly_any_gap_and_scores_cover(n_areas: int) -> None:
    rng = np.random.default_rng(2)
    alarms, covered = [], []
    for _ in range(300):
        truth = rng.normal(0, 1, n_areas)
        errors = rng.uniform(0.2, 0.5, n_areas)
        a = standardise_face(truth + rng.normal(0, errors), errors)
        b = standardise_face(5 * truth + rng.normal(0, 5 * errors), 5 * errors)
        alarms.append((face_gaps({"a": a, "b": b})[0].p <= 0.05).mean())
        scaled = truth - truth.mean()
        covered.append(((a.low <= scaled) & (scaled <= a.high)).mean())
    assert np.mean(alarms) <= 0.02
    # The spread is itself estimated: with few areas intervals are a little narrow.
    assert np.mean(covered) >= (0.91 if n_areas < 40 else 0.93)


def test_differences_at_the_margin_are_called_gaps_at_the_stated_rate() -> None:
    rng = np.random.default_rng(3)
    alarms = []
    for _ in range(300):
        truth = rng.normal(0, 1, 150)
        apart = np.where(rng.random(150) < 0.5, 0.25, -0.25)
        a = standardise_face(truth - apart + rng.normal(0, 0.1, 150), np.full(150, 0.1))
        b = standardise_face(truth + apart + rng.normal(0, 0.1, 150), np.full(150, 0.1))
        alarms.append((face_gaps({"a": a, "b": b})[0].p <= 0.05).mean())
    assert np.mean(alarms) <= 0.06
