"""Densities, scans and near repeats against R, a published test and second implementations."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from scipy.special import ndtr

from convive.core.scan import (
    ScanOptions,
    ScanWindows,
    circular_zones,
    scan_areas,
    scan_permutation,
    scan_space_time,
)
from convive.core.scan.kernel import log_ratio
from convive.core.spatial.density import kernel_density
from convive.core.spatial.density_bandwidth import likelihood_bandwidth, scott_bandwidth
from convive.core.spatial.density_grid import DensityGrid, lay_grid, mass_inside, places
from convive.core.spatial.near_repeat import NearRepeatBands, near_repeat
from factories.oracle.hotspots import inputs

_KEPT = Path(__file__).parent / "r" / "hotspots.json"
NUMBERS: dict[str, Any] = json.loads(_KEPT.read_text(encoding="utf-8"))
TABLES = inputs()
TOWN = shapely.box(0, 0, 2000, 1500)
WHERE = 'cat(system.file("shapes/NY8_utm18.shp", package = "spData"))'


def _pair(name: str) -> np.ndarray:
    return np.column_stack([TABLES[name]["x"], TABLES[name]["y"]])


@pytest.fixture(scope="module")
def grid() -> DensityGrid:
    return lay_grid(TOWN, cell=10)


def _at_nodes(values: np.ndarray, grid: DensityGrid) -> np.ndarray:
    column, row = (np.rint(place).astype(int) for place in places(_pair("nodes"), grid))
    return values[row, column]


@pytest.mark.parametrize(
    ("edge", "kernel", "bandwidth", "of_peak", "relative"),
    [
        ("none", "gaussian", 120.0, 1e-7, 1e-6),
        ("uniform", "gaussian", 120.0, 1e-7, 1e-6),
        ("diggle", "gaussian", 120.0, 1e-6, 2e-5),
        ("none", "quartic", 300.0, 1e-4, 2e-2),
    ],
)
def test_density_of_spatstat(
    grid: DensityGrid, edge: Any, kernel: Any, bandwidth: float, of_peak: float, relative: float
) -> None:
    """Against exact sums at points: what is left is the binning."""
    found = kernel_density(_pair("points"), grid, bandwidth=bandwidth, kernel=kernel, edge=edge)
    theirs = np.array(NUMBERS["density"][kernel if kernel == "quartic" else edge])
    off = np.abs(_at_nodes(found.per_km2, grid) - theirs)
    assert np.max(off) / np.max(theirs) < of_peak
    assert np.max(off / theirs) < relative


def test_bandwidths_of_spatstat() -> None:
    grid = lay_grid(TOWN, cell=20)
    points, numbers = _pair("points"), NUMBERS["density"]
    assert scott_bandwidth(points, grid) == pytest.approx(numbers["scott"], rel=1e-9)
    found = likelihood_bandwidth(points, grid, numbers["ppl_sigma"])
    assert found.bandwidth == pytest.approx(numbers["ppl"])
    mean_log = np.array(numbers["ppl_cv"]) / len(points)
    assert found.score == pytest.approx(mean_log, rel=1e-4)


def test_kernel_mass_of_an_outline_with_a_corner_cut_out_is_exact() -> None:
    outline = TOWN.difference(shapely.box(1205, 805, 2000, 1500))
    grid = lay_grid(outline, cell=10)
    mass = mass_inside(grid, bandwidth=120, kernel="gaussian")
    at = np.array([[5.0, 5.0], [1195.0, 795.0], [1195.0, 1495.0], [605.0, 405.0]])

    def part(x_low: float, y_low: float) -> np.ndarray:
        x = ndtr((2000 - at[:, 0]) / 120) - ndtr((x_low - at[:, 0]) / 120)
        y = ndtr((1500 - at[:, 1]) / 120) - ndtr((y_low - at[:, 1]) / 120)
        return x * y

    column, row = (np.rint(place).astype(int) for place in places(at, grid))
    assert mass[row, column] == pytest.approx(part(0, 0) - part(1205, 805), rel=1e-4)


def test_knox_of_surveillance() -> None:
    numbers = NUMBERS["knox"]
    for bands in (
        NearRepeatBands((0, 99.5), (0, 7), same_place=False),
        NearRepeatBands((0, 100, 200, 300), (0, 7, 14, 28)),
    ):
        found = near_repeat(
            _pair("events"), TABLES["events"]["day"], bands, rng=np.random.default_rng(1)
        )
        if not bands.same_place:
            assert found.observed.tolist() == [[numbers["observed"]]]
            assert found.expected[0, 0] == pytest.approx(numbers["expected"], rel=1e-9)
        else:
            assert found.observed.tolist() == numbers["table"]
            margins = np.outer(numbers["in_space"], numbers["in_time"])
            assert found.expected == pytest.approx(margins / found.n_pairs, rel=1e-12)


def test_permutations_have_the_mean_and_the_spread_of_a_second_implementation() -> None:
    rng = np.random.default_rng(3)
    places_, days = rng.uniform(0, 1000, (60, 2)), rng.integers(0, 40, 60)
    found = near_repeat(
        places_, days, NearRepeatBands((0, 150), (0, 5), same_place=False),
        rng=rng, n_permutations=9999, alternative="greater",
    )  # fmt: skip
    one, other = np.triu_indices(60, 1)
    near = np.hypot(*(places_[one] - places_[other]).T) < 150
    counts = []
    for _ in range(4000):
        mixed = rng.permutation(days)
        counts.append(int((near & (np.abs(mixed[one] - mixed[other]) < 5)).sum()))
    seen = int((near & (np.abs(days[one] - days[other]) < 5)).sum())
    assert found.observed[0, 0] == seen
    assert np.mean(counts) == pytest.approx(found.expected[0, 0], rel=0.01)
    assert found.p[0, 0] == pytest.approx(np.mean(np.array(counts) >= seen), abs=0.03)


def test_published_likelihood_ratios() -> None:
    """SaTScan's own unit test: New Mexico, 1175 cases."""
    assert log_ratio(10, 1, 1175) == pytest.approx(14.060436, rel=1e-7)
    assert log_ratio(2, 1, 1175) == pytest.approx(0.386720, rel=2e-6)


FEW = ScanOptions(n_replications=19, least_cases=1)


def _scanned(name: str) -> Any:
    areas = TABLES["areas"]
    zones = circular_zones(_pair("areas"), areas["residents"])
    table = np.column_stack([areas[f"month{t}"] for t in range(12)])
    rng = np.random.default_rng(1)
    windows = ScanWindows(4, is_prospective=name == "prospective")
    if name == "areas":
        return scan_areas(areas["cases"], areas["residents"], zones, rng=rng, options=FEW)
    if name == "permutation":
        return scan_permutation(table, zones, windows=windows, rng=rng, options=FEW)
    residents = np.repeat(areas["residents"][:, np.newaxis], 12, axis=1)
    return scan_space_time(table, residents, zones, windows=windows, rng=rng, options=FEW)


@pytest.mark.parametrize("name", ["areas", "prospective", "retrospective", "permutation"])
def test_scans_by_brute_force_in_r(name: str) -> None:
    numbers, found = NUMBERS["scan"][name], _scanned(name).clusters[0]
    assert found.log_ratio == pytest.approx(numbers["llr"], rel=1e-9)
    assert found.cases == numbers["cases"]
    assert found.expected == pytest.approx(numbers["expected"], rel=1e-9)
    assert len(found.areas) == numbers["n"]
    if "first" in numbers:
        assert (found.first_period, found.last_period) == (numbers["first"], numbers["last"])


@pytest.mark.parametrize(("name", "share"), [("ny_half", 0.5), ("ny_tenth", 0.1)])
def test_new_york_leukaemia(name: str, share: float) -> None:
    """The data of a package of R, read where it is installed."""
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    asked = ["Rscript", "--vanilla", "-e", WHERE]
    path = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    if not path:
        pytest.skip("R's package spData is not installed")
    import geopandas

    ny = geopandas.read_file(path)
    zones = circular_zones(ny[["X", "Y"]].to_numpy(), ny["POP8"], max_share=share)
    options = ScanOptions(n_replications=99, tail="gumbel")
    found = scan_areas(
        np.floor(ny["TRACTCAS"]), ny["POP8"], zones, rng=np.random.default_rng(1), options=options
    )
    numbers, first = NUMBERS["scan"][name], found.clusters[0]
    assert first.log_ratio == pytest.approx(numbers["llr"], rel=1e-9)
    assert (first.cases, len(first.areas)) == (numbers["cases"], numbers["n"])
    assert first.p < 0.005


@pytest.mark.parametrize("is_prospective", [True, False])
def test_replications_are_scanned_like_the_data(is_prospective: bool) -> None:
    """The quick loop over many replications against all logarithms in NumPy."""
    from convive.core.scan.kernel import scan_maxima

    rng = np.random.default_rng(8)
    n_areas, n_times, lanes = 25, 6, 7
    zones = circular_zones(rng.uniform(0, 1, (n_areas, 2)), np.ones(n_areas))
    base = rng.uniform(0.2, 3.0, (n_areas, n_times))
    counts = rng.poisson(base[:, :, np.newaxis], (n_areas, n_times, lanes))
    total = float(base.sum() * 1.5)
    pairs = [(s, e) for s, e in itertools.combinations(range(n_times + 1), 2)]
    windows = [(s, e) for s, e in pairs if e == n_times or not is_prospective]
    summed = np.pad(np.cumsum(counts, axis=1), ((0, 0), (1, 0), (0, 0))).astype(np.int32)
    summed_base = np.pad(np.cumsum(base, axis=1), ((0, 0), (1, 0)))
    found = scan_maxima(
        (zones.order, zones.start), np.array(windows, np.int32), summed_base, summed, total, 1
    )
    best = np.zeros(lanes)
    for centre in range(n_areas):
        for k in range(1, int(np.diff(zones.start)[centre]) + 1):
            zone = list(zones.areas(centre, k))
            for s, e in windows:
                c, m = counts[zone, s:e].sum(axis=(0, 1)), base[zone, s:e].sum()
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratio = c * np.log(c / m) + (total - c) * np.log((total - c) / (total - m))
                best = np.maximum(best, np.where(c > m, ratio, 0.0))
    assert found == pytest.approx(best, rel=1e-12)
