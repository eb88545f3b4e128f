"""Writes a document for a word processor: real styles, so that a town can go on writing in it."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Mm

from convive.app.documents import Document, Heading
from convive.catalogue.texts import format_date, known_language, say
from convive.core.model import PLAIN, Look
from convive.reports.documents import docx_fields as fields
from convive.reports.documents.docx_blocks import Writer
from convive.reports.documents.docx_styles import set_styles
from convive.reports.documents.tidy import tidy
from convive.reports.letterhead import Letterhead, letterhead

_EPOCH = date(1980, 1, 1)
"""The oldest day that an archive can name."""


def render_docx(document: Document, look: Look = PLAIN) -> bytes:
    """Return a document as DOCX; the same document gives the same bytes."""
    document = tidy(document)
    made = docx.Document()
    language = known_language(document.language)
    head = letterhead(look, language, document.city)
    set_styles(made, language, head, is_close=document.is_one_page)
    _page(made, document)
    _logo(made, document, head)
    _properties(made, document, language)
    _head(made, document, language)
    if document.has_contents:
        _contents(made, document, language)
    writer = Writer(made, _width(made))
    for block, after in zip(document.blocks, (*document.blocks[1:], None), strict=False):
        writer.write(block, after)
    _footer(made, document, language)
    into = io.BytesIO()
    made.save(into)
    return _same_every_time(into.getvalue())


def _page(made: Any, document: Document) -> None:
    """Set A4 with margins; upright or on its side."""
    is_landscape = document.is_landscape
    section = made.sections[0]
    short, long = Mm(210), Mm(297)
    section.page_width, section.page_height = (long, short) if is_landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(13 if document.is_one_page else 22)


def _width(made: Any) -> int:
    """Return the width of a line, in EMU."""
    section = made.sections[0]
    return int(section.page_width - section.left_margin - section.right_margin)


def _properties(made: Any, document: Document, language: str) -> None:
    day = document.on or _EPOCH
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    core = made.core_properties
    core.title, core.subject = document.title[:255], document.subtitle[:255]
    core.author = core.last_modified_by = document.city[:255]
    core.language, core.comments, core.keywords = language, "", ""
    core.created = core.modified = moment
    core.revision = 1


def _head(made: Any, document: Document, language: str) -> None:
    day = format_date(document.on, language) if document.on else ""
    line = " · ".join(part for part in (document.city, day) if part)
    if line:
        made.add_paragraph(line, style="Small Text")
    made.add_paragraph(document.title, style="Title")
    if document.subtitle:
        made.add_paragraph(document.subtitle, style="Subtitle")


def _logo(made: Any, document: Document, head: Letterhead) -> None:
    """Put the town's logo into the header of every page."""
    picture, logo = head.picture(), head.look.logo
    if picture is None or logo is None:
        return
    section = made.sections[0]
    section.header_distance = Mm(7)
    high = min(Mm(8 if document.is_one_page else 11), int(Mm(60) / logo.ratio))
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), height=Emu(high))
    shape._inline.docPr.set("descr", head.alt)
    shape._inline.docPr.set("name", "logo")


def _contents(made: Any, document: Document, language: str) -> None:
    """Add a table of contents that can be read at once and renewed by the word processor."""
    made.add_paragraph(say("report.contents", language), style="Contents Heading")
    entries = [block for block in document.blocks if isinstance(block, Heading)]
    shown = [(i, one) for i, one in enumerate(entries) if one.level <= 2]
    lines = [
        (made.add_paragraph(style=f"TOC {one.level}"), fields.bookmark_name(i), one.text)
        for i, one in shown
    ]
    fields.contents_field(lines)
    made.add_page_break()


def _footer(made: Any, document: Document, language: str) -> None:
    """Write the footer: what it is, and the page numbers as fields."""
    paragraph = made.sections[0].footer.paragraphs[0]
    paragraph.style = made.styles["Footer"]
    fields.right_tab(paragraph, _width(made))
    paragraph.add_run(f"{document.footer or document.title}\t")
    words = say("report.page", language, page="\x01", pages="\x02")
    for part in fields.split_keeping(words, "\x01\x02"):
        if part in ("\x01", "\x02"):
            fields.field(paragraph, "PAGE" if part == "\x01" else "NUMPAGES")
        elif part:
            paragraph.add_run(part)


def _same_every_time(archive: bytes) -> bytes:
    """Return an archive whose parts carry no time of writing."""
    into = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name == "docProps/thumbnail.jpeg":
                continue
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            content = old.read(name)
            if name == "_rels/.rels":
                content = fields.without_thumbnail(content)
            new.writestr(info, content)
    return into.getvalue()
