"""Spatial statistics against R (spdep 1.2), published numbers and naive second implementations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from scipy import stats

from convive.core.spatial.autocorrelation import gearys_c, getis_ord_g, morans_i
from convive.core.spatial.empirical_bayes import empirical_bayes
from convive.core.spatial.join_counts import join_counts, local_join_counts
from convive.core.spatial.local_statistics import local_geary, local_getis_ord, local_moran
from convive.core.spatial.mapped_rate import mapped_rate
from convive.core.spatial.neighbours import Neighbours, adjoining, linked, nearest
from convive.core.spatial.rate_association import morans_i_of_rates
from convive.core.spatial.structured_fit import MapData, fitted, mode_of
from convive.core.spatial.structured_prior import structured_prior
from convive.core.standardisation import directly_standardised, indirectly_standardised
from factories.oracle.space import N_CELLS, REFERENCE, STANDARD, groups, links, town

CLOSE = {"rtol": 2e-7, "atol": 1e-12}
Numbers = dict[str, Any]


@pytest.fixture(scope="module")
def r() -> Numbers:
    return json.loads((Path(__file__).parent / "r" / "space.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def cells() -> dict[str, np.ndarray]:
    return town()


def _lattice(weights: str = "row") -> Neighbours:
    first, second = links()
    return linked(first, second, n_areas=N_CELLS, weights=weights)


def test_global_statistics_are_those_of_r(r: Numbers, cells: dict[str, np.ndarray]) -> None:
    x, row, binary = cells["value"], _lattice(), _lattice("binary")
    ours = {
        "moran": morans_i(x, row),
        "moran_normality": morans_i(x, row, assumption="normality"),
        "moran_binary_greater": morans_i(x, binary, alternative="greater"),
        "geary": gearys_c(x, row),
        "geary_normality": gearys_c(x, binary, assumption="normality"),
        "getis_ord": getis_ord_g(x, binary),
    }
    for name, found in ours.items():
        numbers = [found.statistic, found.expected, found.variance, found.p]
        np.testing.assert_allclose(numbers, r[name], **CLOSE, err_msg=name)


def test_rates_adjusted_for_population_are_those_of_r(
    r: Numbers, cells: dict[str, np.ndarray]
) -> None:
    found = morans_i_of_rates(
        cells["events"],
        cells["person_years"],
        _lattice("binary"),
        np.random.default_rng(1),
        permutations=9,
    )
    assert found.statistic == pytest.approx(r["eb_moran_binary"], rel=2e-7)


def test_local_moran_is_that_of_r(r: Numbers, cells: dict[str, np.ndarray]) -> None:
    found = local_moran(cells["value"], _lattice(), None)
    theirs = r["local_moran"]
    np.testing.assert_allclose(found.statistic, theirs["i"], **CLOSE)
    np.testing.assert_allclose(found.expected, theirs["expected"], **CLOSE)
    np.testing.assert_allclose(found.variance, theirs["variance"], **CLOSE)
    np.testing.assert_allclose(found.z, theirs["z"], **CLOSE)
    np.testing.assert_allclose(found.p, theirs["p"], **CLOSE)


def test_local_g_and_geary_are_those_of_r(r: Numbers, cells: dict[str, np.ndarray]) -> None:
    x, binary = cells["value"], _lattice("binary")
    np.testing.assert_allclose(local_getis_ord(x, binary, None).z, r["local_g_star"], **CLOSE)
    plain = local_getis_ord(x, binary, None, star=False)
    np.testing.assert_allclose(plain.z, r["local_g"], **CLOSE)
    np.testing.assert_allclose(
        local_geary(x, _lattice(), None).statistic, r["local_geary"], **CLOSE
    )


def test_z_of_g_does_not_depend_on_the_scale_of_weights(cells: dict[str, np.ndarray]) -> None:
    for star in (True, False):
        row = local_getis_ord(cells["value"], _lattice(), None, star=star)
        binary = local_getis_ord(cells["value"], _lattice("binary"), None, star=star)
        np.testing.assert_allclose(row.z, binary.z, rtol=1e-9)


def test_joins_are_those_of_r(r: Numbers, cells: dict[str, np.ndarray]) -> None:
    found = join_counts(cells["kind"], _lattice("binary"))
    names = {label: k for k, label in enumerate(r["joins"]["label"])}
    at = [names[f"{max(a, b)}:{min(a, b)}"] for a, b in zip(found.first, found.second, strict=True)]
    for ours, theirs in (
        (found.count, "count"),
        (found.expected, "expected"),
        (found.variance, "variance"),
        (found.z, "z"),
    ):
        np.testing.assert_allclose(ours, np.array(r["joins"][theirs])[at], **CLOSE)
    two = join_counts(cells["marked"], _lattice("binary"), alternative="greater")
    for k in (0, 1):
        numbers = [two.count[k], two.expected[k], two.variance[k], two.p[k]]
        np.testing.assert_allclose(numbers, r["two_colours"][k], **CLOSE)


def test_local_joins_have_the_exact_p_of_r(r: Numbers, cells: dict[str, np.ndarray]) -> None:
    found = local_join_counts(cells["marked"], _lattice())
    np.testing.assert_allclose(found.p, np.array(r["local_joins_p"], dtype=float), **CLOSE)


def test_marshalls_rates_are_those_of_r(r: Numbers, cells: dict[str, np.ndarray]) -> None:
    events, base = cells["events"], cells["person_years"]
    whole = empirical_bayes(events, base, per=1)
    np.testing.assert_allclose(whole.rate, r["eb"]["rate"], **CLOSE)
    assert whole.prior_variance[0] == pytest.approx(r["eb"]["a"], rel=2e-7)
    around = empirical_bayes(events, base, _lattice(), per=1)
    np.testing.assert_allclose(around.rate, r["eb_local"], **CLOSE)


def test_standardised_rates_are_those_of_r(r: Numbers) -> None:
    table = groups()
    events = table["events"].reshape(5, 4)
    base = table["person_years"].reshape(5, 4)
    direct = directly_standardised(events, base, STANDARD, per=1)
    for ours, theirs in ((direct.rate, "rate"), (direct.low, "low"), (direct.high, "high")):
        np.testing.assert_allclose(ours, r["direct"][theirs], **CLOSE)
    ratio = indirectly_standardised(events.sum(axis=1), base, REFERENCE, interval="exact")
    np.testing.assert_allclose(ratio.expected, r["indirect"]["expected"], **CLOSE)
    np.testing.assert_allclose(ratio.low, r["indirect"]["low"], **CLOSE)
    np.testing.assert_allclose(ratio.high, r["indirect"]["high"], **CLOSE)


def test_mode_and_spread_of_the_map_are_those_of_dense_matrices(
    r: Numbers, cells: dict[str, np.ndarray]
) -> None:
    events, base = cells["events"].astype(float), cells["person_years"]
    prior = structured_prior(_lattice())
    data = MapData(events, base * events.sum() / base.sum(), prior)
    node = np.array([np.log(0.6), np.log(0.7 / 0.3)])
    eta = mode_of(data, node, np.zeros(N_CELLS))
    np.testing.assert_allclose(eta, r["mode"], rtol=1e-5, atol=1e-6)
    fit = fitted(data, node, eta, is_whole=True)
    np.testing.assert_allclose(np.sqrt(fit.variance), r["mode_sd"], rtol=1e-5)
    laplacian = _lattice("binary").matrix.toarray()
    laplacian = np.diag(laplacian.sum(axis=1)) - laplacian
    np.testing.assert_allclose(prior.precision.toarray(), laplacian * r["scale"], rtol=1e-6)


def _chain(  # noqa: C901 - a small sampler in one piece
    data: MapData, n_draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw log ratios by slice sampling along ellipses, the spread and share by random walk."""
    n = len(data.count)
    value, vector = np.linalg.eigh(data.prior.precision.toarray())
    root = np.where(value > 1e-8, 1 / np.sqrt(np.maximum(value, 1e-8)), 0.0)
    z, node, kept = np.zeros(2 * n + 1), np.array([np.log(0.4), 0.0]), []

    def eta_of(z: np.ndarray, node: np.ndarray) -> np.ndarray:
        spread, share = np.exp(node[0]), 1 / (1 + np.exp(-node[1]))
        smooth = vector @ (root * z[:n])
        return 3 * z[-1] + spread * (np.sqrt(share) * smooth + np.sqrt(1 - share) * z[n:-1])

    def fit(z: np.ndarray, node: np.ndarray) -> float:
        eta = eta_of(z, node)
        return float(data.count @ eta - data.expected @ np.exp(eta))

    def prior(node: np.ndarray) -> float:
        return float(2 * node[0] - np.exp(2 * node[0]) / 2 + node[1] - 2 * np.logaddexp(0, node[1]))

    for draw in range(n_draws):
        level = fit(z, node) + np.log(rng.uniform())
        other, angle = rng.normal(size=z.size), rng.uniform(0, 2 * np.pi)
        low, high = angle - 2 * np.pi, angle
        while True:
            moved = z * np.cos(angle) + other * np.sin(angle)
            if fit(moved, node) > level:
                break
            low, high = (angle, high) if angle < 0 else (low, angle)
            angle = rng.uniform(low, high)
        z = moved
        for _ in range(2):
            next_node = node + rng.normal(0, [0.35, 1.2])
            gain = fit(z, next_node) + prior(next_node) - fit(z, node) - prior(node)
            if np.log(rng.uniform()) < gain:
                node = next_node
        if draw > n_draws // 10:
            kept.append(eta_of(z, node))
    return np.array(kept)


def test_the_map_agrees_with_a_chain_that_approximates_nothing(
    cells: dict[str, np.ndarray],
) -> None:
    kept = np.arange(N_CELLS) < 36
    lattice = _lattice().among(kept)
    events, base = cells["events"][kept].astype(float), cells["person_years"][kept]
    found = mapped_rate(events, base, lattice, per=1)
    overall = events.sum() / base.sum()
    data = MapData(events, base * overall, structured_prior(lattice))
    draws = _chain(data, 10_000, np.random.default_rng(4))
    ratio, sd = np.exp(draws), draws.std(axis=0)
    gap = (found.rate / overall - ratio.mean(axis=0)) / ratio.std(axis=0)
    assert np.mean(np.abs(gap)) < 0.3  # the chain itself wanders by a tenth
    for ours, share in ((found.low, 0.025), (found.high, 0.975)):
        gap = (np.log(ours / overall) - np.quantile(draws, share, axis=0)) / sd
        assert np.mean(np.abs(gap)) < 0.4


def _naive_local_p(x: np.ndarray, lattice: Neighbours, i: int, rng: np.random.Generator) -> float:
    """Return the two-sided p of area i by shuffling the others outright."""
    around = lattice.index[lattice.start[i] : lattice.start[i + 1]]
    others = np.delete(x, i)
    sums = np.array([rng.permutation(others)[: len(around)].sum() for _ in range(20_000)])
    seen = x[around].sum()
    return min(1.0, 2 * min(np.mean(sums >= seen - 1e-9), np.mean(sums <= seen + 1e-9)))


def test_conditional_permutation_agrees_with_shuffling_outright(
    cells: dict[str, np.ndarray],
) -> None:
    lattice = _lattice("binary")
    found = local_moran(
        cells["value"], lattice, np.random.default_rng(2), permutations=20_000, adjustment="none"
    )
    rng = np.random.default_rng(3)
    for i in (0, 4, 40):
        p = _naive_local_p(cells["value"], lattice, i, rng)
        assert found.p[i] == pytest.approx(p, abs=6 * np.sqrt(p / 20_000))


def test_permutation_of_marks_approaches_the_exact_p(cells: dict[str, np.ndarray]) -> None:
    """Of 0 and 1 the sum of neighbours is hypergeometric: no simulation is needed to know p."""
    lattice, mark = _lattice("binary"), cells["marked"].astype(float)
    found = local_moran(
        mark, lattice, np.random.default_rng(5), permutations=20_000, adjustment="none"
    )
    joins = lattice.lag(mark)
    others = N_CELLS - 1
    for i in range(0, N_CELLS, 7):
        law = stats.hypergeom(others, int(mark.sum() - mark[i]), int(lattice.degree[i]))
        p = min(1.0, 2 * min(law.sf(joins[i] - 1), law.cdf(joins[i])))
        assert found.p[i] == pytest.approx(p, abs=6 * np.sqrt(p / 20_000))


class TestColumbus:
    """Columbus, Ohio (49 neighbourhoods, 1980): numbers of spdep 1.2-7, the same in esda."""

    @pytest.fixture
    def crime(self, real_data: Path) -> tuple[np.ndarray, Neighbours, list[Any]]:
        folder = real_data / "esda_reference" / "columbus"
        if not folder.is_dir():
            pytest.skip("real data absent: esda_reference/columbus")
        features = json.loads((folder / "columbus.json").read_text("utf-8"))["features"]
        shapes = [shapely.geometry.shape(f["geometry"]) for f in features]
        crime = np.array([f["properties"]["CRIME"] for f in features])
        lines = (folder / "columbus.gal").read_text("utf-8").split("\n")[1:]
        pairs = []
        for head, tail in zip(lines[::2], lines[1::2], strict=False):
            pairs += [(int(head.split()[0]) - 1, int(other) - 1) for other in tail.split()]
        first, second = np.array(pairs).T
        return crime, linked(first, second, n_areas=len(crime)), shapes

    def test_global(self, crime: tuple[np.ndarray, Neighbours, list[Any]]) -> None:
        x, row, _ = crime
        moran = morans_i(x, row)
        assert moran.statistic == pytest.approx(0.50018855718286, rel=1e-11)
        assert moran.variance == pytest.approx(0.00868928920133, rel=1e-9)
        assert moran.z == pytest.approx(5.58938267504, rel=1e-9)
        normal = morans_i(x, row, assumption="normality")
        assert normal.variance == pytest.approx(0.0085634131194, rel=1e-9)
        geary = gearys_c(x, row)
        assert geary.statistic == pytest.approx(0.54052820270207, rel=1e-10)
        assert geary.variance == pytest.approx(0.00938426377697, rel=1e-9)
        general = getis_ord_g(x, row.weighted("binary"))
        assert general.statistic == pytest.approx(0.127807457382, rel=1e-9)
        assert general.variance == pytest.approx(3.50705730381e-05, rel=1e-9)

    def test_local(self, crime: tuple[np.ndarray, Neighbours, list[Any]]) -> None:
        x, row, _ = crime
        moran = local_moran(x, row, None)
        published = [0.736818490608, 0.528777013266, 0.0938507416616, 0.00482096662822]
        np.testing.assert_allclose(moran.statistic[:4], published, rtol=1e-9)
        variances = [0.666144890763, 0.310266063292, 0.0176300719663, 0.00654175676101]
        np.testing.assert_allclose(moran.variance[:4], variances, rtol=1e-9)
        with_n_less_one = moran.statistic[0] * 48 / 49  # as esda divides
        assert with_n_less_one == pytest.approx(0.72178, abs=5e-6)
        hot = local_getis_ord(x, row, None)
        z = [-1.43277965397, -1.34000809746, -0.771998680953, -0.131733364491, 1.28536279844]
        np.testing.assert_allclose(hot.z[:5], z, rtol=1e-9)
        assert int(np.sum(moran.p < 0.05)) == 15
        assert int(np.sum(moran.q < 0.05)) == 4

    def test_neighbours(self, crime: tuple[np.ndarray, Neighbours, list[Any]]) -> None:
        _, row, shapes = crime
        ours = adjoining(shapes, tolerance_m=1e-9)  # the outlines are in degrees
        np.testing.assert_array_equal(ours.start, row.start)
        np.testing.assert_array_equal(ours.index, row.index)


def test_nearest_agrees_with_all_distances() -> None:
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(2, 60))
    found = nearest(x, y, k=4)
    far = np.hypot(x[:, None] - x, y[:, None] - y)
    np.fill_diagonal(far, np.inf)
    expected = np.sort(np.argsort(far, axis=1)[:, :4], axis=1)
    np.testing.assert_array_equal(found.index.reshape(60, 4), expected)
