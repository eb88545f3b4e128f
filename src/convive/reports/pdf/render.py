"""Sets the report with Typst: the template is ours, the build comes in as data only."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typst

from convive.app.ports import Build
from convive.catalogue.texts import known_language
from convive.reports.charts.svg import FONTS
from convive.reports.pdf.content import report_content
from convive.reports.pdf.pictures import Pictures

TEMPLATE = Path(__file__).parent / "report.typ"


def render_report(build: Build, *, language: str) -> bytes:
    """Return the audit report as PDF/UA-1: tagged, titled, in the reader's language.

    The same build gives the same bytes: the date in the file is that of the run record.
    Nothing of the build becomes markup: names and texts reach the template as JSON strings.

    Parameters
    ----------
    build : Build
        A finished audit.
    language : str
        One of the catalogue's languages; English for any other.
    """
    language = known_language(language)
    pictures = Pictures(build, language)
    content = report_content(build, pictures, language)
    built_at = _built_at(build)
    content["date"] = [built_at.year, built_at.month, built_at.day]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copyfile(TEMPLATE, root / "report.typ")
        (root / "content.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        for name, text in pictures.files.items():
            (root / name).write_text(text, "utf-8")
        document: bytes = typst.compile(
            root / "report.typ",
            root=root,
            format="pdf",
            font_paths=[FONTS] if FONTS.is_dir() else [],
            ignore_system_fonts=any(FONTS.glob("*.ttf")),
            pdf_standards=["ua-1"],
            timestamp=int(built_at.timestamp()),
        )
    return document


def _built_at(build: Build) -> datetime:
    """Return the moment of the build in UTC; the epoch where the record has none."""
    stamp = build.run.get("built_at")
    if not stamp:
        return datetime(1970, 1, 1, tzinfo=UTC)
    moment = datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
