"""The method cards: all there, each one page in every language, linked, sourced, in our own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.texts import languages
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.shelf.card import MethodCard
from factories.own_words import borrowed_runs
from factories.shelf_sources import documents_in, misplaced, texts_in

KNOWING = (
    "safety_audit",
    "exploratory_walk",
    "victimisation_survey",
    "local_observatory",
    "participatory_diagnosis",
    "focus_group",
    "situational_audit_of_public_space",
    "night_audit",
)
DECIDING = (
    "security_strategy",
    "local_prevention_council",
    "partnership_agreement",
    "monthly_partners_meeting",
    "security_charter",
    "gender_mainstreaming",
)
JUDGING = ("outcome_evaluation", "process_evaluation", "cost_benefit")
ACTING = (
    "restorative_justice", "mediation", "neighbourhood_mediation_at_night", "community_policing",
    "street_outreach", "third_party_reporting", "victim_support_point", "hate_crime_response",
    "bystander_campaign", "administrative_approach", "barrier_model", "social_reuse_of_assets",
    "crisis_cycle", "radicalisation_prevention_local", "exit_and_reintegration", "nightlife_charter",
    "drug_harm_reduction", "school_safety_climate", "temporary_use_of_public_space",
    "communication_on_insecurity", "video_surveillance_charter",
)  # fmt: skip
TEXTS = ("title", "summary", "when", "not_when", "steps", "pitfalls", "fairness", "rights")


def our_texts(card: MethodCard) -> list[str]:
    parts = (*TEXTS, "effort", "convive")
    return [text for name in parts for text in texts_in(getattr(card, name))]


@pytest.fixture(scope="module")
def documents(real_data: Path) -> dict[str, str]:
    return documents_in(real_data)


@pytest.mark.parametrize("identifier", [*KNOWING, *DECIDING, *JUDGING, *ACTING])
def test_a_card_that_the_documents_call_for_is_there_with_its_steps(identifier: str) -> None:
    card = find.card(identifier)
    assert 4 <= len(card.steps) <= 7
    assert 2 <= len(card.pitfalls) <= 4
    assert all(card.convive.get(one) for one in languages())
    assert all(card.effort.people.get(one) for one in languages())
    assert card.status in find.USED_STATUSES


def test_every_card_says_something_of_its_own_in_every_language() -> None:
    for language in LANGUAGES:
        summaries = [card.summary[language] for card in find.cards()]
        assert len(set(summaries)) == len(summaries)
    for card in find.cards():
        for text in (card.summary, card.fairness, card.rights, *card.steps, *card.pitfalls):
            assert len(set(text.values())) == len(LANGUAGES), (card.id, text["en"])


def test_a_link_between_two_cards_is_told_by_both() -> None:
    links = {(card.id, other) for card in find.cards() for other in card.cards}
    assert links
    assert links == {(other, one) for one, other in links}
    for card in find.cards():
        assert len(set(card.cards)) == len(card.cards), card.id


def test_every_card_is_joined_to_the_rest_of_the_shelf() -> None:
    for card in find.cards():
        for name in card.instruments:
            assert find.instrument(name).id == name
        for name in card.practices:
            assert not find.practice(name).person_risk, (card.id, name)
        assert card.instruments or card.practices or card.cards, card.id


@pytest.mark.real_data
def test_every_heading_stands_in_its_document_where_the_card_says(
    documents: dict[str, str],
) -> None:
    told = [(card.id, source) for card in find.cards() for source in card.sources]
    assert misplaced(told, documents) == []


@pytest.mark.real_data
def test_cards_are_in_our_own_words(documents: dict[str, str]) -> None:
    texts = [text for card in find.cards() for text in our_texts(card)]
    assert borrowed_runs(texts, "\n".join(documents.values())) == []


def test_no_card_speaks_of_the_names_of_files_or_instruments() -> None:
    for card in find.cards():
        for text in (*card.convive.values(), *card.effort.people.values()):
            assert "_" not in text, (card.id, text)
