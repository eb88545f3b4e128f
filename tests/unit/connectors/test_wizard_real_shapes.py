"""Shapes that real files have, made up anew: what the wizard once took for something else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from convive.connectors.city_pack.wizard import open_session
from convive.connectors.city_pack.wizard.proposal import Confidence
from convive.core.errors import DatasetError
from factories.pack import write_pack


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_points(path: Path, points: list[tuple[float, float]]) -> Path:
    """Write a shapefile of dated points that does not tell its projection."""
    n = len(points)
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.raw.write(
            path,
            shapely.to_wkb(shapely.points(points)),
            [
                np.array([f"2024-{i % 12 + 1:02d}-{i % 27 + 1:02d}" for i in range(n)]),
                np.array([("Burglary", "Robbery")[i % 2] for i in range(n)]),
            ],
            ["occurred", "offence"],
            geometry_type="Point",
            driver="ESRI Shapefile",
        )
    assert not path.with_suffix(".prj").exists()
    return path


def test_names_of_larger_areas_are_no_names_of_the_codes(tmp_path: Path) -> None:
    rows = [
        f"{year},{'North' if i < 20 else 'South'},{10100 + i},Quarter {i},{i},{i + 1},{i + 2},{i + 3}"
        for year in (2022, 2023)
        for i in range(40)
    ]
    head = "Year,District,Code,Location,Robbery,Burglary,Arson,Drugs"
    proposal = open_session(write(tmp_path / "wide.csv", [head, *rows])).proposal
    assert proposal.family.id == "counts"
    assert proposal.value("columns", "area") == "Code"
    assert proposal.value("columns", "label") is None


def test_names_that_stand_beside_their_codes_are_their_names(tmp_path: Path) -> None:
    rows = [f"2023,{10100 + i},Quarter {i},{i},{i + 1},{i + 2}" for i in range(40)]
    head = "Year,Area code,District,Robbery,Burglary,Arson"
    proposal = open_session(write(tmp_path / "wide.csv", [head, *rows])).proposal
    assert proposal.value("columns", "label") == "District"


def test_a_list_of_things_with_their_district_is_to_be_checked(tmp_path: Path) -> None:
    rows = [f"{i:08x},{i},Bezirk {i % 4},Platz {i},{i * 7.5}" for i in range(60)]
    head = "Schlüssel,Objektnummer,Bezirk,Name des Spielplatzes,Größe in m²"
    family = open_session(write(tmp_path / "playgrounds.csv", [head, *rows])).proposal.family
    assert (family.id, family.confidence) == ("statistics", Confidence.CHECK)


def test_figures_of_areas_stay_likely(tmp_path: Path) -> None:
    rows = [f"{i:06d},Bezirk {i % 4},{i * 7.5}" for i in range(60)]
    family = open_session(write(tmp_path / "f.csv", ["PLR-ID,Bezirk,Index", *rows])).proposal.family
    assert (family.id, family.confidence) == ("statistics", Confidence.LIKELY)


def test_single_metres_among_degrees_are_not_called_degrees(tmp_path: Path) -> None:
    rows = [f"2024-03-{i % 27 + 1:02d},Burglary,{50 + i / 100},{8 + i / 100}" for i in range(30)]
    rows.append("2024-03-30,Robbery,540321.5,3678691.8")
    head = "Date occurred,Offence type,Latitude,Longitude"
    proposal = open_session(write(tmp_path / "i.csv", [head, *rows])).proposal
    choice = proposal.choice("columns", "longitude")
    assert choice is not None
    degrees = next(r.params for r in choice.reasons if r.code == "degrees")
    assert (degrees["low"], degrees["high"]) == (8, pytest.approx(50.29))


@pytest.mark.parametrize("suffix", [".dbf", ".shx"])
def test_a_part_of_a_shapefile_names_the_file_to_give(tmp_path: Path, suffix: str) -> None:
    shape = write_points(tmp_path / "dots.shp", [(13.4, 52.5), (13.5, 52.4)])
    with pytest.raises(DatasetError) as told:
        open_session(shape.with_suffix(suffix))
    problem = told.value.problems[0]
    assert problem.code == "FILE_PART_OF_SHAPEFILE"
    assert problem.data["main"] == "dots.shp"


def test_points_in_degrees_without_a_projection_are_read_as_degrees(tmp_path: Path) -> None:
    points = [(13.4 + i / 500, 52.4 + i / 500) for i in range(30)]
    session = open_session(write_points(tmp_path / "dots.shp", points))
    assert session.proposal.family.id == "incidents"
    choice = session.proposal.choice("format", "crs")
    assert choice is not None
    assert (choice.value, choice.confidence) == ("EPSG:4326", Confidence.CHECK)
    shown = session.preview()
    assert (shown.rows_used, shown.rows_rejected) == (30, 0)
    assert shown.rows[0]["longitude"] == pytest.approx(13.4)


def test_points_in_metres_without_a_projection_wait_for_a_choice(tmp_path: Path) -> None:
    points = [(384000.0 + 40 * i, 398000.0 + 30 * i) for i in range(30)]
    session = open_session(write_points(tmp_path / "dots.shp", points))
    choice = session.proposal.choice("format", "crs")
    assert choice is not None
    assert choice.alternatives
    assert "format.crs" in session.proposal.missing
    assert not session.is_valid
    decided = session.decide(("format", "crs"), "EPSG:27700")
    assert decided.is_valid
    first = decided.preview().rows[0]
    assert (first["longitude"], first["latitude"]) == (
        pytest.approx(-2.24, abs=0.01),
        pytest.approx(53.48, abs=0.01),
    )


def test_the_city_tells_the_projection_of_points(tmp_path: Path) -> None:
    write_pack(tmp_path / "pack")
    points = [(370000.0 + 40 * i, 5773000.0 + 30 * i) for i in range(30)]
    session = open_session(write_points(tmp_path / "dots.shp", points), pack=tmp_path / "pack")
    choice = session.proposal.choice("format", "crs")
    assert choice is not None
    assert choice.value == "EPSG:25833"


STATES = ("Alabama", "Alaska", "Arizona", "Arkansas")


def test_rates_under_headers_that_are_kinds_are_figures_and_no_counts(tmp_path: Path) -> None:
    rows = [
        f"{year},{name},{400 + i + year % 7}.{i},{14 + i}.3,{96 + i}.{year % 9},{3000 + i}.5"
        for year in range(1980, 1995)
        for i, name in enumerate(STATES)
    ]
    head = "year,state,burglary,murder,robbery,income"
    proposal = open_session(write(tmp_path / "panel.csv", [head, *rows])).proposal
    assert proposal.family.id == "statistics"
    assert proposal.value("columns", "area") == "state"
    assert proposal.value("columns", "year") == "year"
    columns = {row["column"] for row in proposal.value("values")}
    assert {"burglary", "murder", "robbery", "income"} <= columns


def test_thousands_under_headers_that_are_kinds_stay_counts(tmp_path: Path) -> None:
    rows = [f"2023;{name};1.{100 + i};2.{200 + i};3.{300 + i}" for i, name in enumerate(STATES * 4)]
    head = "Jahr;Bezirk;Einbruch;Raub;Brandstiftung"
    proposal = open_session(write(tmp_path / "wide.csv", [head, *rows])).proposal
    assert (proposal.family.id, proposal.family.shape) == ("counts", "wide")


@pytest.mark.parametrize("name", ["county", "Provincia", "Région", "Bundesland", "provincie"])
def test_areas_larger_than_a_town_are_areas(tmp_path: Path, name: str) -> None:
    rows = [f"{y},{area},{y % 50}.5" for y in range(1990, 2000) for area in STATES]
    proposal = open_session(write(tmp_path / "f.csv", [f"year,{name},index", *rows])).proposal
    assert proposal.family.id == "statistics"
    assert proposal.value("columns", "area") == name


def test_incidents_whose_only_place_is_an_address_lack_a_place(tmp_path: Path) -> None:
    rows = [
        f"2023-{i % 12 + 1:02d}-{i % 27 + 1:02d},Somebody of {i} Long Street" for i in range(30)
    ]
    proposal = open_session(
        write(tmp_path / "murders.csv", ["date,victim_address", *rows])
    ).proposal
    assert proposal.family.id == "incidents"
    assert proposal.value("columns", "constant_category") == "homicide"
    assert proposal.missing == ("columns.longitude + latitude, columns.x + y, columns.area",)
    assert [column.column for column in proposal.personal] == ["victim_address"]


@pytest.mark.parametrize(
    "word", ["stalking", "harcèlement", "acoso", "atti persecutori", "Nachstellung", "belaging"]
)
def test_stalking_is_no_threat(tmp_path: Path, word: str) -> None:
    rows = [f"{year},Division {i},{i + year % 9}" for year in range(2015, 2023) for i in range(9)]
    proposal = open_session(write(tmp_path / "w.csv", [f"year,division,{word}", *rows])).proposal
    assert proposal.value("values", word) == "harassment"


def test_plain_points_do_not_say_how_exact_they_are(tmp_path: Path) -> None:
    points = [(13.4 + i / 500, 52.4 + i / 500) for i in range(30)]
    proposal = open_session(write_points(tmp_path / "dots.shp", points)).proposal
    assert proposal.value("columns", "longitude") == "#longitude"
    assert proposal.choice("columns", "accuracy") is None


def test_the_reach_of_lines_is_how_exact_their_points_are(tmp_path: Path) -> None:
    lines = [
        shapely.LineString([(13.4 + i / 500, 52.4), (13.41 + i / 500, 52.41)]) for i in range(9)
    ]
    days = np.array([f"2024-03-{i + 1:02d}" for i in range(9)])
    kinds = np.array(["Burglary", "Robbery", "Arson"] * 3)
    path = tmp_path / "streets.gpkg"
    pyogrio.raw.write(
        path, shapely.to_wkb(lines), [days, kinds], ["occurred", "offence"],
        geometry_type="LineString", crs="EPSG:4326",
    )  # fmt: skip
    assert open_session(path).proposal.value("columns", "accuracy") == "#accuracy_m"


def test_years_written_with_a_fraction_are_years(tmp_path: Path) -> None:
    rows = [
        f"{name},{year}.0,{i + year % 7}.5"
        for year in range(1990, 2000)
        for i, name in enumerate(STATES)
    ]
    session = open_session(write(tmp_path / "panel.csv", ["state,year,index", *rows]))
    shown = session.preview()
    assert (shown.rows_used, shown.rows_rejected) == (40, 0)
    assert shown.rows[0]["period_start"].isoformat() == "1990-01-01"
