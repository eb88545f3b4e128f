"""Places and counts of an audit as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely

from convive.app.area_arrays import METRES_PER_DEGREE, counts_of, places_of
from convive.app.ports import Build
from convive.app.view import AuditView
from convive.catalogue.texts import explain
from convive.core.errors import MethodError, RequestError
from convive.core.rates import crude_rate
from convive.core.spatial.neighbours import adjoining
from factories.build import make_build


@pytest.fixture(scope="module")
def build() -> Build:
    return make_build()


@pytest.fixture
def view(build: Build) -> AuditView:
    return AuditView(build, draw=lambda *_a, **_k: None)


def _area(name: str, west: float, south: float, size: float = 0.01) -> dict[str, Any]:
    box = shapely.box(west, south, west + size, south + size)
    return {
        "level": "quarter", "area_id": name, "name": name.title(), "parent_id": None,
        "longitude": west + size / 2, "latitude": south + size / 2,
        "geometry": shapely.to_wkb(box), "residents": 100.0,
    }  # fmt: skip


def test_shapes_are_in_metres_and_still_touch() -> None:
    places = places_of(pa.Table.from_pylist([_area("a", -2.01, 53.0), _area("b", -2.0, 53.0)]))
    height = 0.01 * METRES_PER_DEGREE
    width = height * np.cos(np.radians(53.005))
    assert places.shapes[0].bounds[3] - places.shapes[0].bounds[1] == pytest.approx(height)
    assert places.shapes[0].area == pytest.approx(width * height)
    assert places.xy[1] - places.xy[0] == pytest.approx([width, 0.0])
    assert adjoining(places.shapes).degree.tolist() == [1, 1]


def test_a_level_without_shapes_or_residents_has_none_and_unknown() -> None:
    bare = _area("a", 0.0, 0.0) | dict.fromkeys(("geometry", "longitude", "latitude", "residents"))
    schema = pa.Table.from_pylist([_area("a", 0.0, 0.0)]).schema
    places = places_of(pa.Table.from_pylist([bare], schema=schema))
    assert places.shapes.tolist() == [None]
    assert np.isnan(places.residents).all()
    assert np.isnan(places.xy).all()


def test_counts_follow_the_order_of_places(view: AuditView) -> None:
    counts, places = view.counts("burglary_rate"), view.places()
    assert counts.ids == places.ids
    assert counts.counts.shape == (len(places.ids), len(counts.starts))
    where = {"indicator": "burglary_rate", "level": places.level, "dimension": "all"}
    rows = view.estimates(**where, period_kind="year", denominator="residents").to_pylist()
    assert rows
    for row in rows:
        cell = counts.ids.index(row["area_id"]), counts.starts.index(row["period_start"])
        assert counts.is_shown[cell] == (row["n"] is not None)
        if row["n"] is None:
            assert counts.reasons[cell] == row["reason"]
        else:
            assert counts.counts[cell] == row["n"]
            assert counts.base[cell] == row["denominator"]


def test_months_of_the_city_are_the_series(view: AuditView) -> None:
    counts = view.counts("burglary_rate", level="city", by="month")
    rows = view.series(indicator="burglary_rate", level="city", period_kind="month").to_pylist()
    assert list(counts.starts) == [row["period_start"] for row in rows]
    wanted = [np.nan if row["count"] is None else row["count"] for row in rows]
    np.testing.assert_array_equal(counts.counts[0], wanted)


def test_a_hidden_count_is_refused_by_a_method_and_keeps_its_reason() -> None:
    table = pa.table({
        "area_id": ["a", "b"], "period_start": [2024, 2024], "n": [12, None],
        "denominator": [900.0, 800.0], "reason": [None, "small_count"],
    })  # fmt: skip
    counts = counts_of(table, "n", ("a", "b", "c"), ("burglary_rate", "quarter"))
    assert counts.reasons[:, 0].tolist() == [None, "small_count", "not_published"]
    assert counts.is_shown[:, 0].tolist() == [True, False, False]
    assert repr(counts).endswith("3 areas x 1 periods, 2 counts not shown>")
    with pytest.raises(MethodError, match="RATES_NEGATIVE_COUNT"):
        crude_rate(counts.counts[:2, 0], counts.base[:2, 0])


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"level": "street"}, "LEVEL_UNKNOWN"),
        ({"by": "week"}, "COUNTS_NOT_PUBLISHED"),
        ({"denominator": "bridges"}, "COUNTS_NOT_PUBLISHED"),
    ],
)
def test_what_is_not_there_is_said(view: AuditView, asked: dict[str, str], code: str) -> None:
    with pytest.raises(RequestError) as caught:
        view.counts("burglary_rate", **asked)
    assert caught.value.code == code
    assert "{" not in explain(caught.value, "nl")
