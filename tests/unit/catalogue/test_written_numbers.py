"""Numbers are written as Babel writes them, in every language of the site."""

from __future__ import annotations

import math

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from convive.catalogue.texts import format_number, languages
from convive.catalogue.written_numbers import grouped

FLOATS = st.floats(-1e20, 1e20)
NUMBERS = st.one_of(FLOATS, st.floats(-1e6, 1e6), st.integers(-(10**13), 10**13).map(float))


@given(value=NUMBERS, language=st.sampled_from(languages()), decimals=st.integers(0, 6))
def test_a_number_is_written_as_babel_writes_it(value: float, language: str, decimals: int) -> None:
    rounded = round(value, decimals) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    expected = format_decimal(rounded, format=pattern, locale=language)
    assert grouped(rounded, language, decimals) == expected


def test_nothing_is_below_zero_by_nothing() -> None:
    assert format_number(-0.04, "en", 1) == "0.0"


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_what_is_no_number_is_written_as_babel_writes_it(value: float) -> None:
    assert grouped(value, "en") == format_decimal(value, format="#,##0", locale="en")
