"""What the pages say, and what they must never do."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

from convive.catalogue.texts import languages, say
from convive.core.collation import collation_key
from convive.web.config.middleware import POLICY
from convive.web.observatory import current, selectors
from factories.addresses import PAGES, READ_PAGES
from factories.build import make_build

pytestmark = pytest.mark.usefixtures("site")
EVERY_PAGE = pytest.mark.parametrize("name", sorted(READ_PAGES))


class Tags(HTMLParser):
    """Every start tag of a page with its attributes, and the words between."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@EVERY_PAGE
@pytest.mark.parametrize("language", languages())
def test_every_page_speaks_every_language(client: Client, name: str, language: str) -> None:
    text = page(client, READ_PAGES[name].replace("/en/", f"/{language}/"))
    assert f'<html lang="{language}"' in text
    assert not re.search(r"\bweb\.[a-z_]+[.<]", text), "a key stands where a sentence should"


@EVERY_PAGE
def test_a_page_asks_nobody_else_for_anything(client: Client, name: str) -> None:
    for tag, attributes in Tags(page(client, READ_PAGES[name])).found:
        for attribute in ("src", "href", "action", "data-script", "data-geojson", "data-style"):
            value = attributes.get(attribute) or ""
            is_link = tag == "a" or attributes.get("rel") == "alternate"
            assert is_link or not re.match(r"(https?:)?//", value), (tag, value)


@EVERY_PAGE
def test_a_page_has_nothing_inline_that_the_policy_would_refuse(client: Client, name: str) -> None:
    tags = Tags(page(client, READ_PAGES[name]))
    assert not tags.all("style")
    assert all(script.get("src") for script in tags.all("script"))
    for tag, attributes in tags.found:
        assert "style" not in attributes, tag
        assert not [one for one in attributes if one.startswith("on")], tag


@EVERY_PAGE
def test_headings_go_down_one_step_at_a_time(client: Client, name: str) -> None:
    levels = [int(tag[1]) for tag, _ in Tags(page(client, READ_PAGES[name])).found
              if re.fullmatch("h[1-6]", tag)]  # fmt: skip
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


@EVERY_PAGE
def test_every_table_has_a_caption_and_scoped_heads(client: Client, name: str) -> None:
    tags = Tags(page(client, READ_PAGES[name]))
    assert len(tags.all("caption")) == len(tags.all("table"))
    assert all(head.get("scope") for head in tags.all("th"))


@EVERY_PAGE
def test_switching_the_language_keeps_the_place_and_the_question(client: Client, name: str) -> None:
    tags = Tags(page(client, READ_PAGES[name] + "?q=mol"))
    targets = {a["hreflang"]: a["href"] for a in tags.all("a") if a.get("hreflang")}
    assert targets["nl"] == READ_PAGES[name].replace("/en/", "/nl/") + "?q=mol"
    assert {link["hreflang"] for link in tags.all("link") if link.get("hreflang")} == set(
        languages()
    )


@EVERY_PAGE
def test_answers_carry_policy_and_validators(client: Client, name: str) -> None:
    response = client.get(READ_PAGES[name])
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    again = client.get(READ_PAGES[name], headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content
    since = client.get(
        READ_PAGES[name], headers={"If-Modified-Since": response.headers["Last-Modified"]}
    )
    assert since.status_code == 304
    head = client.head(READ_PAGES[name])
    assert head.status_code == 200
    assert not head.content


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "default-src 'none'" in POLICY


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("nl-BE,nl;q=0.9", "nl"), ("xx,pt-BR;q=0.4,de;q=0.3", "pt"), ("zh", "en"), ("", "en"),
     ("\x00;;q=zz,,", "en")],
)  # fmt: skip
def test_the_root_sends_readers_to_their_language(
    client: Client, accepted: str, language: str
) -> None:
    response = client.get("/", headers={"Accept-Language": accepted})
    assert response.headers["Location"] == f"/{language}/"
    assert "Accept-Language" in response.headers["Vary"]


HOSTILE = ["%00", "%ff%fe", "'%20OR%201=1--", "<script>alert(1)</script>", "../../etc/passwd",
           "9" * 5000, "%F0%9F%92%A3", "%0d%0aX-Evil:1"]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["front", "areas", "findings", "indicator", "map-data"])
def test_hostile_questions_get_an_ordinary_page(client: Client, name: str, value: str) -> None:
    names = ("show", "level", "within", "q", "face", "certainty", "area")
    question = "&".join(f"{one}={value}" for one in names)
    response = client.get(f"{PAGES[name]}?{question}")
    assert response.status_code == 200
    assert b"<script>alert" not in response.content
    assert "X-Evil" not in response.headers


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("stem", ["/en/areas/neighbourhood/", "/en/findings/", "/en/indicators/",
                                  "/en/downloads/", "/en/methods/", "/"])  # fmt: skip
def test_hostile_addresses_do_not_exist(client: Client, stem: str, value: str) -> None:
    response = client.get(stem + value + "/")
    assert response.status_code == 404
    assert b"<script>alert" not in response.content


def test_hostile_names_of_areas_are_shown_as_text() -> None:
    bad = ("<img src=x onerror=alert(1)>", "{{ 7*7 }}", '" onload="x', "&amp;", "A/B", "\u202eevil",
           "Ω", "", "x" * 300, "=1+1", "</script>", "O'Neill")  # fmt: skip
    current.hold(make_build(names=bad, name="<b>City</b>"))
    client = Client(headers={"host": "localhost"})
    for address in ("/en/", "/en/areas/", "/en/areas/neighbourhood/n01/", "/en/findings/"):
        text = page(client, address)
        assert "<img src=x" not in text
        assert "<b>City" not in text
    assert "{{ 7*7 }}" in page(client, "/en/areas/")


def test_the_front_says_what_every_face_shows(client: Client) -> None:
    text = page(client, "/en/")
    for face in ("recorded", "experienced", "felt", "observed"):
        assert f"<h3>{say(f'face.{face}', 'en')}</h3>" in text
    assert text.count("n = ") >= 4, "every figure carries its n"
    assert text.count('class="ci-t"') >= 8, "and its interval"


def test_the_front_shows_the_face_that_is_asked_for(client: Client) -> None:
    felt, recorded = page(client, "/en/?show=felt"), page(client, "/en/?show=recorded")
    assert say("indicator.unsafe_dark_share", "en") in felt.split('id="map-h"')[1][:200]
    assert say("indicator.recorded_total_rate", "en") in recorded.split('id="map-h"')[1][:200]


def test_areas_of_one_group_are_alphabetical_not_ranked(client: Client) -> None:
    bands = page(client, "/en/").split('class="band ')[1:]
    assert len(bands) > 1
    for band in bands:
        names = re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', band.split("</tbody>")[0])
        assert names == sorted(names, key=collation_key)


def test_what_is_not_shown_says_why_and_is_never_a_zero(client: Client) -> None:
    text = page(client, "/en/areas/neighbourhood/n12/")
    assert "Not shown: " in text
    assert say("reason.few_respondents", "en") in text
    assert ">NaN<" not in text
    assert ">None<" not in text


def test_the_map_has_a_twin_with_every_area(client: Client) -> None:
    text = page(client, "/en/?show=felt")
    drawn = set(re.findall(r'<a href="(/en/areas/neighbourhood/[^"]+)" aria-label', text))
    listed = set(re.findall(r'<th scope="row"><a href="(/en/areas/neighbourhood/[^"]+)"', text))
    assert len(drawn) == 12
    assert drawn <= listed
    assert 'class="few"' in text, "too few to say is a class of its own"


def test_areas_are_found_without_accents_and_within_a_district(client: Client) -> None:
    assert "Estación" in page(client, "/en/areas/?q=estacion").split('id="results"')[1]
    inside = page(client, "/en/areas/?within=district/d3").split('id="results"')[1]
    assert "Las Eras" in inside
    assert "Altavista" not in inside


def test_findings_are_narrowed_by_face_certainty_and_area(client: Client) -> None:
    every = page(client, "/en/findings/").count('<li><p class="kicker">')
    felt = page(client, "/en/findings/?face=felt").count('<li><p class="kicker">')
    molino = page(client, "/en/findings/?area=neighbourhood/n08").count('<li><p class="kicker">')
    tentative = page(client, "/en/findings/?certainty=tentative").count('<li><p class="kicker">')
    assert every > felt > 0
    assert every > molino > 0
    assert every > tentative > 0


def test_a_finding_leads_back_to_rows_query_and_files(client: Client) -> None:
    text = page(client, READ_PAGES["finding"])
    assert "SELECT * FROM trends WHERE" in text
    rows = text.split('<table class="raw">')[1].split("</table>")[0]
    assert "burglary_rate" in rows
    assert "SHA-256" in text
    assert "/en/sources/#source-police" in text
    assert "/en/downloads/trends.csv" in text


@pytest.mark.parametrize("kind", ["month", "year"])
def test_the_chart_of_a_finding_tells_breaks_and_open_months(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    site, real = current.current_site(), selectors.list_series
    known = {
        "starts_on": date(2024, 7, 1), "is_declared": True, "reason": {"en": "A new register"},
    }  # fmt: skip
    monkeypatch.setattr(selectors, "list_breaks", lambda *_: [known])

    def listed(site: current.Site, *asked: str) -> list[selectors.Row]:
        """The last period is still filling; asked for years, months are called so."""
        if kind == "year" and not asked[3:]:
            return []
        rows = [
            one | {"period_kind": kind, "is_incomplete": False} for one in real(site, *asked[:3])
        ]
        return [*rows[:-1], rows[-1] | {"is_incomplete": True}]

    monkeypatch.setattr(selectors, "list_series", listed)
    text = html.unescape(page(client, f"{READ_PAGES['finding']}?{kind}"))
    chart = text.split('id="series-h"')[1].split("</section>")[0]
    assert (say("web.area.band", "en") in chart) == (kind == "month")
    assert say("web.break.declared", "en", month="July 2024", reason="A new register") in chart
    assert say("web.area.incomplete", "en", n=1) in chart
    caption = "web.area.months_caption" if kind == "month" else "web.area.years_caption"
    assert say(caption, "en", area=site.build.city.name) in chart


def test_the_series_is_drawn_in_the_pages_colours(client: Client) -> None:
    svg = re.search(r'<svg[^>]*class="chart".*?</svg>', page(client, PAGES["area"]), re.S)
    assert svg
    assert 'role="img"' in svg[0]
    assert re.search(r'aria-label="[^"]{20,}"', svg[0])
    assert "var(--accent)" in svg[0]
    assert not re.search(r'"#[0-9a-f]{6}"', svg[0])
    assert "style=" not in svg[0]


def test_the_map_data_hold_what_the_page_shows(client: Client) -> None:
    found = json.loads(client.get(PAGES["map-data"]).content)
    assert len(found["features"]) == 12
    one = found["features"][0]["properties"]
    assert set(one) == {"name", "step", "unsure", "told", "href"}
    assert {f["properties"]["step"] for f in found["features"]} <= {
        "q0",
        "q1",
        "q2",
        "q3",
        "q4",
        "few",
    }


@pytest.mark.parametrize(
    ("file", "start"),
    [("trends.csv", b"indicator_id,"), ("figures.xlsx", b"PK"), ("areas.gpkg", b"SQLite format 3")],
)
def test_downloads_are_what_they_say(client: Client, file: str, start: bytes) -> None:
    response = client.get(f"/en/downloads/{file}")
    assert response.content.removeprefix(b"\xef\xbb\xbf").startswith(start)
    assert response.headers["Content-Disposition"] == f'attachment; filename="ribera-en-{file}"'


def test_a_citys_id_cannot_break_out_of_a_file_name() -> None:
    current.hold(make_build(id='..\\x"; filename=evil\r\n/é'))
    client = Client(headers={"host": "localhost"})
    header = client.get("/en/downloads/trends.csv").headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="[a-z0-9._-]+"', header)


def test_what_is_missing_is_named(client: Client) -> None:
    assert say("missing.repeat_targets", "en") in page(client, "/en/unknown/") or "<dt>" in page(
        client, "/en/unknown/"
    )


def test_the_run_record_names_every_input(client: Client) -> None:
    text = page(client, "/en/run/")
    assert "evidence/incidents/police-2025.csv" in text
    assert "cd" * 32 in text
    assert "20260101" in text
    assert "1,234" in text  # how large what is public is; of rows that are not, nothing tells
    assert say("report.not_shown", "en") in text


@pytest.mark.parametrize("language", languages())
def test_an_unknown_page_answers_in_style_and_language(client: Client, language: str) -> None:
    response = client.get(f"/{language}/nope/")
    assert response.status_code == 404
    assert (
        say("web.error.not_found.title", language).replace("'", "&#x27;")
        in response.content.decode()
    )
    assert response.headers["Content-Security-Policy"] == POLICY


def test_our_own_failure_gives_a_reference_and_no_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("convive.web.observatory.selectors.list_sources", fail)
    client.raise_request_exception = False
    response = client.get("/en/sources/")
    assert response.status_code == 500
    assert b"secret detail" not in response.content
    assert re.search(rb"Reference: [0-9a-f]{8}", response.content)


def test_without_an_audit_the_site_says_so(client: Client, settings, tmp_path: Path) -> None:
    current.release()
    settings.CONVIVE_BUILD = str(tmp_path)
    response = client.get("/fr/")
    assert response.status_code == 503
    assert response.headers["Cache-Control"] == "no-store"
    assert say("web.no_audit.title", "fr").replace("'", "&#x27;") in response.content.decode()


def test_a_bad_host_name_is_refused_in_style(client: Client) -> None:
    response = client.get("/en/", headers={"host": "evil.example"})
    assert response.status_code == 400


def test_the_front_without_map_is_small(client: Client) -> None:
    static = Path(current.__file__).parents[1] / "static"
    fonts = sorted((static / "vendor/fonts").glob("*-latin-[46]00-normal.woff2"))
    files = [
        static / "observatory/site.css",
        static / "observatory/site.js",
        static / "observatory/map.js",
    ]
    total = len(client.get("/en/").content) + sum(f.stat().st_size for f in [*files, *fonts])
    assert total < 150_000


def test_an_indicator_says_whether_it_is_place_or_people(client: Client) -> None:
    page = client.get("/en/indicators/unsafe_dark_share/").content.decode()
    assert "Answers differ notably both by where people live and by sex and age" in page
    assert "about 21% is only who lives where" in page
    assert "6.0 to 14.0%" in page
    assert "n = 2,990 answers from 12 areas" in page
    assert "/en/methods/place-or-people/" in page or "/en/methods/place_or_people/" in page


def test_a_split_that_was_refused_says_why(client: Client) -> None:
    page = client.get("/en/indicators/victim_share/").content.decode()
    assert "too few areas or people asked to tell places from people" in page
    page = client.get("/en/indicators/burglary_rate/").content.decode()
    assert "Place or people" not in page


def test_an_area_says_whether_its_faces_agree_at_all(client: Client) -> None:
    page = client.get("/en/areas/neighbourhood/n08/").content.decode()
    assert "do not tell the same story here (q = 0.010)" in page
    assert "stands out most: Felt" in page
    page = client.get("/en/areas/neighbourhood/n05/").content.decode()
    assert "So no two of them are set against each other" in page
