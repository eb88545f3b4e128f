"""Evidence is read once: only what has changed is read and counted again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convive import wiring
from convive.app.audit import AuditPorts, audit
from convive.app.ingest.keeper import FactKeeper
from convive.app.ingest.tallies import TallyBook
from convive.app.ports import IncidentParts, PartKey, PartWriter, Repeated
from convive.app.row_sets import RowSet
from convive.app.schema import table_from_rows
from convive.app.tables import INCIDENTS as INCIDENTS_TABLE
from convive.app.territory import build_territory
from convive.catalogue import find
from convive.connectors.city_pack import read_pack
from convive.core.model import City, EngineChoice
from convive.store import FolderBuildStore, FolderRestrictedStore, open_aggregator
from factories.evidence import incident_rows as rows_by_hand
from factories.evidence import make_city, make_evidence
from factories.pack import INCIDENTS, as_csv, incident_rows, write_pack


def clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


class Watched(FactKeeper):
    """Tells which files were read."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.read: list[str] = []

    @contextmanager
    def keeping(self, key: PartKey) -> Iterator[PartWriter]:
        self.read.append(key.file.rpartition("/")[2])
        with super().keeping(key) as writer:
            yield writer


def run(pack: Path) -> tuple[list[str], int]:
    """Read and count a pack with its own store; return the files read and questions asked."""
    folder = pack / "restricted"
    aggregator = open_aggregator(EngineChoice(), folder)
    keepers: list[Watched] = []
    with FolderRestrictedStore(folder, clock=clock).session(actor="a", purpose="test") as session:

        def make(city: City, areas: pa.Table) -> Watched:
            keepers.append(Watched(session, aggregator, city, areas))
            return keepers[-1]

        evidence = read_pack(pack, keeper=make).evidence
        assert evidence is not None
        territory = build_territory(evidence.city, evidence.areas)
        book = TallyBook(evidence.incidents, territory, aggregator, session)
        session.commit()
    return sorted(keepers[0].read), book.n_counted


def build_of(pack: Path) -> dict[str, str]:
    """Audit a pack and return the digest of every table."""
    wiring.run_audit(pack)
    found = sorted((pack / "build").glob("*.parquet"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def month_file(month: int) -> str:
    head, *rows = incident_rows(60)
    rows = [[f"{month}-{row[0]}", f"2024-{month:02d}-{row[1][8:]}", *row[2:]] for row in rows]
    return as_csv([head, *rows])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    base = write_pack(folder)
    for month in (1, 2, 3):
        (base / f"data-{month}.csv").write_text(month_file(month))
    return folder


def test_a_new_month_touches_only_its_own_file(pack: Path) -> None:
    assert run(pack) == (["data-1.csv", "data-2.csv", "data-3.csv"], 3)
    assert run(pack) == ([], 0)
    (pack / "evidence/incidents/data-4.csv").write_text(month_file(4))
    assert run(pack) == (["data-4.csv"], 1)


def test_another_mapping_reads_its_source_anew_and_no_other(pack: Path) -> None:
    other = INCIDENTS.replace('id = "police"', 'id = "other"').replace('"data*"', '"other*"')
    (pack / "evidence/incidents/more.toml").write_text(other)
    (pack / "evidence/incidents/other-1.csv").write_text(month_file(1))
    run(pack)
    mapping = pack / "evidence/incidents/more.toml"
    mapping.write_text(mapping.read_text().replace('"Raub" = "robbery"', '"Raub" = "theft"'))
    assert run(pack) == (["other-1.csv"], 1)


def test_a_crosswalk_that_nobody_knows_is_a_problem(pack: Path) -> None:
    mapping = pack / "evidence/incidents/police.toml"
    text = mapping.read_text().replace(
        "[categories.map]", '[categories]\ncrosswalk = "no-such"\n[categories.map]'
    )
    mapping.write_text(text)
    assert "VALUE_INVALID" in {problem.code for problem in read_pack(pack).problems}


def test_words_about_a_source_do_not_read_it_anew(pack: Path) -> None:
    run(pack)
    mapping = pack / "evidence/incidents/police.toml"
    text = mapping.read_text()
    assert 'owner = "' in text
    mapping.write_text(text.replace('owner = "', 'owner = "Another '))
    assert run(pack) == ([], 0)


def test_step_by_step_gives_the_bytes_of_a_build_from_scratch(pack: Path, tmp_path: Path) -> None:
    build_of(pack)
    (pack / "evidence/incidents/data-4.csv").write_text(month_file(4))
    grown = build_of(pack)
    fresh = tmp_path / "fresh"
    base = write_pack(fresh)
    for month in (1, 2, 3, 4):
        (base / f"data-{month}.csv").write_text(month_file(month))
    assert grown == build_of(fresh)
    run_record = json.loads((pack / "build/run.json").read_text())
    assert run_record["engine"] == "duckdb"
    assert [part["n"] for part in run_record["parts"]] == [None] * 4  # not public


def test_what_the_pack_no_longer_has_is_forgotten(pack: Path) -> None:
    build_of(pack)
    (pack / "evidence/incidents/data-2.csv").unlink()
    build_of(pack)
    store = FolderRestrictedStore(pack / "restricted", clock=clock)
    with store.session(actor="a", purpose="test", read_only=True) as session:
        kept = {kept.meta["file"].rpartition("/")[2] for kept in session.listed("rows")}
        assert kept == {"data-1.csv", "data-3.csv"}
        current = {kept.name for kept in session.listed("rows")}
        assert all(set(tally.meta["parts"]) <= current for tally in session.listed("tally"))


def test_the_first_file_wins_where_an_id_comes_twice(pack: Path) -> None:
    base = pack / "evidence/incidents"
    (base / "data-4.csv").write_text(month_file(1))
    reading = read_pack(pack)
    (found,) = [one for one in reading.problems if one.code == "DUPLICATE_ID"]
    assert (found.place.file.rpartition("/")[2], found.rows) == ("data-4.csv", 60)


@contextmanager
def a_keeper(folder: Path) -> Iterator[tuple[FactKeeper, Any]]:
    city, areas = make_city(), make_evidence().areas
    aggregator = open_aggregator(EngineChoice(), folder)
    store = FolderRestrictedStore(folder, clock=clock)
    with store.session(actor="a", purpose="test") as session:
        yield FactKeeper(session, aggregator, city, areas), session


KEY = PartKey("police", "police.csv", "0" * 64, "1" * 64)


def some_rows() -> pa.Table:
    rows = rows_by_hand({("A1", "burglary", 3): 40}, years=(2024,))
    for i, row in enumerate(rows):
        row |= {"incident_id": f"case-{i}", "target_id": f"dwelling {i % 7}"}
    return table_from_rows(INCIDENTS_TABLE, rows)


def torn(writer: PartWriter) -> None:
    """Fail after the first stretch."""
    writer.write(some_rows())
    raise OSError("torn")


def test_a_file_that_fails_leaves_no_half_part(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as (keeper, session):
        with pytest.raises(OSError, match="torn"), keeper.keeping(KEY) as writer:
            torn(writer)
        assert keeper.record_of(KEY) is None
        assert session.listed("rows") == ()
        session.commit()
    assert not list(tmp_path.glob("objects/*/*.parquet"))


def test_neither_ids_nor_targets_nor_words_are_kept(tmp_path: Path) -> None:
    with a_keeper(tmp_path) as (keeper, session):
        with keeper.keeping(KEY) as writer:
            writer.write(some_rows().slice(0, 13))
            writer.write(some_rows().slice(13))
        kept = session.find(KEY.name)
        assert kept is not None
        found = pq.read_table(session.open(kept))
        assert not any(pa.types.is_string(field.type) for field in found.schema)
        assert b"dwelling" not in kept.path.read_bytes()
        assert found["number"].to_pylist() == list(range(40))
        assert len(set(found["target_hash"].to_pylist())) == 7
        assert len(set(found["id_hash"].to_pylist())) == 40
        record = keeper.record_of(KEY)
        assert record is not None
        expected: Mapping[str, Any] = {"n": 40, "n_ids": 40, "n_targets": 40, "n_points": 40}
        assert {name: record[name] for name in expected} == expected


def test_two_stores_give_the_same_person_different_pseudonyms(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        with a_keeper(tmp_path / name) as (keeper, session):
            with keeper.keeping(KEY) as writer:
                writer.write(some_rows())
            kept = session.find(KEY.name)
            assert kept is not None
            found.append(set(pq.read_table(session.open(kept))["target_hash"].to_pylist()))
    assert not found[0] & found[1]


@pytest.mark.parametrize("last", [[3], [3, 4, 20]])
def test_a_weeded_part_is_counted_by_the_tally_it_was_last_counted_with(
    tmp_path: Path, last: list[int]
) -> None:
    with a_keeper(tmp_path) as (keeper, session):
        with keeper.keeping(KEY) as writer:
            writer.write(some_rows())
        territory = build_territory(make_city(), make_evidence().areas)
        aggregator = open_aggregator(EngineChoice(), tmp_path)

        def book(again: Mapping[PartKey, Repeated]) -> TallyBook:
            return TallyBook(
                IncidentParts(keeper.parts([KEY], again)), territory, aggregator, session
            )

        for numbers in ([], [3, 4], last):
            found = book({KEY: Repeated(RowSet.of(numbers, 40))})
            assert found.sources["police"].n == 40 - len(numbers)
        kept = session.find(KEY.name)
        assert kept is not None
        rows = pq.read_table(session.open(kept)).slice(0, 5)
        with session.writing(
            KEY.name, kind="rows", source_id="police", schema=rows.schema
        ) as target:
            target.write(rows)
            target.meta.update({**kept.meta, "n": 5, "weeded_before": "2024-12-01"})
        weeded = book(keeper.repeated([KEY], "id_hash"))
        assert weeded.n_counted == 0
        assert weeded.sources["police"].n == 40 - len(last)
        assert weeded.weeded_before("police") == "2024-12-01"


def test_the_audit_writes_no_rows_where_nothing_is_kept(pack: Path) -> None:
    wiring.run_audit(pack, keep=False)
    assert not (pack / "restricted").exists()
    assert not (pack / "build").exists()


def test_a_build_that_fails_keeps_what_was_read(pack: Path) -> None:
    class Full(FolderBuildStore):
        def save(self, *_: Any) -> None:
            raise OSError("full")

    aggregator = open_aggregator(EngineChoice(), pack / "restricted")
    ports = AuditPorts(
        read_pack=read_pack,
        catalogue=find,
        aggregator=lambda _city: aggregator,
        clock=clock,
        version="test",
        store=Full(),
        restricted=lambda one: FolderRestrictedStore(one / "restricted", clock=clock),
    )
    with pytest.raises(OSError, match="full"):
        audit(pack, ports=ports)
    assert run(pack)[0] == []


def test_months_until_recorded_are_counted_and_kept(tmp_path: Path) -> None:
    rows = rows_by_hand({("A1", "burglary", 3): 4}, years=(2024,))
    for row, months in zip(rows, (0, 1, 1, 0), strict=True):
        start = row["starts"]
        month = start.month + months
        row["recorded"] = date(start.year + (month > 12), (month - 1) % 12 + 1, 28)
    with a_keeper(tmp_path) as (keeper, session):
        with keeper.keeping(KEY) as writer:
            writer.write(table_from_rows(INCIDENTS_TABLE, rows))
        aggregator = open_aggregator(EngineChoice(), tmp_path)
        book = TallyBook(
            IncidentParts(keeper.parts([KEY], {})), keeper.territory, aggregator, session
        )
        assert book.sources["police"].has("recorded")
        found = book.delays("police")
        assert found.n.sum() == 4
        assert found.n[found.delay_months == 1].sum() == 2
        asked = book.n_counted
        book.delays("police")
        assert book.n_counted == asked
