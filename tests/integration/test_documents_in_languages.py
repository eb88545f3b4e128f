"""Every kind of document in every language, with a town's logo and colour: whole, tagged, editable."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from docx.oxml.ns import qn

from convive.app.documents import Grid, Heading
from convive.app.look import told_logo
from convive.catalogue.texts import languages, say
from convive.core.colours import READABLE, contrast
from convive.reports.documents.tidy import tidy
from convive.reports.letters import render_letters
from convive.reports.pdf import render_report
from convive.reports.tables import render_xlsx
from convive.web.observatory import current
from convive.wiring.documents import render, render_workbook
from factories.build import shared_build
from factories.dossiers import dossiers
from factories.look import town_look
from factories.papers import DOCUMENTS, HELD, TODAY, letter, small_build
from integration.test_document_files import vera_all

LOOK = town_look()
COLOUR = LOOK.colour.lstrip("#").upper()
EVERY = [(kind, language) for kind in (*DOCUMENTS, "report", "letters") for language in languages()]
"""Each kind of PDF in each language."""


@pytest.fixture(scope="module", autouse=True)
def _held(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Make the documents that come from the workspace."""
    request.getfixturevalue("django_db_setup")  # the tables have to be there
    current.hold(shared_build())
    with django_db_blocker.unblock():
        HELD.update({("dossier", language): one for language, one in dossiers().items()})
    yield
    HELD.clear()
    current.release()


@cache
def pdf(kind: str, language: str) -> bytes:
    if kind == "report":
        return render_report(small_build(), language=language)
    if kind == "letters":
        pages = [letter(language)]
        return render_letters(pages, language=language, day=TODAY, look=LOOK, city="Ribera")
    return render(DOCUMENTS[kind](language), "pdf", LOOK)


def alternatives(reader: pypdf.PdfReader) -> set[str]:
    """Return the text alternatives of all pictures."""
    found, left = set(), [reader.trailer["/Root"]["/StructTreeRoot"]]
    while left:
        one = left.pop().get_object()
        if isinstance(one, list):
            left += [child for child in one if not isinstance(child, int)]
        elif isinstance(one, dict):
            found.add(str(one.get("/Alt", "")))
            left += [one["/K"]] if "/K" in one and not isinstance(one["/K"], int) else []
    return found


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_a_pdf_speaks_its_language_and_shows_the_logo(kind: str, language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf(kind, language)))
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.metadata.title
    if kind in DOCUMENTS:
        assert reader.metadata.title == DOCUMENTS[kind](language).title
    assert told_logo(LOOK, "Ribera", language) in alternatives(reader)
    for number, page in enumerate(reader.pages, start=1):
        assert len(page.extract_text()) > 60, f"page {number} is empty"


def test_all_of_them_are_pdf_ua(tmp_path: Path) -> None:
    vera_all({f"{kind}-{language}.pdf": pdf(kind, language) for kind, language in EVERY}, tmp_path)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_docx_can_be_edited_by_its_styles(kind: str, language: str) -> None:
    told = tidy(DOCUMENTS[kind](language))
    file = docx.Document(io.BytesIO(render(told, "docx", LOOK)))
    written = [(p.style.name, p.text) for p in file.paragraphs]
    assert ("Title", told.title) in written
    for block in told.blocks:
        if isinstance(block, Heading):
            assert (f"Heading {block.level}", block.text) in written
        if isinstance(block, Grid) and block.caption:
            assert ("Caption", block.caption) in written
    assert len(file.tables) == sum(isinstance(block, Grid) for block in told.blocks)
    assert file.core_properties.language == language
    assert file.core_properties.title == told.title
    assert str(file.styles["Heading 1"].font.color.rgb) == COLOUR
    (drawn,) = file.sections[0].header._element.iter(qn("wp:docPr"))
    assert drawn.get("descr") == told_logo(LOOK, "Ribera", language)


@pytest.mark.parametrize("language", languages())
def test_workbooks_open_without_a_warning_and_their_heads_can_be_read(language: str) -> None:
    plain = render_workbook("T", [("S", ("Name", "n"), [("a", 1)])], LOOK)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = openpyxl.load_workbook(io.BytesIO(render_xlsx(small_build(), language=language)))
        small = openpyxl.load_workbook(io.BytesIO(plain))
    for sheet in (book.worksheets[1], small.worksheets[0]):
        head = sheet["A1"]
        assert head.fill.fgColor.rgb == f"FF{COLOUR}"
        assert contrast(f"#{head.fill.fgColor.rgb[2:]}", f"#{head.font.color.rgb[2:]}") >= READABLE
    assert book.properties.title == say("report.title", language, city="Ribera")
    assert len(book.worksheets[0]._images) == 1


def test_without_a_look_nothing_of_it_is_there() -> None:
    told = DOCUMENTS["balance"]("en")
    plain = docx.Document(io.BytesIO(render(told, "docx")))
    assert not list(plain.sections[0].header._element.iter(qn("wp:docPr")))
    assert str(plain.styles["Heading 1"].font.color.rgb) != COLOUR
    assert told_logo(LOOK, "Ribera", "en") not in alternatives(
        pypdf.PdfReader(io.BytesIO(render(told, "pdf")))
    )


@pytest.mark.parametrize("language", languages())
def test_a_dossier_says_at_once_that_something_got_worse(language: str) -> None:
    told = [getattr(block, "text", "") for block in DOCUMENTS["dossier"](language).blocks]
    assert say("evaluation_page.harmed", language, n=1) in told
