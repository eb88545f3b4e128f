"""The checklist of partners: every sector has somebody, every point names where it was read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.strategy.framework import Framework, PointKind
from convive.core.strategy.vocabulary import Sector, TargetGroup
from factories.frameworks import document, texts_of
from factories.own_words import borrowed_runs

GROUPS = {
    "town": 9,
    "police_rescue": 8,
    "justice": 6,
    "youth": 8,
    "care": 10,
    "victims": 5,
    "space": 8,
    "economy": 7,
    "people": 6,
    "far_off": 11,
    "knowledge": 4,
    "levels": 5,
}
"""Group of partners and how many it has."""

DOCUMENTS = {
    "Manifesto 2025": "000",
    "Manifesto 2017": "001",
    "Inventory 2022": "002",
    "Presentation": "003",
    "Report 2006": "004",
}
"""Short name of a document and the first figures of its file name."""

SECTIONS = {
    "Inventory 2022": {
        "3.4 Interviews with key actors": "13",
        "4.1 Tools and practices in the focus area Preventing Juvenile Delinquency": "16",
        "4.2.1 Diagnostic, assessment and monitoring tools": "20",
        "4.2.2 Activity-related tools": "23",
        "4.3.2 Activity-related tools": "33",
        "4.4 Tools and practices in the focus area Designing and Managing Safe Public Spaces": "39",
        "5.1 Challenges and priorities": "48",
        "5.2 Concepts and approaches": "50",
        "5.3 Assessment, Monitoring and Evaluation": "51",
        "5.4 Preventing Juvenile Delinquency": "53",
        "5.4 Preventing Radicalisation Leading to Violent Extremism": "53",
        "5.4 Designing and Managing Safe Public Spaces": "53",
        "5.4 Reducing and Preventing Trafficking and Organised Crime": "53",
        "5.5 Structures, actors and citizen participation": "59",
        "5.6 Technology": "60",
        "5.6 Gender": "60",
        "6. Lessons learned": "62",
    },
    "Manifesto 2017": {
        "Introduction: Empowering regional and local authorities": "11",
        "A responsible nightlife": "18–19",
        "Cities and organised crime": "20–21",
        "Cities facing drugs and addictions": "22–23",
        "Designing and managing public spaces": "24–25",
        "Discriminatory violence": "26–27",
        "Diversification of security stakeholders": "28–29",
        "Preventing radicalisation leading to violent extremism": "30–31",
        "Preventing violence against women": "32–33",
        "Relationship between citizens and institutions": "34–35",
        "Rethinking the collection and assessment of evidence": "36–37",
        "Security risk management and cross-border cooperation": "38–39",
        "Technologies for prevention": "40–41",
    },
    "Manifesto 2025": {
        "Police": "2",
        "Justice": "4",
        "Security continuum": "6",
        "Mental Health": "8",
        "Nightlife": "11",
        "Communication and Disinformation": "15",
        "Discriminatory Violence": "16",
        "Audits and methodology": "19",
        "Sexual and Gender-based Violence": "20",
        "Crisis Management": "24",
        "Large Events": "26",
        "Drugs & addictions": "28",
        "Mediation & Security sector professions": "30",
        "Organised crime": "36",
        "Polarisation & radicalisation": "38",
        "Juvenile delinquency": "41",
    },
    "Presentation": {
        "Facing challenges - Police and Population Relationship": "",
        "Facing challenges - Population participation in risk management": "",
        "principles, last item": "",
    },
    "Report 2006": {
        "I.3 The need for exchanges": "10",
        "II.1 Defining security": "14",
        "II.2 Assessing insecurity": "16",
        "II.3.1 Combining approaches": "17",
        "II.3.2 Building partnerships": "20",
        "II.3.3 Adapting public services": "22",
        "II.3.4 Positioning local elected officials": "23",
        "II.3.5 Facilitating relationships with the police": "24",
        "II.3.6 Encouraging and sustaining citizen participation": "25",
    },
}
"""Sections of each document with the page told by its table of contents or page breaks."""

WITHOUT_HEADING = frozenset({"principles, last item"})
"""Places that the document gives no heading."""
PART = re.compile(
    r"^(?P<document>[A-Z]\w+(?: \d{4})?), (?P<section>.+?)"
    r"(?:, (?:recommendation|commitment) \d+)?(?:, p\. (?P<page>[\d–]+))?$"
)
NUMBER = re.compile(r"^(?:[IVX]+\.)?[\d.]*\d?\.? ?|^Introduction: ")


@pytest.fixture(scope="module")
def checklist() -> Framework:
    return find.framework("stakeholder_checklist")


def references(checklist: Framework) -> list[tuple[str, str, str]]:
    """Return document, section and page of every part of every reference."""
    given = [topic.reference for topic in checklist.topics]
    given += [point.reference for point in checklist.points]
    found = []
    for part in (part for reference in given for part in reference.split("; ")):
        match = PART.match(part)
        assert match, part
        found.append((match["document"], match["section"], match["page"] or ""))
    return found


def test_it_has_twelve_groups_of_partners(checklist: Framework) -> None:
    assert {topic.id: len(topic.points) for topic in checklist.topics} == GROUPS
    assert {point.kind for point in checklist.points} == {PointKind.MEMBER}


def test_every_point_says_to_which_sector_somebody_belongs(checklist: Framework) -> None:
    assert [point.id for point in checklist.points if not point.sectors] == []


def test_no_sector_is_forgotten(checklist: Framework) -> None:
    """Else the question who is missing could never be answered with that sector."""
    assert {sector for point in checklist.points for sector in point.sectors} == set(Sector)


def test_groups_seldom_heard_sit_at_the_table_themselves(checklist: Framework) -> None:
    far_off = next(topic for topic in checklist.topics if topic.id == "far_off")
    heard = {group for point in far_off.points for group in point.groups}
    assert heard >= {
        TargetGroup.MIGRANTS,
        TargetGroup.DISABLED_PEOPLE,
        TargetGroup.LGBTIQ,
        TargetGroup.OLDER_PEOPLE,
        TargetGroup.HOMELESS_PEOPLE,
        TargetGroup.PEOPLE_WITH_ADDICTION,
        TargetGroup.YOUNG_PEOPLE,
        TargetGroup.OFFENDERS,
        TargetGroup.NIGHT_WORKERS,
    }


def test_references_name_document_section_and_page(checklist: Framework) -> None:
    for name, section, page in references(checklist):
        assert SECTIONS[name].get(section) == page, (name, section)


def test_all_five_documents_and_all_sections_are_used(checklist: Framework) -> None:
    used = {(name, section) for name, section, _ in references(checklist)}
    assert used == {(name, section) for name, listed in SECTIONS.items() for section in listed}
    assert SECTIONS.keys() == DOCUMENTS.keys()


def test_points_are_told_apart_in_every_language(checklist: Framework) -> None:
    for language in LANGUAGES:
        shorts = [point.short[language] for point in checklist.points]
        assert len(set(shorts)) == len(shorts), language


def test_nothing_was_left_untranslated(checklist: Framework) -> None:
    for point in checklist.points:
        for language in LANGUAGES:
            assert language == "en" or point.text[language] != point.text["en"], point.id


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "number"), DOCUMENTS.items())
def test_sections_stand_in_the_documents(real_data: Path, name: str, number: str) -> None:
    told = " ".join(document(real_data, number).split()).casefold()
    for section in SECTIONS[name].keys() - WITHOUT_HEADING:
        heading = NUMBER.sub("", section)
        assert heading
        assert heading.casefold() in told, section


@pytest.mark.real_data
@pytest.mark.parametrize("number", sorted(DOCUMENTS.values()))
def test_it_is_in_our_own_words(checklist: Framework, real_data: Path, number: str) -> None:
    assert borrowed_runs(texts_of(checklist), document(real_data, number)) == []
