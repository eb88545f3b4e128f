"""A framework's folder: what is read, what is refused and where."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.frameworks import load_framework, load_frameworks
from convive.catalogue.texts import has_text, say
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.strategy import vocabulary
from convive.core.strategy.framework import FrameworkKind, PointKind

DEFINITION = """\
id: small
kind: recommendations
version: 1
status: checked
date: 2026-11-21
source: {title: "A charter", publisher: "A network", year: 2025, note: "made up"}
topics:
  - id: lighting
    reference: "Lighting, p. 2"
    points:
      - id: lighting_1
        kind: recommendation
        reference: "Lighting, recommendation 1"
        tags:
          topics: [public_space]
          pillars: [prevention]
          kinds: [situational]
          levels: [primary]
          groups: [women]
          times: [night]
          sectors: [planning]
        addressed_to: [city, national]
      - id: lighting_2
        kind: principle
        reference: "Lighting, recommendation 2"
  - id: benches
    reference: "Benches"
    points:
      - id: benches_1
        kind: recommendation
        reference: "Benches, first sentence"
"""
TEXTS = """\
title: "Small ({language})"
about: "About the whole"
topics:
  lighting: {{title: "Lighting", about: "Lamps"}}
  benches: {{title: "Benches", about: "Where to sit"}}
points:
  lighting_1: {{short: "Mend lamps", text: "Mend lamps within a week"}}
  lighting_2:
    short: "Light for those who walk"
    text: "Light is made for those who walk"
  benches_1: {{short: "Ask who sits", text: "Ask people where they want to sit"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound framework that a test may spoil."""
    made = tmp_path / "small"
    made.mkdir()
    (made / "framework.yaml").write_text(DEFINITION, encoding="utf-8")
    for language in LANGUAGES:
        text = TEXTS.format(language=language)
        (made / f"{language}.yaml").write_text(text, encoding="utf-8")
    return made


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, start=1) if text in line)


def found_in(folder: Path) -> set[tuple[str, str, int | None, str]]:
    with pytest.raises(DefinitionError) as caught:
        load_framework(folder)
    assert caught.value.code == "DEFINITION_INVALID"
    return {
        (one.code, one.place.file.partition("/")[2], one.place.row, one.data.get("key", ""))
        for one in caught.value.problems
    }


def test_a_sound_folder_becomes_topics_and_points_in_all_languages(folder: Path) -> None:
    found = load_framework(folder)

    assert (found.id, found.version, found.status) == ("small", 1, "checked")
    assert found.kind is FrameworkKind.RECOMMENDATIONS
    assert found.date == date(2026, 11, 21)
    assert found.source.publisher == "A network"
    assert tuple(found.title) == LANGUAGES
    assert found.title["de"] == "Small (de)"
    assert [topic.id for topic in found.topics] == ["lighting", "benches"]
    assert [point.id for point in found.points] == ["lighting_1", "lighting_2", "benches_1"]
    first, second, _ = found.points
    assert first.text["pt"] == "Mend lamps within a week"
    assert first.topics == (vocabulary.Topic.PUBLIC_SPACE,)
    assert first.pillars == (vocabulary.Pillar.PREVENTION,)
    assert first.kinds == (vocabulary.ActionKind.SITUATIONAL,)
    assert first.levels == (vocabulary.PreventionLevel.PRIMARY,)
    assert first.groups == (vocabulary.TargetGroup.WOMEN,)
    assert first.times == (vocabulary.TimeOfDay.NIGHT,)
    assert first.sectors == (vocabulary.Sector.PLANNING,)
    assert first.addressed_to == ("city", "national")
    assert second.kind is PointKind.PRINCIPLE
    assert (second.topics, second.addressed_to) == ((), ("city",))


@pytest.mark.parametrize(
    ("old", "new", "code", "at", "key"),
    [
        ("topics: [public_space]", "topics: [public_spaces]", "FRAMEWORK_UNKNOWN_CODE",
         "[public_spaces]", "lighting_1.tags.topics.0"),
        ("times: [night]", "times: [noon]", "FRAMEWORK_UNKNOWN_CODE", "[noon]",
         "lighting_1.tags.times.0"),
        ("addressed_to: [city, national]", "addressed_to: [mayor]", "FRAMEWORK_UNKNOWN_CODE",
         "[mayor]", "lighting_1.addressed_to.0"),
        ("kind: principle", "kind: thought", "FRAMEWORK_UNKNOWN_CODE", "kind: thought",
         "lighting_2.kind"),
        ('"Benches, first sentence"', '""', "DEFINITION_EMPTY", 'reference: ""',
         "benches_1.reference"),
        ('reference: "Benches"', 'reference: "tbd"', "DEFINITION_EMPTY", "tbd",
         "benches.reference"),
        ("id: lighting_2", "id: lighting_1", "DEFINITION_DUPLICATE_ID",
         'id: lighting_1\n        kind: principle', "lighting_1"),
        ("id: benches\n", "id: lighting\n", "DEFINITION_DUPLICATE_ID", None, "lighting"),
        ("          groups:", "          people:", "DEFINITION_UNKNOWN_KEY", "people:",
         "lighting_1.tags.people"),
        ("        kind: principle\n", "", "DEFINITION_MISSING_KEY", "id: lighting_2",
         "lighting_2.kind"),
        ("id: small", "id: little", "FRAMEWORK_ID_FOLDER", "id: little", "little"),
        ("version: 1", "version: one", "DEFINITION_WRONG_VALUE", "version", "version"),
        ("status: checked", "status: perfect", "FRAMEWORK_UNKNOWN_CODE", "status", "status"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_definition_is_told_with_its_line(
    folder: Path, old: str, new: str, code: str, at: str | None, key: str
) -> None:
    change(folder, "framework.yaml", old, new)

    text = (folder / "framework.yaml").read_text(encoding="utf-8")
    row = text[: text.rindex(at or new)].count("\n") + 1
    assert (code, "framework.yaml", row, key) in found_in(folder)


def test_an_unknown_code_is_told_with_those_that_are_allowed(folder: Path) -> None:
    change(folder, "framework.yaml", "times: [night]", "times: [noon]")

    with pytest.raises(DefinitionError) as caught:
        load_framework(folder)
    (problem,) = caught.value.problems
    assert problem.data["problem"] == "noon"
    assert problem.data["allowed"] == "day, evening, night"


def test_mistakes_of_the_words_are_told_with_their_lines_in_every_language(folder: Path) -> None:
    (folder / "nl.yaml").unlink()
    (folder / "sv.yaml").write_text("title: Liten\n", encoding="utf-8")
    change(folder, "fr.yaml", "  lighting_2:", "  lighting_3:")
    change(folder, "de.yaml", '"Ask who sits"', '""')
    change(folder, "es.yaml", '"Light for those who walk"', "17")
    change(folder, "it.yaml", "points:", "points:\n  benches_1: {short: a, text: b}")
    change(folder, "pt.yaml", ", about: ", ", abuot: ")

    fr, es, it = (line_of(folder, f"{name}.yaml", "lighting_1") for name in ("fr", "es", "it"))
    pt, de = line_of(folder, "pt.yaml", "abuot"), line_of(folder, "de.yaml", 'short: ""')
    assert found_in(folder) == {
        ("FRAMEWORK_NO_FILE", "nl.yaml", None, "nl.yaml"),
        ("FRAMEWORK_UNKNOWN_FILE", "sv.yaml", None, "sv.yaml"),
        ("FRAMEWORK_TEXT_MISSING", "fr.yaml", fr, "points.lighting_2"),
        ("FRAMEWORK_TEXT_UNKNOWN", "fr.yaml", fr + 1, "points.lighting_3"),
        ("DEFINITION_EMPTY", "de.yaml", de, "points.benches_1.short"),
        ("FRAMEWORK_NOT_TEXT", "es.yaml", es + 2, "points.lighting_2.short"),
        ("DEFINITION_UNKNOWN_KEY", "pt.yaml", pt, "topics.lighting.abuot"),
        ("DEFINITION_MISSING_KEY", "pt.yaml", pt, "topics.lighting.about"),
        ("DEFINITION_DUPLICATE_KEY", "it.yaml", it + 4, ""),
    }


@pytest.mark.parametrize(("language", "fits"), [("en", 9), ("es", 12)])
def test_a_text_that_is_too_long_is_told_translations_may_be_longer(
    folder: Path, language: str, fits: int
) -> None:
    file = f"{language}.yaml"
    change(folder, file, '"Light for those who walk"', f'"{" ".join(["word"] * fits)}"')
    load_framework(folder)

    change(folder, file, "word word", "word word word")
    row = line_of(folder, file, "word word")
    assert found_in(folder) == {
        ("FRAMEWORK_TEXT_LONG", file, row, "points.lighting_2.short"),
    }


def test_every_problem_has_its_sentence_and_remedy_in_every_language(folder: Path) -> None:
    change(folder, "framework.yaml", "times: [night]", "times: [noon]")
    change(folder, "fr.yaml", '"Mend lamps within a week"', f'"{"mot " * 60}"')
    (folder / "nl.yaml").unlink()

    with pytest.raises(DefinitionError) as caught:
        load_framework(folder)
    assert len(caught.value.problems) == 3
    for problem in caught.value.problems:
        for language in LANGUAGES:
            assert has_text(f"problem.{problem.code}.remedy", language)
            assert say(f"problem.{problem.code}", language, **problem.data)


def test_problems_of_several_frameworks_are_told_together(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    change(folder, "framework.yaml", "times: [night]", "times: [noon]")

    with pytest.raises(DefinitionError) as caught:
        load_frameworks([folder, other])
    files = {one.place.file.partition("/")[0] for one in caught.value.problems}
    assert files == {"small", "other"}


def test_a_framework_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFoundError) as caught:
        find.framework("no_such_framework")
    assert caught.value.code == "FRAMEWORK_NOT_FOUND"
