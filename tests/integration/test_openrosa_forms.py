"""Forms as campaigns give them to field apps, before ODK's validator."""

from __future__ import annotations

import re
from pathlib import Path

from convive.catalogue import find
from convive.catalogue.texts import languages
from convive.wiring.openrosa import PLACE_NODE, FieldForm, field_form_xml
from factories.odk import validate_forms


def _form(instrument_id: str, *, with_place: bool = True) -> bytes:
    asked = languages() if with_place else ()
    return field_form_xml(
        FieldForm(
            instrument=find.instrument(instrument_id),
            form_id="walk-2026-spring",
            title='Walk <by> night & "day"',
            version="1-0a1b2c3d",
            languages=languages(),
            place_question={code: f"Which place ({code})?" for code in asked},
            place_hint=dict.fromkeys(asked, "Leave it open"),
        )
    )


def test_odk_validate_accepts_every_instrument_with_the_question_for_the_place(
    tmp_path: Path,
) -> None:
    forms = {one.id: _form(one.id) for one in find.instruments()}
    assert validate_forms(forms, tmp_path) == {}


def test_the_same_form_is_the_same_bytes_every_time() -> None:
    assert _form("street_observation") == _form("street_observation")


def test_the_place_comes_first_and_only_where_places_are_planned() -> None:
    with_place, without = (
        _form("street_observation", with_place=one).decode() for one in (True, False)
    )
    assert re.search(r"<h:body[^>]*><select1 ref=\"/data/convive_place\"", with_place)
    assert 'src="jr://file-csv/places.csv"' in with_place
    assert PLACE_NODE not in without
