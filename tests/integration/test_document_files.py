"""Documents as files: valid PDF/UA-1, real styles in DOCX, complete, the same twice, in every language."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from convive.app.documents import (
    Bullets,
    Document,
    Facts,
    Grid,
    Heading,
    Kind,
    Lines,
    Paragraph,
    Picture,
)
from convive.catalogue.texts import languages, say
from convive.wiring.documents import render
from factories.documents import SVG, every_block

VALIDATE = Path(__file__).parent / "verapdf_check.py"
KINDS: tuple[Kind, ...] = ("pdf", "docx")
HOSTILE = '#panic("out") $x$ *b* <script>alert(1)</script> ]] \\u{41} {{x}} =1+1 \x00\x0b\ud800'


@cache
def made(kind: Kind, language: str = "en", *, is_landscape: bool = False) -> bytes:
    return render(every_block(language, is_landscape=is_landscape), kind)


def one(*blocks, **more) -> Document:
    return Document("T", "en", "Harbour", blocks, **more)


def words_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def opened(content: bytes):
    return docx.Document(io.BytesIO(content))


# --- PDF ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_landscape", [False, True])
def test_the_pdf_passes_the_light_pdf_ua_check(is_landscape, tmp_path) -> None:
    page = pytest.importorskip("page")
    path = tmp_path / "document.pdf"
    path.write_bytes(made("pdf", is_landscape=is_landscape))
    result = page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1)
    assert result.is_compliant, result.failures


def vera(pdf: bytes, path: Path) -> None:
    vera_all({path.name: pdf}, path.parent)


def vera_all(pdfs: Mapping[str, bytes], folder: Path) -> None:
    """Demand that all are PDF/UA-1; the validator is started once."""
    if not list(Path("/usr/share/java").glob("jaxb-api-2*.jar")):
        pytest.skip("veraPDF needs Debian's libjaxb-java")
    for name, pdf in pdfs.items():
        (folder / name).write_bytes(pdf)
    done = subprocess.run(
        [sys.executable, str(VALIDATE), *(str(folder / name) for name in pdfs)],
        capture_output=True, text=True, timeout=600, check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert done.stdout.strip().splitlines()[-1:] == ["compliant"], done.stdout + done.stderr[-800:]


def test_the_pdf_passes_vera_pdf(tmp_path) -> None:
    vera(made("pdf", "fr"), tmp_path / "document.pdf")


def test_a_hostile_document_is_still_valid(tmp_path) -> None:
    blocks = (
        Heading("Too deep", 4), Heading(HOSTILE, 9), Paragraph(HOSTILE, link="javascript:alert(1)"),
        Paragraph("漢字 😀 \ue000 \u200b\u202e ﷽ x"), Bullets(("", HOSTILE)), Bullets(()),
        Grid(("a", "b"), (("1",), ("2", "3", "4 " + "w" * 400))), Grid(("a",), ()), Facts(()),
        Lines("", 0), Picture(SVG, ""),
    )  # fmt: skip
    pdf = render(one(*blocks, subtitle=HOSTILE, has_contents=True), "pdf")
    assert '#panic("out")' in words_of(pdf)
    assert b"javascript:" not in pdf
    vera(pdf, tmp_path / "document.pdf")


@pytest.mark.parametrize("language", languages())
def test_the_pdf_has_language_title_and_page_numbers(language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made("pdf", language)))
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.metadata.title == "Meeting of March"
    n = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        assert say("report.page", language, page=number, pages=n) in page.extract_text()


def test_everything_stands_in_the_pdf_and_head_rows_on_every_page() -> None:
    words = words_of(made("pdf"))
    assert all(f"Action {n}" in words for n in range(60))
    for said in (
        "They meet again in June.",
        "Night bus",
        "Public works",
        "Money by pillar",
        "Notes",
    ):
        assert said in words
    reader = pypdf.PdfReader(io.BytesIO(made("pdf")))
    with_rows = [p.extract_text() for p in reader.pages if "at risk, since" in p.extract_text()]
    assert len(with_rows) == 2
    assert all("Light" in text for text in with_rows)


# --- DOCX -----------------------------------------------------------------------------------------
def test_the_docx_uses_real_styles() -> None:
    paragraphs = [(p.style.name, p.text) for p in opened(made("docx")).paragraphs]
    assert ("Title", "Meeting of March") in paragraphs
    assert ("Heading 1", "What was agreed") in paragraphs
    assert ("Heading 2", "Open points") in paragraphs
    assert ("List Bullet", "Night bus") in paragraphs
    assert ("List Number", "Tender") in paragraphs
    assert ("Caption", "All actions") in paragraphs
    assert ("Quote", "“Nobody comes here after ten.”") in paragraphs
    assert [name for name, _ in paragraphs].count("Ruled Line") == 4


def test_every_numbered_list_begins_with_one() -> None:
    numbers = {
        p.text: p._p.pPr.numPr.numId.val
        for p in opened(made("docx")).paragraphs
        if p.style.name == "List Number"
    }
    assert numbers["Tender"] == numbers["Lamps"] != numbers["Another order"]


def test_the_docx_table_repeats_its_head_and_keeps_rows_whole() -> None:
    (table,) = opened(made("docx")).tables
    assert [cell.text for cell in table.rows[0].cells] == ["Action", "Money", "Light"]
    assert len(table.rows) == 61
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True] + [False] * 60
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert table.rows[5].cells[1].paragraphs[0].alignment == 2


def test_the_docx_picture_has_its_description() -> None:
    made_docx = opened(made("docx"))
    (shape,) = made_docx.inline_shapes
    assert shape._inline.docPr.get("descr") == "Two bars: prevention 90, sanction 50."
    assert shape.width <= made_docx.sections[0].page_width


@pytest.mark.parametrize("language", languages())
def test_the_docx_has_language_properties_and_page_fields(language: str) -> None:
    file = opened(made("docx", language))
    spoken = file.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
    assert next(spoken).get(qn("w:val")).startswith(f"{language}-")
    core = file.core_properties
    assert (core.title, core.author, core.language) == ("Meeting of March", "Harbour", language)
    footer = file.sections[0].footer.paragraphs[0]._p
    fields = [f.get(qn("w:instr")) for f in footer.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_docx_contents_lead_to_the_headings() -> None:
    body = opened(made("docx")).element.body
    places = {b.get(qn("w:name")) for b in body.iter(qn("w:bookmarkStart"))}
    links = [h.get(qn("w:anchor")) for h in body.iter(qn("w:hyperlink")) if h.get(qn("w:anchor"))]
    assert len(links) == 4
    assert set(links) <= places


def test_the_docx_is_well_formed_and_carries_nothing_of_another_document() -> None:
    with zipfile.ZipFile(io.BytesIO(made("docx"))) as archive:
        assert archive.testzip() is None
        assert not [name for name in archive.namelist() if "thumbnail" in name]
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(name))
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
        rest = archive.read("docProps/core.xml") + archive.read("_rels/.rels")
        assert b"python-docx" not in rest
        assert b"thumbnail" not in rest


def test_a_hostile_docx_opens_and_leads_nowhere() -> None:
    blocks = (Heading(HOSTILE), Paragraph(HOSTILE, link="javascript:alert(1)"), Bullets((HOSTILE,)))
    content = render(one(*blocks, subtitle=HOSTILE, footer=HOSTILE), "docx")
    assert any("<script>" in p.text for p in opened(content).paragraphs)
    relations = opened(content).part.rels.values()
    assert not [r for r in relations if r.is_external]


# --- both -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_document_gives_the_same_file(kind: Kind) -> None:
    assert render(every_block(), kind) == made(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_links_lead_to_the_web_only(kind: Kind) -> None:
    file = render(one(Paragraph("Plan", link="https://example.org/plan")), kind)
    if kind == "docx":
        links = [r.target_ref for r in opened(file).part.rels.values() if r.is_external]
        assert links == ["https://example.org/plan"]
    else:
        assert b"https://example.org/plan" in file


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_thousand_rows_none_is_lost(kind: Kind) -> None:
    rows = tuple((f"Action {n}", "prevention", f"{n}") for n in range(2_000))
    file = render(one(Grid(("Action", "Pillar", "n"), rows, numbers=(2,))), kind)
    if kind == "docx":
        # Cell by cell is slow in python-docx: the names of the actions are read off the XML.
        (table,) = opened(file).tables
        told = [one.text for one in table._tbl.iter(qn("w:t"))]
    else:
        told = words_of(file).replace(" prevention", "\n").splitlines()
    found = [int(n) for one in told for n in re.findall(r"Action (\d+)$", one.strip())]
    assert found == list(range(2_000))


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_without_anything_is_a_document(kind: Kind) -> None:
    assert render(Document("", "xx", "", ()), kind)
