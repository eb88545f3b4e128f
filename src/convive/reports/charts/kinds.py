"""What a kind of chart is: it draws, describes itself in words, and lists its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from convive.app.ports import Build
from convive.core.errors import NotFoundError
from convive.reports.charts.layers import Spec
from convive.reports.charts.style import WIDTH


@dataclass(frozen=True, slots=True)
class Selection:
    """What a chart is asked to show; anything left out is chosen sensibly.

    `width` is in pixels; `highlight` is the area to be pointed out on maps and lists.
    """

    language: str
    indicator: str = ""
    level: str = ""
    area_id: str = ""
    period_start: date | None = None
    year: int | None = None
    dimension: str = "sex"
    component: str = "overall"
    denominator: str | None = None
    highlight: str | None = None
    width: int = WIDTH
    has_key: bool = True

    def in_city(self, build: Build) -> Selection:
        """Return the selection with the whole city where no area is named."""
        if self.area_id:
            return replace(self, level=self.level or build.city.analysis_level.id)
        return replace(self, level="city", area_id=build.city.id)

    def on_level(self, build: Build) -> Selection:
        """Return the selection with the analysis level where no level is named."""
        return replace(self, level=self.level or build.city.analysis_level.id)


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The rows behind a chart in words: header and cells, ready to be printed."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of chart: the same three functions for page, paper and notebook."""

    draw: Callable[[Any, str], Spec]
    """(view, description) → chart."""
    describe: Callable[[Any], str]
    tabulate: Callable[[Any], ChartTable]
    view: Callable[[Build, Selection], Any]
    """Reads what the chart needs; raises NotFoundError CHART_EMPTY where there is nothing."""


def nothing(chart: str, selection: Selection) -> NotFoundError:
    """Return the error of a chart that has nothing to show."""
    return NotFoundError(
        "CHART_EMPTY", chart=chart, indicator=selection.indicator, area=selection.area_id
    )
