"""The shown audit: opened once, opened again when it changes on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from convive.core.errors import NotFoundError
from convive.store import FolderBuildStore
from convive.web.config import serve, warm_up
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


def test_nobody_warms_up_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(warm_up.WANTED, raising=False)
    assert warm_up.start_if_asked(lambda *_: []) is None


def test_a_failing_warm_up_stops_nothing() -> None:
    def application(*_: object) -> list[bytes]:
        raise ValueError

    current.hold(shared_build())
    warm_up.warm_up(application)
