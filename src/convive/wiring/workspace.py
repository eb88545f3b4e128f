"""Joins the command line to the site: serving it, its accounts, its audit log."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convive.core.errors import NotFoundError, RequestError
from convive.wiring import BUILD_FOLDER, locate_build

WORKSPACE_FOLDER = "workspace"
PACK_FILE = "city.toml"
PLAN_KINDS = ("json", "xlsx", "pdf", "docx")
"""What a strategy can be written as."""
BRIEF_KINDS = ("pdf", "docx")
"""What the page for the council can be written as."""


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


def add_account(
    email: str, *, name: str, roles: Sequence[str], language: str, organisation: str = ""
) -> str:
    """Make an account in the open workspace; return the path at which its password is set.

    Raises
    ------
    RequestError
        ACCOUNT_NOT_VALID.
    ConflictError
        ACCOUNT_EXISTS.
    NotFoundError
        ORGANISATION_NOT_FOUND.
    """
    path: str = _web("administration").add_account(
        email, name=name, roles=roles, language=language, organisation=organisation
    )
    return path


def emergency_path(email: str, *, without_second_factor: bool = False) -> str:
    """Return a one-time path that lets an account in, also where passwords are switched off.

    Raises
    ------
    NotFoundError
        ACCOUNT_NOT_FOUND.
    """
    path: str = _web("administration").emergency_path(
        email, without_second_factor=without_second_factor
    )
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


def serve_build(
    build: Path, *, host: str = "127.0.0.1", port: int = 8000, workers: int = 1,
    has_worker: bool = False,
) -> None:  # fmt: skip
    """Serve the site on a build until interrupted, with a worker beside it where asked for."""
    _web("serve").serve(build, host, port, workers=workers, has_worker=has_worker)


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
    _open_with_audit(pack)
    done: int = _web("work").work(is_once=is_once)
    return done


def export_plan(pack: Path, code: str, kind: str, language: str) -> bytes:
    """Return a strategy of a pack's workspace as a file, whole; its log tells that.

    Whoever has the folder of the installation may.

    Parameters
    ----------
    kind : str
        ``json``, ``xlsx``, ``pdf`` or ``docx``.

    Raises
    ------
    NotFoundError
        WORKSPACE_NOT_FOUND where the folder is no pack; STRATEGY_NOT_FOUND.
    RequestError
        DOCUMENT_UNKNOWN for another kind.
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    if kind not in PLAN_KINDS:
        raise RequestError("DOCUMENT_UNKNOWN", kind=kind, known=", ".join(PLAN_KINDS))
    _open_with_audit(pack)
    content: bytes = _web("administration").export_plan(code, kind, language)
    return content


def export_brief(pack: Path, code: str, kind: str, language: str) -> bytes:
    """Return the page for the council on a strategy of a pack's workspace; its log tells that.

    Parameters
    ----------
    kind : str
        ``pdf`` or ``docx``.

    Raises
    ------
    NotFoundError
        WORKSPACE_NOT_FOUND where the folder is no pack; STRATEGY_NOT_FOUND; BUILD_NOT_FOUND.
    RequestError
        DOCUMENT_UNKNOWN for another kind.
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    if kind not in BRIEF_KINDS:
        raise RequestError("DOCUMENT_UNKNOWN", kind=kind, known=", ".join(BRIEF_KINDS))
    _open_with_audit(pack)
    content: bytes = _web("administration").export_brief(code, kind, language)
    return content


def _open_with_audit(pack: Path) -> None:
    """Open a workspace for what shows figures of the audit, too."""
    # Set before the settings are read.
    os.environ.setdefault("CONVIVE_BUILD", str(Path(pack) / BUILD_FOLDER))
    open_workspace(pack)


def list_runs(limit: int) -> list[dict[str, Any]]:
    """Return the newest runs of the open workspace."""
    found: list[dict[str, Any]] = _web("administration").list_runs(limit)
    return found


def _web(module: str) -> Any:
    # By name: the web layer stands above this one and is started, not used, from here.
    return importlib.import_module(f"convive.web.config.{module}")
