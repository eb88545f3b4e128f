"""Plan files: read tolerantly, whole or not at all, every problem with its place; hostile files refused."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from convive.catalogue.texts import has_text, languages
from convive.connectors.plan_files import plan_schema
from convive.connectors.plan_files.columns import TABLES, WORDS
from convive.connectors.plan_files.headers import (
    ambiguous_headers,
    code_of,
    header,
    plain,
    sheet_title,
    word,
)
from convive.connectors.plan_files.person_columns import is_about_persons
from convive.core.errors import DatasetError
from convive.wiring.plans import plan_reading, plans_of_pack, read_plan, write_plan
from factories.plans import action, full_plan, plan

WHOLE = full_plan()
SHEET_DAY = datetime(2026, 2, 1)  # noqa: DTZ001 — spreadsheets know no zone


def book(language: str = "en", one=WHOLE):
    return openpyxl.load_workbook(io.BytesIO(write_plan(one, "xlsx", language)))


def saved(workbook) -> bytes:
    into = io.BytesIO()
    workbook.save(into)
    return into.getvalue()


def problems(content: bytes) -> list[tuple[str, str | None, int | None, str | None]]:
    reading = plan_reading(content, "plan.xlsx")
    assert (reading.plan is None) == any(p.severity == "error" for p in reading.problems)
    return [(p.code, p.place.sheet, p.place.row, p.place.column) for p in reading.problems]


def raw() -> dict:
    return json.loads(write_plan(WHOLE, "json"))


# --- round trips ------------------------------------------------------------------------------------
def test_json_reads_back_as_the_same_plan_and_has_one_form() -> None:
    content = write_plan(WHOLE, "json")
    assert read_plan(content, "p") == WHOLE
    assert write_plan(read_plan(content, "p"), "json") == content
    other = json.dumps(json.loads(content), sort_keys=True).encode()
    assert write_plan(read_plan(other, "p"), "json") == content


@pytest.mark.parametrize("language", languages())
def test_a_workbook_of_any_language_reads_back_as_the_same_plan(language: str) -> None:
    content = write_plan(WHOLE, "xlsx", language)
    assert read_plan(content, "p") == WHOLE
    assert content == write_plan(WHOLE, "xlsx", language)


def test_a_workbook_saved_by_another_program_reads_back_as_the_same_plan() -> None:
    assert read_plan(saved(book("de")), "p") == WHOLE


def test_an_empty_plan_is_a_plan() -> None:
    empty = plan(challenges=(), organisations=())
    for kind in ("json", "xlsx"):
        assert read_plan(write_plan(empty, kind), "p") == empty


def test_the_schema_is_closed_and_knows_a_written_plan() -> None:
    schema = plan_schema()
    assert schema["properties"]["format"] == {"const": "convive-plan/1"}
    assert schema["$defs"]["Plan"]["additionalProperties"] is False
    assert set(schema["$defs"]["Plan"]["properties"]) == set(raw()["plan"])


# --- tolerance ----------------------------------------------------------------------------------------
def test_columns_may_stand_in_any_order_and_unknown_ones_are_named() -> None:
    made = book()
    sheet = made["Budget"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    made.remove(sheet)
    turned = made.create_sheet("budget ")
    for number, row in enumerate(rows):
        turned.append([*reversed(row), "Remarks" if number == 0 else "x"])
    content = saved(made)
    assert read_plan(content, "p") == WHOLE
    assert problems(content) == [("PLAN_COLUMN_UNKNOWN", "budget", 1, "Remarks")]


def test_sheets_and_headers_may_be_of_several_languages() -> None:
    made = book("fr")
    made["Défis"]["B1"] = "TITEL"
    made["Actions"].title = "acciones"
    assert read_plan(saved(made), "p") == WHOLE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12.000,50", "12000.50"), ("12,000.50", "12000.50"), ("12 000,5 €", "12000.5"),
        ("12'000.50", "12000.50"), (12000.5, "12000.5"), ("−3,20", "-3.20"), (7, "7"),
        ("1.234.567", "1234567"), ("0.125", None), ("12.500", None), ("zwölf", None), ("1e999999", None),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(typed, meant) -> None:
    made = book()
    made["Budget"]["C2"] = typed
    reading = plan_reading(saved(made), "p")
    if meant is None:
        assert reading.problems
        assert reading.problems[0].place.row == 2
        assert reading.plan is None
    else:
        assert reading.plan is not None
        lines = next(a for _, _, a in reading.plan.actions()).budget
        assert lines[0].amount == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.2.2026", date(2026, 2, 1)), ("01/02/2026", date(2026, 2, 1)), ("2026-02-01", date(2026, 2, 1)),
        (SHEET_DAY, date(2026, 2, 1)), (46054, date(2026, 2, 1)),
        ("2/13/2026", None), ("soon", None), (3, None), ("31.02.2026", None),
    ],
)  # fmt: skip
def test_days_as_people_type_them(typed, meant) -> None:
    made = book()
    cell = made["Milestones"]["C2"]
    cell.value, cell.number_format = (
        typed,
        "General" if isinstance(typed, int) else cell.number_format,
    )
    reading = plan_reading(saved(made), "p")
    if meant is None:
        assert [p.code for p in reading.problems] == ["PLAN_BAD_DATE"]
    else:
        assert reading.plan is not None
        assert next(a for _, _, a in reading.plan.actions()).milestones[0].due == meant


# --- every problem at once ------------------------------------------------------------------------------
def test_everything_that_is_wrong_is_told_at_once_with_sheet_and_row() -> None:
    made = book()
    made["Actions"]["D2"] = "dancing"
    made["Actions"]["A3"] = "nowhere"
    made["Actions"]["C3"] = None
    made["Budget"]["A3"] = "ghost"
    made["Risks"]["C2"] = 7
    made["Milestones"]["C3"] = "soon"
    made["Commitments"]["D2"] = "strangers"
    made["Strategy"]["F2"] = "euro"
    found = set(problems(saved(made)))
    assert {
        ("PLAN_WORD_UNKNOWN", "actions", 2, "kind"), ("PLAN_NOT_THERE", "actions", 3, "objective"),
        ("PLAN_CELL_MISSING", "actions", 3, "title"), ("PLAN_NOT_THERE", "budget", 3, "action"),
        ("PLAN_OUT_OF_RANGE", "risks", 2, "likelihood"), ("PLAN_BAD_DATE", "milestones", 3, "due"),
        ("PLAN_NOT_THERE", "commitments", 2, "owner"), ("PLAN_CURRENCY", "strategy", 2, "currency"),
    } <= found  # fmt: skip
    with pytest.raises(DatasetError) as told:
        read_plan(saved(made), "p")
    assert len(told.value.problems) >= len(found)


def test_a_code_twice_and_a_column_twice_or_missing() -> None:
    made = book()
    made["Actions"]["B3"] = "lights"
    made["Risks"]["B1"] = "Likelihood (1–3)"
    made["Spending"]["B1"] = "Remarks"
    found = problems(saved(made))
    assert ("PLAN_CODE_TWICE", "actions", 3, "code") in found
    assert ("PLAN_COLUMN_TWICE", "risks", 1, "likelihood") in found
    assert ("PLAN_COLUMN_MISSING", "spending", None, "on") in found


def test_json_tells_every_wrong_field_too() -> None:
    given = raw()
    given["plan"]["title"] = 3
    given["plan"]["challenges"][0]["topic"] = "dancing"
    given["plan"]["from_year"] = "soon"
    found = [(code, column) for code, _, _, column in problems(json.dumps(given).encode())]
    assert [column for _, column in found] == ["title", "from_year", "challenges.0.topic"]


def test_json_references_are_checked_like_those_of_a_workbook() -> None:
    given = raw()
    given["plan"]["challenges"][0]["objectives"][0]["actions"][0]["lead"] = "ghosts"
    assert problems(json.dumps(given).encode()) == [("PLAN_NOT_THERE", "actions", 1, "lead")]


def test_a_hidden_figure_with_a_value_is_refused() -> None:
    given = raw()
    target = given["plan"]["challenges"][0]["objectives"][0]["targets"][0]
    target["baseline"]["status"] = "suppressed"
    assert ("PLAN_HIDDEN_VALUE", "targets", 1, "baseline_value") in problems(
        json.dumps(given).encode()
    )


@pytest.mark.parametrize(
    "notice",
    [{"on": "2026-01-01", "wrong": {"en": 5}}, {"on": "2026-01-01", "wrong": ["x"]},
     {"on": "soon", "wrong": {}}, {"wrong": {"en": "No day."}}, {"figure": 12}],
)  # fmt: skip
def test_a_notice_of_a_withdrawal_that_is_none_is_refused(notice: dict) -> None:
    given = raw()
    challenge = given["plan"]["challenges"][0]
    challenge["findings"][0] |= {"code": "withdrawn", "params": notice}
    challenge["objectives"][0]["targets"][0]["baseline"]["notice"] = notice
    assert problems(json.dumps(given).encode()) == [
        ("PLAN_BAD_NOTICE", "findings", 1, "params"),
        ("PLAN_BAD_NOTICE", "targets", 1, "baseline_notice"),
    ]


@pytest.mark.parametrize(
    "notice", [{}, {"on": "2026-01-01", "wrong": {"en": "Wrong.", "es": "Mal."}}, {"maybe": True}]
)
def test_a_notice_of_a_withdrawal_is_read_as_it_was_written(notice: dict) -> None:
    given = raw()
    challenge = given["plan"]["challenges"][0]
    challenge["findings"][0] |= {"code": "withdrawn", "params": notice}
    challenge["objectives"][0]["targets"][0]["baseline"]["notice"] = notice
    one = read_plan(json.dumps(given).encode(), "p").challenges[0]
    assert one.findings[0].params == notice
    assert one.objectives[0].targets[0].baseline.notice == notice


# --- persons ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    ["Surname", "Date de naissance", "Fecha de nacimiento", "Codice fiscale", "Geburtsdatum der Person",
     "Pontuação de risco", "risico_score", "BSN", "Nom", "Vorname/Nachname"],
)  # fmt: skip
def test_a_column_about_persons_is_refused_in_any_language(name: str) -> None:
    made = book()
    made["Actions"].cell(1, 60).value = name
    assert [code for code, *_ in problems(saved(made))] == ["PLAN_PERSON_COLUMN"]
    given = raw()
    given["plan"]["challenges"][0][name] = "x"
    assert [code for code, *_ in problems(json.dumps(given).encode())] == ["PLAN_PERSON_COLUMN"]


def test_no_column_of_a_plan_is_taken_for_one_about_persons() -> None:
    for language in languages():
        for table in TABLES:
            for column in table.columns:
                assert not is_about_persons(header(column.name, language)), column.name


# --- hostile ------------------------------------------------------------------------------------------
def test_texts_that_look_like_formulas_stay_texts_and_formulas_are_refused() -> None:
    evil = plan(action(title='=HYPERLINK("http://x","y")', about="+1+1", gender_note="@SUM(A1)"))
    content = write_plan(evil, "xlsx")
    assert read_plan(content, "p") == evil
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not [n for n in sheets if b"<f>" in archive.read(n)]
    made = book()
    made["Actions"]["C2"] = "=1+1"
    assert ("PLAN_FORMULA", "actions", 2, "title") in problems(saved(made))


def packed(**members: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return into.getvalue()


HOSTILE = {
    "nothing": b"", "binary": b"\x00\xff" * 500, "null": b"null", "list": b"[]",
    "other json": b'{"format": "geojson"}', "no plan": b'{"format": "convive-plan/1"}',
    "nan": b'{"format": "convive-plan/1", "plan": NaN}', "deep": b"[" * 200_000,
    "deep plan": b'{"format":"convive-plan/1","plan":' + b'{"a":' * 500 + b"1" + b"}" * 501,
    "zip": packed(a=b"x"), "broken zip": b"PK\x03\x04" + b"\0" * 80,
    "bomb": packed(xl__workbook_xml=b"<x/>", xl__big_xml=b"\0" * 300 * 1024 * 1024),
    "entities": packed(xl__workbook_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
    "hundred megabytes": b" " * (100 * 1024 * 1024),
    "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "huge number": b'{"format": "convive-plan/1", "plan": {"from_year": ' + b"9" * 4000 + b"}}",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_problem(name: str) -> None:
    found = problems(HOSTILE[name])
    assert found
    for code, *_ in found:
        for language in languages():
            assert has_text(f"problem.{code}", language), code
            assert has_text(f"problem.{code}.remedy", language), code


def test_hostile_values_in_json_are_problems() -> None:
    for value in (1e308, 10**400, "1e400", "NaN", "Infinity", [], {}, "x" * 9000, None):
        for field in ("amount", "year"):
            given = raw()
            given["plan"]["challenges"][0]["objectives"][0]["actions"][0]["budget"][0][field] = (
                value
            )
            assert plan_reading(json.dumps(given).encode(), "p").problems, (field, value)


def test_a_far_out_cell_is_refused() -> None:
    made = book()
    made["Actions"].cell(300_000, 1).value = "x"
    assert [code for code, *_ in problems(saved(made))] == ["PLAN_TOO_LARGE"]


# --- words, sheets, size ----------------------------------------------------------------------------
def test_every_problem_code_has_its_sentence_in_every_language() -> None:
    import re
    from pathlib import Path

    import convive.connectors.plan_files as package

    folder = Path(package.__file__).parent
    code = re.compile(r"\"(PLAN_[A-Z_]+)\"")
    codes = {c for path in folder.glob("*.py") for c in code.findall(path.read_text("utf-8"))}
    assert len(codes) > 25
    missing = [
        (code, language)
        for code in codes
        for language in languages()
        for key in (f"problem.{code}", f"problem.{code}.remedy")
        if not has_text(key, language)
    ]
    assert missing == []


def test_headers_words_and_sheets_mean_one_thing_in_all_languages() -> None:
    assert ambiguous_headers() == []
    for name, (codes, _) in WORDS.items():
        for language in languages():
            assert [code_of(name, word(name, code, language)) for code in codes] == list(codes)
    for language in languages():
        titles = [sheet_title(table.name, language) for table in TABLES]
        assert len({plain(title) for title in titles}) == len(titles)
        assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)
        for table in TABLES:
            headers = [header(column.name, language) for column in table.columns]
            assert len(set(headers)) == len(headers), table.name
            assert not [one for one in headers if one.startswith("plan.")]


def test_cells_with_a_choice_offer_the_words_of_their_list() -> None:
    made = book("de")
    sheet = made["Maßnahmen"]
    offered = {
        str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation
    }
    assert set(offered) == {"D2", "E2", "F2", "G2", "K2"}
    name, _, cells = offered["E2"].partition("!")
    listed = [row[0].value for row in made[name.strip("='")][cells.replace("$", "")]]
    assert listed == ["Prävention", "Sanktion", "Sozialer Zusammenhalt"]


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_thousand_actions_come_back_as_they_were(kind: str) -> None:
    many = plan(*(action(f"a{n}") for n in range(1000)))
    assert read_plan(write_plan(many, kind), "p") == many


def test_plans_of_a_pack_are_read_from_its_folder(tmp_path) -> None:
    assert list(plans_of_pack(tmp_path)) == []
    folder = tmp_path / "strategy"
    folder.mkdir()
    (folder / "b.xlsx").write_bytes(write_plan(WHOLE, "xlsx"))
    (folder / "a.json").write_bytes(write_plan(replace(WHOLE, title="First"), "json"))
    (folder / "~$b.xlsx").write_bytes(b"lock")
    (folder / "notes.txt").write_text("x")
    (tmp_path.parent / "outside.json").write_bytes(write_plan(WHOLE, "json"))
    (folder / "c.json").symlink_to(tmp_path.parent / "outside.json")
    found = [(name, one.plan and one.plan.title) for name, one in plans_of_pack(tmp_path)]
    assert found == [("strategy/a.json", "First"), ("strategy/b.xlsx", WHOLE.title)]
