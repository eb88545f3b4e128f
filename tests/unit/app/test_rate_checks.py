"""Published rates beside ours: equal within their rounding, or said to differ."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from convive.app.assess.rate_checks import rate_checks
from convive.core.errors import MethodError
from convive.core.published_rates import compare_published


def prepared(*rows: tuple[str, int, int, float]) -> Any:
    """Return counts (area, year, count, rate) of areas a and b with 5,000 residents in 2024."""
    listed = [
        {"source_id": "atlas", "area_level": "hood", "area_id": area, "count": count,
         "period_start": date(year, 1, 1), "published_rate": rate, "published_per": 100_000}
        for area, year, count, rate in rows
    ]  # fmt: skip
    people = {
        2024: {"hood": np.array([5000.0, 5000.0])},
        2023: {"hood": np.array([5000.0, 5000.0])},
    }
    return SimpleNamespace(
        evidence=SimpleNamespace(counts=pa.Table.from_pylist(listed)),
        territory=SimpleNamespace(frames={"hood": SimpleNamespace(ids=("a", "b"))}),
        denominators=SimpleNamespace(values={"residents": people}),
    )


def test_equal_rates_are_counted_and_exact_years_do_not_tighten_rounded_ones() -> None:
    found = list(
        rate_checks(prepared(("a", 2024, 333, 6660.0), ("b", 2023, 1, 20.0), ("a", 2023, 7, 140.0)))
    )
    assert [(r["code"], r["n"], r["base"]) for r in found] == [("rates_reproduced", 3, 3)]
    assert found[0]["params"]["largest"] == 0.0


def test_rates_that_differ_are_counted_and_unknown_people_are_left_out() -> None:
    rows = (
        ("a", 2024, 50, 1000.0),
        ("b", 2024, 50, 1100.0),
        ("b", 2019, 50, 9.0),
        ("x", 2024, 1, 9.0),
    )
    found = list(rate_checks(prepared(*rows)))
    assert [(r["code"], r["n"], r["base"]) for r in found] == [("rates_differ", 1, 2)]
    assert list(rate_checks(prepared(("b", 2019, 50, 9.0)))) == []


def test_the_rounding_is_read_off_the_rates() -> None:
    assert compare_published([1, 1], [33.0, 34.0], [3000, 3000]).is_equal.tolist() == [True, False]
    assert compare_published([1, 1], [33.3, 33.0], [3000, 3000]).is_equal.tolist() == [True, False]
    with pytest.raises(MethodError):
        compare_published([1], [33.0, 34.0], [3000])
