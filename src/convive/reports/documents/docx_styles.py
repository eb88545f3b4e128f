"""Styles, language and colours of word-processor files: the look of the pages, on paper."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from convive.reports.documents.docx_fields import element
from convive.reports.letterhead import Letterhead
from convive.reports.palette import LIGHT

_REGIONS = {
    "en": "en-GB", "fr": "fr-FR", "es": "es-ES", "it": "it-IT", "de": "de-DE", "pt": "pt-PT",
    "nl": "nl-NL",
}  # fmt: skip
_BODY, _HEAD = "Calibri", "Cambria"
_SIZES = {"Heading 1": 17, "Heading 2": 13, "Heading 3": 11, "Heading 4": 10.5, "Title": 25}
_COLOURED = ("Heading 1", "Heading 2")
_CLOSE = (
    ("Normal", 9, 2), ("Title", 16, 2), ("Subtitle", 10, 3), ("Heading 1", 11, 2),
    ("List Bullet", 9, 1), ("List Number", 9, 1), ("Small Text", 8, 2),
)  # fmt: skip
"""Style, size and room below (points) of a document that is to be one page."""


def set_styles(made: Any, language: str, head: Letterhead, *, is_close: bool = False) -> None:
    """Give the styles of a new file our type and colours, and its texts their language.

    Headings are in the colour of a town that has one. With `is_close` everything is set smaller, to
    find room on one page.
    """
    styles = made.styles
    _speak(made, _REGIONS[language])
    normal = styles["Normal"]
    _font(normal, _BODY, 10.5, "ink")
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.12
    for name, size in _SIZES.items():
        _font(styles[name], _HEAD, size, "ink", is_bold=name != "Title")
        styles[name].paragraph_format.keep_with_next = True
    if head.look.colour:
        for name in _COLOURED:
            styles[name].font.color.rgb = RGBColor.from_string(head.look.colour.lstrip("#").upper())
    _without_rule(styles["Title"])
    _font(styles["Subtitle"], _HEAD, 13, "soft")
    _font(styles["Caption"], _BODY, 9, "soft")
    styles["Caption"].paragraph_format.keep_with_next = True
    _font(styles["Footer"], _BODY, 8.5, "soft")
    _font(styles["Quote"], _BODY, 10.5, "ink")
    _new_styles(styles)
    if is_close:
        _set_close(styles)


def _set_close(styles: Any) -> None:
    for name, size, after in _CLOSE:
        styles[name].font.size = Pt(size)
        styles[name].paragraph_format.space_after = Pt(after)
        styles[name].paragraph_format.space_before = Pt(7 if name == "Heading 1" else 0)
    styles["Normal"].paragraph_format.line_spacing = 1.0


def _new_styles(styles: Any) -> None:
    """Add what the library's own file lacks."""
    for name, size, token in (
        ("Small Text", 9, "soft"),
        ("Lead Text", 13, "ink"),
        ("Warning Text", 10.5, "gold"),
        ("Fact", 10.5, "ink"),
        ("Ruled Line", 10.5, "ink"),
        ("Contents Heading", 17, "ink"),
        ("TOC 1", 10.5, "ink"),
        ("TOC 2", 10, "soft"),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _font(style, _HEAD if name in ("Lead Text", "Contents Heading") else _BODY, size, token)
    fact = styles["Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent = Mm(50), Mm(-50)
    fact.tab_stops.add_tab_stop(Mm(50))
    styles["TOC 2"].paragraph_format.left_indent = Mm(6)
    styles["Warning Text"].font.bold = True
    _fill(styles["Warning Text"], LIGHT["gold-2"])
    _underline(styles["Ruled Line"])


def _font(style: Any, name: str, size: float, token: str, *, is_bold: bool | None = None) -> None:
    font = style.font
    font.name, font.size, font.italic = name, Pt(size), False
    font.color.rgb = RGBColor.from_string(LIGHT[token].lstrip("#").upper())
    if is_bold is not None:
        font.bold = is_bold
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _speak(made: Any, region: str) -> None:
    """Set the language of everything, for the voice that reads it out and the spell check."""
    defaults = made.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(element("lang", val=region, eastAsia=region, bidi="ar-SA"))
    for old in made.settings.element.findall(qn("w:themeFontLang")):
        old.set(qn("w:val"), region)


def _without_rule(style: Any) -> None:
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _fill(style: Any, colour: str) -> None:
    properties = style.element.get_or_add_pPr()
    properties.append(element("shd", val="clear", color="auto", fill=colour.lstrip("#").upper()))


def _underline(style: Any) -> None:
    """Draw a line below each paragraph: room to write by hand."""
    style.paragraph_format.space_before = Pt(14)
    border = element("pBdr")
    colour = LIGHT["soft"].lstrip("#").upper()
    for side in ("bottom", "between"):
        border.append(element(side, val="single", sz="4", space="1", color=colour))
    properties = style.element.get_or_add_pPr()
    properties.insert(0, border)
