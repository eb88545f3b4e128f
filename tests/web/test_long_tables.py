"""Rows that are written at once say what they are given, and nothing in it becomes markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.template import Context
from django.template.loader import render_to_string

from convive.app.shown_figures import Figure
from convive.web.observatory.templatetags import long_tables

HOSTILE = "<b>\"&'"
ESCAPED = "&lt;b&gt;&quot;&amp;&#x27;"
SHOWN = Figure("1.5", "%", "1 to 2", "20", "2025", "residents: 100", "", "1.4", "1 to 2", "a note")


@pytest.mark.parametrize(
    "figure",
    [
        SHOWN, replace(SHOWN, interval="", note=""), replace(SHOWN, note=HOSTILE, value=HOSTILE),
        Figure("", "", "", "", "2025", "", f"not shown, because {HOSTILE}"),
    ],
)  # fmt: skip
def test_a_figure_in_a_row_is_the_figure_of_every_other_page(figure: Figure) -> None:
    part = render_to_string("observatory/parts/figure.html", {"figure": figure})
    assert long_tables._figure(figure) == part.rstrip("\n")


def test_every_text_of_a_row_is_escaped() -> None:
    values = dict.fromkeys(
        ("value", "unit", "interval", "n", "period", "denominator", "smoothed",
         "smoothed_interval", "note"), HOSTILE,
    )  # fmt: skip
    figure = Figure(why_not="", **values)
    row = {
        "indicator_id": HOSTILE, "label": HOSTILE, "figure": figure, "city": figure,
        "change": {"verdict": HOSTILE},
    }  # fmt: skip
    month = {"month": HOSTILE, "count": HOSTILE, "is_incomplete": True, "foreseen": HOSTILE,
             "note": HOSTILE, "expected": HOSTILE}  # fmt: skip
    context = Context({"language": "en"})
    rows = long_tables.figure_rows(context, [row], HOSTILE)
    months = long_tables.month_rows(context, [month])
    cells = long_tables.week_cells([{"step": 3, "text": HOSTILE}, {"step": None, "text": ""}])
    assert (rows.count(ESCAPED), months.count(ESCAPED), cells.count(ESCAPED)) == (13, 5, 1)
    for text in (rows, months, cells):
        assert "<b>" not in text
    assert 'class="q3"' in cells
    assert 'class="few"' in cells
