"""Surveys, observations and notes: kept in the restricted store, and assessed from there only."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from convive import wiring
from convive.app.ingest.keeper import PassingKeeper
from convive.app.ports import Evidence, PartKey
from convive.app.tables import ANSWERS, NOTES, OBSERVATIONS, RESPONDENTS, TableSpec
from convive.cli.main import main
from convive.connectors.city_pack import read_pack, row_files
from convive.store import FolderRestrictedStore
from factories.pack import as_csv, incident_rows, write_pack

SOURCE = """
[source]
id = "{id}"
title = "T"
owner = "O"
licence = "L"
files = ["d*.csv"]
[source.protection]
retention_months = 12
"""
SURVEYS = """
[columns]
respondent = "id"
wave = "v"
wave_date = "d"
[items.feel_safe_day]
column = "q"
[items.feel_safe_day.answers]
"very safe" = "very_safe"
"or very unsafe" = "very_unsafe"
"""
WALKS = """
[columns]
stop = "s"
place = "p"
rater = "who"
date = "d"
time = "t"
longitude = "lon"
latitude = "lat"
[items]
lighting = "l"
"""
MEETINGS = """
[columns]
id = "n"
date = "d"
area = "a"
area_level = "area"
theme = "t"
constant_face = "felt"
direction = "w"
"""
FILES = {
    "surveys": {
        "d1.csv": "id,v,d,q\n1,2022,2022-05-01,very safe\n2,2022,2022-05-01,or very unsafe\n",
        "d2.csv": "id,v,d,q\n1,2022,2022-05-01,very safe\n3,2023,2023-05-01,very safe\n",
    },
    "observations": {
        "d1.csv": "s,p,who,d,t,lon,lat,l\n1,P1,Ana,2022-05-01,21:30,13.05,52.05,2\n",
        "d2.csv": "s,p,who,d,t,lon,lat,l\n2,P2,Bo,2023-05-01,21:30,13.05,52.05,1\n",
    },
    "notes": {
        "d1.csv": "n,d,a,t,w,words\n1,2022-05-01,A00,noise,worse,SECRET\n",
        "d2.csv": "n,d,a,t,w,words\n2,2023-05-02,A01,noise|light,better,SECRET\n",
    },
}
MAPPINGS = {"surveys": SURVEYS, "observations": WALKS, "notes": MEETINGS}
TABLES = {spec.name: spec for spec in (RESPONDENTS, ANSWERS, OBSERVATIONS, NOTES)}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    incidents = write_pack(folder)
    (incidents / "data.csv").write_text(as_csv(incident_rows(60)))
    for family, files in FILES.items():
        base = folder / "evidence" / family
        base.mkdir()
        (base / "source.toml").write_text(SOURCE.format(id=family) + MAPPINGS[family])
        for name, text in files.items():
            (base / name).write_text(text)
    return folder


def build_of(pack: Path, *, keep: bool = True) -> dict[str, list[dict[str, Any]]]:
    """Audit a pack and return its tables, row by row."""
    tables = wiring.run_audit(pack, keep=keep).build.tables
    return {name: table.to_pylist() for name, table in tables.items()}


def bytes_of(pack: Path) -> dict[str, bytes]:
    """Audit a pack and return the files of the build."""
    wiring.run_audit(pack)
    return {path.name: path.read_bytes() for path in (pack / "build").glob("*.parquet")}


def listed(pack: Path) -> dict[tuple[str, str], int]:
    """Return (kind, file) → rows of what is kept about people."""
    store = FolderRestrictedStore(
        pack / "restricted", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)
    )
    with store.session(actor="a", purpose="test", read_only=True) as session:
        return {
            (one.kind, one.meta["file"].rpartition("/")[2]): one.meta["n"]
            for one in session.everything()
            if one.kind in TABLES
        }


def note_reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which every file that is read is added."""
    read: list[str] = []
    plain = row_files.sheets_of

    def watched(file: Any, *rest: Any) -> Any:
        read.append(file.label)
        return plain(file, *rest)

    monkeypatch.setattr(row_files, "sheets_of", watched)
    return read


def test_each_table_of_each_file_is_kept_under_its_kind(pack: Path) -> None:
    build_of(pack)
    assert listed(pack) == {
        ("respondents", "d1.csv"): 2,
        ("respondents", "d2.csv"): 1,  # the other one came in the first file
        ("answers", "d1.csv"): 2,
        ("answers", "d2.csv"): 1,
        ("observations", "d1.csv"): 1,
        ("observations", "d2.csv"): 1,
        ("notes", "d1.csv"): 1,
        ("notes", "d2.csv"): 2,
    }
    assert b"SECRET" not in b"".join(p.read_bytes() for p in pack.glob("restricted/objects/*/*"))


def test_an_unchanged_source_is_not_read_and_gives_the_same_bytes(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = note_reading(monkeypatch)
    without = build_of(pack, keep=False)
    assert len(read) == 6
    assert build_of(pack) == without
    assert len(read) == 12
    first = bytes_of(pack)
    assert len(read) == 12
    (pack / "restricted").rename(pack.parent / "away")
    assert bytes_of(pack) == first
    assert len(read) == 18


def test_a_changed_file_reads_its_source_and_no_other(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_of(pack)
    read = note_reading(monkeypatch)
    file = pack / "evidence/notes/d2.csv"
    file.write_text(file.read_text() + "3,2023-06-01,A10,noise,worse,x\n")
    after = build_of(pack)
    assert read == ["evidence/notes/d1.csv", "evidence/notes/d2.csv"]
    assert listed(pack)["notes", "d2.csv"] == 3
    assert len(listed(pack)) == 8
    assert after == build_of(pack, keep=False)


def test_what_was_found_is_said_again_where_nothing_is_read(pack: Path) -> None:
    first, second = (
        [(p.code, p.place.file, p.rows, p.examples) for p in wiring.run_audit(pack).problems]
        for _ in range(2)
    )
    assert ("DUPLICATE_ID", "evidence/surveys/d2.csv", 1, (2,)) in first
    assert second == first


def test_a_source_that_goes_is_forgotten(pack: Path) -> None:
    build_of(pack)
    for path in (pack / "evidence/notes").iterdir():
        path.unlink()
    build_of(pack)
    assert "notes" not in {kind for kind, _ in listed(pack)}


def test_reading_them_is_logged_with_actor_and_purpose(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVIVE_ACTOR", "analyst")
    build_of(pack)
    log = [json.loads(line) for line in (pack / "restricted/access.jsonl").read_text().splitlines()]
    read = {(one["kind"], one["actor"], one["purpose"]) for one in log if one["action"] == "read"}
    assert {(kind, "analyst", "audit") for kind in TABLES} <= read


def test_a_source_with_errors_is_not_kept(pack: Path) -> None:
    (pack / "evidence/notes/d2.csv").write_text("something,else\n1,2\n")
    with pytest.raises(Exception, match="PACK_UNUSABLE"):
        wiring.run_audit(pack)
    assert "notes" not in {kind for kind, _ in listed(pack)}


def test_weeded_rows_are_gone_for_the_next_audit_too(
    pack: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVIVE_LANGUAGE", "en")
    build_of(pack)
    assert main(["evidence", "weed", str(pack), "--today", "2024-01-15"]) == 0
    told = capsys.readouterr()
    assert "evidence/notes/d1.csv" in told.out + told.err
    assert listed(pack) == {
        ("respondents", "d1.csv"): 0,
        ("respondents", "d2.csv"): 1,
        ("answers", "d1.csv"): 0,
        ("answers", "d2.csv"): 1,
        ("observations", "d1.csv"): 0,
        ("observations", "d2.csv"): 1,
        ("notes", "d1.csv"): 0,
        ("notes", "d2.csv"): 2,
    }
    wiring.run_audit(pack)
    assert listed(pack)["respondents", "d1.csv"] == 0
    sources = {
        row["source_id"]: row for row in wiring.open_build(pack).tables["sources"].to_pylist()
    }
    assert sources["surveys"]["period_start"] == date(2023, 5, 1)
    assert main(["evidence", "list", str(pack)]) == 0
    shown = capsys.readouterr().out
    assert all(kind in shown for kind in ("respondents", "answers", "observations", "notes"))


class Emptying(PassingKeeper):
    """Hands out nothing of what it was given."""

    def rows_of(self, key: PartKey, spec: TableSpec) -> pa.Table:
        return super().rows_of(key, spec).slice(0, 0)


def test_no_row_goes_past_the_keeper(pack: Path) -> None:
    def rows(evidence: Evidence | None) -> dict[str, int]:
        assert evidence is not None
        return {name: getattr(evidence, name).num_rows for name in TABLES}

    assert all(rows(read_pack(pack).evidence).values())
    assert set(rows(read_pack(pack, keeper=Emptying).evidence).values()) == {0}
