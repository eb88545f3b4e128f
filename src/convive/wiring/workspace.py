"""Joins the command line to the site: serving it, its accounts, its audit log."""

from __future__ import annotations

import importlib
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


def verify_audit_log(head: str = "") -> tuple[int, str]:
    """Recompute the log of the open workspace; return number of events and last hash.

    `head` is a hash that was written down earlier: it must still be in the chain.

    Raises
    ------
    StorageError
        AUDIT_LOG_BROKEN; AUDIT_LOG_CUT.
    """
    found: tuple[int, str] = _web("administration").verify_audit_log(head)
    return found


def prepare_site(build: Path, *, host: str, workspace: Path) -> None:
    """Open the workspace of the site that will be served on a build.

    Raises
    ------
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    _web("serve").prepare(build, host=host, workspace=workspace)


def serve_build(build: Path, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the site on a build until interrupted."""
    _web("serve").serve(build, host, port)


def _web(module: str) -> Any:
    # By name: the web layer stands above this one and is started, not used, from here.
    return importlib.import_module(f"convive.web.config.{module}")
