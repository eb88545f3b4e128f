"""XLSForms made by people in Kobo, ODK and spreadsheets; broken ones, and ones meant to harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from convive.catalogue.texts import has_text, languages
from convive.connectors.xlsform import XlsformReading, read_xlsform, to_xform, write_xlsform
from convive.core.instruments.model import InstrumentKind, Sensitivity
from convive.core.model import Severity
from factories.instruments import rich_sample
from factories.xlsforms import KOBO, with_part, workbook

TODAY = date(2026, 11, 21)
HEAD = ["type", "name", "label"]


def read(**sheets: Any) -> XlsformReading:
    return read_xlsform(workbook(**sheets), "form.xlsx", today=TODAY)


def codes(reading: XlsformReading) -> dict[str, tuple[str | None, int | None, str | None]]:
    return {p.code: (p.place.sheet, p.place.row, p.place.column) for p in reading.problems}


@pytest.fixture(scope="module")
def kobo() -> XlsformReading:
    return read(**KOBO)


def test_a_form_from_kobo_is_read_whole(kobo: XlsformReading) -> None:
    one = kobo.instrument
    assert one is not None, kobo.problems
    assert [(item.id, item.type.value) for item in one.items()] == [
        ("today", "calculated"), ("HH_name", "text"), ("age", "integer"), ("safe", "choice"),
        ("when", "choices"), ("where", "position"), ("photo", "photo"), ("seen", "datetime"),
        ("height", "decimal"), ("birth_year", "calculated"), ("day", "calculated"), ("thanks", "note"),
    ]  # fmt: skip
    assert [(s.id, s.repeats) for s in one.sections()] == [
        ("part_1", False), ("more", False), ("inner", False), ("person", True), ("part_3", False),
    ]  # fmt: skip
    assert (one.id, one.version, one.title) == (
        "street_survey_1",
        2024010203,
        {"en": "Street survey"},
    )
    age = one.item("age")
    assert age is not None
    assert (age.is_required, age.constraint) == (True, ". >= 0 and . <= 120")
    assert age.question == {"en": "How old?", "fr": "Quel âge ?"}
    assert age.constraint_message == {"en": "0 to 120"}
    safe, when, height = one.item("safe"), one.item("when"), one.item("height")
    assert safe is not None
    assert (safe.default, safe.relevant, safe.is_required) == ("y", "${age} > 17", True)
    assert when is not None
    assert when.scale is not None
    assert [choice.code for choice in when.scale.choices] == ["1", "2"]
    assert height is not None
    assert height.default == 1.5


def test_what_only_we_know_has_careful_defaults(kobo: XlsformReading) -> None:
    one = kobo.instrument
    assert one is not None
    assert (one.kind, one.status, one.sensitivity) == (
        InstrumentKind.CHECKLIST,
        "draft",
        Sensitivity.INTERNAL,
    )
    assert (one.effective_from, one.minimum_n, one.digest) == (TODAY, 1, "")
    assert {item.id for item in one.items() if item.is_personal} == {"HH_name", "photo"}


def test_names_that_we_do_not_take_are_changed_everywhere_and_told(kobo: XlsformReading) -> None:
    assert kobo.instrument is not None
    [more] = [s for s in kobo.instrument.sections() if s.id == "more"]
    assert more.relevant == "${HH_name} != ''"
    told = {p.data["name"]: p for p in kobo.problems if p.code == "XLSFORM_NAME_CHANGED"}
    assert told["HH-name"].severity is Severity.NOTE
    assert (told["HH-name"].place.sheet, told["HH-name"].place.row) == ("survey", 6)
    assert "Street Survey 1" in told


def test_what_is_not_read_is_said(kobo: XlsformReading) -> None:
    left = {p.place.column: p for p in kobo.problems if p.code == "XLSFORM_COLUMN_LEFT_OUT"}
    assert left["kuid"].place.row == 6
    assert any(p.data.get("type") == "deviceid" for p in kobo.problems)
    assert not [p for p in kobo.problems if p.severity is Severity.ERROR]


def test_what_was_read_goes_to_field_apps_and_out_again(kobo: XlsformReading) -> None:
    assert kobo.instrument is not None
    assert to_xform(kobo.instrument).startswith(b"<?xml")
    again = read_xlsform(write_xlsform(kobo.instrument), "again.xlsx", today=date(1999, 1, 1))
    assert again.instrument == kobo.instrument


def test_plain_headers_mean_the_default_language() -> None:
    survey = [["type", "name", "label", "hint"], ["text", "a", "Bonjour", "Aide"]]
    reading = read(survey=survey, settings=[["default_language"], ["Français (fr)"]])
    assert reading.instrument is not None
    [item] = reading.instrument.items()
    assert (item.question, item.hint) == ({"fr": "Bonjour"}, {"fr": "Aide"})
    assert reading.instrument.languages == ("fr",)
    assert reading.instrument.id == "form"


BROKEN = [
    (["select_one_from_file towns.csv", "a", "A"], "XLSFORM_FROM_FILE", "type"),
    (["select_one yn or_other", "a", "A"], "XLSFORM_OR_OTHER", "type"),
    (["select_one nowhere", "a", "A"], "XLSFORM_LIST_UNKNOWN", "type"),
    (["audio", "a", "A"], "XLSFORM_TYPE", "type"),
    (["geotrace", "a", "A"], "XLSFORM_TYPE", "type"),
    (["text", None, "A"], "XLSFORM_CELL_MISSING", "name"),
    ([None, "a", "A"], "XLSFORM_CELL_MISSING", "type"),
    (["text", "first", "A"], "XLSFORM_NAME_TWICE", "name"),
    (["end group", None, None], "XLSFORM_END_OF_OTHER", "type"),
    (["begin group", "g", "G"], "XLSFORM_NOT_CLOSED", "type"),
    (["calculate", "a", None], "XLSFORM_CALCULATION_MISSING", "calculation"),
]


@pytest.mark.parametrize(
    ("row", "code", "column"), BROKEN, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_broken_row_is_told_with_its_place(row: list[Any], code: str, column: str) -> None:
    choices = [["list_name", "name", "label"], ["yn", "y", "Yes"]]
    reading = read(survey=[HEAD, ["text", "first", "First"], row], choices=choices)
    assert reading.instrument is None
    assert codes(reading)[code] == ("survey", 3, column)


RULES = [
    ("relevant", "${nowhere} = 1", "XLSFORM_REFERENCE"),
    ("relevant", "regex(${first}, 'a')", "XLSFORM_FUNCTION"),
    ("relevant", "pulldata('a', 'b', 'c', ${first})", "XLSFORM_FUNCTION"),
    ("relevant", "/data/first = 1", "XLSFORM_RULE"),
    ("relevant", "../first = 1", "XLSFORM_RULE"),
    ("constraint", ". > ", "XLSFORM_RULE"),
    ("constraint", "(. > 1", "XLSFORM_RULE"),
    ("choice_filter", "x = ${first}", "XLSFORM_COLUMN_REFUSED"),
    ("trigger", "${first}", "XLSFORM_COLUMN_REFUSED"),
    ("read_only", "yes", "XLSFORM_COLUMN_REFUSED"),
    ("required", "${first} = 'x'", "XLSFORM_REQUIRED_RULE"),
    ("default", "today()", "XLSFORM_DEFAULT"),
    ("default", "${first}", "XLSFORM_DEFAULT"),
    ("calculation", "1 + 1", "XLSFORM_COLUMN_REFUSED"),
]


@pytest.mark.parametrize(("column", "cell", "code"), RULES)
def test_a_rule_that_cannot_be_kept_is_refused_with_its_place(
    column: str, cell: str, code: str
) -> None:
    survey = [[*HEAD, column], ["text", "first", "First"], ["integer", "n", "N", cell]]
    reading = read(survey=survey)
    assert reading.instrument is None
    assert codes(reading)[code] == ("survey", 3, column)


def test_curly_quotes_of_a_spreadsheet_are_taken_for_what_was_meant() -> None:
    reading = read(
        survey=[[*HEAD, "relevant"], ["text", "a", "A"], ["text", "b", "B", "${a} = ‘x’"]]
    )
    assert reading.instrument is not None
    assert [item.relevant for item in reading.instrument.items()] == ["", "${a} = 'x'"]


def test_every_problem_comes_at_once() -> None:
    survey = [[*HEAD, "label::Klingon Tongue"], *(row for row, _, _ in BROKEN)]
    choices = [["list_name", "name", "label"], ["yn", "y", "Yes"], ["yn", "y", "Again"],
               [None, "x", "X"], ["yn", None, "X"], ["yn", "é x", "X"]]  # fmt: skip
    found = set(codes(read(survey=survey, choices=choices)))
    wanted = {code for _, code, _ in BROKEN} - {"XLSFORM_NAME_TWICE"}
    wanted |= {"XLSFORM_CHOICE_TWICE", "XLSFORM_CHOICE_INCOMPLETE", "XLSFORM_CODE"}
    assert wanted <= found


def test_an_unknown_language_is_asked_for_its_code() -> None:
    survey = [["type", "name", "label::Elvish Tongue"], ["text", "a", "A"]]
    reading = read(survey=survey)
    assert codes(reading)["XLSFORM_LANGUAGE"] == ("survey", None, "label::Elvish Tongue")


@pytest.mark.parametrize(
    "header", ["label::Arabic (ar)", "label::Arabic", "label : Arabic", "label::ar"]
)
def test_languages_are_known_by_code_and_by_name(header: str) -> None:
    reading = read(survey=[["type", "name", header], ["text", "a", "سؤال"]])
    assert reading.instrument is not None, reading.problems
    assert next(reading.instrument.items()).question == {"ar": "سؤال"}


def test_a_form_without_survey_or_columns_says_so() -> None:
    assert set(codes(read(other=[["x"]]))) == {"XLSFORM_NO_SURVEY"}
    assert (
        codes(read(survey=[["type", "label"], ["text", "A"]]))["XLSFORM_COLUMN_MISSING"][2]
        == "name"
    )
    twice = [["type", "name", "label", "Label"], ["text", "a", "A", "B"]]
    assert codes(read(survey=twice))["XLSFORM_COLUMN_TWICE"][0] == "survey"


def test_formulas_are_refused_with_their_place() -> None:
    reading = read(survey=[HEAD, ["text", "a", '="A" & "B"']])
    assert codes(reading)["XLSFORM_FORMULA"] == ("survey", 2, "label")
    assert reading.instrument is None


def test_a_disabled_row_is_left_out_and_told() -> None:
    reading = read(survey=[[*HEAD, "disabled"], ["text", "a", "A"], ["audio", "b", "B", "yes"]])
    assert reading.instrument is not None
    assert codes(reading)["XLSFORM_ROW_LEFT_OUT"][1] == 3


def test_an_edited_workbook_loses_the_seal_of_the_unedited_one() -> None:
    data = write_xlsform(rich_sample())
    strings = b"<sst"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        shared = archive.read("xl/sharedStrings.xml")
    assert strings in shared
    changed = with_part(
        data, "xl/sharedStrings.xml", shared.replace(b"Anything else?", b"More to say?")
    )
    reading = read_xlsform(changed, "a.xlsx", today=TODAY)
    assert reading.instrument is not None
    assert reading.instrument.item("remarks").question["en"] == "More to say?"  # type: ignore[union-attr]
    assert reading.instrument.digest == ""
    assert rich_sample().digest != ""


def test_slips_in_a_workbook_of_ours_are_mended_as_in_any_other() -> None:
    data = write_xlsform(rich_sample())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        shared = archive.read("xl/sharedStrings.xml")
    changed = shared.replace(b"<t>remarks</t>", b'<t xml:space="preserve"> my-remarks </t>')
    reading = read_xlsform(with_part(data, "xl/sharedStrings.xml", changed), "a.xlsx", today=TODAY)
    assert reading.instrument is not None, reading.problems
    assert reading.instrument.item("my_remarks") is not None


def _hostile() -> dict[str, tuple[bytes, str]]:
    good = workbook(survey=[HEAD, ["text", "a", "A"]])
    sheet = "xl/worksheets/sheet1.xml"
    start = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + start.partition(b"?>")[2]
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 450_000)
    )
    return {
        "no workbook": (b"type,name\ntext,a\n", "XLSFORM_NOT_XLSX"),
        "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "XLSFORM_NOT_XLSX"),
        "empty": (b"", "XLSFORM_NOT_XLSX"),
        "cut off": (good[: len(good) // 2], "ARCHIVE_DAMAGED"),
        "entities": (with_part(good, sheet, entity + b"</sheetData></worksheet>"), "XML_UNSAFE"),
        "bomb": (with_part(good, "xl/bomb.xml", b" " * 150_000_000), "ARCHIVE_BOMB"),
        "many rows": (with_part(good, sheet, start + rows + b"</sheetData></worksheet>"), "XLSFORM_TOO_LARGE"),
        "far right": (with_part(good, sheet, start + b'<row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'), "XLSFORM_TOO_LARGE"),
        "far down": (with_part(good, sheet, start + b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'), "XLSFORM_TOO_LARGE"),
        "way out": (with_part(good, "../../evil.xml", b"<a/>"), "ARCHIVE_REFUSED"),
        "broken sheet": (with_part(good, sheet, start + b"<row><c"), "TABLE_UNREADABLE"),
        "no types": (with_part(good, "[Content_Types].xml", b"<Types/>"), "TABLE_UNREADABLE"),
    }  # fmt: skip


@pytest.mark.parametrize("name", list(_hostile()))
def test_a_hostile_workbook_is_refused_and_nothing_breaks(name: str) -> None:
    data, code = _hostile()[name]
    reading = read_xlsform(data, "evil.xlsx", today=TODAY)
    assert reading.instrument is None
    assert [p.code for p in reading.problems] == [code]


def test_groups_without_end_do_not_exhaust_anything() -> None:
    survey = [HEAD, *(["begin group", f"g{n}", "G"] for n in range(5000))]
    reading = read(survey=survey)
    assert "XLSFORM_TOO_LARGE" in codes(reading)


def test_every_code_has_its_sentence_and_remedy_in_every_language() -> None:
    import re
    from pathlib import Path

    import convive.connectors.xlsform as package

    sources = " ".join(p.read_text() for p in Path(package.__file__).parent.glob("*.py"))
    found = set(re.findall(r'"((?:XLSFORM|XFORM|SUBMISSION)_[A-Z_]+)"', sources))
    errors = {"SUBMISSION_UNREADABLE", "XLSFORM_TEXT_TOO_LONG"}
    assert len(found) > 40
    for language in languages():
        keys = {f"problem.{code}{part}" for code in found - errors for part in ("", ".remedy")}
        assert [key for key in sorted(keys) if not has_text(key, language)] == []
        assert all(has_text(f"error.{code}", language) for code in errors)
