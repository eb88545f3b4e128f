"""What must hold of every density, scan, table of pairs and register."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.hot_spots import HotSpotStatus, RegisterRules, register_hot_spots
from convive.core.scan import ScanOptions, ScanWindows, circular_zones, scan_space_time
from convive.core.scan.dispersion import measure_dispersion
from convive.core.spatial.density import kernel_density
from convive.core.spatial.density_grid import lay_grid
from convive.core.spatial.near_repeat import NearRepeatBands, near_repeat

GRID = lay_grid(shapely.Polygon([(0, 0), (900, 100), (1000, 800), (300, 1000)]), cell=40)
SEEDS = st.integers(0, 10_000)


def _points(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 1000, (n, 2))


@settings(max_examples=25)
@given(SEEDS, st.integers(0, 40), st.sampled_from(["gaussian", "quartic"]))
def test_density_is_never_negative_and_adds_up(seed: int, n: int, kernel: str) -> None:
    points = _points(seed, n)
    one, two = points[: n // 2], points[n // 2 :]
    parts = [kernel_density(p, GRID, bandwidth=170, kernel=kernel).per_km2 for p in (one, two)]  # type: ignore[arg-type]
    whole = kernel_density(points, GRID, bandwidth=170, kernel=kernel)  # type: ignore[arg-type]
    inside = GRID.in_town
    assert (whole.per_km2[inside] >= 0).all()
    peak = max(float(whole.per_km2[inside].max()), 1.0)
    assert np.allclose(sum(parts)[inside], whole.per_km2[inside], atol=1e-3 * peak)
    assert whole.n + whole.n_outside == n


@settings(max_examples=25)
@given(SEEDS, st.integers(1, 40), st.floats(0.1, 50))
def test_diggle_keeps_the_weight_of_the_points(seed: int, n: int, weight: float) -> None:
    found = kernel_density(
        _points(seed, n), GRID, bandwidth=120, edge="diggle", weights=np.full(n, weight)
    )
    per_cell = np.where(GRID.in_town, found.per_km2, 0.0) * (GRID.cell / 1000) ** 2
    assert np.isclose(per_cell.sum(), found.n * weight, rtol=0.06)


@settings(max_examples=25)
@given(SEEDS)
def test_a_moved_and_doubled_town_has_the_same_scan(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places, cases = rng.uniform(0, 1, (12, 2)), rng.poisson(3, (12, 4))
    size = rng.uniform(1, 5, 12)
    scans = [
        scan_space_time(
            cases, np.outer(size, np.ones(4)) * scale, circular_zones(places * scale + 7, size),
            windows=ScanWindows(2), rng=np.random.default_rng(seed), options=ScanOptions(19),
        )
        for scale in (1.0, 2.0)
    ]  # fmt: skip
    one, other = ([(c.areas, c.cases, c.p) for c in scan.clusters] for scan in scans)
    assert one == other
    if not scans[0].clusters:
        return
    assert all(c.log_ratio > 0 and c.cases > c.expected for c in scans[0].clusters)
    ratios = [c.log_ratio for c in scans[0].clusters]
    assert ratios == sorted(ratios, reverse=True)


@settings(max_examples=25)
@given(SEEDS, st.integers(1, 9))
def test_dispersion_grows_with_the_size_of_lumps(seed: int, lump: int) -> None:
    table = np.random.default_rng(seed).poisson(2, (30, 10))
    one, _ = measure_dispersion(table)
    lumped, _ = measure_dispersion(table * lump)
    assert one is not None
    assert lumped is not None
    assert np.isclose(lumped, lump * one, rtol=0.02)


@settings(max_examples=40)
@given(SEEDS, st.integers(0, 45), st.booleans())
def test_pairs_are_those_of_two_loops(seed: int, n: int, same_place: bool) -> None:
    rng = np.random.default_rng(seed)
    places, days = rng.integers(0, 8, (n, 2)) * 50.0, rng.integers(0, 30, n)
    bands = NearRepeatBands((0, 50, 120, 200), (0, 1, 5, 12), same_place=same_place)
    found = near_repeat(places, days, bands, rng=rng, n_permutations=19)
    table = np.zeros((4, 3), dtype=int)
    for i in range(n):
        for j in range(i):
            apart, gap = np.hypot(*(places[i] - places[j])), abs(int(days[i]) - int(days[j]))
            if apart < 200 and gap < 12:
                row = 0 if apart == 0 else 1 + (apart >= 50) + (apart >= 120)
                table[row, (gap >= 1) + (gap >= 5)] += 1
    if not same_place:
        table = np.vstack([table[:1] + table[1:2], table[2:]])
    assert found.observed.tolist() == table.tolist()
    told = np.isfinite(found.ratio)
    assert (found.low[told] <= found.ratio[told]).all()
    assert (found.ratio[told] <= found.high[told]).all()


@settings(max_examples=25)
@given(SEEDS)
def test_the_order_of_incidents_and_the_origin_of_time_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places, days = rng.uniform(0, 500, (40, 2)), rng.integers(0, 50, 40)
    mixed = rng.permutation(40)
    bands = NearRepeatBands((0, 100, 200), (0, 7, 14))
    one = near_repeat(places, days, bands, rng=rng, n_permutations=19)
    other = near_repeat(
        places[mixed] + 1000.0, days[mixed] - 400, bands, rng=rng, n_permutations=19
    )
    assert np.array_equal(one.observed, other.observed)
    assert np.allclose(one.expected, other.expected)


Q = st.lists(
    st.lists(st.sampled_from([0.01, 0.04, 0.1, 0.3, 0.9, float("nan")]), min_size=6, max_size=6),
    min_size=1,
    max_size=6,
)


@settings(max_examples=100)
@given(Q)
def test_every_area_on_the_register_belongs_to_one_spot_with_a_whole_history(
    q: list[list[float]],
) -> None:
    neighbours = [[i, i + 1] for i in range(len(q) - 1)]
    register = register_hot_spots(q, np.reshape(neighbours, (-1, 2)))
    seen = np.zeros((len(q), 6), dtype=int)
    for spot in register.spots:
        periods = [record.period for record in spot.history]
        assert periods == list(range(periods[0], periods[0] + len(periods)))
        assert spot.history[0].status is HotSpotStatus.NEW
        assert all(r.status is not HotSpotStatus.GONE for r in spot.history[:-1])
        for record in spot.history:
            if record.status is not HotSpotStatus.GONE:
                seen[list(record.areas), record.period] += 1
    assert np.array_equal(seen, (register.number > 0).astype(int))


@settings(max_examples=50)
@given(Q)
def test_a_stricter_entry_lets_no_more_areas_on(q: list[list[float]]) -> None:
    loose = register_hot_spots(q, np.empty((0, 2)), RegisterRules(entry_periods=1))
    strict = register_hot_spots(q, np.empty((0, 2)), RegisterRules(entry_periods=2))
    assert ((strict.number > 0) <= (loose.number > 0)).all()
