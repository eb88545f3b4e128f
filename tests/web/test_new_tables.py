"""The tables of a new workspace, made quickly: the same as the migrations make one by one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from convive.web.config.database import database
from convive.web.config.new_tables import make_tables
from factories.databases import swapped


def told(file: Path) -> dict[str, list[Any]]:
    """Return everything that a database says of itself, and the migrations it has seen."""
    with closing(sqlite3.connect(file)) as own:
        made = own.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        seen = own.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    return {"made": sorted(made, key=str), "seen": seen}


@pytest.fixture
def in_file(tmp_path: Path, django_db_blocker: Any) -> Path:
    """A file whose tables were made, twice: the second time there is nothing to do."""
    file = tmp_path / "new.sqlite3"
    with django_db_blocker.unblock(), swapped(database(file=file)):
        make_tables(connections["default"])
        make_tables(connections["default"])
    return file


def test_they_are_what_the_migrations_make(in_file: Path, workspace_template: Path) -> None:
    quick = told(in_file)
    assert {"audit_log_event", "accounts_account"} <= {name for _, name, _, _ in quick["made"]}
    assert quick == told(workspace_template)
