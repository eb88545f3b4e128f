"""Words that nobody has mapped and words left without a kind on purpose are told apart."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convive import wiring
from convive.cli.main import main
from convive.connectors.city_pack import read_pack
from convive.connectors.city_pack.wizard import open_session
from convive.store import FolderBuildStore
from factories.pack import INCIDENTS, as_csv, incident_rows, write_pack

LEFT = INCIDENTS.replace('"Raub" = "robbery"\n', '"Raub" = "robbery"\n"Sonstiges" = ""\n')
COUNTS = """
[source]
id = "atlas"
title = "Table"
owner = "Police"
licence = "CC0"
files = ["table.csv"]

[columns]
area = "code"
area_level = "area"
year = "year"
category = "kind"
count = "n"

[categories.map]
"Einbruch" = "burglary"
"Raub" = "robbery"
"Diebstahl" = "theft"
"Sonstiges" = ""
"""


def write_town(folder: Path) -> Path:
    """Write a pack of which 10 of 100 words are left on purpose and 5 are mapped by nobody."""
    rows = incident_rows(100)
    for i, one in enumerate(rows[1:]):
        one[2] = "Sonstiges" if i % 10 == 3 else "Unfug" if i % 20 == 4 else one[2]
    incidents = write_pack(folder, mapping=LEFT)
    (incidents / "data.csv").write_text(as_csv(rows))
    return folder


def shares(pack: Path, source: str) -> dict[str, tuple[int, int, str]]:
    """Return n, base and severity of the two checks of an audited source."""
    wiring.run_audit(pack)
    rows = FolderBuildStore().load(pack / "build").tables["quality"].to_pylist()
    return {
        row["code"]: (row["n"], row["base"], row["severity"])
        for row in rows
        if row["source_id"] == source and row["code"] in {"unmapped_category", "left_without_kind"}
    }


def test_reading_tells_both_and_only_one_is_a_problem(tmp_path: Path) -> None:
    reading = read_pack(write_town(tmp_path))
    assert {problem.code: problem.rows for problem in reading.problems} == {"UNMAPPED_CATEGORY": 5}
    (share,) = reading.unmapped
    assert (share.n, share.n_left, share.base) == (5, 10, 100)


def test_an_audit_tells_both(tmp_path: Path) -> None:
    assert shares(write_town(tmp_path), "police") == {
        "unmapped_category": (5, 100, "warning"),
        "left_without_kind": (10, 100, "note"),
    }


def test_in_a_table_incidents_are_told_and_not_rows(tmp_path: Path) -> None:
    pack = write_town(tmp_path)
    folder = pack / "evidence" / "counts"
    folder.mkdir()
    words = {"Einbruch": 50, "Raub": 20, "Diebstahl": 20, "Sonstiges": 5, "Unfug": 5}
    lines = [
        f"A{c}{r},2022,{word},{n}" for c in range(2) for r in range(2) for word, n in words.items()
    ]
    (folder / "table.csv").write_text("\n".join(["code,year,kind,n", *lines]) + "\n")
    (folder / "atlas.toml").write_text(COUNTS)
    assert shares(pack, "atlas") == {
        "unmapped_category": (20, 400, "warning"),
        "left_without_kind": (20, 400, "note"),
    }


def test_columns_left_on_purpose_are_told_too(tmp_path: Path) -> None:
    pack = write_town(tmp_path)
    folder = pack / "evidence" / "counts"
    folder.mkdir()
    lines = [f"A{c}{r},50,40,10" for c in range(2) for r in range(2)]
    (folder / "table.csv").write_text("\n".join(["code,breaks,raids,rest", *lines]) + "\n")
    head = COUNTS[: COUNTS.index("year =")]
    tail = 'constant_year = 2022\n[values]\nbreaks = "burglary"\nraids = "robbery"\nrest = ""\n'
    (folder / "atlas.toml").write_text(head + tail)
    assert shares(pack, "atlas") == {
        "unmapped_category": (0, 400, "note"),
        "left_without_kind": (40, 400, "note"),
    }


def test_the_layout_remembers_both(tmp_path: Path) -> None:
    pack = write_town(tmp_path)
    session = open_session(pack / "evidence" / "incidents" / "data.csv", pack=pack)
    session = session.decide(("categories", "map", "Sonstiges"), "")
    layout = session.layout()
    assert (layout["unmapped_share"], layout["left_share"]) == (0.05, 0.1)


def test_chicago_has_words_left_on_purpose(real_data: Path, tmp_path: Path) -> None:
    mapping = """
[source]
id = "police"
title = "Recorded crime"
owner = "Police"
licence = "-"
files = ["*.csv.gz"]
[columns]
starts = "Date"
category = "Primary Type"
longitude = "Longitude"
latitude = "Latitude"
[format]
day_first = false
[categories]
crosswalk = "chicago_police"
"""
    incidents = write_pack(tmp_path, mapping=mapping)
    name = "raw_all_columns_2018-07-01_07.csv.gz"
    (incidents / name).write_bytes((real_data / "chicago_incidents" / name).read_bytes())
    (share,) = read_pack(tmp_path).unmapped
    assert share.n == 0
    assert 0.03 < share.n_left / share.base < 0.08


def test_a_check_says_both_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = write_town(tmp_path)
    main(["--language", "en", "check", str(pack)])
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "of 100 rows, 5.0% are not mapped to a kind, "
        "and 10.0% are left without a kind on purpose" in told
    )
    main(["--language", "en", "check", str(pack), "--format", "json"])
    (told_json,) = [
        row for row in json.loads(capsys.readouterr().out) if row["code"] == "UNMAPPED_SHARE"
    ]
    assert (told_json["data"]["share"], told_json["data"]["share_left"]) == (0.05, 0.1)
