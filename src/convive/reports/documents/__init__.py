"""Documents made of plain blocks, as PDF/UA-1 to print and as DOCX to go on writing in."""

from __future__ import annotations

from convive.reports.documents.docx_file import render_docx
from convive.reports.documents.pdf import render_pdf

__all__ = ["render_docx", "render_pdf"]
