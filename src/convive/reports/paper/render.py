"""Sets sheets with Typst: the template is ours, the instrument comes in as data only."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import segno

from convive.app.fieldwork.paper_forms import PaperOrder, sheet_text
from convive.reports.paper.content import sheet_content
from convive.reports.typesetting import Typeset, render_typeset

TEMPLATE = Path(__file__).parent / "sheet.typ"


def render_sheets(order: PaperOrder) -> bytes:
    """Return numbered sheets as one PDF/UA-1, A4, black on white.

    The same order gives the same bytes: the date in the file is that of the instrument.
    Nothing of the instrument becomes markup: texts reach the template as JSON strings.
    """
    content = sheet_content(order)
    content["numbers"] = [f"{number:04d}" for number in order.numbers]
    day = order.instrument.effective_from
    content["date"] = [day.year, day.month, day.day]
    made_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    files = {
        f"{number:04d}.svg": _square(sheet_text(order.code, number)) for number in order.numbers
    }
    stamp = int(made_at.timestamp())
    return render_typeset(Typeset(TEMPLATE, "content.json", content, stamp, files))


def _square(text: str) -> str:
    """Return a QR code as SVG; enough spare to be read when a corner is torn or stained."""
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(made, kind="svg", border=0, scale=4)
    return made.getvalue().decode()
