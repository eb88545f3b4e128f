"""One list of hostile texts through every kind of document and export: words stay words."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import docx
import openpyxl
import pypdf
import pytest
from icalendar import Calendar

from convive.app.calendars import Appointment, CalendarFile, DueDay
from convive.app.documents import Bullets, Document, Facts, Grid, Heading, Lines, Paragraph, Picture
from convive.app.fieldwork.paper_forms import PaperOrder
from convive.app.plan_document import Beside, plan_document
from convive.app.spreadsheet_cells import is_formula, plain_cell
from convive.catalogue import find
from convive.connectors.plan_files.cells import clean
from convive.core.strategy.lights import standings_of
from convive.reports import charts, tables
from convive.reports.forms.archive import csv_parts
from convive.reports.letters import render_letters
from convive.reports.paper import render_sheets
from convive.reports.pdf import render_report
from convive.reports.tables.grid import render_grid, render_grid_csv
from convive.reports.tables.plain_workbook import render_plain_workbook
from convive.wiring.calendars import calendar_file
from convive.wiring.documents import render
from convive.wiring.plans import read_plan, write_plan
from factories import plans
from factories.build import make_build
from factories.documents import SVG
from factories.hostile import HARDER_NAMES, NAMES, TEXTS

DAY = date(2026, 3, 3)
FIELDS = re.compile(rb'<w:instrText[^>]*>([^<]*)<|w:instr="([^"]*)"')
NUMBER = re.compile(r"-?[0-9.]+")
OWN_FIELDS = {"PAGE", "NUMPAGES", "TOC"}


# --- documents ------------------------------------------------------------------------------------
@cache
def document() -> Document:
    """Every text in every place of a document."""
    blocks: list[Any] = []
    for text in TEXTS:
        blocks += [Heading(text, 2), Paragraph(text, link=text), Facts(((text, text),))]
    rows = tuple((text, text) for text in TEXTS)
    blocks += [Bullets(TEXTS), Grid((TEXTS[0], TEXTS[12]), rows, TEXTS[20])]
    blocks += [Lines(TEXTS[12], 1), Picture(SVG, TEXTS[19], TEXTS[20])]
    title = " ".join(TEXTS[:4])
    return Document(title, "en", TEXTS[3], tuple(blocks), subtitle=TEXTS[12], footer=TEXTS[14],
                    has_contents=True)  # fmt: skip


@cache
def plan_paper() -> Document:
    """A plan of which somebody has chosen every word."""
    actions = [plans.action(f"a{n}", title=text[:200], about=text) for n, text in enumerate(TEXTS)]
    made = replace(plans.plan(*actions), title=TEXTS[0], about=TEXTS[14], city=TEXTS[3])
    stand = standings_of(made, today=DAY)
    return plan_document(made, language="en", beside=Beside(stand), on=DAY)


def nothing_runs_in_pdf(content: bytes) -> str:
    """No action, script, form or address elsewhere in a PDF; returns its words."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & set(root)
    for page in reader.pages:
        for note in page.get("/Annots") or ():
            action = note.get_object().get("/A")
            assert action is None or action.get_object()["/S"] != "/JavaScript"
            assert b"evil.example" not in repr(action).encode()
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("make", [document, plan_paper])
def test_pdf(make: Any) -> None:
    words = nothing_runs_in_pdf(render(make(), "pdf"))
    for said in ('#panic("out")', "#import", "<script>alert(1)</script>", "HYPERLINK"):
        assert said in words
    assert "root:x:0" not in words


@pytest.mark.parametrize("make", [document, plan_paper])
def test_docx(make: Any) -> None:
    content = render(make(), "docx")
    text = "\n".join(one.text for one in docx.Document(io.BytesIO(content)).paragraphs)
    assert "{ HYPERLINK" in text
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith((".xml", ".rels")):
                ET.fromstring(part)
                assert b"<!DOCTYPE" not in part
            if name.endswith(".rels"):
                assert b"evil.example" not in part
            found = {(a or b).decode().split()[0] for a, b in FIELDS.findall(part)}
            assert found <= OWN_FIELDS, (name, found)


@pytest.mark.parametrize("names", [NAMES, HARDER_NAMES])
def test_the_report_of_an_audit(names: tuple[str, ...]) -> None:
    build = make_build(names=names)
    kept = [row["level"] != "neighbourhood" or row["area_id"] in {"n01", "n02", "n07"}
            for row in build.tables["areas"].to_pylist()]  # fmt: skip
    areas = build.tables["areas"].filter(kept)
    small = replace(build, tables=dict(build.tables) | {"areas": areas})
    assert "root:x:0" not in nothing_runs_in_pdf(render_report(small, language="en"))


def test_letters_and_paper_forms() -> None:
    letters = [
        {"lang": "en", "contact": text, "title": text, "paragraphs": [text],
         "address": "https://town.example/en/fill/a/", "code_label": text, "closing": text}
        for text in TEXTS
    ]  # fmt: skip
    words = nothing_runs_in_pdf(render_letters(letters, language="en", day=DAY))
    assert '#panic("out")' in words
    for text in HARDER_NAMES:
        form = replace(find.instrument("street_observation"), title={"en": text})
        nothing_runs_in_pdf(render_sheets(PaperOrder(form, "en", "x")))


# --- tables ---------------------------------------------------------------------------------------
ROWS = [(text, text) for text in TEXTS]


def delivery(kind: str) -> bytes:
    """Files of diary and money, which are made beside the pages."""
    from convive.web.workspace import delivery_files

    if kind == "csv":
        return b"".join(delivery_files.csv_pieces(("a", "b"), ROWS))
    with delivery_files.workbook(("a", "b"), ROWS) as file:
        return file.read()


@cache
def hostile_plan() -> Any:
    actions = [
        plans.action(f"a{n}", title=text.strip()[:200], about=text) for n, text in enumerate(TEXTS)
    ]
    return replace(plans.plan(*actions), title=TEXTS[0])


WORKBOOKS = {
    "grid": lambda: render_grid(TEXTS[2], list(ROWS), [("a", "b"), *ROWS]),
    "plain": lambda: render_plain_workbook(TEXTS[13], [(TEXTS[2], (TEXTS[3], "b"), ROWS)]),
    "delivery": lambda: delivery("xlsx"),
    "plan": lambda: write_plan(hostile_plan(), "xlsx"),
    "audit": lambda: tables.render_xlsx(make_build(names=HARDER_NAMES), language="en"),
}
FILES = {
    "grid": lambda: render_grid_csv([("a", "b"), *ROWS]),
    "forms": lambda: b"".join(csv_parts((TEXTS[2], "b"), ROWS)),
    "delivery": lambda: delivery("csv"),
    "audit": lambda: tables.render_csv(make_build(names=HARDER_NAMES), "areas"),
}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_workbooks(name: str) -> None:
    content = WORKBOOKS[name]()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            found = archive.read(part)
            ET.fromstring(found)
            assert b"<f>" not in found, part
            assert b"evil.example" not in found or "sharedStrings" in part or "sheet" in part
            assert not part.endswith(".rels") or b"External" not in found
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    said = [cell for cell in cells if isinstance(cell.value, str)]
    assert any("HYPERLINK" in cell.value for cell in said)
    assert {cell.data_type for cell in said} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]


@pytest.mark.parametrize("name", FILES)
def test_csv(name: str) -> None:
    content = FILES[name]()
    assert b"\0" not in content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len({len(row) for row in rows}) == 1, "no text makes a column of its own"
    assert len(rows) >= len(HARDER_NAMES) + 1
    words = [cell for row in rows for cell in row if not NUMBER.fullmatch(cell)]
    assert not [cell for cell in words if is_formula(cell)]


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@A1", "\t1", "\r1", "\n1", " =1", "\0=1", "\ufeff=1", "＝1", "＠A1"]
)
def test_what_a_spreadsheet_could_run(text: str) -> None:
    assert is_formula(text)
    assert not is_formula(f"a{text}")


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_plan_comes_back_as_it_was_said(kind: Any) -> None:
    made = hostile_plan()
    again = read_plan(write_plan(made, kind), f"plan.{kind}")
    for (_, _, before), (_, _, after) in zip(made.actions(), again.actions(), strict=True):
        for said, read in ((before.title, after.title), (before.about, after.about)):
            assert plain_cell(clean(said)).strip() == plain_cell(read)


# --- pictures -------------------------------------------------------------------------------------
@pytest.mark.parametrize("chart", ["map", "series", "index", "spark"])
def test_charts(chart: str) -> None:
    chosen = {"map": {"indicator": "unsafe_dark_share", "highlight": "n08"},
              "index": {"highlight": "n08"}}.get(chart, {"indicator": "recorded_total_rate"})  # fmt: skip
    build = make_build(names=HARDER_NAMES)
    text = charts.svg(charts.chart(build, chart, language="en", **chosen))
    for element in ET.fromstring(text).iter():
        tag = element.tag.rpartition("}")[2]
        assert tag in {"svg", "g", "path", "line", "rect", "text", "title", "circle", "tspan"}
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]


# --- calendars ------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", TEXTS)
def test_calendars(text: str) -> None:
    moment = datetime(2026, 3, 3, 9, tzinfo=UTC)
    begins = moment.replace(tzinfo=None)
    entries = (
        Appointment("a@town", text, begins, begins + timedelta(hours=1), moment, place=text,
                    alarms=(timedelta(days=1),)),
        DueDay("b@town", text, DAY, moment, alarms=(timedelta(days=1),)),
        DueDay("c@town", text, DAY, moment, is_task=True),
    )  # fmt: skip
    content = calendar_file(CalendarFile(text, "en", "Europe/Madrid", entries))
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    joined = content.replace(b"\r\n ", b"").decode()
    assert not re.search(
        r"(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", joined
    )
    assert joined.count("BEGIN:VEVENT\r\n") == 2
    assert not [line for line in joined.split("\r\n") if line.startswith("ATTACH")]
    found = Calendar.from_ical(content)
    assert [one.name for one in found.subcomponents if one.name != "VTIMEZONE"] == ["VEVENT", "VEVENT", "VTODO"]  # fmt: skip


def test_the_list_holds_what_it_says() -> None:
    assert len(NAMES) == len(HARDER_NAMES)
    assert Path("/etc/passwd").is_file(), "there is something that a document could have read"
