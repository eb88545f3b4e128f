"""What holds for every plan of visits and every list of places, whatever they are."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convive.app.fieldwork.place_list import CODE, parse_places
from convive.app.fieldwork.visits import Spot, plan_visits, short_order, way_length
from convive.core.errors import RequestError

DEGREES = st.tuples(st.floats(4.0, 4.2), st.floats(50.0, 50.1))


@given(
    positions=st.lists(st.one_of(st.just((None, None)), DEGREES), min_size=1, max_size=40),
    n_raters=st.integers(1, 7),
    share=st.sampled_from([0.0, 0.1, 0.15, 0.2, 0.5, 1.0]),
    dayparts=st.sampled_from([("day", "night"), ("day",), ("any",)]),
    seed=st.integers(0, 9),
)
def test_a_plan_is_whole_balanced_and_connected_or_refused(
    positions, n_raters, share, dayparts, seed
):
    spots = [Spot(f"P{k}", f"A{k % 3}", *at) for k, at in enumerate(positions)]
    raters = [f"R{k}" for k in range(n_raters)]
    n_stops = len(spots) * len(dayparts)
    n_double = math.ceil(share * n_stops)
    try:
        plan = plan_visits(
            spots, raters, dayparts=dayparts, share=share, rng=np.random.default_rng(seed)
        )
    except RequestError:
        assert share > 0
        assert n_raters < 2 or n_double < n_raters
        return
    first = [(v.place, v.daypart) for v in plan.visits if not v.is_double]
    assert sorted(first) == sorted((s.place, part) for s in spots for part in dayparts)
    assert len(plan.visits) - len(first) == n_double
    assert len({(v.place, v.daypart, v.rater) for v in plan.visits}) == len(plan.visits)
    load = Counter(v.rater for v in plan.visits)
    assert max(load.values()) - min(load.get(r, 0) for r in raters) <= 2
    if share > 0:
        assert _is_connected(plan.visits, raters)
    for rater in raters:
        for part in dayparts:
            own = [v.order for v in plan.visits if (v.rater, v.daypart) == (rater, part)]
            assert sorted(own) == list(range(1, len(own) + 1))


def _is_connected(visits, raters) -> bool:
    """Whether all raters hang together through stops that two of them rate."""
    groups = {rater: {rater} for rater in raters}
    stops: dict[tuple[str, str], list[str]] = {}
    for v in visits:
        stops.setdefault((v.place, v.daypart), []).append(v.rater)
    for pair in stops.values():
        merged = set().union(*(groups[r] for r in pair))
        for rater in merged:
            groups[rater] = merged
    return len(groups[raters[0]]) == len(raters)


@given(st.lists(DEGREES, max_size=25))
def test_an_order_keeps_all_places_and_is_never_longer_than_the_list(positions):
    spots = [Spot(str(k), "", *at) for k, at in enumerate(positions)]
    order = short_order(spots)
    assert sorted(order) == list(range(len(spots)))
    found, given_ = way_length(spots, order), way_length(spots, range(len(spots)))
    assert found <= given_ + 1e-6


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_any_bytes_give_places_or_problems_and_never_a_crash(content):
    found = parse_places(content)
    assert found.places or found.problems
    assert all(CODE.fullmatch(one.code) and one.name.isprintable() for one in found.places)


@given(
    st.lists(
        st.tuples(
            st.text(max_size=8), st.text(max_size=12), st.text(max_size=6), st.text(max_size=6)
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_every_row_is_a_place_or_has_a_problem_with_its_row(rows):
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["code", "name", "lat", "lon"])
    writer.writerows(rows)
    found = parse_places(out.getvalue())
    assert len(found.places) <= len(rows)
    if not found.problems:
        codes = [place.code.casefold() for place in found.places]
        assert len(codes) == len(set(codes))
    for place in found.places:
        assert (place.longitude is None) == (place.latitude is None)
        assert place.latitude is None or abs(place.latitude) <= 90
