"""The categories of the review of 2022 are complete, and their numbers are those of the report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.strategy.framework import Framework, PointKind
from factories.frameworks import document, texts_of
from factories.own_words import borrowed_runs

REVIEWED = 21

TOPICS = (
    ("document", "5. Approaches and policies to tackle and prevent urban security issues", 974, 6),
    ("challenges", "5.1 Challenges and priorities", 1002, 13),
    ("concepts", "5.2 Concepts and approaches", 1043, 9),
    ("assessment", "5.3 Assessment, Monitoring and Evaluation", 1061, 12),
    ("monitoring", "5.3 Assessment, Monitoring and Evaluation", 1061, 6),
    ("juvenile_delinquency", "Preventing Juvenile Delinquency", 1100, 13),
    ("radicalisation", "Preventing Radicalisation Leading to Violent Extremism", 1124, 23),
    ("public_spaces", "Designing and Managing Safe Public Spaces", 1164, 19),
    ("organised_crime", "Reducing and Preventing Trafficking and Organised Crime", 1198, 12),
    ("governance", "5.5 Structures, actors and citizen participation", 1226, 5),
    ("participation", "5.5 Structures, actors and citizen participation", 1226, 10),
    ("technology", "Technology", 1250, 7),
    ("gender", "Gender", 1256, 7),
    ("cross_border", "5.6 Cross-cutting thematic areas", 1242, 1),
)
"""Topic, heading, the line of the document at which it stands, and its sub-categories."""

PERCENTAGES = {
    "challenges_public_space": (1027, 57),
    "challenges_youth": (1029, 90),
    "challenges_organised_crime": (1031, 33),
    "concepts_other_strategies": (1047, 81),
    "assessment_approach": (1065, 57),
    "assessment_context_data": (1076, 43),
    "assessment_services": (1076, 38),
    "monitoring_structures": (1082, 57),
    "juvenile_delinquency_priority": (1102, 52),
    "juvenile_delinquency_violence": (1102, 38),
    "juvenile_delinquency_substances": (1102, 24),
    "juvenile_delinquency_antisocial": (1102, 19),
    "juvenile_delinquency_dropout": (1102, 14),
    "radicalisation_balanced": (1126, 71),
    "radicalisation_primary": (1132, 71),
    "radicalisation_at_risk": (1140, 38),
    "radicalisation_review": (1144, 38),
    "public_spaces_priority": (1166, 57),
    "public_spaces_disorder": (1168, 38),
    "public_spaces_crime": (1168, 19),
    "public_spaces_inclusive": (1178, 24),
    "public_spaces_coproduction": (1180, 33),
    "governance_non_security": (1236, 71),
    "technology_cybercrime": (1252, 24),
    "gender_violence": (1258, 57),
}
"""Line of the document and the percentage told there."""

NUMBERS_IN_WORDS = {
    "challenges_rise": (1006, "Three cities", 3),
    "challenges_inclusion": (1006, "Three other cities", 3),
    "challenges_right_wing": (1025, "Four cities", 4),
    "concepts_national_radicalisation": (1045, "two of the cities", 2),
    "concepts_urban_development": (1047, "One city", 1),
    "concepts_enforcement_only": (1051, "Only one", 1),
    "assessment_by_priority": (1065, "two cities", 2),
    "assessment_earlier_audits": (1065, "Only three", 3),
    "assessment_limited": (1078, "two cases", 2),
    "assessment_index": (1080, "One city", 1),
    "assessment_focus_groups": (1080, "Two cities", 2),
    "monitoring_indicators": (1082, "Seven strategies", 7),
    "monitoring_by_area": (1082, "Three cities", 3),
    "monitoring_steering_body": (1084, "Thirteen", 13),
    "monitoring_external": (1084, "Four cities", 4),
    "juvenile_delinquency_police_relations": (1104, "One city", 1),
    "juvenile_delinquency_groups_at_risk": (1108, "One city", 1),
    "juvenile_delinquency_alternative_sentence": (1110, "One city", 1),
    "juvenile_delinquency_district_bodies": (1112, "Three cities", 3),
    "radicalisation_religious": (1130, "One city", 1),
    "radicalisation_digital_resilience": (1138, "One city", 1),
    "radicalisation_terrorism": (1140, "Three cities", 3),
    "radicalisation_early_signs": (1150, "three strategies", 3),
    "radicalisation_case_plans": (1150, "One municipality", 1),
    "public_spaces_user_conflicts": (1168, "four times", 4),
    "public_spaces_terror": (1168, "three local or regional", 3),
    "public_spaces_feelings": (1168, "four strategies", 4),
    "public_spaces_restrictive": (1170, "Four municipalities", 4),
    "public_spaces_citizens": (1180, "One city", 1),
    "public_spaces_cameras_police": (1186, "Eight strategies", 8),
    "public_spaces_mediation": (1188, "four cities", 4),
    "public_spaces_place_groups": (1194, "Another strategy", 1),
    "public_spaces_women_walks": (1196, "One city", 1),
    "public_spaces_checklist": (1196, "Another municipality", 1),
    "organised_crime_priority": (1200, "seven cities", 7),
    "organised_crime_exploitation_unit": (1202, "One city", 1),
    "organised_crime_three_strands": (1204, "Another city", 1),
    "organised_crime_zero_tolerance": (1206, "One municipality", 1),
    "organised_crime_youth": (1208, "One city", 1),
    "organised_crime_exit": (1214, "Another plans", 1),
    "organised_crime_information": (1216, "One municipality", 1),
    "organised_crime_assets": (1220, "four local", 4),
    "organised_crime_joint_programme": (1222, "One city", 1),
    "organised_crime_staff_training": (1224, "Two cities", 2),
    "organised_crime_permits": (1224, "one city", 1),
    "governance_council": (1228, "eight cities", 8),
    "governance_police_led": (1230, "five cases", 5),
    "governance_districts": (1230, "one case", 1),
    "governance_private": (1236, "Two strategies", 2),
    "participation_codeveloped": (1238, "Only eight", 8),
    "participation_by_focus": (1238, "Five cities", 5),
    "participation_regular_dialogue": (1238, "two strategies", 2),
    "participation_vulnerable": (1238, "one city", 1),
    "participation_whole_strategy": (1238, "Two local authorities", 2),
    "participation_all_policies": (1240, "Five cities", 5),
    "participation_forum": (1240, "One of them", 1),
    "participation_office": (1240, "Two cities", 2),
    "technology_cyber_strategy": (1252, "two cities", 2),
    "technology_awareness": (1252, "Two strategies", 2),
    "technology_cyber_platform": (1252, "In one case", 1),
    "technology_dialogue": (1254, "Only two cities", 2),
    "gender_cross_cutting": (1258, "Five cities", 5),
    "gender_data": (1258, "One city", 1),
    "gender_stereotypes": (1258, "Another strategy", 1),
    "gender_istanbul": (1258, "only mentioned once", 1),
    "gender_mainstreaming": (1258, "One municipality", 1),
}
"""Line of the document, how the number is told there, and the number."""


@pytest.fixture(scope="module")
def review() -> Framework:
    return find.framework("strategy_review_2022")


@pytest.fixture(scope="module")
def source(real_data: Path) -> str:
    return document(real_data, "002")


def text_of(review: Framework, identifier: str, language: str = "en") -> str:
    return next(point for point in review.points if point.id == identifier).text[language]


def test_it_has_every_category_of_the_chapter(review: Framework) -> None:
    expected = [(topic, points) for topic, _, _, points in TOPICS]
    assert [(topic.id, len(topic.points)) for topic in review.topics] == expected
    assert {point.kind for point in review.points} == {PointKind.CATEGORY}


@pytest.mark.parametrize(("topic", "heading"), [(row[0], row[1]) for row in TOPICS])
def test_references_name_the_section(review: Framework, topic: str, heading: str) -> None:
    found = next(one for one in review.topics if one.id == topic)
    assert heading in found.reference
    for point in found.points:
        own = point.reference.startswith(found.reference + ", ")
        assert own or (topic == "document" and re.match(r"(3\.3|5\.) ", point.reference))


@pytest.mark.parametrize(("identifier", "told"), PERCENTAGES.items())
def test_percentages_became_numbers_of_strategies(
    review: Framework, identifier: str, told: tuple[int, int]
) -> None:
    percentage = told[1]
    n = round(percentage * REVIEWED / 100)
    assert round(100 * n / REVIEWED) == percentage
    assert f"{n} of {REVIEWED} ({percentage} %)" in text_of(review, identifier)


@pytest.mark.parametrize(("identifier", "told"), NUMBERS_IN_WORDS.items())
def test_numbers_told_in_words_are_carried_over(
    review: Framework, identifier: str, told: tuple[int, str, int]
) -> None:
    assert f"{told[2]} of {REVIEWED}" in text_of(review, identifier)


def test_numbers_are_the_same_in_every_language(review: Framework) -> None:
    for point in review.points:
        numbers = re.findall(r"\d+", point.text["en"])
        for language in LANGUAGES:
            assert re.findall(r"\d+", point.text[language]) == numbers, (point.id, language)


def test_what_nobody_had_is_told_too(review: Framework) -> None:
    assert "none of the 21" in text_of(review, "cross_border_cooperation")


def test_points_are_told_apart_in_every_language(review: Framework) -> None:
    for topic in review.topics:
        for language in LANGUAGES:
            shorts = [point.short[language] for point in topic.points]
            assert len(set(shorts)) == len(shorts), (topic.id, language)


@pytest.mark.real_data
@pytest.mark.parametrize(("heading", "line"), sorted({(row[1], row[2]) for row in TOPICS}))
def test_headings_stand_in_the_document_where_we_say(source: str, heading: str, line: int) -> None:
    assert source.splitlines()[line - 1].startswith(heading)


@pytest.mark.real_data
@pytest.mark.parametrize(("identifier", "told"), PERCENTAGES.items())
def test_the_document_tells_the_percentage(
    source: str, identifier: str, told: tuple[int, int]
) -> None:
    line, percentage = told
    assert re.search(rf"\b{percentage} ?%", source.splitlines()[line - 1]), identifier


@pytest.mark.real_data
@pytest.mark.parametrize(("identifier", "told"), NUMBERS_IN_WORDS.items())
def test_the_document_tells_the_number(
    source: str, identifier: str, told: tuple[int, str, int]
) -> None:
    line, words, _ = told
    assert words.casefold() in source.splitlines()[line - 1].casefold(), identifier


@pytest.mark.real_data
def test_no_percentage_of_the_chapter_was_overlooked(source: str) -> None:
    """Every percentage is carried by a point, save "half" and the missing answers of a chart."""
    chapter = source.splitlines()[1001:1262]
    told = {int(one) for line in chapter for one in re.findall(r"\b(\d+) ?%", line)}
    not_of_strategies = {50, 100}
    assert told - not_of_strategies == {percentage for _, percentage in PERCENTAGES.values()}


@pytest.mark.real_data
def test_it_is_in_our_own_words(review: Framework, source: str) -> None:
    assert borrowed_runs(texts_of(review), source) == []
