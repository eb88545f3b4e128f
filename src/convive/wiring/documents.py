"""Joins documents made of blocks to the files that people print and edit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convive.app.documents import Document, Kind

# ruff: noqa: PLC0415 - adapters are imported where they are used

MEDIA_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def render(document: Document, kind: Kind) -> bytes:
    """Return a document as a file: ``pdf`` (PDF/UA-1) to read and print, ``docx`` to edit."""
    from convive.reports.documents import render_docx, render_pdf

    return render_pdf(document) if kind == "pdf" else render_docx(document)


def render_workbook(
    title: str, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str | float]]]]
) -> bytes:
    """Return plain tables (name, head, rows) as a workbook."""
    from convive.reports.tables.plain_workbook import render_plain_workbook

    return render_plain_workbook(title, sheets)
