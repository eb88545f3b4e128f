"""The relevance test set: whole, even and sound."""

from __future__ import annotations

from collections import Counter

import pytest

from convive.catalogue.find import practices
from convive.catalogue.yaml_files import LANGUAGES
from factories.relevance import GRADES, KINDS, RELEVANT, SPLITS, Query, queries


def _by_language() -> dict[str, list[Query]]:
    return {code: [one for one in queries() if one.language == code] for code in LANGUAGES}


def test_every_judged_practice_is_on_the_shelf() -> None:
    judged = {practice for query in queries() for practice in query.judgements}

    assert judged - {one.id for one in practices()} == set()


def test_nearly_every_practice_is_an_answer_to_something() -> None:
    judged = {practice for query in queries() for practice in query.judgements}

    assert {one.id for one in practices()} - judged == {"editorial_approval_right"}


def test_every_query_has_an_answer_and_valid_grades() -> None:
    for query in queries():
        assert set(query.judgements.values()) <= set(GRADES.values()), query.id
        assert max(query.judgements.values()) >= RELEVANT, query.id


def test_names_of_queries_and_needs_are_unique_and_no_text_is_asked_twice() -> None:
    assert max(Counter(one.id for one in queries()).values()) == 1
    assert max(Counter(one.text.casefold().strip() for one in queries()).values()) == 1
    assert all(one.id.startswith(one.language + "_") for one in queries())


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_asks_enough_and_evenly_in_both_halves(language: str) -> None:
    asked = _by_language()[language]
    halves = Counter(one.split for one in asked)

    assert len(asked) >= 25
    assert {one.kind for one in asked} == set(KINDS)
    assert abs(halves["tune"] - halves["held_out"]) <= 0.1 * len(asked)


def test_both_halves_are_even_in_all_and_by_kind() -> None:
    halves = Counter(one.split for one in queries())
    kinds = Counter((one.kind, one.split) for one in queries())

    assert set(halves) == set(SPLITS)
    assert abs(halves["tune"] - halves["held_out"]) <= 0.02 * len(queries())
    for kind in KINDS:
        assert abs(kinds[kind, "tune"] - kinds[kind, "held_out"]) <= 4, kind


def test_the_halves_follow_the_rule_written_down_before_judging() -> None:
    splits = {one.need: one.split for one in queries()}

    assert list(splits.values()) == [SPLITS[i % 2] for i in range(len(splits))]
    assert all(one.split == splits[one.need] for one in queries())


def test_mistyped_queries_names_and_places_have_their_share() -> None:
    kinds = Counter(one.kind for one in queries())
    share = {kind: kinds[kind] / len(queries()) for kind in KINDS}

    assert share["typo"] == pytest.approx(0.12, abs=0.02)
    assert share["name"] == pytest.approx(0.08, abs=0.02)
    assert share["place"] == pytest.approx(0.15, abs=0.02)
