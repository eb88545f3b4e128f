"""The atlas: a page an area, and no figure that the page of the area does not show."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pypdf
import pytest
from django.test import Client

from convive.app.documents import Bullets, Document, Grid, Heading, PageBreak, Paragraph
from convive.app.ports import Build
from convive.catalogue.texts import languages, say
from convive.core.collation import collation_key
from convive.core.strategy.model import Spot
from convive.core.strategy.vocabulary import ActionState
from convive.reports.atlas import atlas_document, deeds_of, render_atlas
from factories.build import make_build, shared_build
from factories.hostile import NAMES
from factories.plans import action, plan

LEVEL = "neighbourhood"
NUMBER = re.compile(r"[−-]?\d[\d.,\u00a0\u202f]*\d|\d")


def pages_of(document: Document) -> dict[str, list[Any]]:
    """Return name of an area → the blocks of its page."""
    found: dict[str, list[Any]] = {}
    page: list[Any] = []
    for block in (*document.blocks, PageBreak()):
        if isinstance(block, PageBreak):
            if isinstance(page[0], Heading):
                found[page[0].text] = page
            page = []
        else:
            page.append(block)
    return found


def numbers(texts: list[str]) -> list[str]:
    return sorted(one for text in texts for one in NUMBER.findall(text))


def plain(cell: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split())


def shown_on_page(content: str) -> tuple[list[str], list[str]]:
    """Return the cells of the four faces and of the leading figures, bare of what only one has."""
    faces = re.search(r'<table class="faces-table">.*?<tbody>(.*?)</tbody>', content, re.DOTALL)
    leading = re.search(r'<table class="figures stack">.*?<tbody>(.*?)</tbody>', content, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", leading[1] if leading else "", re.DOTALL)
    cells = []
    for row in rows:
        parts = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        cells += [plain(parts[position]) for position in (1, 3, 4)]
    return [
        plain(one) for one in re.findall(r"<tr>(.*?)</tr>", faces[1] if faces else "", re.DOTALL)
    ], cells


@pytest.mark.usefixtures("site")
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_figures_are_those_of_the_pages_area_by_area(language: str) -> None:
    pages = pages_of(atlas_document(shared_build(), language=language))
    areas = shared_build().tables["areas"].to_pylist()
    own = [row for row in areas if row["level"] == LEVEL]
    assert len(pages) == len(own) == 12
    client, n = Client(headers={"host": "localhost"}), 0
    for area in own:
        answer = client.get(f"/{language}/areas/{LEVEL}/{area['area_id']}/")
        assert answer.status_code == 200
        page_faces, page_leading = shown_on_page(answer.content.decode())
        faces, leading = [b for b in pages[area["name"]] if isinstance(b, Grid)]
        of_faces = [f"{row[1]} {row[2]}" for row in faces.rows]
        assert numbers(of_faces) == numbers(page_faces), area["name"]
        of_leading = [cell for row in leading.rows for cell in row[1:4]]
        assert numbers(of_leading) == numbers(page_leading), area["name"]
        for row in faces.rows:
            assert any(row[0] in one and row[3] in one for one in page_faces)
        n += len(numbers(of_leading)) + len(numbers(of_faces))
    assert n > 200


def many(copies: int = 17) -> Build:
    """The synthetic city with its areas many times over."""
    build = shared_build()
    tables = dict(build.tables)
    for name in ("areas", "faces", "estimates", "trends", "profiles"):
        table = tables[name]
        own = table.filter(pc.equal(table["level"], LEVEL))
        parts = [table]
        for n in range(1, copies):
            renamed = pc.binary_join_element_wise(own["area_id"], pa.scalar(str(n)), "-")
            part = own.set_column(
                own.schema.get_field_index("area_id"), own.schema.field("area_id"),
                renamed.cast(own.schema.field("area_id").type),
            )  # fmt: skip
            parts.append(part)
        tables[name] = pa.concat_tables(parts)
    return replace(build, tables=tables)


@cache
def small(language: str = "fr") -> bytes:
    return render_atlas(make_build(names=NAMES), language=language)


def test_two_hundred_areas_have_a_page_each_and_none_slips() -> None:
    build = many()
    document = atlas_document(build, language="en")
    reader = pypdf.PdfReader(io.BytesIO(render_atlas(build, language="en")))
    own = [row["name"] for row in build.tables["areas"].to_pylist() if row["level"] == LEVEL]
    assert len(own) == 204
    assert len(reader.pages) == len(own) + 1
    names = [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1]
    assert names == sorted(names, key=collation_key)
    for name, page in zip(names, reader.pages[1:], strict=True):
        assert page.extract_text().startswith(name)


def test_hostile_names_keep_to_their_page_and_the_file_is_accessible(tmp_path: Any) -> None:
    page = pytest.importorskip("page")
    path = tmp_path / "atlas.pdf"
    path.write_bytes(small())
    result = page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1)
    assert result.is_compliant, result.failures
    assert len(pypdf.PdfReader(str(path)).pages) == 13
    assert small() == render_atlas(make_build(names=NAMES), language="fr")


@pytest.mark.parametrize("language", languages())
def test_nothing_is_left_unsaid_in_any_language(language: str) -> None:
    document = atlas_document(shared_build(), language=language)
    texts = [b.text for b in document.blocks if isinstance(b, Heading | Paragraph)]
    texts += [one for b in document.blocks if isinstance(b, Bullets) for one in b.items]
    texts += [
        c for b in document.blocks if isinstance(b, Grid) for r in (b.columns, *b.rows) for c in r
    ]
    assert not [t for t in texts if re.search(r"\b(atlas|web|verdict|face|reason)\.[a-z_]+", t)]


def test_what_is_done_there_stands_on_the_page_of_its_area_alone() -> None:
    spots = (Spot(LEVEL, "n03", "Somewhere"),)
    given = plan(
        action("lamps", title="Lamps", spots=spots),
        action("idea", title="An idea", spots=spots, state=ActionState.IDEA),
    )
    deeds = deeds_of(given, "en")
    assert deeds == {(LEVEL, "n03"): [f"Lamps ({say('plan.state.running', 'en')})"]}
    build = shared_build()
    names = {r["area_id"]: r["name"] for r in build.tables["areas"].to_pylist()}
    pages = pages_of(atlas_document(build, language="en", deeds=deeds))
    told = {name for name, page in pages.items() if "Lamps (" in str(page)}
    assert told == {names["n03"]}
    lit = {name for name, page in pages.items() if "Lighting of the passages" in str(page)}
    assert lit == {names["n08"]}


@pytest.mark.usefixtures("site")
@pytest.mark.django_db
def test_it_can_be_downloaded() -> None:
    client = Client(headers={"host": "localhost"})
    assert say("web.downloads.atlas", "en") in html.unescape(
        client.get("/en/downloads/").content.decode()
    )
    answer = client.get("/en/downloads/atlas.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 13
