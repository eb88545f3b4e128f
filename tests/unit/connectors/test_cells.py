"""Numbers: decimal commas, thousands, and what can be read in two ways."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.mapping_schema import Format


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["1.5", "2"], [1.5, 2]),
        (["1,5", "2"], [1.5, 2]),
        (["1.234,5", "10"], [1234.5, 10]),
        (["1,234.5", "10"], [1234.5, 10]),
        (["1,234", "1.5"], [1234, 1.5]),
        (["1 234,5", "-3"], [1234.5, -3]),
        (["12 %", "1e3"], [12, 1000]),
        (["x", "--1"], [np.nan, np.nan]),
    ],
)
def test_marks_are_found_out(texts: list[str], values: list[float]) -> None:
    np.testing.assert_array_equal(read_numbers(pa.array(texts), Format()).values, values)


def test_a_thousand_or_a_fraction() -> None:
    whole = read_numbers(pa.array(["1.234", "2.000"]), Format(), is_whole=True)
    assert whole.values.tolist() == [1234, 2000]
    assert whole.is_unsure
    told = read_numbers(pa.array(["1.234"]), Format(decimal="."), is_whole=True)
    assert (told.values.tolist(), told.is_unsure) == ([1.234], False)


def test_no_number_is_not_zero() -> None:
    numbers = read_numbers(pa.array(["x", None, "inf", "nan", "1e999"]), Format())
    assert np.isnan(numbers.values).all()
    assert numbers.is_bad.tolist() == [True, False, True, True, True]
