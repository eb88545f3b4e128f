"""Joins survey waves to files: frames and margins that are handed in, letters that go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

# Adapters are imported where they are used: see `convive.wiring`.
# ruff: noqa: PLC0415


def read_table(data: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows of a table that somebody uploads; see `connectors.frame_files.read_table`."""
    from convive.connectors.frame_files import read_table as read

    return read(data)


def render_letters(
    letters: Sequence[dict[str, Any]], *, language: str, day: date, **town: Any
) -> bytes:
    """Return letters of invitation as PDF/UA-1, one page each; see `reports.letters`."""
    from convive.reports.letters import render_letters as render

    return render(letters, language=language, day=day, **town)
