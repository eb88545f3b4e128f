"""Any bundle comes back as it was; whatever is done to a file ends in listed problems."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from convive.app.shelf.feed import feed_of
from convive.catalogue.texts import languages, must_say
from convive.connectors.shelf_bundles import read_bundle
from convive.connectors.shelf_feeds import read_feed, write_feed
from convive.core.shelf.bundle import KnownPublisher, Trust
from factories.shelf import DAY, KEY, bundle, bundles, entry, forged, signed

WHOLE = signed(bundle(entry(), entry("mediators")))
TRUST = Trust(known={KEY.fingerprint: KnownPublisher("Harbour", KEY.fingerprint)})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 2**60) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
)  # fmt: skip


def _listed(reading) -> None:
    """Every problem can be told, with what to do."""
    for one in reading.problems:
        place = {"row": one.place.row, "column": one.place.column}
        for part in ("", ".remedy"):
            assert must_say(f"problem.{one.code}{part}", "en", **place | dict(one.data))


@settings(max_examples=40, deadline=None)
@given(bundles())
def test_there_and_back(one) -> None:
    content = signed(one)
    reading = read_bundle(content, "b", today=DAY, trust=TRUST)
    assert (reading.bundle, reading.problems) == (one, ())
    assert signed(reading.bundle) == content


def _places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for key, one in items:
        yield from _places(one, (*path, key))


PLACES = [path for path in _places(json.loads(WHOLE)) if path]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_any_value_that_its_publisher_signs_is_read_as_it_stands_or_told(path, value) -> None:
    raw = json.loads(WHOLE)
    inner = raw
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    if path[0] == "signature":
        return
    try:
        content = forged(WHOLE, raw)
    except ValueError:  # a number that the form cannot hold is refused before it is signed
        return
    reading = read_bundle(content, "b", today=DAY, trust=TRUST)
    _listed(reading)
    if not reading.problems:
        assert signed(reading.bundle) == content
    elif path[0] == "entries" and reading.bundle is not None and len(path) > 2:
        ids = [one.practice.id for one in reading.bundle.entries]
        other = "mediators" if path[1] == 0 else "lights"
        assert ids == [other], "the other entry is not lost"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_mangled_bytes_are_refused_whole(data) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    mangled = bytes(content[:cut])
    reading = read_bundle(mangled, "b", today=DAY, trust=TRUST)
    _listed(reading)
    assert (reading.bundle is None) == (mangled != WHOLE)
    assert bool(reading.problems) == (mangled != WHOLE)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_no_bundle_and_no_feed(content) -> None:
    assert read_bundle(content, "b", today=DAY).bundle is None
    assert read_feed(content, "f").feed is None


@settings(max_examples=30, deadline=None)
@given(bundles(), st.sampled_from(languages()))
def test_feeds_come_back(one, language) -> None:
    feed = feed_of(one, "https://harbour.example/shelf.json", language=language)
    reading = read_feed(write_feed(feed, "https://harbour.example/shelf.atom"), "f")
    assert (reading.feed, reading.problems) == (feed, ())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mangled_feeds_are_read_or_told(data) -> None:
    feed = feed_of(bundle(entry()), "https://harbour.example/shelf.json", language="en")
    content = bytearray(write_feed(feed, "https://harbour.example/shelf.atom"))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    reading = read_feed(bytes(content), "f")
    _listed(reading)
    assert reading.feed is not None or reading.problems
