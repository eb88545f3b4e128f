"""Charts: every kind in every language is a clean picture with words and rows behind it."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from convive.catalogue.texts import languages
from convive.core.errors import NotFoundError, RequestError
from convive.reports import charts
from convive.reports.classes import classify
from convive.reports.palette import DARK, LIGHT
from factories.build import make_build, shared_build
from factories.hostile import NAMES

SELECTIONS = {
    "map": {"indicator": "unsafe_dark_share", "highlight": "n08"},
    "series": {"indicator": "recorded_total_rate"},
    "faces": {"area_id": "n08"},
    "index": {"highlight": "n08"},
    "clock": {"indicator": "recorded_total_rate", "area_id": "n06"},
    "groups": {"indicator": "unsafe_dark_share", "dimension": "age_group"},
    "denominators": {"indicator": "recorded_total_rate"},
    "spark": {"indicator": "recorded_total_rate"},
}
DRAWING = {"svg", "g", "path", "line", "rect", "text", "title", "circle"}


def drawn(chart_id: str, language: str = "en", theme: str = "light", **more: object) -> str:
    chart = charts.chart(
        shared_build(), chart_id, language=language, **(SELECTIONS[chart_id] | more)
    )
    return charts.svg(chart, theme=theme)


def test_every_kind_of_chart_is_tried_here() -> None:
    assert set(SELECTIONS) == set(charts.CHARTS)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("chart_id", charts.CHARTS)
def test_a_chart_says_what_it_shows_in_every_language(chart_id: str, language: str) -> None:
    said = charts.description(shared_build(), chart_id, language=language, **SELECTIONS[chart_id])
    table = charts.chart_table(shared_build(), chart_id, language=language, **SELECTIONS[chart_id])

    assert len(said) > 20
    assert "report." not in said
    assert "{" not in said
    assert not any(header.startswith("report.") for header in table.columns)
    assert table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("chart_id", charts.CHARTS)
def test_a_picture_is_clean_and_named(chart_id: str, language: str) -> None:
    said = charts.description(shared_build(), chart_id, language=language, **SELECTIONS[chart_id])
    root = ET.fromstring(drawn(chart_id, language))

    assert root.get("role") == "img"
    assert root.get("aria-label") == said
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in DRAWING
        assert not {"style", "class", "onload", "onclick"} & element.attrib.keys()
    colours = {v for e in root.iter() for k, v in e.attrib.items() if k in {"fill", "stroke"}}
    assert colours <= set(LIGHT.values()) | {"none"}


def test_themes_swap_every_colour() -> None:
    dark, css = drawn("index", theme="dark"), drawn("index", theme="css")

    assert not re.search("|".join(set(LIGHT.values()) - set(DARK.values())), dark)
    assert "#" not in css
    assert 'fill="var(--accent)"' in css


def test_the_same_picture_twice_is_the_same() -> None:
    assert drawn("map") == drawn("map")


def test_a_picture_is_svg_whoever_has_taken_the_empty_prefix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Writers of spreadsheets take it for the whole process: pages then showed words, no picture."""
    monkeypatch.setattr(ET, "_namespace_map", dict(ET._namespace_map))
    ET.register_namespace("", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")
    picture = drawn("map")
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert ":svg" not in picture


def test_no_colour_stands_for_two_tokens() -> None:
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert LIGHT.keys() == DARK.keys()


def numbers_in_spec(chart_id: str, **selection: object) -> list[dict]:
    spec = charts.specification(shared_build(), chart_id, language="en", **selection)
    layers = [layer["data"]["values"] for layer in spec["layer"]]
    rows = {repr(row): row for values in layers if isinstance(values, list) for row in values}
    assert rows
    return list(rows.values())


def test_a_chart_is_valid_vega_lite() -> None:
    for chart_id, selection in SELECTIONS.items():
        chart = charts.chart(shared_build(), chart_id, language="en", **selection)
        assert chart.to_dict(validate=True)["layer"], chart_id


def test_a_suppressed_month_is_a_hole_and_never_a_zero() -> None:
    where = {"indicator": "burglary_rate", "area_id": "n04"}
    table = shared_build().tables["series"].to_pylist()
    own = [r for r in table if r["indicator_id"] == "burglary_rate" and r["area_id"] == "n04"]
    hidden = {r["period_start"].isoformat() for r in own if r["count"] is None}
    spec_months = {r["month"] for r in numbers_in_spec("series", **where) if "month" in r}
    rows = charts.chart_table(shared_build(), "series", language="en", **where).rows

    assert hidden
    assert not hidden & spec_months
    assert sum("not shown" in row[1] for row in rows) == len(hidden)


def test_months_still_filling_up_stand_apart_with_what_they_will_come_to() -> None:
    table = shared_build().tables["series"].to_pylist()
    total = [r for r in table if r["indicator_id"] == "recorded_total_rate"]
    newest = [r for r in total if r["level"] == "city"][-1]
    assert newest["is_incomplete"]
    shown = numbers_in_spec("series", **SELECTIONS["series"])
    ranges = [r for r in shown if r.get("high") == newest["expected_final_high"]]
    assert {"low": newest["expected_final_low"], "count": newest["count"]}.items() <= ranges[
        0
    ].items()
    assert "bars: probable final count" in drawn("series")
    said = charts.description(shared_build(), "series", language="en", **SELECTIONS["series"])
    expected = f"probably come to {newest['expected_final_low']} to {newest['expected_final_high']}"
    assert expected in said
    rows = charts.chart_table(shared_build(), "series", language="en", **SELECTIONS["series"]).rows
    assert expected in rows[-1][3]
    assert "45% are on record" in rows[-1][3]
    assert rows[0][3] == ""


def test_an_area_that_is_not_shown_has_its_own_fill_and_says_why() -> None:
    found = classify(shared_build(), "unsafe_dark_share")

    assert found.token("n12") == "few"
    assert "n12" not in found.classes
    assert "La Isla: not shown" in drawn("map")
    assert LIGHT["few"] in drawn("map")


def test_a_face_that_is_not_shown_is_words() -> None:
    marks = numbers_in_spec("faces", area_id="n12")

    assert sum("not shown" in str(m.get("t")) for m in marks) == 3
    assert sum("value" in m for m in marks) == 1


def test_an_index_that_is_not_shown_is_last_and_words() -> None:
    last = charts.chart_table(shared_build(), "index", language="en").rows[-1]

    assert last[1] == "La Isla"
    assert last[2].startswith("not shown")


def test_hatching_is_where_the_interval_reaches_another_class() -> None:
    found = classify(shared_build(), "unsafe_dark_share")
    for area, row in found.rows.items():
        if area in found.classes:
            reaches = any(row["smoothed_low"] < b <= row["smoothed_high"] for b in found.breaks)
            assert reaches == (area in found.unsure) or row["smoothed_high"] in found.breaks


def test_breaks_are_the_same_in_every_period() -> None:
    build = shared_build()
    starts = {r["period_start"] for r in build.tables["estimates"].to_pylist()
              if r["indicator_id"] == "recorded_total_rate"}  # fmt: skip
    found = {classify(build, "recorded_total_rate", period_start=day).breaks for day in starts}

    assert len(starts) == 3
    assert len(found) == 1


def test_dark_is_worse_also_where_higher_is_better() -> None:
    found = classify(shared_build(), "observed_score")
    best = max(found.classes, key=lambda area: found.rows[area]["smoothed"])

    assert found.is_reversed
    assert found.token(best) == "q0"


@pytest.mark.parametrize("chart_id", ["map", "index", "denominators"])
def test_hostile_names_stay_words(chart_id: str) -> None:
    build = make_build(names=NAMES)
    text = charts.svg(charts.chart(build, chart_id, language="en", **SELECTIONS[chart_id]))
    root = ET.fromstring(text)

    assert "<script" not in text
    assert any("alert(1)" in (element.text or "") for element in root.iter())


def test_an_unknown_chart_and_an_empty_one_are_told_apart() -> None:
    with pytest.raises(RequestError) as unknown:
        charts.chart(shared_build(), "pie", language="en")
    with pytest.raises(NotFoundError) as empty:
        charts.chart(shared_build(), "map", language="en", indicator="drugs_rate")

    assert unknown.value.code == "CHART_UNKNOWN"
    assert empty.value.code == "CHART_EMPTY"
    assert not charts.has_chart(shared_build(), "series", indicator="victim_share")
    assert charts.has_chart(shared_build(), "spark", indicator="victim_share")
