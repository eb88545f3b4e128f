"""What the four faces and the gaps between them mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.gap import (
    FaceScores,
    face_gaps,
    minimum_effect_p,
    standardise_face,
    verdict_of_difference,
)
from convive.core.model import Verdict

AREAS = np.array([-1.5, -1.0, -0.5, 0.0, 0.0, 0.5, 1.0, 1.5])


def test_the_city_is_zero_and_one_is_the_spread_of_areas() -> None:
    face = standardise_face(AREAS * 3 + 7, np.full(8, 0.01))
    assert face.reason is None
    assert face.city == pytest.approx(7.0, abs=1e-6)
    assert face.spread == pytest.approx(3 * AREAS.std(ddof=1), rel=1e-4)
    assert face.scores == pytest.approx(AREAS / AREAS.std(ddof=1), rel=1e-4)


def test_noise_is_never_stretched_into_differences() -> None:
    rng = np.random.default_rng(1)
    face = standardise_face(rng.normal(0, 1, 40), np.full(40, 1.0))
    assert face.reason == "FACE_NO_DIFFERENCES"
    assert face.scores is None
    assert face.heterogeneity_p > 0.05


def test_an_area_without_a_figure_has_no_score_and_disturbs_nobody() -> None:
    values = np.append(AREAS, np.nan)
    face = standardise_face(values, np.append(np.full(8, 0.1), np.nan))
    alone = standardise_face(AREAS, np.full(8, 0.1))
    assert np.isnan(face.scores[-1])
    assert face.scores[:-1] == pytest.approx(alone.scores)


def test_few_areas_and_bad_errors() -> None:
    assert standardise_face([1.0, 2.0, 3.0], [0.1] * 3).reason == "FACE_TOO_FEW_AREAS"
    with pytest.raises(MethodError, match="FACE_STANDARD_ERROR"):
        standardise_face(AREAS, np.zeros(8))
    with pytest.raises(MethodError, match="FACE_SHAPE"):
        standardise_face(AREAS, [0.1])


def test_small_samples_are_drawn_towards_the_city() -> None:
    errors = np.where(AREAS == 1.5, 1.5, 0.1)
    face = standardise_face(AREAS, errors)
    share = face.shrunken / face.scores
    assert share[-1] < 0.5
    assert share[0] > 0.95


def test_the_city_mean_can_be_given() -> None:
    face = standardise_face(AREAS, np.full(8, 0.1), city=1.0)
    assert face.city == 1.0
    assert face.scores[6] == 0.0


def test_a_planted_gap_is_found_and_only_there() -> None:
    errors = np.full(8, 0.1)
    felt = AREAS.copy()
    felt[0] += 2.5
    faces = {
        "recorded": standardise_face(AREAS, errors),
        "felt": standardise_face(felt, errors),
    }
    (gap,) = face_gaps(faces)
    assert (gap.face_a, gap.face_b) == ("recorded", "felt")
    assert gap.difference[0] > 1.5
    assert gap.low[0] > 0.5
    assert gap.p.argmin() == 0
    assert (gap.p[1:] > 0.05).all()


def test_faces_without_differences_make_no_gaps() -> None:
    flat = standardise_face(np.zeros(8), np.full(8, 0.1))
    faces = {"recorded": standardise_face(AREAS, np.full(8, 0.1)), "felt": flat}
    assert face_gaps(faces) == ()


def test_pairs_follow_the_order_of_faces() -> None:
    one = standardise_face(AREAS, np.full(8, 0.1))
    gaps = face_gaps({"recorded": one, "felt": one, "observed": one})
    pairs = [("recorded", "felt"), ("recorded", "observed"), ("felt", "observed")]
    assert [(gap.face_a, gap.face_b) for gap in gaps] == pairs
    assert all((gap.difference == 0.0).all() and (gap.p > 0.9).all() for gap in gaps)


def test_shared_respondents_make_a_gap_surer() -> None:
    faces = {
        "experienced": standardise_face(AREAS, np.full(8, 0.3)),
        "felt": standardise_face(AREAS[::-1], np.full(8, 0.3)),
    }
    (apart,) = face_gaps(faces)
    (shared,) = face_gaps(faces, error_correlation={("experienced", "felt"): 0.5})
    assert shared.p[0] < apart.p[0]


def test_faces_of_different_cities_are_refused() -> None:
    one = standardise_face(AREAS, np.full(8, 0.1))
    other = standardise_face(np.append(AREAS, 0.2), np.full(9, 0.1))
    with pytest.raises(MethodError, match="FACE_SHAPE"):
        face_gaps({"recorded": one, "felt": other})
    with pytest.raises(MethodError, match="FACE_NO_SCORES"):
        face_gaps({"recorded": one, "felt": FaceScores(None, *(None,) * 9)})


@pytest.mark.parametrize(
    ("difference", "error", "small"),
    [(0.5, 0.001, False), (0.6, 0.001, True), (-0.6, 0.001, True), (3.0, 2.0, False)],
)
def test_only_differences_beyond_the_margin_count(
    difference: float, error: float, small: bool
) -> None:
    assert (minimum_effect_p(difference, error, 0.5) < 0.05) == small


@pytest.mark.parametrize(
    ("difference", "interval", "q", "verdict"),
    [
        (1.5, (1.0, 2.0), 0.001, Verdict.CLEARLY_ABOVE),
        (-1.5, (-2.0, -1.0), 0.001, Verdict.CLEARLY_BELOW),
        (0.2, (-0.4, 0.8), 0.60, Verdict.LIKE_THE_CITY),
        (0.2, (-1.4, 1.8), 0.60, Verdict.CANNOT_TELL),
    ],
)
def test_words(difference: float, interval: tuple, q: float, verdict: Verdict) -> None:
    assert verdict_of_difference(difference, interval, q) is verdict
    assert verdict_of_difference(None, None, None) is Verdict.CANNOT_TELL
