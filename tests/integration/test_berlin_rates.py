"""Berlin's published rates per 100,000 come out of counts and the population they imply."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow.compute as pc
import pytest

from convive.core.rates import crude_rate

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "examples" / "real_packs"
DATA = Path(
    os.environ.get("CONVIVE_REAL_DATA", "") or REPOSITORY.parent / "shared" / "data" / "open"
)
EXACT_YEARS = (2022, 2024)
"""The workbook holds full precision there, and whole numbers in the other years."""

real_data = pytest.mark.skipif(
    not (DATA / "berlin").is_dir(), reason="needs CONVIVE_REAL_DATA/berlin"
)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    sys.path.insert(0, str(SCRIPTS))
    try:
        import berlin
    finally:
        sys.path.remove(str(SCRIPTS))
    return berlin


@pytest.mark.parametrize(
    ("counts", "rates", "residents"),
    [
        ([3838, 35], [25325, 231], 15155),  # 3838 / 15155 = 0.253250…, 35 / 15155 = 0.002309…
        ([4113, 37], [4113 / 15886 * 1e5, 37 / 15886 * 1e5], 15886),
        ([0, 500], [0, 1000], 50000),
    ],
)
def test_implied_population_gives_every_rate(
    script: ModuleType, counts: list[float], rates: list[float], residents: int
) -> None:
    found = script.implied_population(counts, rates)
    assert found == pytest.approx(residents, rel=5e-4)
    for count, rate in zip(counts, rates, strict=True):
        again = count / found * 1e5
        assert again == pytest.approx(rate, rel=1e-12) or round(again) == rate


def test_implied_population_refuses_rates_that_contradict_each_other(script: ModuleType) -> None:
    with pytest.raises(ValueError, match="no population fits"):
        script.implied_population([100, 100], [1000, 2000])


def test_a_script_names_the_files_that_are_absent(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "berlin.py"), str(tmp_path / "pack")],
        env={**os.environ, "CONVIVE_REAL_DATA": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 22
    assert "kriminalitaetsatlas_2015-2024.xlsx" in done.stderr
    assert not (tmp_path / "pack").exists()


@real_data
@pytest.mark.real_data
def test_published_rates_are_reproduced_from_counts_and_implied_population(tmp_path: Path) -> None:
    from convive.connectors.city_pack import read_pack

    subprocess.run([sys.executable, str(SCRIPTS / "berlin.py"), str(tmp_path)], check=True)
    evidence = read_pack(tmp_path).evidence
    assert evidence is not None
    people = evidence.statistics.filter(
        pc.equal(evidence.statistics["source_id"], "implied_population")
    )
    residents = {
        (row["area_id"], row["period_start"].year): row["value"] for row in people.to_pylist()
    }
    assert len(residents) == 143 * 10
    counts = evidence.counts
    rows = counts.filter(pc.is_valid(counts["published_rate"])).to_pylist()
    # 143 areas, ten years, twelve columns that are read
    assert len(rows) == 143 * 10 * 12
    events = np.array([row["count"] for row in rows], dtype=float)
    years = np.array([row["period_start"].year for row in rows])
    base = np.array([residents[row["area_id"], row["period_start"].year] for row in rows])
    published = np.array([row["published_rate"] for row in rows])
    rate = crude_rate(events, base, per=100_000).rate
    exact = np.isin(years, EXACT_YEARS)
    np.testing.assert_allclose(rate[exact], published[exact], rtol=1e-12)
    np.testing.assert_array_equal(np.abs(rate[~exact] - published[~exact]) <= 0.5, True)
