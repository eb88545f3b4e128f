"""Files of the vocabulary: what is read, what is refused and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.catalogue.texts import has_text, say
from convive.catalogue.thesaurus import load_concepts
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.errors import DefinitionError

AREA = "light"


def words(name: str, indent: str = "      ") -> str:
    """Return the lines of words of a concept, two words in each language."""
    return "".join(
        f"{indent}{language}: {name} {language}; more {name}\n" for language in LANGUAGES
    )


FILE = f"""\
id: {AREA}
version: 1
status: checked
ambiguous:
  en: torch
concepts:
  - id: light
    words:
{words("light")}\
  - id: lamp
    broader: [light]
    related: [fire]
    tags: {{topics: [public_space], times: [night]}}
    words:
{words("lamp").replace("more lamp", "torch; Straßen-Lampe", 1)}\
  - id: fire
    words:
{words("fire").replace("more fire", "torch", 1)}\
"""
TOWN = """\
id: our_town
version: 1
status: draft
more_words:
  - concept: lamp
    words:
      nl: lantaarn; straatlamp
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A vocabulary of one sound file that a test may spoil."""
    (tmp_path / f"{AREA}.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def problems_of(*folders: Path) -> list[tuple[str, str, int | None]]:
    """Return code, file and row of everything that is wrong, each told in every language."""
    with pytest.raises(DefinitionError) as caught:
        load_concepts(*folders)
    for problem in caught.value.problems:
        for language in LANGUAGES:
            assert has_text(f"problem.{problem.code}.remedy", language)
            assert say(f"problem.{problem.code}", language, **problem.data)
    return [(one.code, one.place.file, one.place.row) for one in caught.value.problems]


def test_a_sound_file_becomes_concepts_with_the_first_word_as_label(folder: Path) -> None:
    fire, lamp, light = load_concepts(folder)

    assert (fire.id, lamp.id, light.id) == ("fire", "lamp", "light")
    assert lamp.labels["de"] == "lamp de"
    assert lamp.synonyms["en"] == ("torch", "Straßen-Lampe")
    assert lamp.synonyms["fr"] == ("more lamp",)
    assert lamp.broader == ("light",)
    assert lamp.tags == {"topics": ("public_space",), "times": ("night",)}
    assert (light.broader, light.related, light.tags) == ((), (), None)


def test_a_relation_is_written_once_and_holds_both_ways(folder: Path) -> None:
    fire, lamp, _ = load_concepts(folder)
    assert (lamp.related, fire.related) == (("fire",), ("lamp",))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("broader: [light]", "broader: [no_such_thing]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("related: [fire]", "related: [no_such_thing]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("related: [fire]", "related: [lamp]", "DEFINITION_UNKNOWN_REFERENCE"),
        ("broader: [light]", "broader: [lamp]", "CONCEPT_CIRCLE"),
        ("topics: [public_space]", "topics: [lamps]", "DEFINITION_WRONG_VALUE"),
        ("times: [night]", "hours: [night]", "DEFINITION_UNKNOWN_KEY"),
        ("- id: fire", "- id: light", "DEFINITION_DUPLICATE_ID"),
        ("      fr: fire fr; more fire\n", "      fr: [fire fr]\n", "DEFINITION_WRONG_VALUE"),
        ("      fr: fire fr; more fire\n", "      fr: fire fr;\n", "DEFINITION_EMPTY"),
        ("      fr: fire fr; more fire\n", "      fr: fire fr; (…)\n", "DEFINITION_EMPTY"),
        ("      fr: fire fr; more fire\n", "      fr: Fire, FR; fire fr\n", "CONCEPT_WORD_TWICE"),
        ("      fr: fire fr; more fire\n", "      fr: fire fr; Lamp FR\n", "CONCEPT_WORD_SHARED"),
        ("  en: torch", "  en: torch; lantern", "CONCEPT_NOT_AMBIGUOUS"),
        ("  en: torch", "  en: torch; light en", "CONCEPT_NOT_AMBIGUOUS"),
        ("  en: torch", "  es: torch", "CONCEPT_NOT_AMBIGUOUS"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(folder: Path, old: str, new: str, code: str) -> None:
    assert FILE.count(old) == 1
    (folder / f"{AREA}.yaml").write_text(FILE.replace(old, new), encoding="utf-8")

    row = FILE[: FILE.index(old)].count("\n") + 1
    assert (code, f"{AREA}.yaml", row) in problems_of(folder)


def test_a_missing_language_is_told_where_the_words_stand(folder: Path) -> None:
    text = FILE.replace("      nl: fire nl; more fire\n", "")
    (folder / f"{AREA}.yaml").write_text(text, encoding="utf-8")
    row = FILE[: FILE.rindex("    words:")].count("\n") + 1
    assert problems_of(folder) == [("DEFINITION_LANGUAGE_MISSING", f"{AREA}.yaml", row)]


def test_every_circle_is_told(folder: Path) -> None:
    second = FILE.replace("id: light\n", "id: more\n", 1).replace("ambiguous:\n  en: torch\n", "")
    for name in ("light", "lamp", "fire"):
        second = second.replace(f"- id: {name}", f"- id: {name}_2")
        for language in LANGUAGES:
            second = second.replace(f": {name} {language};", f": second {name} {language};")
        second = second.replace(f"more {name}", f"other {name}")
    second = second.replace("torch", "blaze", 1).replace("torch", "glow")
    second = second.replace("Straßen-Lampe", "Strahler").replace("related: [fire]\n    ", "")
    second = second.replace("[light]", "[light_2]").replace(
        "- id: light_2\n", "- id: light_2\n    broader: [lamp_2]\n"
    )
    first = FILE.replace("- id: light\n", "- id: light\n    broader: [fire]\n")
    first = first.replace("- id: fire\n", "- id: fire\n    broader: [lamp]\n")
    (folder / f"{AREA}.yaml").write_text(first, encoding="utf-8")
    (folder / "more.yaml").write_text(second, encoding="utf-8")

    assert sorted((code, file) for code, file, _ in problems_of(folder)) == [
        ("CONCEPT_CIRCLE", f"{AREA}.yaml"),
        ("CONCEPT_CIRCLE", "more.yaml"),
    ]


def test_a_town_adds_words_of_its_own_beside_the_catalogue(folder: Path, tmp_path: Path) -> None:
    town = tmp_path / "town"
    town.mkdir()
    (town / "our_town.yaml").write_text(TOWN, encoding="utf-8")

    lamp = load_concepts(folder, town)[1]
    assert lamp.synonyms["nl"] == ("more lamp", "lantaarn", "straatlamp")
    assert lamp.synonyms["fr"] == ("more lamp",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("concept: lamp", "concept: moon", ("DEFINITION_UNKNOWN_REFERENCE", "our_town.yaml", 5)),
        ("lantaarn;", "Fire NL;", ("CONCEPT_WORD_SHARED", "our_town.yaml", 7)),
        ("lantaarn;", "lamp-nl;", ("CONCEPT_WORD_TWICE", "our_town.yaml", 7)),
    ],
)
def test_a_mistake_in_a_town_s_words_is_told_in_its_own_file(
    folder: Path, tmp_path: Path, old: str, new: str, expected: tuple[str, str, int]
) -> None:
    town = tmp_path / "town"
    town.mkdir()
    (town / "our_town.yaml").write_text(TOWN.replace(old, new), encoding="utf-8")
    assert problems_of(folder, town) == [expected]


def test_problems_of_all_files_are_told_together(folder: Path) -> None:
    (folder / "a.yaml").write_text("id: [", encoding="utf-8")
    (folder / "b.yaml").write_bytes(b"id: b\nversion: 1\nstatus: \xff\xfe\n")
    (folder / "c.yaml").write_bytes(b"id: c\x00\n")
    assert [(code, file) for code, file, _ in problems_of(folder)] == [
        ("DEFINITION_NOT_YAML", "a.yaml"),
        ("DEFINITION_NOT_YAML", "b.yaml"),
        ("DEFINITION_NOT_YAML", "c.yaml"),
    ]
