"""Joins the pages to what draws cards for sharing and pictures to keep."""

from __future__ import annotations

from typing import Any, Literal

from convive.app.ports import Build
from convive.app.sharing import Card, ChartWords, Picture

# ruff: noqa: PLC0415 - adapters are imported where they are used


def render_card(card: Card) -> bytes:
    """Return a card as a PNG of 1200 × 630 px."""
    from convive.reports.sharing import render_card as render

    return render(card)


def render_picture(picture: Picture, kind: Literal["png", "svg"]) -> bytes:
    """Return a chart with its title, what it says and its source."""
    from convive.reports.sharing import render_picture as render

    return render(picture, kind)


def chart_words(build: Build, chart: str, *, language: str, **selection: Any) -> ChartWords:
    """Return a chart in words: what it shows, and the rows behind it.

    Raises
    ------
    NotFoundError
        CHART_EMPTY where the build has nothing to show.
    """
    from convive.reports import charts

    table = charts.chart_table(build, chart, language=language, **selection)
    said = charts.description(build, chart, language=language, **selection)
    return ChartWords(said, table.columns, table.rows)
