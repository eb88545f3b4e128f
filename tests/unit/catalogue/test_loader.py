"""Definition files: everything that is shipped loads, every kind of fault is named with its row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.loader import digest_of
from convive.catalogue.texts import has_text, languages
from convive.catalogue.yaml_files import CATALOGUE
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.model import IncidentCount, ObservedScore, Side, SurveyShare

INVALID = sorted((Path(__file__).parent / "invalid").glob("*.yaml"))


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_one_fault_is_one_problem_with_its_code_and_row(path: Path, tmp_path: Path) -> None:
    code, row = path.read_text(encoding="utf-8").split("\n")[0].split()[2:]
    shutil.copy(path, tmp_path)
    with pytest.raises(DefinitionError) as caught:
        find.load_indicators(tmp_path)
    assert [problem.code for problem in caught.value.problems] == [code]
    place = caught.value.problems[0].place
    assert place.file.endswith(".yaml")
    assert int(row) in (0, place.row)  # 0: not a matter of one row
    for language in languages():
        assert has_text(f"problem.{code}", language)
        assert has_text(f"problem.{code}.remedy", language)


def test_problems_of_all_files_are_reported_together(tmp_path: Path) -> None:
    for path in INVALID:
        if path.stem in {"unknown_key", "wrong_unit", "empty_text"}:
            shutil.copy(path, tmp_path)
    with pytest.raises(DefinitionError) as caught:
        find.load_indicators(tmp_path)
    assert {problem.place.file for problem in caught.value.problems} == {
        "unknown_key.yaml",
        "wrong_unit.yaml",
        "empty_text.yaml",
    }


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    good = CATALOGUE / "indicators" / "burglary_rate.yaml"
    shutil.copy(good, tmp_path / "a.yaml")
    shutil.copy(good, tmp_path / "b.yaml")
    with pytest.raises(DefinitionError) as caught:
        find.load_indicators(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["DEFINITION_DUPLICATE_ID"]


def test_a_draft_is_off_until_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (CATALOGUE / "indicators" / "burglary_rate.yaml").read_text(encoding="utf-8")
    (tmp_path / "x.yaml").write_text(text.replace("status: checked", "status: draft"), "utf-8")
    drafts = find.load_indicators(tmp_path)
    monkeypatch.setattr(find, "all_indicators", lambda: drafts)
    assert find.indicators() == ()
    assert find.indicators(with_drafts=True) == drafts


def test_every_shipped_indicator_loads_with_the_digest_of_its_file() -> None:
    found = find.indicators()
    assert len(found) >= 40
    for indicator in found:
        path = CATALOGUE / "indicators" / f"{indicator.id}.yaml"
        assert indicator.digest == digest_of(path.read_text(encoding="utf-8"))
        assert indicator.references
        assert set(indicator.cannot_show) == set(languages())


def test_each_face_has_exactly_one_headline() -> None:
    headlines = {i.face.value: i.id for i in find.indicators() if i.is_headline}
    assert headlines == {
        "recorded": "recorded_total_rate",
        "experienced": "victim_share",
        "felt": "unsafe_dark_share",
        "observed": "observed_score",
    }
    assert sum(i.is_headline for i in find.indicators()) == 4


def test_the_index_has_both_halves_of_all_five_themes() -> None:
    halves = {(i.theme, i.side) for i in find.indicators() if i.side is not None}
    for theme in ("theft", "violence", "burglary", "vandalism", "nuisance"):
        assert (theme, Side.OBJECTIVE) in halves
        assert (theme, Side.SUBJECTIVE) in halves
    assert ("perception", Side.SUBJECTIVE) in halves


def test_measures_become_core_types() -> None:
    burglary = find.indicator("burglary_rate").measure
    assert burglary == IncidentCount(("burglary",))
    unsafe = find.indicator("unsafe_dark_share").measure
    assert isinstance(unsafe, SurveyShare)
    assert "never_go_out" in unsafe.otherwise  # counted in the base, as SDG 16.1.4 does
    assert find.indicator("observed_score").measure == ObservedScore("score", 5.0)


def test_police_uk_has_its_fourteen_types_and_no_false_precision() -> None:
    crosswalk = find.crosswalk("data_police_uk")
    assert len(crosswalk.entries) == 14
    mixed = find.category(str(crosswalk.category_of("Violence and sexual offences")))
    assert mixed.iccs_relation == "overlaps"
    nuisance = find.category(str(crosswalk.category_of("Anti-social behaviour")))
    assert nuisance.iccs == ()
    assert find.category("burglary").iccs == ("0501",)


def test_berlin_headers_match_in_spite_of_hyphens_and_line_breaks() -> None:
    crosswalk = find.crosswalk("berlin_crime_atlas")
    assert len(crosswalk.entries) == 17
    assert crosswalk.category_of("Körper-verletzungen \n-insgesamt-") == "violence"
    assert crosswalk.category_of("Fahrrad-\ndiebstahl") == "bicycle_theft"
    part = crosswalk.entry("Gefährl. und schwere Körper-verletzung")
    assert part is not None
    assert part.category is None
    assert part.part_of == "Körperverletzungen -insgesamt-"


def test_every_crosswalk_leads_to_known_categories_and_never_twice_through_a_whole() -> None:
    known = {category.id for category in find.categories()}
    for name in find.crosswalks():
        entries = find.crosswalk(name).entries
        words = {entry.word for entry in entries}
        for entry in entries:
            assert entry.category is None or entry.category in known
            assert entry.part_of is None or (entry.part_of in words and entry.category is None)


def test_totals_are_never_added_up_with_their_parts() -> None:
    berlin = {e.category for e in find.crosswalk("berlin_crime_atlas").entries if e.category}
    assert find.countable((), berlin) == ("all_recorded",)
    theft = find.indicator("theft_rate").measure
    assert isinstance(theft, IncidentCount)
    # other theft is inside a total that holds burglary too: theft cannot be separated
    assert find.countable(theft.categories, berlin) == ()
    assert find.countable(("all_theft",), berlin) == ("all_theft",)
    uk = {e.category for e in find.crosswalk("data_police_uk").entries if e.category}
    assert set(find.countable((), uk)) == uk
    assert "shoplifting" in find.countable(theft.categories, uk)


def test_unknown_names_are_not_found() -> None:
    for look in (find.indicator, find.category, find.crosswalk, find.item):
        with pytest.raises(NotFoundError):
            look("nowhere")


def test_core_items_have_the_answer_codes_that_packs_map_to() -> None:
    dark = find.item("feel_safe_dark")
    assert dark.answer_codes == (
        "very_safe", "fairly_safe", "bit_unsafe", "very_unsafe", "never_go_out",
    )  # fmt: skip
    assert find.item("victim_12m").answer_codes == ("yes", "no")
    assert find.item("reported_police").asked_of == "victims"
    assert {i.id for i in find.items("observation") if not i.is_objective} == {"feeling"}
