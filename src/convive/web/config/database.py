"""Which database the workspace has: SQLite beside the pack, or what DATABASE_URL names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

WAIT_SECONDS = 30
"""How long a writer waits for another one."""

SQLITE_OPTIONS = {
    # A transaction that will write says so at once: readers that turn into writers half way
    # cannot wait for one another, they fail.
    "transaction_mode": "IMMEDIATE",
    "timeout": WAIT_SECONDS,
    # What is deleted, e.g. names at the end of a round, is overwritten in the file, too.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;"
    ),
}
MEMORY = ":memory:"


def database(url: str = "", file: Path | None = None) -> dict[str, Any]:
    """Return the Django settings of the database.

    Parameters
    ----------
    url : str
        ``postgresql://…`` or ``sqlite:///…``; wins over `file`.
    file : Path, optional
        SQLite file; with neither, the database is in memory and forgotten.
    """
    if url:
        found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60))
        found["CONN_HEALTH_CHECKS"] = True
    else:
        found = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file or MEMORY)}
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {**found.get("OPTIONS", {}), **SQLITE_OPTIONS}
    return found
