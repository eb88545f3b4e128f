"""Pages that are kept are given again exactly as long, and exactly to whom, they may be."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from convive.core.strategy.lights import standings_of
from convive.web.config.kept_pages import KeptPages, address_of
from convive.web.config.page_store import Address, Answer, PageStore
from convive.web.observatory import current
from convive.web.workspace.public_snapshot import PeopleRule, snapshot_of
from convive.web.workspace.published_plan import remove_published, write_published
from factories.addresses import PAGES
from factories.build import make_build
from factories.town_plan import town_plan

FRONT = "/en/"
AREA = "/en/areas/neighbourhood/n08/"
MOMENTS = frozenset({"Date", "Content-Length"})
"""Headers that differ from one answer to the next: gzip is padded at random."""

pytestmark = pytest.mark.usefixtures("site", "folder")


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        is_zipped = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if is_zipped else self.body).decode()


class Site:
    """The site behind its kept pages, which counts how often it had to answer itself."""

    def __init__(self, most_bytes: int = 2**24) -> None:
        self.handler = WSGIHandler()
        self.asked = 0
        self.kept = KeptPages(self._answer, most_bytes)

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked += 1
        return self.handler(environ, start)

    def get(self, path: str, method: str = "GET", *, past: bool = False, **environ: str) -> Got:
        """Ask; `past` goes by the kept pages."""
        asked = RequestFactory(headers={"host": "localhost"}).generic(method, path).environ
        asked |= environ
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            said[:] = [status, headers]

        response = (self.handler if past else self.kept)(asked, start)
        body = b"".join(response)
        getattr(response, "close", lambda: None)()
        return Got(int(said[0].split()[0]), dict(said[1]), body)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """An empty folder, into which the town publishes its plan."""
    settings.MEDIA_ROOT = settings.CONVIVE_WORKSPACE = str(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _no_database() -> Iterator[None]:
    """Public pages ask none; without this, the end of each request would close what is not open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def handlers() -> Site:
    """One site for the tests that keep nothing of their own."""
    return Site()


def publish(site: current.Site) -> None:
    plan, today = town_plan(), date(2026, 11, 1)
    rule = PeopleRule(site.build.city.disclosure, today)
    told = snapshot_of(
        plan, standings=standings_of(plan, today=today), rule=rule, decided={}, language="en"
    )
    write_published(told)


def test_a_page_is_made_once_and_given_with_all_that_it_said() -> None:
    town = Site()
    first, again = town.get(AREA), town.get(AREA)
    assert town.asked == 1
    assert again == first
    assert again.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert again.headers["X-Frame-Options"] == "DENY"
    assert again.headers["Cache-Control"] == "public, no-cache"
    past = town.get(AREA, past=True)
    assert (past.headers, past.body) == (again.headers, again.body)


def test_pictures_are_not_kept_a_second_time() -> None:
    town = Site()
    first, again = town.get(PAGES["card"]), town.get(PAGES["card"])
    assert (first.headers["Content-Type"], first.body) == ("image/png", again.body)
    assert town.asked == 2
    assert len(town.kept.store) == 0


def test_compressed_and_plain_pages_are_kept_apart() -> None:
    town = Site()
    plain = town.get(AREA)
    zipped = [town.get(AREA, HTTP_ACCEPT_ENCODING=said) for said in ("gzip, br", "br;q=1, gzip")]
    assert town.asked == 2
    assert zipped[0].body == zipped[1].body != plain.body
    assert zipped[0].text == plain.text
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert town.get(AREA, HTTP_ACCEPT_ENCODING="br").body == plain.body


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nothing_else_that_a_request_says_changes_a_kept_page(handlers: Site, name: str) -> None:
    odd = {
        "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_ORIGINAL_URL": "/nl/about/", "HTTP_X_HTTP_METHOD_OVERRIDE": "POST",
        "HTTP_ACCEPT_LANGUAGE": "nl", "HTTP_ACCEPT": "application/json", "HTTP_ORIGIN": "null",
        "HTTP_COOKIE": "convive_session=x; convive_csrf=y", "HTTP_USER_AGENT": "<b>",
        "HTTP_REFERER": "https://evil.example/", "HTTP_HX_TARGET": "x", "HTTP_HX_BOOSTED": "true",
        "REMOTE_ADDR": "192.0.2.1", "HTTP_FORWARDED": "host=evil.example",
    }  # fmt: skip
    first = handlers.get(PAGES[name], **odd)
    asked = handlers.asked
    again = handlers.get(PAGES[name])
    past = handlers.get(PAGES[name], past=True)
    if handlers.asked == asked:  # kept: what the odd reader left is what everybody gets
        assert (first.status, first.headers, first.body) == (past.status, past.headers, past.body)
    assert again.status == past.status
    assert (again.body == past.body) or handlers.asked > asked


def test_each_question_and_each_order_of_it_is_a_page_of_its_own() -> None:
    town = Site()
    for query in ("", "?q=a", "?q=b", "?q=a&level=x", "?level=x&q=a", "?Q=a"):
        assert town.get(f"/en/areas/{query}").body == town.get(f"/en/areas/{query}", past=True).body
    assert town.asked == 6


def test_hosts_and_schemes_are_kept_apart(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "town.example"]
    town = Site()
    here, there = town.get(FRONT), town.get(FRONT, HTTP_HOST="town.example")
    assert 'href="http://localhost/fr/"' in here.text
    assert 'href="http://town.example/fr/"' in there.text
    sure = town.get(FRONT, **{"wsgi.url_scheme": "https"})
    assert 'href="https://localhost/fr/"' in sure.text
    assert 'href="http://localhost/fr/"' in town.get(FRONT).text
    assert town.asked == 3


def test_a_proxy_is_believed_about_the_scheme_only_where_there_is_one(settings: Any) -> None:
    town = Site()
    assert 'href="http://localhost/fr/"' in town.get(FRONT, HTTP_X_FORWARDED_PROTO="https").text
    assert town.get(FRONT).status == 200
    assert town.asked == 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for told in ("https", "https, http", "http", "HTTPS"):
        own = town.get(FRONT, HTTP_X_FORWARDED_PROTO=told)
        assert own.body == town.get(FRONT, past=True, HTTP_X_FORWARDED_PROTO=told).body
    assert town.asked == 2


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "local host", ""])
def test_an_unknown_host_is_refused_as_before(host: str) -> None:
    town = Site()
    assert town.get(FRONT).status == 200
    expected = town.get(FRONT, past=True, HTTP_HOST=host).status
    assert town.get(FRONT, HTTP_HOST=host).status == expected
    assert expected == 400 or not host
    assert len(town.kept.store) == 1


def test_who_has_the_page_is_told_so_without_asking_the_site() -> None:
    town = Site()
    tag = town.get(FRONT).headers["ETag"]
    for known in (tag, f"W/{tag}"):
        told = town.get(FRONT, HTTP_IF_NONE_MATCH=known)
        past = town.get(FRONT, past=True, HTTP_IF_NONE_MATCH=known)
        assert (told.status, told.body) == (304, b"")
        assert told.headers == past.headers
    assert town.asked == 2
    assert town.get(FRONT, HTTP_IF_NONE_MATCH='"other"').status == 200
    assert town.asked == 2
    zipped = town.get(FRONT, HTTP_IF_NONE_MATCH=tag, HTTP_ACCEPT_ENCODING="gzip")
    assert (zipped.status, town.asked) == (304, 2)


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_IF_NONE_MATCH": "*"}, {"HTTP_IF_NONE_MATCH": '"a", "b"'},
        {"HTTP_IF_NONE_MATCH": "broken"}, {"HTTP_IF_MATCH": '"a"'},
        {"HTTP_IF_MODIFIED_SINCE": "Sat, 01 Jan 2050 00:00:00 GMT"},
        {"HTTP_IF_UNMODIFIED_SINCE": "Sat, 01 Jan 2000 00:00:00 GMT"},
        {"HTTP_RANGE": "bytes=0-10"}, {"CONTENT_LENGTH": "5"}, {"SCRIPT_NAME": "/x"},
        {"CONTENT_LENGTH": str(2**40)}, {"HTTP_HX_REQUEST": "perhaps"},
        {"REQUEST_METHOD": "POST"}, {"REQUEST_METHOD": "OPTIONS"}, {"REQUEST_METHOD": "PURGE"},
    ],
)  # fmt: skip
def test_an_unusual_request_is_answered_by_the_site(environ: dict[str, str]) -> None:
    town = Site()
    town.get(FRONT)
    answer = town.get(FRONT, **environ)
    past = town.get(FRONT, past=True, **environ)
    assert town.asked == 2
    assert (answer.status, answer.headers, answer.body) == (past.status, past.headers, past.body)
    assert len(town.kept.store) == 1


def test_head_gets_the_headers_of_the_page_and_leaves_none_behind() -> None:
    town = Site()
    assert town.get(FRONT, "HEAD").status == 200
    assert len(town.kept.store) == 0
    page = town.get(FRONT)
    head = town.get(FRONT, "HEAD")
    assert (head.headers, head.body, town.asked) == (page.headers, b"", 2)


def test_a_fragment_is_not_the_page() -> None:
    town = Site()
    for fragment in ({}, {"HTTP_HX_REQUEST": "true"}) * 2:
        own = town.get("/en/findings/?area=neighbourhood/n08", **fragment)
        past = town.get("/en/findings/?area=neighbourhood/n08", past=True, **fragment)
        assert own.body == past.body
    assert town.asked == 2


@pytest.mark.parametrize(
    "path", ["/", "/en/sign-in/", "/en/work/", "/en/nowhere/", "/en/areas/neighbourhood/none/"]
)
@pytest.mark.django_db
def test_what_is_no_public_page_of_the_audit_is_never_kept(path: str) -> None:
    town = Site()
    for _ in range(2):
        answer = town.get(path)
        assert answer.status == town.get(path, past=True).status
    assert (town.asked, len(town.kept.store)) == (2, 0)


def test_open_data_is_counted_every_time(settings: Any) -> None:
    settings.CONVIVE_API_PER_MINUTE = 3
    town = Site()
    path = PAGES["ogc-items"]
    told = [town.get(path, REMOTE_ADDR="198.51.100.7").status for _ in range(4)]
    assert told == [200, 200, 200, 429]
    assert len(town.kept.store) == 0


def test_a_page_that_sets_a_cookie_or_depends_on_more_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for change in (
        {"Set-Cookie": "a=b"}, {"Vary": "Cookie"}, {"Cache-Control": "private"},
        {"Cache-Control": "public, no-store"}, {"ETag": '"else"'},
    ):  # fmt: skip
        town = Site()
        handler = town.handler

        def answer(environ: Any, start: Any, change: Any = change, handler: Any = handler) -> Any:
            def said(status: str, headers: list[tuple[str, str]]) -> None:
                start(status, list((dict(headers) | change).items()))

            return handler(environ, said)

        monkeypatch.setattr(town, "handler", answer)
        assert town.get(FRONT).status == 200
        assert len(town.kept.store) == 0, change


def test_a_new_audit_is_seen_with_the_next_request(settings: Any) -> None:
    town = Site()
    before = town.get(FRONT)
    current.hold(make_build(name="Otra"))
    after = town.get(FRONT)
    assert "Otra" in after.text
    assert before.text != after.text
    assert town.get(FRONT, HTTP_IF_NONE_MATCH=before.headers["ETag"]).status == 200
    current.release()
    settings.CONVIVE_BUILD = ""
    assert town.get(FRONT).status == 503


def test_a_published_plan_is_seen_with_the_next_request_and_so_is_its_withdrawal(
    site: current.Site,
) -> None:
    town = Site()
    bare, tag = town.get(FRONT).text, town.get(FRONT).headers["ETag"]
    publish(site)
    assert 'href="/en/plan/"' in town.get(FRONT, HTTP_IF_NONE_MATCH=tag).text
    remove_published()
    assert town.get(FRONT).text == bare


def test_what_changed_while_the_page_was_made_is_not_kept(
    site: current.Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Site()
    handler = town.handler

    def answer(environ: Any, start: Any) -> Any:
        response = handler(environ, start)
        publish(site)
        return response

    monkeypatch.setattr(town, "handler", answer)
    town.get(FRONT)
    assert len(town.kept.store) == 0


def test_many_who_ask_for_a_new_page_at_once_have_it_made_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = Site()
    handler, n = town.handler, 8
    everybody = threading.Barrier(n + 1)
    may_go_on = threading.Event()

    def answer(environ: Any, start: Any) -> Any:
        assert may_go_on.wait(30)
        return handler(environ, start)

    monkeypatch.setattr(town, "handler", answer)
    found: list[Got] = []

    def ask() -> None:
        everybody.wait(30)
        found.append(town.get(AREA))

    threads = [threading.Thread(target=ask) for _ in range(n)]
    for one in threads:
        one.start()
    everybody.wait(30)
    may_go_on.set()
    for one in threads:
        one.join(30)
    assert [one.status for one in found] == [200] * n
    assert len({one.body for one in found}) == 1
    assert town.asked == 1


def test_a_page_that_fails_does_not_hold_up_who_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Site()

    def broken(_environ: Any, _start: Any) -> Any:
        raise RuntimeError

    handler = town.handler
    monkeypatch.setattr(town, "handler", broken)
    with pytest.raises(RuntimeError):
        town.get(FRONT)
    monkeypatch.setattr(town, "handler", handler)
    assert town.get(FRONT).status == 200


def test_nothing_is_kept_where_no_room_is_given() -> None:
    town = Site(most_bytes=0)
    assert [town.get(FRONT).status for _ in range(2)] == [200, 200]
    assert (town.asked, len(town.kept.store)) == (2, 0)


def made(n_bytes: int = 1000) -> Answer:
    return Answer("200 OK", [], b"x" * n_bytes, "en", '"1"')


def at(path: str, query: str = "") -> Address:
    return Address("http", "localhost", path, query, is_fragment=False, is_gzip=True)


def test_the_room_is_bounded_and_what_nobody_asks_for_goes_first() -> None:
    store = PageStore(100_000)
    store.put(at("/kept"), made())
    for number in range(500):
        store.put(at(f"/{number}"), made())
        assert store.get(at("/kept"), lambda _: '"1"') is not None
        assert store.n_bytes <= 100_000
    assert store.get(at("/0"), lambda _: '"1"') is None


def test_questions_push_out_no_page_that_everybody_reads() -> None:
    store = PageStore(100_000)
    store.put(at("/en/"), made())
    for number in range(2000):
        store.put(at("/en/", f"x={number}"), made())
    assert store.get(at("/en/"), lambda _: '"1"') is not None
    assert store.n_bytes <= 50_000


def test_spellings_of_the_host_push_out_no_page_that_everybody_reads() -> None:
    store = PageStore(100_000)
    store.put(at("/en/"), made())
    for number in range(2000):
        store.put(at("/en/")._replace(host=f"localhost:{number}"), made())
    assert store.get(at("/en/"), lambda _: '"1"') is not None
    assert store.n_bytes <= 100_000


def test_a_giant_is_not_kept_and_pushes_nothing_out() -> None:
    store = PageStore(100_000)
    store.put(at("/small"), made())
    store.put(at("/giant"), made(90_000))
    assert store.get(at("/giant"), lambda _: '"1"') is None
    assert store.get(at("/small"), lambda _: '"1"') is not None


def test_an_answer_that_no_longer_holds_is_forgotten() -> None:
    store = PageStore(100_000)
    store.put(at("/"), made())
    assert store.get(at("/"), lambda _: '"2"') is None
    assert (len(store), store.n_bytes) == (0, 0)


def test_an_endless_address_is_not_remembered() -> None:
    environ = RequestFactory(headers={"host": "localhost"}).get("/en/", {"q": "x" * 2000}).environ
    assert address_of(environ) is None
