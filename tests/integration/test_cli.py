"""The command line end to end: what each command does, says and leaves with."""

from __future__ import annotations

import io
import json
import socket
from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest

from convive.cli import audit as audit_command
from convive.cli import check as check_command
from convive.cli.main import main
from convive.core import errors
from convive.wiring import open_build
from convive.wiring.plans import write_plan
from demo_city import build_city
from demo_city import write_pack as write_demo
from factories.pack import as_csv, incident_rows, write_pack
from factories.plans import full_plan

NEW = ["--name", "Town", "--country", "ES", "--languages", "es,en", "--crs", "EPSG:25830"]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVIVE_LANGUAGE", "en")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    incidents = write_pack(folder)
    (incidents / "data.csv").write_text(as_csv(incident_rows(60)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the demo town with a build, made by the command itself."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    write_demo(build_city(7, scale=0.05), folder)
    assert main(["--quiet", "audit", str(folder)]) == 0
    return folder


def test_what_is_already_planned_is_checked_with_the_rest_and_shown(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pack / "strategy"
    folder.mkdir()
    (folder / "plan.json").write_bytes(write_plan(full_plan(), "json"))
    assert main(["check", str(pack)]) == 0
    assert "strategy/plan.json: “A safer Harbour”, 2026–2029" in told(capsys)
    broken = replace(full_plan(), currency="euro")
    (folder / "broken.xlsx").write_bytes(write_plan(broken, "xlsx"))
    assert main(["check", str(pack)]) == errors.PackError.exit_code
    said = told(capsys)
    assert "strategy/broken.xlsx" in said
    assert "three capital letters" in said
    assert "strategy/plan.json: “A safer Harbour”" in said
    assert main(["check", str(pack), "--format", "json"]) == errors.PackError.exit_code
    rows = json.loads(capsys.readouterr().out)
    places = [one["place"] for one in rows if one["code"].startswith("PLAN_")]
    assert {place["file"] for place in places} == {"strategy/broken.xlsx"}
    assert any(place["sheet"] and place["row"] for place in places)


def test_a_plan_that_cannot_be_read_is_told_but_stops_no_audit(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = audited / "strategy" / "broken.json"
    broken.parent.mkdir(exist_ok=True)
    broken.write_text("{}")
    try:
        assert main(["audit", str(audited)]) == 0
    finally:
        broken.unlink()
    assert "strategy/broken.json" in told(capsys)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["audit", "--nonsense"], "--nonsense"),
        (["nope"], "nope"),
        (["audit"], "pack"),
        (["--language", "xx", "check", "."], "xx"),
        (["serve", ".", "--port", "99999999"], "--port"),
        (["check", ".", "--format", "xml"], "xml"),
    ],
)
def test_misuse_is_explained_and_leaves_with_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Usage: convive" in told
    assert "Traceback" not in told
    assert "fault of its own" not in told


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = capsys.readouterr()
    assert all(name in shown.out + shown.err for name in ("new", "check", "audit", "report"))


def test_help_and_version_leave_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("convive ")
    assert main(["audit", "--help"]) == 0


def test_ctrl_c_leaves_with_130(
    pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check_command, "try_pack", stop)
    assert main(["check", str(pack)]) == 130
    assert "Stopped" in capsys.readouterr().err


def test_a_bug_of_ours_is_owned_without_a_traceback(
    pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(check_command, "try_pack", fail)
    assert main(["check", str(pack)]) == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "kind",
    [
        errors.UserError,
        errors.RequestError,
        errors.NotFoundError,
        errors.ConflictError,
        errors.StorageError,
    ],
)
def test_an_error_leaves_with_the_code_of_its_class(
    kind: type[errors.ConviveError], pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise kind("BUILD_LOCKED", folder="x")

    monkeypatch.setattr(audit_command, "run_audit", fail)
    expected = {"UserError": 10, "RequestError": 14, "NotFoundError": 15}
    expected |= {"ConflictError": 16, "StorageError": 23}
    assert main(["audit", str(pack)]) == expected[kind.__name__]


@pytest.mark.parametrize(("kind", "code"), [("Pack", 11), ("Dataset", 12), ("Definition", 13)])
def test_an_error_with_problems_leaves_with_the_code_of_its_class(
    kind: str, code: int, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = getattr(errors, f"{kind}Error")("PACK_UNUSABLE", [], pack="x")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(audit_command, "run_audit", fail)
    assert main(["audit", str(pack)]) == code


def test_check_of_a_good_pack_leaves_with_0(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(pack)]) == 0
    said = capsys.readouterr().out
    assert "Errors: 0" in said
    assert "police: of 60 rows, 0.0% are not mapped to a kind" in said
    assert main(["check", str(pack), "--format", "json"]) == 0
    told = [row for row in json.loads(capsys.readouterr().out) if row["severity"] == "info"]
    numbers = {"n": 0, "n_left": 0, "base": 60, "share": 0.0, "share_left": 0.0}
    file = told[0]["place"]["file"]
    assert [row["data"] for row in told] == [{"source_id": "police", "file": file, **numbers}]


def test_check_writes_json_for_another_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(tmp_path / "none"), "--format", "json"]) == 11
    (problem,) = json.loads(capsys.readouterr().out)
    assert problem["severity"] == "error"
    assert problem["message"]
    assert problem["remedy"]


def test_messages_speak_the_chosen_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--language", "es", "report", str(tmp_path)]) == 15
    spanish = capsys.readouterr().err
    assert main(["report", str(tmp_path)]) == 15
    assert spanish != capsys.readouterr().err
    assert "No hay" in spanish


def test_new_starts_a_pack_that_check_reads_and_is_not_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "fresh"
    assert main(["new", str(folder), *NEW]) == 0
    assert (folder / "city.toml").is_file()
    before = (folder / "city.toml").read_bytes()
    assert main(["check", str(folder)]) == 11  # the areas are still to be put there
    assert "territory/" in capsys.readouterr().out
    assert main(["new", str(folder), *NEW]) == 16
    assert (folder / "city.toml").read_bytes() == before


def test_new_refuses_a_language_it_does_not_speak(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "x"), "--languages", "xx"]) == 2
    assert not (tmp_path / "x").exists()


def test_audit_of_a_broken_pack_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    write_pack(folder)
    (folder / "city.toml").write_text("[city", encoding="utf-8")
    assert main(["audit", str(folder)]) == 11
    assert not (folder / "build").exists()


def test_audit_leaves_a_build(audited: Path) -> None:
    assert (audited / "build" / "run.json").is_file()


def test_report_writes_a_pdf(audited: Path, tmp_path: Path) -> None:
    target = tmp_path / "audit.pdf"
    assert main(["report", str(audited), "-l", "en", "-o", str(target)]) == 0
    assert target.read_bytes().startswith(b"%PDF-")


def test_brief_writes_a_page_for_the_council(
    audited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(write_plan(full_plan(), "json"))
    assert main(["brief", str(audited), "-l", "nl", "--plan", str(plan), "-f", "docx"]) == 0
    (written,) = (audited / "build").glob("brief-*-nl.docx")
    assert any(
        "Better light" in one.text
        for one in docx.Document(io.BytesIO(written.read_bytes())).paragraphs
    )
    assert main(["brief", str(audited), "-l", "en"]) == 0
    assert next((audited / "build").glob("brief-*-en.pdf")).read_bytes().startswith(b"%PDF-")
    assert main(["brief", str(audited), "--plan", str(tmp_path / "no.json")]) != 0
    plan.write_text("{")
    assert main(["brief", str(audited), "--plan", str(plan)]) != 0
    assert "Traceback" not in capsys.readouterr().err


def test_atlas_writes_a_page_an_area(audited: Path, tmp_path: Path) -> None:
    target, plan = tmp_path / "atlas.pdf", tmp_path / "plan.json"
    plan.write_bytes(write_plan(full_plan(), "json"))
    assert main(["atlas", str(audited), "-l", "it", "-o", str(target), "--plan", str(plan)]) == 0
    view = open_build(audited)
    areas = view.tables["areas"].to_pylist()
    own = [one for one in areas if one["level"] == view.city.analysis_level.id]
    assert len(pypdf.PdfReader(target).pages) == len(own) + 1
    assert main(["atlas", str(audited), "--plan", str(tmp_path / "no.json")]) != 0


def test_serve_refuses_a_taken_port(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert main(["serve", str(audited), "--port", str(port)]) == 14
    assert str(port) in capsys.readouterr().err
