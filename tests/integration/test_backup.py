"""Backup and restore by the command line: everything comes back, on either database, or nothing."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from convive.core.errors import ConflictError, NotFoundError, RequestError, StorageError
from convive.store.archives import read_manifest, verify
from convive.wiring.backup import make_backup, passphrase_in, restore_backup
from convive.wiring.shelf_exchange import shelf_keys
from factories import databases, forked
from factories.archives import rebuilt
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
    return forked.run(
        arguments, env={**kept, "CONVIVE_LANGUAGE": "en", "COLUMNS": "200", **environment}
    )


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
def pack(tmp_path_factory: pytest.TempPathFactory, workspace_template: Path) -> Path:
    folder = tmp_path_factory.mktemp("source") / "town"
    write_pack(folder)
    databases.give_workspace(workspace_template, folder / "workspace")
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
    name = databases.create_database("template0")
    yield databases.database_url(name)
    databases.drop_database(name)


def copied(pack: Path, folder: Path) -> Path:
    shutil.copytree(pack, folder, symlinks=True)
    return folder


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


def test_everything_goes_to_postgresql_and_back_row_by_row(
    pack: Path, backup: Path, tmp_path: Path, postgres_url: str
) -> None:
    second, third = tmp_path / "second", tmp_path / "third"
    said = convive("restore", backup, second, "--database-url", postgres_url)
    assert "verified: 41" in said
    convive("backup", second, tmp_path / "b.convive", DATABASE_URL=postgres_url)
    assert read_manifest(tmp_path / "b.convive").engine == "postgresql"
    convive("restore", tmp_path / "b.convive", third)
    assert files_of(third) == {
        name: content for name, content in files_of(pack).items() if "outside" not in name
    }
    assert (third / "workspace").stat().st_mode & 0o777 == 0o700
    convive("backup", third, tmp_path / "c.convive")
    whole = rows_of(backup)
    assert whole["database/accounts_account.jsonl"][0] == 1
    assert whole["database/audit_log_event.jsonl"][0] == 41
    for name in "bc":
        assert rows_of(tmp_path / f"{name}.convive") == whole
        assert read_manifest(tmp_path / f"{name}.convive").head == read_manifest(backup).head
    # What comes next has new numbers and continues the chain.
    for folder, url in ((second, {"DATABASE_URL": postgres_url}), (third, {})):
        convive("user", "add", "ben@town.example", "--role", "reader", "--pack", folder, **url)
        assert "Events: 42" in convive("audit-log", "verify", folder, **url)
    # What is there stays, unless it is to be replaced.
    assert refused("restore", backup, tmp_path / "b", "--database-url", postgres_url) == 16
    assert not (tmp_path / "b").exists()
    assert "Events: 42" in convive("audit-log", "verify", second, DATABASE_URL=postgres_url)
    convive("restore", backup, second, "--database-url", postgres_url, "--replace")
    assert "Events: 41" in convive("audit-log", "verify", second, DATABASE_URL=postgres_url)


def test_a_pack_that_is_there_stays(pack: Path, backup: Path) -> None:
    before = files_of(pack)
    with pytest.raises(ConflictError):
        restore_backup(backup, pack)
    assert files_of(pack) == before


def test_a_backup_without_evidence_leaves_the_evidence_that_is_there(
    pack: Path, tmp_path: Path
) -> None:
    said = convive("backup", pack, tmp_path / "light.convive", "--without-evidence")
    assert "evidence is not in it" in said
    paths = {one.path for one in read_manifest(tmp_path / "light.convive").members}
    assert not [one for one in paths if one.startswith("restricted/")]
    assert {Path(one).suffix for one in paths if "/evidence/" in one} == {".toml"}
    before = files_of(copied(pack, tmp_path / "town"))
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
    with pytest.raises(RequestError, match="BACKUP_PASSPHRASE_MISSING"):
        verify(file)
    with pytest.raises(RequestError, match="BACKUP_PASSPHRASE_SHORT"):
        passphrase_in(short)
    assert refused("restore", file, tmp_path / "new", "--passphrase-file", wrong) == 23
    assert not (tmp_path / "new").exists()
    content = bytearray(file.read_bytes())
    file.write_bytes(content[:-1])
    with pytest.raises(StorageError):
        verify(file, PASSPHRASE)


def gzip_or_raw(file: Path) -> bytes:
    with file.open("rb") as raw:
        content = raw.read()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def test_the_key_that_signs_for_the_town_leaves_under_a_passphrase_alone(tmp_path: Path) -> None:
    pack, held = tmp_path / "town", tmp_path / "passphrase.txt"
    write_pack(pack)
    held.write_text(PASSPHRASE)
    sealed = ("--passphrase-file", held)
    ring = shelf_keys(pack).open()
    convive("backup", pack, tmp_path / "open.convive")
    convive("backup", pack, tmp_path / "sealed.convive", *sealed, "--without-evidence")
    found = [one.path for one in read_manifest(tmp_path / "open.convive").members]
    assert "restricted/shelf.key" not in found
    convive("restore", tmp_path / "sealed.convive", tmp_path / "back", *sealed)
    assert shelf_keys(tmp_path / "back").open() == ring
    assert (tmp_path / "back/restricted/shelf.key").stat().st_mode & 0o777 == 0o600


def test_a_backup_replaces_no_file_and_lies_outside(pack: Path, backup: Path) -> None:
    before = backup.read_bytes()
    for town, file, wrong in (
        (pack, backup, ConflictError),
        (pack, pack / "inside.convive", RequestError),
        (pack.parent / "nothing", pack.parent / "x", NotFoundError),
    ):
        with pytest.raises(wrong):
            make_backup(town, file)
    assert backup.read_bytes() == before
    assert not list((pack / "workspace").glob(".backup-*"))


def test_a_pack_that_was_never_served_is_backed_up_too(tmp_path: Path) -> None:
    write_pack(tmp_path / "town")
    convive("backup", tmp_path / "town", tmp_path / "town.convive")
    assert read_manifest(tmp_path / "town.convive").tables == ()
    convive("restore", tmp_path / "town.convive", tmp_path / "new")
    assert "Events: 0" in convive("audit-log", "verify", tmp_path / "new")


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


KILLED = """
import sys, time
from pathlib import Path
from convive.wiring import backup
after = sys.argv[4]
real = getattr(backup, after)
def waits(*asked, **more):
    found = real(*asked, **more)
    Path(sys.argv[3]).write_text("there")
    time.sleep(60)
    return found
setattr(backup, after, waits)
backup.restore_backup(Path(sys.argv[1]), Path(sys.argv[2]), is_replacing=True)
"""


def kill_restore(backup: Path, town: Path, after: str) -> None:
    said = town.parent / f"said-{after}"
    process = forked.start(["-c", KILLED, backup, town, said, after])
    for _ in range(6000):
        if said.exists():
            break
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait(timeout=30)


def test_a_restore_that_is_killed_leaves_what_was_there(
    pack: Path, backup: Path, tmp_path: Path
) -> None:
    town = copied(pack, tmp_path / "town")
    (town / "mine.txt").write_text("mine")
    before = files_of(town)
    for after in ("_fill_database", "sync_tree"):
        kill_restore(backup, town, after)
        assert files_of(town) == before
    assert "Events: 41" in convive("audit-log", "verify", town)
    convive("restore", backup, town, "--replace")
    assert not (town / "mine.txt").exists()
    assert not list(tmp_path.glob(".town.*"))


def test_an_older_backup_is_brought_up_to_date(pack: Path, tmp_path: Path) -> None:
    """The workspace goes back to before the notices; its backup is restored by today's software."""
    old = copied(pack, tmp_path / "old")
    back = (
        "import sys; from pathlib import Path; from convive.web.config.moving import open_as_it_is;"
        "open_as_it_is(Path(sys.argv[1]) / 'workspace');"
        "from django.core.management import call_command;"
        "call_command('migrate', 'notices', 'zero', verbosity=0)"
    )
    made = run("-c", back, old)
    assert made.returncode == 0, made.stderr
    file, sealed_by = tmp_path / "old.convive", tmp_path / "passphrase"
    sealed_by.write_text(PASSPHRASE)
    convive("backup", old, file, "--passphrase-file", sealed_by)
    found = read_manifest(file, PASSPHRASE)
    assert not [t for t in found.tables if t.name.startswith("notices_")]
    assert not [m for m in found.migrations if m[0] == "notices"]
    convive("restore", file, tmp_path / "new", "--passphrase-file", sealed_by)
    convive("backup", tmp_path / "new", tmp_path / "new.convive")
    tables = {t.name: t.n_rows for t in read_manifest(tmp_path / "new.convive").tables}
    assert tables["notices_notice"] == 0
    assert tables["accounts_account"] == 1
