"""The shelf of practices is complete, says where it was read, and says it in our own words.

`practice_names_<part>.yaml` lists every named practice, tool, project and programme of the
documents with its lines and the practice it became; `left_out` tells why a name became none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from convive.catalogue import find
from convive.catalogue.yaml_files import LANGUAGES, parse_yaml
from convive.core.strategy.practice import Practice, PracticeKind
from factories.own_words import borrowed_runs
from factories.shelf_sources import documents_in, misplaced, stands_there, texts_in

NAMES = tuple(sorted(Path(__file__).parent.glob("practice_names_*.yaml")))
NOT_OURS = {"id", "title", "places", "lead", "partners", "aliases", "sources", "links"}
"""Parts of a practice that hold names, which stay as they are."""


def names() -> list[dict[str, Any]]:
    return [one for path in NAMES for one in parse_yaml(path.read_text("utf-8"), path.name)]


def our_texts(practice: Practice) -> list[str]:
    parts = [name for name in Practice.__dataclass_fields__ if name not in NOT_OURS]
    return [text for name in parts for text in texts_in(getattr(practice, name))]


@pytest.fixture(scope="module")
def documents(real_data: Path) -> dict[str, str]:
    return documents_in(real_data)


def test_every_name_became_a_practice_or_tells_why_not() -> None:
    ids = {practice.id for practice in find.practices()}
    for one in names():
        assert ("practice" in one) != ("left_out" in one), one["name"]
        assert one.get("practice") in ids or one.get("left_out"), one["name"]


def test_every_practice_and_every_document_of_it_stands_in_the_list() -> None:
    listed = {(one["practice"], one["document"]) for one in names() if "practice" in one}
    told = {(one.id, source.document.code) for one in find.practices() for source in one.sources}
    assert told == listed


def test_practices_are_told_apart_and_translated_in_every_language() -> None:
    for language in LANGUAGES:
        summaries = [practice.summary[language] for practice in find.practices()]
        assert len(set(summaries)) == len(summaries)
    for practice in find.practices():
        assert len(set(practice.summary.values())) == len(LANGUAGES), practice.id


def test_what_flags_persons_is_a_tool_under_a_warning() -> None:
    for practice in find.practices():
        if practice.person_risk:
            assert practice.kind is not PracticeKind.NETWORK
            assert practice.risk, practice.id


@pytest.mark.real_data
def test_every_name_stands_in_its_document_where_the_list_says(documents: dict[str, str]) -> None:
    missing = [
        (one["name"], one["document"], one["lines"])
        for one in names()
        if not stands_there(one["name"], documents[one["document"]], str(one["lines"]))
    ]
    assert missing == []


@pytest.mark.real_data
def test_every_heading_stands_in_its_document_where_the_practice_says(
    documents: dict[str, str],
) -> None:
    told = [(practice.id, source) for practice in find.practices() for source in practice.sources]
    assert misplaced(told, documents) == []


@pytest.mark.real_data
def test_practices_are_in_our_own_words(documents: dict[str, str]) -> None:
    texts = [text for practice in find.practices() for text in our_texts(practice)]
    assert borrowed_runs(texts, "\n".join(documents.values())) == []


def test_every_tool_says_which_function_does_its_job_or_that_none_does_yet() -> None:
    silent = [
        one.id
        for one in find.practices()
        if one.kind is PracticeKind.TOOL and not one.links.convive
    ]
    assert not silent
