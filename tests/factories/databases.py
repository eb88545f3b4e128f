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
from convive.web.config.workspace import DATABASE_FILE

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
    """Databases of a server, made and dropped."""

    def __init__(self) -> None:
        self.template = self._create("template0")
        with swapped(database(self._url(self.template))):
            call_command("migrate", verbosity=0)

    @contextmanager
    def fresh(self, _folder: Path) -> Iterator[dict[str, Any]]:
        """Give the settings of a database with empty tables."""
        name = self._create(self.template)
        try:
            yield {**database(self._url(name)), "CONN_MAX_AGE": 0}
        finally:
            self.drop(name)

    def drop(self, name: str = "") -> None:
        """Drop a database, the template by default."""
        self._run(f'DROP DATABASE "{name or self.template}" WITH (FORCE)')

    def _create(self, template: str) -> str:
        name = f"convive_{uuid.uuid4().hex[:12]}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def _run(self, statement: str) -> None:
        psycopg = pytest.importorskip("psycopg")
        try:
            server = psycopg.connect(SERVER, autocommit=True, connect_timeout=3)
        except psycopg.OperationalError:
            pytest.skip("no PostgreSQL answers; name one by CONVIVE_TEST_POSTGRES")
        with server:
            server.execute(statement)

    def _url(self, name: str) -> str:
        return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


class Servers:
    """Both kinds by name, each made when it is first asked for and kept from then on."""

    def __init__(self, template: Path) -> None:
        self._sqlite = SqliteFiles(template)
        self._postgres: PostgresDatabases | None = None

    def __getitem__(self, kind: str) -> SqliteFiles | PostgresDatabases:
        if kind == "sqlite":
            return self._sqlite
        if self._postgres is None:
            self._postgres = PostgresDatabases()
        return self._postgres

    def drop(self) -> None:
        """Leave nothing on a server."""
        if self._postgres is not None:
            self._postgres.drop()
