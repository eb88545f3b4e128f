"""Joins the pages to what draws QR codes."""

from __future__ import annotations

from convive.reports.qr_codes import draw_qr

__all__ = ["draw_qr"]
