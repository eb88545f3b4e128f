"""A method card's file: what is read, what is refused and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.cards import load_cards
from convive.catalogue.texts import has_text, say
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.shelf.card import Effort
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import PracticeCategory
from factories.method_cards import card_file

PEOPLE = {one: f"one coordinator ({one})" for one in LANGUAGES}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shelf with one sound card that a test may spoil."""
    (tmp_path / "lamp_walk.yaml").write_text(card_file("lamp_walk"), encoding="utf-8")
    return tmp_path


def test_a_sound_file_becomes_a_card(folder: Path) -> None:
    (found,) = load_cards(folder)

    assert (found.id, found.version, found.status) == ("lamp_walk", 1, "checked")
    assert found.summary["nl"] == "Words of summary (nl)"
    assert [step["pt"] for step in found.steps] == [f"Words of steps {i} (pt)" for i in range(4)]
    assert len(found.pitfalls) == 2
    assert found.effort == Effort(2, 6, PEOPLE)
    assert found.category is PracticeCategory.ASSESSMENT
    assert found.topics == (vocabulary.Topic.PUBLIC_SPACE,)
    assert found.instruments == ("safety_audit",)
    assert found.sources[0].document.year == 2022
    assert (found.pillars, found.levels, found.practices, found.cards) == ((), (), (), ())


def test_what_it_takes_may_depend_too_much_to_say(folder: Path) -> None:
    text = card_file("lamp_walk").replace("weeks_from: 2, weeks_to: 6, ", "")
    (folder / "lamp_walk.yaml").write_text(text, encoding="utf-8")
    assert load_cards(folder)[0].effort == Effort(None, None, PEOPLE)


def test_common_knowledge_of_the_trade_has_an_empty_list_of_sources(folder: Path) -> None:
    head, _, _ = card_file("lamp_walk").partition("sources:")
    (folder / "lamp_walk.yaml").write_text(head + "sources: []\n", encoding="utf-8")
    assert load_cards(folder)[0].sources == ()


def test_a_link_that_one_card_writes_is_read_on_both(folder: Path) -> None:
    text = card_file("bench_walk").replace("\ncards: []", "\ncards: [lamp_walk]")
    (folder / "bench_walk.yaml").write_text(text, encoding="utf-8")

    bench, lamp = load_cards(folder)

    assert (bench.id, bench.cards) == ("bench_walk", ("lamp_walk",))
    assert (lamp.id, lamp.cards) == ("lamp_walk", ("bench_walk",))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: lamp_walk", "id: lamps", "CARD_ID_FILE"),
        ("Words of title (en)", "word " * 11, "CARD_TEXT_LONG"),
        ("Words of steps 2 (de)", "Wort " * 40, "CARD_TEXT_LONG"),
        ("[safety_audit]", "[no_such_thing]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("practices: []", "practices: [no_such_thing]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("\ncards: []", "\ncards: [no_such_thing]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("\ncards: []", "\ncards: [lamp_walk]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("document: icarus_d22", "document: gossip", "DEFINITION_UNKNOWN_REFERENCE"),
        ("weeks_from: 2", "weeks_from: 7", "DEFINITION_WRONG_VALUE"),
        ("weeks_from: 2, ", "", "DEFINITION_WRONG_VALUE"),
        ("category: assessment", "category: magic", "DEFINITION_WRONG_VALUE"),
        ("topics: [public_space]", "topics: [cats]", "DEFINITION_WRONG_VALUE"),
        ("kinds: [knowledge]", "kinds: []", "DEFINITION_WRONG_VALUE"),
        ('lines: "3-5"', 'lines: "page 3"', "DEFINITION_WRONG_VALUE"),
        ("when:", "whenever:", "DEFINITION_UNKNOWN_KEY"),
        ('en: "not yet (en)"', 'en: ""', "DEFINITION_EMPTY"),
        (', nl: "not yet (nl)"', "", "DEFINITION_LANGUAGE_MISSING"),
        (', nl: "one coordinator (nl)"', "", "DEFINITION_LANGUAGE_MISSING"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder: Path, old: str, new: str, code: str) -> None:
    sound = card_file("lamp_walk")
    assert old in sound
    (folder / "lamp_walk.yaml").write_text(sound.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_cards(folder)

    told = [problem for problem in caught.value.problems if problem.code == code]
    row = sound[: sound.index(old)].count("\n") + 1 + old.count("\n")
    assert [(one.place.file, one.place.row) for one in told] == [("lamp_walk.yaml", row)]
    for language in LANGUAGES:
        assert has_text(f"problem.{code}.remedy", language)
        assert say(f"problem.{code}", language, **told[0].data)


@pytest.mark.parametrize(("name", "least"), [("steps", 4), ("pitfalls", 2)])
def test_too_few_steps_or_pitfalls_are_refused(folder: Path, name: str, least: int) -> None:
    text = card_file("lamp_walk", counts={name: least - 1})
    (folder / "lamp_walk.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_cards(folder)

    (problem,) = caught.value.problems
    assert (problem.code, problem.data["key"]) == ("DEFINITION_WRONG_VALUE", name)
    assert str(least) in problem.data["problem"]


def test_a_missing_language_is_told_by_name(folder: Path) -> None:
    line = '    it: "Words of pitfalls 1 (it)"\n'
    text = card_file("lamp_walk")
    assert line in text
    (folder / "lamp_walk.yaml").write_text(text.replace(line, ""), encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_cards(folder)

    (problem,) = caught.value.problems
    assert problem.code == "DEFINITION_LANGUAGE_MISSING"
    assert (problem.data["key"], problem.data["problem"]) == ("pitfalls.1", "it")


def test_a_card_that_does_not_fit_on_its_page_is_refused(folder: Path) -> None:
    text = card_file("lamp_walk", counts={"steps": 7, "pitfalls": 4}, words=26)
    (folder / "lamp_walk.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_cards(folder)

    told = {one.data["key"]: one for one in caught.value.problems if one.code == "CARD_LONG"}
    assert set(told) == set(LANGUAGES)
    assert told["en"].data["limit"] == 200
    assert told["fr"].data["limit"] == 280
    assert say("problem.CARD_LONG", "en", **told["en"].data)


def test_all_problems_of_all_cards_are_told_together(folder: Path) -> None:
    spoiled = card_file("bench_walk").replace("[safety_audit]", "[one, two]")
    (folder / "bench_walk.yaml").write_text(spoiled, encoding="utf-8")
    other = card_file("lamp_walk").replace("document: icarus_d22", "document: gossip")
    (folder / "lamp_walk.yaml").write_text(other, encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_cards(folder)

    told = [(one.place.file, one.data["problem"]) for one in caught.value.problems]
    assert told == [
        ("bench_walk.yaml", "one"),
        ("bench_walk.yaml", "two"),
        ("lamp_walk.yaml", "gossip"),
    ]


def test_a_character_that_no_text_may_have_is_told_with_its_row(folder: Path) -> None:
    text = card_file("lamp_walk").replace("status: checked", "status: chec\x1fked")
    (folder / "lamp_walk.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_cards(folder)

    (problem,) = caught.value.problems
    assert (problem.code, problem.place.row) == ("DEFINITION_NOT_YAML", 3)


def test_a_part_without_any_keys_is_told_with_its_row(folder: Path) -> None:
    text = card_file("lamp_walk")
    row = text[: text.index("effort:")].count("\n") + 1
    line = text.splitlines()[row - 1]
    (folder / "lamp_walk.yaml").write_text(text.replace(line, "effort: {}"), encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_cards(folder)

    (problem,) = caught.value.problems
    assert (problem.code, problem.place.row) == ("DEFINITION_MISSING_KEY", row)


def test_a_card_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError) as caught:
        find.card("no_such_card")
    assert caught.value.code == "CARD_NOT_FOUND"
    for language in LANGUAGES:
        assert "no_such_card" in say("error.CARD_NOT_FOUND", language, **caught.value.data)
