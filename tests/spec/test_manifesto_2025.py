"""The manifesto of 2025 is complete: every chapter, every recommendation, in our own words.

What is known of the source stands here as facts of our own: which chapters it has, on which page
each begins, and the line of the seed document at which each recommendation begins. Without the
source the references are counted; with it every line is looked up.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.strategy.framework import Framework, Point, PointKind, Topic
from factories.own_words import borrowed_runs


@dataclass(frozen=True)
class Chapter:
    """A chapter of the source."""

    topic: str
    heading: str
    page: int
    heading_at: int
    recommendations_at: tuple[int, ...]
    """Line at which each recommendation begins."""
    until: int
    """Line at which practices or references begin."""
    points: int
    """How many points we made of it, statements of the introduction included."""


def lines(*spans: int | range) -> tuple[int, ...]:
    return tuple(n for span in spans for n in (span if isinstance(span, range) else (span,)))


CHAPTERS = (
    Chapter("police", "Police", 2, 43, lines(range(49, 55), 60, 61), 63, 9),
    Chapter("justice", "Justice", 4, 83,
            lines(96, 97, 98, 104, range(106, 116)), 119, 19),
    Chapter("continuum", "Security continuum", 6, 131, lines(range(145, 157), 160), 162, 14),
    Chapter("mental_health", "Mental Health", 8, 171, (193, 194, 197, 205, 211, 212), 214, 8),
    Chapter("nightlife", "Nightlife", 11, 235,
            lines(range(253, 265), 267, 268, 273, range(277, 281)), 284, 20),
    Chapter("communication", "Communication and Disinformation", 15, 299,
            lines(range(310, 314), 317, 318), 324, 6),
    Chapter("discriminatory_violence", "Discriminatory Violence", 16, 335,
            lines(366, 367, 376, 377, range(382, 389), 390), 394, 16),
    Chapter("audits", "Audits and methodology", 19, 407, lines(418, range(424, 429)), 433, 7),
    Chapter("gender_based_violence", "Sexual and Gender-based Violence", 20, 437,
            lines(460, 468, range(471, 482), range(489, 495)), 496, 22),
    Chapter("crisis_management", "Crisis Management", 24, 516,
            lines(528, 529, 530, 534, range(540, 544)), 547, 9),
    Chapter("large_events", "Large Events", 26, 556, lines(range(576, 589)), 592, 13),
    Chapter("drugs", "Drugs & addictions", 28, 600,
            (612, 613, 614, 618, 619, 620, 626, 630), 632, 11),
    Chapter("mediation", "Mediation & Security sector professions", 30, 647,
            lines(range(670, 678)), 679, 12),
    Chapter("technology", "Innovation & Technology", 31, 687,
            lines(range(717, 730), 735, 736, 737, range(742, 747)), 750, 25),
    Chapter("organised_crime", "Organised crime", 36, 769,
            lines(range(780, 785), range(790, 795)), 796, 14),
    Chapter("polarisation", "Polarisation & radicalisation", 38, 810,
            lines(828, 829, range(835, 847)), 852, 17),
    Chapter("juvenile_delinquency", "Juvenile delinquency", 41, 872,
            lines(range(878, 887), 892, 893), 895, 11),
    Chapter("public_spaces", "Public spaces", 43, 916,
            lines(922, range(927, 932), 935, 941, 942), 944, 10),
)  # fmt: skip

CONTENTS_FROM = 17
"""Line of the table of contents, on page 1."""
WITHIN_ANOTHER = frozenset({195, 196, 204, 272})
"""Lines that unfold the recommendation before them, or go on with it after a page break."""
WITHOUT_BULLET = frozenset({460})

NUMBERS = re.compile(
    r"recommendations? (\d+)(?: and (\d+))?(?:, (?:first|second|third) part)?, p\. "
)
PAGES = re.compile(r", p\. (\d+)(?:–(\d+)|, (\d+))?$")


@pytest.fixture(scope="module")
def manifesto() -> Framework:
    return find.framework("manifesto_2025")


@pytest.fixture(scope="module")
def source(real_data: Path) -> str:
    """Return the document that the framework was read from, or skip."""
    found = sorted((real_data.parent.parent / "seeds").glob("000_*.txt"))
    if not found:
        pytest.skip("the document is not here: seeds beside the real data")
    return found[0].read_text(encoding="utf-8")


def recommended(point: Point) -> tuple[int, ...]:
    """Return the numbers of the recommendations that a point stands for."""
    found = NUMBERS.search(point.reference)
    assert found, point.reference
    return tuple(int(number) for number in found.groups() if number)


def test_it_has_every_chapter_in_the_order_of_the_document(manifesto: Framework) -> None:
    assert [(topic.id, topic.reference) for topic in manifesto.topics] == [
        (chapter.topic, f"{chapter.heading}, p. {chapter.page}") for chapter in CHAPTERS
    ]
    assert [(topic.id, len(topic.points)) for topic in manifesto.topics] == [
        (chapter.topic, chapter.points) for chapter in CHAPTERS
    ]


def test_the_document_has_205_recommendations_in_18_chapters() -> None:
    assert len(CHAPTERS) == 18
    assert sum(len(chapter.recommendations_at) for chapter in CHAPTERS) == 205


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.topic)
def test_every_recommendation_has_its_point(manifesto: Framework, chapter: Chapter) -> None:
    topic = topic_of(manifesto, chapter)
    covered = Counter(
        number
        for point in topic.points
        if point.kind is PointKind.RECOMMENDATION
        for number in recommended(point)
    )
    assert sorted(covered) == list(range(1, len(chapter.recommendations_at) + 1))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.topic)
def test_references_name_chapter_place_and_page(manifesto: Framework, chapter: Chapter) -> None:
    following = CHAPTERS[CHAPTERS.index(chapter) + 1 :]
    last = following[0].page if following else 45
    for point in topic_of(manifesto, chapter).points:
        assert point.reference.startswith(f"{chapter.heading}, ")
        is_principle = point.kind is PointKind.PRINCIPLE
        assert ("introduction, statement" in point.reference) is is_principle
        found = PAGES.search(point.reference)
        assert found, point.reference
        pages = [int(page) for page in found.groups() if page]
        assert pages == sorted(pages)
        assert chapter.page <= pages[0] <= pages[-1] <= last


def test_points_are_told_apart_in_every_language(manifesto: Framework) -> None:
    for language in LANGUAGES:
        for said in ("short", "text"):
            counts = Counter(getattr(point, said)[language] for point in manifesto.points)
            assert [text for text, n in counts.items() if n > 1] == []
    references = Counter(point.reference for point in manifesto.points)
    assert [text for text, n in references.items() if n > 1] == []


def test_nothing_was_left_untranslated(manifesto: Framework) -> None:
    for point in manifesto.points:
        for language in LANGUAGES[1:]:
            assert point.text[language] != point.text["en"], point.id


def test_every_point_has_a_topic_by_which_actions_are_proposed(manifesto: Framework) -> None:
    assert [point.id for point in manifesto.points if not point.topics] == []


@pytest.mark.real_data
def test_the_headings_stand_in_the_document_where_we_say(source: str) -> None:
    told = source.splitlines()
    for chapter in CHAPTERS:
        assert told[chapter.heading_at - 1].strip() == chapter.heading


@pytest.mark.real_data
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.topic)
def test_no_recommendation_of_the_document_was_overlooked(source: str, chapter: Chapter) -> None:
    """Every bullet from the first recommendation to the practices is one, or is part of one."""
    told = source.splitlines()
    span = range(chapter.recommendations_at[0], chapter.until)
    bullets = {n for n in span if re.match(r"\s*[-•] ", told[n - 1])}
    assert bullets - WITHIN_ANOTHER == set(chapter.recommendations_at) - WITHOUT_BULLET
    assert told[chapter.until - 1].strip()


def pages_by_line(source: str) -> dict[int, int]:
    """Return the page of every line: a stretch of three empty lines is a page break."""
    page, empty, found = 1, 0, {}
    for n, line in enumerate(source.splitlines(), start=1):
        empty = 0 if line.strip() else empty + 1
        page += empty == 3 and n > CONTENTS_FROM
        found[n] = page
    return found


@pytest.mark.real_data
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.topic)
def test_pages_are_those_of_the_document(
    manifesto: Framework, source: str, chapter: Chapter
) -> None:
    page_at = pages_by_line(source)
    assert page_at[chapter.heading_at] == chapter.page
    for point in topic_of(manifesto, chapter).points:
        if point.kind is PointKind.RECOMMENDATION:
            pages = {int(page) for page in PAGES.findall(point.reference)[0] if page}
            begins = {page_at[chapter.recommendations_at[n - 1]] for n in recommended(point)}
            # The second part of a recommendation may begin on the next page only.
            is_later_part = "second part" in point.reference and pages == {max(begins) + 1}
            assert begins <= pages or is_later_part, point.reference


@pytest.mark.real_data
def test_it_is_in_our_own_words(manifesto: Framework, source: str) -> None:
    texts = [manifesto.title["en"], manifesto.about["en"]]
    texts += [text for topic in manifesto.topics for text in (topic.title["en"], topic.about["en"])]
    texts += [text for point in manifesto.points for text in (point.short["en"], point.text["en"])]
    assert borrowed_runs(texts, source) == []


def test_borrowed_words_would_be_found() -> None:
    source = "Streets belong to all who walk there by day and at night, says the <u>charter</u>."
    ours = "We hold that streets belong to all who walk there by day, always."
    assert borrowed_runs([ours], source) == [
        "streets belong to all who walk there by",
        "belong to all who walk there by day",
    ]


def topic_of(manifesto: Framework, chapter: Chapter) -> Topic:
    return next(topic for topic in manifesto.topics if topic.id == chapter.topic)
