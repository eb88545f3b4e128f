"""Charts of a report, drawn once each, with their text alternatives."""

from __future__ import annotations

import re
from typing import Any

from convive.app.ports import Build
from convive.core.errors import NotFoundError
from convive.reports import charts

VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
MOST_RATIO = 1.3
"""Height of a picture over the width of the line, at most."""


class Pictures:
    """Draws charts of one build in one language and keeps them as files for the template."""

    def __init__(self, build: Build, language: str) -> None:
        self.build = build
        self.language = language
        self.files: dict[str, str] = {}

    def draw(
        self, chart_id: str, *, title: str = "", note: str = "", **selection: Any
    ) -> dict[str, str] | None:
        """Return a figure for the template, or None where there is nothing to draw."""
        try:
            chart = charts.specification(self.build, chart_id, language=self.language, **selection)
        except NotFoundError:
            return None
        name = f"{len(self.files):04d}.svg"
        self.files[name] = charts.svg(chart)
        return {
            "file": name,
            "alt": str(chart["description"]),
            "title": title,
            "note": note,
            "width": _percent(self.files[name]),
        }


def _percent(svg: str) -> str:
    """Return how much of the line a picture takes: all, or less where it would outgrow a page."""
    found = VIEW.search(svg)
    if found is None:
        return "100"
    return f"{min(100.0, 100 * MOST_RATIO * float(found[1]) / float(found[2])):.1f}"
