"""The folder of the workspace: database, signing key, media. Closed to other accounts."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from convive.core.errors import StorageError

DATABASE_FILE = "workspace.sqlite3"
KEY_FILE = "secret.key"
MEDIA_FOLDER = "media"
CLOSED_FOLDER = 0o700
CLOSED_FILE = 0o600


def open_workspace(folder: Path) -> Path:
    """Make the folder of the workspace where it is not there yet, and return it.

    Raises
    ------
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    try:
        for one in (folder, folder / MEDIA_FOLDER):
            one.mkdir(mode=CLOSED_FOLDER, parents=True, exist_ok=True)
            one.chmod(CLOSED_FOLDER)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        _make_key(folder / KEY_FILE)
    except OSError as error:
        raise StorageError("WORKSPACE_NOT_OPENED", folder=str(folder)) from error
    return folder


def signing_key(folder: Path | None) -> str:
    """Return the key of the workspace, else one that is forgotten at the end."""
    if folder is not None:
        with contextlib.suppress(OSError):
            kept = (folder / KEY_FILE).read_text(encoding="ascii").strip()
            if kept:
                return kept
    return secrets.token_urlsafe(50)


def _make_key(file: Path) -> None:
    """Write the key whole or not at all; who comes second keeps the first one's."""
    if file.exists():
        return
    draft = file.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, CLOSED_FILE)
    with os.fdopen(descriptor, "w", encoding="ascii") as key:
        key.write(secrets.token_urlsafe(50))
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
