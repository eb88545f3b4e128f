"""Neighbours, patterns of values and maps of rates, in cases that can be followed by hand."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import shapely

from convive.core.errors import MethodError
from convive.core.spatial.autocorrelation import gearys_c, getis_ord_g, morans_i
from convive.core.spatial.empirical_bayes import empirical_bayes
from convive.core.spatial.join_counts import join_counts, local_join_counts
from convive.core.spatial.local_statistics import (
    Pattern,
    local_geary,
    local_getis_ord,
    local_moran,
)
from convive.core.spatial.mapped_rate import mapped_rate
from convive.core.spatial.neighbours import (
    Neighbours,
    adjoining,
    join_islands,
    linked,
    nearest,
    within_distance,
)
from convive.core.spatial.rate_association import local_moran_of_rates, standardised_rates


def _square(x: float, y: float, side: float = 10.0) -> shapely.Polygon:
    return shapely.box(x, y, x + side, y + side)


def _lattice(side: int, n_more: int = 0) -> Neighbours:
    cell = np.arange(side * side).reshape(side, side)
    first = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    return linked(first, second, n_areas=side * side + n_more)


def _code(call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(MethodError) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value.code


def _rng() -> np.random.Generator:
    return np.random.default_rng(11)


# Neighbours


def test_a_common_corner_makes_neighbours_only_where_it_is_asked_for() -> None:
    diagonal = [_square(0, 0), _square(10, 10)]
    assert adjoining(diagonal).degree.tolist() == [1, 1]
    assert adjoining(diagonal, corners=False).is_island.all()


def test_a_gap_of_the_drawing_does_not_part_neighbours_but_a_street_does() -> None:
    assert adjoining([_square(0, 0), _square(10.5, 0)]).degree.tolist() == [1, 1]
    assert adjoining([_square(0, 0), _square(12, 0)]).is_island.all()


def test_borders_without_common_vertices_adjoin() -> None:
    beside = [_square(0, 0, 30), _square(30, 10), _square(30, 20)]
    assert adjoining(beside, corners=False).degree.tolist() == [2, 2, 2]


def test_an_area_without_an_outline_is_an_island() -> None:
    found = adjoining([_square(0, 0), None, shapely.Polygon(), _square(10, 0)])
    assert found.is_island.tolist() == [False, True, True, False]


def test_places_in_one_spot_are_neighbours_but_none_is_its_own() -> None:
    found = nearest([0.0, 0.0, 0.0, 0.0, 9.0], [0.0] * 5, k=2)
    assert (found.index != found.owner).all()
    assert found.degree.tolist() == [2] * 5


def test_a_place_without_coordinates_is_nobodys_neighbour() -> None:
    found = within_distance([0, 1, np.nan, 50], [0, 0, 0, 0], metres=2)
    assert found.degree.tolist() == [1, 1, 0, 0]
    assert found.subgraph.tolist() == [0, 0, 1, 2]


def test_an_island_is_joined_only_by_the_analyst() -> None:
    alone = linked([0], [1], n_areas=3)
    assert alone.is_island.tolist() == [False, False, True]
    joined = join_islands(alone, [0, 10, 21], [0, 0, 0])
    assert joined.index[joined.owner == 2].tolist() == [1]
    assert joined.is_symmetric


def test_weights_of_an_area_sum_to_one_even_after_others_were_left_out() -> None:
    part = _lattice(3).among([True] * 8 + [False])
    np.testing.assert_allclose(part.summed(part.weight), 1.0)


def test_what_cannot_be_a_neighbour_is_refused() -> None:
    assert _code(linked, [0, 1], [0, 2], n_areas=3) == "NEIGHBOURS_SELF"
    assert _code(linked, [0], [7], n_areas=3) == "NEIGHBOURS_SHAPE"
    assert _code(nearest, [0, 1], [0, 1], k=2) == "NEIGHBOURS_COUNT"
    assert _code(within_distance, [0, 1], [0, 1], metres=0) == "NEIGHBOURS_DISTANCE"


# The whole city

SLOPE = np.repeat(np.arange(6.0), 6)
BOARD = np.indices((6, 6)).sum(axis=0).ravel() % 2.0


def test_a_slope_is_alike_and_a_chessboard_unlike() -> None:
    lattice = _lattice(6)
    assert morans_i(BOARD, lattice).statistic == pytest.approx(-1.0)
    for statistic in (morans_i, gearys_c):
        alike, unlike = statistic(SLOPE, lattice), statistic(BOARD, lattice)
        assert alike.z > 3
        assert unlike.z < -3
        assert statistic(SLOPE, lattice, alternative="less").p > 0.99
        assert statistic(SLOPE, lattice, _rng(), alternative="greater").p == 0.001


def test_general_g_tells_high_clusters_from_low_ones() -> None:
    high = np.ones(36)
    high[[0, 1, 6, 7]] = 20.0
    assert getis_ord_g(high, _lattice(6)).z > 2
    assert _code(getis_ord_g, SLOPE - 2, _lattice(6)) == "NEIGHBOURHOOD_NEGATIVE"


def test_islands_and_missing_values_are_left_out_and_counted() -> None:
    with_island = _lattice(6, n_more=2)
    values = np.concatenate([SLOPE, [99.0, np.nan]])
    found = morans_i(values, with_island)
    assert found.statistic == pytest.approx(morans_i(SLOPE, _lattice(6)).statistic)
    assert (found.n_areas, found.n_islands, found.n_without_value) == (36, 1, 1)


def test_nothing_to_test_is_refused() -> None:
    assert _code(morans_i, np.ones(36), _lattice(6)) == "NEIGHBOURHOOD_CONSTANT"
    assert _code(morans_i, [1, 2, 3, 4], _lattice(2)) == "NEIGHBOURHOOD_TOO_FEW_AREAS"
    assert _code(morans_i, [1, 2], _lattice(6)) == "NEIGHBOURHOOD_SHAPE"
    assert _code(morans_i, SLOPE, _lattice(6), _rng(), permutations=0) == "SIGNIFICANCE_NO_DRAWS"
    assert _code(morans_i, SLOPE, _lattice(6), alternative="both") == "SIGNIFICANCE_ALTERNATIVE"


# Single areas


def _town_with_a_hot_corner() -> np.ndarray:
    values = np.random.default_rng(3).normal(0, 1, 400).reshape(20, 20)
    values[:4, :4] += 6.0
    values[15, 15] = 0.0
    return values.ravel()


def test_the_hot_corner_is_found_and_the_rest_is_not() -> None:
    values, lattice = _town_with_a_hot_corner(), _lattice(20)
    corner = np.zeros((20, 20), dtype=bool)
    corner[:4, :4] = True
    moran = local_moran(values, lattice, _rng())
    assert np.mean(moran.pattern[corner.ravel()] == Pattern.HIGH_HIGH) > 0.8
    assert np.mean(moran.pattern[~corner.ravel()] == Pattern.NOT_SIGNIFICANT) > 0.97
    hot = local_getis_ord(values, lattice, _rng())
    assert np.mean(hot.pattern[corner.ravel()] == Pattern.HOT_SPOT) > 0.8
    assert np.sum(hot.pattern == Pattern.COLD_SPOT) <= 2


def test_999_permutations_cannot_pass_the_adjustment_where_going_on_can() -> None:
    values, lattice = np.zeros(2500), _lattice(50)
    values[:] = np.random.default_rng(3).normal(size=2500)
    values[[0, 1, 50, 51]] += 8.0
    few = local_moran(values, lattice, _rng(), permutations=999)
    more = local_moran(values, lattice, _rng())
    assert few.p.min() == pytest.approx(0.002)
    assert not np.any(few.q <= 0.05)
    assert more.permutations.max() == 99_999
    assert np.median(more.permutations) == 999
    assert np.sum(more.pattern == Pattern.HIGH_HIGH) >= 3


def test_an_outlier_amid_low_ones_is_high_low_and_unlike() -> None:
    values = np.random.default_rng(6).normal(5, 1, (12, 12))
    values[3:8, 3:8] = np.random.default_rng(7).normal(0, 0.1, (5, 5))
    values[5, 5] = 12.0
    centre = 5 * 12 + 5
    moran = local_moran(values.ravel(), _lattice(12), _rng())
    geary = local_geary(values.ravel(), _lattice(12), _rng())
    assert moran.pattern[centre] == Pattern.HIGH_LOW
    assert geary.pattern[centre] == Pattern.UNLIKE
    assert geary.pattern[4 * 12 + 3] in {Pattern.LOW_LOW, Pattern.NOT_SIGNIFICANT}


def test_every_area_that_was_not_tested_says_why() -> None:
    values = np.concatenate([SLOPE, [99.0, np.nan]])
    values[0] = np.nan
    for found in (
        local_moran(values, _lattice(6, n_more=2), _rng()),
        local_getis_ord(values, _lattice(6, n_more=2), _rng()),
        local_geary(values, _lattice(6, n_more=2), _rng()),
    ):
        assert found.pattern[[0, 36, 37]].tolist() == ["no value", "no neighbours", "no value"]
        assert np.isnan(found.statistic[[0, 36, 37]]).all()
        assert np.isnan(found.q[[0, 36, 37]]).all()
        assert np.isfinite(found.p[1:36]).all()


def test_an_island_is_not_an_area_whose_neighbours_are_zero() -> None:
    values = np.concatenate([SLOPE + 50, [50.0]])
    found = local_moran(values, _lattice(6, n_more=1), None)
    without = local_moran(SLOPE + 50, _lattice(6), None)
    np.testing.assert_array_equal(found.p[:36], without.p)


def test_p_of_a_degenerate_null_is_one_and_never_more() -> None:
    """Everybody is everybody's neighbour: all arrangements give the same sums."""
    i, j = np.triu_indices(9, 1)
    everyone = linked(i, j, n_areas=9)
    found = local_moran(np.arange(9.0), everyone, _rng())
    assert found.p.tolist() == [1.0] * 9
    assert set(found.pattern) == {Pattern.NOT_SIGNIFICANT}


def test_p_is_two_sided() -> None:
    """High amid high and low amid high are as far from chance in either direction."""
    found = local_moran(BOARD, _lattice(6), _rng(), permutations=999, adjustment="none")
    assert found.p.max() <= 1.0
    assert found.p.max() > 0.5  # one-sided values folded at the middle never are
    inner = 6 * 2 + 2
    assert found.p[inner] < 0.1 + 2 * 0.06


def test_without_adjustment_there_are_more_areas_and_it_must_be_asked_for() -> None:
    values = np.random.default_rng(9).normal(size=400)
    plain = local_moran(values, _lattice(20), _rng(), adjustment="none")
    default = local_moran(values, _lattice(20), _rng())
    assert np.sum(plain.pattern != Pattern.NOT_SIGNIFICANT) > 8
    assert np.sum(default.pattern != Pattern.NOT_SIGNIFICANT) <= 1
    strict = local_moran(values, _lattice(20), _rng(), adjustment="any dependence")
    assert (strict.q >= default.q).all()
    assert _code(local_moran, values, _lattice(20), None, level=0) == "NEIGHBOURHOOD_LEVEL"


SCRIPT = """
import sys, json, numpy as np
from convive.core import threads
threads.processors = lambda: int(sys.argv[1])
from convive.core.spatial.local_statistics import local_moran
from convive.core.spatial.neighbours import linked
n = 900
nb = linked(range(n - 1), range(1, n), n_areas=n)
x = np.sin(np.arange(n) / 9.0) + np.random.default_rng(1).normal(size=n)
found = local_moran(x, nb, np.random.default_rng(2), permutations=199)
print(json.dumps(found.p.tolist()))
"""


def test_the_same_seed_gives_the_same_map_in_any_process_and_number_of_threads() -> None:
    printed = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, threads], check=True, capture_output=True, text=True
        ).stdout
        for threads in ("1", "3")
    ]
    assert printed[0] == printed[1]
    assert len(json.loads(printed[0])) == 900


# Joins


def test_joins_of_a_chessboard_are_all_between_colours() -> None:
    board = _lattice(6).weighted("binary")
    found = join_counts(BOARD, board, _rng())
    assert found.count.tolist() == [0.0, 0.0, 60.0]
    assert found.p[2] == 0.002
    assert found.expected.sum() == pytest.approx(60.0)


def test_marked_areas_among_marked_ones_are_found_exactly() -> None:
    marked = np.zeros(100)
    marked[[0, 1, 10, 11, 20, 21, 57]] = 1
    found = local_join_counts(marked, _lattice(10))
    assert found.statistic[11] == 3.0  # above, to the left and below
    assert found.p[11] < 0.001
    assert found.pattern[11] == Pattern.ALIKE
    assert found.pattern[57] == Pattern.NOT_SIGNIFICANT
    assert np.isnan(found.p[marked == 0]).all()
    assert _code(local_join_counts, marked * 2, _lattice(10)) == "NEIGHBOURHOOD_NOT_BINARY"


# Rates


def test_standardised_rates_of_equal_areas_order_as_the_counts() -> None:
    counts = np.array([5, 9, 2, 7])
    z = standardised_rates(counts, np.full(4, 1000.0))
    assert np.argsort(z).tolist() == np.argsort(counts).tolist()
    assert z.mean() == pytest.approx(0.0)


def test_the_same_rate_of_fewer_people_is_less_far_from_the_mean() -> None:
    z = standardised_rates([4, 400, 100], [100.0, 10_000.0, 10_000.0])
    assert 0 < z[0] < z[1]


def test_rates_without_events_are_refused() -> None:
    rare = np.zeros(36)
    rare[:5] = 1
    people = np.full(36, 900.0)
    refused = "NEIGHBOURHOOD_TOO_FEW_EVENTS"
    assert _code(local_moran_of_rates, rare, people, _lattice(6), _rng()) == refused
    assert _code(mapped_rate, rare, people, _lattice(6)) == refused


def test_marshalls_rate_lies_between_own_and_mean() -> None:
    found = empirical_bayes([30, 5, 10, 0], [1000.0] * 4)
    crude = np.array([30.0, 5.0, 10.0, 0.0])
    assert (np.abs(found.rate - 11.25) < np.abs(crude - 11.25)).all()
    alone = empirical_bayes([30, 5, 10, 0], [1000.0] * 4, linked([0, 1], [1, 2], n_areas=4))
    assert alone.rate[3] == 0.0
    assert alone.weight[3] == 1.0


def test_a_map_borrows_from_neighbours_where_neighbours_are_alike() -> None:
    lattice, people = _lattice(6), np.full(36, 1000.0)
    expected = np.where(np.arange(36) < 18, 30.0, 6.0)
    counts = np.random.default_rng(2).poisson(expected)
    counts[7] = 6  # a low count amid high ones
    found = mapped_rate(counts, people, lattice)
    assert found.shared > 0.6
    assert found.rate[7] > 7.5
    assert (found.low < found.rate).all()
    assert (found.rate < found.high).all()
    assert found.above[2] > 0.9
    assert found.above[33] < 0.1


def test_a_map_takes_islands_and_parts_and_refuses_one_way_links() -> None:
    two_parts = linked([0, 1, 2, 4, 5, 6], [1, 2, 3, 5, 6, 7], n_areas=9)
    found = mapped_rate([5, 6, 4, 5, 20, 22, 19, 25, 11], np.full(9, 1000.0), two_parts)
    assert np.isfinite(found.rate).all()
    assert found.low[8] < 11 < found.high[8]
    x = np.array([0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 63.0, 127.0, 255.0])
    one_way = nearest(x, x, k=1)
    assert _code(mapped_rate, [5] * 9, [100.0] * 9, one_way) == "NEIGHBOURS_ONE_WAY"
