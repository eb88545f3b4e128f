"""A backup from somebody with an intention: refused with a sentence, and nothing of it is left."""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from convive.catalogue.texts import explain
from convive.core.errors import StorageError
from convive.store.archives import verify
from convive.wiring.backup import restore_backup
from factories import forked
from factories.archives import rebuilt
from factories.databases import give_workspace
from factories.pack import write_pack

Change = Callable[[Any, Any], None]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONVIVE_", "DJANGO_", "DATABASE"))}  # fmt: skip
    return forked.run(
        ["-m", "convive.cli.main", *arguments],
        env={**kept, "CONVIVE_LANGUAGE": "en", "COLUMNS": "200"},
    )


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory, workspace_template: Path) -> Path:
    folder = tmp_path_factory.mktemp("source") / "town"
    write_pack(folder)
    give_workspace(workspace_template, folder / "workspace")
    added = run("user", "add", "ana@town.example", "--role", "coordinator", "--pack", folder)
    assert added.returncode == 0, added.stderr
    file = folder.parent / "town.convive"
    made = run("backup", folder, file)
    assert made.returncode == 0, made.stderr
    return file


def named(*names: str) -> Change:
    """Members with these names come last."""

    def change(manifest: Any, entries: Any) -> None:
        for name in names:
            entries.append((tarfile.TarInfo(name), b""))
            empty = hashlib.sha256(b"").hexdigest()
            manifest["members"].append({"path": name, "size": 0, "sha256": empty})

    return change


def of_kind(kind: bytes) -> Change:
    """The last member is no plain file."""

    def change(manifest: Any, entries: Any) -> None:
        entry = entries[-1][0]
        entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 0
        entry.devmajor, entry.devminor = 1, 3
        manifest["members"][-1]["size"] = 0

    return change


def _more(_manifest: Any, entries: Any) -> None:
    entries.append((tarfile.TarInfo("pack/more"), b""))


def _less(_manifest: Any, entries: Any) -> None:
    entries.pop()


def _twice(manifest: Any, entries: Any) -> None:
    manifest["members"].append(manifest["members"][-1])
    entries.append(entries[-1])


def _later_format(manifest: Any, _entries: Any) -> None:
    manifest["format"] = 2


def _giant(manifest: Any, _entries: Any) -> None:
    manifest["members"][-1]["size"] = 10**15


def _other_digest(manifest: Any, _entries: Any) -> None:
    manifest["members"][-1]["sha256"] = "0" * 64


HOSTILE = {
    **{f"path {name[:40]!r}": named(name) for name in (
        "../outside", "pack/../../outside", "/tmp/outside", "outside", "pack/a\\..\\b", "pack//a",
        "pack/c:d", "pack/" + "n" * 1200, "pack/" + "n" * 300, "pack/workspace/secret.key",
        "pack/.rows/x", "pack/.git/hooks/post-checkout", "workspace/workspace.sqlite3",
        "workspace/seals.jsonl", "workspace/media", "database/more.jsonl/x", "database/../x",
    )},
    "a file as a folder": named("pack/new", "pack/new/within"),
    "a folder as a file": named("pack/new/within", "pack/new"),
    **{f"kind {kind!r}": of_kind(kind) for kind in (
        tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE,
        tarfile.BLKTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE,
    )},
    "one more": _more, "one less": _less, "twice": _twice, "later format": _later_format,
    "giant": _giant, "other digest": _other_digest,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_backup_is_refused_and_leaves_nothing(
    backup: Path, tmp_path: Path, name: str
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    file = rebuilt(backup, tmp_path / "hostile", HOSTILE[name])
    with pytest.raises(StorageError) as refused:
        restore_backup(file, target / "town")
    assert "{" not in explain(refused.value, "en")
    assert list(target.iterdir()) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hostile", "target"]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_backup_that_was_cut_off_leaves_nothing(
    backup: Path, tmp_path: Path, share: float
) -> None:
    content = backup.read_bytes()
    file = tmp_path / "short"
    file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(StorageError, match="BACKUP_DAMAGED"):
        restore_backup(file, tmp_path / "town")
    assert [one.name for one in tmp_path.iterdir()] == ["short"]


def test_a_full_disk_is_told_and_leaves_nothing(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("convive.store.archives.reading.os.fsync", full)
    with pytest.raises(StorageError, match="BACKUP_NO_ROOM"):
        restore_backup(backup, tmp_path / "town")
    assert list(tmp_path.iterdir()) == []


# --- rows that do not fit -------------------------------------------------------------------------


def _newer(manifest: Any, _entries: Any) -> None:
    manifest["migrations"].append(["workspace", "9999_later"])


def _less_rows(manifest: Any, _entries: Any) -> None:
    for table in manifest["tables"]:
        table["n_rows"] = max(0, table["n_rows"] - 1)


def with_table(table: str, make: Callable[[list[Any]], bytes]) -> Change:
    """The content of a table is what `make` returns of its rows; the digest is right."""

    def change(manifest: Any, entries: Any) -> None:
        name = f"database/{table}.jsonl"
        at = next(n for n, (entry, _) in enumerate(entries) if entry.name == name)
        entry, before = entries[at]
        content = make([json.loads(line) for line in before.splitlines()])
        entry.size = len(content)
        entries[at] = (entry, content)
        digest = hashlib.sha256(content).hexdigest()
        manifest["members"][at] |= {"size": len(content), "sha256": digest}

    return change


def _without_a_table(manifest: Any, entries: Any) -> None:
    at = next(n for n, (entry, _) in enumerate(entries) if "audit_log_event" in entry.name)
    del entries[at], manifest["members"][at]


def _every_value(value: Any) -> Callable[[list[Any]], bytes]:
    return lambda rows: b"\n".join(json.dumps([value] * len(row)).encode() for row in rows)


ROWS = {
    "newer": _newer, "fewer": _less_rows, "no table": _without_a_table,
    "not a date": with_table("accounts_account", _every_value("nonsense")),
    "too large": with_table("accounts_account", _every_value(10**40)),
    "a list": with_table("accounts_account", _every_value([1])),
    "nobody's role": with_table(
        "accounts_heldrole",
        lambda rows: b"\n".join(json.dumps([row[0], 999, "coordinator"]).encode() for row in rows),
    ),
    "deep": with_table("accounts_account", lambda _rows: b"[" * 200_000),
    "no text": with_table("accounts_account", lambda _rows: base64.b85encode(b"x") + b"\xff\xfe"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_do_not_fit_are_refused_and_leave_nothing(
    backup: Path, tmp_path: Path, name: str
) -> None:
    file = rebuilt(backup, tmp_path / "hostile", ROWS[name])
    found = run("restore", file, tmp_path / "town")
    assert found.returncode == 23, found.stderr
    assert "Traceback" not in found.stderr
    assert "convive-" not in found.stderr, "no fault of our own"
    assert [one.name for one in tmp_path.iterdir()] == ["hostile"]


# --- bombs ----------------------------------------------------------------------------------------


def test_a_line_without_end_is_not_read_into_memory(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convive.web.config.rows import into

    monkeypatch.setattr(into, "LONGEST_LINE", 1000)
    file = tmp_path / "lines"
    file.write_text('["' + "x" * 5000 + '"]\n', "ascii")
    with file.open(encoding="ascii") as opened, pytest.raises(ValueError, match="too long"):
        list(into.lines_of(opened))
    assert backup.is_file()


def test_a_small_file_that_unpacks_to_much_is_stopped(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    with gzip.open(bomb, "wb", 9) as zipped:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = 2**33
        zipped.write(entry.tobuf(tarfile.PAX_FORMAT))
        for _ in range(100):
            zipped.write(bytes(2**20))
    for read in (verify, lambda file: restore_backup(file, tmp_path / "town")):
        with pytest.raises(StorageError):
            read(bomb)
    with gzip.open(bomb, "wb", 9) as zipped:
        entry = tarfile.TarInfo("x")
        entry.type, entry.size = tarfile.XHDTYPE, 2**33  # a head that would be read into memory
        zipped.write(entry.tobuf(tarfile.PAX_FORMAT))
        for _ in range(100):
            zipped.write(bytes(2**20))
    for read in (verify, lambda file: restore_backup(file, tmp_path / "town")):
        with pytest.raises(StorageError):
            read(bomb)
    assert [one.name for one in tmp_path.iterdir()] == ["bomb"]
