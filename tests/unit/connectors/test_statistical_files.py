"""Survey files of SPSS, Stata, SAS and R, with their labels."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadr
import pyreadstat
import pytest

from convive.connectors.city_pack import columnar_files, statistical_files
from convive.connectors.city_pack.mapping_schema import Format
from factories.reading import codes, read_file, values

FRAME = pd.DataFrame({"id": [1.0, 2.0, 3.0], "safe": [1.0, 2.0, None], "w": [0.5, 1.25, 2.0]})
LABELS = {"safe": {1.0: "very safe", 2.0: "very unsafe"}}
SPOKEN = [["1", "very safe", "0.5"], ["2", "very unsafe", "1.25"], ["3", None, "2"]]


@pytest.mark.parametrize("suffix", [".sav", ".zsav", ".dta"])
def test_value_labels_are_read_in_stretches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    write = pyreadstat.write_dta if suffix == ".dta" else pyreadstat.write_sav
    more = {"compress": True} if suffix == ".zsav" else {}
    write(FRAME, str(path), variable_value_labels=LABELS, **more)
    sheets, log = read_file(path)
    assert not log.problems
    assert values(sheets[0]) == [["id", "safe", "w"], *SPOKEN]
    monkeypatch.setattr(statistical_files, "stretch_rows", lambda _: 2)
    parts = list(statistical_files.read_rows(path, {"kind": "spss"}))
    assert [(meta["first_row"], table.num_rows) for meta, table in parts] == [(1, 2), (3, 1)]


def test_sas_transport(tmp_path: Path) -> None:
    pyreadstat.write_xport(FRAME, str(tmp_path / "a.xpt"))
    assert values(read_file(tmp_path / "a.xpt")[0][0])[1] == ["1", "1", "0.5"]


def test_r_files_and_their_objects(tmp_path: Path) -> None:
    frame = pd.DataFrame({"sex": pd.Categorical(["female", "male"]), "n": [1, 2]})
    pyreadr.write_rds(str(tmp_path / "a.rds"), frame)
    sheets, log = read_file(tmp_path / "a.rds")
    assert values(sheets[0]) == [["sex", "n"], ["female", "1"], ["male", "2"]]
    pyreadr.write_rdata(str(tmp_path / "b.RData"), frame, df_name="panel")
    assert read_file(tmp_path / "b.RData")[0][0].sheet == "panel"
    _, log = read_file(tmp_path / "b.RData", Format(sheet="other"))
    assert codes(log) == {"SHEET_MISSING"}


def test_the_number_of_rows_of_a_stretch_is_bounded() -> None:
    assert columnar_files.stretch_rows(1) == 500_000
    assert columnar_files.stretch_rows(4_000) == 1_000


@pytest.mark.real_data
def test_several_objects_in_an_r_file(real_data: Path) -> None:
    path = real_data / "survey_estimator_oracle" / "api.rda"
    _, log = read_file(path)
    assert codes(log) == {"TABLE_AMBIGUOUS"}
    assert log.problems[0].data["found"] == "apiclus1, apipop, apisrs, apistrat"
    assert read_file(path, Format(sheet="apistrat"))[0][0].n_rows == 200


@pytest.mark.real_data
def test_a_british_survey_in_r(real_data: Path) -> None:
    sheets, _ = read_file(real_data / "bcs_2007_08_fear_of_crime" / "BCS0708.RData")
    assert sheets[0].n_rows == 11_676
    assert set(sheets[0].texts("sex").to_pylist()) == {"female", "male"}
