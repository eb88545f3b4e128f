"""Backup and restore: pack, workspace and evidence in one file, and back."""

from __future__ import annotations

import importlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convive import __version__
from convive.core.errors import ConflictError, NotFoundError, RequestError, StorageError
from convive.wiring import RESTRICTED_FOLDER, _now, restricted_folder
from convive.wiring.folders import exchange, sync_tree
from convive.wiring.shelf_exchange import SHELF_KEY
from convive.wiring.workspace import PACK_FILE, WORKSPACE_FOLDER

if TYPE_CHECKING:
    from convive.store.archives import Manifest, Member, Source

# ruff: noqa: PLC0415 - adapters are imported where they are used

EVIDENCE_FOLDER = "evidence"
SHORTEST_PASSPHRASE = 12
_ROWS = ".rows"
_ROOM = 2
"""How many times the size of its members a restore may need: the rows become a database, too."""
_NOT_KEPT = frozenset({"lock", "log.lock", SHELF_KEY})


def passphrase_in(file: Path | None) -> str:
    """Return the passphrase that a file holds in its first line; empty without a file.

    Raises
    ------
    NotFoundError
        BACKUP_NO_PASSPHRASE_FILE.
    RequestError
        BACKUP_PASSPHRASE_SHORT.
    """
    if file is None:
        return ""
    try:
        found = file.read_text("utf-8").partition("\n")[0].strip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFoundError("BACKUP_NO_PASSPHRASE_FILE", file=file.name) from error
    if len(found) < SHORTEST_PASSPHRASE:
        raise RequestError("BACKUP_PASSPHRASE_SHORT", least=SHORTEST_PASSPHRASE)
    return found


def default_file(pack: Path) -> Path:
    """Return how a backup is called that nobody gave a name: pack and moment, where one is."""
    return Path(f"{Path(pack).resolve().name}-{_now():%Y%m%d-%H%M%S}.convive")


def make_backup(
    pack: Path, file: Path, *, passphrase: str = "", has_evidence: bool = True
) -> Manifest:
    """Write everything of a pack into one file; return what it holds.

    Raises
    ------
    NotFoundError
        WORKSPACE_NOT_FOUND where the folder is no pack.
    ConflictError
        BACKUP_FILE_EXISTS; STORE_LOCKED while an audit reads evidence.
    RequestError
        BACKUP_IN_PACK.
    StorageError
        BACKUP_CHANGED, BACKUP_NOT_WRITTEN, BACKUP_DATABASE_NEWER.
    """
    from convive.store.archives import Manifest, Table, write
    from convive.store.archives.writing import measured

    pack = Path(pack).resolve()
    if not (pack / PACK_FILE).is_file():
        raise NotFoundError("WORKSPACE_NOT_FOUND", folder=pack.name)
    if file.resolve().is_relative_to(pack):
        raise RequestError("BACKUP_IN_PACK")
    if file.exists():
        raise ConflictError("BACKUP_FILE_EXISTS", file=file.name)
    moving = importlib.import_module("convive.web.config.moving")
    folder, media = moving.open_as_it_is(pack / WORKSPACE_FOLDER)
    with _quiet_evidence(pack, is_wanted=has_evidence), _work_folder(folder) as work:
        said = moving.write_rows(work)
        sources = list(_sources(pack, folder, media, has_evidence=has_evidence))
        sources += _shelf_key(pack, is_sealed=bool(passphrase))
        sources = [*_rows_in(work, said), *sources]
        tables = tuple(Table(t["name"], tuple(t["columns"]), t["n_rows"]) for t in said["tables"])
        manifest = Manifest(
            made_at=_now().isoformat(timespec="seconds"), software=__version__,
            engine=said["engine"], has_evidence=has_evidence,
            migrations=tuple(said["migrations"]), tables=tables, n_events=said["n_events"],
            head=said["head"], members=measured(sources),
        )  # fmt: skip
        write(file, manifest, sources, passphrase)
    return manifest


def verify_backup(file: Path, *, passphrase: str = "") -> Manifest:
    """Read a whole backup and compare every digest; return what it holds.

    Raises
    ------
    StorageError
        BACKUP_DAMAGED and others of `convive.store.archives.verify`.
    """
    from convive.store.archives import verify

    return verify(file, passphrase)


def restore_backup(
    file: Path, pack: Path, *, passphrase: str = "", database_url: str = "",
    is_replacing: bool = False,
) -> Manifest:  # fmt: skip
    """Make a pack of a backup, all of it or nothing; return what it holds.

    Parameters
    ----------
    pack : Path
        Folder that is made; one that is there and not empty is replaced only with `is_replacing`.
    database_url : str
        Database to fill instead of SQLite in the pack.

    Raises
    ------
    ConflictError
        BACKUP_TARGET_TAKEN, BACKUP_DATABASE_TAKEN.
    StorageError
        BACKUP_DAMAGED, BACKUP_NEWER, BACKUP_NO_ROOM, AUDIT_LOG_BROKEN.
    """
    from convive.store.archives import extract, read_manifest

    pack = Path(pack).resolve()
    is_there = pack.exists() and (not pack.is_dir() or any(pack.iterdir()))
    if is_there and not (is_replacing and pack.is_dir()):
        raise ConflictError("BACKUP_TARGET_TAKEN", folder=pack.name)
    manifest = read_manifest(file, passphrase)
    if shutil.disk_usage(_existing(pack.parent)).free < manifest.n_bytes * _ROOM:
        raise StorageError("BACKUP_NO_ROOM", megabytes=manifest.n_bytes * _ROOM // 10**6)
    with _new_folder(pack) as new:
        (new / _ROWS).mkdir(mode=0o700)
        extract(file, lambda member: _place(new, member), passphrase)
        if is_there and not manifest.has_evidence:
            _keep_evidence(pack, new)
        _fill_database(new, manifest, database_url, is_replacing=is_replacing)
        shutil.rmtree(new / _ROWS)
        sync_tree(new)
        exchange(new, pack)
    return manifest


def _fill_database(new: Path, manifest: Manifest, url: str, *, is_replacing: bool) -> None:
    if url:
        os.environ["DATABASE_URL"] = url
    said = asdict(manifest)
    moving = importlib.import_module("convive.web.config.moving")
    moving.fill(new / WORKSPACE_FOLDER, new / _ROWS, said, is_replacing=is_replacing)


def _place(new: Path, member: Member) -> Path:
    root, _, rest = member.path.partition("/")
    folder = {
        "database": new / _ROWS, "workspace": new / WORKSPACE_FOLDER, "pack": new,
        "restricted": new / RESTRICTED_FOLDER,
    }[root]  # fmt: skip
    target = folder / rest
    taken = {WORKSPACE_FOLDER, RESTRICTED_FOLDER, _ROWS} if root == "pack" else set()
    if Path(rest).parts[0] in taken:
        raise StorageError("BACKUP_DAMAGED", part=member.path)
    return target


def _keep_evidence(old: Path, new: Path) -> None:
    """Take the evidence of the pack that is replaced along: the backup was made without it."""
    for file in (old / EVIDENCE_FOLDER, restricted_folder(old)):
        if file.is_dir() and file.resolve().is_relative_to(old):
            target = new / file.relative_to(old)
            shutil.copytree(file, target, symlinks=True, dirs_exist_ok=True, copy_function=_linked)


def _linked(source: str, target: str) -> None:
    if not Path(target).exists():  # what the backup holds comes from the backup
        os.link(source, target)


def _sources(pack: Path, folder: Path, media: Path, *, has_evidence: bool) -> Iterator[Source]:
    from convive.store.archives import Source
    from convive.store.archives.manifest import KEY, MEDIA

    restricted = restricted_folder(pack).resolve()
    if (folder / KEY).is_file():
        yield Source(f"workspace/{KEY}", folder / KEY)
    own = {folder, media.resolve(), restricted, pack / WORKSPACE_FOLDER, pack / RESTRICTED_FOLDER}
    trees = [("pack", pack, own), (f"workspace/{MEDIA}", media, set())]
    if has_evidence:
        trees.append(("restricted", restricted, {restricted / "staging"}))
    for name, root, without in trees:
        for file in _files(root, without):
            path = file.relative_to(root)
            is_evidence = name == "pack" and path.parts[0] == EVIDENCE_FOLDER
            if is_evidence and not has_evidence and file.suffix != ".toml":
                continue
            if name != "restricted" or path.name not in _NOT_KEPT:
                yield Source(f"{name}/{path.as_posix()}", file)


def _shelf_key(pack: Path, *, is_sealed: bool) -> list[Source]:
    """Return the key that signs for the town: it leaves the installation under a passphrase alone."""
    from convive.store.archives import Source

    file = restricted_folder(pack).resolve() / SHELF_KEY
    is_there = is_sealed and file.is_file() and not file.is_symlink()
    return [Source(f"restricted/{SHELF_KEY}", file)] if is_there else []


def _files(root: Path, without: set[Path]) -> Iterator[Path]:
    """Yield the plain files of a folder, sorted; no links, no hidden folders."""
    if not root.is_dir():
        return
    for one in sorted(root.iterdir()):
        if one.is_symlink() or one in without:
            continue
        if one.is_file():
            yield one
        elif one.is_dir() and not one.name.startswith("."):
            yield from _files(one, without)


def _rows_in(work: Path, said: dict[str, Any]) -> list[Source]:
    from convive.store.archives import Source

    names = [f"{table['name']}.jsonl" for table in said["tables"]]
    return [Source(f"database/{name}", work / name) for name in names]


def _quiet_evidence(pack: Path, *, is_wanted: bool) -> AbstractContextManager[None]:
    """Keep audits from changing the evidence while it is read."""
    from convive.store.restricted.disk import Disk, Layout
    from convive.store.restricted.locks import writer_lock

    folder = restricted_folder(pack)
    if not is_wanted or not folder.is_dir():
        return nullcontext()
    return writer_lock(Layout(folder, Disk()), actor="backup", since=_now())


@contextmanager
def _work_folder(workspace: Path) -> Iterator[Path]:
    """Give a closed folder for rows on their way; what a killed backup left there is removed."""
    workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove(workspace.glob(".backup-*"))
    work = workspace / f".backup-{secrets.token_hex(4)}"
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _new_folder(pack: Path) -> Iterator[Path]:
    """Give a folder beside the pack; what it holds at the end, the old pack included, is removed."""
    pack.parent.mkdir(parents=True, exist_ok=True)
    _remove(pack.parent.glob(f".{pack.name}.restoring-*"))
    new = pack.parent / f".{pack.name}.restoring-{secrets.token_hex(4)}"
    new.mkdir(mode=0o700)
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _remove(folders: Iterator[Path]) -> None:
    for folder in list(folders):
        shutil.rmtree(folder, ignore_errors=True)


def _existing(folder: Path) -> Path:
    return folder if folder.is_dir() else _existing(folder.parent)
