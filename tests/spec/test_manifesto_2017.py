"""The manifesto of 2017 is complete: every principle, recommendation and commitment.

What is known of the document stands here as facts of our own: its chapters, their pages, and how
many recommendations and commitments each has. With the document the bullets are counted there too.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.strategy.framework import Framework, PointKind
from factories.frameworks import document, texts_of
from factories.own_words import borrowed_runs


@dataclass(frozen=True)
class Chapter:
    """A thematic chapter of the document; it takes two pages."""

    topic: str
    heading: str
    page: int
    recommendations: int
    commitments: int


CHAPTERS = (
    Chapter("nightlife", "A responsible nightlife", 18, 6, 6),
    Chapter("organised_crime", "Cities and organised crime", 20, 5, 3),
    Chapter("drugs", "Cities facing drugs and addictions", 22, 5, 3),
    Chapter("public_spaces", "Designing and managing public spaces", 24, 8, 5),
    Chapter("discriminatory_violence", "Discriminatory violence", 26, 4, 7),
    Chapter("stakeholders", "Diversification of security stakeholders", 28, 5, 3),
    Chapter("radicalisation", "Preventing radicalisation leading to violent extremism", 30, 6, 6),
    Chapter("violence_against_women", "Preventing violence against women", 32, 6, 5),
    Chapter("citizens_institutions", "Relationship between citizens and institutions", 34, 9, 6),
    Chapter("evidence", "Rethinking the collection and assessment of evidence", 36, 3, 6),
    Chapter("risk_management", "Security risk management and cross-border cooperation", 38, 4, 4),
    Chapter("technologies", "Technologies for prevention", 40, 5, 8),
)

INTRODUCTION = (
    ("editorial", "Editorial", 9, 1),
    ("introduction", "Introduction", 10, 2),
    ("coproduction", "The co-production of security", 11, 5),
    ("empowerment", "Empowering regional and local authorities", 11, 2),
    ("sustainability", "Security as a key component of sustainability", 12, 3),
    ("human_rights", "The indispensable alliance of security and human rights", 13, 2),
    ("inclusivity", "... with inclusivity and justice", 13, 4),
    ("resilience", "Resilient cities, resilient citizens", 14, 2),
    ("freedom_justice", "For cities and regions of freedom, security and justice", 15, 4),
)
"""Topic, heading, page, and the points that we made of its running text."""

RECOMMEND = "make the following recommendations"
COMMIT = "n the coming years"


@pytest.fixture(scope="module")
def manifesto() -> Framework:
    return find.framework("manifesto_2017")


@pytest.fixture(scope="module")
def source(real_data: Path) -> str:
    return document(real_data, "001")


def test_it_has_every_chapter_in_the_order_of_the_document(manifesto: Framework) -> None:
    expected = [topic for topic, *_ in INTRODUCTION] + [chapter.topic for chapter in CHAPTERS]
    assert [topic.id for topic in manifesto.topics] == expected


def test_the_document_has_66_recommendations_and_62_commitments_in_12_chapters() -> None:
    assert len(CHAPTERS) == 12
    assert sum(chapter.recommendations for chapter in CHAPTERS) == 66
    assert sum(chapter.commitments for chapter in CHAPTERS) == 62


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.topic)
def test_every_recommendation_and_commitment_has_its_point(
    manifesto: Framework, chapter: Chapter
) -> None:
    topic = next(topic for topic in manifesto.topics if topic.id == chapter.topic)
    place = f"{chapter.heading}, p. {chapter.page}–{chapter.page + 1}"
    assert topic.reference == place
    assert [point.reference for point in topic.points] == [
        *(f"{place}, recommendation {n + 1}" for n in range(chapter.recommendations)),
        *(f"{place}, commitment {n + 1}" for n in range(chapter.commitments)),
    ]
    for point in topic.points:
        assert f", {point.kind.value} " in point.reference


@pytest.mark.parametrize(("name", "heading", "page", "points"), INTRODUCTION)
def test_running_text_became_principles(
    manifesto: Framework, name: str, heading: str, page: int, points: int
) -> None:
    topic = next(topic for topic in manifesto.topics if topic.id == name)
    assert topic.reference.endswith(f"{heading}, p. {page}")
    assert len(topic.points) == points
    for point in topic.points:
        assert re.search(rf", p\. {page}, (last )?paragraph( \d)?$", point.reference)


def test_only_the_invitation_and_the_pledge_are_no_principles(manifesto: Framework) -> None:
    names = {name for name, *_ in INTRODUCTION}
    other = {
        point.id: point.kind
        for topic in manifesto.topics
        if topic.id in names
        for point in topic.points
        if point.kind is not PointKind.PRINCIPLE
    }
    assert other == {
        "editorial_r1": PointKind.RECOMMENDATION,
        "freedom_justice_c1": PointKind.COMMITMENT,
    }


def test_points_are_told_apart_in_every_language(manifesto: Framework) -> None:
    for language in LANGUAGES:
        counts = Counter(point.text[language] for point in manifesto.points)
        assert [text for text, n in counts.items() if n > 1] == []


def test_nothing_was_left_untranslated(manifesto: Framework) -> None:
    for point in manifesto.points:
        for language in LANGUAGES:
            assert language == "en" or point.text[language] != point.text["en"], point.id


def bullets_by_chapter(source: str) -> dict[str, list[int]]:
    """Return how many bullets stand under each of the three lists of every chapter."""
    found: dict[str, list[int]] = {}
    headings = {chapter.heading for chapter in CHAPTERS}
    current: list[int] = []
    for line in source.splitlines():
        if line.strip() in headings:
            current = found.setdefault(line.strip(), [])
        elif line.startswith("Reference texts"):
            current = []
        elif line.startswith("Considering that") or RECOMMEND in line or COMMIT in line:
            current.append(0)
        elif line.startswith("- ") and current:
            current[-1] += 1
    return found


@pytest.mark.real_data
def test_no_bullet_of_the_document_was_overlooked(source: str) -> None:
    told = bullets_by_chapter(source)
    assert {heading: counts[1:] for heading, counts in told.items()} == {
        chapter.heading: [chapter.recommendations, chapter.commitments] for chapter in CHAPTERS
    }


@pytest.mark.real_data
def test_headings_and_pages_are_those_of_the_table_of_contents(source: str) -> None:
    told = re.sub(r"\.\.\. ?", "", source)
    listed = dict(re.findall(r"^(\S.*?)\tp\. (\d+)$", told, flags=re.MULTILINE))
    for _, heading, page, _ in INTRODUCTION:
        assert listed[heading.removeprefix("... ")] == str(page)
    for chapter in CHAPTERS:
        assert listed[chapter.heading] == str(chapter.page)


@pytest.mark.real_data
def test_it_is_in_our_own_words(manifesto: Framework, source: str) -> None:
    assert borrowed_runs(texts_of(manifesto), source) == []
