"""Sheets: valid PDF/UA-1, complete, numbered, the same twice, in every language."""

from __future__ import annotations

import dataclasses
import io
from functools import cache

import pypdf
import pytest

from convive.app.fieldwork.paper_forms import PaperOrder
from convive.catalogue import find
from convive.catalogue.texts import languages, localised, say
from convive.core.errors import RequestError
from convive.reports.paper import render_sheets
from integration.test_document_files import vera_all

CASES = (
    ("core_survey", "fr", False),
    ("exploratory_walk", "de", False),
    ("safety_audit", "nl", True),
)


@cache
def sheets(instrument_id: str, language: str, is_large: bool = False, n: int = 2) -> bytes:
    one = find.instrument(instrument_id)
    return render_sheets(PaperOrder(one, language, "spring", sheets=n, first=11, is_large=is_large))


def pages_of(document: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages]


@pytest.mark.parametrize(("instrument_id", "language", "is_large"), CASES)
def test_sheets_pass_the_light_pdf_ua_check(instrument_id, language, is_large, tmp_path) -> None:
    page = pytest.importorskip("page")
    path = tmp_path / "sheets.pdf"
    path.write_bytes(sheets(instrument_id, language, is_large))
    result = page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1)
    assert result.is_compliant, result.failures


def test_sheets_pass_vera_pdf(tmp_path) -> None:
    vera_all({f"{number}.pdf": sheets(*case) for number, case in enumerate(CASES)}, tmp_path)


def test_every_page_says_which_sheet_of_which_campaign_it_is() -> None:
    pages = pages_of(sheets("exploratory_walk", "de"))
    half = len(pages) // 2
    assert len(pages) == 2 * half
    for number, part in (("0011", pages[:half]), ("0012", pages[half:])):
        for k, words in enumerate(part, start=1):
            assert number in words
            assert "spring" in words
            assert say("paper.page", "de", page=str(k), pages=str(half)) in words


def test_every_question_stands_on_the_sheet_with_its_rule() -> None:
    words = " ".join(" ".join(pages_of(sheets("core_survey", "fr"))).split())
    for item in find.instrument("core_survey").items():
        start = " ".join(localised(item.question, "fr").split()[:4])
        assert start in words, item.id
    assert "Seulement si la réponse à la question" in words
    assert "paper." not in words


@pytest.mark.parametrize("language", languages())
def test_the_file_has_language_and_title(language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(sheets("street_observation", language, n=1)))
    assert reader.trailer["/Root"]["/Lang"] == language
    title = localised(find.instrument("street_observation").title, language)
    assert reader.metadata.title == title


def test_every_instrument_of_the_shelf_can_be_printed() -> None:
    for one in find.instruments():
        assert render_sheets(PaperOrder(one, "fr", one.id))[:5] == b"%PDF-"


def test_the_same_order_gives_the_same_file() -> None:
    one = find.instrument("street_observation")
    order = PaperOrder(one, "it", "spring", sheets=2, first=11)
    assert render_sheets(order) == sheets("street_observation", "it")


def test_hostile_texts_are_printed_and_not_run() -> None:
    title = {"en": '#panic("out") $x$ *b* <script>'}
    one = dataclasses.replace(find.instrument("street_observation"), title=title)
    assert '#panic("out")' in pages_of(render_sheets(PaperOrder(one, "en", "x")))[0]


@pytest.mark.parametrize(("first", "n"), [(1, 0), (1, 501), (0, 1), (999_999, 2)])
def test_too_many_sheets_are_refused(first: int, n: int) -> None:
    with pytest.raises(RequestError, match="PAPER_SHEETS"):
        PaperOrder(find.instrument("street_observation"), "en", "x", first=first, sheets=n)
