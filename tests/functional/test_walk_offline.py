"""A whole walk with the network cut: browser killed, server killed, nothing lost, nothing doubled."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from factories import photo_files
from factories.databases import give_workspace
from factories.walk_phone import Phone, begin, finish, kept_on, kinds, until
from factories.walk_server import WalkServer
from functional.conftest import CHROMIUM

pytestmark = pytest.mark.functional
N_STOPS = 12


@pytest.fixture
def phone(browser: Any, tmp_path: Path) -> Iterator[Callable[[], Phone]]:
    """Makes phones."""
    made: list[Phone] = []

    def make() -> Phone:
        made.append(Phone(browser, CHROMIUM, tmp_path / f"phone-{len(made)}"))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def server(
    tmp_path: Path, workspace_template: Path, django_db_blocker: Any
) -> Iterator[WalkServer]:
    """A served process with a walk and an audit in its database."""
    made = WalkServer(tmp_path / "workspace", n_real=2, seconds=0.4)
    give_workspace(workspace_template, made.folder)
    with django_db_blocker.unblock():
        made.prepare()
    made.start()
    yield made
    if made.process is not None:
        made.kill()


def arrived(server: WalkServer) -> int:
    query = "select count(*) from fieldwork_attachment where file <> ''"
    return int(server.rows(query)[0][0])


def test_twelve_stops_without_a_network_come_through_two_deaths_of_the_browser_and_one_of_the_server(
    server: WalkServer, phone: Callable[[], Phone]
) -> None:
    mine = phone()
    address = f"{server.address}/en/walk/{server.facts['group']}/"
    page = mine.open(address)
    page.wait_for_selector("#ready[data-ready=yes]")

    # The network goes, and the server with it: nothing can answer but the phone.
    mine.context.set_offline(True)
    server.kill()
    walk(page, range(1, 6))
    assert kinds(page) == ["ready"] * 5
    mine.kill()

    page = mine.open(address, offline=True)
    assert kinds(page) == ["ready"] * 5
    assert page.locator("#network").is_visible()
    walk(page, range(6, 9))
    begin(page, 9)
    mine.kill()

    page = mine.open(address, offline=True)
    assert kinds(page) == ["ready"] * 8 + ["draft"]
    page.click("[data-kind=draft] button")
    page.wait_for_selector(".photo-view canvas")
    assert page.input_value("[name=spot_position-latitude]") == "46.09"
    finish(page)
    walk(page, range(10, 13))
    assert kept_on(page) == {"forms": 12, "photos": 12}

    send_through_a_crash(server, mine)
    check_the_database(server)
    assert kinds(page) == ["sent"] * N_STOPS
    assert kept_on(page) == {"forms": 12, "photos": 0}


def walk(page: Any, stops: range) -> None:
    """Fill in some stops."""
    for stop in stops:
        begin(page, stop)
        finish(page)


def send_through_a_crash(server: WalkServer, mine: Phone) -> None:
    """Bring the network back, and kill the server while photos come in."""
    server.start()
    mine.context.set_offline(False)
    until(lambda: arrived(server) >= 4)
    server.kill()
    assert 4 <= arrived(server) < N_STOPS
    server.start()
    mine.page.click("#send")
    until(lambda: kinds(mine.page).count("sent") == N_STOPS)


def check_the_database(server: WalkServer) -> None:
    """Exactly twelve whole forms, each with its own photo from which nothing can be read."""
    forms = server.rows("select state, answers, channel from fieldwork_submission")
    assert [state for state, _, _ in forms] == ["complete"] * N_STOPS
    assert {channel for _, _, channel in forms} == {"phone"}
    places = [json.loads(answers)["spot_position"] for _, answers, _ in forms]
    assert sorted(one["latitude"] for one in places) == [46 + n / 100 for n in range(1, 13)]
    assert {one["longitude"] for one in places} == {11.12}
    photos = server.rows("select submission_id, name, file from fieldwork_attachment")
    assert len(photos) == len({form for form, _, _ in photos}) == N_STOPS
    kept = [(server.folder / "media" / file).read_bytes() for _, _, file in photos]
    assert len(set(kept)) == N_STOPS
    for data in kept:
        assert not [trace for trace in photo_files.TRACES if trace in data]
        picture = Image.open(io.BytesIO(data))
        assert not dict(picture.getexif())
        assert picture.height > picture.width, "turned upright"
    problems = server.rows("select count(*) from fieldwork_submission where problems <> '[]'")
    assert problems == [(0,)]
