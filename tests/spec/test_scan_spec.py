"""Scans: towns drawn on a line, plans of looks, and what cannot be told."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.scan import (
    LookPlan,
    ScanOptions,
    ScanVerdict,
    ScanWindows,
    circular_zones,
    recurrence_years,
    scan_areas,
    scan_permutation,
    scan_space_time,
    spent_alpha,
)

N = 20
LINE = np.column_stack([np.arange(N, dtype=float), np.zeros(N)])
ZONES = circular_zones(LINE, np.ones(N), max_share=0.25)
QUICK = ScanOptions(n_replications=199)
NOW = ScanWindows(3)


def _town(extra: int = 0) -> np.ndarray:
    """Two cases an area and month; `extra` more in areas 9 and 10 in the last two months."""
    table = np.full((N, 12), 2)
    table[9:11, 10:] += extra
    return table


def _scan(cases: np.ndarray, options: ScanOptions = QUICK, windows: ScanWindows = NOW):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(1)
    return scan_space_time(
        cases, np.ones(cases.shape), ZONES, windows=windows, rng=rng, options=options
    )


def test_what_goes_on_now_is_found_with_its_areas_and_its_time() -> None:
    found = _scan(_town(6))
    first = found.clusters[0]
    assert found.verdict is ScanVerdict.CLUSTER
    assert sorted(first.areas) == [9, 10]
    assert (first.first_period, first.last_period) == (10, 11)
    assert first.cases == 32
    assert first.expected == pytest.approx(4 * found.n_cases / (N * 12))
    rest = (found.n_cases - 32) / (found.n_cases - first.expected)
    assert first.relative_risk == pytest.approx(32 / first.expected / rest)


def test_a_steady_town_has_no_cluster() -> None:
    found = _scan(_town())
    assert found.verdict is ScanVerdict.NONE
    assert found.smallest_p > 0.5


def test_what_is_over_is_seen_only_by_looking_back() -> None:
    over = np.roll(_town(6), 5, axis=1)  # in months 3 and 4
    assert _scan(over).verdict is ScanVerdict.NONE
    back = _scan(over, windows=ScanWindows(3, is_prospective=False)).clusters[0]
    assert (back.first_period, back.last_period) == (3, 4)


def test_without_residents_a_place_that_was_always_high_is_no_cluster() -> None:
    always = _town()
    always[9:11] = 10
    rng = np.random.default_rng(2)
    assert _scan(always, windows=ScanWindows(12)).verdict is ScanVerdict.CLUSTER
    found = scan_permutation(always, ZONES, windows=NOW, rng=rng, options=QUICK)
    assert found.verdict is ScanVerdict.NONE
    now = scan_permutation(_town(6), ZONES, windows=NOW, rng=rng, options=QUICK)
    assert sorted(now.clusters[0].areas) == [9, 10]
    assert now.verdict is ScanVerdict.CLUSTER


def test_second_clusters_share_no_area_with_the_first() -> None:
    cases = np.full(N, 10)
    cases[[2, 3, 15, 16]] = [30, 30, 25, 25]
    found = scan_areas(cases, np.ones(N), ZONES, rng=np.random.default_rng(1), options=QUICK)
    zones = [set(cluster.areas) for cluster in found.clusters]
    assert zones[:2] == [{2, 3}, {15, 16}]
    assert sum(map(len, zones)) == len(set().union(*zones))
    assert found.clusters[0].log_ratio > found.clusters[1].log_ratio


def test_too_few_cases_cannot_tell() -> None:
    cases = np.zeros((N, 12), dtype=int)
    cases[3, 11] = 19
    found = _scan(cases)
    assert (found.verdict, found.reason) == (ScanVerdict.CANNOT_TELL, "SCAN_TOO_FEW")
    assert found.clusters == ()


def test_counts_that_vary_more_than_chance_are_noticed_and_allowed_for() -> None:
    rng = np.random.default_rng(3)
    cases = rng.negative_binomial(1, 0.2, (N, 12))  # variance five times the mean
    careful, eager = _scan(cases), _scan(cases, ScanOptions(n_replications=199, dispersion=1.0))
    assert careful.dispersion == pytest.approx(5, rel=0.4)
    assert careful.dispersion_used == careful.dispersion
    assert careful.notes == ()
    assert eager.notes == ("SCAN_OVERDISPERSED",)
    assert eager.smallest_p < 0.05 < careful.smallest_p


def test_one_period_does_not_tell_its_dispersion() -> None:
    found = scan_areas(np.full(N, 5), np.ones(N), ZONES, rng=np.random.default_rng(1))
    assert found.dispersion is None
    assert found.notes == ("SCAN_DISPERSION_UNTOLD",)


def test_threads_and_blocks_do_not_change_the_result() -> None:
    one = _scan(_town(1))
    assert np.array_equal(one.maxima, _scan(_town(1), ScanOptions(199, n_threads=3)).maxima)
    longer = _scan(_town(1), ScanOptions(250, dispersion=2.0))
    threads = _scan(_town(1), ScanOptions(250, dispersion=2.0, n_threads=2))
    assert np.array_equal(longer.maxima, threads.maxima)


def test_zones_hold_no_more_than_their_share_and_always_their_centre() -> None:
    zones = circular_zones(LINE, [1.0] * 10 + [100.0] + [1.0] * 9, max_share=0.1)
    assert zones.areas(10, 5) == (10,)
    near = circular_zones(LINE, np.ones(N), max_radius=1.0)
    assert zones.n_areas == N
    assert sorted(near.areas(5, 99)) == [4, 5, 6]


def test_a_p_of_one_in_a_hundred_comes_back_every_eight_years_of_monthly_looks() -> None:
    assert recurrence_years(0.01, looks_per_year=12) == pytest.approx(100 / 12)
    assert LookPlan(12, 0.5).alpha == pytest.approx(0.5 / 12)


def test_a_plan_judges_a_scan_and_sees_when_replications_are_too_few() -> None:
    strong = _scan(_town(6), ScanOptions(n_replications=19))
    assert strong.smallest_p == 0.05
    assert LookPlan(12, 0.1).judge(strong) == (ScanVerdict.CANNOT_TELL, "SCAN_TOO_COARSE")
    assert LookPlan(12, 0.6).judge(strong)[0] is ScanVerdict.CLUSTER
    assert LookPlan(12, 0.1).judge(_scan(_town()))[0] is ScanVerdict.NONE
    curve = _scan(_town(6), ScanOptions(n_replications=99, tail="gumbel"))
    assert LookPlan(12, 0.1).judge(curve)[0] is ScanVerdict.CLUSTER
    few = _scan(np.eye(N, 12, dtype=int))
    assert LookPlan(12, 0.1).judge(few) == (ScanVerdict.CANNOT_TELL, "SCAN_TOO_FEW")


def test_the_budget_of_a_fixed_number_of_looks_is_spent_and_no_more() -> None:
    for spending in ("even", "obrien_fleming"):
        parts = spent_alpha(12, alpha=0.05, spending=spending)  # type: ignore[arg-type]
        assert parts.sum() == pytest.approx(0.05)
        assert (parts >= 0).all()
    assert spent_alpha(4, alpha=0.05, spending="obrien_fleming")[0] < 1e-4


@pytest.mark.parametrize(
    ("code", "cases", "baseline"),
    [
        ("SCAN_SHAPE", np.ones((N, 2)), np.ones((N, 3))),
        ("SCAN_SHAPE", np.ones((3, 2)), np.ones((3, 2))),
        ("SCAN_COUNTS", np.full((N, 2), 0.5), np.ones((N, 2))),
        ("SCAN_COUNTS", np.full((N, 2), -1), np.ones((N, 2))),
        ("SCAN_BASELINE", np.ones((N, 2)), np.zeros((N, 2))),
    ],
)
def test_what_makes_no_sense_is_refused(code: str, cases: np.ndarray, baseline: np.ndarray) -> None:
    with pytest.raises(MethodError, match=code):
        scan_space_time(cases, baseline, ZONES, windows=NOW, rng=np.random.default_rng(1))


def test_settings_and_plans_that_make_no_sense_are_refused() -> None:
    for wrong in (ScanOptions(n_replications=5), ScanOptions(dispersion=0.5)):
        with pytest.raises(MethodError, match="SCAN_OPTION"):
            _scan(_town(), wrong)
    with pytest.raises(MethodError, match="SCAN_OPTION"):
        circular_zones(LINE, np.ones(N), max_share=0.9)
    with pytest.raises(MethodError, match="SCAN_SHAPE"):
        circular_zones(LINE, np.ones(3))
    with pytest.raises(MethodError, match="SCAN_LOOKS"):
        recurrence_years(0, looks_per_year=12)
    with pytest.raises(MethodError, match="SCAN_LOOKS"):
        _ = LookPlan(12, 13).alpha
    with pytest.raises(MethodError, match="SCAN_LOOKS"):
        spent_alpha(0, alpha=0.05)
