"""Reading rows into an empty database, bringing them up to date, and verifying the audit log.

The triggers of the audit log are there from the first row on: they refuse changes, and a restore
only adds. That nothing was changed on the way shows in the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    connection,
    models,
    transaction,
)

from convive.core.errors import ConflictError, StorageError
from convive.web.audit_log.selectors import verify_log
from convive.web.config.new_tables import QuickExecutor
from convive.web.config.rows import tables, values

_AT_ONCE = 500
LONGEST_LINE = 256 * 2**20
"""Signs of a row; a longer one is not read into memory."""
_DOES_NOT_FIT = (
    ValueError, TypeError, OverflowError, RecursionError, FileNotFoundError, ValidationError,
    models.ObjectDoesNotExist, IntegrityError, DataError, InterfaceError, ProgrammingError,
)  # fmt: skip
"""What values that no backup holds come to, on the way into either database."""
_FUNCTIONS = ("audit_log_refuse", "evaluation_refuse")


def read_rows(folder: Path, said: Mapping[str, Any], *, is_replacing: bool) -> None:
    """Fill the database of the settings from a folder; on PostgreSQL all in one transaction.

    Parameters
    ----------
    folder : Path
        Files ``<table>.jsonl``.
    said : mapping
        What `out.write_rows` returned.
    is_replacing : bool
        Whether tables of Convive that are there already go first.

    Raises
    ------
    ConflictError
        BACKUP_DATABASE_TAKEN.
    StorageError
        BACKUP_NEWER; BACKUP_DAMAGED with the table that does not fit; AUDIT_LOG_BROKEN.
    """
    migrations = [(app, name) for app, name in said["migrations"]]
    # SQLite cannot change tables within a transaction; its file is a new one, seen by nobody yet.
    is_whole = connection.vendor == "postgresql"
    with transaction.atomic() if is_whole else nullcontext():
        found = tables.models_at(connection, migrations)
        _make_room(found, is_replacing=is_replacing)
        QuickExecutor(connection).migrate(tables.last_of(connection, migrations))
        try:
            with transaction.atomic():
                _fill(folder, found, said)
        except IntegrityError as error:  # of rows that point at none; SQLite looks at the end
            raise StorageError("BACKUP_DAMAGED", part="database") from error
        call_command("migrate", verbosity=0, interactive=False)
        _verify(said)


def _make_room(found: list[type[models.Model]], *, is_replacing: bool) -> None:
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    ours = {model._meta.db_table for model in found} | tables.LEFT_OUT | {"django_migrations"}
    ours |= set(connection.introspection.django_table_names())
    taken = sorted(there & ours)
    if not taken:
        return
    if not is_replacing:
        raise ConflictError("BACKUP_DATABASE_TAKEN")
    names = ", ".join(connection.ops.quote_name(name) for name in taken)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {names} CASCADE")
        for name in _FUNCTIONS:
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def _fill(folder: Path, found: list[type[models.Model]], said: Mapping[str, Any]) -> None:
    by_name = {one["name"]: one for one in said["tables"]}
    if set(by_name) != {model._meta.db_table for model in found}:
        raise StorageError("BACKUP_DAMAGED", part="database")
    for model in reversed(found):  # what migrations have put in is in the backup, as it is now
        rows = model._base_manager.all()
        if rows.exists():
            rows._raw_delete(connection.alias)
    for model in found:
        _fill_table(model, by_name[model._meta.db_table], folder)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), found):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else no table can be changed after
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _fill_table(model: type[models.Model], said: Mapping[str, Any], folder: Path) -> None:
    fields = tables.columns_of(model)
    name = model._meta.db_table
    if [field.attname for field in fields] != list(said["columns"]):
        raise StorageError("BACKUP_DAMAGED", part=name)
    for field in fields:  # the times in the backup stand: they are not set anew
        if isinstance(field, models.DateField | models.TimeField):
            field.auto_now = field.auto_now_add = False
    n = 0
    try:
        with (folder / f"{name}.jsonl").open(encoding="ascii") as file:
            rows = _rows(model, fields, file)
            while batch := list(islice(rows, _AT_ONCE)):
                n += len(model._base_manager.bulk_create(batch))
    except _DOES_NOT_FIT as error:
        raise StorageError("BACKUP_DAMAGED", part=name) from error
    if n != said["n_rows"]:
        raise StorageError("BACKUP_DAMAGED", part=name)


def _rows(
    model: type[models.Model], fields: list[models.Field[Any, Any]], file: Any
) -> Iterator[models.Model]:
    for line in lines_of(file):
        row = json.loads(line)
        if not isinstance(row, list) or len(row) != len(fields):
            raise ValueError("a row does not fit its table")
        yield model(**{f.attname: values.value_of(f, v) for f, v in zip(fields, row, strict=True)})


def lines_of(file: TextIO) -> Iterator[str]:
    """Yield the lines of a file.

    Raises
    ------
    ValueError
        Where one is longer than `LONGEST_LINE`.
    """
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise ValueError("a row is too long")
        yield line


def _verify(said: Mapping[str, Any]) -> None:
    """Recompute the audit log: whole, as long as it was, and with the same last event."""
    found = verify_log()
    if found.broken_id is not None:
        raise StorageError("AUDIT_LOG_BROKEN", event=found.broken_id, n=found.n)
    if (found.n, found.head) != (said["n_events"], said["head"]):
        raise StorageError("BACKUP_DAMAGED", part="audit_log_event")
