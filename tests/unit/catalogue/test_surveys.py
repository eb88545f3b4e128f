"""Surveys of residents and schools: core items stay as they are, and nobody is pressed."""

from __future__ import annotations

import pytest

from convive.catalogue import find
from convive.core.instruments.model import Instrument, InstrumentKind, Item, ItemType, Missing

SCHOOL = ("school_climate_pupils", "school_climate_families", "school_climate_staff")
SURVEYS = ("core_survey", "perception_pulse", "satisfaction_services", *SCHOOL)
CORE = tuple(item.id for item in find.items("survey"))
SENSITIVE = ("victim_sexual", "victim_close")


def measured(item: Item) -> tuple[tuple[str, dict[str, str]], ...]:
    """Return codes and labels of the answers that measure something."""
    choices = item.scale.choices if item.scale else ()
    return tuple((c.code, dict(c.label)) for c in choices if c.missing is None)


def item_of(instrument: Instrument, name: str) -> Item:
    found = instrument.item(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", CORE)
def test_a_core_item_is_asked_as_in_the_first_version(name: str) -> None:
    now, then = (item_of(find.instrument("core_survey", v), name) for v in (2, 1))

    assert dict(now.question) == dict(then.question)
    assert measured(now) == measured(then)
    assert (now.face, now.feeds, now.relevant) == (then.face, then.feeds, then.relevant)


def test_there_are_six_questions_of_before_and_after_word_for_word() -> None:
    core, pulse = find.instrument("core_survey"), find.instrument("perception_pulse")
    items = list(pulse.items())

    assert len(items) == 6
    for item in items:
        same = item_of(core, item.id)
        assert dict(item.question) == dict(same.question)
        assert item.scale == same.scale
        assert item.feeds == same.feeds == item.id


@pytest.mark.parametrize("name", [name for name in SURVEYS if name != "perception_pulse"])
def test_what_feeds_the_audit_has_the_answers_of_the_core_item(name: str) -> None:
    for item in find.instrument(name).items():
        if item.feeds:
            assert measured(item) == measured(item_of(find.instrument("core_survey"), item.feeds))


@pytest.mark.parametrize("name", SURVEYS)
def test_every_question_can_be_skipped_and_free_text_is_personal(name: str) -> None:
    survey = find.instrument(name)
    texts = [item for item in survey.items() if item.type is ItemType.TEXT]

    assert survey.kind is InstrumentKind.SURVEY
    assert len(survey.languages) == 7
    assert len(texts) <= 1
    assert all(item.is_personal for item in texts)
    assert [i.id for i in survey.items() if i.is_required] in ([], ["agreed"])


@pytest.mark.parametrize("name", SENSITIVE)
def test_sensitive_questions_come_after_help_and_consent_and_are_never_published(name: str) -> None:
    survey = find.instrument("core_survey")
    order = [item.id for item in survey.items()]
    item = item_of(survey, name)

    assert order.index("help_numbers") < order.index("sensitive_agreed") < order.index(name)
    assert item.relevant == "${sensitive_agreed} = 'yes'"
    assert item.is_personal
    assert item.scale is not None
    assert any(choice.missing is Missing.REFUSED for choice in item.scale.choices)


@pytest.mark.parametrize("name", ["core_survey", *SCHOOL])
def test_help_numbers_stand_there_in_every_language(name: str) -> None:
    note = item_of(find.instrument(name), "help_numbers")

    assert note.type is ItemType.NOTE
    assert all("112" in text for text in note.question.values())


@pytest.mark.parametrize("name", SCHOOL)
def test_indices_of_schools_need_seven_of_ten_answers_and_several_forms(name: str) -> None:
    survey = find.instrument(name)
    means = [score for score in survey.scores if score.weights]

    assert survey.minimum_n >= 10
    assert means
    assert {score.minimum_answered for score in means} == {0.7}
