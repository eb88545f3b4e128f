"""Names of areas that a file spells otherwise than the territory."""

from __future__ import annotations

from pathlib import Path

from convive.connectors.city_pack import read_pack
from convive.connectors.city_pack.wizard import open_session
from convive.core.model import Problem, Severity
from factories.pack import feature, square, write_areas, write_pack

NAMES = ("Centro", "Chamartin", "Fuencarral-El Pardo", "San Blas")
COUNTS = """
[source]
id = "atlas"
title = "Table"
owner = "Police"
licence = "CC0"
files = ["table.csv"]

[columns]
area = "district"
area_level = "area"
area_by = "label"
year = "year"

[values]
raids = "robbery"
"""
SAID = ("CENTRO", "CHAMARTÍN", "FUENCARRAL - PARDO", "SAN BLAS - CANILLEJAS")


def town(folder: Path, said: tuple[str, ...] = SAID, mapping: str = COUNTS) -> Path:
    incidents = write_pack(folder)
    (incidents / "police.toml").unlink()
    rings = [square(c, r) for c in range(2) for r in range(2)]
    areas = [
        feature(f"A{i}", ring, name=name)
        for i, (ring, name) in enumerate(zip(rings, NAMES, strict=True))
    ]
    write_areas(folder / "territory" / "areas.geojson", areas)
    counts = folder / "evidence" / "counts"
    counts.mkdir()
    lines = [f"{name},2024,{10 * i}" for i, name in enumerate(said, 1)]
    (counts / "table.csv").write_text("\n".join(["district,year,raids", *lines]) + "\n")
    (counts / "atlas.toml").write_text(mapping)
    return folder


def problems(folder: Path) -> dict[str, Problem]:
    return {problem.code: problem for problem in read_pack(folder).problems}


def test_a_name_that_reads_like_another_is_asked_about(tmp_path: Path) -> None:
    found = problems(town(tmp_path))
    assert set(found) == {"AREA_SPELT_OTHERWISE"}
    told = found["AREA_SPELT_OTHERWISE"]
    assert (told.rows, told.severity) == (1, Severity.WARNING)
    assert told.data["areas"] == "SAN BLAS - CANILLEJAS (San Blas?)"


def test_the_answer_stands_in_the_mapping(tmp_path: Path) -> None:
    answer = 'area_names = { "SAN BLAS - CANILLEJAS" = "San Blas" }\n'
    folder = town(tmp_path, mapping=COUNTS.replace("[values]", f"{answer}[values]"))
    reading = read_pack(folder)
    assert reading.problems == ()
    assert reading.evidence is not None
    counted = {row["area_id"]: row["count"] for row in reading.evidence.counts.to_pylist()}
    assert counted == {"A0": 10, "A1": 20, "A2": 30, "A3": 40}


def test_where_all_names_are_others_it_is_an_error_however_they_read(tmp_path: Path) -> None:
    found = problems(town(tmp_path, ("Getafe", "San Blas Canillejas", "Leganes", "Parla")))
    assert {code: one.severity for code, one in found.items()} == {
        "UNKNOWN_AREA": Severity.ERROR,
        "AREA_SPELT_OTHERWISE": Severity.ERROR,
    }


def test_codes_may_be_answered_for_too(tmp_path: Path) -> None:
    by_code = COUNTS.replace('area_by = "label"\n', 'area_names = { "04" = "A3" }\n')
    found = problems(town(tmp_path, ("A0", "A1", "A2", "04"), by_code))
    assert found == {}


def test_of_madrid_one_district_is_asked_about(tmp_path: Path, real_data: Path) -> None:
    folder = real_data / "madrid"
    pack = tmp_path / "madrid"
    (write_pack(pack) / "police.toml").unlink()
    (pack / "territory" / "areas.geojson").write_bytes(
        (folder / "madrid-districts.geojson").read_bytes()
    )
    city = (pack / "city.toml").read_text().replace('code = "code"', 'code = "name"')
    (pack / "city.toml").write_text(city.replace("EPSG:25833", "EPSG:25830"))
    session = open_session(folder / "madrid_datos_actuaciones_policiales.csv", pack=pack)
    told = {problem.code: problem for problem in session.preview().problems}
    assert told["AREA_SPELT_OTHERWISE"].rows == 100
    assert told["AREA_SPELT_OTHERWISE"].data["areas"] == "SAN BLAS - CANILLEJAS (San Blas?)"
    assert "UNKNOWN_AREA" not in told
