"""Numbers and plurals in every language, and findings from any q."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from convive.catalogue.texts import format_number, languages, say
from factories.diagnosis import findings_of, planted

LANGUAGES = st.sampled_from(languages())


@given(st.floats(-1e9, 1e9), LANGUAGES, st.integers(0, 3))
def test_a_written_number_reads_back_as_the_number(
    value: float, language: str, decimals: int
) -> None:
    text = format_number(value, language, decimals)
    point = "." if language == "en" else ","
    digits = "".join(c for c in text if c.isdigit() or c == point).replace(point, ".")
    read = float(digits) * (-1 if text.startswith("\N{MINUS SIGN}") else 1)
    assert math.isclose(read, value, rel_tol=1e-9, abs_tol=0.51 * 10.0**-decimals)
    assert "-" not in text


@given(st.integers(0, 10**7), LANGUAGES)
def test_a_plural_sentence_is_whole_for_any_number(n: int, language: str) -> None:
    for key in ("finding.rater_bias", "finding.quality_doubtful.detail", "finding.rates_differ"):
        told = say(key, language, n_raters=n, n_reasons=n, n=n, source="X")
        assert not set(told) & set("{}")
        if n > 1:
            assert format_number(n, language) in told


@settings(max_examples=25)
@given(st.floats(0.0500001, 1.0))
def test_no_q_above_the_limit_makes_a_tested_finding(q: float) -> None:
    tables = planted()
    for name in ("trends", "faces", "gaps", "raters", "contrasts", "effects"):
        for row in tables[name]:
            row["q"] = q
    tables["breaks"] = []
    assert all(finding.q is None for finding in findings_of(tables))
