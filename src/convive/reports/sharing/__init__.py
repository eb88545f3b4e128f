"""What is handed on: cards for messages and pictures to keep."""

from __future__ import annotations

from convive.reports.sharing.render import render_card, render_picture

__all__ = ["render_card", "render_picture"]
