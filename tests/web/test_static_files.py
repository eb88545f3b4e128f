"""Static files: sent small, kept as long as they may be, never as they were before."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client, RequestFactory
from tools import build_assets

from convive.web.config.static_files import StaticFiles
from convive.web.observatory.asset_files import digest_of_file
from factories.addresses import PAGES

STYLE = "/static/observatory/site.css"
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
Ask = Callable[..., HttpResponseBase]


@pytest.fixture(scope="module")
def compressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compressed copies of our own files, as set-up makes them; those of others take long."""
    folder = tmp_path_factory.mktemp("compressed")
    build_assets.compress(build_assets.STATIC / "observatory", folder)
    return folder


@pytest.fixture
def ask(settings: Any, compressed: Path) -> Iterator[Ask]:
    settings.CONVIVE_COMPRESSED = compressed
    files = StaticFiles(lambda _request: HttpResponse(status=404))
    opened: list[HttpResponseBase] = []

    def asked(path: str, accepted: str = "", **headers: str) -> HttpResponseBase:
        headers = {"accept-encoding": accepted, **headers}
        answer = files(RequestFactory().get(path, headers=headers))
        opened.append(answer)
        return answer

    yield asked
    for answer in opened:
        content_of(answer)


def content_of(answer: HttpResponseBase) -> bytes:
    """Return what was sent, and close the file."""
    content = b"".join(answer)  # type: ignore[arg-type]
    for close in answer._resource_closers:
        close()
    return content


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", ""), ("identity", "")],
)
def test_a_file_is_sent_as_small_as_the_reader_can_take(
    ask: Ask, accepted: str, encoding: str
) -> None:
    answer = ask(STYLE, accepted)
    content = content_of(answer)
    plain = (build_assets.STATIC / "observatory" / "site.css").read_bytes()
    assert answer.headers.get("Content-Encoding", "") == encoding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert UNPACK[encoding](content) == plain
    assert int(answer.headers["Content-Length"]) == len(content)
    assert not encoding or len(content) < len(plain) / 2


def test_an_edited_file_is_never_answered_with_what_it_was(settings: Any, tmp_path: Path) -> None:
    edited = tmp_path / "static"
    edited.mkdir()
    (edited / "site.css").write_text("a{}" * 100)
    build_assets.compress(edited, tmp_path / "copies")
    (edited / "site.css").write_text("b{}" * 100)
    settings.STATICFILES_DIRS = [edited]
    settings.CONVIVE_COMPRESSED = tmp_path / "copies"
    from django.contrib.staticfiles import finders

    finders.get_finder.cache_clear()
    try:
        files = StaticFiles(lambda _request: HttpResponse(status=404))
        headers = {"accept-encoding": "br, gzip"}
        answer = files(RequestFactory().get("/static/site.css", headers=headers))
    finally:
        finders.get_finder.cache_clear()
    assert content_of(answer) == b"b{}" * 100
    assert "Content-Encoding" not in answer.headers


def test_only_the_content_that_is_here_is_kept_for_good(ask: Ask) -> None:
    digest = digest_of_file(build_assets.STATIC / "observatory" / "site.css")[:10]
    assert "immutable" in ask(f"{STYLE}?v={digest}").headers["Cache-Control"]
    for other in ("", "?v=0123456789", f"?v={digest}&x=1", f"?x={digest}", f"?v={digest}0"):
        assert ask(STYLE + other).headers["Cache-Control"] == "max-age=3600, public"


def test_who_has_the_file_is_told_so(ask: Ask) -> None:
    tag = ask(STYLE).headers["ETag"]
    again = ask(STYLE, **{"if-none-match": tag})
    assert again.status_code == 304
    assert content_of(again) == b""
    assert ask(STYLE, **{"if-none-match": '"other"'}).status_code == 200


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("name", ["front", "area", "about"])
def test_every_style_and_script_of_a_page_may_be_kept_for_good(client: Client, name: str) -> None:
    text = client.get(PAGES[name]).content.decode()
    files = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js|svg)[^"]*)"', text)
    assert files
    for file in files:
        assert "immutable" in client.head(file).headers["Cache-Control"], file


def test_compressing_again_changes_nothing_and_removes_what_is_gone(tmp_path: Path) -> None:
    source, target = tmp_path / "static", tmp_path / "copies"
    source.mkdir()
    (source / "a.css").write_text("a{}" * 100)
    (source / "b.js").write_text("b()" * 100)
    (source / "c.png").write_bytes(b"x" * 1000)
    (source / "tiny.js").write_text("x")
    assert build_assets.compress(source, target) == 4
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    assert build_assets.compress(source, target) == 4
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    (source / "b.js").unlink()
    assert build_assets.compress(source, target) == 2
