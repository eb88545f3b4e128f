"""Writes the blocks of a document, one after the other, with real styles."""

from __future__ import annotations

import io
import re
from typing import Any

import vl_convert
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Emu, Mm

from convive.app.documents import (
    Block,
    Bullets,
    Facts,
    Grid,
    Heading,
    Lines,
    Paragraph,
    Picture,
)
from convive.reports.charts.svg import know_fonts
from convive.reports.documents import docx_fields as fields
from convive.reports.documents.column_widths import column_widths, is_long
from convive.reports.palette import LIGHT

_STYLES = {"lead": "Lead Text", "small": "Small Text", "warning": "Warning Text", "quote": "Quote"}
_SHARPNESS = 2.0
"""Pixels of a picture for one of its own."""
_HIGHEST = Mm(165)
_TALL = re.compile(r'viewBox="[\d.\s-]*?([\d.]+)[\s,]+([\d.]+)"')


class Writer:
    """Appends blocks to a file; keeps count of headings and pictures."""

    def __init__(self, made: Any, width: int) -> None:
        self.made = made
        self.width = width
        self.n_headings = 0

    def write(self, block: Block, after: Block | None = None) -> None:
        """Append one block; `after` is the one that follows it."""
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._paragraph(block, is_leading=isinstance(after, Grid))
        elif isinstance(block, Bullets):
            self._bullets(block)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Grid):
            self._grid(block)
        elif isinstance(block, Picture):
            self._picture(block)
        elif isinstance(block, Lines):
            self._lines(block)
        else:
            self.made.add_page_break()

    def _heading(self, block: Heading) -> None:
        paragraph = self.made.add_paragraph(block.text, style=f"Heading {block.level}")
        fields.bookmark(paragraph, self.n_headings)
        self.n_headings += 1

    def _paragraph(self, block: Paragraph, *, is_leading: bool) -> None:
        paragraph = self.made.add_paragraph(block.text, style=_STYLES.get(block.tone, "Normal"))
        paragraph.paragraph_format.keep_with_next = is_leading or None
        if block.link:
            fields.link_all(paragraph, block.link)

    def _bullets(self, block: Bullets) -> None:
        style = "List Number" if block.is_numbered else "List Bullet"
        number = fields.restarted_numbering(self.made, style) if block.is_numbered else ""
        for item in block.items:
            paragraph = self.made.add_paragraph(item, style=style)
            if number:
                properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                properties.get_or_add_ilvl().val = 0
                properties.get_or_add_numId().val = int(number)

    def _facts(self, block: Facts) -> None:
        for name, what in block.pairs:
            paragraph = self.made.add_paragraph(style="Fact")
            paragraph.add_run(f"{name}:").bold = True
            paragraph.add_run(f"\t{what}")

    def _grid(self, block: Grid) -> None:
        if block.caption:
            self.made.add_paragraph(block.caption, style="Caption")
        table = self.made.add_table(rows=1, cols=len(block.columns))
        table.alignment = WD_TABLE_ALIGNMENT.LEFT
        table.autofit = False
        _table_properties(table, block.caption)
        shares = column_widths(block)
        widths = [Emu(int(self.width * share / sum(shares))) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        _fill(table.rows[0], block.columns, block, is_head=True)
        for row in block.rows:
            _fill(table.add_row(), row, block)
        if not is_long(block):
            _keep_whole(table)
        self.made.add_paragraph(style="Small Text")

    def _picture(self, block: Picture) -> None:
        know_fonts()
        png = vl_convert.svg_to_png(block.svg, scale=_SHARPNESS)
        paragraph = self.made.add_paragraph()
        paragraph.paragraph_format.keep_with_next = bool(block.caption)
        shape = paragraph.add_run().add_picture(io.BytesIO(png), **self._size(block))
        properties = shape._inline.docPr
        properties.set("descr", block.alt)
        properties.set("name", f"{properties.get('id')}")
        if block.caption:
            self.made.add_paragraph(block.caption, style="Small Text")

    def _size(self, block: Picture) -> dict[str, Emu]:
        """Return its share of the line, or the greatest height where that would be higher."""
        found = _TALL.search(block.svg)
        width = int(self.width * block.share)
        wide, high = (float(found[1]), float(found[2])) if found else (1.0, 0.0)
        if width * high > _HIGHEST * wide:
            return {"height": Emu(_HIGHEST)}
        return {"width": Emu(width)}

    def _lines(self, block: Lines) -> None:
        if block.label:
            paragraph = self.made.add_paragraph()
            paragraph.add_run(block.label).bold = True
            paragraph.paragraph_format.keep_with_next = True
        for _ in range(max(1, block.n)):
            self.made.add_paragraph(style="Ruled Line")


def _fill(row: Any, texts: tuple[str, ...], block: Grid, *, is_head: bool = False) -> None:
    """Write a row; the head row is repeated on every page, no row is cut in two."""
    properties = row._tr.get_or_add_trPr()
    properties.append(fields.element("cantSplit"))
    if is_head:
        properties.append(fields.element("tblHeader"))
    for number, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = 0
        paragraph.add_run(text).bold = is_head or None
        if number in block.numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _keep_whole(table: Any) -> None:
    """Keep a short table on one page: each row with the next."""
    for row in table.rows[:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _table_properties(table: Any, caption: str) -> None:
    """Draw thin lines between rows, and say that row and column one are headings."""
    properties = table._tbl.tblPr
    borders = fields.element("tblBorders")
    for side, size, token in (
        ("top", "8", "ink"),
        ("bottom", "4", "line"),
        ("insideH", "4", "line"),
    ):
        colour = LIGHT[token].lstrip("#").upper()
        borders.append(fields.element(side, val="single", sz=size, space="0", color=colour))
    layout = properties.find(qn("w:tblLayout"))
    if layout is None:
        properties.append(borders)
    else:
        layout.addprevious(borders)
    for old in properties.findall(qn("w:tblLook")):
        properties.remove(old)
    look = {"val": "04A0", "firstRow": "1", "lastRow": "0", "firstColumn": "1", "lastColumn": "0"}
    properties.append(fields.element("tblLook", noHBand="0", noVBand="1", **look))
    if caption:
        properties.append(fields.element("tblCaption", val=caption[:255]))
