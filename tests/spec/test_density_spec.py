"""Kernel density: what one can check on paper."""

import numpy as np
import pytest
import shapely

from convive.core.errors import MethodError
from convive.core.spatial.density import kernel_density
from convive.core.spatial.density_bandwidth import likelihood_bandwidth, scott_bandwidth
from convive.core.spatial.density_grid import lay_grid
from convive.core.spatial.density_stability import Stability, density_stability

TOWN = shapely.box(0, 0, 2000, 1000)
GRID = lay_grid(TOWN, cell=25)
MIDDLE = np.array([[1000.0, 500.0]])
CORNER = np.array([[0.0, 0.0]])


def _whole(per_km2: np.ndarray) -> float:
    return float(np.nansum(per_km2)) * (25 / 1000) ** 2


def test_the_peak_over_one_point_is_that_of_the_normal_curve() -> None:
    found = kernel_density(MIDDLE + 12.5, GRID, bandwidth=100)
    assert np.nanmax(found.per_km2) == pytest.approx(1e6 / (2 * np.pi * 100**2), rel=1e-4)
    assert _whole(found.per_km2) == pytest.approx(1.0, rel=1e-3)


def test_in_a_corner_three_quarters_are_lost_without_edge_correction() -> None:
    assert _whole(kernel_density(CORNER, GRID, bandwidth=100, edge="none").per_km2) == (
        pytest.approx(0.25, rel=0.01)
    )
    assert _whole(kernel_density(CORNER, GRID, bandwidth=100, edge="diggle").per_km2) == (
        pytest.approx(1.0, rel=0.01)
    )


def test_an_even_town_is_even_up_to_its_border() -> None:
    x, y = np.meshgrid(np.arange(5, 2000, 10.0), np.arange(5, 1000, 10.0))
    points = np.column_stack([x.ravel(), y.ravel()])
    even = kernel_density(points, GRID, bandwidth=100).per_km2
    assert np.nanmin(even) == pytest.approx(10_000, rel=1e-3)
    assert np.nanmax(even) == pytest.approx(10_000, rel=1e-3)
    bare = kernel_density(points, GRID, bandwidth=100, edge="none").per_km2
    assert np.nanmin(bare) < 0.4 * 10_000, "which is why there is a correction"


def test_weights_count_and_what_lies_outside_does_not() -> None:
    points = np.vstack([MIDDLE, [[5000.0, 500.0]], [[np.nan, 1.0]]])
    found = kernel_density(points, GRID, bandwidth=100, weights=[3.0, 9.0, 9.0])
    assert (found.n, found.n_outside) == (1, 2)
    assert _whole(found.per_km2) == pytest.approx(3.0, rel=1e-3)


def test_the_quartic_kernel_ends_at_its_radius() -> None:
    found = kernel_density(MIDDLE + 12.5, GRID, bandwidth=200, kernel="quartic").per_km2
    assert np.nanmax(found) == pytest.approx(3e6 / (np.pi * 200**2), rel=0.02)
    cells_beyond = np.count_nonzero(found > 0) * 25**2
    assert cells_beyond < 1.5 * np.pi * 200**2


def test_ground_outside_the_town_has_no_density() -> None:
    island = shapely.union(TOWN, shapely.box(3000, 0, 3500, 500))
    grid = lay_grid(island, cell=25)
    assert grid.area_km2 == pytest.approx(2.25)
    found = kernel_density(MIDDLE, grid, bandwidth=100).per_km2
    assert np.isnan(found[grid.inside == 0]).all()
    assert np.isfinite(found[grid.inside == 1]).all()


def test_cells_at_a_slanting_border_hold_their_part() -> None:
    grid = lay_grid(shapely.Polygon([(0, 0), (1000, 0), (0, 1000)]), cell=30)
    assert grid.area_km2 == pytest.approx(0.5, rel=1e-9)


def test_a_range_that_does_not_hold_the_best_bandwidth_says_so() -> None:
    rng = np.random.default_rng(1)
    points = rng.uniform(0, 1, (100, 2)) * [2000, 1000]
    assert likelihood_bandwidth(points, GRID, [50, 60, 70]).at_end
    assert scott_bandwidth(points, GRID) > 100


def _towns(rng: np.random.Generator, centre: tuple[float, float], n: int) -> np.ndarray:
    dense = np.array(centre) + rng.normal(0, 60, (n // 2, 2))
    return np.vstack([dense, rng.uniform(0, 1, (n - n // 2, 2)) * [2000, 1000]])


def test_places_that_stay_are_told_from_places_that_moved() -> None:
    rng = np.random.default_rng(2)
    before = _towns(rng, (400, 500), 300)
    same = density_stability(before, _towns(rng, (400, 500), 300), GRID, rng=rng, bandwidth=100)
    moved = density_stability(before, _towns(rng, (1500, 500), 300), GRID, rng=rng, bandwidth=100)
    assert (same.verdict, moved.verdict) == (Stability.SAME, Stability.MOVED)
    index, low, high = same.accuracy_index
    assert low < index < high
    assert low > 5, "half of the points on a twentieth of the ground: about ten"
    assert moved.accuracy_index[0] < 2


def test_with_few_points_or_an_even_town_it_cannot_be_told() -> None:
    rng = np.random.default_rng(3)
    few = density_stability(
        _towns(rng, (400, 500), 49), _towns(rng, (400, 500), 300), GRID, rng=rng, bandwidth=100
    )
    assert (few.verdict, few.reason) == (Stability.CANNOT_TELL, "DENSITY_TOO_FEW")
    even = [rng.uniform(0, 1, (80, 2)) * [2000, 1000] for _ in range(2)]
    vague = density_stability(*even, GRID, rng=rng, bandwidth=100)
    assert (vague.verdict, vague.reason) == (Stability.CANNOT_TELL, "DENSITY_TOO_VAGUE")


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(MethodError, match="DENSITY_OUTLINE"):
        lay_grid(shapely.LineString([(0, 0), (1, 1)]), cell=1)
    with pytest.raises(MethodError, match="DENSITY_CELL"):
        lay_grid(TOWN, cell=0.1)
    with pytest.raises(MethodError, match="DENSITY_BANDWIDTH"):
        kernel_density(MIDDLE, GRID, bandwidth=30)
    with pytest.raises(MethodError, match="DENSITY_OPTION"):
        kernel_density(MIDDLE, GRID, bandwidth=100, edge="best")  # type: ignore[arg-type]
    with pytest.raises(MethodError, match="DENSITY_POINTS"):
        kernel_density(MIDDLE, GRID, bandwidth=100, weights=[-1])
    with pytest.raises(MethodError, match="DENSITY_TOO_FEW"):
        scott_bandwidth(MIDDLE, GRID)
    with pytest.raises(MethodError, match="DENSITY_SHARE"):
        density_stability(
            MIDDLE, MIDDLE, GRID, rng=np.random.default_rng(1), bandwidth=100, share=0.9
        )


def test_burglaries_of_manchester_stay_where_they_are(real_data) -> None:  # type: ignore[no-untyped-def]
    """Recorded burglaries 2016 to 2018 of the city: the same densest ground in two years."""
    import csv
    import gzip

    import geopandas

    folder = real_data / "greater_manchester"
    outline = geopandas.read_file(folder / "manchester_city_boundary_bng.geojson")
    with gzip.open(folder / "gmp_burglary_2016-02_2019-01.csv.gz", "rt") as file:
        rows = [r for r in csv.DictReader(file) if r["Longitude"] not in ("", "NA")]
        rows = [r for r in rows if -2.33 < float(r["Longitude"]) < -2.14]
    years = []
    for year in ("2017", "2018"):
        own = [r for r in rows if r["Month"].startswith(year)]
        xy = geopandas.GeoSeries.from_xy(
            [float(r["Longitude"]) for r in own], [float(r["Latitude"]) for r in own], crs=4326
        ).to_crs(27700)
        years.append(np.column_stack([xy.x, xy.y]))
    town = outline.to_crs(27700).union_all()
    grid = lay_grid(town, cell=100)
    assert grid.area_km2 == pytest.approx(town.area / 1e6, rel=1e-6)
    density = kernel_density(years[0], grid, bandwidth=400, edge="diggle")
    assert np.nansum(density.per_km2) * 0.01 == pytest.approx(density.n, rel=0.01)
    found = density_stability(*years, grid, rng=np.random.default_rng(1), bandwidth=400)
    assert found.n_before > 3000
    assert found.accuracy_index[1] > 1.5
    assert 0.3 < found.overlap < found.unchanged_middle + 0.2
