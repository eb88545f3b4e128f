"""Joins documents made of blocks to the files that people print and edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convive.app.documents import Document, Kind
from convive.app.ports import Build
from convive.core.model import PLAIN, Look
from convive.core.strategy.model import Plan

# ruff: noqa: PLC0415 - adapters are imported where they are used

MEDIA_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def render(document: Document, kind: Kind, look: Look = PLAIN) -> bytes:
    """Return a document as a file: ``pdf`` (PDF/UA-1) to read and print, ``docx`` to edit.

    `look` is that of the town whose document it is.
    """
    from convive.reports.documents import render_docx, render_pdf

    return render_pdf(document, look) if kind == "pdf" else render_docx(document, look)


def render_area_atlas(build: Build, plan: Plan | None = None, *, language: str) -> bytes:
    """Return one page an area as PDF/UA-1; a plan tells what is done where."""
    from convive.reports.atlas import deeds_of, render_atlas

    deeds = deeds_of(plan, language) if plan else {}
    return render_atlas(build, language=language, deeds=deeds)


def render_workbook(
    title: str,
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str | float]]]],
    look: Look = PLAIN,
) -> bytes:
    """Return plain tables (name, head, rows) as a workbook."""
    from convive.reports.tables.plain_workbook import render_plain_workbook

    return render_plain_workbook(title, sheets, look)
