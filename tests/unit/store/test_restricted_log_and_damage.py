"""The access log is a chain; damage is found, named and mended from what is intact."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from convive.core.errors import ConviveError, StorageError
from convive.store.restricted import FolderRestrictedStore
from factories.failing_disk import QuickDisk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with two states: first a and b, then a changed."""
    folder = tmp_path / "restricted"
    store = _store(folder)
    for names in ({"a": 3, "b": 4}, {"a": 5}):
        with store.session(actor="audit", purpose="ingest") as session:
            for name, n in names.items():
                table = pa.table({"n": list(range(n))})
                with session.writing(name, kind="rows", schema=table.schema) as writer:
                    writer.write(table)
            session.commit()
    return folder


def _store(folder: Path) -> FolderRestrictedStore:
    return FolderRestrictedStore(
        folder, clock=lambda: datetime(2026, 1, 31, tzinfo=UTC), disk=QuickDisk()
    )


def _read(folder: Path, *names: str) -> list[int]:
    with _store(folder).session(actor="reader", purpose="count", read_only=True) as session:
        found = [session.find(name) for name in names]
        for kept in found:
            assert kept is not None
            session.open(kept)
        return [kept.meta["n"] for kept in found if kept]


def test_every_access_stands_in_the_log(folder: Path) -> None:
    _read(folder, "a", "a", "b")
    told = [
        (e["actor"], e["purpose"], e["action"], e.get("name"), e.get("rows"))
        for e in _store(folder).accesses()
    ]
    assert told == [
        ("audit", "ingest", "write", "a", 3),
        ("audit", "ingest", "write", "b", 4),
        ("audit", "ingest", "commit", None, None),
        ("audit", "ingest", "write", "a", 5),
        ("audit", "ingest", "commit", None, None),
        ("reader", "count", "read", "a", 5),
        ("reader", "count", "read", "b", 4),
    ]
    assert _store(folder).first_broken_entry() is None


def test_what_was_never_committed_is_not_in_the_log(folder: Path) -> None:
    before = list(_store(folder).accesses())
    with _store(folder).session(actor="audit", purpose="ingest") as session:
        session.drop("a")
    assert list(_store(folder).accesses()) == before


@pytest.mark.parametrize("entry", [1, 3, 5])
def test_a_changed_entry_is_found(folder: Path, entry: int) -> None:
    log = folder / "access.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    lines[entry - 1] = lines[entry - 1].replace("audit", "nobody")
    log.write_text("".join(lines))
    # The line itself still names the one before; its own digest is what no longer fits.
    assert _store(folder).first_broken_entry() == entry + 1
    assert [fault.code for fault in _store(folder).check().faults] == ["log_damaged"]


@pytest.mark.parametrize("entry", [1, 3, 5])
def test_a_removed_entry_is_found(folder: Path, entry: int) -> None:
    log = folder / "access.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[: entry - 1] + lines[entry:]))
    assert _store(folder).first_broken_entry() == entry


def test_nothing_is_handed_out_on_a_log_that_was_tampered_with(folder: Path) -> None:
    log = folder / "access.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:-1]))
    with pytest.raises(StorageError) as caught:
        _read(folder, "a")
    assert caught.value.code == "STORE_LOG_DAMAGED"
    _store(folder).repair(actor="dpo", purpose="repair")
    assert _read(folder, "a", "b") == [5, 4]
    assert _store(folder).check().faults == ()
    assert (folder / "access-until-2.jsonl").read_text() == "".join(lines[:-1])
    first = next(iter(_store(folder).accesses()))
    assert first["action"] == "restart"


def test_a_torn_last_line_is_cut_off_and_the_chain_goes_on(folder: Path) -> None:
    _read(folder, "a")
    with (folder / "access.jsonl").open("a") as log:
        log.write('{"n": 7, "at": "2026-')
    assert _store(folder).first_broken_entry() is None
    _read(folder, "b")
    assert _store(folder).first_broken_entry() is None
    assert [entry["n"] for entry in _store(folder).accesses()] == list(range(1, 8))


def test_changed_and_missing_contents_are_named_and_forgotten(folder: Path) -> None:
    with _store(folder).session(actor="r", purpose="t", read_only=True) as session:
        a, b = session.find("a"), session.find("b")
    assert a is not None
    assert b is not None
    content = bytearray(a.path.read_bytes())
    content[len(content) // 2] ^= 1
    a.path.write_bytes(content)
    b.path.unlink()
    faults = {(fault.code, fault.name) for fault in _store(folder).check().faults}
    assert faults == {("object_damaged", "a"), ("object_missing", "b")}
    assert _store(folder).repair(actor="dpo", purpose="repair") == ("a", "b")
    assert _store(folder).check().faults == ()


def test_a_lost_key_takes_the_rows_made_with_it_along(folder: Path) -> None:
    with _store(folder).session(actor="audit", purpose="ingest") as session:
        key = session.put("key", b"secret", kind="key")
        session.commit()
    key.path.unlink()
    assert set(_store(folder).repair(actor="dpo", purpose="repair")) == {"key", "a", "b"}


def _garbled(content: bytes, rng: np.random.Generator) -> bytes:
    choice = rng.integers(4)
    if choice == 0:
        return content[: rng.integers(len(content))]
    if choice == 1:
        return rng.bytes(int(rng.integers(0, 200)))
    changed = bytearray(content)
    at = int(rng.integers(len(content)))
    changed[at] ^= int(rng.integers(1, 256))
    return bytes(changed) if choice == 2 else bytes(changed[at:])


@pytest.mark.parametrize("name", ["HEAD", "manifests/2.json"])
def test_a_garbled_state_is_said_and_mended(folder: Path, tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(20260131)
    for number in range(60):
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        garbled = _garbled((copy / name).read_bytes(), rng)
        (copy / name).write_bytes(garbled)
        with pytest.raises(StorageError) as caught:
            _read(copy, "a")
        assert caught.value.code == "STORE_DAMAGED"
        assert caught.value.data["file"] == name
        assert _store(copy).check().faults
        assert _store(copy).repair(actor="dpo", purpose="repair") == ()
        # HEAD lost: the newest manifest is intact. The newest lost: the one before.
        assert _read(copy, "a", "b") == ([5, 4] if name == "HEAD" else [3, 4])
        assert _store(copy).check().faults == ()
        shutil.rmtree(copy)


def test_a_missing_head_is_damage_not_an_empty_store(folder: Path) -> None:
    (folder / "HEAD").unlink()
    with pytest.raises(StorageError, match="STORE_DAMAGED"):
        _read(folder, "a")
    with (
        pytest.raises(StorageError, match="STORE_DAMAGED"),
        _store(folder).session(actor="audit", purpose="ingest"),
    ):
        pass
    assert len(list(folder.glob("objects/??/*"))) == 3


def test_with_no_intact_state_left_it_says_so(folder: Path) -> None:
    for path in [folder / "HEAD", *folder.glob("manifests/*")]:
        path.write_bytes(b"?")
    with pytest.raises(StorageError, match="STORE_LOST"):
        _store(folder).repair(actor="dpo", purpose="repair")


def test_any_damage_anywhere_ends_in_a_clear_error_or_none(folder: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    files = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    for number in range(80):
        copy = tmp_path / str(number)
        shutil.copytree(folder, copy)
        target = copy / files[int(rng.integers(len(files)))]
        target.write_bytes(_garbled(target.read_bytes() or b"\0", rng))
        try:
            _read(copy, "a", "b")
            with _store(copy).session(actor="audit", purpose="ingest") as session:
                session.put("c", b"{}", kind="record")
                session.commit()
        except ConviveError as error:
            assert error.code in {"STORE_DAMAGED", "STORE_LOG_DAMAGED"}  # noqa: PT017
        _store(copy).check()
        shutil.rmtree(copy)


def test_the_log_holds_no_content_and_no_path(folder: Path) -> None:
    allowed = {
        "n", "at", "actor", "purpose", "action", "name", "kind", "source", "rows", "digest",
        "transaction", "previous",
    }  # fmt: skip
    for line in (folder / "access.jsonl").read_text().splitlines():
        assert set(json.loads(line)) <= allowed
