"""Properties of observer effects whatever the ratings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.observers import area_means, rater_effects


@st.composite
def walks(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    """Every rater sees every area; places are met at random."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n_raters, n_areas = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    rater, area = (x.ravel() for x in np.indices((n_raters, n_areas)))
    rater, area = np.tile(rater, 3), np.tile(area, 3)
    place = area * 10 + rng.integers(0, draw(st.integers(1, 9)), area.size)
    return rng.uniform(0, 3, area.size), rater, place, area


@given(walks())
def test_adding_to_all_ratings_changes_no_effect(walk: tuple) -> None:
    ratings, rater, place, area = walk
    one = rater_effects(ratings, rater, place, areas=area)
    two = rater_effects(ratings + 1.0, rater, place, areas=area)
    assert two.effect == pytest.approx(one.effect, abs=1e-3)
    assert area_means(ratings + 1.0, rater, place, area).mean == pytest.approx(
        area_means(ratings, rater, place, area).mean + 1.0, abs=1e-3
    )


@given(walks())
def test_turning_the_scale_over_turns_the_sign(walk: tuple) -> None:
    ratings, rater, place, area = walk
    one = rater_effects(ratings, rater, place, areas=area)
    two = rater_effects(3.0 - ratings, rater, place, areas=area)
    assert two.effect == pytest.approx(-one.effect, abs=1e-3)
    assert two.p == pytest.approx(one.p, abs=1e-3)


@given(walks())
def test_effects_of_the_reference_add_up_to_nothing(walk: tuple) -> None:
    ratings, rater, place, area = walk
    effects = rater_effects(ratings, rater, place, areas=area)
    assert effects.effect[effects.is_reference].sum() == pytest.approx(0, abs=1e-9)
    assert np.all(effects.se > 0)


@given(walks(), st.randoms(use_true_random=False))
def test_order_of_stops_does_not_matter(walk: tuple, shuffler: object) -> None:
    ratings, rater, place, area = walk
    order = np.arange(ratings.size)
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    one = rater_effects(ratings, rater, place, areas=area)
    two = rater_effects(ratings[order], rater[order], place[order], areas=area[order])
    assert two.effect == pytest.approx(one.effect, abs=1e-3)
