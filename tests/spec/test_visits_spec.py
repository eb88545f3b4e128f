"""Planning of fieldwork: who goes where, said in cases that a coordinator would ask about."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from convive.app.fieldwork.visits import Spot, plan_visits, reliability, short_order, way_length
from convive.core.errors import RequestError


def _spots(n: int, n_areas: int = 4) -> list[Spot]:
    rng = np.random.default_rng(5)
    return [
        Spot(f"P{k:02d}", f"A{k % n_areas}", *(np.array([4.3, 50.8]) + rng.random(2) / 20))
        for k in range(n)
    ]


def _plan(n: int = 40, raters: int = 4, **options):
    labels = [f"R{k}" for k in range(raters)]
    options = {"rng": np.random.default_rng(1), **options}
    return plan_visits(_spots(n), labels, **options)


def test_every_place_is_seen_by_day_and_by_night_and_fifteen_percent_of_that_twice():
    plan = _plan()
    first = Counter((v.place, v.daypart) for v in plan.visits if not v.is_double)
    assert len(first) == 80
    assert set(first.values()) == {1}
    assert sum(v.is_double for v in plan.visits) == 12
    assert plan.reliability is not None
    assert plan.reliability.is_sensible


def test_work_is_shared_evenly_by_day_by_night_and_over_areas():
    plan = _plan()
    for part in ("day", "night"):
        load = Counter(v.rater for v in plan.visits if v.daypart == part)
        assert max(load.values()) - min(load.values()) <= 3
    load = Counter(v.rater for v in plan.visits)
    assert max(load.values()) - min(load.values()) <= 1
    area = {spot.place: spot.area for spot in _spots(40)}
    assert {(v.rater, area[v.place]) for v in plan.visits} == {
        (f"R{k}", f"A{j}") for k in range(4) for j in range(4)
    }


def test_the_same_seed_gives_the_same_plan_and_another_one_another():
    again = [_plan(rng=np.random.default_rng(seed)).visits for seed in (7, 7, 8)]
    assert again[0] == again[1]
    assert again[0] != again[2]


def test_one_observer_alone_cannot_rate_twice_but_may_go_without():
    with pytest.raises(RequestError, match="VISITS_ONE_RATER"):
        _plan(raters=1)
    plan = _plan(raters=1, share=0)
    assert plan.reliability is None
    assert len(plan.visits) == 80


def test_too_few_second_ratings_for_many_observers_are_refused_with_what_would_do():
    with pytest.raises(RequestError, match="VISITS_UNCONNECTED") as refused:
        _plan(n=10, raters=6, share=0.1)
    assert refused.value.data["n_double"] == 2
    assert refused.value.data["least_share"] == 30
    assert refused.value.data["most_raters"] == 2
    assert _plan(n=10, raters=6, share=0.30).reliability.n_double == 6
    assert _plan(n=10, raters=2, share=0.1).reliability.n_double == 2


def test_nothing_to_visit_and_nobody_to_go_are_said():
    with pytest.raises(RequestError, match="VISITS_NO_PLACES"):
        plan_visits([], ["R1", "R2"], rng=np.random.default_rng(1))
    with pytest.raises(RequestError, match="VISITS_NO_RATERS"):
        plan_visits(_spots(5), [], rng=np.random.default_rng(1))


def test_more_second_ratings_tell_more_about_agreement():
    few, many = reliability(12, 80), reliability(120, 800)
    assert few.half_width == pytest.approx(many.half_width * np.sqrt(10), rel=0.01)
    assert reliability(few.n_for_tenth, 800).half_width == pytest.approx(0.1, abs=0.002)
    assert not reliability(2, 80).is_sensible
    assert reliability(80, 800).is_sensible


def test_a_way_along_a_street_does_not_go_back_and_forth():
    street = [Spot(f"P{k}", "A", 4.30 + 0.001 * k, 50.85) for k in (0, 3, 1, 4, 2)]
    order = short_order(street)
    assert [street[k].place for k in order] in (
        ["P0", "P1", "P2", "P3", "P4"], ["P4", "P3", "P2", "P1", "P0"],
    )  # fmt: skip
    assert way_length(street, order) == pytest.approx(281, abs=2)  # 0.004° at 50.85° N


def test_places_without_a_position_come_last_and_the_way_is_not_told():
    spots = [Spot("X", "A"), *_spots(5)]
    assert short_order(spots)[-1] == 0
    assert way_length(spots, short_order(spots)) is None
