"""What every instrument of the catalogue keeps, whoever writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.catalogue import find
from convive.catalogue.core_items import instrument_folders
from convive.catalogue.instrument_checks import check_folder
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.instruments.model import Audience, Instrument, InstrumentKind, Sensitivity

INSTRUMENTS = [pytest.param(one, id=one.id) for one in find.instruments()]
every_instrument = pytest.mark.parametrize("instrument", INSTRUMENTS)


@pytest.mark.parametrize("folder", instrument_folders(), ids=lambda folder: folder.name)
def test_nothing_is_wrong_with_its_files(folder: Path) -> None:
    problems = check_folder(folder)

    assert not problems, "\n".join(
        f"{one.place.file}:{one.place.row} {one.code} {dict(one.data)}" for one in problems
    )


@every_instrument
def test_it_has_three_worked_cases(instrument: Instrument) -> None:
    assert len(find.worked_cases(instrument.id)) >= 3


@every_instrument
def test_every_score_has_a_worked_case(instrument: Instrument) -> None:
    worked = {name for case in find.worked_cases(instrument.id) for name in case.scores}

    assert {score.id for score in instrument.scores} <= worked


@every_instrument
def test_residents_read_it_in_their_language_and_lists_name_it_in_all(
    instrument: Instrument,
) -> None:
    if instrument.audience is Audience.RESIDENTS:
        assert instrument.languages == LANGUAGES
    assert set(instrument.title) == set(instrument.summary) == set(LANGUAGES)


@every_instrument
def test_no_person_is_scored(instrument: Instrument) -> None:
    """A record tells of persons; so may what is restricted: neither computes anything."""
    is_about_persons = instrument.kind is InstrumentKind.RECORD or (
        instrument.sensitivity is Sensitivity.RESTRICTED
        and any(item.is_personal for item in instrument.items())
    )

    assert not (is_about_persons and instrument.scores)


@every_instrument
def test_what_was_rebuilt_without_the_original_says_so(instrument: Instrument) -> None:
    is_rebuilt = any(one.provenance == "reconstruction" for one in instrument.references)

    assert instrument.inspired_by or not is_rebuilt
