"""ICCS as data, crosswalks with versions, and that nothing is left out without a reason."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.loader import build_crosswalk, load_all, parse_definition
from convive.catalogue.schema import CategoriesFile, CrosswalkFile
from convive.catalogue.texts import languages
from convive.catalogue.yaml_files import CATALOGUE
from convive.core.errors import DefinitionError, NotFoundError

REAL = Path(os.environ.get("CONVIVE_REAL_DATA", "../shared/data/open"))
CROSSWALKS = sorted((CATALOGUE / "classifications" / "crosswalks").glob("*.yaml"))


def test_the_eleven_sections_and_all_divisions_of_iccs_are_there() -> None:
    codes = find.iccs_codes()
    assert [c.code for c in codes if c.level == 1] == [f"{n:02d}" for n in range(1, 12)]
    divisions = [c.code for c in codes if c.level == 2]
    per_section = [sum(d.startswith(f"{n:02d}") for d in divisions) for n in range(1, 12)]
    assert per_section == [8, 12, 3, 2, 5, 3, 5, 9, 8, 5, 3]
    assert find.iccs("0501").label["en"] == "Burglary"
    assert find.iccs("05012").parent == "0501"
    assert find.iccs("0501").parent == "05"
    assert find.iccs("05").parent is None


def test_every_code_has_its_parent_a_trust_mark_and_all_languages() -> None:
    known = {one.code for one in find.iccs_codes()}
    for one in find.iccs_codes():
        assert one.parent is None or one.parent in known
        assert set(one.label) == set(languages())
        assert one.provenance in {"verified", "inferred", "recalled"}


def test_a_code_that_the_catalogue_does_not_have_is_not_found() -> None:
    with pytest.raises(NotFoundError) as caught:
        find.iccs("0599")
    assert caught.value.code == "ICCS_NOT_FOUND"


def test_every_kind_has_known_codes_with_a_relation_or_a_reason_for_none() -> None:
    known = {one.code for one in find.iccs_codes()}
    for category in find.categories():
        assert set(category.iccs) <= known
        assert bool(category.iccs) == (category.iccs_relation is not None)
        assert category.iccs or category.iccs_note
    assert find.category("burglary").iccs_relation == "exact"
    assert find.category("nuisance").iccs == ()


@pytest.mark.parametrize("path", CROSSWALKS, ids=lambda path: path.stem)
def test_every_word_has_known_codes_or_a_reason_and_goes_to_a_known_kind(path: Path) -> None:
    ((raw, _),) = load_all([path], CrosswalkFile)
    known = {one.code for one in find.iccs_codes()}
    kinds = {one.id for one in find.categories()}
    words = [entry.word for entry in raw.crosswalk]
    assert len(words) == len(set(words))
    for entry in raw.crosswalk:
        assert set(entry.iccs) <= known
        assert entry.category is None or entry.category in kinds
        assert entry.iccs or entry.note or entry.part_of
        assert entry.category or entry.note or entry.part_of


def test_the_newest_version_is_the_default_and_an_older_one_can_be_pinned() -> None:
    newest, first = find.crosswalk("data_police_uk"), find.crosswalk("data_police_uk@1")
    assert (newest.pin, first.pin) == ("data_police_uk@2", "data_police_uk@1")
    assert first.valid_to is not None
    assert newest.valid_from is not None
    assert first.valid_to < newest.valid_from
    assert first.category_of("Violent crime") == "violence_and_sexual"
    assert newest.entry("Violent crime") is None
    assert find.crosswalks().count("data_police_uk") == 1
    with pytest.raises(NotFoundError):
        find.crosswalk("data_police_uk@99")


def test_the_same_version_twice_is_refused(tmp_path: Path) -> None:
    text = CROSSWALKS[0].read_text(encoding="utf-8")
    paths = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for path in paths:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_all(paths, CrosswalkFile)
    assert [one.code for one in caught.value.problems] == ["DEFINITION_DUPLICATE_ID"]


BROKEN = (
    '{word: Raub, category: null, iccs: ["0401"], relation: exact}',
    "{word: Raub, category: robbery}",
    '{word: Raub, category: robbery, iccs: ["0401"]}',
    '{word: Raub, category: robbery, iccs: ["4"], relation: exact}',
)


@pytest.mark.parametrize("entry", BROKEN)
def test_a_word_without_reason_relation_or_proper_code_is_refused(entry: str) -> None:
    text = CROSSWALKS[0].read_text(encoding="utf-8").partition("crosswalk:")[0]
    good = f'{text}crosswalk:\n  - {{word: Raub, category: robbery, iccs: ["0401"], relation: exact}}\n'
    assert build_crosswalk(parse_definition(good, CrosswalkFile, "x.yaml")).version >= 1
    with pytest.raises(DefinitionError):
        parse_definition(f"{text}crosswalk:\n  - {entry}\n", CrosswalkFile, "x.yaml")


def test_a_kind_without_code_and_without_reason_is_refused() -> None:
    text = (CATALOGUE / "classifications" / "categories.yaml").read_text(encoding="utf-8")
    bare = text.replace('    iccs: ["0501"]\n    iccs_relation: exact\n', "", 1)
    assert bare != text
    with pytest.raises(DefinitionError):
        parse_definition(bare, CategoriesFile, "categories.yaml")


@pytest.mark.real_data
def test_chicago_has_a_line_for_every_primary_type_of_a_year() -> None:
    path = REAL / "chicago_incidents" / "incidents_2016.csv.gz"
    if not path.exists():
        pytest.skip("no real data: CONVIVE_REAL_DATA")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        words = {row["Primary Type"] for row in csv.DictReader(file)}
    crosswalk = find.crosswalk("chicago_police")
    assert [word for word in sorted(words) if crosswalk.entry(word) is None] == []


@pytest.mark.real_data
def test_madrid_has_a_line_for_each_of_the_ten_indicators() -> None:
    path = REAL / "madrid" / "madrid_datos_actuaciones_policiales.csv"
    if not path.exists():
        pytest.skip("no real data: CONVIVE_REAL_DATA")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    indicators = header[header.index("archivo_fuente") + 1 :]
    crosswalk = find.crosswalk("madrid_municipal_police")
    assert len(indicators) == 10
    assert all(crosswalk.entry(word) for word in indicators)
