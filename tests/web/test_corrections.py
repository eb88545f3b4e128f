"""Corrections: told where they belong; what was withdrawn is found nowhere."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pypdf
import pytest
from django.http import Http404
from django.test import Client

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.history import run_digest
from convive.app.ports import Build
from convive.app.withdrawal import with_corrections
from convive.core.errors import ConflictError
from convive.web.editorial.actions import corrections as actions
from convive.web.editorial.models import CorrectionRecord
from convive.web.observatory import current, estimates
from convive.web.opendata import schemas
from convive.web.opendata.cards import WHOLE, card_of
from convive.web.roles import Role
from factories.addresses import PAGES
from factories.build import shared_build
from factories.web_objects.accounts import make_account

PLANTED = 98765.4321
SECRET = "unsafe_dark_share"
TABLES = {"estimates": "value", "trends": "change_percent", "faces": "score", "gaps": "difference"}
"""Tables in which the number is planted, and where."""
FILES = ("figures.xlsx", "areas.gpkg", "areas.parquet", "rerun.zip")
SKIPPED = {"method", "shelf-feed", "shelf-bundle", "instrument-file"}


@cache
def planted() -> Build:
    """Return the synthetic build with an unmistakable number in every figure of one indicator."""
    build = shared_build()
    tables = dict(build.tables)
    for name, column in TABLES.items():
        rows = tables[name].to_pylist()
        for row in rows:
            own = SECRET in {row.get("indicator_id")} or "felt" in {
                row.get("face_a"), row.get("face_b")
            }  # fmt: skip
            if own and row["status"] == "shown":
                row[column] = PLANTED
                if row.get("smoothed") is not None:
                    row["smoothed"] = PLANTED  # what maps show
        tables[name] = pa.Table.from_pylist(rows, schema=tables[name].schema)
    return replace(build, tables=tables)


def withdrawal(name: str = SECRET, subject: Subject = Subject.INDICATOR) -> Correction:
    return Correction(
        "w1", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, subject, name,
        {"en": "People were asked another question.", "es": "La pregunta era otra."},
        {"en": "Nothing can be said."},
    )  # fmt: skip


@pytest.fixture
def held() -> Iterator[Any]:
    """Hold a build with corrections."""

    def hold(*corrections: Correction, build: Build | None = None) -> current.Site:
        current.hold(with_corrections(build or planted(), corrections))
        return current.current_site()

    yield hold
    current.release()


WANTED = (
    f"/en/indicators/{SECRET}/", f"/api/v1/indicators/{SECRET}/", "/en/downloads/rerun.zip",
    "/en/downloads/figures.xlsx", "/en/downloads/estimates.csv",
    "/api/v1/tables/estimates/?limit=1000", "/en/areas/neighbourhood/n08/",
    f"/en/embed/indicator/{SECRET}/", f"/en/embed/indicator/{SECRET}/?area=neighbourhood/n08",
    f"/en/picture/indicator/{SECRET}.csv", "/en/downloads/report.pdf",
)  # fmt: skip
"""Addresses at which the number stands before it is withdrawn."""


def everywhere(site: current.Site) -> list[str]:
    """Return every public address."""
    version = PAGES["data-audit"].split("/")[2]
    found = [
        path.replace(version, site.version) for name, path in PAGES.items() if name not in SKIPPED
    ]
    found += [*WANTED, f"/en/map/{SECRET}.geojson", f"/en/picture/indicator/{SECRET}.svg"]
    found += [*(f"/en/downloads/{name}" for name in FILES)]
    found += [*(f"/api/v1/tables/{name}/?limit=1000" for name in site.build.tables)]
    found += [f"/en/downloads/{name}.csv" for name in site.build.tables]
    areas = site.build.tables["areas"].to_pylist()[:6]
    return [*found, *(f"/en/areas/{row['level']}/{row['area_id']}/" for row in areas)]


def told(client: Client, paths: Sequence[str]) -> set[str]:
    """Return the addresses at which the planted number stands, packed files opened."""
    found = set()
    for path in paths:
        response = client.get(path)
        if response.status_code < 400 and tells(_parts(path, response.content)):
            found.add(path)
    return found


def told_on_cards(site: current.Site) -> set[tuple[str, str]]:
    """Return the cards that tell the planted number: their words, as no picture can be searched."""
    areas = site.build.tables["areas"].to_pylist()
    found = [
        *((kind, "") for kind in WHOLE), ("instrument", "safety_audit"), ("indicator", SECRET),
        *(("indicator", one) for one in estimates.indicator_ids(site)),
        *(("finding", one) for one in site.build.tables["findings"]["finding_id"].to_pylist()),
        *(("area", f"{row['level']}/{row['area_id']}") for row in areas if row["level"] != "city"),
    ]  # fmt: skip
    return {one for one in found if tells([_words(site, *one)])}


def _words(site: current.Site, kind: str, name: str) -> bytes:
    try:
        return card_of(site, kind, name, "en").told.encode()
    except Http404:
        return b""


def _parts(path: str, content: bytes) -> list[bytes]:
    if path.endswith(".pdf"):
        return [page.extract_text().encode() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    if path.endswith((".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = [(one, archive.read(one)) for one in archive.namelist()]
        return [part for name, one in found for part in _parts(name, one)]
    if path.endswith(".parquet"):
        table = pq.read_table(io.BytesIO(content))
        keep = [n for n in table.column_names if "geometry" not in n]
        return [json.dumps(table.select(keep).to_pylist(), default=str).encode()]
    return [content]


def tells(parts: Sequence[bytes]) -> bool:
    """Tell whether the planted number stands somewhere, however it is written."""
    written = re.compile(rb"98[\s.,\xc2\xa0\xe2\x80\xaf]{0,3}765")
    binary = (struct.pack(">d", PLANTED), struct.pack("<d", PLANTED))
    return any(written.search(one) or any(raw in one for raw in binary) for one in parts)


@pytest.mark.django_db
def test_the_withdrawn_figure_is_found_nowhere(client: Client, held: Any, settings: Any, tmp_path: Path) -> None:  # fmt: skip
    settings.MEDIA_ROOT = str(tmp_path)
    site = held()
    assert told(client, WANTED) == set(WANTED)  # the walk would find it
    assert ("indicator", SECRET) in told_on_cards(site)
    site = held(withdrawal())
    assert told(client, everywhere(site)) == set()
    assert told_on_cards(site) == set()


@pytest.mark.parametrize(
    "path",
    [f"/en/indicators/{SECRET}/", f"/en/map/{SECRET}.geojson", f"/api/v1/indicators/{SECRET}/",
     f"/en/embed/indicator/{SECRET}/", f"/en/card/indicator/{SECRET}.png",
     f"/en/picture/indicator/{SECRET}.svg"],
)  # fmt: skip
def test_an_address_of_something_withdrawn_says_so(client: Client, held: Any, path: str) -> None:
    held(withdrawal())
    response = client.get(path)
    assert response.status_code == 410
    assert b"People were asked" in response.content or b"/api/v1/corrections/" in response.content


@pytest.mark.parametrize("path", ["findings/{}/", "embed/finding/{}/", "card/finding/{}.png"])
def test_a_withdrawn_finding_is_gone_wherever_it_is_shown(
    client: Client, held: Any, path: str
) -> None:
    name = "trend_fall:ribera"
    assert name in held().build.tables["findings"]["finding_id"].to_pylist()
    held(withdrawal(name, Subject.FINDING))
    response = client.get("/en/" + path.format(name))
    assert response.status_code == 410
    assert b"People were asked" in response.content


def test_a_withdrawal_changes_version_and_caches(client: Client, held: Any) -> None:
    old = held()
    before = client.get("/en/areas/")
    new = held(withdrawal())
    assert old.version != new.version
    etag = {"If-None-Match": before.headers["ETag"]}
    assert client.get("/en/areas/", headers=etag).status_code == 200
    assert client.get(f"/data/{old.version}/estimates.csv").status_code in {404, 410}


def test_a_correction_stands_where_it_belongs(client: Client, held: Any) -> None:
    one = Correction(
        "c1", date(2026, 2, 1), CorrectionKind.CORRECTION, Subject.AREA, "neighbourhood/n08",
        {"en": "Two streets were left out.", "es": "Faltaban dos calles."},
    )  # fmt: skip
    held(one)
    said = "Two streets were left out."
    for path in ("areas/neighbourhood/n08/", "embed/area/neighbourhood/n08/", "corrections/"):
        assert said in client.get(f"/en/{path}").content.decode(), path
    for path in ("areas/neighbourhood/n01/", "embed/area/neighbourhood/n01/"):
        assert said not in client.get(f"/en/{path}").content.decode(), path
    assert "Faltaban dos calles." in client.get("/es/corrections/").content.decode()
    assert said in client.get("/de/corrections/").content.decode()  # the nearest there is


def test_feeds_catalogue_and_bundle_tell_of_it(client: Client, held: Any) -> None:
    held(withdrawal())
    said = "People were asked another question."
    assert said in client.get("/en/news.atom").content.decode()
    items = client.get("/en/news.json").json()["items"]
    assert [one["url"] for one in items if one["id"].endswith(":correction:w1")] == [
        "http://localhost/en/corrections/#w1"
    ]
    assert "adms:versionNotes" in client.get("/catalog.ttl").content.decode()
    with zipfile.ZipFile(io.BytesIO(client.get("/en/downloads/rerun.zip").content)) as archive:
        assert said in archive.read("README.md").decode()
        assert "build/corrections.json" in archive.namelist()


def test_the_interface_answers_as_it_is_documented(client: Client, held: Any) -> None:
    held(withdrawal())
    rows = client.get("/api/v1/corrections/").json()["rows"]
    jsonschema.validate(rows, schemas.rows_of(schemas.CORRECTION))
    assert rows[0]["wrong"]["es"] == "La pregunta era otra."


@pytest.mark.django_db
def test_a_correction_stands_only_when_a_second_person_confirms_it(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    from factories.web_objects.editorial import kept_build

    settings.MEDIA_ROOT, settings.CONVIVE_BUILD = str(tmp_path), str(kept_build()[0])
    current.release()
    ana, ben = make_account(Role.ANALYST), make_account(Role.DATA_PROTECTION)
    client.force_login(ana)
    sent = {
        "kind": "withdrawal", "subject": "indicator", "name": SECRET, "on": "2026-02-01",
        "wrong_en": "Asked twice.", "wrong_es": "Asked twice.", "revision": "0",
    }  # fmt: skip
    refused = client.post("/en/work/corrections/new/", sent | {"subject": "area"})
    assert "could be worked out" in refused.content.decode()
    assert client.post("/en/work/corrections/new/", sent).status_code == 302
    row = CorrectionRecord.objects.get()
    assert client.get(f"/en/indicators/{SECRET}/").status_code == 200
    with pytest.raises(ConflictError, match="EDITION_SECOND_PERSON"):
        actions.confirm_correction(row, actions.proposed_digest(row), by=ana)
    with pytest.raises(ConflictError, match="CORRECTION_CHANGED"):
        actions.confirm_correction(row, "something else", by=ben)
    other = Client(headers={"host": "localhost"})
    other.force_login(ben)
    page = other.get(f"/en/work/corrections/{row.code}/").content.decode()
    assert "Asked twice." in page
    other.post(f"/en/work/corrections/{row.code}/confirm/", {"seen": actions.proposed_digest(row)})
    assert client.get(f"/en/indicators/{SECRET}/").status_code == 410
    assert "Asked twice." in client.get("/en/corrections/").content.decode()
    current.release()


def test_a_digest_names_the_corrections(held: Any) -> None:
    site = held(withdrawal())
    assert site.digest == run_digest(site.build.run)
    assert site.build.run["edition"]["withdrawn_indicators"] == [SECRET]
