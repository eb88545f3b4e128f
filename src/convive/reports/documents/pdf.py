"""Sets a document with Typst as PDF/UA-1; texts reach the template as data, never as markup."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from convive.app.documents import Block, Document, Grid, Picture
from convive.catalogue.texts import format_date, known_language, say
from convive.reports.charts.svg import FONTS
from convive.reports.documents.column_widths import column_widths
from convive.reports.documents.tidy import tidy

TEMPLATE = Path(__file__).parent / "document.typ"
_NO_GLYPH = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_SURE = re.compile(r"[^\n\t\x20-\x7e\xa0-\xff\u0100-\u017f\u2010-\u2026\u20ac\u2212]")
"""What our typefaces have for certain is the opposite of this."""
NO_GLYPH = "□"
_TRIES = 4
_Pictures = dict[str, str]


def render_pdf(document: Document) -> bytes:
    """Return a document as PDF/UA-1: tagged, titled, in its language; the same every time.

    A character that no typeface has (an emoji in a name) is printed as an empty box: a tagged
    document must not hold characters that cannot be shown.
    """
    document = tidy(document)
    pictures: _Pictures = {}
    content = json.dumps(_content(document, pictures), ensure_ascii=False)
    day = document.on
    stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) if day else 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copyfile(TEMPLATE, root / "document.typ")
        for name, svg in pictures.items():
            (root / name).write_text(svg, "utf-8")

        def compiled(text: str) -> bytes:
            (root / "content.json").write_text(text, "utf-8")
            return _compile(root, stamp)

        return _with_known_glyphs(content, compiled)


def _compile(root: Path, stamp: int) -> bytes:
    made: bytes = typst.compile(
        root / "document.typ",
        root=root,
        format="pdf",
        font_paths=[FONTS] if FONTS.is_dir() else [],
        ignore_system_fonts=any(FONTS.glob("*.ttf")),
        pdf_standards=["ua-1"],
        timestamp=stamp,
    )
    return made


def _with_known_glyphs(content: str, compiled: Callable[[str], bytes]) -> bytes:
    """Compile, with an empty box for whatever the typefaces turn out not to have."""
    for _ in range(_TRIES):
        try:
            return compiled(content)
        except typst.TypstError as error:
            unknown = _unknown(str(error.diagnostic))
            if not unknown & set(content):
                break
            content = "".join(NO_GLYPH if one in unknown else one for one in content)
    return compiled(_SURE.sub("?", content))


def _unknown(diagnostic: str) -> set[str]:
    """Return the characters that the message of the typesetter complains of."""
    found: set[str] = set()
    for text in _NO_GLYPH.findall(diagnostic):
        found.update(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text))
    return {one for one in found if ord(one) > 0x7E} - {NO_GLYPH}


def _content(document: Document, pictures: _Pictures) -> dict[str, Any]:
    language = known_language(document.language)
    day = document.on
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "city": document.city,
        "lang": language,
        "date": [day.year, day.month, day.day] if day else None,
        "day": format_date(day, language) if day else "",
        "footer": document.footer,
        "landscape": document.is_landscape,
        "contents": say("report.contents", language) if document.has_contents else "",
        "page": say("report.page", language, page="{page}", pages="{pages}"),
        "blocks": [_block(block, pictures) for block in document.blocks],
    }


def _block(block: Block, pictures: _Pictures) -> dict[str, Any]:
    """Return a block as data for the template: its kind and its fields."""
    fields = {"is": type(block).__name__.lower(), **asdict(block)}
    if isinstance(block, Picture):
        name = f"{len(pictures):04d}.svg"
        pictures[name] = block.svg
        return {"is": "picture", "file": name, "alt": block.alt, "caption": block.caption}
    if isinstance(block, Grid):
        fields["widths"] = list(column_widths(block))
    return fields
