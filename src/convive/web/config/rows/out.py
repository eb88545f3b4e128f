"""Writing rows out: from one consistent look at the database, while others go on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from convive.web.audit_log.chain import START
from convive.web.config.rows import tables, values

ALIAS = "snapshot"
_AT_ONCE = 2000


def write_rows(folder: Path) -> dict[str, Any]:
    """Write every table into a folder as ``<table>.jsonl``; return what the manifest says of them.

    Raises
    ------
    StorageError
        BACKUP_DATABASE_NEWER.
    """
    with _snapshot(folder / "snapshot.sqlite3"):
        connection = connections[ALIAS]
        migrations = tables.applied(connection)
        found = []
        for model in tables.models_at(connection, migrations):
            columns = [field.attname for field in tables.columns_of(model)]
            rows = model._base_manager.using(ALIAS).order_by("pk").values_list(*columns)
            n = 0
            with (folder / f"{model._meta.db_table}.jsonl").open("w", encoding="ascii") as file:
                for row in rows.iterator(chunk_size=_AT_ONCE):
                    file.write(values.line_of(row) + "\n")
                    n += 1
            found.append({"name": model._meta.db_table, "columns": columns, "n_rows": n})
        n_events, head = _log_head(connection)
        engine = connection.vendor
    return {
        "engine": engine, "migrations": migrations, "tables": found, "n_events": n_events,
        "head": head,
    }  # fmt: skip


def _log_head(connection: Any) -> tuple[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_log_event")
        n = cursor.fetchone()[0]
        cursor.execute("SELECT hash FROM audit_log_event ORDER BY id DESC LIMIT 1")
        last = cursor.fetchone()
    return n, last[0] if last else START


@contextmanager
def _snapshot(copy: Path) -> Iterator[None]:
    """Give a connection that sees one moment: of SQLite a copy, of PostgreSQL a transaction."""
    kept = connections.settings["default"]
    settings = {**kept, "OPTIONS": dict(kept["OPTIONS"]), "CONN_MAX_AGE": 0}
    if connections["default"].vendor == "sqlite":
        with (
            closing(sqlite3.connect(kept["NAME"])) as live,
            closing(sqlite3.connect(copy)) as taken,
        ):
            live.backup(taken)
        settings["NAME"] = str(copy)
    else:
        from psycopg import IsolationLevel  # noqa: PLC0415 - only where it is the database

        settings["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connections.settings[ALIAS] = settings
    try:
        with transaction.atomic(using=ALIAS):
            yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]
        for left in copy.parent.glob(copy.name + "*"):
            left.unlink()
