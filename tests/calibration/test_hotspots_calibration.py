"""How often scans, pairs, densities and the register cry wolf, and what they find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from convive.core.hot_spots import RegisterRules, false_entries
from convive.core.scan import (
    LookPlan,
    ScanOptions,
    ScanVerdict,
    ScanWindows,
    circular_zones,
    scan_areas,
    scan_permutation,
    scan_space_time,
)
from convive.core.scan.dispersion import measure_dispersion
from convive.core.spatial.density_grid import lay_grid
from convive.core.spatial.density_stability import Stability, density_stability
from convive.core.spatial.near_repeat import NearRepeatBands, near_repeat

pytestmark = pytest.mark.calibration

N_AREAS, N_MONTHS = 60, 12
OPTIONS = ScanOptions(n_replications=99)
RUNS = 400
HEAD_P = ["Setting", "Runs", "p ≤ 0.05", "p ≤ 0.10", "p ≤ 0.50"]


def _share(p: list[float], level: float) -> float:
    return float(np.mean(np.array(p) <= level + 1e-12))


def _row(name: str, p: list[float]) -> list[object]:
    return [name, len(p), *(f"{_share(p, level):.3f}" for level in (0.05, 0.10, 0.50))]


def _fair(p: list[float], level: float = 0.05) -> bool:
    """Tell whether the share lies within 2.8 standard errors of the level (one in 200)."""
    return abs(_share(p, level) - level) <= 2.8 * np.sqrt(level * (1 - level) / len(p))


def _town(rng: np.random.Generator):  # type: ignore[no-untyped-def]
    size = rng.uniform(0.5, 2.0, N_AREAS)
    return circular_zones(rng.uniform(0, 1, (N_AREAS, 2)), size), size


def _counts(rng: np.random.Generator, size: np.ndarray, dispersion: float = 1.0) -> np.ndarray:
    mean = np.outer(size, np.ones(N_MONTHS))
    if dispersion > 1:
        mean = rng.gamma(mean / (dispersion - 1)) * (dispersion - 1)
    return rng.poisson(mean)


def test_scans_keep_their_level(record_table: Callable[..., None]) -> None:
    rng = np.random.default_rng(11)
    zones, size = _town(rng)
    base = np.outer(size, np.ones(N_MONTHS))
    found: dict[str, list[float]] = {}

    def keep(name: str, p: float) -> None:
        found.setdefault(name, []).append(p)

    gumbel = ScanOptions(n_replications=99, tail="gumbel")
    eager = ScanOptions(n_replications=99, dispersion=1.0)
    for _ in range(RUNS):
        even, lumpy = _counts(rng, size), _counts(rng, size, 2.0)
        now = {"windows": ScanWindows(4), "rng": rng}
        keep(
            "areas, one period",
            scan_areas(even[:, 0], size, zones, rng=rng, options=OPTIONS).smallest_p,
        )
        keep("prospective", scan_space_time(even, base, zones, options=OPTIONS, **now).smallest_p)
        keep(
            "prospective, Gumbel",
            scan_space_time(even, base, zones, options=gumbel, **now).smallest_p,
        )
        keep("permutation", scan_permutation(even, zones, options=OPTIONS, **now).smallest_p)
        keep(
            "variance twice the mean, measured",
            scan_space_time(lumpy, base, zones, options=OPTIONS, **now).smallest_p,
        )
        keep(
            "variance twice the mean, ignored",
            scan_space_time(lumpy, base, zones, options=eager, **now).smallest_p,
        )
        keep("variance twice the mean, permutation", scan_permutation(lumpy, zones, options=OPTIONS, **now).smallest_p)  # fmt: skip
    record_table(
        "scan_level",
        title="Scan statistics: share of small p-values without clusters",
        about=f"{N_AREAS} areas, {N_MONTHS} months, 0.5 to 2 cases an area and month, 99 replications.",
        head=HEAD_P,
        rows=[_row(name, p) for name, p in found.items()],
    )
    for name in ("areas, one period", "prospective", "prospective, Gumbel", "permutation"):
        assert _fair(found[name]), name
        assert _fair(found[name], 0.5), name
    assert _share(found["variance twice the mean, measured"], 0.05) <= 0.10
    assert _share(found["variance twice the mean, permutation"], 0.05) <= 0.07
    assert _share(found["variance twice the mean, ignored"], 0.05) > 0.3


def test_scans_find_clusters(record_table: Callable[..., None]) -> None:
    rng = np.random.default_rng(12)
    zones, size = _town(rng)
    base = np.outer(size, np.ones(N_MONTHS))
    true_zone = list(zones.areas(7, 5))
    rows = []
    for risk in (1.5, 2.0, 3.0, 4.0):
        hits, overlap = 0, []
        for _ in range(150):
            mean = base.copy()
            mean[true_zone, -3:] *= risk
            scan = scan_space_time(
                rng.poisson(mean), base, zones, windows=ScanWindows(4), rng=rng, options=OPTIONS
            )
            if scan.verdict is ScanVerdict.CLUSTER:
                areas = set(scan.clusters[0].areas)
                hits += bool(areas & set(true_zone))
                overlap.append(len(areas & set(true_zone)) / len(areas | set(true_zone)))
        shared = f"{np.mean(overlap):.2f}" if overlap else "–"
        rows.append([risk, f"{hits / 150:.2f}", shared])
    record_table(
        "scan_power",
        title="Scan statistics: five areas with a raised risk for three months",
        about="As above; the mean is one case an area and month. Overlap: areas in both ÷ in either.",
        head=["Risk", "Found", "Overlap of found and true"],
        rows=rows,
    )
    assert float(rows[0][1]) < float(rows[2][1])
    assert float(rows[3][1]) > 0.8


def test_monthly_looks_keep_the_budget_of_false_alarms(record_table: Callable[..., None]) -> None:
    """Three years of monthly looks at towns where nothing happens."""
    rng = np.random.default_rng(13)
    zones, size = _town(rng)
    plan = LookPlan(looks_per_year=12, false_alarms_per_year=0.5)
    alarms = naive = looks = 0
    for _ in range(25):
        counts = np.column_stack([_counts(rng, size) for _ in range(4)])
        for month in range(12, 48):
            scan = scan_space_time(
                counts[:, month - 12 : month], np.outer(size, np.ones(12)), zones,
                windows=ScanWindows(4), rng=rng, options=OPTIONS,
            )  # fmt: skip
            alarms += plan.judge(scan)[0] is ScanVerdict.CLUSTER
            naive += scan.verdict is ScanVerdict.CLUSTER
            looks += 1
    years = looks / 12
    record_table(
        "scan_looks",
        title="Scan statistics: false alarms a year of monthly looks",
        about=f"{years:.0f} years without clusters, windows of four months, so that looks overlap.",
        head=["Rule", "Budget a year", "False alarms a year"],
        rows=[
            ["plan of looks", "0.50", f"{alarms / years:.2f}"],
            ["p ≤ 0.05 each month", "none", f"{naive / years:.2f}"],
        ],
    )
    assert alarms / years < 0.5 + 2.8 * np.sqrt(2 * 0.5 / years)


def test_dispersion_is_seldom_called_wide_by_chance() -> None:
    rng = np.random.default_rng(14)
    for size in (0.05, 0.3, 3.0):
        sizes = size * rng.uniform(0.2, 2.0, N_AREAS)
        told = [measure_dispersion(_counts(rng, sizes)) for _ in range(1000)]
        assert np.mean([d for d, _ in told]) == pytest.approx(1.0, abs=0.02)
        assert np.mean([is_wide for _, is_wide in told]) < 0.02


BANDS = NearRepeatBands((0, 150, 300), (0, 7, 14), same_place=False)


CENTRES = np.random.default_rng(1).uniform(0, 3000, (8, 2))


def _events(
    rng: np.random.Generator, n: int, followed: float, length: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """A share of incidents is followed by `length` others nearby within a week."""
    places = CENTRES[rng.integers(8, size=n)] + rng.normal(0, 300, (n, 2))
    days = rng.integers(0, 365, n)
    copied = rng.uniform(size=n) < followed
    n_more = int(copied.sum()) * length
    near = np.repeat(places[copied], length, axis=0) + rng.normal(0, 40, (n_more, 2))
    later = np.repeat(days[copied], length) + rng.integers(1, 7, n_more)
    return np.vstack([places, near]), np.concatenate([days, later])


def test_near_repeats(record_table: Callable[..., None]) -> None:
    rng = np.random.default_rng(15)
    rows = []
    for n, followed, length in (
        (150, 0.0, 1), (400, 0.0, 1), (400, 0.05, 1), (400, 0.15, 1), (400, 0.05, 5),
    ):  # fmt: skip
        found = [
            near_repeat(*_events(rng, n, followed, length), BANDS, rng=rng, n_permutations=199)
            for _ in range(RUNS if followed == 0 else 200)
        ]
        told = [f for f in found if np.isfinite(f.p[0, 0])]
        p = [float(f.p[0, 0]) for f in told]
        true = np.mean([f.observed[0, 0] for f in told]) / np.mean([f.expected[0, 0] for f in told])
        covered = float(np.mean([f.low[0, 0] <= true <= f.high[0, 0] for f in told]))
        raised = float(np.mean([f.is_raised[0, 0] for f in told]))
        rows.append(
            [n, f"{followed:.2f}", length, len(told), f"{true:.2f}", f"{_share(p, 0.05):.3f}", f"{raised:.2f}", f"{covered:.3f}"]
        )  # fmt: skip
        assert covered > 0.91
        if followed == 0:
            assert _share(p, 0.05) <= 0.05 + 2.8 * np.sqrt(0.05 * 0.95 / len(p))
            assert _share(p, 0.5) == pytest.approx(0.5, abs=0.09)
    record_table(
        "near_repeat",
        title="Near repeat: pairs within 150 metres and a week",
        about="Eight busy neighbourhoods, one year, 199 permutations; a share of incidents draws others within a week. Coverage of the 95 % interval of the ratio.",
        head=[
            "Incidents",
            "Share that draws",
            "Others drawn",
            "Runs told",
            "Ratio",
            "p ≤ 0.05",
            "Raised",
            "Coverage",
        ],
        rows=rows,
    )
    assert float(rows[3][6]) > 0.8


def test_stability_of_densities(record_table: Callable[..., None]) -> None:
    rng = np.random.default_rng(16)
    grid = lay_grid(shapely.box(0, 0, 4000, 3000), cell=100)
    rows = []

    def draw(n: int, shift: float) -> np.ndarray:
        centres = np.array([[800.0, 800.0], [3000.0, 2200.0], [1500.0, 2400.0]])
        centres[:, 0] += shift
        dense = centres[rng.integers(3, size=n // 2)] + rng.normal(0, 150, (n // 2, 2))
        return np.vstack([dense, rng.uniform(0, 1, (n - n // 2, 2)) * [4000, 3000]])

    for n in (60, 200, 800):
        for shift in (0.0, 200.0, 600.0):
            verdicts = [
                density_stability(
                    draw(n, 0.0), draw(n, shift), grid, rng=rng, bandwidth=250
                ).verdict
                for _ in range(40)
            ]
            shares = [np.mean([v is which for v in verdicts]) for which in Stability]
            rows.append([n, f"{shift:.0f}", *(f"{share:.2f}" for share in shares)])
    record_table(
        "density_stability",
        title="Density: are the densest 5 % of the ground the same places",
        about="Half of the points in three spots of 150 metres that move by so many metres, 40 runs each, bandwidth 250 metres.",
        head=["Points a period", "Moved by", "Same", "Moved", "Cannot tell"],
        rows=rows,
    )
    for row in rows:
        if row[1] == "0":
            assert float(row[3]) <= 0.17
    assert float(rows[-1][3]) > 0.95


def test_false_entries_of_the_register(record_table: Callable[..., None]) -> None:
    rng = np.random.default_rng(17)
    rows = []
    for name, rules in (
        ("once", RegisterRules(entry_periods=1)),
        ("two of three", RegisterRules()),
        ("three of four", RegisterRules(entry_periods=3, window=4)),
    ):
        for is_adjusted, carry in ((True, 0.0), (True, 0.8), (False, 0.0), (False, 0.8)):
            found = false_entries(
                rules, n_areas=100, periods_per_year=12, rng=rng, carry_over=carry,
                is_adjusted=is_adjusted,
            )  # fmt: skip
            interval = f"{found.low:.3f} to {found.high:.3f}"
            adjusted = "q" if is_adjusted else "p"
            rows.append([name, adjusted, carry, f"{found.per_year:.3f}", interval])
    record_table(
        "register_false_entries",
        title="Register of hot spots: false entries a year",
        about="100 areas looked at monthly, none of them hot; months independent or correlated by 0.8.",
        head=[
            "Entry",
            "Judged by",
            "Correlation of months",
            "False entries a year",
            "95 % interval",
        ],
        rows=rows,
    )
    by_q = [float(row[3]) for row in rows if row[1] == "q" and row[2] == 0.0]
    assert by_q[0] <= 12 * 0.05 * 1.4
    assert by_q[1] < 0.05
    assert by_q[2] <= by_q[1] + 0.01
