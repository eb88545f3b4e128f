"""Charts of a report, drawn once each, with their text alternatives."""

from __future__ import annotations

from typing import Any

from convive.app.ports import Build
from convive.core.errors import NotFoundError
from convive.reports import charts


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
            chart = charts.chart(self.build, chart_id, language=self.language, **selection)
        except NotFoundError:
            return None
        name = f"{len(self.files):04d}.svg"
        self.files[name] = charts.svg(chart)
        return {"file": name, "alt": str(chart.description), "title": title, "note": note}
