"""Builds as folders: one Parquet file a table, `city.json`, `run.json`.

Either the old build is there or the new one, never half of one: a build is written beside
the old one, synced to disk and swapped in by renaming.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from convive.app.corrections import (
    Correction,
    correction_as_json,
    correction_of_json,
)
from convive.app.history import next_history
from convive.app.ports import Build
from convive.app.schema import arrow_schema
from convive.app.tables import RESULT_TABLES
from convive.app.withdrawal import fallen_of
from convive.core.errors import ConflictError, NotFoundError, StorageError
from convive.store.cities import parse_city, render_city

HISTORY = "history.json"
CORRECTIONS = "corrections.json"
_ROWS_A_GROUP = 65_536


class FolderBuildStore:
    """Keeps each build as a folder; see the module for what it promises."""

    def __init__(self) -> None:
        self._held: Path | None = None

    @contextlib.contextmanager
    def holding(self, folder: Path) -> Iterator[None]:
        """Keep the folder for one audit, `save` included.

        Raises
        ------
        ConflictError
            BUILD_LOCKED if another audit has it.
        StorageError
            BUILD_NOT_WRITTEN where not even a lock can be written.
        """
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(locked_build(folder))
            except OSError as error:
                detail = _detail(error)
                raise StorageError(
                    "BUILD_NOT_WRITTEN", folder=folder.name, detail=detail
                ) from error
            self._held = folder
            stack.callback(setattr, self, "_held", None)
            yield

    def save(self, build: Build, folder: Path) -> None:
        """Write the build beside the old one and swap.

        Raises
        ------
        ConflictError
            BUILD_LOCKED while another audit writes the same folder.
        StorageError
            BUILD_NOT_WRITTEN for a full or read-only disk; the old build is untouched.
        """
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.nullcontext() if self._held == folder else _locked(folder):
                _clean_leftovers(folder)
                _write_and_swap(build, folder)
        except (OSError, pa.ArrowException) as error:
            raise StorageError(
                "BUILD_NOT_WRITTEN", folder=folder.name, detail=_detail(error)
            ) from error

    def load(self, folder: Path) -> Build:
        """Read a build.

        Raises
        ------
        NotFoundError
            BUILD_NOT_FOUND where there is none, or the folder is something else.
        StorageError
            BUILD_UNREADABLE where a file of it is missing or damaged.
        """
        if not (folder / "run.json").is_file() or not (folder / "city.json").is_file():
            raise NotFoundError("BUILD_NOT_FOUND", folder=str(folder))
        try:
            city = parse_city((folder / "city.json").read_text(encoding="utf-8"))
            run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
            tables = {spec.name: _read(folder / f"{spec.name}.parquet") for spec in RESULT_TABLES}
            corrections = _corrections(folder)
        except (OSError, ValueError, TypeError, KeyError, pa.ArrowException) as error:
            raise StorageError(
                "BUILD_UNREADABLE", folder=str(folder), detail=_detail(error)
            ) from error
        return Build(
            city=city, tables=tables, run=run, history=tuple(_known_history(folder)),
            corrections=corrections, gone=fallen_of(run),
        )  # fmt: skip


@contextlib.contextmanager
def locked_build(folder: Path) -> Iterator[None]:
    """Hold the build folder for one audit; ConflictError BUILD_LOCKED if another has it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        yield


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    # The kernel frees the lock when the process ends, however it ends: no stale locks.
    with (folder.parent / f".{folder.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError("BUILD_LOCKED", folder=folder.name) from error
        yield


def _clean_leftovers(folder: Path) -> None:
    if not folder.exists():
        # A crash between the two renames: the build before it is complete, put it back.
        for old in sorted(folder.parent.glob(f"{folder.name}.old-*")):
            old.rename(folder)
            break
    for pattern in (f"{folder.name}.tmp-*", f"{folder.name}.old-*"):
        for left in folder.parent.glob(pattern):
            shutil.rmtree(left, ignore_errors=True)


def _write_and_swap(build: Build, folder: Path) -> None:
    mark = secrets.token_hex(4)
    beside = folder.with_name(f"{folder.name}.tmp-{mark}")
    aside = folder.with_name(f"{folder.name}.old-{mark}")
    try:
        beside.mkdir()
        _write(build, beside, folder)
        if folder.exists():
            folder.rename(aside)
        try:
            beside.rename(folder)
        except OSError:
            if aside.exists():
                aside.rename(folder)
            raise
        _sync(folder.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _write(build: Build, folder: Path, earlier: Path) -> None:
    digests: dict[str, str] = {}
    for spec in RESULT_TABLES:
        path = folder / f"{spec.name}.parquet"
        write_table(build.tables[spec.name].cast(arrow_schema(spec)), path)
        digests[spec.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    run = dict(build.run) | {"tables": digests}
    _write_text(folder / "city.json", render_city(build.city))
    _write_text(folder / "run.json", _render_run(run))
    history = next_history(build, run, _earlier(earlier), _known_history(earlier))
    _write_text(folder / HISTORY, json.dumps(history, indent=1, sort_keys=True) + "\n")
    if build.corrections:
        rows = [correction_as_json(one) for one in build.corrections]
        text = json.dumps(rows, ensure_ascii=False, indent=1, sort_keys=True)
        _write_text(folder / CORRECTIONS, text + "\n")
    _sync(folder)


def _corrections(folder: Path) -> tuple[Correction, ...]:
    """Return what is told of errors; a file that is there and cannot be read is no small thing."""
    path = folder / CORRECTIONS
    if not path.is_file():
        return ()
    rows = json.loads(path.read_text(encoding="utf-8"))
    return tuple(correction_of_json(one) for one in rows)


def _earlier(folder: Path) -> Build | None:
    """Return the build that is about to be replaced; None where there is none that can be read."""
    try:
        return FolderBuildStore().load(folder)
    except (NotFoundError, StorageError):
        return None


def _known_history(folder: Path) -> list[Mapping[str, Any]]:
    """Return the history of a build folder; none where it cannot be read, which stops nothing."""
    try:
        known = json.loads((folder / HISTORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [one for one in known if isinstance(one, dict)] if isinstance(known, list) else []


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table so that the same rows always give the same bytes, and sync it."""
    with path.open("wb") as file:
        pq.write_table(
            table.replace_schema_metadata(None),
            file,
            row_group_size=_ROWS_A_GROUP,
            compression="zstd",
            compression_level=3,
            version="2.6",
            data_page_version="1.0",
            store_schema=False,
        )
        file.flush()
        os.fsync(file.fileno())


def _render_run(run: Mapping[str, Any]) -> str:
    return json.dumps(run, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> pa.Table:
    with path.open("rb") as file:
        return pq.read_table(file)


def _detail(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
