"""The pages on the synthetic build, without a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from convive.web.observatory import current
from factories import databases
from factories.build import shared_build
from factories.written_tables import watched_requests

WATCHED = frozenset({
    "test_accounts", "test_calendars", "test_erasure", "test_jobs_pages", "test_mails",
    "test_meetings", "test_notices", "test_organisations", "test_partnership", "test_rights",
    "test_second_factor", "test_sessions", "test_strategy_pages", "test_town_sign_in",
    "test_workspace_secrecy",
})  # fmt: skip
"""Modules of which no request may change a table without an event in the log."""


@pytest.fixture
def site() -> Iterator[current.Site]:
    """The synthetic build, shown from memory."""
    current.hold(shared_build())
    yield current.current_site()
    current.release()


@pytest.fixture
def client() -> Client:
    """A reader who is not logged in."""
    return Client(headers={"host": "localhost"})


@pytest.fixture(autouse=True)
def _every_write_is_told(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """In the watched modules, whatever a page changes is in the log."""
    if request.module.__name__.rpartition(".")[2] not in WATCHED:
        yield
        return
    with watched_requests(monkeypatch) as answered:
        yield
    untold = [(one.method, one.path, one.untold) for one in answered if one.untold]
    assert not untold, untold


@pytest.fixture(scope="session", params=databases.KINDS)
def database_server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Iterator[Any]:
    """Tables as the migrations make them, to copy for each test; once on each database."""
    kind = {"sqlite": databases.SqliteFiles, "postgresql": databases.PostgresDatabases}
    with django_db_blocker.unblock():
        server = kind[request.param](tmp_path_factory.mktemp("database"))
    yield server
    if request.param == "postgresql":
        server.drop()


@pytest.fixture
def each_database(database_server: Any, tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """A fresh database in which commits are commits: once SQLite, once PostgreSQL."""
    with (
        django_db_blocker.unblock(),
        database_server.fresh(tmp_path) as settings,
        databases.swapped(settings),
    ):
        yield settings["ENGINE"].rsplit(".", 1)[-1]


@pytest.fixture
def _frozen_forms_are_read_anew() -> Iterator[None]:
    """Forms are remembered by their row; every database of a test has rows of its own."""
    from convive.web.fieldwork import instruments

    instruments._read.cache_clear()
    yield
    instruments._read.cache_clear()


@pytest.fixture
def served_database(each_database: str, _frozen_forms_are_read_anew: None) -> dict[str, Any]:
    """The settings of a fresh database with commits, for another process."""
    assert each_database
    found: dict[str, Any] = connections["default"].settings_dict
    return found
