"""Whatever operation is the last, the restricted store is the old or the new state."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convive.core.errors import StorageError
from convive.store.restricted import FolderRestrictedStore
from convive.store.restricted.disk import Disk
from factories.failing_disk import (
    CountingDisk,
    Dead,
    FullDisk,
    KilledDisk,
    PowerLossDisk,
    QuickDisk,
    RefusingDisk,
    TornDisk,
)

Content = dict[str, object]
MakeDisk = Callable[[int, Path], CountingDisk]
DEATHS: dict[str, MakeDisk] = {
    "killed": lambda n, _: KilledDisk(n),
    "torn": lambda n, _: TornDisk(n),
    "power": PowerLossDisk,
}
REFUSALS: dict[str, MakeDisk] = {
    "refused": lambda n, _: RefusingDisk(n),
    "full": lambda n, _: FullDisk(n),
}


def _store(folder: Path, disk: Disk | None = None) -> FolderRestrictedStore:
    return FolderRestrictedStore(
        folder, clock=lambda: datetime(2026, 1, 31, tzinfo=UTC), disk=disk or QuickDisk()
    )


def _write(store: FolderRestrictedStore, numbers: dict[str, int], *, purge: bool = False) -> None:
    with store.session(actor="audit", purpose="ingest") as session:
        for kept in [kept for kind in ("rows", "answers") for kept in session.listed(kind)]:
            session.open(kept)
            if kept.name not in numbers:
                session.drop(kept.name)
        for name, n in numbers.items():
            table = pa.table({"n": list(range(n))})
            with session.writing(name, kind=KINDS[name], schema=table.schema) as writer:
                writer.write(table)
        session.put("record", str(sorted(numbers.items())).encode(), kind="record")
        session.commit()
        if purge:
            session.purge()


OLD = {"a": 3, "b": 4}
NEW = {"a": 5, "c": 6}
KINDS = {"a": "rows", "b": "answers", "c": "answers", "z": "rows"}
"""Incidents and the answers of a survey."""


def _content(folder: Path) -> Content:
    """Everything that a reader is given."""
    with _store(folder).session(actor="r", purpose="test", read_only=True) as session:
        return {
            kept.name: (
                pq.read_table(session.open(kept))["n"].to_pylist()
                if kept.kind != "record"
                else session.open(kept).read_bytes()
            )
            for kept in session.everything()
        }


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Content, Content]:
    """The store in its old state; old and new content."""
    base = tmp_path_factory.mktemp("states")
    _write(_store(base / "old"), OLD)
    _write(_store(base / "new"), NEW)
    return base / "old", _content(base / "old"), _content(base / "new")


def _n_operations(start: Path | None, folder: Path) -> int:
    if start:
        shutil.copytree(start, folder)
    disk = CountingDisk()
    _write(_store(folder, disk), NEW, purge=True)
    return disk.n


def _is_sound(folder: Path) -> None:
    """Nothing is damaged, and the next writer finds nothing in the way and leaves nothing."""
    assert _store(folder).check().faults == ()
    _write(_store(folder), {"z": 2}, purge=True)
    assert len(_content(folder)) == 2
    assert _store(folder).check().faults == ()
    assert not list((folder / "staging").iterdir())
    assert len(list(folder.glob("objects/??/*"))) == 2
    assert len(list(folder.glob("manifests/*"))) == 1


@pytest.mark.parametrize("death", DEATHS)
def test_dying_at_any_operation_leaves_the_old_or_the_new_state(
    death: str, states: tuple[Path, Content, Content], tmp_path: Path
) -> None:
    start, old, new = states
    seen = []
    total = _n_operations(start, tmp_path / "whole")
    assert total > 50
    for number in range(total):
        folder, spare = tmp_path / str(number), tmp_path / f"spare-{number}"
        shutil.copytree(start, folder)
        spare.mkdir()
        with pytest.raises(Dead):
            _write(_store(folder, DEATHS[death](number, spare)), NEW, purge=True)
        content = _content(folder)
        assert content in (old, new), number
        seen.append(content == new)
        _is_sound(folder)
        shutil.rmtree(folder)
    # Once the new state is there it stays; both sides of the step were met.
    assert seen == sorted(seen)
    assert set(seen) == {False, True}


@pytest.mark.parametrize("death", DEATHS)
def test_dying_while_the_store_is_made_leaves_nothing_or_everything(
    death: str, states: tuple[Path, Content, Content], tmp_path: Path
) -> None:
    _, _, new = states
    for number in range(_n_operations(None, tmp_path / "whole")):
        folder, spare = tmp_path / str(number), tmp_path / f"spare-{number}"
        spare.mkdir()
        with pytest.raises(Dead):
            _write(_store(folder, DEATHS[death](number, spare)), NEW, purge=True)
        assert _content(folder) in ({}, new), number
        _is_sound(folder)
        shutil.rmtree(folder)


@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_the_disk_refuses_is_said_and_changes_nothing(
    refusal: str, states: tuple[Path, Content, Content], tmp_path: Path
) -> None:
    start, old, new = states
    codes = set()
    for number in range(_n_operations(start, tmp_path / "whole")):
        folder = tmp_path / str(number)
        shutil.copytree(start, folder)
        is_refused = False
        try:
            _write(_store(folder, REFUSALS[refusal](number, tmp_path)), NEW, purge=False)
        except StorageError as error:
            is_refused = True
            codes.add(error.code)
            expected = new if error.code == "STORE_NOT_SYNCED" else old
            assert _content(folder) == expected, number
        if not is_refused:
            assert _content(folder) == new, number
        _is_sound(folder)
        shutil.rmtree(folder)
    assert "STORE_NOT_WRITTEN" in codes
    assert codes <= {"STORE_NOT_WRITTEN", "STORE_NOT_SYNCED"}
