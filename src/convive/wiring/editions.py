"""Tells an audit which earlier ones the site keeps for its readers."""

from __future__ import annotations

import json
import os
from pathlib import Path

from convive.core.errors import StorageError
from convive.wiring.workspace import WORKSPACE_FOLDER

MEDIA_FOLDER = "media"
EDITIONS = "editions"


def kept_moments(pack: Path) -> frozenset[str]:
    """Return when the audits were built that the site of a pack keeps as editions.

    Those not yet approved are among them: they may be. An empty one stands for a copy that
    cannot be read, so that nobody takes it for none.

    Raises
    ------
    StorageError
        EDITIONS_UNREADABLE.
    """
    given = os.environ.get("CONVIVE_WORKSPACE")
    workspace = Path(given) if given else Path(pack) / WORKSPACE_FOLDER
    media = os.environ.get("CONVIVE_MEDIA")
    folder = (Path(media) if media else workspace / MEDIA_FOLDER) / EDITIONS
    try:
        kept = [one for one in folder.iterdir() if not one.name.startswith(".")]
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise StorageError("EDITIONS_UNREADABLE") from error
    return frozenset(_built_at(one) for one in kept)


def _built_at(folder: Path) -> str:
    try:
        return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["built_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
