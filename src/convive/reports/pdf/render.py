"""Sets the report with Typst: the template is ours, the build comes in as data only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from convive.app.ports import Build
from convive.catalogue.texts import known_language
from convive.reports.letterhead import letterhead
from convive.reports.pdf.content import report_content
from convive.reports.pdf.pictures import Pictures
from convive.reports.typesetting import Typeset, render_typeset

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
    head = letterhead(build.city.look, language, build.city.name)
    content["look"] = head.fields()
    content["date"] = [built_at.year, built_at.month, built_at.day]
    stamp = int(built_at.timestamp())
    files: dict[str, str | bytes] = {**pictures.files, **head.files()}
    return render_typeset(Typeset(TEMPLATE, "content.json", content, stamp, files))


def _built_at(build: Build) -> datetime:
    """Return the moment of the build in UTC; the epoch where the record has none."""
    stamp = build.run.get("built_at")
    if not stamp:
        return datetime(1970, 1, 1, tzinfo=UTC)
    moment = datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
