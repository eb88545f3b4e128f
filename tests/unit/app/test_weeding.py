"""Weeding: what is too old goes, the rest stays, and the certificate says nothing else."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convive.app.protection.delivered import delete_delivered
from convive.app.protection.holdings import holdings
from convive.app.protection.register import register
from convive.app.protection.terms import Delivered, Terms
from convive.app.protection.weed import PENDING, Weeding, weed
from convive.core.errors import StorageError
from convive.store.restricted import FolderRestrictedStore
from factories.failing_disk import CountingDisk, Dead, KilledDisk, QuickDisk

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = NOW.date()
LIMIT = date(2024, 6, 15)
SCHEMA = pa.schema([("starts", pa.timestamp("us")), ("span", pa.int32()), ("row", pa.int32())])


def _store(folder: Path, disk: CountingDisk | None = None) -> FolderRestrictedStore:
    return FolderRestrictedStore(folder, clock=lambda: NOW, disk=disk or QuickDisk())


def _keep(folder: Path, name: str, starts: list[datetime | None], *, hours: int = 0) -> None:
    table = pa.table(
        {"starts": starts, "span": [hours * 3600] * len(starts), "row": range(len(starts))},
        schema=SCHEMA,
    )
    days = sorted(one.date().isoformat() for one in starts if one)
    with _store(folder).session(actor="audit", purpose="ingest") as session:
        with session.writing(name, kind="rows", source_id="police", schema=SCHEMA) as writer:
            writer.write(table)
            writer.meta |= {
                "file": f"evidence/incidents/{name}.csv",
                "first_day": days[0] if days else None,
                "last_day": days[-1] if days else None,
            }
        session.put(f"{name}.tally", json.dumps(len(starts)).encode(), kind="tally")
        session.commit()


def _terms(folder: Path, **given: object) -> Terms:
    files = tuple(
        Delivered(f"evidence/incidents/{name}.csv", folder / f"{name}.csv")
        for name in ("old", "mixed", "new")
    )
    facts: dict[str, object] = {"retention_months": 24, "delivered": files} | given
    return Terms("police", "incidents", {"en": "Police"}, "Police", **facts)  # type: ignore[arg-type]


def _days(start: date, n: int) -> list[datetime | None]:
    return [datetime(start.year, start.month, start.day) + timedelta(days=i) for i in range(n)]  # noqa: DTZ001


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty expired rows in `old`; 5 expired, 10 others and 2 undated in `mixed`; 7 in `new`."""
    folder = tmp_path / "restricted"
    _keep(folder, "old", _days(date(2020, 1, 1), 30))
    _keep(folder, "mixed", [*_days(LIMIT - timedelta(days=5), 15), None, None])
    _keep(folder, "new", _days(date(2026, 1, 1), 7))
    return folder


def _weed(folder: Path, **given: object) -> Weeding:
    return weed([_terms(folder)], store=_store(folder), clock=lambda: NOW, actor="dpo", **given)  # type: ignore[arg-type]


def _rows(folder: Path) -> dict[str, int]:
    with _store(folder).session(actor="t", purpose="t", read_only=True) as session:
        return {k.name: pq.read_table(session.open(k)).num_rows for k in session.listed("rows")}


def _digests(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("objects/??/*")}


def test_expired_rows_go_and_their_contents_leave_the_disk(folder: Path) -> None:
    before = _digests(folder)
    outcome = _weed(folder)
    assert _rows(folder) == {"old": 0, "mixed": 12, "new": 7}
    (source,) = outcome.sources
    assert (source.rows_before, source.rows_after, source.n_removed) == (54, 19, 35)
    assert source.limit == LIMIT.isoformat()
    assert source.earliest_day == LIMIT.isoformat()
    assert source.rows_undated == 2
    assert len(source.removed) == 2
    assert set(source.removed) <= before
    assert not set(source.removed) & _digests(folder)
    assert _store(folder).check().faults == ()


def test_no_byte_of_an_expired_row_is_left_anywhere(folder: Path) -> None:
    table = pa.table({"starts": _days(date(2019, 3, 1), 1), "word": ["zebra-crossing"]})
    with _store(folder).session(actor="audit", purpose="ingest") as session:
        with session.writing("w", kind="rows", source_id="police", schema=table.schema) as writer:
            writer.write(table)
        session.commit()
    assert any(b"zebra-crossing" in p.read_bytes() for p in folder.rglob("*") if p.is_file())
    _weed(folder)
    assert not any(b"zebra-crossing" in p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_tallies_and_other_sources_stay(folder: Path) -> None:
    with _store(folder).session(actor="audit", purpose="ingest") as session:
        table = pa.table({"starts": _days(date(2001, 1, 1), 3)})
        with session.writing("x", kind="rows", source_id="other", schema=table.schema) as writer:
            writer.write(table)
        session.commit()
    _weed(folder)
    assert _rows(folder)["x"] == 3
    with _store(folder).session(actor="t", purpose="t", read_only=True) as session:
        tallies = {kept.name: session.open(kept).read_bytes() for kept in session.listed("tally")}
    assert tallies == {"old.tally": b"30", "mixed.tally": b"17", "new.tally": b"7"}


def test_the_second_run_removes_nothing(folder: Path) -> None:
    _weed(folder)
    before = _digests(folder)
    again = _weed(folder)
    assert again.n_removed == 0
    assert again.certificate is None
    assert _digests(folder) == before


def test_a_dry_run_tells_the_same_and_changes_nothing(folder: Path) -> None:
    before = _digests(folder)
    told = _weed(folder, is_dry_run=True)
    assert _digests(folder) == before
    assert told.certificate is None
    assert told.n_removed == _weed(folder).n_removed == 35


def test_a_row_counts_by_the_end_of_its_range(tmp_path: Path) -> None:
    folder = tmp_path / "restricted"
    _keep(folder, "new", _days(LIMIT - timedelta(days=2), 1), hours=49)
    assert _weed(folder).n_removed == 0
    _keep(folder, "new", _days(LIMIT - timedelta(days=2), 1), hours=47)
    assert _weed(folder).n_removed == 1


def test_the_certificate_is_kept_and_its_digest_stands_in_the_log(folder: Path) -> None:
    outcome = _weed(folder)
    assert outcome.certificate is not None
    body = json.loads(outcome.certificate)
    assert body["sources"][0]["rows_removed"] == 35
    assert body["proof"] == dict.fromkeys(body["proof"], True)
    with _store(folder).session(actor="t", purpose="t", read_only=True) as session:
        (kept,) = session.listed("certificate")
        assert session.open(kept).read_bytes() == outcome.certificate
    entries = list(_store(folder).accesses())
    assert [e["rows"] for e in entries if e["action"] == "weed"] == [5, 30]
    assert kept.digest in {e.get("digest") for e in entries if e["action"] == "write"}
    assert _store(folder).first_broken_entry() is None


def test_delivered_files_that_still_hold_the_rows_are_named(folder: Path) -> None:
    left = {one.label: (one.rows, one.is_whole) for one in _weed(folder).leftovers}
    assert left == {
        "evidence/incidents/old.csv": (30, True),
        "evidence/incidents/mixed.csv": (5, False),
    }


def test_only_files_of_which_every_row_expired_are_deleted(folder: Path) -> None:
    for name in ("old", "mixed", "new"):
        (folder / f"{name}.csv").write_text("x")
    outcome = _weed(folder)
    terms = [_terms(folder)]
    deleted = delete_delivered(outcome.leftovers, terms, store=_store(folder), actor="dpo")
    assert deleted == ("evidence/incidents/old.csv",)
    assert sorted(path.name for path in folder.glob("*.csv")) == ["mixed.csv", "new.csv"]
    assert [e["action"] for e in _store(folder).accesses()][-2:] == ["delete_file", "commit"]


def test_a_content_that_is_still_there_gives_no_certificate(folder: Path) -> None:
    class StickyDisk(QuickDisk):
        def remove(self, path: Path) -> None:
            if path.parent.parent.name != "objects":
                super().remove(path)

    store = FolderRestrictedStore(folder, clock=lambda: NOW, disk=StickyDisk())
    with pytest.raises(StorageError, match="WEEDING_NOT_PROVEN"):
        weed([_terms(folder)], store=store, clock=lambda: NOW, actor="dpo")
    # The proof is owed: the next run, on a disk that removes, gives it.
    outcome = _weed(folder)
    assert outcome.certificate is not None
    assert outcome.sources[0].n_removed == 35
    assert len(outcome.sources[0].removed) == 2


def test_killed_at_any_operation_the_weeding_is_finished_by_the_next_run(
    folder: Path, tmp_path: Path
) -> None:
    disk = CountingDisk()
    shutil.copytree(folder, tmp_path / "whole")
    weed([_terms(folder)], store=_store(tmp_path / "whole", disk), clock=lambda: NOW, actor="dpo")
    n_certified = 0
    for number in range(disk.n):
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        with pytest.raises(Dead):
            weed(
                [_terms(folder)],
                store=_store(copy, KilledDisk(number)),
                clock=lambda: NOW,
                actor="dpo",
            )
        assert _store(copy).check().faults == ()
        assert _rows(copy) in (
            {"old": 30, "mixed": 17, "new": 7},
            {"old": 0, "mixed": 12, "new": 7},
        )
        outcome = _weed(copy)
        assert _rows(copy) == {"old": 0, "mixed": 12, "new": 7}
        n_certified += outcome.certificate is not None
        with _store(copy).session(actor="t", purpose="t", read_only=True) as session:
            assert session.listed("certificate")
            assert session.find(PENDING) is None
            total = json.loads(session.open(session.listed("certificate")[0]).read_bytes())
        assert total["sources"][0]["rows_removed"] == 35
        assert _store(copy).first_broken_entry() is None
        shutil.rmtree(copy)
    assert 0 < n_certified < disk.n


def test_the_list_says_until_when(folder: Path) -> None:
    rows = {
        one.kind: one
        for one in holdings([_terms(folder)], store=_store(folder), actor="dpo")
        if one.source_id == "police"
    }
    assert rows["rows"].rows == 54
    assert rows["rows"].first_day == "2020-01-01"
    assert rows["rows"].last_day == "2026-01-07"
    assert rows["rows"].next_weeding == date(2022, 1, 2)


@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_the_register_says_what_is_open(tmp_path: Path, language: str) -> None:
    given = _terms(tmp_path, legal_basis="Art. 6", purposes=("one", "two"))
    (row,) = register([given], language=language)
    assert row["legal_basis"] == "Art. 6"
    assert row["purpose"] == "one; two"
    assert "24" in row["retention"]
    assert row["contact"] == row["personal_data"]
    assert not any(value.startswith("register.") for value in row.values())
