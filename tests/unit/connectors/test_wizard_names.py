"""The wizard and files that differ only by what their names tell."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import shapely
from pyogrio import raw

from convive.app.tables import COUNTS
from convive.catalogue import find
from convive.connectors.city_pack.wizard import open_session
from convive.connectors.city_pack.wizard.proposal import Proposal
from convive.connectors.city_pack.wizard.siblings import series_of
from factories.pack import as_csv, incident_rows, write_pack
from factories.rows import read_with_rows


def written(session: object) -> dict:
    return tomllib.loads(session.text("en", owner="O", licence="L"))  # type: ignore[attr-defined]


def test_one_file_an_area(tmp_path: Path) -> None:
    (write_pack(tmp_path / "town") / "police.toml").unlink()
    folder = tmp_path / "town" / "evidence" / "counts"
    folder.mkdir(parents=True)
    kinds = ("burglary", "robbery", "vandalism")
    rows = [f"2023-{month:02d},{kind},{month}" for month in range(1, 7) for kind in kinds]
    for code in ("A00", "A01", "A11"):
        (folder / f"{code}_2023.csv").write_text("\n".join(["month,kind,n", *rows, ""]))
    session = open_session(folder / "A01_2023.csv", pack=tmp_path / "town")
    assert session.proposal.family.id == "counts"
    mapping = written(session)
    assert mapping["source"]["files"] == ["{area}_*.csv"]
    assert mapping["columns"]["area"] == "{area}"
    assert mapping["columns"]["area_level"] == "area"
    assert "{area}" not in mapping["layout"]["columns"]
    shown = session.preview()
    assert (shown.rows_used, shown.rows_rejected) == (18, 0)
    assert shown.rows[0]["area_id"] == "A01"
    (folder / "atlas.toml").write_text(session.text("en", owner="O", licence="L"))
    reading = read_with_rows(tmp_path / "town")
    assert reading.evidence is not None
    assert getattr(reading.evidence, COUNTS.name).num_rows == 54


def test_one_member_of_an_archive_an_area(tmp_path: Path) -> None:
    (write_pack(tmp_path / "town") / "police.toml").unlink()
    folder = tmp_path / "town" / "evidence" / "counts"
    folder.mkdir(parents=True)
    kinds = ("burglary", "robbery", "vandalism")
    rows = [f"{month:02d},{kind},{month}" for month in range(1, 7) for kind in kinds]
    with zipfile.ZipFile(folder / "atlas.zip", "w") as archive:
        for code in ("A00", "A01", "A11"):
            body = "\n".join(["month,kind,n", *(f"2023-{row}" for row in rows), ""])
            archive.writestr(f"{code}_2023.csv", body)
    session = open_session(folder / "atlas.zip", pack=tmp_path / "town")
    mapping = written(session)
    assert mapping["source"]["files"] == ["atlas.zip!{area}_*.csv"]
    assert mapping["columns"]["area"] == "{area}"
    assert session.preview().rows_used == 54
    (folder / "atlas.toml").write_text(session.text("en", owner="O", licence="L"))
    reading = read_with_rows(tmp_path / "town")
    assert reading.evidence is not None
    assert getattr(reading.evidence, COUNTS.name).num_rows == 54


def test_members_of_several_kinds_or_in_folders_tell_nothing_by_their_names(
    tmp_path: Path,
) -> None:
    write_pack(tmp_path / "town")
    for names in (("A00_2023.csv", "notes.csv"), ("x/A00_2023.csv", "x/A01_2023.csv")):
        path = tmp_path / f"{len(names[0])}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, f"month,{'text' if 'notes' in name else 'n'}\n2023-01,1\n")
        session = open_session(path, pack=tmp_path / "town", family="counts")
        assert session.sample.pattern == f"{path.name}!*.csv"


def test_words_are_known_by_the_version_of_the_crosswalk_that_is_pinned(tmp_path: Path) -> None:
    kinds = ("THEFT", "BATTERY", "BURGLARY", "NARCOTICS")
    rows = [f"2024-01-{day:02d},{kind},13.05,52.05" for day in range(1, 29) for kind in kinds]
    path = tmp_path / "crimes.csv"
    path.write_text("\n".join(["date,primary type,longitude,latitude", *rows, ""]))
    session = open_session(path)
    for pin, share in (
        ("chicago_police", 0.0),
        (find.crosswalk("chicago_police").pin, 0.0),
        ("chicago_police@0", 1.0),
    ):
        pinned = session.decide(("categories", "crosswalk"), pin)
        assert pinned.layout()["unmapped_share"] == share


def test_one_file_a_kind(tmp_path: Path) -> None:
    incidents = write_pack(tmp_path / "town")
    rows = [[*row[:2], *row[3:]] for row in incident_rows(30)]
    for kind in ("burglary", "robbery", "vandalism"):
        (incidents / f"{kind}-2024.csv").write_text(as_csv(rows))
    session = open_session(incidents / "robbery-2024.csv", pack=tmp_path / "town")
    mapping = written(session)
    assert mapping["source"]["files"] == ["{category}-*.csv"]
    assert mapping["columns"]["category"] == "{category}"
    assert mapping["categories"]["map"] == {
        "robbery": "robbery", "burglary": "burglary", "vandalism": "vandalism",
    }  # fmt: skip
    assert {row["category"] for row in session.preview().rows} == {"robbery"}


def test_of_sheets_of_many_cities_the_own_one_is_read(tmp_path: Path) -> None:
    write_pack(tmp_path / "town")
    book = openpyxl.Workbook()
    for title in ("Village", "Town", "City"):
        sheet = book.create_sheet(title)
        for row in incident_rows(12):
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "crimes.xlsx")
    session = open_session(tmp_path / "crimes.xlsx", pack=tmp_path / "town")
    assert session.proposal.value("format", "sheet") == "Town"
    assert session.preview().rows_read == 12
    assert open_session(tmp_path / "crimes.xlsx").proposal.value("format", "sheet") == "*"


def test_a_file_alone_is_no_series() -> None:
    assert series_of("Nord.csv", ["Nord.csv", "liesmich.csv"], None) == ()
    assert [s.pattern for s in series_of("a_2024-05.csv", ["a_2024-05.csv"], None)] == [
        "a_{year}-{month}.csv"
    ]
    assert series_of("2023_2024.csv", [], None) == ()


# --- levels of areas ------------------------------------------------------------------------------


def level_of(
    folder: Path, columns: dict[str, list], scale: float = 1, *, has_crs: bool = True
) -> Proposal:
    """Return what is proposed for a shapefile of squares with these columns."""
    n = len(next(iter(columns.values())))
    boxes = [shapely.box(13 + i, 52, 14 + i, 53) for i in range(n)]
    shapes = shapely.transform(boxes, lambda points: points * scale)
    path = folder / "areas.shp"
    raw.write(
        path,
        shapely.to_wkb(shapes),
        [np.array(column) for column in columns.values()],
        list(columns),
        driver="ESRI Shapefile",
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    if not has_crs:
        path.with_suffix(".prj").unlink()
    return open_session(path).proposal


def test_running_numbers_are_no_codes(tmp_path: Path) -> None:
    numbers = {"cartodb_id": [3, 1, 2, 4, 5], "ROWS": [1, 2, 3, 4, 5]}
    proposal = level_of(tmp_path, {**numbers, "name": ["Ost", "West", "Nord", "Mitte", "Süd"]})
    assert (proposal.value("code"), proposal.unsure) == ("name", ())
    official = {**numbers, "AREA_NUMBE": [1, 2, 5, 4, 3], "NAME": list("abcde")}
    proposal = level_of(tmp_path, official)
    assert (proposal.value("code"), proposal.value("label")) == ("AREA_NUMBE", "NAME")


def test_counties_of_the_same_name_have_codes(tmp_path: Path) -> None:
    names = ["Logan", "Adams", "Logan", "Cass"]
    fips = ["17107", "17001", "29107", "17017"]
    proposal = level_of(tmp_path, {"POLY_ID": [1, 2, 3, 4], "NAME": names, "FIPS": fips})
    assert (proposal.value("code"), proposal.value("label")) == ("FIPS", "NAME")
    assert not proposal.unsure


def test_pieces_of_an_area_are_joined_by_the_finest_code(tmp_path: Path) -> None:
    beats = {"SECTOR": [1, 1, 1, 2, 2], "BEAT_NUM": ["11", "12", "12", "21", "22"]}
    proposal = level_of(tmp_path, beats)
    assert (proposal.value("code"), proposal.value("dissolve")) == ("BEAT_NUM", True)


def test_names_of_larger_areas_are_no_labels(tmp_path: Path) -> None:
    names = {"neighbourhood": ["a", "b", "c", "d", "e"], "neighbourhood_group": ["X"] * 5}
    proposal = level_of(tmp_path, {key[:10]: value for key, value in names.items()})
    assert proposal.value("label") is None


def test_coordinates_far_from_degrees_are_not_taken_for_degrees(tmp_path: Path) -> None:
    codes = {"code": ["A1", "A2", "A3", "A4"]}
    proposal = level_of(tmp_path, codes, 30_000, has_crs=False)
    assert proposal.value("crs") != "EPSG:4326"
    assert "crs" in proposal.missing
    assert not proposal.is_usable
    assert proposal.with_value(("crs",), "EPSG:25833").is_usable
    (tmp_path / "degrees").mkdir()
    proposal = level_of(tmp_path / "degrees", codes, has_crs=False)
    assert (proposal.value("crs"), proposal.missing) == ("EPSG:4326", ())
