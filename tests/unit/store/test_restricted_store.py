"""The restricted store: what is kept, under which promise."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convive.app.ports import StoreSession
from convive.core.errors import ConflictError, NotFoundError, StorageError
from convive.store.restricted import FolderRestrictedStore

SCHEMA = pa.schema([("day", pa.date32()), ("word", pa.string())])


def clock() -> datetime:
    return datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> FolderRestrictedStore:
    return FolderRestrictedStore(tmp_path / "pack" / "restricted", clock=clock)


def _rows(n: int, word: str = "a") -> pa.Table:
    days = pa.array([0] * n, pa.int32()).cast(pa.date32())
    words = pa.array([f"{word}{i % 7}" for i in range(n)], pa.string())
    return pa.table({"day": days, "word": words})


def _keep(
    store: FolderRestrictedStore, name: str, table: pa.Table, *, stretch: int = 10**9
) -> None:
    with store.session(actor="audit", purpose="ingest") as session:
        with session.writing(name, kind="rows", source_id="s", schema=table.schema) as writer:
            for start in range(0, table.num_rows, stretch):
                writer.write(table.slice(start, stretch))
            writer.meta["first_day"] = "1970-01-01"
        session.commit()


def test_what_is_committed_is_read_back(store: FolderRestrictedStore) -> None:
    _keep(store, "part", _rows(10))
    with store.session(actor="audit", purpose="count", read_only=True) as session:
        kept = session.find("part")
        assert kept is not None
        assert kept.meta["n"] == 10
        assert kept.meta["first_day"] == "1970-01-01"
        assert pq.read_table(session.open(kept)).equals(_rows(10))
        assert session.listed("rows", "s") == (kept,)
        assert session.listed("rows", "other") == ()


def test_without_a_commit_it_never_was(store: FolderRestrictedStore, tmp_path: Path) -> None:
    with store.session(actor="audit", purpose="ingest") as session:
        with session.writing("part", kind="rows", schema=SCHEMA) as writer:
            writer.write(_rows(5))
        assert session.find("part") is not None
    with store.session(actor="audit", purpose="count", read_only=True) as session:
        assert session.find("part") is None
    assert not list((tmp_path / "pack" / "restricted" / "objects").glob("??/*"))


def _break_off(session: StoreSession) -> None:
    with session.writing("part", kind="rows", schema=SCHEMA) as writer:
        writer.write(_rows(5))
        raise KeyError


def test_an_exception_while_writing_leaves_nothing(
    store: FolderRestrictedStore, tmp_path: Path
) -> None:
    with store.session(actor="audit", purpose="ingest") as session:
        with pytest.raises(KeyError):
            _break_off(session)
        assert session.find("part") is None
        assert not list((tmp_path / "pack" / "restricted" / "staging").iterdir())
        session.commit()


def test_the_same_rows_give_the_same_bytes_however_they_come(tmp_path: Path) -> None:
    table = _rows(300_000)
    coded = table.set_column(1, "word", table["word"].dictionary_encode())
    digests = set()
    for number, (rows, stretch) in enumerate([(table, 10**9), (table, 999), (coded, 70_001)]):
        store = FolderRestrictedStore(tmp_path / str(number), clock=clock)
        _keep(store, "part", rows, stretch=stretch)
        with store.session(actor="a", purpose="p", read_only=True) as session:
            kept = session.find("part")
            assert kept is not None
            digests.add(kept.digest)
    assert len(digests) == 1


def test_equal_content_is_kept_once(store: FolderRestrictedStore, tmp_path: Path) -> None:
    _keep(store, "one", _rows(5))
    _keep(store, "two", _rows(5))
    assert len(list((tmp_path / "pack" / "restricted" / "objects").glob("??/*"))) == 1


def test_the_second_writer_is_told_who_has_the_store(store: FolderRestrictedStore) -> None:
    with store.session(actor="weeding", purpose="retention"):
        with (
            pytest.raises(ConflictError) as caught,
            store.session(actor="audit", purpose="ingest"),
        ):
            pass
        assert caught.value.code == "STORE_LOCKED"
        assert caught.value.data["actor"] == "weeding"
        assert caught.value.data["since"].startswith("2026-01-31T12")


def test_a_reader_keeps_its_state_while_others_write(store: FolderRestrictedStore) -> None:
    _keep(store, "part", _rows(5))
    with store.session(actor="r", purpose="count", read_only=True) as reader:
        for n in range(6, 10):
            _keep(store, "part", _rows(n))
        kept = reader.find("part")
        assert kept is not None
        assert pq.read_table(reader.open(kept)).num_rows == 5
    _keep(store, "part", _rows(11))
    assert not kept.path.exists()


def test_only_the_current_state_and_the_one_before_are_kept(
    store: FolderRestrictedStore, tmp_path: Path
) -> None:
    for n in range(1, 6):
        _keep(store, "part", _rows(n))
    folder = tmp_path / "pack" / "restricted"
    assert sorted(p.name for p in (folder / "manifests").iterdir()) == ["4.json", "5.json"]
    assert len(list(folder.glob("objects/??/*"))) == 2


def test_purging_leaves_the_current_state_alone(
    store: FolderRestrictedStore, tmp_path: Path
) -> None:
    _keep(store, "part", _rows(1))
    with store.session(actor="r", purpose="count", read_only=True) as reader:
        old = reader.find("part")
        assert old is not None
        with store.session(actor="w", purpose="retention") as session:
            with session.writing("part", kind="rows", schema=SCHEMA) as writer:
                writer.write(_rows(2))
            session.commit()
            session.purge()
            assert not session.on_disk(old.digest)
        with pytest.raises(ConflictError) as caught:
            reader.open(old)
        assert caught.value.code == "STORE_STATE_GONE"
    assert len(list((tmp_path / "pack" / "restricted").glob("objects/??/*"))) == 1


def test_nobody_else_may_enter(store: FolderRestrictedStore, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _keep(store, "part", _rows(5))
    finally:
        os.umask(before)
    folder = tmp_path / "pack" / "restricted"
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_folder_that_was_opened_to_others_is_closed_again(
    store: FolderRestrictedStore, tmp_path: Path
) -> None:
    _keep(store, "part", _rows(5))
    (tmp_path / "pack" / "restricted").chmod(0o755)
    _keep(store, "part", _rows(6))
    assert (tmp_path / "pack" / "restricted").stat().st_mode & 0o777 == 0o700


def test_opening_notices_a_file_of_another_size(store: FolderRestrictedStore) -> None:
    _keep(store, "part", _rows(5))
    with store.session(actor="r", purpose="count", read_only=True) as session:
        kept = session.find("part")
        assert kept is not None
        kept.path.write_bytes(kept.path.read_bytes()[:-1])
        with pytest.raises(StorageError) as caught:
            session.open(kept)
        assert caught.value.code == "STORE_DAMAGED"


def test_what_is_not_kept_is_not_handed_out(store: FolderRestrictedStore) -> None:
    _keep(store, "part", _rows(5))
    with store.session(actor="r", purpose="count") as session:
        kept = session.find("part")
        assert kept is not None
        session.drop("part")
        with pytest.raises(NotFoundError):
            session.open(kept)
        session.drop("part")


def test_small_things_are_kept_as_bytes(store: FolderRestrictedStore) -> None:
    with store.session(actor="a", purpose="p") as session:
        kept = session.put("record", b'{"rows": 3}', kind="record", source_id="s", rows=3)
        session.commit()
        assert json.loads(session.open(kept).read_bytes()) == {"rows": 3}
    assert kept.path.suffix == ".json"
    assert kept.meta["rows"] == 3


def test_a_reader_cannot_write(store: FolderRestrictedStore) -> None:
    with (
        store.session(actor="a", purpose="p", read_only=True) as session,
        pytest.raises(RuntimeError),
    ):
        session.put("record", b"{}", kind="record")
