"""Two write one text at once: no line of anybody is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convive.core.strategy.merged_text import merge_texts

LINE = st.text("abc ", min_size=1, max_size=4)
TEXT = st.lists(LINE, max_size=6).map("\n".join)


@pytest.mark.parametrize(
    ("base", "kept", "sent", "merged"),
    [
        ("", "a", "b", "a\nb"),
        ("a", "a\nb", "A", "A\nb"),
        ("a\nb", "a\nB", "A\nb", "A\nB"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("a", "b", "b", "b"),
        ("a\nb", "a\nb\nx", "a\nb\ny", "a\nb\nx\ny"),
        ("", "Ten lamps", "Ten lamps and", "Ten lamps and"),
        ("a", "A", "a", "A"),
        ("a", "b", "c", None),
        ("a\nb\nc", "x", "a\nB\nc", None),
    ],
)
def test_cases(base: str, kept: str, sent: str, merged: str | None) -> None:
    assert merge_texts(base, kept, sent) == merged


@given(base=TEXT, kept=TEXT, sent=TEXT)
def test_what_either_has_added_stands_in_the_merged_text(base: str, kept: str, sent: str) -> None:
    merged = merge_texts(base, kept, sent)
    if merged is None:
        return
    lines, had = set(merged.split("\n")), set(base.split("\n"))
    for text in (kept, sent):
        for line in set(text.split("\n")) - had:
            assert any(line in one or one.startswith(line) for one in lines), (line, merged)


@given(base=TEXT, sent=TEXT)
def test_alone_everybody_gets_what_they_wrote(base: str, sent: str) -> None:
    assert merge_texts(base, base, sent) == sent
    assert merge_texts(base, sent, base) == sent
    assert merge_texts(base, sent, sent) == sent
