"""Instruments on paper: numbered sheets to tick, as accessible PDF (PDF/UA-1)."""

from __future__ import annotations

from convive.reports.paper.render import render_sheets

__all__ = ["render_sheets"]
