"""The course of a series, drawn without Vega: the same picture, to the last sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convive.core.errors import NotFoundError
from convive.reports import charts
from convive.reports.charts import quick_series, series
from convive.reports.charts.kinds import Selection
from convive.reports.rows import select
from factories.build import shared_build


def views(language: str) -> Iterator[series.View]:
    build = shared_build()
    rows = select(build, "series")
    keys = dict.fromkeys((row["indicator_id"], row["level"], row["area_id"]) for row in rows)
    for indicator, level, area_id in keys:
        asked = Selection(language, indicator, level, area_id, width=1040)
        try:
            yield series.view(build, asked)
        except NotFoundError:
            continue


def by_vega(view: series.View) -> str:
    return charts.svg(series.draw(view, series.describe(view)))


def test_every_picture_of_a_build_is_the_same_as_vegas() -> None:
    rooms, drawn_here = quick_series.Rooms(), 0
    for view in views("fr"):
        expected, plot = by_vega(view), quick_series.Plot(view)
        room = rooms.find(plot)
        if room is None:
            rooms.learn(plot, expected)
            room = rooms.find(plot)
        else:
            drawn_here += 1
        assert room is not None
        assert quick_series.drawn(plot, room) == expected
    assert drawn_here


COUNTS = st.one_of(st.none(), st.integers(0, 3000), st.floats(0, 3000).map(lambda x: round(x, 1)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    months=st.lists(
        st.tuples(COUNTS, st.floats(0, 200), st.floats(0, 200), st.booleans()),
        min_size=4, max_size=24,
    ),
    n_open=st.integers(0, 3),
    text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30),
)  # fmt: skip
def test_any_months_are_drawn_as_vega_draws_them_or_by_vega(
    months: list[tuple[Any, ...]], n_open: int, text: str
) -> None:
    first = next(views("en"))
    rows = []
    for number, (count, low, more, has_band) in enumerate(months):
        row = first.rows[number] | {"is_incomplete": number >= len(months) - n_open, "segment": 0}
        row |= {"count": count, "status": "suppressed" if count is None else "shown"}
        row |= {"expected_low": None, "expected_high": None, "expected_final_low": None}
        row |= {"expected_final_high": None, "completeness": None}
        if count is not None and has_band:
            row |= {"expected_low": low, "expected_high": low + more}
        if count is not None and row["is_incomplete"]:
            row |= {"expected_final_low": count, "expected_final_high": count + more}
        rows.append(row)
    if sum(row["count"] is not None for row in rows) < series.FEWEST:
        return
    middle = rows[len(rows) // 2]["period_start"]
    broken = {"starts_on": middle, "reason": {"en": text}, "is_declared": True}
    view = replace(first, rows=rows, breaks=[broken] if text else [])
    asked = by_vega(view)
    for _ in range(2):
        assert quick_series.quick_svg(view, lambda: asked) == asked


def test_where_vega_draws_otherwise_it_goes_on_drawing() -> None:
    view = next(views("en"))
    asked: list[int] = []

    def otherwise() -> str:
        asked.append(1)
        return by_vega(view).replace("<path", '<path class="new"', 1)

    quick_series.rooms.forget()
    for _ in range(3):
        assert 'class="new"' in quick_series.quick_svg(view, otherwise)
    assert len(asked) == 3
    quick_series.rooms.forget()


def test_what_is_known_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_series, "MOST_FRAMES", 6)
    rooms = quick_series.Rooms()
    for view in views("en"):
        rooms.learn(quick_series.Plot(view), "")
        assert len(rooms) <= 6


@pytest.mark.parametrize("theme", ["light", "dark", "css"])
def test_a_theme_changes_the_same_colours(theme: str) -> None:
    build = shared_build()
    asked = {"indicator": "recorded_total_rate", "level": "neighbourhood", "area_id": "n02"}
    slow = charts.svg(charts.specification(build, "series", language="fr", **asked), theme=theme)
    for _ in range(2):
        assert charts.picture(build, "series", language="fr", theme=theme, **asked) == slow
