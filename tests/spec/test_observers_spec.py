"""What observer effects mean, in cases that can be read."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.observers import area_means, rater_effects
from convive.core.significance import benjamini_hochberg


def _walk(rng: np.random.Generator, bias: np.ndarray, *, twice: float = 0.1) -> dict:
    """600 stops in 40 areas by 12 raters, some places seen twice, half of them at night."""
    n_stops, n_areas = 600, 40
    n_places = int(n_stops / (1 + twice))
    again = rng.choice(n_places, n_stops - n_places, replace=False)
    place = np.concatenate([np.arange(n_places), again])
    area, rater = place % n_areas, rng.integers(0, bias.size, n_stops)
    night = rng.integers(0, 2, n_stops).astype(float)
    truth = 1.5 + rng.normal(0, 0.4, n_areas)
    score = truth[area] + rng.normal(0, 0.3, n_places)[place] - 0.2 * night
    ratings = score + bias[rater] + rng.normal(0, 0.35, n_stops)
    names = np.array([f"r{i:02d}" for i in range(bias.size)])
    return {
        "ratings": ratings,
        "raters": names[rater],
        "places": place,
        "areas": area,
        "night": night,
        "truth": truth - 0.2 * night.mean(),
    }


@pytest.mark.parametrize("bias", [(0.6, -0.6), (0.5, 0.5)])
@pytest.mark.parametrize("twice", [0.0, 0.1, 1.0])
def test_two_biased_raters_are_found_and_no_others(bias: tuple, twice: float) -> None:
    planted = np.zeros(12)
    planted[3], planted[7] = bias
    walk = _walk(np.random.default_rng(11), planted, twice=twice)
    effects = rater_effects(
        walk["ratings"],
        walk["raters"],
        walk["places"],
        areas=walk["areas"],
        covariates=walk["night"],
    )
    found = effects.raters[benjamini_hochberg(effects.p) <= 0.05]
    assert found.tolist() == ["r03", "r07"]
    assert effects.effect[[3, 7]] == pytest.approx(bias, abs=0.2)
    assert effects.raters[~effects.is_reference].tolist() == ["r03", "r07"]
    assert effects.n.sum() == 600


def test_corrected_means_are_nearer_the_truth() -> None:
    planted = np.zeros(12)
    planted[[3, 7]] = 1.0, 1.0
    walk = _walk(np.random.default_rng(12), planted)
    columns = walk["ratings"], walk["raters"], walk["places"], walk["areas"]
    corrected = area_means(*columns, covariates=walk["night"])
    plain = area_means(columns[0], None, *columns[2:], covariates=walk["night"])
    truth = walk["truth"][corrected.areas.astype(int)]
    assert np.mean((corrected.mean - truth) ** 2) < 0.7 * np.mean((plain.mean - truth) ** 2)
    assert corrected.n.sum() == 600


def test_two_raters_at_the_same_places() -> None:
    """One rates exactly one point lower everywhere."""
    places = np.repeat(np.arange(10), 2)
    raters = np.tile(["ana", "bea"], 10)
    ratings = np.repeat(np.linspace(0.5, 2.5, 10), 2) + np.tile([1.0, 0.0], 10)
    effects = rater_effects(ratings + 0.01 * np.sin(np.arange(20)), raters, places, areas=places)
    assert effects.effect == pytest.approx([1.0, -1.0], abs=0.02)
    assert np.all(effects.p < 1e-6)


def test_not_rated_is_left_out() -> None:
    raters = ["a", "b", "a", "b", "a", "b", "b"]
    places = [1, 1, 2, 2, 3, 3, 4]
    ratings = [1, 2, 1, 2.1, 1, 1.9, np.nan]
    assert rater_effects(ratings, raters, places).n.tolist() == [3, 3]


def test_raters_who_share_no_area_cannot_be_compared() -> None:
    with pytest.raises(MethodError, match="OBSERVERS_DISCONNECTED") as caught:
        rater_effects(
            [1, 2, 1, 2, 3, 1.0],
            ["a", "b", "a", "c", "d", "c"],
            [1, 1, 2, 3, 3, 4],
            areas=[1, 1, 1, 2, 2, 2],
        )
    assert caught.value.data["groups"] == 2


def test_same_raters_are_compared_once_places_count_as_drawn_from_one_town() -> None:
    effects = rater_effects([1, 2, 1, 2, 3, 1.0], list("abacdc"), [1, 1, 2, 3, 3, 4])
    assert effects.raters.tolist() == ["a", "b", "c", "d"]


def test_one_rater_cannot_be_judged_but_areas_can() -> None:
    with pytest.raises(MethodError, match="OBSERVERS_ONE_RATER"):
        rater_effects([1, 2.0], ["a", "a"], [1, 2])
    means = area_means([1, 2, 3.0], ["a"] * 3, [1, 2, 3], ["x", "x", "y"])
    assert means.mean == pytest.approx([1.5, 3.0])


def test_night_that_is_the_same_as_an_area_cannot_be_told_apart() -> None:
    with pytest.raises(MethodError, match="OBSERVERS_COLLINEAR"):
        area_means(
            [1, 2, 3, 4.0], None, [1, 2, 3, 4], ["x", "x", "y", "y"], covariates=[0, 0, 1, 1.0]
        )


@pytest.mark.parametrize(("ratings", "code"), [([1, 2], "TOO_FEW"), ([np.nan] * 2, "TOO_FEW")])
def test_too_little_is_refused(ratings: list, code: str) -> None:
    with pytest.raises(MethodError, match=f"OBSERVERS_{code}"):
        rater_effects(ratings, ["a", "b"], [1, 1])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(MethodError, match="OBSERVERS_SHAPE"):
        rater_effects([1, 2.0], ["a"], [1, 1])


def test_place_seen_once_is_drawn_further_to_its_area() -> None:
    rng = np.random.default_rng(3)
    place = np.concatenate([np.repeat(np.arange(40), 4), [40]])
    height = rng.normal(0, 1, 41)
    height[40] = 3.0
    ratings = height[place] + rng.normal(0, 0.5, place.size)
    effects = rater_effects(ratings, [f"r{i % 4}" for i in range(place.size)], place)
    last = effects.places.tolist().index("40")
    assert effects.place_se[last] > 1.2 * effects.place_se[0]
    assert effects.place_score[last] < ratings[-1]
