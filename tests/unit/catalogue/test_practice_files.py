"""A practice's file: what is read, what is refused and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.practices import load_practices
from convive.catalogue.texts import has_text, say
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import Focus, PracticeKind, PracticeYears, ResultStrength

WORDS = "".join(f'  {language}: "Words ({language})"\n' for language in LANGUAGES)
PRACTICE = f"""\
id: lamps
version: 1
status: checked
kind: project
category: activity
title:
{WORDS}summary:
{WORDS}places: [{{name: Lyon, country: FR}}]
years: {{from: 2003, until: null}}
focus: [public_space]
topics: [public_space]
times: [night]
setting: [street]
approach: [situational]
cost: {{text: "a year", amount: 12000, currency: EUR, per: year}}
results: {{text: "Fewer complaints", strength: assertion}}
cross_cutting: {{gender: "Asked women first"}}
sources:
  - {{document: icarus_d22, section: "4.4", heading: "Lamps", lines: "3-5, 9"}}
links: {{instruments: [safety_audit], practices: []}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shelf with one sound practice that a test may spoil."""
    (tmp_path / "lamps.yaml").write_text(PRACTICE, encoding="utf-8")
    return tmp_path


def test_a_sound_file_becomes_a_practice_and_what_is_not_told_is_empty(folder: Path) -> None:
    (found,) = load_practices(folder)

    assert (found.id, found.version, found.status) == ("lamps", 1, "checked")
    assert found.kind is PracticeKind.PROJECT
    assert found.title["nl"] == "Words (nl)"
    assert found.years == PracticeYears(2003, None)
    assert found.focus == (Focus.PUBLIC_SPACE,)
    assert found.times == (vocabulary.TimeOfDay.NIGHT,)
    assert found.results.strength is ResultStrength.ASSERTION
    assert found.cost is not None
    assert (found.cost.amount, found.cost.currency, found.cost.per) == (12000, "EUR", "year")
    assert found.cross_cutting == {"gender": "Asked women first"}
    assert found.sources[0].document.year == 2022
    assert found.sources[0].lines == "3-5, 9"
    assert found.links.instruments == ("safety_audit",)
    assert (found.problem, found.barriers, found.groups, found.person_risk) == ("", (), (), False)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: lamps", "id: lights", "PRACTICE_ID_FILE"),
        ('  de: "Words (de)"', f'  de: "{"Wort " * 23}"', "PRACTICE_TEXT_LONG"),
        ("document: icarus_d22", "document: gossip", "DEFINITION_UNKNOWN_REFERENCE"),
        ("[safety_audit]", "[no_such_thing]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("practices: []", "practices: [no_such_thing]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("focus: [public_space]", "focus: [cats]", "DEFINITION_WRONG_VALUE"),
        ("country: FR", "country: France", "DEFINITION_WRONG_VALUE"),
        ("strength: assertion", "strength: strong", "DEFINITION_WRONG_VALUE"),
        ('text: "Fewer complaints", ', "", "DEFINITION_WRONG_VALUE"),
        ("currency: EUR, ", "", "DEFINITION_WRONG_VALUE"),
        ('lines: "3-5, 9"', 'lines: "page 3"', "DEFINITION_WRONG_VALUE"),
        ("setting:", "settings:", "DEFINITION_UNKNOWN_KEY"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder: Path, old: str, new: str, code: str) -> None:
    assert old in PRACTICE
    text = PRACTICE.replace(old, new, 1)
    (folder / "lamps.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_practices(folder)

    (problem,) = caught.value.problems
    row = PRACTICE[: PRACTICE.index(old)].count("\n") + 1
    assert (problem.code, problem.place.file, problem.place.row) == (code, "lamps.yaml", row)
    for language in LANGUAGES:
        assert has_text(f"problem.{problem.code}.remedy", language)
        assert say(f"problem.{problem.code}", language, **problem.data)


def test_an_unknown_key_is_told_with_those_that_may_stand_there(folder: Path) -> None:
    text = PRACTICE.replace("country: FR}", "country: FR, zip: 69001}")
    (folder / "lamps.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_practices(folder)
    (problem,) = caught.value.problems
    assert (problem.code, problem.data["key"]) == ("DEFINITION_UNKNOWN_KEY", "places.0.zip")
    assert problem.data["allowed"] == "country, name"


def test_a_practice_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError) as caught:
        find.practice("no_such_practice")
    assert caught.value.code == "PRACTICE_NOT_FOUND"
