"""Joins the command line to the site: serving it, its accounts, its audit log."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convive.core.errors import NotFoundError
from convive.wiring import BUILD_FOLDER, locate_build

WORKSPACE_FOLDER = "workspace"
PACK_FILE = "city.toml"


def workspace_folder(path: Path) -> Path | None:
    """Return the folder of the workspace of a pack, or of the pack that a build lies in.

    None where a build lies on its own: then only the public pages are shown.
    """
    folder = Path(path)
    if locate_build(folder) == folder and folder.name == BUILD_FOLDER:
        folder = folder.parent
    return folder / WORKSPACE_FOLDER if (folder / PACK_FILE).is_file() else None


def open_workspace(pack: Path) -> None:
    """Open the workspace of a pack; made where it is not there yet.

    Raises
    ------
    NotFoundError
        WORKSPACE_NOT_FOUND where the folder is no pack.
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    if not (Path(pack) / PACK_FILE).is_file():
        raise NotFoundError("WORKSPACE_NOT_FOUND", folder=str(pack))
    _web("administration").open_site(Path(pack) / WORKSPACE_FOLDER)


def welcome_path(language: str) -> str | None:
    """Return the one-time path for the first coordinator; None where there are accounts."""
    path: str | None = _web("administration").welcome_path(language)
    return path


def add_account(email: str, *, name: str, roles: Sequence[str], language: str) -> str:
    """Make an account in the open workspace; return the path at which its password is set."""
    path: str = _web("administration").add_account(email, name=name, roles=roles, language=language)
    return path


def list_accounts() -> list[dict[str, Any]]:
    """Return the accounts of the open workspace."""
    found: list[dict[str, Any]] = _web("administration").list_accounts()
    return found


def verify_audit_log() -> tuple[int, str]:
    """Recompute the log of the open workspace; return number of events and last hash.

    Raises
    ------
    StorageError
        AUDIT_LOG_BROKEN.
    """
    found: tuple[int, str] = _web("administration").verify_audit_log()
    return found


def prepare_site(build: Path, *, host: str, workspace: Path) -> None:
    """Open the workspace of the site that will be served on a build.

    Raises
    ------
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    _web("serve").prepare(build, host=host, workspace=workspace)


def serve_build(
    build: Path, *, host: str = "127.0.0.1", port: int = 8000, has_worker: bool = False
) -> None:
    """Serve the site on a build until interrupted, with a worker beside it where asked for."""
    _web("serve").serve(build, host, port, has_worker=has_worker)


def work(pack: Path, *, is_once: bool) -> int:
    """Work on the jobs of a pack's workspace until told to stop, or until nothing is due.

    Returns
    -------
    int
        Runs that were done, where it was until nothing is due.

    Raises
    ------
    NotFoundError
        WORKSPACE_NOT_FOUND where the folder is no pack.
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    # Set before the settings are read: jobs show and compare figures of the audit, too.
    os.environ.setdefault("CONVIVE_BUILD", str(Path(pack) / BUILD_FOLDER))
    open_workspace(pack)
    done: int = _web("work").work(is_once=is_once)
    return done


def list_runs(limit: int) -> list[dict[str, Any]]:
    """Return the newest runs of the open workspace."""
    found: list[dict[str, Any]] = _web("administration").list_runs(limit)
    return found


def _web(module: str) -> Any:
    # By name: the web layer stands above this one and is started, not used, from here.
    return importlib.import_module(f"convive.web.config.{module}")
