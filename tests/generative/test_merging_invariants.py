"""Merging what two people have made of the same field: nothing that was written gets lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from convive.web.workspace.merging import CLASH, merge

WORDS = some.sampled_from("abcdef")
ROWS = some.lists(some.fixed_dictionaries({"text": WORDS}), max_size=5)
MAPPINGS = some.dictionaries(some.sampled_from("xyz"), WORDS, max_size=3)


@given(base=WORDS, kept=WORDS, sent=WORDS)
def test_a_text_is_taken_where_one_changed_it_and_clashes_where_both_did(
    base: str, kept: str, sent: str
) -> None:
    merged = merge(base, kept, sent)
    if sent == base:
        assert merged == kept
    elif kept in (base, sent):
        assert merged == sent
    else:
        assert merged is CLASH


@given(base=ROWS, kept=ROWS, sent=ROWS)
def test_what_either_has_added_is_there_or_it_is_a_clash(
    base: list[Any], kept: list[Any], sent: list[Any]
) -> None:
    merged = merge(base, kept, sent)
    if merged is CLASH:
        return
    for row in base + kept + sent:
        if row not in base:
            wanted = max(kept.count(row), sent.count(row))
            assert merged.count(row) >= wanted
        elif row in kept and row in sent:
            assert row in merged


@given(base=ROWS, kept=ROWS, sent=ROWS)
def test_nothing_appears_that_nobody_wrote(
    base: list[Any], kept: list[Any], sent: list[Any]
) -> None:
    merged = merge(base, kept, sent)
    if merged is not CLASH:
        assert all(row in kept or row in sent for row in merged)


@given(base=ROWS, kept=ROWS)
def test_a_list_that_one_left_alone_is_that_of_the_other(base: list[Any], kept: list[Any]) -> None:
    assert merge(base, kept, base) == kept
    assert merge(base, base, kept) == kept
    assert merge(base, kept, kept) == kept


@given(base=MAPPINGS, kept=MAPPINGS, sent=MAPPINGS)
def test_mappings_are_merged_key_by_key(
    base: dict[str, str], kept: dict[str, str], sent: dict[str, str]
) -> None:
    merged = merge(base, kept, sent)
    if merged is CLASH:
        both = [k for k in "xyz" if kept.get(k) != base.get(k) and sent.get(k) != base.get(k)]
        assert any(kept.get(k) != sent.get(k) for k in both)
        return
    for key in "xyz":
        assert merged.get(key) == merge(base.get(key), kept.get(key), sent.get(key))


def test_two_changes_of_the_same_row_clash_and_of_two_rows_do_not() -> None:
    base = [{"year": 2026, "amount": "1"}, {"year": 2027, "amount": "1"}]
    first = [{"year": 2026, "amount": "2"}, base[1]]
    second = [base[0], {"year": 2027, "amount": "3"}]
    third = [{"year": 2026, "amount": "4"}, base[1]]
    assert merge(base, first, second) == [first[0], second[1]]
    assert merge(base, first, third) is CLASH
    assert merge(base, [base[1]], third) is CLASH, "one has removed what the other has changed"
