"""Feeds are written as Atom says, read without harm, and fetched without being led astray."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from xml.etree.ElementTree import fromstring

import pytest

from convive.app.shelf.feed import feed_of
from convive.app.shelf.ports import Fetched
from convive.app.shelf.subscriptions import (
    EVERY,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_FEED_BYTES,
    Reach,
    Subscription,
    look,
)
from convive.catalogue.texts import languages, must_say
from convive.connectors.shelf_feeds import HttpsFetcher, fetching, read_feed, write_feed
from convive.connectors.shelf_feeds.fetching import is_public
from convive.core.errors import SourceError
from convive.core.shelf.bundle import KnownPublisher, Trust
from convive.wiring.shelf_exchange import BundleFiles, FeedFiles
from factories.shelf import KEY, NOW, bundle, entry, signed

ATOM = "{http://www.w3.org/2005/Atom}"
HOME = "https://harbour.example/shelf"
WHOLE = bundle(entry(), entry("mediators"))
FEED = write_feed(feed_of(WHOLE, f"{HOME}/5.json", language="en"), f"{HOME}/feed.atom")
TRUST = Trust(known={KEY.fingerprint: KnownPublisher("Harbour", KEY.fingerprint)})


# --- the file -----------------------------------------------------------------------------------
def test_a_feed_has_what_atom_asks_for() -> None:
    root = fromstring(FEED)
    assert root.tag == f"{ATOM}feed"
    assert all(root.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))  # fmt: skip
    assert root.find(f"{ATOM}link").get("rel") == "self"
    entries = root.findall(f"{ATOM}entry")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert len(ids) == len(set(ids)) == 2
    for one in entries:
        assert one.findtext(f"{ATOM}title")
        assert one.findtext(f"{ATOM}updated") == "2026-11-21T00:00:00Z"
        assert one.find(f"{ATOM}content").text
        assert one.find(f"{ATOM}link").get("href") == f"{HOME}/5.json"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><id>&b;</id></feed>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<feed xmlns="http://www.w3.org/2005/Atom"><id>&a;</id></feed>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "FEED_NOT_XML"),
        (OUTSIDE, "FEED_NOT_XML"),
        (b"<feed", "FEED_NOT_XML"),
        (b"", "FEED_NOT_XML"),
        (b"<html><body/></html>", "FEED_NOT_ATOM"),
        (FEED.replace(b"<updated>2026-11-21T00:00:00Z</updated>", b"", 1), "FEED_NOT_ATOM"),
        (FEED + b" " * MOST_FEED_BYTES, "FEED_FILE_TOO_LARGE"),
        (FEED.replace(b"</feed>", b"<entry/>" * 2001 + b"</feed>"), "FEED_TOO_MANY"),
    ],
)
def test_a_feed_that_cannot_be_used_is_refused(content, code) -> None:
    reading = read_feed(content, "f")
    assert (reading.feed, [one.code for one in reading.problems]) == (None, [code])


def test_an_item_that_cannot_be_used_is_named_and_the_others_stay() -> None:
    content = FEED.replace(b"Better light at the station", b"&lt;script&gt;x", 1)
    reading = read_feed(content, "f")
    assert [one.code for one in reading.problems] == ["FEED_BAD_ITEM"]
    assert (reading.problems[0].place.row, reading.problems[0].place.column) == (1, "title")
    assert len(reading.feed.items) == 1


# --- looks --------------------------------------------------------------------------------------
@dataclass
class Server:
    """Stands in for the network: address → content, or the error that it ends with."""

    pages: dict[str, bytes | SourceError]
    asked: list[str] = field(default_factory=list)

    def fetch(self, address: str, *, most: int, tag: str = "") -> Fetched:
        self.asked.append(address)
        found = self.pages.get(address, SourceError("FEED_REFUSED", address=address))
        if isinstance(found, SourceError):
            raise found
        assert len(found) <= most
        mark = str(hash(found))
        return Fetched(b"", is_unchanged=True) if tag == mark else Fetched(found, mark)


def _look(server, subscription=None, trust=TRUST, now=NOW, accepted=()):
    subscription = subscription or Subscription(f"{HOME}/feed.atom", NOW)
    reach = Reach(server, FeedFiles(), BundleFiles())
    return look(subscription, reach=reach, trust=trust, accepted=accepted, now=now)


def _server(**pages) -> Server:
    return Server({f"{HOME}/feed.atom": FEED, f"{HOME}/5.json": signed(WHOLE)} | pages)


def test_a_look_gives_proposals_and_the_next_one_is_tomorrow() -> None:
    server = _server()
    found = _look(server)
    assert [one.kind for one in found.received[0].proposals] == ["new", "new"]
    kept = found.subscription
    assert (kept.next_due, kept.last_good, kept.failures, kept.error) == (NOW + EVERY, NOW, 0, "")
    assert not kept.is_due(NOW)
    assert kept.is_due(NOW + EVERY)
    again = _look(server, kept, found.trust, NOW + EVERY)
    assert (again.received, server.asked[-1]) == ((), f"{HOME}/feed.atom"), "nothing else is asked"


def test_a_bundle_that_was_read_already_is_passed_over_in_silence() -> None:
    first = _look(_server())
    again = _look(_server(), replace(first.subscription, tag=""), first.trust)
    assert (again.received, again.subscription.error) == ((), "")


def test_errors_are_kept_and_tried_again_after_growing_pauses() -> None:
    server = Server({})
    kept, pauses, now = Subscription(f"{HOME}/feed.atom", NOW), [], NOW
    for _ in range(12):
        kept = _look(server, kept, now=now).subscription
        pauses.append(kept.next_due - now)
        now = kept.next_due
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert (kept.failures, kept.error, kept.last_good) == (12, "FEED_REFUSED", None)
    assert _look(_server(), kept).subscription.failures == 0


def test_a_bundle_that_cannot_be_fetched_leaves_nothing_half_done() -> None:
    page = f"{HOME}/5.json"
    found = _look(_server(**{page: SourceError("FEED_NOT_REACHED", address=page)}))
    assert (found.received, found.trust, found.subscription.error) == (
        (),
        TRUST,
        "FEED_NOT_REACHED",
    )


def test_a_refused_bundle_is_told_and_read_again_once_the_town_is_trusted() -> None:
    server = _server()
    refused = _look(server, trust=Trust())
    assert [one.code for one in refused.received[0].problems] == ["SHELF_KEY_UNKNOWN"]
    assert (refused.subscription.error, refused.subscription.tag) == ("FEED_BUNDLE_REFUSED", "")
    found = _look(server, refused.subscription)
    assert len(found.received[0].proposals) == 2


def test_bundles_on_another_server_are_not_fetched() -> None:
    elsewhere = write_feed(
        feed_of(WHOLE, "https://inner.example/5.json", language="en"), f"{HOME}/feed.atom"
    )
    server = _server(**{f"{HOME}/feed.atom": elsewhere})
    assert _look(server).received == ()
    assert server.asked == [f"{HOME}/feed.atom"]


def test_what_is_no_feed_is_told_with_its_problems() -> None:
    found = _look(_server(**{f"{HOME}/feed.atom": BOMB}))
    assert [one.code for one in found.problems] == ["FEED_NOT_XML"]
    assert found.subscription.error == "FEED_UNREADABLE"


def test_every_error_can_be_told_in_every_language() -> None:
    codes = ("NOT_HTTPS", "PRIVATE_ADDRESS", "REDIRECTED", "NOT_REACHED", "REFUSED", "TOO_LARGE", "UNREADABLE", "BUNDLE_REFUSED")  # fmt: skip
    for language in languages():
        for code in codes:
            assert HOME in must_say(f"error.FEED_{code}", language, address=HOME)


# --- the network --------------------------------------------------------------------------------
class _Pages(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        type(self).seen.append(self.path)
        port = self.server.server_address[1]
        is_known = self.headers.get("If-None-Match") == '"one"'
        pages = {
            "/feed": (304, b"", {}) if is_known else (200, b"content", {"ETag": '"one"'}),
            "/away": (302, b"", {"Location": f"http://127.0.0.1:{port}/feed"}),
            "/round": (302, b"", {"Location": "/round"}),
            "/moved": (301, b"", {"Location": "/feed"}),
            "/packed": (200, b"x", {"Content-Encoding": "gzip"}),
            "/large": (200, b"x" * 2001, {}),
        }
        status, content, headers = pages.get(self.path, (404, b"", {}))
        self._answer(status, content, **headers)

    def _answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


INNER = HttpsFetcher(allows_private=True)


def _refused(fetcher: HttpsFetcher, address: str) -> str:
    with pytest.raises(SourceError) as refused:
        fetcher.fetch(address, most=2000)
    return refused.value.code


def test_what_has_not_changed_is_not_sent_again(port) -> None:
    address = f"http://localhost:{port}/feed"
    first = INNER.fetch(address, most=2000)
    assert first == Fetched(b"content", '"one"')
    assert INNER.fetch(address, most=2000, tag=first.tag).is_unchanged
    assert INNER.fetch(f"http://localhost:{port}/moved", most=2000).content == b"content"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("away", "FEED_REDIRECTED"),
        ("round", "FEED_REDIRECTED"),
        ("large", "FEED_TOO_LARGE"),
        ("packed", "FEED_REFUSED"),
        ("none", "FEED_REFUSED"),
    ],
)
def test_nobody_is_led_astray(port, page, code) -> None:
    assert _refused(INNER, f"http://localhost:{port}/{page}") == code


@pytest.mark.parametrize("where", ["head", "body"])
def test_who_sends_a_byte_now_and_then_is_not_waited_for(monkeypatch, where) -> None:
    monkeypatch.setattr(fetching, "MOST_SECONDS", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()
        threading.Thread(target=_drip, args=(server, over, where), daemon=True).start()
        begun = time.monotonic()
        with pytest.raises(SourceError, match="FEED_NOT_REACHED"):
            HttpsFetcher(allows_private=True).fetch(
                f"http://127.0.0.1:{server.getsockname()[1]}/feed.atom", most=10_000
            )
        took = time.monotonic() - begun
        over.set()
    assert took < 8, "the server would have gone on for a minute"


def _drip(server: socket.socket, over: threading.Event, where: str) -> None:
    """Answer a byte at a time and never come to the end."""
    line, _ = server.accept()
    with line, suppress(OSError):
        line.recv(4096)
        line.sendall(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if where == "body" else b"X-A: "))
        for _ in range(600):
            if over.wait(0.1):
                return
            line.sendall(b"a")


def test_an_inner_machine_is_not_asked_unless_that_is_allowed(port) -> None:
    before = len(_Pages.seen)
    assert _refused(HttpsFetcher(), f"https://localhost:{port}/feed") == "FEED_PRIVATE_ADDRESS"
    assert _refused(HttpsFetcher(), f"http://localhost:{port}/feed") == "FEED_NOT_HTTPS"
    assert len(_Pages.seen) == before


@pytest.mark.parametrize(
    "address",
    [
        "http://harbour.example/feed", "file:///etc/hostname", "ftp://harbour.example/feed",
        "https://user:secret@harbour.example/feed", "https:///feed", "feed", "https://[",
        "http://localhost.harbour.example/feed",
    ],
)  # fmt: skip
def test_only_addresses_with_a_lock_are_fetched(address) -> None:
    assert _refused(INNER, address) in {"FEED_NOT_HTTPS", "FEED_NOT_REACHED"}


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "192.168.1.1", "172.16.0.1", "127.0.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::", "224.0.0.1", "ff02::1",
    ],
)  # fmt: skip
def test_what_is_no_public_address(address) -> None:
    assert not is_public(address)


def test_what_is_a_public_address() -> None:
    assert all(map(is_public, ("192.0.32.10", "2001:4860:4860::8888", "64:ff9b::c000:200a")))
