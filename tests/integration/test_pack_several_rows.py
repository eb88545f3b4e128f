"""Several rows of one incident: the gravest counts, over all files, and the others are told."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from convive import wiring
from convive.app.ports import PackReading
from convive.cli.main import main
from convive.connectors.city_pack import read_pack
from convive.core.model import Severity
from convive.store import FolderBuildStore
from factories.pack import INCIDENTS, as_csv, incident_rows, write_pack
from factories.rows import read_with_rows

GRAVE = INCIDENTS.replace('id = "id"\n', 'id = "id"\ngravest = ["robbery", "burglary"]\n')
PROTECTION = """
[source.protection]
legal_basis = "Police act, section 12"
purpose = ["diagnosis", "evaluation"]
retention_months = 12
agreement_ends = 2030-12-31
contact = "Data protection office"
personal_data = "pseudonymous"
"""
LIST = as_csv(incident_rows(200))


def row(identifier: str, kind: str, day: str = "2022-03-04") -> list[str]:
    return [identifier, day, kind, "13.01", "52.0512"]


def pack_of(folder: Path, mapping: str = GRAVE, **files: list[list[str]]) -> Path:
    """Write a pack with a list of single incidents and these files of several rows."""
    incidents = write_pack(folder, mapping=mapping)
    (incidents / "data.csv").write_text(LIST)
    for name, rows in files.items():
        (incidents / f"data-{name}.csv").write_text(as_csv([incident_rows(0)[0], *rows]))
    return folder


def kinds(pack: Path, prefix: str = "v") -> dict[str, str]:
    """Return the kind with which each incident of several rows counts."""
    evidence = read_with_rows(pack).evidence
    assert evidence is not None
    rows = evidence.incidents.rows.to_pylist()
    found = [(r["incident_id"], r["category"]) for r in rows if r["incident_id"].startswith(prefix)]
    assert len(found) == len(dict(found)), "each counts once"
    return dict(found)


SOME = [row("v1", "Einbruch"), row("v1", "Raub"), row("v2", "Raub"), row("v2", "Einbruch")]


def test_the_gravest_row_counts_wherever_it_stands(tmp_path: Path) -> None:
    assert kinds(pack_of(tmp_path, a=SOME)) == {"v1": "robbery", "v2": "robbery"}


def test_without_the_key_the_first_row_counts(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, INCIDENTS, a=SOME)
    assert kinds(pack) == {"v1": "burglary", "v2": "robbery"}
    assert {problem.code for problem in read_pack(pack).problems} == {"DUPLICATE_ID"}


def test_the_others_are_told_and_are_no_fault(tmp_path: Path) -> None:
    reading: PackReading = read_pack(pack_of(tmp_path, a=[*SOME, row("v1", "Einbruch")]))
    (problem,) = reading.problems
    assert (problem.code, problem.rows, problem.severity) == ("FURTHER_ROWS", 3, Severity.NOTE)
    assert problem.examples == (2, 5, 6)
    assert reading.evidence is not None
    (check,) = [r for r in reading.evidence.quality.to_pylist() if r["code"] == "further_rows"]
    assert (check["n"], check["base"]) == (3, 5)
    assert reading.evidence.incidents.n == 202


def audited(pack: Path) -> tuple[dict[str, str], dict[str, int]]:
    """Audit a pack; return the digest of every table and the city's incidents by indicator."""
    wiring.run_audit(pack)
    found = sorted((pack / "build").glob("*.parquet"))
    rows = FolderBuildStore().load(pack / "build").tables["estimates"].to_pylist()
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}, {
        row["indicator_id"]: row["n"]
        for row in rows
        if row["level"] == "city" and row["dimension"] == "all"
    }


def test_a_later_file_brings_a_graver_row(tmp_path: Path) -> None:
    first = [row(f"v{i}", "Einbruch") for i in range(60)]
    second = [row(f"v{i}", "Raub") for i in range(60)]
    pack = pack_of(tmp_path / "grown", a=first)
    _, before = audited(pack)
    (pack / "evidence/incidents/data-b.csv").write_text(as_csv([incident_rows(0)[0], *second]))
    tables, after = audited(pack)
    assert (before["robbery_rate"], after["robbery_rate"]) == (100, 160)
    assert (before["burglary_rate"], after["burglary_rate"]) == (160, 100)
    assert tables == audited(pack_of(tmp_path / "fresh", a=first, b=second))[0]


def test_what_a_weeded_file_leaves_out_stays(tmp_path: Path) -> None:
    head, _, rest = GRAVE.partition("\n[")
    pack = pack_of(tmp_path / "pack", f"{head}\n{PROTECTION}\n[{rest.removeprefix('[')}")

    def deliver(name: str, *rows: list[str]) -> tuple[int, int]:
        text = as_csv([incident_rows(0)[0], *rows])
        (pack / f"evidence/incidents/data-{name}.csv").write_text(text)
        _, n = audited(pack)
        return n["burglary_rate"], n["robbery_rate"]

    def grave(numbers: range, name: str = "v") -> list[list[str]]:
        return [row(f"{name}{i}", "Raub", "2022-10-04") for i in numbers]

    # Of the first file 20 rows are weeded; 0, 20, then 40 of its rows have graver ones elsewhere.
    days = ["2022-03-04"] * 20 + ["2022-10-04"] * 80
    old = [row(f"v{i}", "Einbruch", day) for i, day in enumerate(days)]
    assert deliver("a", *old) == (200, 100)
    assert deliver("b", *grave(range(20, 40))) == (180, 120)
    assert deliver("c", *grave(range(40, 60))) == (160, 140)
    assert main(["evidence", "weed", str(pack), "--today", "2023-07-01"]) == 0
    # What was counted stays: a graver row of an incident of the weeded file comes too late.
    late = [*grave(range(60, 80)), *grave(range(20), "w")]
    assert deliver("d", *late) == (160, 160)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_the_order_of_files_does_not_decide(tmp_path: Path, order: tuple[str, str]) -> None:
    first, second = order
    files = {first: [row("v1", "Einbruch")], second: [row("v1", "Raub")]}
    assert kinds(pack_of(tmp_path, **files)) == {"v1": "robbery"}


def test_grave_kinds_need_an_id_and_must_exist(tmp_path: Path) -> None:
    without = GRAVE.replace('id = "id"\n', "")
    codes = {p.code for p in read_pack(pack_of(tmp_path / "a", without)).problems}
    assert "MAPPING_INCOMPLETE" in codes
    unknown = GRAVE.replace('"robbery", "burglary"]', '"manslaughter"]')
    codes = {p.code for p in read_pack(pack_of(tmp_path / "b", unknown)).problems}
    assert "VALUE_INVALID" in codes


def test_a_column_that_is_no_id_is_an_error_of_the_files_where_it_shows(tmp_path: Path) -> None:
    mapping = GRAVE.replace('id = "id"', 'id = "kind"')
    (problem,) = read_pack(pack_of(tmp_path / "one", mapping)).problems
    assert (problem.code, problem.severity) == ("DUPLICATE_ID", Severity.ERROR)
    some = [row("x", "Einbruch"), row("x", "Raub"), row("x", "Raub"), row("x", "Mord")]
    found = read_pack(pack_of(tmp_path / "two", mapping, a=some)).problems
    told = {(p.place.file.rpartition("/")[2], p.code, p.severity) for p in found if p.rows}
    assert ("data.csv", "DUPLICATE_ID", Severity.ERROR) in told
    assert ("data-a.csv", "FURTHER_ROWS", Severity.NOTE) in told


@pytest.mark.parametrize(
    ("names", "allowed"),
    [
        (["robbery", "burglary", "robbery"], '["robbery","burglary"]'),
        ([f"kind_{i}" for i in range(101)], "≤ 100"),
    ],
)
def test_grave_kinds_stand_once_and_are_not_too_many(
    tmp_path: Path, names: list[str], allowed: str
) -> None:
    mapping = GRAVE.replace('["robbery", "burglary"]', json.dumps(names))
    (problem,) = (p for p in read_pack(pack_of(tmp_path, mapping)).problems)
    assert (problem.code, problem.severity) == ("VALUE_INVALID", Severity.ERROR)
    assert (problem.data["key"], problem.data["allowed"]) == ("columns.gravest", allowed)
