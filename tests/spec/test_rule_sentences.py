"""Skip rules in words: what is common is a sentence, what is not is shown as it is."""

from __future__ import annotations

from datetime import date

import pytest

from convive.catalogue import find
from convive.catalogue.rule_sentences import rule_sentence
from convive.catalogue.texts import languages
from convive.core.instruments.entry_keys import entry_keys, question_numbers
from convive.core.instruments.model import (
    Audience,
    Choice,
    Instrument,
    InstrumentKind,
    Item,
    ItemType,
    Missing,
    Scale,
    Section,
    Sensitivity,
)

YES_NO = Scale("yes_no", (
    Choice("yes", {"en": "Yes", "fr": "Oui", "de": "Ja"}), Choice("no", {"en": "No", "fr": "Non", "de": "Nein"}),
    Choice("partly", {"en": "Partly"}),
))  # fmt: skip
RATED = Scale("rated", tuple(Choice(str(k), {"en": f"Level {k}"}, float(k)) for k in range(4)))
FORM = Instrument(
    "form", 1, date(2026, 1, 1), InstrumentKind.CHECKLIST, "draft", Audience.RESIDENTS,
    Sensitivity.PUBLIC, {"en": "Form"}, {"en": "A form"},
    (Section("s", {"en": "S"}, (
        Item("read", ItemType.NOTE, {"en": "Read this"}),
        Item("owns", ItemType.CHOICE, {"en": "Owns?"}, scale=YES_NO),
        Item("rate", ItemType.CHOICE, {"en": "Rate"}, scale=RATED),
        Item("many", ItemType.CHOICES, {"en": "Which?"}, scale=YES_NO),
        Item("age", ItemType.INTEGER, {"en": "Age"}),
        Item("was", ItemType.INTEGER, {"en": "Age then"}),
    )),),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "said"), [
    ("", ""),
    ("${owns} = 'yes'", "Only if the answer to question 1 is “Yes”."),
    ("'yes' = ${owns}", "Only if the answer to question 1 is “Yes”."),
    ("${owns} != 'no'", "Only if the answer to question 1 is not “No”."),
    ("not(${owns} = 'no')", "Only if the answer to question 1 is not “No”."),
    ("${owns} = 'yes' or ${owns} = 'partly'",
     "Only if the answer to question 1 is “Yes” or “Partly”."),
    ("${rate} >= 2", "Only if the answer to question 2 is “Level 2” or “Level 3”."),
    ("selected(${many}, 'no')", "Only if “No” is ticked in question 3."),
    ("not(selected(${many}, 'no'))", "Only if “No” is not ticked in question 3."),
    ("${age} > 17", "Only if the number in question 4 is more than 17."),
    ("17 < ${age}", "Only if the number in question 4 is more than 17."),
    ("${age} > ${was}", "Only if the answer to question 4 is higher than the one to question 5."),
    ("${age} != ''", "Only if question 4 is answered."),
    ("${owns} = 'yes' and ${age} >= 18",
     "Only if the answer to question 1 is “Yes” and the number in question 4 is 18 or more."),
    ("(${owns} = 'yes' or ${owns} = 'no') and ${age} != ''",
     "Only if the answer to question 1 is “Yes” or “No” and question 4 is answered."),
])  # fmt: skip
def test_a_common_rule_is_a_sentence(rule: str, said: str) -> None:
    assert rule_sentence(rule, FORM, "en") == said


@pytest.mark.parametrize("rule", [
    "${owns} = 'yes' and ${age} > 3 or ${was} > 3", "${age} + 2 > ${was}", "count(${s}) > 1",
    "${owns} = 'never_heard_of'", "${gone} = 'yes'", "int(${age}) = 2", "${age} < today()",
])  # fmt: skip
def test_what_would_be_read_in_two_ways_is_shown_as_it_is(rule: str) -> None:
    said = rule_sentence(rule, FORM, "en")
    assert said.startswith("Only if this rule applies")
    assert "${age}" not in said
    assert "${owns}" not in said


def test_other_languages_have_their_own_order_of_words() -> None:
    rule = "${owns} = 'yes'"
    assert rule_sentence(rule, FORM, "de") == "Nur wenn die Antwort auf Frage 1 „Ja“ lautet."
    assert (
        rule_sentence(rule, FORM, "fr")
        == "Seulement si la réponse à la question 1 est «\u202fOui\u202f»."
    )


def test_nearly_every_rule_of_the_shelf_is_a_sentence_in_every_language() -> None:
    for language in languages():
        rules = [(one, part.relevant) for one in find.instruments()
                 for part in (*one.items(), *one.sections()) if part.relevant]  # fmt: skip
        shown = [
            r for one, r in rules if "${" in (s := rule_sentence(r, one, language)) or "[" in s
        ]
        assert len(shown) <= 0.05 * len(rules), shown


def test_numbers_leave_out_what_takes_no_answer() -> None:
    assert question_numbers(FORM) == {"owns": 1, "rate": 2, "many": 3, "age": 4, "was": 5}


def test_keys_keep_digits_and_put_what_measures_nothing_last() -> None:
    scale = Scale("q", (*RATED.choices, Choice("na", {}, missing=Missing.NOT_APPLICABLE),
                        Choice("dk", {}, missing=Missing.DONT_KNOW)))  # fmt: skip
    assert entry_keys(scale) == {"0": "0", "1": "1", "2": "2", "3": "3", "na": "9", "dk": "8"}
    ten = Scale("ten", tuple(Choice(str(k), {}, float(k)) for k in range(11)))
    assert entry_keys(ten)["10"] == "a"


def test_every_choice_of_the_shelf_has_one_key_of_its_own() -> None:
    for one in find.instruments():
        for item in one.items():
            if item.scale is not None:
                keys = entry_keys(item.scale)
                assert len(set(keys.values())) == len(item.scale.choices), (one.id, item.id)
                assert all(len(key) == 1 for key in keys.values())
