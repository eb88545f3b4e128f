"""Letters of invitation to a survey, one page each, as an accessible PDF (PDF/UA-1)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import segno
import typst

from convive.reports.charts.svg import FONTS

TEMPLATE = Path(__file__).parent / "letters.typ"


def render_letters(letters: Sequence[dict[str, Any]], *, language: str, day: date) -> bytes:
    """Return the letters as one PDF.

    Parameters
    ----------
    letters : sequence of dict
        ``lang contact title paragraphs address code_label closing``, all texts; none of them
        becomes markup.
    language : str
        Of the document as a whole.
    day : date
        Of the document.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copyfile(TEMPLATE, root / "letters.typ")
        pages = []
        for number, letter in enumerate(letters):
            name = f"{number:05d}.svg"
            segno.make(letter["address"], error="m", micro=False).save(str(root / name), border=1)
            pages.append({**letter, "qr": name})
        content = {
            "title": letters[0]["title"] if letters else "–",
            "lang": language,
            "date": [day.year, day.month, day.day],
            "letters": pages,
        }
        (root / "letters.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        document: bytes = typst.compile(
            root / "letters.typ",
            root=root,
            format="pdf",
            font_paths=[FONTS] if FONTS.is_dir() else [],
            ignore_system_fonts=any(FONTS.glob("*.ttf")),
            pdf_standards=["ua-1"],
            timestamp=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()),
        )
    return document
