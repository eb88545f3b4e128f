"""Backup and restore by the command line: everything comes back, on either database, or nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from convive.core.errors import StorageError
from convive.store.archives import read_manifest, verify
from convive.wiring.backup import restore_backup
from factories import databases
from factories.pack import write_pack

FILL = """
import datetime as dt, sys, uuid
from decimal import Decimal
from pathlib import Path
from convive.wiring.workspace import open_workspace
open_workspace(Path(sys.argv[1]))
from django.conf import settings
from django.db import transaction
from convive.web.accounts.actions import invite
from convive.web.accounts.models import Organisation
from convive.web.audit_log.actions import record
from convive.web.fieldwork.instruments import freeze
from convive.web.fieldwork.models import Campaign, FieldForm, Submission
from convive.web.notices.actions import notify
for number in range(40):
    with transaction.atomic():
        record("test.done", label="test", thing=("thing", number), share=number / 7, place="Plaça")
account, _ = invite("ana@town.example", name="Ana", language="ca"[:0] or "es", roles=["coordinator"])
Organisation.objects.create(code="police", name="Policía", sector="police")
notice = notify(account, "test.due", key="a", due=dt.date(2026, 12, 1), b=[1, {"z": 1.5, "a": None}])
type(notice).objects.filter(pk=notice.pk).update(made_at=dt.datetime(2020, 1, 2, 3, 4, 5, 678, dt.UTC))
campaign = Campaign.objects.create(code="walk", title="Walk", kind="audit", form=freeze("street_observation"))
Submission.objects.create(pk=uuid.uuid4(), campaign=campaign, form=campaign.form, channel="phone",
    answers={"lighting": "2"}, content_digest="0" * 64, filled_on=dt.date(2026, 11, 20))
FieldForm.objects.create(campaign=campaign, form=campaign.form, made_from="a", version="1", md5="b",
    xml=bytes(range(256)))
media = Path(settings.MEDIA_ROOT) / "photos"
media.mkdir(exist_ok=True)
(media / "one.jpg").write_bytes(b"photo" * 1000)
"""
PASSPHRASE = "seven lanterns by the quay"


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONVIVE_", "DJANGO_", "DATABASE"))}  # fmt: skip
    return subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False,
        timeout=300, env={**kept, "CONVIVE_LANGUAGE": "en", "COLUMNS": "200", **environment},
    )  # fmt: skip


def convive(*arguments: object, **environment: str) -> str:
    found = run("-m", "convive.cli.main", *arguments, **environment)
    assert found.returncode == 0, found.stderr
    return found.stdout


def refused(*arguments: object, **environment: str) -> int:
    found = run("-m", "convive.cli.main", *arguments, **environment)
    assert found.returncode != 0, found.stdout
    assert "Traceback" not in found.stderr
    assert "convive-" not in found.stderr, "no fault of our own"
    return found.returncode


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source") / "town"
    write_pack(folder)
    (folder / "restricted" / "objects").mkdir(parents=True, mode=0o700)
    (folder / "restricted" / "objects" / "a.parquet").write_bytes(b"rows")
    (folder / "outside").symlink_to("/etc/hostname")
    made = run("-c", FILL, folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def backup(pack: Path) -> Path:
    file = pack.parent / "town.convive"
    said = convive("backup", pack, file)
    assert "not sealed" in said
    return file


@pytest.fixture
def postgres_url() -> Iterator[str]:
    server = databases.PostgresDatabases.__new__(databases.PostgresDatabases)
    name = server._create("template0")
    yield server._url(name)
    server.drop(name)


def rows_of(file: Path) -> dict[str, tuple[int, str]]:
    """Return table → rows and digest: equal only where every row is."""
    found = read_manifest(file)
    tables = {f"database/{table.name}.jsonl": table.n_rows for table in found.tables}
    return {one.path: (tables[one.path], one.sha256) for one in found.members if one.path in tables}


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file()
        and not one.is_symlink()
        and "sqlite3" not in one.name
        and one.name != "lock"
    }


def test_everything_comes_back_on_sqlite_and_postgresql_row_by_row(
    pack: Path, backup: Path, tmp_path: Path, postgres_url: str
) -> None:
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    said = convive("restore", backup, first)
    assert "verified: 41" in said
    assert files_of(first) == {
        name: content for name, content in files_of(pack).items() if "outside" not in name
    }
    assert (first / "workspace").stat().st_mode & 0o777 == 0o700
    convive("backup", first, tmp_path / "a.convive")
    convive("restore", backup, second, "--database-url", postgres_url)
    convive("backup", second, tmp_path / "b.convive", DATABASE_URL=postgres_url)
    assert read_manifest(tmp_path / "b.convive").engine == "postgresql"
    convive("restore", tmp_path / "b.convive", third)
    convive("backup", third, tmp_path / "c.convive")
    whole = rows_of(backup)
    assert whole["database/accounts_account.jsonl"][0] == 1
    assert whole["database/audit_log_event.jsonl"][0] == 41
    for name in "abc":
        assert rows_of(tmp_path / f"{name}.convive") == whole
        assert read_manifest(tmp_path / f"{name}.convive").head == read_manifest(backup).head
    # What comes next has new numbers and continues the chain.
    for folder, url in ((second, {"DATABASE_URL": postgres_url}), (third, {})):
        convive("user", "add", "ben@town.example", "--role", "reader", "--pack", folder, **url)
        assert "Events: 42" in convive("audit-log", "verify", folder, **url)


def test_what_is_there_stays_without_replace(
    pack: Path, backup: Path, tmp_path: Path, postgres_url: str
) -> None:
    before = files_of(pack)
    assert refused("restore", backup, pack) == 16
    convive("restore", backup, tmp_path / "a", "--database-url", postgres_url)
    assert refused("restore", backup, tmp_path / "b", "--database-url", postgres_url) == 16
    assert not (tmp_path / "b").exists()
    assert files_of(pack) == before
    convive("restore", backup, tmp_path / "b", "--database-url", postgres_url, "--replace")
    assert "Events: 41" in convive("audit-log", "verify", tmp_path / "b", DATABASE_URL=postgres_url)


def test_a_backup_without_evidence_leaves_the_evidence_that_is_there(
    pack: Path, backup: Path, tmp_path: Path
) -> None:
    said = convive("backup", pack, tmp_path / "light.convive", "--without-evidence")
    assert "evidence is not in it" in said
    paths = {one.path for one in read_manifest(tmp_path / "light.convive").members}
    assert not [one for one in paths if one.startswith("restricted/")]
    assert {Path(one).suffix for one in paths if "/evidence/" in one} == {".toml"}
    convive("restore", backup, tmp_path / "town")
    before = files_of(tmp_path / "town")
    convive("restore", tmp_path / "light.convive", tmp_path / "town", "--replace")
    assert files_of(tmp_path / "town") == before


def test_a_sealed_backup_opens_with_its_passphrase_only(pack: Path, tmp_path: Path) -> None:
    right, wrong, short = (tmp_path / name for name in ("right", "wrong", "short"))
    right.write_text(PASSPHRASE + "\nmore\n")
    wrong.write_text(PASSPHRASE + "s")
    short.write_text("short")
    file = tmp_path / "town.convive"
    convive("backup", pack, file, "--passphrase-file", right)
    assert b"accounts_account" not in gzip_or_raw(file)
    assert "is whole" in convive("backup", "--verify", file, "--passphrase-file", right)
    assert refused("backup", "--verify", file, "--passphrase-file", wrong) == 23
    assert refused("backup", "--verify", file) == 14
    assert refused("backup", pack, tmp_path / "x", "--passphrase-file", short) == 14
    assert refused("restore", file, tmp_path / "new", "--passphrase-file", wrong) == 23
    assert not (tmp_path / "new").exists()
    content = bytearray(file.read_bytes())
    file.write_bytes(content[:-1])
    assert refused("backup", "--verify", file, "--passphrase-file", right) == 23
    convive("backup", pack, tmp_path / "again", "--passphrase-file", right)
    convive("restore", tmp_path / "again", tmp_path / "new", "--passphrase-file", right)


def gzip_or_raw(file: Path) -> bytes:
    with file.open("rb") as raw:
        content = raw.read()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def test_a_backup_replaces_no_file_and_lies_outside(pack: Path, backup: Path) -> None:
    before = backup.read_bytes()
    assert refused("backup", pack, backup) == 16
    assert refused("backup", pack, pack / "inside.convive") == 14
    assert refused("backup", pack.parent / "nothing", pack.parent / "x") == 15
    assert backup.read_bytes() == before
    assert not list((pack / "workspace").glob(".backup-*"))


def test_every_changed_byte_is_found(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    for at in range(11, len(content), max(1, len(content) // 40)):
        damaged = tmp_path / "damaged"
        damaged.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        with pytest.raises(StorageError):
            verify(damaged)
    for length in (0, 1, 100, len(content) // 2, len(content) - 1):
        damaged.write_bytes(content[:length])
        with pytest.raises(StorageError):
            verify(damaged)


def rebuilt(backup: Path, target: Path, change: Any) -> Path:
    """Write a backup anew, its manifest and members changed."""
    with tarfile.open(backup) as tar:
        parts = [(one.name, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    manifest = json.loads(parts[0][1])
    entries: list[tuple[tarfile.TarInfo, bytes]] = []
    for name, content in parts[1:]:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        entries.append((entry, content))
    change(manifest, entries)
    raw = json.dumps(manifest).encode()
    with gzip.open(target, "wb") as zipped, tarfile.open(mode="w|", fileobj=zipped) as tar:
        head = tarfile.TarInfo("manifest.json")
        head.size = len(raw)
        tar.addfile(head, io.BytesIO(raw))
        for entry, content in entries:
            tar.addfile(entry, io.BytesIO(content))
    return target


def _renamed(name: str) -> Any:
    def change(manifest: Any, entries: Any) -> None:
        manifest["members"][-1]["path"] = entries[-1][0].name = name

    return change


def _linked(kind: bytes) -> Any:
    def change(manifest: Any, entries: Any) -> None:
        entry = entries[-1][0]
        entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 0
        manifest["members"][-1]["size"] = 0

    return change


def _more(_manifest: Any, entries: Any) -> None:
    entries.append((tarfile.TarInfo("pack/more"), b""))


def _newer(manifest: Any, _entries: Any) -> None:
    manifest["migrations"].append(["workspace", "9999_later"])


def _later_format(manifest: Any, _entries: Any) -> None:
    manifest["format"] = 2


def _less_rows(manifest: Any, _entries: Any) -> None:
    for table in manifest["tables"]:
        table["n_rows"] = max(0, table["n_rows"] - 1)


def _giant(manifest: Any, _entries: Any) -> None:
    manifest["members"][-1]["size"] = 10**15


@pytest.mark.parametrize(
    "change",
    [
        *(_renamed(name) for name in ("../outside", "pack/../../outside", "/tmp/outside", "outside",
                                      "pack/a\\..\\b", "pack//a", "pack/c:d", "pack/" + "n" * 1200,
                                      "pack/workspace/secret.key", "pack/.rows/x")),
        *(_linked(kind) for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE,
                                     tarfile.DIRTYPE)),
        _more, _later_format, _giant,
    ],
)  # fmt: skip
def test_a_hostile_backup_is_refused_and_leaves_nothing(
    backup: Path, tmp_path: Path, change: Any
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    file = rebuilt(backup, tmp_path / "hostile", change)
    with pytest.raises(StorageError):
        restore_backup(file, target / "town")
    assert list(target.iterdir()) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == ["hostile", "target"]


@pytest.mark.parametrize("change", [_newer, _less_rows])
def test_rows_that_do_not_fit_are_refused_and_leave_nothing(
    backup: Path, tmp_path: Path, change: Any
) -> None:
    file = rebuilt(backup, tmp_path / "hostile", change)
    assert refused("restore", file, tmp_path / "town") == 23
    assert [one.name for one in tmp_path.iterdir()] == ["hostile"]


def test_a_small_file_that_unpacks_to_much_is_stopped(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb"
    with gzip.open(bomb, "wb", 9) as zipped:
        entry = tarfile.TarInfo("manifest.json")
        entry.size = 2**33
        zipped.write(entry.tobuf(tarfile.PAX_FORMAT))
        for _ in range(100):
            zipped.write(bytes(2**20))
    with pytest.raises(StorageError):
        verify(bomb)
    with gzip.open(bomb, "wb", 9) as zipped:
        entry = tarfile.TarInfo("x")
        entry.type, entry.size = tarfile.XHDTYPE, 2**33  # a head that would be read into memory
        zipped.write(entry.tobuf(tarfile.PAX_FORMAT))
        for _ in range(100):
            zipped.write(bytes(2**20))
    with pytest.raises(StorageError):
        verify(bomb)


def test_a_changed_event_is_found_by_the_chain(backup: Path, tmp_path: Path) -> None:
    import hashlib

    def change(manifest: Any, entries: Any) -> None:
        at = next(n for n, (one, _) in enumerate(entries) if "audit_log_event" in one.name)
        entry, content = entries[at]
        content = content.replace(b'"thing","7"', b'"thing","8"')
        entries[at] = (entry, content)
        manifest["members"][at]["sha256"] = hashlib.sha256(content).hexdigest()

    file = rebuilt(backup, tmp_path / "forged", change)
    found = run("-m", "convive.cli.main", "restore", file, tmp_path / "town")
    assert found.returncode == 23
    assert "audit log was changed" in found.stderr
    assert not (tmp_path / "town").exists()


@pytest.mark.parametrize("after", ["extract", "_fill_database", "sync_tree"])
def test_a_restore_that_is_killed_leaves_what_was_there(
    backup: Path, tmp_path: Path, after: str
) -> None:
    town = tmp_path / "town"
    convive("restore", backup, town)
    (town / "mine.txt").write_text("mine")
    before = files_of(town)
    script = f"""
import sys, time
from pathlib import Path
from convive.store import archives
from convive.wiring import backup
owner = archives if {after!r} == "extract" else backup
real = getattr(owner, {after!r})
def waits(*asked, **more):
    found = real(*asked, **more)
    Path(sys.argv[3]).write_text("there")
    time.sleep(60)
    return found
setattr(owner, {after!r}, waits)
backup.restore_backup(Path(sys.argv[1]), Path(sys.argv[2]), is_replacing=True)
"""
    said = tmp_path / "said"
    process = subprocess.Popen([sys.executable, "-c", script, str(backup), str(town), str(said)])
    for _ in range(3000):
        if said.exists():
            break
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=30)
    assert files_of(town) == before
    assert "Events: 41" in convive("audit-log", "verify", town)
    convive("restore", backup, town, "--replace")
    assert not (town / "mine.txt").exists()
    assert not list(tmp_path.glob(".town.*"))


def test_an_older_backup_is_brought_up_to_date(pack: Path, tmp_path: Path) -> None:
    """The workspace goes back to before the notices; its backup is restored by today's software."""
    old = tmp_path / "old"
    convive("restore", _backup_of(pack, tmp_path), old)
    back = (
        "import sys; from pathlib import Path; from convive.web.config.moving import open_as_it_is;"
        "open_as_it_is(Path(sys.argv[1]) / 'workspace');"
        "from django.core.management import call_command;"
        "call_command('migrate', 'notices', 'zero', verbosity=0)"
    )
    made = run("-c", back, old)
    assert made.returncode == 0, made.stderr
    file = tmp_path / "old.convive"
    convive("backup", old, file)
    assert not [t for t in read_manifest(file).tables if t.name.startswith("notices_")]
    assert not [m for m in read_manifest(file).migrations if m[0] == "notices"]
    convive("restore", file, tmp_path / "new")
    convive("backup", tmp_path / "new", tmp_path / "new.convive")
    tables = {t.name: t.n_rows for t in read_manifest(tmp_path / "new.convive").tables}
    assert tables["notices_notice"] == 0
    assert tables["accounts_account"] == 1


def _backup_of(pack: Path, folder: Path) -> Path:
    file = folder / f"{uuid.uuid4().hex}.convive"
    convive("backup", pack, file)
    return file
