"""Sets a document as PDF/UA-1; texts reach the template as data, never as markup."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from convive.app.documents import Block, Document, Grid, Picture
from convive.catalogue.texts import format_date, known_language, say
from convive.core.model import PLAIN, Look
from convive.reports.documents.column_widths import column_widths, is_long
from convive.reports.documents.tidy import tidy
from convive.reports.letterhead import letterhead
from convive.reports.typesetting import Typeset, render_typeset

TEMPLATE = Path(__file__).parent / "document.typ"
_Pictures = dict[str, str]


def render_pdf(document: Document, look: Look = PLAIN) -> bytes:
    """Return a document as PDF/UA-1: tagged, titled, in its language; the same every time.

    A character that no typeface has is printed as an empty box.
    """
    document = tidy(document)
    pictures: _Pictures = {}
    content = _content(document, pictures)
    head = letterhead(look, content["lang"], document.city)
    content["look"] = head.fields()
    day = document.on
    stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) if day else 0
    return render_typeset(
        Typeset(TEMPLATE, "content.json", content, stamp, {**pictures, **head.files()})
    )


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
        "one_page": document.is_one_page,
        "contents": say("report.contents", language) if document.has_contents else "",
        "page": say("report.page", language, page="{page}", pages="{pages}"),
        "blocks": [
            _block(block, pictures) | {"leads": isinstance(after, Grid)}
            for block, after in zip(document.blocks, (*document.blocks[1:], None), strict=False)
        ],
    }


def _block(block: Block, pictures: _Pictures) -> dict[str, Any]:
    """Return a block as data for the template: its kind and its fields."""
    fields = {"is": type(block).__name__.lower(), **asdict(block)}
    if isinstance(block, Picture):
        name = f"{len(pictures):04d}.svg"
        pictures[name] = block.svg
        return {"is": "picture", "file": name, "alt": block.alt, "caption": block.caption,
                "share": block.share}  # fmt: skip
    if isinstance(block, Grid):
        fields["widths"] = list(column_widths(block))
        fields["long"] = is_long(block)
    return fields
