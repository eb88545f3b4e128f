"""What leaves the pages: cards for messages, frames and files for other pages, feeds of an area."""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import json
import re
import threading
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.http import Http404
from django.test import Client
from PIL import Image

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.sharing import Card
from convive.app.shown_figures import present_figure
from convive.app.withdrawal import version_of, with_corrections
from convive.catalogue.texts import languages
from convive.core.model import Look
from convive.web.observatory import current, estimates, selectors
from convive.web.opendata import card_store
from convive.web.opendata.cards import card_of
from convive.web.opendata.embeds import embedded
from convive.web.opendata.views import cards as card_views
from convive.web.workspace.presenters.area_answers import area_answers
from convive.web.workspace.presenters.public_page import public_addresses
from factories.build import make_build, shared_build

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
SIGNATURE = b"\x89PNG\r\n\x1a\n"
PAGES = {
    "/": ("front", ""),
    "/areas/": ("page", ""),
    "/areas/neighbourhood/n08/": ("area", "neighbourhood/n08"),
    "/indicators/recorded_total_rate/": ("indicator", "recorded_total_rate"),
    "/findings/trend_fall:ribera/": ("finding", "trend_fall:ribera"),
    "/plan/": ("plan", ""),
    "/instruments/": ("page", ""),
    "/instruments/safety_audit/": ("instrument", "safety_audit"),
}
SHARED = {
    "indicator": "recorded_total_rate",
    "area": "neighbourhood/n08",
    "finding": "trend_fall:ribera",
}
OEMBED = "/oembed?url=http://localhost/de/findings/trend_fall:ribera/"


class Head(HTMLParser):
    """What the head of a page tells programs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.meta: dict[str, list[str]] = {}
        self.links: list[dict[str, Any]] = []
        self.code = ""
        self._is_code = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._is_code = tag == "code"
        if tag == "meta" and (name := found.get("property") or found.get("name")):
            self.meta.setdefault(name, []).append(found["content"] or "")
        if tag == "link":
            self.links.append(found)

    def handle_data(self, data: str) -> None:
        if self._is_code and "<iframe" in data:
            self.code = data

    def handle_endtag(self, tag: str) -> None:
        self._is_code = self._is_code and tag != "code"


def head_of(client: Client, path: str) -> Head:
    response = client.get(path)
    assert response.status_code == 200
    return Head(response.content.decode())


# --- the head of a page -------------------------------------------------------------------------
@pytest.mark.parametrize("path", PAGES)
def test_every_public_page_tells_whoever_hands_it_on_what_it_is(client: Client, path: str) -> None:
    meta = head_of(client, f"/de{path}").meta
    kind, name = PAGES[path]
    card = f"/de/card/{kind}/{name}.png" if name else f"/de/card/{kind}.png"
    assert meta["og:image"] == [f"http://localhost{card}"]
    assert meta["og:url"] == [f"http://localhost/de{path}"]
    assert meta["og:locale"] == ["de_DE"]
    assert sorted(meta["og:locale:alternate"]) == sorted(
        ["en_GB", "es_ES", "fr_FR", "it_IT", "nl_NL", "pt_PT"]
    )
    assert meta["twitter:card"] == ["summary_large_image"]
    for wanted in ("og:title", "og:description", "og:image:alt", "description"):
        assert len(meta[wanted]) == 1
        assert meta[wanted][0].strip()


def test_the_description_of_an_indicator_is_its_figure_as_the_page_has_it(client: Client) -> None:
    site = current.current_site()
    row = estimates.newest_estimates(site, "recorded_total_rate", "city")["ribera"]
    figure = present_figure(row, "en")
    told = head_of(client, "/en/indicators/recorded_total_rate/").meta["og:description"][0]
    for part in (figure.value, figure.interval, f"n = {figure.n}", figure.period):
        assert part in told


@pytest.mark.parametrize("path", ["/en/nope/", "/en/indicators/nope/"])
def test_a_page_that_is_not_there_has_no_card(client: Client, path: str) -> None:
    assert "og:image" not in Head(client.get(path).content.decode()).meta


def test_feeds_and_oembed_are_found_in_the_head(client: Client) -> None:
    links = {
        (one["type"], one["href"])
        for one in head_of(client, "/en/areas/neighbourhood/n08/").links
        if one.get("rel") == "alternate" and one.get("type")
    }
    feed, oembed = "application/atom+xml", "application/json+oembed"
    assert {(feed, "/en/news.atom"), (feed, "/en/areas/neighbourhood/n08/news.atom")} <= links
    assert ("application/feed+json", "/en/news.json") in links
    (address,) = [href for kind, href in links if kind == oembed]
    found = client.get(address.removeprefix("http://localhost")).json()
    assert "/en/embed/area/neighbourhood/n08/" in found["html"]


# --- cards --------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/areas/neighbourhood/n08/", "/instruments/safety_audit/"])
def test_a_card_is_a_picture_of_the_size_that_is_announced(client: Client, path: str) -> None:
    meta = head_of(client, f"/en{path}").meta
    response = client.get(meta["og:image"][0].removeprefix("http://localhost"))
    assert response.content.startswith(SIGNATURE)
    with Image.open(io.BytesIO(response.content)) as card:
        size = tuple(int(meta[f"og:image:{one}"][0]) for one in ("width", "height"))
        assert card.size == size == (1200, 630)
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get(response.request["PATH_INFO"], headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("subject", sorted(set(PAGES.values())))
def test_a_card_never_has_a_figure_without_its_interval_n_period_and_source(
    language: str, subject: tuple[str, str]
) -> None:
    card = card_of(current.current_site(), *subject, language)
    assert card.title
    assert card.source
    assert "None" not in card.told
    if card.big:
        facts = " ".join(card.facts)
        assert "n = " in facts
        assert re.search(r"\d", facts.replace("n = ", ""))
        assert not card.why
    for one in card.columns:
        assert bool(one.value) != bool(one.why)
        assert not one.value or "n = " in one.note
    for line in card.lines:
        assert line.text


def test_what_is_not_shown_stands_on_the_card_in_words_and_never_as_a_number() -> None:
    site = current.current_site()
    hidden = [
        (row["indicator_id"], row["level"], row["area_id"])
        for row in site.build.tables["faces"].to_pylist()
        if row["status"] != "shown" and row["level"] != "city"
    ]
    assert hidden
    _, level, area_id = hidden[0]
    card = card_of(site, "area", f"{level}/{area_id}", "en")
    untold = [one for one in card.lines if "ot shown" in one.text]
    assert untold
    assert not any(re.search(r"\d", one.text + one.note) for one in untold)


def test_an_indicator_that_is_not_shown_has_the_reason_on_its_card() -> None:
    build = make_build()
    table = build.tables["estimates"]
    rows = table.to_pylist()
    for row in rows:
        if row["indicator_id"] == "burglary_rate" and row["level"] == "city":
            empty = dict.fromkeys(("value", "low", "high", "n", "smoothed"))
            row.update(empty | {"status": "suppressed", "reason": "small_count"})
    build.tables["estimates"] = type(table).from_pylist(rows, schema=table.schema)
    current.hold(build)
    card = card_of(current.current_site(), "indicator", "burglary_rate", "en")
    assert card.big == ""
    assert card.why.startswith("Not shown")
    assert not re.search(r"\d", card.why)


@pytest.mark.parametrize(
    "path",
    [
        "card/nope.png",
        "card/area.png",
        "card/front/x.png",
        "card/area/city/ribera.png",
        "card/area/neighbourhood/nope.png",
        "card/indicator/nope.png",
        "card/finding/nope.png",
        "card/instrument/nope.png",
        "embed/front/x/",
        "embed/area/city/ribera/",
        "embed/indicator/recorded_total_rate/?area=neighbourhood/nope",
        "picture/indicator/nope.svg",
        "picture/indicator/recorded_total_rate.exe",
        "picture/plan/x.png",
        "areas/neighbourhood/nope/news.atom",
        "areas/city/ribera/news.atom",
    ],
)
def test_there_is_nothing_for_what_no_page_shows(client: Client, path: str) -> None:
    assert client.get(f"/en/{path}").status_code == 404


def test_a_card_is_made_once_and_the_store_has_an_end(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def render(card: Card) -> bytes:
        made.append(card.title)
        return b"x" * 40

    monkeypatch.setattr(card_views, "render_card", render)
    monkeypatch.setattr(card_store, "MOST_BYTES", 100)
    current.hold(make_build())
    site = current.current_site()
    site.keep("cards", lambda: card_store.Cards(100))
    for _ in range(2):
        assert client.get("/en/card/front.png").content == b"x" * 40
    assert len(made) == 1
    for language in ("de", "fr", "es"):
        client.get(f"/{language}/card/front.png")
    assert site.keep("cards", card_store.Cards).bytes <= 100
    client.get("/en/card/front.png")
    assert len(made) == 5


def test_who_asks_for_too_many_cards_at_once_is_told_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = card_store.Turns(most_waiting=0)
    monkeypatch.setattr(card_store, "_turns", turns)
    is_busy, is_over = threading.Event(), threading.Event()

    def hold() -> bytes:
        is_busy.set()
        is_over.wait(60)
        return b""

    holder = threading.Thread(target=turns.take, args=(hold,))
    holder.start()
    is_busy.wait(60)
    current.hold(make_build())
    response = client.get("/en/card/front.png")
    is_over.set()
    holder.join()
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers, "it would be taken for the card from then on"
    assert client.get("/en/card/front.png").status_code == 200


# --- frames and files ---------------------------------------------------------------------------
@pytest.mark.parametrize("kind", sorted(SHARED))
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_frame_may_stand_anywhere_and_runs_and_keeps_nothing(
    client: Client, kind: str, language: str
) -> None:
    address = f"/{language}/embed/{kind}/{SHARED[kind]}/"
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == 200
    assert "X-Frame-Options" not in response.headers
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "form-action 'none'" in policy
    assert not response.cookies
    for refused in ("<script", "<form", "style=", "onclick"):
        assert refused not in page
    told = html.unescape(page)
    shown = embedded(current.current_site(), kind, SHARED[kind], "", language)
    assert any("n = " in fact for fact in shown.facts) or kind == "area"
    for part in (shown.source, shown.title, shown.kicker, shown.figure, *shown.facts):
        assert part in told
    assert shown.source
    assert f'href="{shown.path}"' in told
    kept = client.get(address, headers={"if-none-match": response.headers["ETag"]})
    assert kept.status_code == 304
    assert kept.headers["Content-Security-Policy"] == policy


@pytest.mark.parametrize("path", ["/en/", "/en/indicators/recorded_total_rate/", "/en/embed/x/y/"])
def test_no_other_page_may_stand_in_a_frame(client: Client, path: str) -> None:
    response = client.get(path)
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_a_frame_of_an_indicator_in_one_area_is_about_that_area(client: Client) -> None:
    site = current.current_site()
    row = estimates.newest_estimates(site, "recorded_total_rate", "neighbourhood")["n08"]
    page = client.get("/en/embed/indicator/recorded_total_rate/?area=neighbourhood/n08")
    figure = present_figure(row, "en")
    assert figure.is_shown
    for part in (figure.value, figure.interval, f"n = {figure.n}", figure.period, "Molino"):
        assert part in page.content.decode()


@pytest.mark.parametrize("kind", sorted(SHARED))
def test_the_code_to_copy_is_a_frame_of_what_is_on_the_page(client: Client, kind: str) -> None:
    page = {"indicator": "indicators", "area": "areas", "finding": "findings"}[kind]
    code = head_of(client, f"/es/{page}/{SHARED[kind]}/").code
    frame = ElementTree.fromstring(code)
    assert frame.tag == "iframe"
    assert frame.get("title")
    assert client.get(frame.get("src", "").removeprefix("http://localhost")).status_code == 200


def test_a_name_with_signs_of_html_cannot_break_the_code_to_copy(client: Client) -> None:
    build = make_build()
    table = build.tables["areas"]
    rows = table.to_pylist()
    name = '"><script>alert(1)</script>&'
    for row in rows:
        if row["area_id"] == "n08":
            row["name"] = name
    build.tables["areas"] = type(table).from_pylist(rows, schema=table.schema)
    current.hold(build)
    frame = ElementTree.fromstring(head_of(client, "/en/areas/neighbourhood/n08/").code)
    assert frame.get("title") == f"{name} · Ribera"
    assert frame.keys() == ["src", "title", "width", "height", "loading", "style"]
    found = client.get("/oembed?url=http://localhost/en/areas/neighbourhood/n08/").json()
    assert list(ElementTree.fromstring(found["html"])) == []


@pytest.mark.parametrize("kind", sorted(SHARED))
def test_files_to_keep_say_what_they_are_and_where_they_come_from(
    client: Client, kind: str
) -> None:
    at = f"/en/picture/{kind}/{SHARED[kind]}"
    drawn = ElementTree.fromstring(client.get(f"{at}.svg").content)
    assert drawn.tag.endswith("svg")
    assert client.get(f"{at}.png").content.startswith(SIGNATURE)
    table = client.get(f"{at}.csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert rows
    assert all(row["Source"].startswith("Source") for row in rows)


def test_the_table_of_an_area_gives_n_or_the_reason(client: Client) -> None:
    content = client.get("/en/picture/area/neighbourhood/n12.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 4
    for row in rows:
        assert row["n"] or "not shown" in row["Verdict"].lower()


# --- oEmbed -------------------------------------------------------------------------------------
def test_oembed_answers_for_pages_of_this_host_as_its_standard_asks(client: Client) -> None:
    found = client.get(f"{OEMBED}&format=json&maxwidth=400&maxheight=300&dnt=1")
    told = found.json()
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert (told["version"], told["type"], told["width"], told["height"]) == (
        "1.0",
        "rich",
        400,
        300,
    )
    frame = ElementTree.fromstring(told["html"])
    assert frame.get("src") == "http://localhost/de/embed/finding/trend_fall:ribera/"
    assert told["thumbnail_url"].endswith("/de/card/finding/trend_fall:ribera.png")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?url=", 400),
        ("?url=http://localhost/en/indicators/recorded_total_rate/&maxwidth=-3", 400),
        ("?url=http://localhost/en/indicators/recorded_total_rate/&format=xml", 501),
        ("?url=http://elsewhere.example/en/indicators/recorded_total_rate/", 404),
        ("?url=http://localhost.elsewhere.example/en/indicators/recorded_total_rate/", 404),
        ("?url=http://localhost@elsewhere.example/en/indicators/recorded_total_rate/", 404),
        ("?url=http://ana:secret@localhost/en/indicators/recorded_total_rate/", 404),
        ("?url=javascript://localhost/en/indicators/recorded_total_rate/", 404),
        ("?url=file:///en/indicators/recorded_total_rate/", 404),
        ("?url=//localhost/en/indicators/recorded_total_rate/", 404),
        ("?url=http://localhost/en/", 404),
        ("?url=http://localhost/en/work/people/", 404),
        ("?url=http://localhost/en/indicators/nope/", 404),
        ("?url=http://[/en/", 404),
        ("?url=http://localhost/" + "x" * 3000, 404),
    ],
)
def test_oembed_answers_for_nothing_else(client: Client, query: str, status: int) -> None:
    response = client.get(f"/oembed{query}")
    assert response.status_code == status
    assert "elsewhere" not in json.dumps(response.json())


def test_oembed_offers_nothing_that_was_withdrawn_and_is_asked_again(client: Client) -> None:
    name = "recorded_total_rate"
    path = f"/oembed?url=http://localhost/en/indicators/{name}/"
    before = client.get(path)
    assert (before.status_code, before.headers["Cache-Control"]) == (200, "public, no-cache")
    assert before.json()["cache_age"] <= 300, "a title that was withdrawn is not kept for long"
    frame = urlsplit(unescape(re.findall(r'src="([^"]+)"', before.json()["html"])[0])).path
    picture = urlsplit(before.json()["thumbnail_url"]).path
    for address in (frame, picture):
        assert client.get(address).headers["Cache-Control"] == "public, no-cache", address
    for subject, code in (
        (Subject.INDICATOR, name), (Subject.AUDIT, version_of(shared_build())),
    ):  # fmt: skip
        one = Correction("w1", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, subject, code)
        current.hold(with_corrections(shared_build(), [one]))
        assert client.get(path).status_code == 404, subject


# --- feeds of an area ---------------------------------------------------------------------------
@pytest.mark.parametrize("language", languages())
def test_the_feed_of_an_area_tells_its_changes_and_its_findings(
    client: Client, language: str
) -> None:
    atom = "{http://www.w3.org/2005/Atom}"
    response = client.get(f"/{language}/areas/neighbourhood/n08/news.atom")
    root = ElementTree.fromstring(response.content)
    entries = root.findall(f"{atom}entry")
    ids = [one.findtext(f"{atom}id") for one in entries]
    assert len(set(ids)) == len(ids) >= 2
    own = [
        row["finding_id"]
        for row in selectors.list_findings(current.current_site())
        if (row["level"], row["area_id"]) == ("neighbourhood", "n08")
    ]
    assert own
    assert {one.rsplit(":", 2)[-2] + ":" + one.rsplit(":", 1)[-1] for one in ids if one} >= set(own)
    for one in entries:
        assert one.findtext(f"{atom}summary")
        address = one.find(f"{atom}link").get("href").removeprefix("http://localhost")
        assert client.get(address).status_code == 200
    again = client.get(response.request["PATH_INFO"], headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_the_feed_of_an_area_tells_what_the_plan_does_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convive.web.opendata import news

    plan = {"published_on": "2026-02-01", "digest": "d" * 20, "language": "en"}
    action = {
        "code": "lights", "title": "Light the steps", "lead": "Works", "state": "running",
        "light": "on track", "places": "Molino", "address": public_addresses("en").action("lights"),
    }  # fmt: skip
    monkeypatch.setattr(news, "published", lambda: plan)
    monkeypatch.setattr(news, "area_answers", lambda _asked: {"actions": [action]})
    assert callable(area_answers)
    told = client.get("/en/areas/neighbourhood/n08/news.atom").content.decode()
    assert "In the plan: Light the steps" in told
    assert "urn:convive:ribera:action:lights" in told
    assert "2026-02-01T00:00:00Z" in told


def test_a_kind_that_is_not_known_is_no_card() -> None:
    with pytest.raises(Http404):
        card_of(current.current_site(), "person", "x", "en")


def test_cards_have_the_colour_of_the_town() -> None:
    build = make_build()
    own = dataclasses.replace(build.city, look=Look("#8a1538"))
    town = current.make_site(dataclasses.replace(build, city=own))
    assert card_of(town, "indicator", "recorded_total_rate", "en").accent == "#8a1538"
