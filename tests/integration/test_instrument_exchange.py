"""Every instrument of the catalogue goes out as workbook, form and files, and comes back."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from convive.catalogue import find
from convive.catalogue.instrument_files import load_instrument
from convive.catalogue.instrument_writing import instrument_folder
from convive.cli.main import main
from convive.connectors.xlsform import (
    parse_submission,
    read_xlsform,
    to_xform,
    write_xlsform,
)
from convive.core.errors import DatasetError
from convive.core.instruments.filling import fill
from convive.core.instruments.model import Instrument
from factories.odk import play, validate_forms
from factories.xlsforms import workbook

ALL = find.instruments()
SHELF = Path(find.__file__).parent / "instruments"


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_an_instrument_comes_back_from_its_workbook(one: Instrument) -> None:
    reading = read_xlsform(write_xlsform(one), "any.xlsx", today=date(1999, 1, 1))
    assert reading.problems == ()
    assert reading.instrument == one


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.id)
def test_an_instrument_comes_back_from_its_files(one: Instrument, tmp_path: Path) -> None:
    folder = tmp_path / one.id
    folder.mkdir()
    for name, text in instrument_folder(one).items():
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(SHELF / one.id / "cases.yaml", folder)
    again = load_instrument(folder).instrument
    assert replace(again, digest=one.digest) == one


def test_odk_validate_accepts_every_instrument_of_the_catalogue(tmp_path: Path) -> None:
    assert validate_forms({one.id: to_xform(one) for one in ALL}, tmp_path) == {}


def test_export_and_import_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-l", "en", "instrument", "export", "core_survey", "-o", str(tmp_path)]) == 0
    assert main(["instrument", "export", "core_survey", "--to", "xml", "-o", str(tmp_path)]) == 0
    assert (tmp_path / "core_survey.xml").read_bytes().startswith(b"<?xml")
    sheet = str(tmp_path / "core_survey.xlsx")
    assert main(["instrument", "import", sheet, "--to", str(tmp_path / "in")]) == 0
    written = {path.name for path in (tmp_path / "in" / "core_survey").iterdir()}
    assert {"instrument.yaml", "fr.yaml", "nl.yaml"} <= written
    assert "convive instrument check" in capsys.readouterr().out


def test_nothing_is_overwritten_and_nothing_is_written_from_a_broken_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["-l", "en", "instrument", "export", "core_survey", "-o", str(tmp_path)]
    assert main(arguments) == 0
    assert main(arguments) != 0
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(workbook(survey=[["type", "name", "label"], ["audio", "a", "A"]]))
    code = main(["-l", "en", "instrument", "import", str(broken), "--to", str(tmp_path / "in")])
    assert code == DatasetError.exit_code
    assert not (tmp_path / "in").exists()
    said = capsys.readouterr()
    assert "audio" in said.out + said.err
    assert main(["instrument", "import", str(tmp_path / "none.xlsx")]) != 0


def test_worked_cases_come_back_from_the_engine_of_field_apps() -> None:
    cases = [(one, case) for one in ALL for case in find.worked_cases(one.id) if not case.problems]
    forms = {one.id: to_xform(one).decode() for one in ALL}
    games = [{"form": forms[one.id], "answers": dict(case.answers)} for one, case in cases]
    for (one, case), result in zip(cases, play(games), strict=True):
        assert "error" not in result, (one.id, result)
        read = parse_submission(result["xml"].encode(), one)
        assert read.problems == (), one.id
        ours = fill(one, case.answers, today=date(2026, 11, 21), defaults=True)
        assert _plain(read.answers) == _plain(ours.answers), (one.id, case.title)


def _plain(answers: Any) -> Any:
    """Return answers to compare: rounds without anything left out, numbers rounded."""
    if isinstance(answers, Mapping):
        return {key: _plain(value) for key, value in answers.items() if value not in ([], [{}])}
    if isinstance(answers, list | tuple):
        return [_plain(value) for value in answers]
    return round(float(answers), 9) if isinstance(answers, int | float) else answers
