"""The audit report as an accessible PDF (PDF/UA-1), from the same charts as the pages."""

from __future__ import annotations

from convive.reports.pdf.render import render_report

__all__ = ["render_report"]
