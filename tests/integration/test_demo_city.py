"""The invented town is believable, keeps its promises, and is the same town every time."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from demo_city import DemoCity, build_city, write_pack
from demo_city.plan import OFFENCES, YEARS
from demo_city.survey import NO_ANSWER

CATEGORIES = [offence.category for offence in OFFENCES]


@pytest.fixture(scope="module")
def town() -> DemoCity:
    return build_city(7, scale=0.3)


@pytest.fixture(scope="module")
def null_town() -> DemoCity:
    return build_city(7, is_null=True, scale=0.3)


def _share(town: DemoCity, item: str, codes: set[str], *, areas: set[str] | None = None) -> float:
    """Return the weighted share over all waves."""
    above = below = 0.0
    for wave in town.survey:
        for k, answer in enumerate(wave.answers[item]):
            if answer in ("", NO_ANSWER) or (
                areas and town.territory.codes[wave.area[k]] not in areas
            ):
                continue
            below += wave.weight[k]
            above += wave.weight[k] * (answer in codes)
    return above / below


def test_forty_neighbourhoods_share_their_borders_and_fill_six_districts(town: DemoCity) -> None:
    shapes = town.territory.shapes
    assert len(shapes) == 40
    assert len(town.territory.district_shapes) == 6
    assert all(shape.is_valid and shape.area > 300_000 for shape in shapes)
    together = shapely.union_all(shapes)
    assert together.area == pytest.approx(sum(shape.area for shape in shapes), rel=1e-6)
    assert shapely.union_all(town.territory.district_shapes).area == pytest.approx(
        together.area, rel=1e-6
    )
    assert all(min(len(p.exterior.coords) for p in shape.geoms) > 30 for shape in shapes)


def test_names_and_codes_are_unique(town: DemoCity) -> None:
    assert len(set(town.territory.codes)) == len(set(town.territory.names)) == 40


def test_size_is_as_asked(town: DemoCity) -> None:
    assert town.people.residents[:, 0].sum() == pytest.approx(60_000, rel=0.01)
    assert town.incidents.offence.size == pytest.approx(45_000, rel=0.08)


def test_incidents_lie_in_their_neighbourhood_and_in_the_five_years(town: DemoCity) -> None:
    found = town.incidents
    for area, shape in enumerate(town.territory.shapes):
        xy = found.xy[found.area == area]
        assert shapely.contains_xy(shape, xy[:, 0], xy[:, 1]).all()
    assert found.moment.min() >= np.datetime64("2021-01-01")
    assert found.moment.max() < np.datetime64("2026-01-01")


def test_time_ranges_hold_the_true_moment(town: DemoCity) -> None:
    found = town.incidents
    is_range = ~np.isnat(found.ends)
    assert (found.starts[is_range] <= found.moment[is_range]).all()
    assert (found.ends[is_range] > found.moment[is_range]).all()
    burglary = found.offence == CATEGORIES.index("burglary")
    assert is_range[burglary].mean() == pytest.approx(0.75, abs=0.03)


def test_the_break_in_recording_is_there_and_only_there(town: DemoCity) -> None:
    found = town.incidents
    planted = town.truth["break"]
    counted = np.isin(found.offence, [CATEGORIES.index(c) for c in planted["categories"]])
    month = found.moment.astype("datetime64[M]").astype(int)
    first = np.datetime64(planted["on"], "M").astype(int)

    def ratio(rows: np.ndarray) -> float:
        before = ((month >= first - 24) & (month < first) & rows).sum()
        after = ((month >= first) & (month < first + 24) & rows).sum()
        return after / before

    assert ratio(counted) == pytest.approx(planted["ratio"], abs=0.05)
    assert ratio(~counted) == pytest.approx(1.0, abs=0.06)


def test_planted_faces_disagree(town: DemoCity) -> None:
    unsafe = {"bit_unsafe", "very_unsafe", "never_go_out"}
    city = _share(town, "feel_safe_dark", unsafe)
    for area in town.plan.fearful_areas:
        assert _share(town, "feel_safe_dark", unsafe, areas={area}) > city + 0.15
    silent = set(town.plan.silent_areas)
    assert _share(town, "victim_12m", {"yes"}, areas=silent) > 1.8 * _share(
        town, "victim_12m", {"yes"}
    )
    risk = town.truth["relative_risk"]
    assert all(risk["residents"][area] < 0.75 for area in silent)
    assert all(risk["residents"][area] > 2 for area in town.plan.visitor_areas)
    assert all(0.7 < risk["workday_population"][area] < 1.3 for area in town.plan.visitor_areas)


def test_women_feel_less_safe_after_dark(town: DemoCity) -> None:
    unsafe = ("bit_unsafe", "very_unsafe", "never_go_out")
    for wave in town.survey:
        is_unsafe = np.isin(wave.answers["feel_safe_dark"], unsafe)
        assert is_unsafe[wave.woman].mean() > is_unsafe[~wave.woman].mean() + 0.08


def test_biased_raters_stand_out(town: DemoCity) -> None:
    seen = build_city(7).observations
    means = np.array([seen.ratings[seen.rater == k].mean() for k in range(12)])
    codes = [f"O{k + 1:02d}" for k in range(12)]
    assert codes[int(means.argmax())] in town.plan.lenient_raters
    assert codes[int(means.argmin())] in town.plan.harsh_raters


def test_null_town_has_equal_rates_and_raters(null_town: DemoCity) -> None:
    truth = null_town.truth
    assert truth["gaps"] == []
    assert truth["break"] is None
    assert truth["biased_raters"] == {}
    assert {row["effect_percent"] for row in truth["interventions"]} == {0.0}
    assert set(truth["yearly_change_percent"].values()) == {0.0}
    # rounding of small dwelling numbers is all that differs
    assert truth["relative_risk"]["residents"].values() == pytest.approx([1.0] * 40, abs=0.01)
    assert set(truth["relative_victims"].values()) == {1.0}


def test_same_seed_same_bytes_and_another_seed_another_town(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        write_pack(build_city(seed, scale=0.05), tmp_path / name)
    files = sorted(
        path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()
    )
    assert len(files) > 15
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file
    incidents = "evidence/incidents/incidencias-2022.csv"
    assert (tmp_path / "a" / incidents).read_bytes() != (tmp_path / "c" / incidents).read_bytes()
    assert (tmp_path / "a-truth.json").read_bytes() == (tmp_path / "b-truth.json").read_bytes()


def test_the_extracts_have_the_promised_faults(tmp_path: Path) -> None:
    town = build_city(3, scale=0.1)
    truth = json.loads(write_pack(town, tmp_path / "town").read_text("utf-8"))
    assert truth["seed"] == 3
    total = blank_xy = unmapped = double = impossible = blank = 0
    for year in YEARS:
        raw = (tmp_path / f"town/evidence/incidents/incidencias-{year}.csv").read_bytes()
        text = raw.decode("cp1252") if year <= 2022 else raw.decode("utf-8-sig")
        rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
        blank += sum(not any(row.values()) for row in rows)
        rows = [row for row in rows if any(row.values())]
        total += len(rows)
        blank_xy += sum(row["X"] == "" for row in rows)
        unmapped += sum(row["Tipo"] == "Otras actuaciones" for row in rows)
        double += len(rows) - len({row["Expediente"] for row in rows})
        impossible += sum(row["Fecha desde"] == "31/02/2024" for row in rows)
    assert total - double == town.incidents.offence.size
    assert blank_xy / total == pytest.approx(0.025, abs=0.006)
    assert unmapped > 0
    assert double > 0
    assert (impossible, blank) == (3, 40)
