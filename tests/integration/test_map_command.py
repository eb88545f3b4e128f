"""`convive map` end to end: what it shows, asks, saves and leaves with."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from convive.cli import map as map_command
from convive.cli.main import main
from convive.core import errors
from convive.wiring.mapping import propose_mapping
from factories.pack import as_csv, incident_rows, write_pack


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVIVE_LANGUAGE", "en")


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    path = tmp_path / "inbox" / "police-2024-05.csv"
    path.parent.mkdir()
    path.write_text(as_csv(incident_rows(60)), encoding="utf-8")
    return path


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    (write_pack(folder) / "police.toml").unlink()
    return folder


def test_a_file_is_mapped_into_a_pack_and_the_pack_is_good(
    delivery: Path, pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["map", str(delivery), "--pack", str(pack), "--yes"]) == 0
    told = capsys.readouterr().out
    assert "incidents, one a row" in told
    assert "Used: 60. Left out: 0." in told
    folder = pack / "evidence" / "incidents"
    assert (folder / "police-2024-05.csv").read_bytes() == delivery.read_bytes()
    mapping = tomllib.loads((folder / "police-2024-05.toml").read_text(encoding="utf-8"))
    assert mapping["source"]["files"] == ["police-*.csv"]
    assert mapping["layout"]["columns"] == ["id", "date", "kind", "lon", "lat"]
    assert main(["check", str(pack)]) == 0


def test_nothing_is_replaced_without_force(
    delivery: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = delivery.with_suffix(".toml")
    target.write_text("mine = true\n")
    assert main(["map", str(delivery), "--yes"]) == errors.ConflictError.exit_code
    assert target.read_text() == "mine = true\n"
    assert "--force" in capsys.readouterr().err
    assert main(["map", str(delivery), "--yes", "--force"]) == 0
    assert "[columns]" in target.read_text(encoding="utf-8")


def test_nothing_is_written_where_only_a_look_is_wanted(delivery: Path) -> None:
    assert main(["map", str(delivery), "--no-save"]) == 0
    assert [path.name for path in delivery.parent.iterdir()] == [delivery.name]


def test_the_reader_chooses_language_and_file(
    delivery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "mine.toml"
    assert main(["map", str(delivery), "-y", "-l", "nl", "-o", str(target)]) == 0
    assert "Dit bestand bevat" in capsys.readouterr().out
    assert target.is_file()
    assert main(["map", str(delivery), "-y", "-l", "xx"]) == 2


def test_a_file_that_cannot_be_used_leaves_with_12_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "stops.csv"
    path.write_text("name,lat,lon\nA,52.1,13.1\nB,52.2,13.2\n")
    assert main(["map", str(path), "--yes"]) == errors.DatasetError.exit_code
    assert "places without a moment" in capsys.readouterr().out
    assert main(["map", str(tmp_path / "none.csv")]) == errors.DatasetError.exit_code
    assert main(["map", str(path), "--profile", "atlantis"]) == errors.NotFoundError.exit_code


def test_a_source_that_is_no_evidence_is_declined(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "2019-06-stop-and-search.csv"
    path.write_text(
        "Type,Date,Latitude,Longitude,Gender,Legislation,Object of search,Outcome\n"
        "Person search,2019-06-01T00:00:00+00:00,53.5,-2.2,Male,x,y,z\n"
    )
    assert main(["map", str(path), "--yes"]) == errors.DatasetError.exit_code
    told = capsys.readouterr().out
    assert "not crimes" in told
    assert not path.with_suffix(".toml").exists()


def test_a_person_is_asked_about_what_is_unsure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["start date", "offence date", "kind", "latitude", "longitude"]]
    rows += [["2024-05-01", "2024-04-30", "Raub", "52.1", "13.1"] for _ in range(30)]
    path = tmp_path / "robbery.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    answers: Iterator[object] = iter([2, "Police", "CC0"])
    monkeypatch.setattr(map_command, "is_interactive", lambda: True)
    monkeypatch.setattr(map_command.typer, "prompt", lambda *_a, **_k: next(answers))
    monkeypatch.setattr(map_command.typer, "confirm", lambda *_a, **_k: True)
    assert main(["map", str(path)]) == 0
    mapping = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    assert mapping["columns"]["starts"] in ("start date", "offence date")
    assert mapping["source"]["owner"] == "Police"
    assert next(answers, None) is None


def test_polygons_become_lines_for_city_toml(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = pack / "territory" / "areas.geojson"
    assert main(["map", str(source), "--yes", "-o", str(tmp_path / "level.toml")]) == 0
    assert "[[levels]]" in capsys.readouterr().out


def answered(monkeypatch: pytest.MonkeyPatch, *answers: str) -> Iterator[str]:
    """Sit at the terminal and give these answers; what is left shows what was not asked."""
    left = iter(answers)
    monkeypatch.setattr(map_command, "is_interactive", lambda: True)
    monkeypatch.setattr(map_command.typer, "prompt", lambda *_a, **_k: next(left))
    monkeypatch.setattr(map_command.typer, "confirm", lambda *_a, **_k: True)
    return left


def saved(path: Path, target: Path) -> dict[str, Any]:
    assert main(["map", str(path), "-o", str(target)]) == 0
    return tomllib.loads(target.read_text(encoding="utf-8"))


def test_what_has_no_alternative_is_asked_about_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "burglaries.csv"
    rows = [["ward_code", "year", "burglaries"]]
    rows += [[f"W{i:03d}", "2024", str(i)] for i in range(30)]
    path.write_text(as_csv(rows), encoding="utf-8")
    unsure = [choice.key for choice in propose_mapping(path).proposal.unsure]
    assert "columns.area_level" in unsure
    answers = ["ward" if key == "columns.area_level" else "1" for key in unsure]
    left = answered(monkeypatch, *answers, "Police", "CC0")
    mapping = saved(path, tmp_path / "m.toml")
    assert mapping["columns"]["area_level"] == "ward"
    assert mapping["values"]["burglaries"] == "burglary"
    assert next(left, None) is None


def test_a_slip_is_asked_about_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["start date", "offence date", "kind", "latitude", "longitude"]]
    rows += [["2024-05-01", "2024-04-30", "Raub", "52.1", "13.1"] for _ in range(30)]
    path = tmp_path / "robbery.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    (unsure,) = propose_mapping(path).proposal.unsure
    assert unsure.key == "columns.starts"
    left = answered(monkeypatch, "7", "y", "", "offence date", "Police", "CC0")
    assert saved(path, tmp_path / "m.toml")["columns"]["starts"] == "offence date"
    assert next(left, None) is None


def test_quoted_text_is_a_value_and_deep_brackets_are_text(tmp_path: Path) -> None:
    path = tmp_path / "burglaries.csv"
    rows = [["ward_code", "year", "burglaries"]]
    rows += [[f"W{i:03d}", "2024", str(i)] for i in range(30)]
    path.write_text(as_csv(rows), encoding="utf-8")
    session = propose_mapping(path)
    choice = session.proposal.choice("columns", "area_level")
    assert session.instead(choice, "7") is None
    for text in ('"7"', "'7'"):
        said = session.instead(choice, text)
        assert said is not None
        assert said.proposal.value("columns", "area_level") == "7"
    deep = "[" * 5000
    said = session.answer(("columns", "area_pad"), deep)
    assert said.proposal.value("columns", "area_pad") == deep


def test_what_is_missing_can_be_given_in_one_of_its_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "robbery.csv"
    rows = [["date", "kind", "first", "second"]]
    rows += [["2024-05-01", "Raub", str(370_000 + i), str(5_800_000 + i)] for i in range(30)]
    path.write_text(as_csv(rows), encoding="utf-8")
    proposal = propose_mapping(path).proposal
    assert [keys for keys in proposal.missing if "columns.x + y" in keys]
    ways = [keys.split(", ").index("columns.x + y") + 1 for keys in proposal.missing]
    answers = ["1"] * len(proposal.unsure) + [str(ways[0]), "first", "second"]
    left = answered(monkeypatch, *answers, "Police", "CC0")
    columns = saved(path, tmp_path / "m.toml")["columns"]
    assert (columns["x"], columns["y"]) == ("first", "second")
    assert next(left, None) is None


def test_answers_are_saved_as_days_and_as_words_where_these_belong(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = real_data / "bcs_2007_08_fear_of_crime" / "BCS0708_labels.csv.gz"
    answered(monkeypatch, "1", "2008", "1", "2007-10-01", "Home Office", "OGL")
    survey = saved(path, tmp_path / "m.toml")["survey"]
    assert survey == {"wave": "2008", "wave_date": date(2007, 10, 1)}


def test_code_and_projection_of_real_areas_are_the_answers(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = real_data / "chicago_incidents" / "community_areas" / "Chicago77.shp"
    left = answered(monkeypatch, "AREANO", "1")
    text = tmp_path / "level.toml"
    (level,) = saved(path, text)["levels"]
    assert (level["code"], level["crs"]) == ("AREANO", "EPSG:3435")
    assert next(left, None) is None


def test_the_level_of_a_real_table_is_the_answer(
    real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = real_data / "berlin" / "Berlin_crimes_2012-2019_by_bezirksregion.csv"
    left = answered(monkeypatch, "bezirksregion", "1", "Polizei Berlin", "CC BY")
    mapping = saved(path, tmp_path / "m.toml")
    assert mapping["columns"]["area_level"] == "bezirksregion"
    assert mapping["values"]["Theft"] == "all_theft"
    assert next(left, None) is None
