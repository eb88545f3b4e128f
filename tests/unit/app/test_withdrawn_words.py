"""Notices in words, also those that people wrote into a file."""

from __future__ import annotations

from typing import Any

import pytest

from convive.app.withdrawn_words import MAYBE, finding_words, is_notice, withdrawn_words

DAY = "2026-01-01"


def test_a_notice_tells_the_day_and_what_was_wrong() -> None:
    notice = {"on": DAY, "wrong": {"en": "Another question."}}
    assert withdrawn_words(notice, "en") == "withdrawn on 1 January 2026: Another question"


@pytest.mark.parametrize("wrong", [5, ["x"], "x", {"en": 5}, {"en": ["x"]}, {"en": None}, {1: 2}])
def test_what_is_no_text_is_not_told(wrong: Any) -> None:
    notice = {"on": DAY, "wrong": wrong}
    assert withdrawn_words(notice, "en") == "withdrawn on 1 January 2026"
    assert not is_notice(notice)


def test_a_text_beside_what_is_none_is_told() -> None:
    notice = {"on": DAY, "wrong": {"en": 5, "es": "Mal."}}
    assert withdrawn_words(notice, "en") == "withdrawn on 1 January 2026: Mal"


@pytest.mark.parametrize("notice", [{}, MAYBE, {"on": DAY}, {"on": DAY, "wrong": {}}])
def test_what_convive_writes_is_a_notice(notice: Any) -> None:
    assert is_notice(notice)


@pytest.mark.parametrize("notice", [None, [], "x", {"on": 5}, {"on": "x"}, {"maybe": "yes"}])
def test_what_it_does_not_write_is_none(notice: Any) -> None:
    assert not is_notice(notice)


def test_where_nobody_can_tell_that_is_said() -> None:
    assert "may rest on something" in finding_words(MAYBE, "en")
    assert finding_words({}, "en") == "What it rests on was withdrawn."
