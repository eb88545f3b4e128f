"""The wizard and files that differ only by what their names tell."""

from __future__ import annotations

import tomllib
from pathlib import Path

from convive.app.tables import COUNTS
from convive.connectors.city_pack.wizard import open_session
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


def test_a_file_alone_is_no_series() -> None:
    assert series_of("Nord.csv", ["Nord.csv", "liesmich.csv"], None) == ()
    assert [s.pattern for s in series_of("a_2024-05.csv", ["a_2024-05.csv"], None)] == [
        "a_{year}-{month}.csv"
    ]
    assert series_of("2023_2024.csv", [], None) == ()
