"""One grammar of charts for page, paper and notebook: Vega-Lite through Altair.

``chart(build, "map", language="fr", indicator="burglary_rate")`` is an Altair chart;
``svg`` draws it; ``description`` says it in words; ``chart_table`` lists the rows behind it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import altair as alt

from convive.app.ports import Build
from convive.core.errors import NotFoundError, RequestError
from convive.reports.charts import (
    clock,
    denominators,
    faces,
    groups,
    index,
    map,  # noqa: A004 - the plain word for this chart
    quick_series,
    series,
    spark,
)
from convive.reports.charts.kinds import ChartTable, Kind, Selection
from convive.reports.charts.layers import Spec
from convive.reports.charts.svg import svg, themed

__all__ = [
    "CHARTS",
    "ChartTable",
    "Selection",
    "chart",
    "chart_table",
    "description",
    "has_chart",
    "picture",
    "specification",
    "svg",
]

_KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        "clock": clock.KIND,
        "denominators": denominators.KIND,
        "faces": faces.KIND,
        "groups": groups.KIND,
        "index": index.KIND,
        "map": map.KIND,
        "series": series.KIND,
        "spark": spark.KIND,
    }
)
CHARTS = tuple(_KINDS)
"""Ids of the charts."""


def _viewed(
    build: Build, chart_id: str, language: str, selection: dict[str, Any]
) -> tuple[Kind, Any]:
    """Return the kind of chart and what it reads from the build."""
    if chart_id not in _KINDS:
        raise RequestError("CHART_UNKNOWN", chart=chart_id, known=", ".join(CHARTS))
    kind = _KINDS[chart_id]
    return kind, kind.view(build, Selection(language=language, **selection))


def chart(build: Build, chart_id: str, *, language: str, **selection: Any) -> alt.LayerChart:
    """Return a chart of a build.

    Parameters
    ----------
    build : Build
        A finished audit.
    chart_id : str
        One of `CHARTS`.
    language : str
        Of names, numbers and words.
    **selection
        Fields of `Selection`. map: indicator, level, period_start, denominator, highlight,
        has_key. series, clock, spark: indicator, level, area_id. faces: level, area_id.
        index: level, year, component, highlight. groups: indicator, dimension, level, area_id.
        denominators: indicator, level. All: width in pixels.

    Raises
    ------
    RequestError
        CHART_UNKNOWN.
    NotFoundError
        CHART_EMPTY where the build has nothing to show; suppressed figures are never drawn.
    """
    spec = specification(build, chart_id, language=language, **selection)
    made: alt.LayerChart = alt.LayerChart.from_dict(spec, validate=False)
    return made


def specification(build: Build, chart_id: str, *, language: str, **selection: Any) -> Spec:
    """Return a chart as the plain Vega-Lite dictionary, much faster than by Altair.

    Takes the selection of `chart`; raises the same errors. `svg` draws either.
    """
    kind, view = _viewed(build, chart_id, language, selection)
    return kind.draw(view, kind.describe(view))


def picture(
    build: Build, chart_id: str, *, language: str, theme: str = "light", **selection: Any
) -> str:
    """Return a chart as SVG, as `svg` draws its specification, and sooner where that can be.

    Takes the selection of `chart`; raises the same errors.
    """
    kind, view = _viewed(build, chart_id, language, selection)
    if chart_id == "series":
        light = quick_series.quick_svg(view, lambda: svg(kind.draw(view, kind.describe(view))))
        return themed(light, theme)
    return svg(kind.draw(view, kind.describe(view)), theme=theme)


def description(build: Build, chart_id: str, *, language: str, **selection: Any) -> str:
    """Return the text alternative of a chart: what it shows, in a sentence or two."""
    kind, view = _viewed(build, chart_id, language, selection)
    return kind.describe(view)


def chart_table(build: Build, chart_id: str, *, language: str, **selection: Any) -> ChartTable:
    """Return the rows behind a chart in words; figures not shown say why."""
    kind, view = _viewed(build, chart_id, language, selection)
    return kind.tabulate(view)


def has_chart(build: Build, chart_id: str, *, language: str = "en", **selection: Any) -> bool:
    """Tell whether the build has anything to draw for this selection."""
    try:
        _viewed(build, chart_id, language, selection)
    except NotFoundError:
        return False
    return True
