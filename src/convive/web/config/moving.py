"""What a backup and a restore need of the site; called by name from `convive.wiring.backup`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# The settings are read at import and need the environment: everything of Django is imported late.
# ruff: noqa: PLC0415


def open_as_it_is(workspace: Path) -> tuple[Path, Path]:
    """Open a workspace without bringing its tables up to date; return its folder and its media."""
    import django

    folder = Path(os.environ.get("CONVIVE_WORKSPACE") or workspace).resolve()
    os.environ["CONVIVE_WORKSPACE"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")
    django.setup()
    from django.conf import settings

    return folder, Path(settings.MEDIA_ROOT)


def write_rows(folder: Path) -> dict[str, Any]:
    """Write the rows of the open workspace into a folder; see `rows.out`."""
    from convive.web.config.rows import out

    return out.write_rows(folder)


def fill(workspace: Path, folder: Path, said: Mapping[str, Any], *, is_replacing: bool) -> None:
    """Fill the database of a new workspace, or the one of ``DATABASE_URL``; see `rows.into`."""
    from convive.web.config.workspace import open_workspace

    os.environ["CONVIVE_WORKSPACE"] = str(open_workspace(workspace))
    open_as_it_is(workspace)
    from django.db import connections

    from convive.web.config.rows import into

    try:
        into.read_rows(folder, said, is_replacing=is_replacing)
        _settle(connections["default"])
    finally:
        connections.close_all()


def _settle(connection: Any) -> None:
    """Have everything in the one file, on the disk, before it gets its name."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
