"""The shown audit: opened once, opened again when it changes on disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from convive.app.ports import Build
from convive.core.errors import NotFoundError
from convive.store import FolderBuildStore
from convive.web.config import serve, warm_up
from convive.web.config.one_at_a_time import one_at_a_time
from convive.web.observatory import current
from factories.build import make_build, shared_build


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    current.release()
    yield
    current.release()


def test_a_build_is_opened_once_and_again_when_it_has_changed(settings, tmp_path: Path) -> None:
    folder = tmp_path / "build"
    FolderBuildStore().save(shared_build(), folder)
    settings.CONVIVE_BUILD = str(folder)
    first = current.current_site()
    assert current.current_site() is first
    FolderBuildStore().save(make_build(name="Otra"), folder)
    os.utime(folder / "run.json", (1, 1))
    second = current.current_site()
    assert second is not first
    assert second.build.city.name == "Otra"


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A folder with an audit."""
    FolderBuildStore().save(shared_build(), tmp_path / "build")
    return str(tmp_path / "build")


def as_it_is(build: Build) -> Build:
    return build


def test_while_one_audit_is_opened_the_others_are_shown(folder: str) -> None:
    shown = current.Choice(folder, "shown", as_it_is)
    first = current.open_choice(shown)
    has_begun, is_shown = threading.Event(), threading.Event()

    def slow(build: Build) -> Build:
        has_begun.set()
        assert is_shown.wait(60), "others had to wait until this one was open"
        return build

    with ThreadPoolExecutor(1) as pool:
        opened = pool.submit(current.open_choice, current.Choice(folder, "slow", slow))
        assert has_begun.wait(60)
        assert current.open_choice(shown) is first
        assert current.open_choice(current.Choice(folder, "another", as_it_is)) is not first
        is_shown.set()
        assert opened.result(60).digest == first.digest


def test_many_who_ask_for_the_same_audit_at_once_have_it_opened_once(folder: str) -> None:
    opened: list[int] = []
    at_once = threading.Barrier(4)

    def ask(number: int) -> current.Site:
        def prepare(build: Build) -> Build:
            opened.append(number)
            return build

        at_once.wait(60)
        return current.open_choice(current.Choice(folder, "", prepare))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert len(opened) == 1
    assert all(one is found[0] for one in found)


def test_an_audit_that_cannot_be_opened_holds_up_nobody_after_it(folder: str) -> None:
    def broken(build: Build) -> Build:
        raise ValueError(build.city.name)

    with pytest.raises(ValueError, match="Ribera"):
        current.open_choice(current.Choice(folder, "", broken))
    assert current.open_choice(current.Choice(folder, "", as_it_is)).build.city.name == "Ribera"


def test_so_many_stay_open_beside_the_shown_one_and_looking_into_others_closes_none(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "MOST_OPEN", 2)  # few, so that the test opens few
    names = [f"kept {number}" for number in range(current.MOST_OPEN + 1)]
    choices = [current.Choice(folder, name, as_it_is) for name in names]
    sites = [current.open_choice(one) for one in choices]
    for number in range(current.MOST_OPEN + 2):
        current.open_choice(current.Choice(folder, f"named {number}", as_it_is), keep=False)
    assert [current.open_choice(one) for one in choices] == sites
    assert all(current.open_choice(one) is site for one, site in zip(choices, sites, strict=True))
    current.open_choice(current.Choice(folder, "one more", as_it_is))
    assert current.open_choice(choices[0]) is not sites[0]


def test_no_folder_is_no_audit(settings) -> None:
    settings.CONVIVE_BUILD = ""
    with pytest.raises(NotFoundError, match="BUILD_NOT_FOUND"):
        current.current_site()


def test_derived_things_are_made_once() -> None:
    site = current.make_site(shared_build())
    made: list[int] = []
    assert site.keep("x", lambda: made.append(1)) is None
    site.keep("x", lambda: made.append(2))
    assert made == [1]


def test_serving_names_build_and_hosts_for_the_workers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("CONVIVE_BUILD", "CONVIVE_ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "")
    serve.prepare(tmp_path, allowed_hosts=("town.example",))
    assert os.environ["CONVIVE_BUILD"] == str(tmp_path)
    assert os.environ["CONVIVE_ALLOWED_HOSTS"].split(",") == [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "town.example",
    ]


def test_warming_up_reads_the_first_pages_as_a_reader_would(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    current.hold(shared_build())
    asked: list[str] = []

    def application(environ: dict[str, str], _start: object) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        return [b""]

    monkeypatch.setenv(warm_up.WANTED, "1")
    thread = warm_up.start_if_asked(application)
    assert thread is not None
    thread.join()
    assert asked[0] == "/en/"
    assert {f"/{language}/" for language in shared_build().city.languages} <= set(asked)


def test_a_process_has_the_audit_open_before_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    current.hold(shared_build())
    asked: list[str] = []

    def application(environ: dict[str, str], _start: object) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        return [b""]

    monkeypatch.setenv(warm_up.WANTED, "1")
    monkeypatch.setattr(threading.Thread, "start", lambda _thread: None)
    warm_up.start_if_asked(application)
    assert asked[0] == "/en/"
    assert asked[1].startswith("/en/areas/")


def test_what_is_done_one_at_a_time_waits_for_whoever_is_within(tmp_path: Path) -> None:
    file, done = tmp_path / "lock", list[str]()

    def second() -> None:
        with one_at_a_time(file):
            done.append("second")

    thread = threading.Thread(target=second)
    with one_at_a_time(file):
        thread.start()
        thread.join(0.2)
        done.append("first")
    thread.join()
    assert done == ["first", "second"]


def test_without_a_lock_it_is_done_all_the_same(tmp_path: Path) -> None:
    done = list[str]()
    with one_at_a_time(tmp_path / "no such folder" / "lock"):
        done.append("first")
    assert done == ["first"]
    with pytest.raises(OSError, match="of its own"), one_at_a_time(tmp_path / "lock"):
        raise OSError("of its own")


def test_a_machine_can_be_spared_the_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(warm_up.WANTED, "0")
    warm_up.ask_for()
    assert warm_up.start_if_asked(lambda *_: []) is None
    monkeypatch.delenv(warm_up.WANTED)
    warm_up.ask_for()
    assert os.environ[warm_up.WANTED] == "1"


def test_nobody_warms_up_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(warm_up.WANTED, raising=False)
    assert warm_up.start_if_asked(lambda *_: []) is None


def test_a_failing_warm_up_stops_nothing() -> None:
    def application(*_: object) -> list[bytes]:
        raise ValueError

    current.hold(shared_build())
    warm_up.warm_up(application)
