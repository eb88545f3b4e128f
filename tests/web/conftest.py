"""The pages on the synthetic build, without a server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from convive.web.observatory import current
from convive.web.rights import room
from convive.web.shelf.public_shelf import write_public
from factories import databases
from factories.build import shared_build
from factories.room import keep_in_store, room_counts
from factories.shared import run_folder
from factories.web_objects.rights import incident_source
from factories.written_tables import UNPLACED, watched_requests

WATCHED = frozenset({
    "test_accounts", "test_assessments", "test_calendars", "test_corrections", "test_delivery_pages",
    "test_diary", "test_editions",
    "test_erasure", "test_evaluation", "test_fieldwork_campaigns", "test_fieldwork_receive", "test_fieldwork_results",
    "test_fill_pages", "test_fill_steps", "test_jobs_pages", "test_mails", "test_meetings",
    "test_notices", "test_openrosa_staff", "test_organisations", "test_paper", "test_partnership",
    "test_plan_import", "test_plan_pages", "test_rights", "test_second_factor",
    "test_second_person", "test_sessions", "test_shelf", "test_shelf_memory", "test_spending_files",
    "test_standing", "test_strategy_pages", "test_thread_links", "test_town_sign_in", "test_walk",
    "test_waves", "test_workspace", "test_workspace_secrecy",
})  # fmt: skip
"""Modules of which no request may change a table without an event in the log."""
ANONYMOUS = frozenset(
    {
        "test_an_anonymous_survey_goes_through_without_a_trace",
        "test_sending_the_last_page_twice_is_one_answer",
        "test_an_invitation_counts_once_and_notes_only_that",
        "test_an_anonymous_survey_keeps_no_link_and_no_time",
    }
)
"""Tests in which answers come that no event may place in time."""


@pytest.fixture
def site() -> Iterator[current.Site]:
    """The synthetic build, shown from memory."""
    current.hold(shared_build())
    yield current.current_site()
    current.release()


@pytest.fixture
def published_shelf(settings: Any, tmp_path: Path) -> Path:
    """A town whose shelf is published, as the files that public addresses read."""
    settings.MEDIA_ROOT = str(tmp_path)
    write_public(7, b"{}", b"<feed/>")
    return tmp_path


@pytest.fixture(scope="session")
def lay_protected(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """Lays a restricted store whose counts are protected already; protected once, then copied."""
    made: dict[float, Path] = {}

    def lay(pack: Path, *, mean: float) -> None:
        if mean not in made:
            made[mean] = tmp_path_factory.mktemp("protected")
            counts = room_counts(mean=mean)
            object.__setattr__(counts, "source_id", incident_source())
            keep_in_store(made[mean], counts)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(room, "pack_now", lambda: made[mean])
                assert room.make(source_id=counts.source_id)
        shutil.copytree(made[mean], pack, dirs_exist_ok=True)

    return lay


@pytest.fixture(autouse=True)
def _no_limit(settings: Any) -> None:
    """Tests ask for more open data than anybody does in a minute."""
    settings.CONVIVE_API_PER_MINUTE = 0


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
    secret = UNPLACED if request.node.originalname in ANONYMOUS else frozenset()
    untold = [(one.method, one.path, left) for one in answered if (left := one.untold - secret)]
    assert not untold, untold


@pytest.fixture(scope="session")
def database_servers(
    workspace_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[databases.Servers]:
    """Tables as the migrations make them, to copy for each test; made once on each database."""
    servers = databases.Servers(workspace_template, run_folder(tmp_path_factory))
    yield servers
    servers.drop()


@pytest.fixture(params=databases.KINDS)
def each_database(
    request: pytest.FixtureRequest,
    database_servers: databases.Servers,
    tmp_path: Path,
    django_db_blocker: Any,
) -> Iterator[str]:
    """A fresh database in which commits are commits: once SQLite, once PostgreSQL."""
    with (
        django_db_blocker.unblock(),
        database_servers[request.param].fresh(tmp_path) as settings,
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
