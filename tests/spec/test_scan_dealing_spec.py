"""Replications of a scan: cases dealt out to areas and months, and laid side by side."""

import dataclasses

import numpy as np
import pytest

from convive.core.scan import ScanOptions, ScanWindows, circular_zones
from convive.core.scan.dealing import deal_around, deal_periods
from convive.core.scan.dealing_kernel import alias_table, lay_side_by_side
from convive.core.scan.search import replicate, search_space


def _dealt(dealing, n: int, n_cells: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    into = np.zeros((n, n_cells), np.int32)
    dealing.deal(slice(0, n), into)
    return into


@pytest.mark.parametrize("weights", [[1.0], [1, 1, 1], [5, 0, 1, 0.5], [1e-9, 3, 1e9]])
def test_a_table_gives_each_cell_its_share(weights: list[float]) -> None:
    upto, landing = alias_table(np.array(weights, dtype=float))
    kept = np.minimum(upto - np.arange(len(weights)), 1.0)
    share = np.zeros(len(weights))
    np.add.at(share, landing[:, 0], kept / len(weights))
    np.add.at(share, landing[:, 1], (1 - kept) / len(weights))
    assert share == pytest.approx(np.array(weights) / np.sum(weights), abs=1e-12)


def test_cases_fall_on_cells_as_expected_and_vary_no_more_than_by_chance() -> None:
    expected = np.array([[4.0, 1.0], [0.0, 10.0]])  # 15 of 30 lie within reach
    dealing = deal_around(expected, 30, np.random.default_rng(1), 4000, dispersion=1.0)
    counts = _dealt(dealing, 4000, 4)
    share = expected.ravel() / 30
    assert counts.mean(axis=0) == pytest.approx(share * 30, abs=0.15)
    assert counts.var(axis=0) == pytest.approx(30 * share * (1 - share), rel=0.08)
    assert counts.sum(axis=1).max() == dealing.most


def test_uneven_replications_vary_more_and_keep_their_mean() -> None:
    expected = np.full((5, 4), 10.0)  # half of 400 lie within reach
    dealing = deal_around(expected, 400, np.random.default_rng(2), 3000, dispersion=3.0)
    counts = _dealt(dealing, 3000, 20)
    assert counts.mean() == pytest.approx(10, rel=0.02)
    assert counts.var(axis=0).mean() == pytest.approx(30, rel=0.1)
    # Within reach: a gamma share of all, then cases; beta-binomial, total given.
    shape, n = 200 / 2.0, 400
    variance = n * 0.25 * (2 * shape + n) / (2 * shape + 1)
    assert counts.sum(axis=1).var() == pytest.approx(variance, rel=0.1)


@pytest.mark.parametrize("dispersion", [1.0, 2.0])
def test_a_town_where_all_or_nothing_lies_within_reach(dispersion: float) -> None:
    rng = np.random.default_rng(3)
    whole = deal_around(np.ones((10, 6)), 60, rng, 20, dispersion=dispersion)
    assert _dealt(whole, 20, 60).sum(axis=1).tolist() == [60] * 20
    nothing = deal_around(np.zeros((10, 6)), 60, rng, 20, dispersion=dispersion)
    assert _dealt(nothing, 20, 60).sum() == nothing.most == 0


def test_dealt_periods_keep_the_cases_of_each_period() -> None:
    cases = np.random.default_rng(4).poisson(3, (6, 5))
    column = np.array([-1, -1, 2, 1, 0])  # back from the last
    dealing = deal_periods(cases, column, np.random.default_rng(5), 3000)
    counts = _dealt(dealing, 3000, 18).reshape(3000, 6, 3)
    in_columns = cases.sum(axis=0)[[4, 3, 2]]
    assert (counts.sum(axis=1) == in_columns).all()
    assert (counts.sum(axis=2) <= cases.sum(axis=1)).all()
    mean = np.outer(cases.sum(axis=1), in_columns) / cases.sum()
    assert counts.mean(axis=0) == pytest.approx(mean, rel=0.06)


def test_lanes_are_summed_up_over_time() -> None:
    dealt = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], np.int32)
    counts = np.zeros((2, 3, 2), np.int32)
    lay_side_by_side(dealt, counts)
    assert counts[:, :, 0].tolist() == [[0, 1, 3], [0, 3, 7]]
    assert counts[:, :, 1].tolist() == [[0, 5, 11], [0, 7, 15]]


@pytest.mark.parametrize("is_prospective", [True, False])
def test_wide_and_narrow_numbers_and_logarithms_everywhere_agree(is_prospective: bool) -> None:
    """Up to 65,535 cases fit into narrow numbers; here 64,000 and all zones in NumPy."""
    rng = np.random.default_rng(6)
    cases = rng.poisson(1600, (8, 5))
    zones = circular_zones(rng.uniform(0, 1, (8, 2)), np.ones(8))
    total = int(cases.sum())
    base = np.full((8, 5), total / 40)
    windows = ScanWindows(3, is_prospective=is_prospective)
    space = search_space(zones, cases, base, windows)
    dealing = deal_around(space.expected, total, rng, 70, dispersion=1.0)
    options = ScanOptions(70, n_threads=2)
    narrow = replicate(space, options, dealing)
    wide = replicate(space, options, dataclasses.replace(dealing, most=70_000))
    assert np.array_equal(narrow, wide)
    dealt = _dealt(dealing, 64, space.expected.size).reshape(64, *space.expected.shape)
    best = np.zeros(64)
    for centre in range(8):
        for k in range(1, int(np.diff(zones.start)[centre]) + 1):
            zone = list(zones.areas(centre, k))
            for low, high in space.windows:
                c = dealt[:, zone, low:high].sum(axis=(1, 2))
                m = base[zone, low:high].sum()
                ratio = c * np.log(c / m) + (total - c) * np.log((total - c) / (total - m))
                best = np.maximum(best, np.where(c > m, ratio, 0.0))
    assert narrow[:64] == pytest.approx(best, rel=1e-9)
