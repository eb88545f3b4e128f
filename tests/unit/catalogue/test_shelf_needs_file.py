"""Reading of what findings call for: a sound file is read, every mistake is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.catalogue.shelf_needs import NEEDS, load_shelf_needs
from convive.core.errors import DefinitionError
from convive.core.model import Face
from convive.core.shelf.needs import About
from convive.core.strategy.vocabulary import Topic

TEXT = NEEDS.read_text(encoding="utf-8")


def test_face_and_direction_come_from_the_definition_of_the_indicator() -> None:
    table = load_shelf_needs(NEEDS)
    trust = table.indicators["trust_police_share"]
    assert (trust.face, trust.is_lower_better, trust.about) == (Face.FELT, False, About.PROBLEM)
    assert trust.aspects.topics == {Topic.POLICING}


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{id: avoid_share,", "{id: avoided_share,", "DEFINITION_UNKNOWN_REFERENCE"),
        ("{id: avoid_share,", "{id: all_theft_rate,", "DEFINITION_DUPLICATE_ID"),
        ("{code: areas_above,", "{code: area_above,", "DEFINITION_DUPLICATE_ID"),
        ("  tourism: [nightlife, nuisance]\n", "", "DEFINITION_MISSING_KEY"),
        ("topics: [theft, burglary]", "topics: [cats]", "DEFINITION_WRONG_VALUE"),
        ("{id: dwellings, about: nothing}", "{id: dwellings, about: problem}", "DEFINITION_WRONG_VALUE"),
        ("{id: dwellings, about: nothing}", "{id: dwellings, about: rise}", "DEFINITION_WRONG_VALUE"),
        ("uses_indicators: false, topics: [public_space]}\n  - {code: data", "uses_indicators: false}\n  - {code: data", "DEFINITION_WRONG_VALUE"),
        ("gaps:", "gap:", "DEFINITION_UNKNOWN_KEY"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    assert TEXT.count(old) == 1, old
    path = tmp_path / "shelf_needs.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")

    with pytest.raises(DefinitionError) as caught:
        load_shelf_needs(path)
    codes = {problem.code for problem in caught.value.problems}
    assert code in codes
    for problem in caught.value.problems:
        assert problem.place.file == "shelf_needs.yaml"
        assert problem.place.row
