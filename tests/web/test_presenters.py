"""Presenters: what a row becomes on a page."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from convive.app import shown_figures as figures
from convive.web.observatory import borders
from convive.web.observatory.charts import fit_for_page
from convive.web.observatory.evidence_query import rows_that_match
from convive.web.observatory.markdown import render_markdown
from convive.web.observatory.presenters import areas, front, mapping, marks
from convive.web.observatory.presenters.findings import cell_text
from convive.web.observatory.views.documents import safe_name
from factories.build import shared_build

ROW = {"status": "shown", "reason": None, "value": 13.94, "low": 12.4, "high": 15.4, "n": 2972,
       "unit": "percent", "denominator_id": None, "period_start": None, "period_end": None}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "value", "interval"),
    [
        ("en", "13.9%", "12.4 to 15.4%"),
        ("de", "13,9\N{NO-BREAK SPACE}%", "12,4 bis 15,4\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_figure_is_written_as_the_reader_writes(language: str, value: str, interval: str) -> None:
    figure = figures.present_figure(ROW, language)
    assert figure.value == value
    assert figure.interval == interval
    assert figure.is_shown


def test_a_suppressed_figure_has_no_value_but_a_reason() -> None:
    row = ROW | {"status": "suppressed", "reason": "few_respondents", "value": None}
    figure = figures.present_figure(row, "en")
    assert not figure.is_shown
    assert figure.value == figure.interval == figure.n == ""
    assert "too few answers" in figure.why_not


@pytest.mark.parametrize(
    ("low", "high", "digits"), [(0, 40, 0), (12.4, 15.4, 1), (2.01, 2.05, 2), (None, None, 1)]
)
def test_no_more_decimals_than_the_interval_can_carry(
    low: float | None, high: float | None, digits: int
) -> None:
    assert figures.decimals_for(low, high) == digits


def test_a_rise_is_no_good_news_in_green() -> None:
    assert figures.tag_of_verdict("clear_rise") == "warn"
    assert figures.tag_of_verdict("clear_fall") == "ok"
    assert figures.tag_of_verdict("cannot_tell") == "na"


def test_a_sparkline_breaks_where_a_month_is_not_shown() -> None:
    line = marks.sparkline([1.0, 2.0, None, 3.0])
    assert line
    assert line.path.count("M") == 2
    assert marks.sparkline([1.0]) is None
    assert marks.sparkline([]) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_a_sparkline_stays_in_its_box(values: list[float]) -> None:
    line = marks.sparkline(values)
    assert line
    points = [point.lstrip("ML").split(",") for point in line.path.split()]
    assert all(0 <= float(x) <= 150 and 0 <= float(y) <= 34 for x, y in points)


@given(st.floats(-1e6, 1e6))
def test_an_axis_never_draws_outside(value: float) -> None:
    assert 0 <= marks.Axis(-2, 2).x(value) <= 240


VALUES = st.lists(
    st.tuples(st.floats(0, 500), st.floats(0, 50)).map(lambda p: (p[0], p[0] - p[1], p[0] + p[1])),
    min_size=1, max_size=60,
)  # fmt: skip


@given(VALUES)
def test_classes_have_ordered_bounds_and_a_step_each(
    values: list[tuple[float, float, float]],
) -> None:
    classes = mapping.build_classes(values)
    assert list(classes.bounds) == sorted(set(classes.bounds))
    assert len(classes.steps) == len(classes.bounds) + 1
    assert all(0 <= classes.steps[classes.of(value[0])] <= 4 for value in values)


def test_a_map_has_fewer_classes_where_areas_cannot_be_told_apart() -> None:
    sharp = [(float(v), v - 0.01, v + 0.01) for v in range(40)]
    vague = [(float(v), v - 30.0, v + 30.0) for v in range(40)]
    assert len(mapping.build_classes(sharp).steps) == 5
    assert len(mapping.build_classes(vague).steps) == 3


def test_an_interval_that_reaches_another_class_is_hatched() -> None:
    classes = mapping.Classes((10.0,), (0, 4))
    assert mapping.is_unsure((9.0, 8.0, 10.5), classes)
    assert not mapping.is_unsure((9.0, 8.0, 9.9), classes)


def corners_of(ring: str) -> np.ndarray:
    """Return the corners of one closed line of a path that goes by steps."""
    first, steps = ring.removesuffix("z").split("l")
    pairs = [first, *steps.split()]
    return np.cumsum(np.array([pair.split(",") for pair in pairs], dtype=float), axis=0)


def test_neighbours_stay_joined_when_outlines_are_simplified() -> None:
    ys = np.linspace(50, 51, 400)
    xs = 0.5 + 0.002 * np.sin(np.arange(400))
    border = [*zip(xs, ys, strict=True)]
    left = shapely.Polygon([(0, 50), *border, (0, 51)])
    right = shapely.Polygon([(1, 51), *border[::-1], (1, 50)])
    outlines = mapping.build_outlines([("a", shapely.to_wkb(left)), ("b", shapely.to_wkb(right))])
    assert outlines
    one, other = (
        {tuple(corner) for corner in np.rint(corners_of(area.path[1:]) * 10).astype(int)}
        for area in outlines.areas
    )
    assert len(one) < 150, "most of 400 corners are too small to be seen"
    assert len(one & other) >= min(len(one), len(other)) - 2, "the border is the same for both"


def test_only_a_common_border_makes_neighbours() -> None:
    boxes = {"sw": (0, 0), "se": (1, 0), "nw": (0, 1), "ne": (1, 1), "far": (5, 5)}
    wkb = [
        (name, shapely.to_wkb(shapely.box(x, y, x + 1, y + 1))) for name, (x, y) in boxes.items()
    ]
    found = borders.touching(wkb)
    assert found["sw"] == ("nw", "se"), "a corner is not a border"
    assert "far" not in found
    assert borders.touching(wkb[:1]) == {}


def test_fieldwork_is_told_in_months_and_years_stay_years() -> None:
    wave = {"period_kind": "wave", "period_start": date(2025, 10, 15),
            "period_end": date(2025, 10, 16)}  # fmt: skip
    walks = {"period_kind": "all", "period_start": date(2025, 3, 4), "period_end": date(2026, 1, 1)}
    year = {"period_kind": "year", "period_start": date(2024, 1, 1), "period_end": date(2025, 1, 1)}
    told = [figures.period_text(row, "en") for row in (wave, walks, year)]
    assert told == ["October 2025", "March 2025 – December 2025", "2024"]
    before = {"before_start": date(2021, 1, 1), "before_end": date(2022, 1, 1)}
    assert figures.since_text(before, "en") == "since 2021"
    assert figures.since_text(before | {"before_start": date(2020, 5, 1)}, "en") == "since May 2020"


def test_a_denominator_is_called_as_the_pack_calls_it() -> None:
    row = {"denominator_id": "residents", "denominator": 1200.0,
           "denominator_name": {"en": "people on the register"}}  # fmt: skip
    assert figures.denominator_text(row, "en") == "people on the register: 1,200"
    assert "residents" in figures.denominator_text(row | {"denominator_name": None}, "en")


def test_years_only_data_has_a_line_and_its_span() -> None:
    history = [{"value": float(y), "period_start": date(y, 1, 1), "period_end": date(y + 1, 1, 1)}
               for y in range(2015, 2025)]  # fmt: skip
    assert front.spark_of(history, [])
    assert front.span_of(history, [], "en") == "2015–2024"
    assert front.span_of(history[:1], [], "en") == ""


def test_what_was_tried_names_verdict_effect_and_start() -> None:
    row = {
        "intervention_id": "lamps", "title": {"en": "Lamps"}, "indicator_id": "burglary_rate",
        "starts": date(2024, 7, 1), "areas": ["1", "2"], "verdict": "worked",
        "effect_percent": -28.02, "low": -40.3, "high": -13.2, "status": "shown", "reason": None,
    }  # fmt: skip
    finding = {"code": "intervention_worked", "finding_id": "f1",
               "params": {"intervention": {"en": "Lamps"}, "indicator": "burglary_rate"}}  # fmt: skip
    hidden = row | {"status": "unavailable", "reason": "effect_too_short", "effect_percent": None,
                    "verdict": "cannot_tell", "starts": date(2025, 1, 1)}  # fmt: skip
    first, second = front.tried([hidden, row], [finding], "en")
    assert first["finding_id"] == "f1"
    assert (first["since"], first["effect"], first["interval"]) == (
        "since July 2024", "−28.0%", "−40.3 to −13.2",
    )  # fmt: skip
    assert second["effect"] == ""
    assert second["why"]


def test_a_long_list_of_areas_is_folded_by_parent() -> None:
    rows = [{"key": f"ward/{n % 3}", "name": str(n)} for n in range(9)]
    parents = [{"key": f"ward/{n}", "name": f"W{n}"} for n in range(2)]
    groups = areas.grouped(rows, parents, is_long=True)
    assert [group["name"] for group in groups] == ["W0", "W1", ""]
    assert sum(len(group["areas"]) for group in groups) == 9
    assert len(areas.grouped(rows, parents, is_long=False)) == 1


def test_outlines_fit_the_frame_and_keep_holes() -> None:
    square = shapely.box(0, 50, 1, 51).difference(shapely.box(0.4, 50.4, 0.6, 50.6))
    outlines = mapping.build_outlines([("a", shapely.to_wkb(square))])
    assert outlines
    assert outlines.areas[0].path.count("M") == 2
    numbers = np.vstack([corners_of(ring) for ring in outlines.areas[0].path.split("M")[1:]])
    assert numbers.min() >= 0
    assert numbers[:, 0].max() <= mapping.WIDTH
    assert numbers[:, 1].max() <= outlines.height
    assert mapping.build_outlines([]) is None


def test_the_grid_of_the_week_marks_what_is_not_shown() -> None:
    grid = marks.week_grid(
        [
            {"weekday": 1, "hour": 0, "expected_count": 4.0},
            {"weekday": 1, "hour": 1, "expected_count": None},
        ]
    )
    assert (grid[0][0]["step"], grid[0][1]["step"]) == (4, None)
    assert len(grid) == 7
    assert {len(day) for day in grid} == {24}


def test_the_headline_says_changes_of_the_city_first_and_leaves_hints_out() -> None:
    def row(rank: int, code: str, level: str, certainty: str) -> dict[str, object]:
        return {"rank": rank, "code": code, "level": level, "certainty": certainty,
                "indicator_ids": ["burglary_rate"], "faces": ["recorded"],
                "params": {"indicator": "burglary_rate", "area": "Molino", "change": -20, "change_unit": "percent"}}  # fmt: skip

    hint, gap, fall = (row(1, "trend_rise", "city", "tentative"),
                       row(2, "gap_felt_above_recorded", "n", "strong"),
                       row(3, "trend_fall", "city", "strong"))  # fmt: skip
    said = front.headline([hint, gap, fall], "en")
    assert said.index("has fallen") < said.index("feel much less safe than the records")
    assert "risen" not in said
    assert front.headline([], "en") == front.headline([hint], "en")


def test_areas_are_matched_by_plain_letters() -> None:
    rows = [{"name": "Estación", "area_id": "n7", "parent_level": "d", "parent_id": "1"}]
    assert areas.matching(rows, "ESTACION", "") == rows
    assert areas.matching(rows, "", "d/1") == rows
    assert areas.matching(rows, "", "d/2") == []


def test_the_query_of_a_finding_cannot_read_or_write_files(tmp_path: object) -> None:
    tables = dict(shared_build().tables)
    columns, rows = rows_that_match(tables, "SELECT rank FROM findings ORDER BY rank", 3)
    assert columns == ["rank"]
    assert [row[0] for row in rows] == [1, 2, 3]
    for query in ("SELECT * FROM read_text('/etc/hostname')", f"COPY findings TO '{tmp_path}/x.csv'",
                  "SET enable_external_access = true", "ATTACH '/tmp/x.db'", "nonsense"):  # fmt: skip
        assert rows_that_match(tables, query, 3) == ([], [])


def test_a_chart_is_stripped_of_what_the_policy_refuses() -> None:
    svg = '<svg width="9" height="9" viewBox="0 0 9 9"><style>x</style><script>y</script><g style="a" onclick="b"/></svg>'
    assert fit_for_page(svg) == '<svg viewBox="0 0 9 9" class="chart"><g/></svg>'


def test_markdown_shows_html_as_text_and_drops_dangerous_links() -> None:
    document = render_markdown(
        "# A title\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n|a|\n|-|\n|1|\n"
    )
    assert document.title == "A title"
    assert "<script>" not in document.html
    assert 'href="javascript' not in document.html
    assert "<table>" in document.html


@pytest.mark.parametrize("name", ['a"b.csv', "../../x", "\r\n", "…", "A" * 500])
def test_file_names_are_plain(name: str) -> None:
    assert all(sign.isascii() and (sign.isalnum() or sign in "._-") for sign in safe_name(name))
    assert 0 < len(safe_name(name)) <= 100


def test_null_is_a_dash_and_zero_is_a_zero() -> None:
    assert cell_text(None, "en") == "–"
    assert cell_text(0.0, "en") == "0.00"
