"""The report: valid PDF/UA-1, complete, the same twice, and never run by what it is told."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pypdf
import pytest

from convive.app.ports import Build
from convive.catalogue.texts import say
from convive.reports.pdf import render_report
from factories.build import make_build, shared_build
from factories.hostile import NAMES

VALIDATE = Path(__file__).parent / "verapdf_check.py"


@cache
def report(language: str) -> bytes:
    """Return the whole report in French, one of two areas in any other language."""
    build = shared_build() if language == "fr" else small()
    return render_report(build, language=language)


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)


def test_the_report_passes_the_light_pdf_ua_check(tmp_path) -> None:
    page = pytest.importorskip("page")
    path = tmp_path / "report.pdf"
    path.write_bytes(report("fr"))
    result = page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1)

    assert result.is_compliant, result.failures


@pytest.mark.parametrize("language", ["fr", "de"])
def test_the_report_passes_vera_pdf(language: str, tmp_path) -> None:
    if not list(Path("/usr/share/java").glob("jaxb-api-2*.jar")):
        pytest.skip("veraPDF needs Debian's libjaxb-java")
    path = tmp_path / "report.pdf"
    path.write_bytes(report(language))
    done = subprocess.run(
        [sys.executable, str(VALIDATE), str(path)], capture_output=True, text=True, timeout=240,
        check=False, env={"PATH": os.environ["PATH"]},
    )  # fmt: skip

    assert done.stdout.strip().splitlines()[-1:] == ["compliant"], done.stdout + done.stderr[-800:]


def test_the_report_has_language_title_outline_and_every_area() -> None:
    reader = pypdf.PdfReader(io.BytesIO(report("fr")))
    words = text_of(report("fr"))
    titles = [item.title for item in reader.outline if not isinstance(item, list)]

    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert reader.metadata.title == say("report.title", "fr", city="Ribera")
    assert say("report.section.unknown", "fr") in titles
    for row in shared_build().tables["areas"].to_pylist():
        if row["is_analysis"]:
            assert row["name"] in words
    assert "report." not in words
    assert "finding." not in words
    assert "SELECT * FROM trends" in words.replace("\n", " ")


def test_the_same_build_gives_the_same_document() -> None:
    assert render_report(small(), language="de") == report("de")


def small(**changes: object) -> Build:
    build = make_build(**changes)
    kept = build.tables["areas"].to_pylist()
    mask = [row["level"] != "neighbourhood" or row["area_id"] in {"n01", "n04"} for row in kept]
    tables = dict(build.tables) | {"areas": build.tables["areas"].filter(mask)}
    return Build(city=build.city, tables=tables, run=build.run)


def test_hostile_names_are_printed_and_not_run() -> None:
    words = text_of(render_report(small(names=NAMES), language="en"))

    assert '#panic("out")' in words
    assert "<script>alert(1)</script>" in words


@pytest.mark.parametrize("language", ["nl"])
def test_the_report_is_written_in_each_language(language: str) -> None:
    document = report(language)

    assert pypdf.PdfReader(io.BytesIO(document)).trailer["/Root"]["/Lang"] == language
    assert say("report.section.unknown", language) in text_of(document)
