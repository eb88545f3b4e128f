"""Sets sheets with Typst: the template is ours, the instrument comes in as data only."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import segno
import typst

from convive.app.fieldwork.paper_forms import PaperOrder, sheet_text
from convive.reports.charts.svg import FONTS
from convive.reports.paper.content import sheet_content

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
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copyfile(TEMPLATE, root / "sheet.typ")
        text = json.dumps(content, ensure_ascii=False, default=_left_out)
        (root / "content.json").write_text(text, "utf-8")
        for number in order.numbers:
            (root / f"{number:04d}.svg").write_bytes(_square(sheet_text(order.code, number)))
        document: bytes = typst.compile(
            root / "sheet.typ",
            root=root,
            format="pdf",
            font_paths=[FONTS] if FONTS.is_dir() else [],
            ignore_system_fonts=any(FONTS.glob("*.ttf")),
            pdf_standards=["ua-1"],
            timestamp=int(made_at.timestamp()),
        )
    return document


def _square(text: str) -> bytes:
    """Return a QR code as SVG; enough spare to be read when a corner is torn or stained."""
    made = io.BytesIO()
    segno.make(text, error="m", micro=False).save(made, kind="svg", border=0, scale=4)
    return made.getvalue()


def _left_out(_value: Any) -> None:
    """Say nothing of what only the layout looks at."""
    return
