"""The shelf of practices is complete, says where it was read, and says it in our own words.

`practice_names_<part>.yaml` lists every named practice, tool, project and programme of the
documents with its lines and the practice it became; `left_out` tells why a name became none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from convive.catalogue import find
from convive.catalogue.yaml_files import LANGUAGES, parse_yaml
from convive.core.strategy.practice import Practice, PracticeKind
from factories.frameworks import document
from factories.own_words import borrowed_runs, words_of

NAMES = tuple(sorted(Path(__file__).parent.glob("practice_names_*.yaml")))
NUMBER = {
    "manifesto_2025": "000",
    "manifesto_2017": "001",
    "icarus_d22": "002",
    "participation_2019": "003",
    "prague_2006": "004",
}
"""How the file of a document begins."""
NOT_OURS = {"id", "title", "places", "lead", "partners", "aliases", "sources", "links"}
"""Parts of a practice that hold names, which stay as they are."""
OUTLINE = re.compile(r"[#*■➤>\s]|<[^>]+>|\\[a-z]+")


def names() -> list[dict[str, Any]]:
    return [one for path in NAMES for one in parse_yaml(path.read_text("utf-8"), path.name)]


def lines_of(text: str, lines: str) -> str:
    """Return the lines of a text that a reference such as ``3-5, 9`` names."""
    told = text.splitlines()
    found = []
    for part in lines.split(", "):
        first, _, last = part.partition("-")
        found += told[int(first) - 1 : int(last or first)]
    return " ".join(found)


def bare(text: str) -> str:
    """Return a text without mark-up, spaces and hyphens of line ends, in small letters."""
    return "".join(words_of(OUTLINE.sub(" ", text)))


def texts_in(part: Any) -> Iterator[str]:
    """Yield every text in a part of a practice."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from texts_in(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from texts_in(value)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            yield from texts_in(getattr(part, name))


def our_texts(practice: Practice) -> list[str]:
    parts = [name for name in Practice.__dataclass_fields__ if name not in NOT_OURS]
    return [text for name in parts for text in texts_in(getattr(practice, name))]


@pytest.fixture(scope="module")
def documents(real_data: Path) -> dict[str, str]:
    return {code: document(real_data, number) for code, number in NUMBER.items()}


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
        if bare(one["name"]) not in bare(lines_of(documents[one["document"]], str(one["lines"])))
    ]
    assert missing == []


@pytest.mark.real_data
def test_every_heading_stands_in_its_document_where_the_practice_says(
    documents: dict[str, str],
) -> None:
    missing = [
        (practice.id, source.heading, source.lines)
        for practice in find.practices()
        for source in practice.sources
        if bare(source.heading) not in bare(lines_of(documents[source.document.code], source.lines))
    ]
    assert missing == []


@pytest.mark.real_data
def test_practices_are_in_our_own_words(documents: dict[str, str]) -> None:
    texts = [text for practice in find.practices() for text in our_texts(practice)]
    assert borrowed_runs(texts, "\n".join(documents.values())) == []
