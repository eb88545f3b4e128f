"""Builds on disk: all or nothing, the same bytes for the same rows, no second audit at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from convive.app.ports import Build
from convive.app.schema import empty_table, table_from_rows
from convive.app.tables import MISSING, RESULT_TABLES
from convive.core.errors import ConflictError, NotFoundError, StorageError
from convive.store import FolderBuildStore, builds
from factories.evidence import action, make_city


def make(family: str = "survey", **changes: Any) -> Build:
    tables = {spec.name: empty_table(spec) for spec in RESULT_TABLES}
    row = {"family": family, "consequence": "x", "params": {"b": 1, "a": 2}}
    tables["missing"] = table_from_rows(MISSING, [row])
    return Build(city=make_city(**changes), tables=tables, run={"seed": 1})


def families(build: Build) -> list[str]:
    return build.tables["missing"].column("family").to_pylist()


def test_load_gives_back_what_was_saved(tmp_path: Path) -> None:
    build = make(interventions=(action(),), indicators=("burglary_rate",))
    FolderBuildStore().save(build, tmp_path / "build")
    loaded = FolderBuildStore().load(tmp_path / "build")
    assert loaded.city == build.city
    assert all(loaded.tables[name].equals(table) for name, table in build.tables.items())
    assert set(loaded.run["tables"]) == set(build.tables)


def test_the_same_build_twice_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        FolderBuildStore().save(make(), tmp_path / name)
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_a_new_build_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    FolderBuildStore().save(make("survey"), tmp_path / "build")
    FolderBuildStore().save(make("notes"), tmp_path / "build")
    assert families(FolderBuildStore().load(tmp_path / "build")) == ["notes"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".build.lock", "build"]


@pytest.mark.parametrize("after", [0, 3, 16])
def test_a_full_disk_leaves_the_old_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    FolderBuildStore().save(make("survey"), tmp_path / "build")
    written: list[Path] = []
    write = builds.write_table

    def until_full(table: pa.Table, path: Path) -> None:
        if len(written) >= after:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(table, path)

    monkeypatch.setattr(builds, "write_table", until_full)
    with pytest.raises(StorageError, match="BUILD_NOT_WRITTEN") as caught:
        FolderBuildStore().save(make("notes"), tmp_path / "build")
    assert caught.value.data["detail"] == "No space left on device"
    assert families(FolderBuildStore().load(tmp_path / "build")) == ["survey"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".build.lock", "build"]


def test_a_swap_that_fails_puts_the_old_build_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FolderBuildStore().save(make("survey"), tmp_path / "build")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if ".tmp-" in self.name:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StorageError):
        FolderBuildStore().save(make("notes"), tmp_path / "build")
    monkeypatch.undo()
    assert families(FolderBuildStore().load(tmp_path / "build")) == ["survey"]


def test_a_crash_between_the_two_renames_is_mended(tmp_path: Path) -> None:
    FolderBuildStore().save(make("survey"), tmp_path / "build")
    (tmp_path / "build").rename(tmp_path / "build.old-1234abcd")
    (tmp_path / "build.tmp-1234abcd").mkdir()
    FolderBuildStore().save(make("notes"), tmp_path / "build")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".build.lock", "build"]


def test_two_audits_at_once_are_refused(tmp_path: Path) -> None:
    with (
        builds.locked_build(tmp_path / "build"),
        pytest.raises(ConflictError, match="BUILD_LOCKED"),
    ):
        FolderBuildStore().save(make(), tmp_path / "build")


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from convive.store import FolderBuildStore, builds
from test_store import make
write, written = builds.write_table, []
def until_killed(table, path):
    written.append(path)
    if len(written) > 5:
        os.kill(os.getpid(), signal.SIGKILL)
    write(table, path)
builds.write_table = until_killed
FolderBuildStore().save(make("notes"), Path(sys.argv[1]))
"""


def test_an_audit_that_is_killed_leaves_the_old_build_and_no_lock(tmp_path: Path) -> None:
    FolderBuildStore().save(make("survey"), tmp_path / "build")
    paths = [str(tmp_path / "build"), str(Path(__file__).parent), str(Path(__file__).parents[1])]
    killed = subprocess.run([sys.executable, "-c", KILLED, *paths], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert families(FolderBuildStore().load(tmp_path / "build")) == ["survey"]
    FolderBuildStore().save(make("notes"), tmp_path / "build")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".build.lock", "build"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder_is_a_storage_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="BUILD_NOT_WRITTEN"):
        FolderBuildStore().save(make(), tmp_path / "build")


def test_no_build_is_not_found_and_a_damaged_one_unreadable(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="BUILD_NOT_FOUND"):
        FolderBuildStore().load(tmp_path)
    FolderBuildStore().save(make(), tmp_path / "build")
    (tmp_path / "build" / "missing.parquet").write_bytes(b"not parquet")
    with pytest.raises(StorageError, match="BUILD_UNREADABLE"):
        FolderBuildStore().load(tmp_path / "build")
