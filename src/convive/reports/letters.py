"""Letters of invitation to a survey, one page each, as an accessible PDF (PDF/UA-1)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import segno

from convive.core.model import PLAIN, Look
from convive.reports.letterhead import letterhead
from convive.reports.typesetting import Typeset, render_typeset

TEMPLATE = Path(__file__).parent / "letters.typ"


def render_letters(
    letters: Sequence[dict[str, Any]],
    *,
    language: str,
    day: date,
    look: Look = PLAIN,
    city: str = "",
) -> bytes:
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
    look : Look
        Of the town that writes, whose name is `city`.
    """
    head = letterhead(look, language, city)
    pages = []
    files: dict[str, str | bytes] = {**head.files()}
    for number, letter in enumerate(letters):
        name = f"{number:05d}.svg"
        files[name] = _square(letter["address"])
        pages.append({**letter, "qr": name})
    content = {
        "title": letters[0]["title"] if letters else "–",
        "lang": language,
        "date": [day.year, day.month, day.day],
        "look": head.fields(),
        "letters": pages,
    }
    stamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return render_typeset(Typeset(TEMPLATE, "letters.json", content, stamp, files))


def _square(address: str) -> str:
    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(made, kind="svg", border=1)
    return made.getvalue().decode()
