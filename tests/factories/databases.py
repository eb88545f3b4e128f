"""Databases as towns run them: a SQLite file, or PostgreSQL; fresh for each test.

Tests in one transaction (`django_db`) see neither triggers at work nor other writers. These do:
the tables come from the migrations, commits are commits, and threads have connections of their
own. The tables are built once a run and copied.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import call_command
from django.db import connections

from convive.web.config.database import database
from convive.web.config.new_tables import make_tables
from convive.web.config.workspace import DATABASE_FILE
from factories.shared import made_once

KINDS = ("sqlite", "postgresql")
SERVER = os.environ.get("CONVIVE_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


@contextmanager
def swapped(settings: dict[str, Any]) -> Iterator[None]:
    """Let Django use another database inside, in every thread."""
    before = connections.settings["default"]
    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": settings})[
        "default"
    ]
    del connections["default"]
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        del connections["default"]


def migrate_file(folder: Path) -> None:
    """Make a SQLite file with the tables of the migrations, whole in the one file."""
    with swapped(database(file=folder / DATABASE_FILE)):
        call_command("migrate", verbosity=0)
    assert not (folder / f"{DATABASE_FILE}-wal").exists()


def give_workspace(template: Path, folder: Path) -> None:
    """Lay tables without rows where a site will look for them: it has no migration left to run."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy(template, folder / DATABASE_FILE)


@contextmanager
def written_into(workspace: Path) -> Iterator[None]:
    """Let Django write into the database of a workspace that no site has open."""
    with swapped(database(file=workspace / DATABASE_FILE)):
        yield


@contextmanager
def memory_filled(template: Path) -> Iterator[None]:
    """Let Django use a database in memory with the tables of the template, as its own runner does."""
    own = connections["default"]
    before = own.settings_dict["NAME"]
    own.close()
    own.settings_dict["NAME"] = own.creation._get_test_db_name()
    own.ensure_connection()
    with closing(sqlite3.connect(template)) as source:
        source.backup(own.connection)
    try:
        yield
    finally:
        own.creation.destroy_test_db(before, verbosity=0)


class SqliteFiles:
    """Files in a folder."""

    def __init__(self, template: Path) -> None:
        self.template = template

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[dict[str, Any]]:
        """Give the settings of a database with empty tables."""
        shutil.copy(self.template, folder / DATABASE_FILE)
        yield database(file=folder / DATABASE_FILE)


class PostgresDatabases:
    """Databases of a server, made and dropped.

    To drop one takes seconds, because the server writes all of it down first. So a database is
    emptied after a test and given to the next one, and only one that cannot be made as it was (its
    tables were changed, or rows that the migrations put in) is dropped.
    """

    def __init__(self, folder: Path) -> None:
        made = made_once(folder, TEMPLATE_FOLDER, self._make_template)
        self.template = (made / TEMPLATE_NAME).read_text("ascii")
        self._free: list[str] = []
        self._shape, self._seeds = self._look(self.template)

    @contextmanager
    def fresh(self, _folder: Path) -> Iterator[dict[str, Any]]:
        """Give the settings of a database with empty tables."""
        name = self._free.pop() if self._free else create_database(self.template)
        try:
            yield {**database(database_url(name)), "CONN_MAX_AGE": 0}
        finally:
            if self._emptied(name):
                self._free.append(name)
            else:
                drop_database(name)

    def drop(self) -> None:
        """Drop what this process has made."""
        while self._free:
            drop_database(self._free.pop())

    @staticmethod
    def _make_template(folder: Path) -> None:
        name = create_database("template0")
        (folder / TEMPLATE_NAME).write_text(name, "ascii")
        with swapped(database(database_url(name))):
            make_tables(connections["default"])  # as a town's are made
            call_command("migrate", verbosity=0)

    @staticmethod
    def _look(name: str) -> tuple[str, dict[str, str]]:
        """Return a digest of all tables and triggers, and of each table with rows."""
        with _server(name) as server:
            shape = str(server.execute(_SHAPE).fetchone())
            return shape, {table: _digest(server, table) for table in _filled(server)}

    def _emptied(self, name: str) -> bool:
        """Make a database as its template is, numbers to come included; tell whether it is."""
        with _server(name) as server:
            server.execute(_END_OTHERS)
            server.execute("SET session_replication_role = replica")  # no trigger keeps a row
            filled = [table for table in _filled(server) if table not in self._seeds]
            with server.transaction():
                for table in filled:
                    server.execute(f'DELETE FROM "{table}"')
                for (sequence,) in server.execute(_USED_SEQUENCES).fetchall():
                    if sequence.removesuffix("_id_seq") not in self._seeds:
                        server.execute(f'ALTER SEQUENCE "{sequence}" RESTART')
            return self._look(name) == (self._shape, self._seeds)


TEMPLATE_FOLDER = "postgresql"
TEMPLATE_NAME = "template"
_SHAPE = """
    SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
        SELECT concat_ws(' ', c.relkind, c.relname, a.attname, a.atttypid, a.atttypmod,
            a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) AS line
        FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled)
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', proname, prosrc)
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ) AS lines
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_USED_SEQUENCES = """
    SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def create_database(template: str) -> str:
    """Make a database like another; return its name."""
    name = f"convive_{uuid.uuid4().hex[:12]}"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def drop_database(name: str) -> None:
    """Drop a database, whoever is connected to it."""
    with _server() as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def drop_template(folder: Path) -> None:
    """Leave nothing of a run on the server, when all its processes have ended."""
    name = folder / TEMPLATE_FOLDER / TEMPLATE_NAME
    if name.exists():
        drop_database(name.read_text("ascii"))


def database_url(name: str) -> str:
    """Return the address of a database of the server."""
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


def _server(name: str = "") -> Any:
    psycopg = pytest.importorskip("psycopg")
    try:
        return psycopg.connect(
            database_url(name) if name else SERVER, autocommit=True, connect_timeout=10
        )
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers; name one by CONVIVE_TEST_POSTGRES")


def _filled(server: Any) -> list[str]:
    """Return the tables with rows."""
    tables = [name for (name,) in server.execute(_TABLES)]
    asked = " UNION ALL ".join(
        f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables
    )
    return [name for (name,) in server.execute(asked)] if tables else []


def _digest(server: Any, table: str) -> str:
    row = server.execute(
        f"SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM \"{table}\" t"
    ).fetchone()
    return str(row[0])


class Servers:
    """Both kinds by name, each made when it is first asked for and kept from then on."""

    def __init__(self, template: Path, folder: Path) -> None:
        self._sqlite = SqliteFiles(template)
        self._folder = folder
        self._postgres: PostgresDatabases | None = None

    def __getitem__(self, kind: str) -> SqliteFiles | PostgresDatabases:
        if kind == "sqlite":
            return self._sqlite
        if self._postgres is None:
            self._postgres = PostgresDatabases(self._folder)
        return self._postgres

    def drop(self) -> None:
        """Leave nothing on a server."""
        if self._postgres is not None:
            self._postgres.drop()
