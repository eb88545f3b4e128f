"""What a form for field apps says, and what is refused before one is made."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from convive.catalogue import find
from convive.connectors.xlsform import submission, to_xform
from convive.core.errors import DefinitionError
from convive.core.instruments.model import Choice, Instrument, Item, ItemType, Scale, Section
from factories.instruments import rich_sample


def form(**more: object) -> str:
    return to_xform(rich_sample(), **more).decode()  # type: ignore[arg-type]


def with_item(**more: object) -> Instrument:
    values = {"id": "extra", "type": ItemType.TEXT, "question": {"en": "?"}, **more}
    section = Section("more", {"en": "More"}, (Item(**values),))  # type: ignore[arg-type]
    return replace(rich_sample(), content=(*rich_sample().content, section))


def codes(instrument: Instrument) -> list[str]:
    with pytest.raises(DefinitionError) as refused:
        to_xform(instrument)
    return [problem.code for problem in refused.value.problems]


def test_version_says_which_files_it_was_made_from() -> None:
    assert '<data id="rich_sample" version="3-01234567">' in form()
    assert 'version="9"' in form(version_string="9")


def test_photos_are_small_and_times_are_noted() -> None:
    assert 'type="binary" orx:max-pixels="1600"' in form()
    assert 'jr:preloadParams="start"' in form()
    assert 'jr:preloadParams="end"' in form()
    assert "<instanceID/>" in form()


def test_languages_can_be_chosen_and_gaps_are_filled_with_english() -> None:
    both = form()
    assert '<translation lang="English (en)" default="true()">' in both
    assert '<translation lang="French (fr)">' in both
    french = form(languages=["fr"], default_language="fr")
    assert "English (en)" not in french
    assert "Five at most." in french
    assert "Quel jour est-ce ?" in french
    assert "Which day is it?" not in french


def test_scores_and_our_own_columns_stay_here() -> None:
    assert "spot_score" not in form()
    assert "convive_" not in form()


def test_a_calculation_that_is_true_or_false_gives_a_number() -> None:
    made = to_xform(with_item(type=ItemType.CALCULATED, calculation="${n_people} > 3")).decode()
    assert "if( /data/spot/crowd/n_people  &gt; 3, 1, 0)" in made


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"relevant": "${nowhere} = 1"}, "XFORM_EXPRESSION"),
        ({"constraint": ". >"}, "XFORM_EXPRESSION"),
        ({"relevant": "position(..) = 1"}, "XFORM_EXPRESSION"),
        ({"id": "start-é"}, "XFORM_NAME"),
        ({"id": "day"}, "XFORM_NAME"),
        ({"id": "meta"}, "XFORM_NAME"),
        ({"type": ItemType.CHOICE}, "XFORM_CHOICES"),
        ({"type": ItemType.CHOICE, "scale": Scale("s", (Choice("a b", {"en": "x"}),))}, "XFORM_CHOICES"),
        ({"type": ItemType.CHOICE, "scale": Scale("s", (Choice("a", {}), Choice("a", {})))}, "XFORM_CHOICES"),
    ],
)  # fmt: skip
def test_what_field_apps_would_not_take_is_refused(more: dict[str, object], code: str) -> None:
    assert set(codes(with_item(**more))) == {code}


def test_signs_that_no_xml_holds_do_not_get_in() -> None:
    made = to_xform(with_item(question={"en": "a\x0bb\ufffe & <c>"})).decode()
    assert "ab &amp; &lt;c&gt;" in made


def test_a_node_said_a_hundred_thousand_times_is_counted_not_searched_for() -> None:
    instrument = find.instrument("street_observation")
    root = ElementTree.fromstring("<a>" + "<x>1</x>" * 300 + "</a>")
    reader = submission._Reader(instrument, frozenset())
    searched = []

    class Watched(dict):
        def __contains__(self, key: object) -> bool:
            searched.append(key)
            return super().__contains__(key)

    reader.aside = Watched()
    reader.read_group(root, instrument.content, {}, "")
    assert list(reader.aside)[:2] == ["/x", "/x[2]"]
    assert len(reader.aside) == 300
    assert len(searched) <= 600
