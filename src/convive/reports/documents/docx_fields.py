"""Parts of a word-processor file that its library has no words for: fields, bookmarks, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu

_THUMBNAIL = re.compile(rb"<Relationship [^>]*thumbnail[^>]*/>")


def element(tag: str, **attributes: str) -> Any:
    """Return ``w:tag`` with attributes of the same name space."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def field(paragraph: Any, instruction: str) -> None:
    """Append a field such as PAGE to a paragraph."""
    made = element("fldSimple", instr=instruction)
    run = element("r")
    text = element("t")
    text.text = "1"
    run.append(text)
    made.append(run)
    paragraph._p.append(made)


def contents_field(lines: Sequence[tuple[Any, str, str]]) -> None:
    """Join paragraphs (paragraph, bookmark, text) into one field of contents."""
    for number, (paragraph, anchor, text) in enumerate(lines):
        if number == 0:
            _mark(paragraph, "begin")
            run = paragraph.add_run()
            code = element("instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = ' TOC \\o "1-2" \\h \\z \\u '
            run._r.append(code)
            _mark(paragraph, "separate")
        link = element("hyperlink", anchor=anchor, history="1")
        run = element("r")
        said = element("t")
        said.text = text
        run.append(said)
        link.append(run)
        paragraph._p.append(link)
    if lines:
        _mark(lines[-1][0], "end")


def _mark(paragraph: Any, kind: str) -> None:
    paragraph.add_run()._r.append(element("fldChar", fldCharType=kind))


def bookmark_name(number: int) -> str:
    """Return the name of the place where a heading stands."""
    return f"_Toc{number + 1:06d}"


def bookmark(paragraph: Any, number: int) -> None:
    """Make the paragraph a place that links can lead to."""
    start = element("bookmarkStart", id=str(number), name=bookmark_name(number))
    end = element("bookmarkEnd", id=str(number))
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def link_all(paragraph: Any, address: str) -> None:
    """Make everything in a paragraph lead to an address."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    for run in list(paragraph._p.r_lst):
        link.append(run)
    paragraph._p.append(link)


def right_tab(paragraph: Any, width: int) -> None:
    """Put a tab stop at the end of the line, and none before it: styles may have one at its middle."""
    stops = paragraph.paragraph_format.tab_stops
    for inherited in paragraph.style.paragraph_format.tab_stops:
        stops.add_tab_stop(inherited.position, WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(Emu(width), WD_TAB_ALIGNMENT.RIGHT)


def split_keeping(text: str, marks: str) -> list[str]:
    """Return a text cut at single characters, which are kept."""
    return re.split(f"([{re.escape(marks)}])", text)


def without_thumbnail(relations: bytes) -> bytes:
    """Return the relations of a package without the picture of another document."""
    return _THUMBNAIL.sub(b"", relations)


def restarted_numbering(made: Any, style: str) -> str:
    """Return the id of a numbering like that of a list style, that begins at 1 again."""
    numbering = made.part.numbering_part.element
    style_number = made.styles[style].element.pPr.numPr.numId.val
    abstract = numbering.num_having_numId(style_number).abstractNumId.val
    number = numbering.add_num(abstract)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return str(number.numId)
