"""p-values and adjustments against scipy and against definitions taken literally."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from convive.core.significance import (
    benjamini_hochberg,
    benjamini_yekutieli,
    holm,
    monte_carlo_p,
    poisson_share_p,
    two_shares_p,
    two_shares_tails,
    two_sided_normal_p,
    two_sided_poisson_p,
    two_sided_t_p,
)

EXACT = {"rel": 1e-12, "abs": 1e-300}


@pytest.mark.parametrize("z", [-9.0, -1.96, 0.3, 4.0, 37.0])
def test_normal_tails_are_those_of_scipy(z: float) -> None:
    assert float(two_sided_normal_p(z)) == pytest.approx(2 * stats.norm.sf(abs(z)), **EXACT)


@pytest.mark.parametrize(("t", "df"), [(0.2, 1), (2.1, 3), (-5.0, 14), (30.0, 400)])
def test_t_tails_are_those_of_scipy(t: float, df: int) -> None:
    assert float(two_sided_t_p(t, df)) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-10)


@pytest.mark.parametrize(("count", "mean"), [(0, 3.2), (1, 0.4), (7, 7.0), (40, 22.5)])
def test_poisson_mid_p_is_its_definition(count: int, mean: float) -> None:
    half = 0.5 * stats.poisson.pmf(count, mean)
    lower = stats.poisson.cdf(count - 1, mean) + half
    upper = stats.poisson.sf(count, mean) + half
    expected = min(1.0, 2 * min(lower, upper))
    assert float(two_sided_poisson_p(count, mean)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("k", "n", "share"), [(3, 20, 0.3), (0, 12, 0.1), (55, 200, 0.2)])
def test_share_p_is_the_mid_p(k: int, n: int, share: float) -> None:
    half = 0.5 * stats.binom.pmf(k, n, share)
    lower = stats.binom.cdf(k - 1, n, share) + half
    upper = stats.binom.sf(k, n, share) + half
    mid_p = min(1.0, 2 * min(lower, upper))
    assert float(poisson_share_p(k, n, share)) == pytest.approx(mid_p, rel=1e-10)


def test_adjustments_are_those_of_scipy(rng: np.random.Generator) -> None:
    p = rng.uniform(size=300) ** 2
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p), rel=1e-12)
    by = stats.false_discovery_control(p, method="by")
    assert benjamini_yekutieli(p) == pytest.approx(by, rel=1e-12)


def test_monte_carlo_is_counting(rng: np.random.Generator) -> None:
    draws = rng.gamma(2.0, size=199)
    for observed in (0.1, 1.0, 6.0):
        above = sum(1 for d in draws if d >= observed)
        below = sum(1 for d in draws if d <= observed)
        expected = min(1.0, 2 * min(above + 1, below + 1) / 200)
        assert float(monte_carlo_p(draws, observed)) == pytest.approx(expected)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260101)


@pytest.mark.parametrize(
    ("cases", "sizes"), [((3, 10), (20, 20)), ((0, 66), (131, 1000)), ((12, 30), (31, 900))]
)
def test_two_shares_are_the_hypergeometric_distribution(
    cases: tuple[int, int], sizes: tuple[int, int]
) -> None:
    """Mid-P: scipy's Fisher tails less half of the probability of what was seen."""
    table = [cases, (sizes[0] - cases[0], sizes[1] - cases[1])]
    half = 0.5 * stats.hypergeom(sum(sizes), sum(cases), sizes[0]).pmf(cases[0])
    lower, upper = two_shares_tails(np.array([cases]).T, np.array([sizes]).T)
    for tail, side in ((lower, "less"), (upper, "greater")):
        assert tail[0] == pytest.approx(stats.fisher_exact(table, side).pvalue - half, rel=1e-9)
    assert two_shares_p(np.array([cases]).T, np.array([sizes]).T)[0] == pytest.approx(
        2 * min(lower[0], upper[0])
    )


def test_two_shares_lie_near_the_score_test_of_large_plain_samples() -> None:
    table = [(640, 1360), (1360, 2640)]
    score = stats.chi2_contingency(table, correction=False).pvalue
    ours = two_shares_p([[640.0], [1360]], [[2000.0], [4000]])[0]
    assert ours == pytest.approx(score, rel=0.05)


def test_two_shares_lie_near_the_unconditional_exact_test_of_small_samples() -> None:
    for cases, sizes in (((9, 4), (60, 70)), ((7, 2), (30, 40))):
        table = [cases, (sizes[0] - cases[0], sizes[1] - cases[1])]
        barnard = stats.barnard_exact(table).pvalue
        ours = two_shares_p(np.array([cases]).T, np.array([sizes]).T)[0]
        assert ours == pytest.approx(barnard, rel=0.3)


def test_two_shares_do_not_jump_between_whole_numbers() -> None:
    cases = np.arange(0.0, 12.0, 0.01)
    lower, upper = two_shares_tails(
        np.stack([cases, np.full(cases.size, 66.0)]), np.array([[131.0], [1000]])
    )
    assert np.all(np.diff(lower) > 0)
    assert np.max(np.diff(lower)) < 0.005
    assert lower + upper == pytest.approx(1.0)


def test_two_shares_with_freedom_have_the_tail_of_t() -> None:
    args = ([[12.0], [30]], [[31.0], [900]])
    z = stats.norm.isf(two_shares_p(*args)[0] / 2)
    assert two_shares_p(*args, df=9)[0] == pytest.approx(2 * stats.t.sf(z, 9))
    assert np.isnan(two_shares_p(*args, df=0.5)[0])


def test_holm_is_that_of_its_definition() -> None:
    """Each p against the largest (rank from above × p) of those that are no larger."""
    p = np.random.default_rng(7).uniform(0, 0.3, 30)
    literal = [
        min(1.0, max((p >= other).sum() * other for other in p if other <= one)) for one in p
    ]
    assert holm(p) == pytest.approx(literal, rel=1e-12)
    # R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
    assert holm([0.01, 0.02, 0.03, 0.04, 0.05]) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
