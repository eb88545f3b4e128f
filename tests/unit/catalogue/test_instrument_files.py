"""An instrument's folder: what is read, what is refused and where, and its older versions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.core_items import INSTRUMENTS
from convive.catalogue.instrument_checks import check_folder, folders_in
from convive.catalogue.instrument_files import load_instrument, versions_in
from convive.catalogue.texts import has_text, say
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.instruments.model import Missing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound instrument that a test may spoil."""
    made = tmp_path / "street_observation"
    shutil.copytree(
        INSTRUMENTS / "street_observation", made, ignore=shutil.ignore_patterns("__pycache__")
    )
    return made


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, start=1) if text in line)


def found_in(folder: Path) -> set[tuple[str, str, int | None]]:
    return {
        (one.code, one.place.file.partition("/")[2], one.place.row) for one in check_folder(folder)
    }


def test_a_sound_folder_has_no_problem_and_merges_its_translations(folder: Path) -> None:
    found = load_instrument(folder).instrument

    assert check_folder(folder) == ()
    assert found.languages == LANGUAGES
    lighting = found.item("lighting")
    assert lighting is not None
    assert lighting.question["fr"] == "Éclairage"
    assert lighting.scale is not None
    assert lighting.scale.choice("3").label["de"] == "Gut"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("        face: observed\n", "        face: observed\n        colour: red\n",
         "DEFINITION_UNKNOWN_KEY", "colour"),
        ("version: 1", "version: one", "DEFINITION_WRONG_VALUE", "version"),
        ('code: "1"', "code: 1", "INSTRUMENT_NOT_TEXT", "code: 1"),
        ("title: The spot", 'title: ""', "DEFINITION_EMPTY", 'title: ""'),
        ("scale: quality", "scale: qualty", "INSTRUMENT_UNKNOWN_NAME", "qualty"),
        ("of: [lighting", "of: [lightning", "INSTRUMENT_UNKNOWN_NAME", "lightning"),
        ("to: 5", "to: 5\n    expression: 1 + 1", "INSTRUMENT_SCORE_KEYS", "score: spot_score"),
        ("feeds: lighting", "relevant: \"${people} ='\"\n        feeds: lighting",
         "EXPRESSION_SYNTAX", "relevant:"),
        ("feeds: lighting", "feeds: lamps", "INSTRUMENT_FEEDS", "feeds: lamps"),
        ("id: street_observation", "id: street", "INSTRUMENT_ID_FOLDER", "id: street"),
        ("type: choice", "type: text", "INSTRUMENT_CHOICES", "item: lighting"),
        ("inspired_by: Safetipin safety audit\n", "", "INSTRUMENT_INSPIRED_BY", "id: street"),
        ("  - section: spot", "  - chapter: spot", "DEFINITION_UNKNOWN_KEY", "chapter: spot"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(
    folder: Path, old: str, new: str, code: str, at: str
) -> None:
    change(
        folder, "instrument.yaml", "core: true\n", ""
    )  # its items name the core list like others
    change(folder, "instrument.yaml", old, new)

    assert (code, "instrument.yaml", line_of(folder, "instrument.yaml", at)) in found_in(folder)


def test_translations_are_told_with_their_lines_even_where_the_definition_is_wrong(
    folder: Path,
) -> None:
    change(folder, "instrument.yaml", "version: 1", "version: one")
    change(folder, "fr.yaml", "item.people.question", "item.peple.question")
    change(folder, "de.yaml", "title: Beobachtung der Straße, Grundliste", "title: ''")
    (folder / "nl.yaml").unlink()
    (folder / "sv.yaml").write_text("title: Gatan\n", encoding="utf-8")

    found = found_in(folder)
    at = line_of(folder, "fr.yaml", "peple")
    assert ("INSTRUMENT_TEXT_UNKNOWN", "fr.yaml", at) in found
    assert ("INSTRUMENT_TEXT_MISSING", "fr.yaml", at - 1) in found
    assert ("DEFINITION_EMPTY", "de.yaml", 1) in found
    assert ("INSTRUMENT_NO_FILE", "nl.yaml", None) in found
    assert ("INSTRUMENT_UNKNOWN_FILE", "sv.yaml", None) in found


def test_a_case_that_comes_out_otherwise_is_told_with_both_numbers(folder: Path) -> None:
    change(folder, "cases.yaml", "value: 3.75", "value: 3.85")

    (problem,) = check_folder(folder)
    assert problem.code == "INSTRUMENT_CASE"
    assert problem.data["about"] == "spot_score"
    assert "3.85" in problem.data["expected"]
    assert "3.75" in problem.data["got"]


def test_every_problem_has_its_sentence_and_remedy_in_every_language(folder: Path) -> None:
    change(folder, "instrument.yaml", "version: 1", "version: one")
    change(folder, "cases.yaml", "cannot_tell", "can_tell")
    change(folder, "pt.yaml", "item.people.question", "item.peple.question")

    for problem in check_folder(folder):
        for language in LANGUAGES:
            for part in ("", ".remedy"):
                key = f"problem.{problem.code}{part}"
                assert has_text(key, language)
                assert "–" not in say(key, language, **problem.data)


def test_an_older_version_stays_readable(folder: Path) -> None:
    for path in sorted(folder.glob("*.yaml")):
        shutil.copy(path, path.with_name(f"{path.stem}@1.yaml"))
    change(folder, "instrument.yaml", "version: 1", "version: 2")
    change(folder, "instrument.yaml", "question: Lighting", "question: Lighting at night")

    assert versions_in(folder) == (1,)
    assert check_folder(folder) == ()
    now, then = load_instrument(folder).instrument, load_instrument(folder, 1).instrument
    assert (now.version, then.version) == (2, 1)
    assert then.item("lighting").question["en"] == "Lighting"  # type: ignore[union-attr]
    assert now.digest != then.digest


def test_a_current_version_is_higher_than_the_older_ones(folder: Path) -> None:
    for path in sorted(folder.glob("*.yaml")):
        shutil.copy(path, path.with_name(f"{path.stem}@1.yaml"))

    assert {code for code, _, _ in found_in(folder)} == {"INSTRUMENT_VERSION"}


def test_find_knows_ids_and_versions() -> None:
    assert find.instrument("core_survey").id == "core_survey"
    assert find.instrument("core_survey", find.instrument("core_survey").version)
    with pytest.raises(NotFoundError, match="INSTRUMENT_NOT_FOUND"):
        find.instrument("nothing")
    with pytest.raises(NotFoundError, match="INSTRUMENT_NOT_FOUND"):
        find.instrument("core_survey", 999)


def test_a_core_survey_can_grow_without_changing_the_core_list(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {item.id for item in find.items("observation")}
    change(
        folder, "instrument.yaml", "      - item: feeling\n",
        "      - item: remark\n        type: text\n        question: Anything else?\n"
        "        personal: true\n      - item: feeling\n",
    )  # fmt: skip
    for language in LANGUAGES[1:]:
        path = folder / f"{language}.yaml"
        path.write_text(path.read_text("utf-8") + "item.remark.question: '…'\n", "utf-8")
    monkeypatch.setattr("convive.catalogue.core_items.INSTRUMENTS", folder.parent)

    from convive.catalogue.core_items import core_items

    assert {item.id for item in core_items()} == before


def test_choices_that_measure_nothing_are_kept_out_of_the_core_answers(folder: Path) -> None:
    change(
        folder, "instrument.yaml", '    - {code: "3", label: Good, value: 3}\n',
        '    - {code: "3", label: Good, value: 3}\n'
        "    - {code: na, label: Not applicable, missing: not_applicable}\n",
    )  # fmt: skip
    for language in LANGUAGES[1:]:
        path = folder / f"{language}.yaml"
        path.write_text(path.read_text("utf-8") + "scale.quality.na: '…'\n", "utf-8")

    lighting = load_instrument(folder).instrument.item("lighting")
    assert lighting is not None
    assert lighting.scale is not None
    assert lighting.scale.maximum == 3
    assert lighting.scale.choices[-1].missing is Missing.NOT_APPLICABLE


def test_folders_are_found_one_or_several(folder: Path) -> None:
    assert folders_in(folder) == folders_in(folder.parent) == (folder.resolve(),)


def test_an_unsound_folder_does_not_load(folder: Path) -> None:
    change(folder, "instrument.yaml", "version: 1", "version: 0")
    with pytest.raises(DefinitionError, match="DEFINITION_INVALID"):
        load_instrument(folder)
